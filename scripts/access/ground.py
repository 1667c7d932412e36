"""Two petitions in a small tree of bodies, and whoever stands to them in each way: what the matrix asks its questions of.

A petition 信访件 lies at the county's office, with a lead agency below a bureau, a co-agency, one that handed it back and a body
that reviews; an accusation 检举控告 lies at the same office, with discipline inspection in the lead. Nobody is hired: an actor is
made of posts that stand in no table, since a right hangs on nothing else.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from yiwang.agencies.models import Agency, Post, Role, Staff
from yiwang.people.models import Petitioner
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import AccusedPerson, Answer, Petition, Referral, Review

OFFICE = Agency.Kind.OFFICE


@dataclass(frozen=True)
class Standing:
    """How somebody stands to a petition: from which body, and what else is special about them."""

    code: str
    chinese: str
    english: str
    body: str
    accusation: bool = False
    compartment: bool = False
    recused: bool = False
    named: bool = False


STANDINGS: tuple[Standing, ...] = (
    Standing("office", "在办信访部门", "the office that has it", "county"),
    Standing("office_above", "上级信访部门", "an office above that one", "city"),
    Standing("other_office", "别的信访部门", "another office", "other_county"),
    Standing("lead", "主办单位", "the lead agency", "lead"),
    Standing("above_lead", "主办单位的上级", "the agency above the lead", "bureau"),
    Standing("below_lead", "主办单位的下级", "an agency below the lead", "below"),
    Standing("asked", "协办单位", "a co-agency", "co"),
    Standing("handed_back", "已退回的单位", "one that handed it back", "returned"),
    Standing("reviewer", "复查复核机关", "the reviewing body", "reviewer"),
    Standing("other", "无关单位", "an agency that was not asked", "other"),
    Standing("recused_office", "在办信访部门，已回避", "the office, recused", "county", recused=True),
    Standing("recused_lead", "主办单位，已回避", "the lead agency, recused", "lead", recused=True),
)
"""To an ordinary petition."""

APART: tuple[Standing, ...] = (
    Standing("office", "在办信访部门", "the office that has it", "county", True, True),
    Standing("office_above", "上级信访部门", "an office above that one", "city", True, True),
    Standing("other_office", "别的信访部门", "another office", "other_county", True, True),
    Standing("discipline", "纪检监察机关（主办）", "discipline inspection, in the lead", "discipline", True, True),
    Standing("accused", "被检举控告的单位", "the accused unit", "co", True, True),
    Standing("below_accused", "它的下级", "a unit below the accused", "below_co", True, True),
    Standing("above_accused", "它的上级单位", "the agency above the accused", "bureau", True, True),
    Standing("other", "无关单位", "an agency that was not asked", "other", True, True),
    Standing("named", "被检举控告的人", "a person whom it names", "county", True, True, named=True),
    Standing("recused", "已回避", "recused", "county", True, True, recused=True),
    Standing("not_opened", "未授权看检举控告", "without the compartment, in the office", "county", True),
    Standing("not_opened_above", "同上，上级信访部门", "the same, in an office above", "city", True),
    Standing("not_opened_discipline", "同上，纪检监察机关", "the same, in discipline inspection", "discipline", True),
)
"""To an accusation: from posts that the compartment is open to, but for those that say otherwise."""


@dataclass
class Ground:
    """The rows. ``who`` gives the actor in a role for a standing."""

    bodies: dict[str, Agency]
    ordinary: Petition
    accusation: Petition
    person: Staff
    named: Staff
    recused: Staff

    def petition_of(self, standing: Standing) -> Petition:
        return self.accusation if standing.accusation else self.ordinary

    def who(self, standing: Standing, role: Role) -> Actor:
        """Return somebody with one post."""
        staff = self.named if standing.named else self.recused if standing.recused else self.person
        agency = self.bodies[standing.body]
        return Actor("staff", staff, (Post(staff=staff, agency=agency, role=role, compartment=standing.compartment),))


def laid_out(root: Agency) -> Ground:
    """Make the rows below the office at the root of the tree; the caller holds the transaction, and takes them back."""
    bodies = {"city": root}
    for code, above, kind in (
        ("county", "city", OFFICE), ("other_county", "city", OFFICE), ("discipline", "city", Agency.Kind.DISCIPLINE),
        ("other", "city", Agency.Kind.AGENCY), ("bureau", "county", Agency.Kind.AGENCY), ("lead", "bureau", Agency.Kind.AGENCY),
        ("below", "lead", Agency.Kind.AGENCY), ("co", "bureau", Agency.Kind.AGENCY), ("below_co", "co", Agency.Kind.AGENCY),
        ("returned", "county", Agency.Kind.AGENCY), ("reviewer", "county", Agency.Kind.AGENCY),
    ):  # fmt: skip
        bodies[code] = Agency.objects.create(code=f"matrix-{code}", name=code, parent=bodies[above], kind=kind)
    people = [Staff.objects.create_staff(f"matrix-{name}", name) for name in ("person", "named", "recused")]
    person, named, recused = people
    ordinary = _petition(bodies, "lead", recused, number="0000-0000-0000-1")
    accusation = _petition(
        bodies,
        "discipline",
        recused,
        number="0000-0000-0000-2",
        purpose=Petition.Purpose.ACCUSATION,
        accused=bodies["co"],
    )
    for code, state, kind, lead in (
        ("lead", Referral.State.RECEIVED, Referral.Kind.TRANSFER, True),
        ("co", Referral.State.RECEIVED, Referral.Kind.TRANSFER, False),
        ("returned", Referral.State.RETURNED, Referral.Kind.TRANSFER, True),
        ("reviewer", Referral.State.RECEIVED, Referral.Kind.REVIEW, False),
    ):
        _referred(ordinary, bodies[code], state=state, kind=kind, lead=lead)
    _referred(accusation, bodies["discipline"], state=Referral.State.RECEIVED)
    _reviewed(ordinary, bodies["reviewer"])
    AccusedPerson.objects.create(petition=accusation, staff=named)
    return Ground(bodies, ordinary, accusation, person, named, recused)


def _petition(bodies: dict[str, Agency], lead: str, recused: Staff, **more: object) -> Petition:
    now = datetime.now(UTC)
    petitioner = Petitioner()
    _ = petitioner.key
    petitioner.save(force_insert=True)
    petition = Petition(
        channel=Petition.Channel.PORTAL, petitioner=petitioner, office=bodies["county"], lead_agency=bodies[lead],
        received_at=now, received_on=now.date(), state=Petition.State.ACCEPTED, recused=[recused.pk], **more,
    )  # fmt: skip
    _ = petition.key
    petition.save(force_insert=True)
    return petition


def _referred(petition: Petition, agency: Agency, **more: object) -> None:
    Referral.objects.create(petition=petition, agency=agency, sent_at=petition.received_at, **more)


def _reviewed(petition: Petition, body: Agency) -> None:
    now = petition.received_at
    assert petition.lead_agency is not None
    answer = Answer.objects.create(
        petition=petition, agency=petition.lead_agency, outcome=Answer.Outcome.SUPPORT, drafted_at=now
    )
    petition.answer = answer
    petition.review = Review.objects.create(
        petition=petition, answer=answer, agency=body, stage=Review.Stage.REVIEW, state=Review.State.TAKEN, asked_at=now
    )
    petition.save(update_fields=["answer", "review"])
