"""One petition of the demo, led through its life by the product's own actions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yiwang.agencies.models import Agency, Post, Region, Role, Staff
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Category, Petition
from yiwang.workdays.counting import office_date, office_zone

QUIET_BEFORE = timedelta(days=2)
"""Notices of older steps were sent long ago: only fresh ones stand in the outbox of a new demo."""
UNUSABLE = "!"
"""No password: nobody logs in as these."""
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
    others: dict[str, "Life"]
    now: datetime
    petition_id: int = 0

    def steps(self) -> Iterator[Step]:
        """Yield filing and every later step, each with its instant; reading the answer comes before rating it."""
        received: datetime = self.story["received"]
        yield Step(self, received, {"step": "file"})
        read, before = False, received
        for what in self.story["way"]:
            at = self._at(what["day"], what["time"])
            if what["step"] in {"rate", "close"} and not read:
                read = True
                yield Step(self, max(at - timedelta(minutes=20), before), {"step": "deliver"})
            read = read and what["step"] != "reopen"
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
            received_at=story["received"],
            intake_key=f"demo-{story['key']}",
        )

    def _filer(self) -> Actor:
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
            case "draft_answer":
                return actions.DraftAnswer(text=what["text"], outcome=what["outcome"])
            case "rate":
                return actions.Rate(office=what["office"], agency=what["agency"], comment=what["comment"] or "")
            case "publish":
                return actions.Publish(subject=what["subject"], text=what["text"], answer_text=what["answer"])
            case "not_take":
                return actions.NotTake(reason=what["reason"], where=what.get("where") or what.get("where_to_go", ""))
            case "hand_over":
                return actions.HandOver(to=self.staff[what["to"]], reason=what.get("reason") or "")
            case name:
                said = {field: what[field] for field in ("text", "reason") if what.get(field)}
                return actions.ACTIONS[name](**said)


def _code(accused: Any) -> str:
    return accused.get("agency", "") if isinstance(accused, dict) else accused or ""
