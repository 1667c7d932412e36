"""All rows at one moment, and what must be true of them whatever happened before."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from django.db import connection
from django.db.models import Model

from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.petitions.lifecycle import BY_ACTION, REVIEW_TURN, TURN, Machine
from yiwang.petitions.models import (
    NEVER,
    Agreement,
    Answer,
    Deadline,
    Entry,
    Extension,
    Hearing,
    Hold,
    Petition,
    PublishedAnswer,
    Rating,
    Referral,
    Review,
    Suspension,
)

Row = dict[str, Any]
OTHERS = (Extension, Suspension, Answer, Hold)
COUNTED = (Hearing, Agreement, Rating, PublishedAnswer, Notice, Record)  # these are only ever added
OVER = {"closed", "withdrawn", "not_taken", "led_out"}
REVIEWING = set(REVIEW_TURN)
HANDLING = {"handling", "reply", "simple-handling"}
RIGHTS = {"objection", "review-request", "re-review-request", "simple-decision"}


class Table:
    """Every row of a model. Its statement is compiled once: these are read after each of thousands of steps."""

    def __init__(self, model: type[Model]) -> None:
        query = model._default_manager.order_by("pk").values().query
        self.compiler = query.get_compiler(connection=connection)
        self.sql, self.params = self.compiler.as_sql()
        self.names = [field.attname for field in model._meta.concrete_fields]
        self.converters = self.compiler.get_converters(
            [expression for expression, _sql, _alias in self.compiler.select]
        )

    def rows(self) -> list[tuple[Any, ...]]:
        """Return them in the order of their ids."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.params)
            found = cursor.fetchall()
        return [tuple(row) for row in self.compiler.apply_converters(found, self.converters)]


table = cache(Table)


def _all(model: type[Model]) -> dict[int, Row]:
    names = table(model).names
    found = (dict(zip(names, row, strict=True)) for row in table(model).rows())
    return {row["id"]: row for row in found}


@dataclass
class Rows:
    """Every row that an action may write, read once."""

    petitions: dict[int, Row] = field(default_factory=lambda: _all(Petition))
    entries: dict[int, Row] = field(default_factory=lambda: _all(Entry))
    limits: dict[int, Row] = field(default_factory=lambda: _all(Deadline))
    referrals: dict[int, Row] = field(default_factory=lambda: _all(Referral))
    reviews: dict[int, Row] = field(default_factory=lambda: _all(Review))
    others: dict[str, list[Any]] = field(
        default_factory=lambda: {
            **{model.__name__: table(model).rows() for model in OTHERS},
            **{model.__name__: [len(table(model).rows())] for model in COUNTED},
        }
    )

    @cached_property
    def open_limits(self) -> dict[int, list[Row]]:
        """The limits neither met nor cancelled, by petition."""
        found: dict[int, list[Row]] = {key: [] for key in self.petitions}
        for row in self.limits.values():
            if row["met_at"] is None and row["cancelled_at"] is None:
                found[row["petition_id"]].append(row)
        return found

    def review_state(self, petition: Row) -> str:
        review = self.reviews.get(petition["review_id"])
        return review["state"] if review and review["answer_id"] == petition["answer_id"] else ""

    def review_stage(self, petition: Row) -> str:
        return str(self.reviews[petition["review_id"]]["stage"]) if self.review_state(petition) else ""


def duties_are_right(rows: Rows, exempt: set[int]) -> None:
    """Each duty that a state demands is open exactly once, and none that it does not demand; ``exempt`` owe no notice."""
    for key, petition in rows.petitions.items():
        open_ones = Counter(row["rule"] for row in rows.open_limits[key])
        state, review = petition["state"], rows.review_state(petition)
        expected: Counter[str] = Counter()
        if state in {"filed", "registered"} and petition["merged_into_id"] is None:
            expected["refer"] = 1
        if state in {"referred", "objected"} and key not in exempt:
            expected["notice"] = 1
        if state in {"accepted", "drafted"}:
            expected[next(iter(HANDLING & set(open_ones)), "handling")] = 1
        if review in REVIEWING:
            expected[rows.review_stage(petition)] = 1
        seen = Counter({rule: count for rule, count in open_ones.items() if rule not in RIGHTS | {"report"}})
        assert seen == expected, f"{petition['state']}, review {review!r}: {dict(seen)} open, {dict(expected)} owed"
        assert all(count == 1 for rule, count in open_ones.items() if rule != "report"), open_ones
        if "objection" in open_ones:
            assert state == "referred"
        if "review-request" in open_ones:
            assert state in {"answered", "closed"}
            assert review not in REVIEWING
        if state in OVER - {"closed"}:
            assert not open_ones


def next_due_is_first_duty(rows: Rows) -> None:
    """What a petition shows as due next is the open duty that ends first."""
    for key, petition in rows.petitions.items():
        owed = [(row["due_at"], row["rule"]) for row in rows.open_limits[key] if row["rule"] not in RIGHTS]
        assert (petition["next_due_at"], petition["next_due_rule"]) == min(owed, default=(NEVER, ""))


