"""What tests start from: a small city with its office and agencies, staff in every role, and petitions on their way.

Everything is made through the same actions that the product runs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from yiwang.agencies.models import Agency, Post, Region, Role, Staff
from yiwang.agencies.seed import root_office, seed_root
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.workdays.counting import office_date

_numbers = count(1)


def staff(name: str, *posts: tuple[Agency, Role], compartment: bool = False) -> Staff:
    """Return a member of staff with these posts."""
    person = Staff.objects.create_staff(f"{name[:30]}-{next(_numbers)}", name)
    for agency, role in posts:
        Post.objects.create(staff=person, agency=agency, role=role, compartment=compartment)
    return person


@dataclass
class City:
    """An office with three city agencies, discipline inspection, a county office with one agency, and a township below that one."""

    office: Agency = field(init=False)
    housing: Agency = field(init=False)
    parks: Agency = field(init=False)
    transport: Agency = field(init=False)
    discipline: Agency = field(init=False)
    government: Agency = field(init=False)
    county_office: Agency = field(init=False)
    county_housing: Agency = field(init=False)
    township: Agency = field(init=False)
    people: dict[tuple[int, str], Staff] = field(default_factory=dict)

    def __post_init__(self) -> None:
        seed_root()
        self.office = root_office()
        county = Region.objects.create(code="county", name="东河县", parent=self.office.region, level="county")
        self.government = self._agency("government", "市政府复查办", reviewed_outside="省政府复查办")
        self.housing = self._agency("housing", "住建局", reviewed_by=self.government)
        self.parks = self._agency("parks", "园林局")
        self.transport = self._agency("transport", "交通局")
        self.discipline = self._agency("discipline", "纪委监委", kind=Agency.Kind.DISCIPLINE)
        self.county_office = self._agency(
            "county-office", "东河县信访局", kind=Agency.Kind.OFFICE, level="county", region=county
        )
        self.county_housing = self._agency(
            "county-housing", "东河县住建局", parent=self.county_office, level="county", region=county
        )
        self.township = self._agency("township", "柳溪镇", parent=self.county_housing, level="township", region=county)

    def _agency(self, code: str, name: str, parent: Agency | None = None, **more: Any) -> Agency:
        return Agency.objects.create(code=code, name=name, parent=parent or self.office, **more)

    def who(self, agency: Agency, role: str, compartment: bool = False) -> Staff:
        """Return the one who holds a role in an agency, hired when first asked for."""
        key = (agency.pk, f"{role}{compartment}")
        if key not in self.people:
            self.people[key] = staff(f"{agency.code}-{role}", (agency, Role(role)), compartment=compartment)
        return self.people[key]

    def actor(self, agency: Agency, role: str, compartment: bool = False) -> Actor:
        return Actor.of_staff(self.who(agency, role, compartment))

    @property
    def clerk(self) -> Actor:
        return self.actor(self.office, Role.INTAKE_CLERK)

    @property
    def officer(self) -> Actor:
        return self.actor(self.office, Role.OFFICE_HANDLER)

    def handler(self, agency: Agency) -> Actor:
        return self.actor(agency, Role.AGENCY_HANDLER)

    def approver(self, agency: Agency) -> Actor:
        return self.actor(agency, Role.APPROVER)

    def file(self, subject: str = "楼道灯不亮", **given: Any) -> Petition:
        """File a petition as a citizen would; ``given`` overrides the fields of the filing."""
        plain: dict[str, Any] = {
            "channel": Petition.Channel.PORTAL,
            "office": self.office,
            "subject": subject,
            "text": "三单元的楼道灯坏了三个月，请派人来修。",
            "identity": actions.Identity(name="钱大妈", phone="19900000001", email="qian@example.org"),
            "consents_to_publish": True,
        }
        actor = given.pop("actor", None) or Actor.citizen()
        return actions.File(**{**plain, **given}).run(actor)

    def again(self, petition: Petition, agency: Agency | None = None) -> Petition:
        """Have the office take an answered petition up again, and lead it to its next answer."""
        agency = agency or self.housing
        way: list[tuple[actions.Action, Actor]] = [
            (actions.Reopen(reason="又坏了"), self.officer),
            (actions.Refer(lead=agency), self.officer),
            (actions.Accept(), self.handler(agency)),
            (actions.DraftAnswer(text="经再次核查，已更换线路。", outcome="support"), self.handler(agency)),
            (actions.Approve(), self.approver(agency)),
        ]
        for action, actor in way:
            petition = action.run(actor, petition.pk)
        return petition

    def bring_review_to(self, state: str, agency: Agency | None = None, *, again: bool = False) -> Petition:
        """Bring a petition to an answer that was delivered, and the review of it into a state; ``again``: the re-review."""
        agency = agency or self.housing
        petition = self.bring_to("answered", agency)
        citizen = Actor.citizen(petition.pk)
        petition = actions.Deliver(how="lookup").run(citizen, petition.pk)
        if state == "":
            return petition
        petition = actions.AskReview(grounds="答复没有说明屋顶为什么不修。").run(citizen, petition.pk)
        if again:
            petition = self._lead_review(petition, "decided")
            petition = actions.DeliverReview(how="lookup").run(citizen, petition.pk)
            petition = actions.AskReReview(grounds="复查没有到现场。").run(citizen, petition.pk)
        return self._lead_review(petition, state)

    def _lead_review(self, petition: Petition, state: str, outcome: str = "upheld") -> Petition:
        assert petition.review is not None
        body = petition.review.agency or self.office
        asides = {
            "refused": actions.RefuseReview(reason="超过期限，可以提起诉讼。"),
            "withdrawn": actions.WithdrawReview(),
        }
        if state in asides:
            actor = self.handler(body) if state == "refused" else Actor.citizen(petition.pk)
            return asides[state].run(actor, petition.pk)
        way: dict[str, tuple[actions.Action, Callable[[], Actor]]] = {
            "taken": (actions.TakeReview(), lambda: self.handler(body)),
            "drafted": (
                actions.DraftReview(outcome=outcome, text="经复查，原答复事实清楚，予以维持。"),
                lambda: self.handler(body),
            ),
            "decided": (actions.DecideReview(), lambda: self.approver(body)),
        }
        if state == "asked":
            return petition
        if state == "decided" and petition.review.agency is None:
            record = actions.RecordDecision(
                outcome=outcome, text="省复核〔2026〕1号：予以维持。", decided_on=office_date(datetime.now(UTC))
            )
            return record.run(self.officer, petition.pk)
        for step, (action, actor) in way.items():
            petition = action.run(actor(), petition.pk)
            if step == state:
                break
        return petition

    def bring_to(self, state: str, agency: Agency | None = None, **given: Any) -> Petition:
        """File a petition and lead it the shortest way into a state."""
        agency = agency or self.housing
        petition = self.file(**given)
        way: dict[str, tuple[actions.Action, Callable[[], Actor]]] = {
            "registered": (actions.Register(), lambda: self.clerk),
            "referred": (actions.Refer(lead=agency), lambda: self.officer),
            "accepted": (actions.Accept(), lambda: self.handler(agency)),
            "drafted": (
                actions.DraftAnswer(text="经查，楼道灯已于今日修好。", outcome="support"),
                lambda: self.handler(agency),
            ),
            "answered": (actions.Approve(), lambda: self.approver(agency)),
            "closed": (actions.Close(), lambda: self.officer),
        }
        aside: dict[str, tuple[str, actions.Action, Callable[[], Actor]]] = {
            "objected": ("referred", actions.Object(reason="按职责清单属园林局。"), lambda: self.handler(agency)),
            "withdrawn": ("filed", actions.Withdraw(), lambda: Actor.citizen(petition.pk)),
            "led_out": (
                "registered",
                actions.LeadOut(route="arbitration", where="市劳动人事争议仲裁委员会", reason="劳动争议，应先仲裁。"),
                lambda: self.officer,
            ),
            "not_taken": (
                "filed",
                actions.NotTake(reason="已进入诉讼。", where="向人民法院提出"),
                lambda: self.officer,
            ),
        }
        if state == "filed":
            return petition
        target = aside[state][0] if state in aside else state
        for step, (action, actor) in way.items():
            if target == "filed":
                break
            petition = action.run(actor(), petition.pk)
            if step == target:
                break
        if state in aside:
            petition = aside[state][1].run(aside[state][2](), petition.pk)
        return petition
