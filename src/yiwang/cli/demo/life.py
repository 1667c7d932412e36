"""One petition of the demo, led through its life by the product's own actions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yiwang.agencies.models import Agency, Post, Region, Role, Staff
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Category, Petition, RatingReason
from yiwang.workdays.counting import office_date, office_zone

QUIET_BEFORE = timedelta(days=2)
"""Notices of older steps were sent long ago: only fresh ones stand in the outbox of a new demo."""
UNUSABLE = "!"
"""No password: nobody logs in as these."""
READ_FIRST = {
    "rate": "deliver", "close": "deliver", "ask_review": "deliver", "ask_re_review": "deliver_review",
}  # fmt: skip
"""What petitioners had read before they did something about it."""
SAID = ("text", "reason", "outcome", "grounds", "days", "route", "where", "before")
"""What a step of the content says in the words of the action's own arguments."""
ANSWERED_ANEW = {"reopen", "remand"}
ORAL = {Petition.Channel.HOTLINE, Petition.Channel.VISIT}


@dataclass(frozen=True)
class Step:
    """One thing that happens in a life, at an instant."""

    life: "Life"
    at: datetime
    what: dict[str, Any]


@dataclass
class Life:
    """A story of the demo's content, and the petition that comes of it."""

    story: dict[str, Any]
    office: Agency
    regions: dict[str, Region]
    agencies: dict[str, Agency]
    categories: dict[str, Category]
    staff: dict[str, Staff]
    basis: dict[str, str]
    others: dict[str, "Life"]
    now: datetime
    petition_id: int = 0

    def steps(self) -> Iterator[Step]:
        """Yield filing and every later step, each with its instant; what is disagreed with was read twenty minutes before."""
        received: datetime = self.story["received"]
        yield Step(self, received, {"step": "file"})
        read, before = set[str](), received
        for what in self.story["way"]:
            at = self._at(what["day"], what["time"])
            first = READ_FIRST.get(what["step"], "")
            if first and first not in read:
                yield Step(self, max(at - timedelta(minutes=20), before), {"step": first})
            read |= {first, what["step"]}
            if what["step"] in ANSWERED_ANEW:
                read.clear()
            before = at
            yield Step(self, at, what)

    def _at(self, day: int, clock: str) -> datetime:
        received = self.story["received"].astimezone(office_zone())
        hour, minute = clock.split(":")
        moment = (received + timedelta(days=day)).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
        return max(moment, received + timedelta(minutes=1))

    def take(self, step: Step) -> None:
        """Do the step by the product's action; raises Refused when the content contradicts the law's table."""
        quiet = step.at < self.now - QUIET_BEFORE
        if step.what["step"] == "file":
            self.petition_id = self._filing().run(self._filer(), quiet=quiet).pk
            return
        action = self._action(step.what)
        try:
            action.run(self._actor(step), self.petition_id, happened_at=step.at, quiet=quiet)
        except actions.Refused as refused:
            raise ValueError(
                f"{self.story['key']}, {step.what['step']}: {refused.code} ({refused.message})"
            ) from refused

    def _filing(self) -> actions.File:
        story = self.story
        person = story["petitioner"]
        identity = actions.Identity(
            name=person["name"] or "",
            phone=person["phone"] or "",
            email=person["email"] or "",
            address=person["address"] or "",
            guardian=story["guardian"] or "" if not isinstance(story["guardian"], dict) else story["guardian"]["name"],
            anonymous=person["anonymous"],
            minor=bool(story["guardian"]),
            for_another=bool(story["on_behalf_of"]),
        )
        return actions.File(
            channel=story["channel"],
            office=self.office,
            subject=story["subject"],
            text=story["text"],
            identity=identity,
            purpose=story["purpose"],
            category=self.categories[story["category"]],
            region=self.regions[story["region"]],
            place=story["place"] or "",
            language="en" if story["language"] == "en" else "zh-hans",
            persons=story["persons"],
            representatives=[
                actions.Identity(name=row["name"], phone=row.get("phone") or "", address=row.get("address") or "")
                for row in story["representatives"]
            ],
            consents_to_publish=person["publish_consent"],
            read_back=story["channel"] in ORAL,
            accused=self.agencies.get(_code(story["accused"])),
            agency=self.agencies[story["direct"]["agency"]] if story.get("direct") else None,
            received_at=story["received"],
            intake_key=f"demo-{story['key']}",
        )

    def _filer(self) -> Actor:
        direct = self.story.get("direct")
        if direct:
            return Actor.of_staff(self.staff[direct["by"]], self.story["received"], imported=True)
        return Actor.citizen(imported=True)

    def _actor(self, step: Step) -> Actor:
        by = step.what.get("by", "petitioner")
        if by == "petitioner":
            return Actor.citizen(self.petition_id, imported=True)
        person = self.staff[by] if by else self._somebody_in(step.what["agency"])
        return Actor.of_staff(person, step.at, imported=True)

    def _somebody_in(self, agency_code: str) -> Staff:
        """Return a handler of an agency for whom the content names none, hired when first needed."""
        username = f"{agency_code}-jingban"
        if username not in self.staff:
            agency = self.agencies[agency_code]
            person = Staff.objects.create(username=username, name=f"{agency.name}经办人", password=UNUSABLE)
            opened = agency.kind == Agency.Kind.DISCIPLINE
            Post.objects.create(staff=person, agency=agency, role=Role.AGENCY_HANDLER, compartment=opened)
            self.staff[username] = person
        return self.staff[username]

    def _action(self, what: dict[str, Any]) -> actions.Action:
        match what["step"]:
            case "register":
                repeated = self.others.get(self.story["repeats"] or "")
                return actions.Register(
                    repeats=Petition.objects.filter(pk=repeated.petition_id).first() if repeated else None
                )
            case "merge":
                return actions.Merge(into=self.others[what["into"]].petition_id)
            case "refer":
                report = timedelta(days=what["due_days"]) if what.get("due_days") else None
                return actions.Refer(
                    lead=self.agencies[what["lead"]],
                    co=[self.agencies[code] for code in what["co"]],
                    kind=what["kind"],
                    report_due=office_date(self._at(what["day"], what["time"]) + report) if report else None,
                    reason=what["reason"] or "",
                )
            case "pass_on":
                return actions.PassOn(to=self.agencies[what["to"]], reason=what.get("reason") or "")
            case "decide_objection" if what["accepted"]:
                return actions.UpholdObjection(reason=what["reason"])
            case "decide_objection":
                return actions.RejectObjection(reason=what["reason"])
            case "deliver":
                return actions.Deliver(how="lookup")
            case "deliver_review":
                return actions.DeliverReview(how="lookup")
            case "accept":
                return actions.Accept(told_on_the_spot=what.get("told", False))
            case "settle_dispute":
                return actions.SettleDispute(
                    lead=self.agencies[what["lead"]], by=what["decided_by"], decision=what["decision"]
                )
            case "split":
                part = self.categories[what["category"]]
                return actions.Split(subject=what["subject"], text=what["text"], category=part)
            case "hold_hearing" | "hold_review_hearing":
                day = office_date(self._at(what["day"], what["time"])) + timedelta(days=what["in_days"])
                made = actions.HoldHearing if what["step"] == "hold_hearing" else actions.HoldReviewHearing
                return made(first_day=day, last_day=day, place=what["place"])
            case "settle":
                return actions.Settle(
                    kind=what["kind"],
                    other_party=what["other_party"],
                    terms=what["terms"],
                    agreed_on=office_date(self._at(what["day"], what["time"])),
                    both_agree=True,
                )
            case "record_decision":
                day = office_date(self._at(what["day"], what["time"]))
                return actions.RecordDecision(outcome=what["outcome"], text=what["text"], decided_on=day)
            case "draft_answer":
                basis = "" if self.story["purpose"] != Petition.Purpose.APPEAL else self._basis()
                return actions.DraftAnswer(text=what["text"], outcome=what["outcome"], basis=basis)
            case "rate":
                reason = RatingReason.objects.get(code=what["reason"]).pk if what.get("reason") else None
                return actions.Rate(
                    office=what["office"], agency=what["agency"], reason=reason, comment=what["comment"] or ""
                )
            case "publish":
                return actions.Publish(subject=what["subject"], text=what["text"], answer_text=what["answer"])
            case "not_take":
                return actions.NotTake(reason=what["reason"], where=what.get("where") or what.get("where_to_go", ""))
            case "hand_over":
                return actions.HandOver(to=self.staff[what["to"]], reason=what.get("reason") or "")
            case name:
                said = {field: what[field] for field in SAID if what.get(field)}
                return actions.ACTIONS[name](**said)

    def _basis(self) -> str:
        """Return what an answer on a matter of this category rests on; "" where the content names nothing."""
        code = self.story["category"]
        return next((self.basis[code[:end]] for end in (6, 4, 2) if code[:end] in self.basis), "")


def _code(accused: Any) -> str:
    return accused.get("agency", "") if isinstance(accused, dict) else accused or ""
