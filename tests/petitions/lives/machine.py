"""Random lives of petitions: who may and who may not, anything in any order, days going by, the calendar edited."""

from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from random import Random

from django.db import transaction
from django.db.models import Count
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from tests.clock import Clock, beijing
from tests.given import City
from tests.petitions.lives.choices import GIVEN, Chooser
from tests.petitions.lives.rows import (
    OVER,
    Row,
    Rows,
    duties_are_right,
    entries_tell_the_whole,
    everybody_has_a_turn,
    followers_go_with_their_lead,
    next_due_is_first_duty,
    nothing_ended_changes,
    nothing_waits_for_the_clock,
    one_entry_each,
    referrals_fit,
)

from yiwang.agencies.models import Agency, Role
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.deadlines import recounting
from yiwang.petitions.lifecycle import ALL, BY_ACTION, SYSTEM, Machine, Relation, Transition
from yiwang.petitions.models import Petition
from yiwang.petitions.visibility import visible_to
from yiwang.store.ids import new_id
from yiwang.workdays import changes
from yiwang.workdays.counting import office_date

MOST = 5
"""Petitions at once: enough to be merged and split, few enough that each gets far."""
ROLES = (Role.INTAKE_CLERK, Role.OFFICE_HANDLER, Role.AGENCY_HANDLER, Role.APPROVER, Role.LEADER, Role.SUPERVISOR)
DULL = {
    "note",
    "correct",
    "mark_urgent",
    "report_upward",
    "hand_over",
    "recuse",
    "urge",
    "request_more",
    "add_material",
    "withdraw",
    "freeze",
    "unfreeze",
    "supervise",
}
LIKELY = {
    **dict.fromkeys(DULL, 1), **dict.fromkeys(("not_take", "not_take_running", "not_take_again", "lead_out", "redirect"), 1),
    **dict.fromkeys(("refer", "accept", "draft_answer", "approve", "deliver", "ask_review", "ask_re_review"), 12),
    **dict.fromkeys(("draft_review", "decide_review", "remand", "take_review", "deliver_review"), 8),
}  # fmt: skip
"""How often an action is taken where it may be, so that lives get far; 4 otherwise."""
WEIGHTS = ("act",) * 16 + ("file", "file", "days", "days", "calendar", "worker")