def nothing_ended_changes(before: Rows, after: Rows) -> None:
    """No limit is lost, and one that was met or cancelled stays as it was: nothing is met twice."""
    for key, row in before.limits.items():
        assert key in after.limits, "a limit is lost"
        if row["met_at"] or row["cancelled_at"]:
            assert after.limits[key] == row, "a limit that had ended was changed"
    assert set(before.entries) <= set(after.entries)
    assert all(after.entries[key] == row for key, row in before.entries.items()), "an entry was changed"


def everybody_has_a_turn(rows: Rows) -> None:
    """An open petition is somebody's turn, unless it follows another; an ended one only while a review is under way."""
    for petition in rows.petitions.values():
        follows = petition["merged_into_id"] is not None
        expected = rows.review_state(petition) in REVIEWING or (petition["state"] in TURN and not follows)
        assert bool(petition["turn_role"]) == expected, petition["state"]
        assert (petition["turn_agency_id"] is not None) == expected


def followers_go_with_their_lead(rows: Rows) -> None:
    """A petition that follows another and is open stands where that one stands; nobody leads who follows."""
    for petition in rows.petitions.values():
        if petition["merged_into_id"] is None or petition["state"] not in TURN:
            continue
        lead = rows.petitions[petition["merged_into_id"]]
        assert lead["merged_into_id"] is None
        assert petition["state"] == ("registered" if lead["state"] == "filed" else lead["state"])
        assert petition["lead_agency_id"] == lead["lead_agency_id"]


def referrals_fit(rows: Rows) -> None:
    """The agency that has the lead has one open referral as such; nobody has one when the matter is over."""
    for key, petition in rows.petitions.items():
        ordinary = [row for row in rows.referrals.values() if row["petition_id"] == key and row["kind"] != "review"]
        open_ones = [row for row in ordinary if row["state"] in ("sent", "received", "objected", "passed_on")]
        leads = [row for row in open_ones if row["lead"] and row["state"] != "passed_on"]
        if petition["state"] in {"referred", "objected", "accepted", "drafted"}:
            assert [row["agency_id"] for row in leads] == [petition["lead_agency_id"]], petition["state"]
        elif petition["state"] != "registered":
            assert not open_ones, petition["state"]


@dataclass
class Told:
    """A petition as its entries tell it."""

    state: str = ""
    lead: int | None = None
    merged_into: int | None = None
    review: str = ""
    stage: str = ""
    version: int = -1


def replayed(rows: Rows) -> dict[int, Told]:
    """Play the entries of all petitions again, in their order, knowing nothing but them and the table."""
    told: dict[int, Told] = {}
    for entry in (rows.entries[key] for key in sorted(rows.entries)):
        one = told.setdefault(entry["petition_id"], Told())
        row, data = BY_ACTION[entry["action"]], entry["data"]
        assert entry["from_state"] == one.state, (
            f"{entry['action']} from {entry['from_state']}, but it stood at {one.state}"
        )
        _play(told, one, entry["action"], data, entry["agency_id"])
        if row.machine == Machine.REVIEW:
            one.review = row.end or one.review
            one.stage = {"ask_review": "review", "ask_re_review": "re-review"}.get(entry["action"], one.stage)
        one.state = entry["to_state"]
        one.version += not row.by_clock
    return told


def _play(told: dict[int, Told], one: Told, action: str, data: dict[str, Any], agency: int | None) -> None:
    if action in {"refer", "pass_on", "settle_dispute"}:
        one.lead = int(data["agency"])
    elif action == "file_directly":
        one.lead = agency
    elif action == "uphold_objection":
        one.lead = None
    elif action == "merge":
        one.merged_into = int(data["into"])
        one.lead = told[one.merged_into].lead
    elif action in {"reopen", "remand", "part"}:
        one.merged_into = int(data["into"]) if data.get("into") else None
        one.lead = None if action == "reopen" else one.lead
    elif data.get("parted"):
        one.merged_into = None
    elif action in {"draft_answer", "settle"}:
        one.review = one.stage = ""


def entries_tell_the_whole(rows: Rows) -> None:
    """Replaying the entries gives each petition as it stands."""
    told = replayed(rows)
    assert set(told) == set(rows.petitions)
    for key, petition in rows.petitions.items():
        present = Told(
            petition["state"], petition["lead_agency_id"], petition["merged_into_id"], rows.review_state(petition),
            rows.review_stage(petition), petition["version"],
        )  # fmt: skip
        assert told[key] == present, f"told {told[key]}, is {present}"


def one_entry_each(before: Rows, after: Rows, action: str | None = None) -> int:
    """Each petition that changed has exactly one entry more (any number, when the clock did it); return how many there are."""
    fresh = Counter(row["petition_id"] for key, row in after.entries.items() if key not in before.entries)
    touched = {key for key, row in after.petitions.items() if before.petitions.get(key) != row}
    assert touched <= set(fresh), "a petition changed, and no entry tells of it"
    if action:
        assert set(fresh.values()) == {1}, f"{action} left {dict(fresh)}"
    return fresh.total()


def nothing_waits_for_the_clock(rows: Rows, now: datetime) -> None:
    """After the clock's turn no open limit is left that it should have warned of; a right whose end is provisional does not lapse."""
    for limits in rows.open_limits.values():
        for row in limits:
            waits = row["next_warning_at"] is not None and row["next_warning_at"] <= now
            assert not waits or (row["rule"] in RIGHTS and row["provisional"]), row["rule"]