class Lives(RuleBasedStateMachine):
    """One example: a city without petitions, and what then happens in it, rolled back at its end."""

    city: City
    staff: tuple[Actor, ...]
    steps = 0
    ways_out: set[tuple[object, ...]] = set()
    """From where a way out was found already."""
    seen: Counter[str] = Counter()
    """What was done how often, and what was refused."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock(beijing(2026, 3, 2, 9, 0))
        self.stack = ExitStack()
        self.stack.enter_context(self.clock.wound())
        self.stack.enter_context(transaction.atomic())
        self.filed = self.taken = 0
        self.after: Rows | None = None
        self.nameless: set[int] = set()
        self.last = Rows()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.stack.close()

    @classmethod
    def inhabit(cls, city: City) -> None:
        """Hire two people for every post that an action may need, once for all examples."""
        city.legal = Agency.objects.create(code="legal", name="政法委", parent=city.office, kind="political_legal")  # type: ignore[attr-defined]
        agencies = (
            city.office, city.county_office, city.housing, city.parks, city.transport, city.county_housing, city.township,
            city.discipline, city.government, city.legal,  # type: ignore[attr-defined]
        )  # fmt: skip
        cls.city = city
        cls.staff = tuple(
            city.actor(agency, role, compartment=agency in (city.office, city.discipline))
            for agency in agencies
            for role in ROLES
        )
        for agency in agencies:
            city.who(agency, Role.AGENCY_HANDLER)

    @rule(seed=st.integers(0, 2**64 - 1))
    def something_happens(self, seed: int) -> None:
        type(self).steps += 1
        self.clock.go(minutes=7)
        # One drawing a step, and never the same twice: hypothesis leaves steps out, and does not bend what is in them.
        self.taken += 1
        chance = Random(f"{seed}/{self.taken}")
        kind = chance.choice(WEIGHTS) if len(self._living()) > 2 else "file"
        self.after = None
        getattr(self, f"_{kind}")(chance)
        self._look(kind, self._rows())

    def _rows(self) -> Rows:
        """Return all rows as they are after this step, read once."""
        if self.after is None:
            self.after = Rows()
        return self.after

    def _look(self, kind: str, after: Rows) -> None:
        nothing_ended_changes(self.last, after)
        exempt = {key for key in after.petitions if self._owes_no_notice(after, key)}
        duties_are_right(after, exempt)
        next_due_is_first_duty(after)
        everybody_has_a_turn(after)
        followers_go_with_their_lead(after)
        referrals_fit(after)
        entries_tell_the_whole(after)
        if kind == "days":
            nothing_waits_for_the_clock(after, self.clock.at)
        by_state = visible_to(Actor.system()).values_list("state").annotate(Count("pk"))
        assert sum(many for _state, many in by_state) == len(after.petitions) == self.filed
        for petition in after.petitions.values():
            self._has_a_way_out(petition)
        self.last = after

    def _owes_no_notice(self, rows: Rows, key: int) -> bool:
        """Tell as art. 23 does: bodies with rules of their own; direct receipt from somebody without a name or an address."""
        petition = rows.petitions[key]
        agency = next((one for one in self._agencies() if one.pk == petition["lead_agency_id"]), None)
        if agency and agency.kind in {"discipline", "political_legal"}:
            return True
        newest = [row for row in rows.referrals.values() if row["petition_id"] == key and row["lead"]]
        return bool(newest) and newest[-1]["kind"] == "direct" and key in self.nameless

    def _agencies(self) -> list[Agency]:
        return [actor.posts[0].agency for actor in self.staff]

    # --- what happens ---------------------------------------------------------------------------------------------

    def _file(self, chance: Random) -> None:
        if len(self._living()) >= MOST:
            return
        choose = Chooser(self, chance, Petition())
        direct = choose.one(*(None,) * 8, self.city.housing, self.city.county_housing)
        known = choose.one(True, True, False)
        identity = actions.Identity(name="钱大妈", phone="19900000001") if known else actions.Identity(anonymous=True)
        purpose = choose.one(*("appeal",) * 8, "suggestion", "suggestion", "accusation")
        if direct and purpose == "accusation":
            purpose = "appeal"
        actor = choose.one(*self.staff) if choose.chance.random() < 0.2 else Actor.citizen()
        if direct:
            actor = self._of(direct, Role.AGENCY_HANDLER)
        try:
            made = self.city.file(
                agency=direct, actor=actor, identity=identity, purpose=purpose, channel=choose.one("portal", "letter"),
                office=choose.one(self.city.office, self.city.office, self.city.county_office),
                received_at=self.clock.at - timedelta(days=choose.one(0, 0, 3)),
            )  # fmt: skip
        except actions.Refused as refused:
            self._changed_nothing(refused)
            return
        self.filed += 1
        note(f"» {made.pk % 1000} filed: {purpose}, by {direct or self.city.office}")
        if not known:
            self.nameless = self.nameless | {made.pk}
        one_entry_each(self.last, self._rows(), "file")

    def _act(self, chance: Random) -> None:
        everything = sorted(self.last.petitions)
        key = chance.choice(everything if chance.random() < 0.05 else self._living() or everything)
        petition = Petition.objects.select_related("review", "lead_agency", "office").get(pk=key)
        choose = Chooser(self, chance, petition)
        row, actor = self._who_does_what(choose, petition)
        given = GIVEN[row.action](choose)
        version = choose.one(*(None,) * 9, *(petition.version,) * 10, petition.version - 1)
        may = self._may(row, actor, petition)
        note(f"» {key % 1000} {petition.state} {petition.review_state}: {row.action} with {given}")
        try:
            actions.ACTIONS[row.action](**given).run(actor, key, version=version)
        except actions.Refused as refused:
            self.seen[f"{row.action}: {refused.code}"] += 1
            note(f"  refused: {refused.code}")
            self._changed_nothing(refused)
            return
        self.seen[row.action] += 1
        assert may, f"{row.action} by somebody who may not"
        after = self._rows()
        count = one_entry_each(self.last, after, row.action)
        assert any(
            entry["petition_id"] == key and entry["action"] == row.action
            for number, entry in after.entries.items()
            if number not in self.last.entries
        )
        if row.action == "split":
            assert count == 2
            self.filed += 1
            if key in self.nameless:
                self.nameless = self.nameless | (set(after.petitions) - set(self.last.petitions))

    def _days(self, chance: Random) -> None:
        self.clock.go(days=chance.choice((1, 1, 3, 8, 16, 31, 61)))
        done = actions.warn_due(seconds=60)
        assert one_entry_each(self.last, self._rows()) == done

    def _calendar(self, chance: Random) -> None:
        day = office_date(self.clock.at) + timedelta(days=chance.randint(-5, 70))
        changes.set_day(day, chance.choice((True, False)), "调休", self.staff[0].staff_id or 0)
        recounting.go_on(seconds=60)
        self.clock.go(seconds=30)
        recounting.go_on(seconds=60)
        assert not recounting.waits()
        actions.warn_due(seconds=60)

    def _worker(self, chance: Random) -> None:
        done = actions.close_delivered() + actions.note_deliveries()
        assert one_entry_each(self.last, self._rows()) == done

    def _living(self) -> list[int]:
        return sorted(key for key, row in self.last.petitions.items() if row["state"] not in OVER - {"closed"})

    # --- who, and what --------------------------------------------------------------------------------------------

    def _who_does_what(self, choose: Chooser, petition: Petition) -> tuple[Transition, Actor]:
        """Draw an action and an actor: mostly such as may be, at times any."""
        actors = {f"{one.posts[0].role} of {one.posts[0].agency.code}": one for one in self.staff}
        actors["citizen"], actors["another"] = Actor.citizen(petition.pk), Actor.citizen(new_id())
        actors["system"] = Actor.system()
        existing = [row for row in ALL if row.action in actions.ACTIONS]
        standing = [row.action for row in existing if self._stands(row, petition) and row.by != SYSTEM]
        if petition.merged_into_id and choose.chance.random() < 0.9:
            standing = [action for action in standing if not BY_ACTION[action].mirrored]
        if choose.chance.random() < 0.1 or not standing:
            return BY_ACTION[choose.one(*actions.ACTIONS)], actors[choose.one(*actors)]
        likely = [action for action in standing for _times in range(LIKELY.get(action, 4))]
        row = BY_ACTION[choose.one(*likely)]
        able = [name for name, actor in actors.items() if name != "system" and self._may(row, actor, petition)]
        return row, actors[choose.one(*(able or actors))]

    def _of(self, agency: Agency, role: Role) -> Actor:
        return next(one for one in self.staff if (one.posts[0].agency_id, one.posts[0].role) == (agency.pk, role))

    def _stands(self, row: Transition, petition: Petition) -> bool:
        if row.machine == Machine.REVIEW:
            return petition.state in row.petition_start and petition.review_state in row.start
        return petition.state in row.start

    def _may(self, row: Transition, actor: Actor, petition: Petition) -> bool:
        """Tell whether the table entitles an actor, written anew from what its relations mean."""
        if actor.kind == "system":
            return True
        if actor.kind == "citizen":
            return actor.petition_id == petition.pk and any(who.relation == Relation.PETITIONER for who in row.by)
        if actor.staff_id in petition.recused:
            return False
        [post] = actor.posts
        asked = {
            one["agency_id"] for one in self.last.referrals.values()
            if one["petition_id"] == petition.pk and one["state"] in ("sent", "received", "objected", "passed_on")
        }  # fmt: skip
        lead, review = petition.lead_agency, petition.review
        body = review.agency_id if review and review.agency_id else None
        at_office = post.agency.kind == "office" and petition.office.path.startswith(post.agency.path)
        stands = {
            Relation.OFFICE: at_office,
            Relation.LEAD: lead is not None and post.agency_id == lead.pk,
            Relation.ABOVE: lead is not None
            and lead.path != post.agency.path
            and lead.path.startswith(post.agency.path),
            Relation.ASKED: post.agency_id in asked,
            Relation.REVIEWER: review is not None and (post.agency_id == body if body else at_office),
        }
        return any(who.role == post.role and stands.get(who.relation, False) for who in row.by)

    # --- what must be so ------------------------------------------------------------------------------------------

    def _changed_nothing(self, refused: actions.Refused) -> None:
        assert refused.code
        assert refused.message or refused.code == "not_found"
        assert self._rows() == self.last, f"refused with {refused.code}, and yet something changed"

    def _has_a_way_out(self, row: Row) -> None:
        """Somebody can move an open petition on, the petitioner's withdrawal aside; a follower, whoever leads it."""
        place = (row["state"], row["office_id"], row["lead_agency_id"], row["merged_into_id"] is not None)
        if row["state"] in OVER or place in self.ways_out:
            return
        petition = Petition(
            id=row["id"], state=row["state"], office_id=row["office_id"], lead_agency_id=row["lead_agency_id"], recused=[]
        )  # fmt: skip
        agencies = {one.pk: one for one in self._agencies()}
        petition.office = agencies[row["office_id"]]
        petition.lead_agency = agencies.get(row["lead_agency_id"])
        follows = row["merged_into_id"] is not None and row["state"] != "answered"
        assert any(
            (follows or not one.mirrored or row["merged_into_id"] is None) and self._may(one, actor, petition)
            for one in BY_ACTION.values()
            if one.machine == Machine.PETITION and row["state"] in one.start and one.end and one.action != "withdraw"
            for actor in (*self.staff, Actor.citizen(row["id"]))
        ), f"no way leads out of {row['state']}"
        self.ways_out.add(place)
