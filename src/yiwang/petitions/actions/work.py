"""What one action does to one petition: it collects the changes and writes them together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency, Post, Role
from yiwang.journal import log
from yiwang.journal.models import Record
from yiwang.petitions import deadlines, exemptions, notices, papers
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import BY_ACTION, REFERRAL_MOVES, REVIEW_TURN, TURN, Machine, Relation, Transition
from yiwang.petitions.models import NEVER, Attachment, Deadline, Entry, Extension, Petition, Referral, Suspension
from yiwang.petitions.refusals import Refused
from yiwang.store.ids import new_id
from yiwang.store.inserting import insert
from yiwang.store.trees import ids_on
from yiwang.vault.sealing import seal_under
from yiwang.workdays.counting import office_date

CLOSED_REFERRALS = (Referral.State.REPORTED, Referral.State.DONE, Referral.State.RETURNED)


@dataclass
class Work:
    """An action under way on one petition. ``happened_at`` lies before ``now`` only in imported history."""

    petition: Petition
    actor: Actor
    post: Post | None
    transition: Transition
    now: datetime
    happened_at: datetime
    historical: bool = False
    quiet: bool = False
    following: bool = False
    note: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    referral: Referral | None = None
    shown_to_petitioner: bool | None = None
    entry_id: int = 0
    attachments: list[Attachment] = field(default_factory=list)
    tellings: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    papers: list[tuple[str, int | None, dict[str, object]]] = field(default_factory=list)
    _open: list[Deadline] | None = None
    _recounted: list[Deadline] = field(default_factory=list)
    _from_state: str = ""

    def __post_init__(self) -> None:
        # From the instant at which it happened, so that imported entries stand in the order of their days.
        self.entry_id = new_id(self.happened_at)

    def for_follower(self, follower: Petition) -> "Work":
        """Return the same work on a petition that was merged into this one: it goes along, with an entry of its own."""
        return Work(
            follower,
            self.actor,
            self.post,
            self.transition,
            self.now,
            self.happened_at,
            self.historical,
            self.quiet,
            following=True,
        )

    def begin(self) -> None:
        self._from_state = self.petition.state
        end = self.transition.petition_end if self.transition.machine == Machine.REVIEW else self.transition.end
        self.petition.state = end or self.petition.state

    @property
    def open_deadlines(self) -> list[Deadline]:
        """The petition's deadlines that are neither met nor cancelled; read once."""
        if self._open is None:
            self._open = list(self.petition.deadlines.filter(met_at=None, cancelled_at=None))
        return self._open

    def start(
        self, code: str, owed_by: Agency, referral: Referral | None = None, since: datetime | None = None
    ) -> Deadline:
        """Start a limit of the rules, counted from ``since`` (when it happened, if omitted)."""
        row = self.start_unsaved(code, owed_by, referral, since)
        self.open_deadlines.append(row)
        return row

    def start_unsaved(
        self, code: str, owed_by: Agency, referral: Referral | None = None, since: datetime | None = None
    ) -> Deadline:
        """Return the row that :meth:`start` would write, for a petition that is only just being made."""
        since, rule = since or self.happened_at, self.rules[code]
        rollover = deadlines.rolls_over(rule)
        row = self._row(code, owed_by, referral, since, deadlines.due(rule, since, rollover=rollover))
        row.rollover, row.by_calendar = rollover, deadlines.by_calendar(rule, rollover)
        return row

    def start_report(self, owed_by: Agency, referral: Referral, day: date) -> Deadline:
        """Start the limit that an assignment 交办 names for its report (art. 22)."""
        row = self._row("report", owed_by, referral, self.happened_at, deadlines.due_by(day, self.happened_at))
        self.open_deadlines.append(row)
        return row

    def _row(
        self, code: str, owed_by: Agency, referral: Referral | None, since: datetime, due: deadlines.Due
    ) -> Deadline:
        row = Deadline(
            petition=self.petition, referral=referral, rule=code, rule_version=self.petition.rules, owed_by=owed_by,
            started_at=since, due_on=due.on, due_at=due.at, provisional=due.provisional,
        )  # fmt: skip
        # Whoever brings in what is past is not warned of what passed before; history has no warnings at all.
        row.warned = due.passed(self.now) if self.quiet else 0
        if not (self.historical or self.petition.historical):
            row.next_warning_at = deadlines.next_warning(code, due, row.warned)
        return row

    @cached_property
    def rules(self) -> Mapping[str, deadlines.Rule]:
        """The limits under which the petition was registered; one statement where the office has its own, none otherwise."""
        return deadlines.rules_of(self.petition.rules)

    def extend(self, row: Deadline, days: int) -> Deadline:
        """Extend an open limit, once, and count its end anew.

        Raises Refused: ``no_extension``, ``extension_too_long``, ``extended_before``, ``over``.
        """
        row, rule = self._lengthened(row, "no_extension")
        deadlines.check_extension(rule, days)
        if Extension.objects.filter(deadline=row).exists():
            raise Refused("extended_before", _("“%(label)s”的期限已经延长过一次，不能再延。") % {"label": rule.label})
        self._write_below(row, Extension(deadline=row, days=days, entry_id=self.entry_id, at=self.happened_at))
        return row

    def suspend(self, row: Deadline, first: date, last: date, because: str) -> Deadline:
        """Let the days from ``first`` to ``last``, both included, not count for an open limit, and count its end anew.

        Raises Refused: ``no_suspension``, ``no_ground``, ``ends_before_it_begins``, ``over``.
        """
        row, rule = self._lengthened(row, "no_suspension")
        deadlines.check_suspension(rule, first, last, because)
        self._write_below(
            row,
            Suspension(
                deadline=row,
                first_day=first,
                last_day=last,
                because=because,
                entry_id=self.entry_id,
                at=self.happened_at,
            ),
        )
        return row

    def warn(self, row: Deadline) -> int:
        """Note that a limit was warned of, and when it is next; return how far it is, in per cent of its days."""
        found = self._end_of(row)
        above = next(share for share in deadlines.SHARES if share > row.warned)
        row.warned = max(above, found.passed(self.happened_at))
        row.next_warning_at = found.mark_above(row.warned)
        self._recounted.append(row)
        return row.warned

    def lapsed(self, code: str, referral: Referral | None = None) -> Deadline | None:
        """Return the limit of a right (of one referral, when given) whose time has passed for certain, used or not."""
        rows = self.petition.deadlines.filter(Q(cancelled_at=None) | Q(cancelled_because=Deadline.LAPSED), rule=code)
        newest = (rows.filter(referral=referral) if referral else rows).order_by("-id").first()
        return newest if newest and newest.is_over(self.happened_at) else None

    def _lengthened(self, row: Deadline, code: str) -> tuple[Deadline, deadlines.Rule]:
        """Return the open limit that is to be lengthened, and its rule; refuse one that is over, or names its day itself."""
        if row.rule not in self.rules:
            raise Refused(code, _("这个期限是交办时定的日子，请重新约定。"))
        held = next((one for one in self.open_deadlines if one.pk == row.pk and one.is_open), None)
        if held is None or held.due_at <= self.happened_at:
            raise Refused("over", _("这个期限已经结束，不能再改。"))
        return held, self.rules[row.rule]

    def _write_below(self, row: Deadline, below: Extension | Suspension) -> None:
        """Write an extension or a suspension, and count the end of its limit anew."""
        insert(below)
        deadlines.set_found(row, self._end_of(row), self.now)
        self._recounted.append(row)

    def _end_of(self, row: Deadline) -> deadlines.Due:
        """Count the end of a limit from all that lengthens it."""
        if row.rule not in self.rules:
            return deadlines.due_by(row.due_on, row.started_at)
        return deadlines.due(self.rules[row.rule], row.started_at, rollover=row.rollover, **deadlines.lengthened(row))

    def meet(self, *codes: str, referral: Referral | None = None) -> None:
        """Meet the open limits of these rules (of one referral, when given)."""
        for row in self.open_deadlines:
            if row.is_open and row.rule in codes and (referral is None or row.referral_id == referral.pk):
                row.met_at = self.happened_at

    def cancel(self, because: str, *codes: str, referral: Referral | None = None) -> None:
        """Cancel the open limits of these rules (all, when none is named)."""
        for row in self.open_deadlines:
            if (
                row.is_open
                and (not codes or row.rule in codes)
                and (referral is None or row.referral_id == referral.pk)
            ):
                row.cancelled_at, row.cancelled_because = self.happened_at, because

    def lead_referral(self) -> Referral | None:
        """Return the open referral of the agency that has the lead."""
        return (
            self.petition.referrals.filter(agency=self.petition.lead_agency, lead=True, state__in=Referral.OPEN)
            .order_by("-id")
            .first()
        )

    def refer(
        self,
        agency: Agency,
        *,
        lead: bool,
        kind: str,
        report_due: date | None = None,
        parent: Referral | None = None,
        limits: tuple[str, ...] = ("notice", "objection"),
    ) -> Referral:
        """Ask an agency: write the referral and start its limits, save where an exception keeps them from starting."""
        referral = Referral(
            petition=self.petition, agency=agency, lead=lead, kind=kind, report_due=report_due, parent=parent,
            sent_by=self.actor.staff, sent_at=self.happened_at,
        )  # fmt: skip
        insert(referral)
        if lead:
            self.petition.lead_agency = agency
            self.petition.handler = None
            for code in limits:
                if not exemptions.exempts(code, self.petition, agency, kind):
                    self.start(code, agency, referral)
        if report_due:
            self.start_report(agency, referral, report_due)
        return referral

    def move(self, referral: Referral) -> None:
        """Move a referral as the table says of this action, and set its instants.

        Raises ValueError where the table knows no such way: that is an error of the program, and nothing is written.
        """
        row = REFERRAL_MOVES[self.transition.action]
        if referral.state not in row.start:
            raise ValueError(f"no way leads from a {referral.state} referral by {self.transition.action}")
        referral.state = row.end
        if row.end == Referral.State.RECEIVED and referral.received_at is None:
            referral.received_at = self.happened_at
        if row.end in CLOSED_REFERRALS:
            referral.ended_at = self.happened_at
        referral.save(update_fields=["state", "received_at", "ended_at"])

    def end_referrals(self) -> None:
        """End every open referral, as the table says of this action: the matter is answered or over."""
        row = REFERRAL_MOVES[self.transition.action]
        self.petition.referrals.filter(state__in=row.start).exclude(kind=Referral.Kind.REVIEW).update(
            state=row.end, ended_at=self.happened_at
        )

    def note_first_answer(self) -> None:
        """Note when the matter was answered for the first time, and that this answer has reached nobody yet."""
        petition = self.petition
        if petition.answered_at is None:
            petition.answered_at = self.happened_at
            petition.answered_on = office_date(self.happened_at)
            petition.days_to_answer = max((petition.answered_on - petition.received_on).days, 0)
        petition.delivered_at = None
        petition.final_at = None

    def part_followers(self) -> None:
        """Let the open ones merged into this petition go on without it, each with an entry: the eldest leads, the others follow it."""
        eldest: Petition | None = None
        followers = self.petition.followers.select_for_update(of=("self",)).filter(state__in=TURN)
        for follower in followers.select_related("petitioner", "office", "lead_agency").order_by("id"):
            work = Work(
                follower,
                self.actor,
                self.post,
                BY_ACTION["part"],
                self.now,
                self.happened_at,
                self.historical,
                self.quiet,
            )
            work.begin()
            work.part(eldest)
            work.finish("part")
            eldest = eldest or follower

    def part(self, into: Petition | None) -> None:
        """Let a merged petition follow another from now on, or none: what is not referred yet is then owed a referral again."""
        self.petition.merged_into = into
        if into:
            self.data["into"] = str(into.pk)
        elif self.petition.state == Petition.State.REGISTERED:
            self.start("refer", self.petition.office)

    def tell(self, kind: str, **facts: object) -> None:
        """Owe the petitioner a notice of that kind (petitions/notices.py); history owes none."""
        if not (self.historical or self.quiet or self.petition.historical):
            self.tellings.append((kind, facts))

    def issue(self, kind: str, issuer_id: int | None = None, **given: object) -> None:
        """Owe a paper of that kind (papers/kinds.py), which the worker makes; history owes none, and none is made of an accusation unasked.

        Raises ValueError where the table says nothing of it.
        """
        if kind not in self.transition.papers:
            raise ValueError(f"the row of {self.transition.action} owes no {kind}")
        if not (self.historical or self.quiet or self.petition.is_accusation):
            self.papers.append((kind, issuer_id, given))

    def finish(self, action: str) -> Entry:
        """Write all that was collected. Called by the action, inside its transaction."""
        petition = self.petition
        if self.historical:
            self.cancel("history")
        self._write_deadlines()
        if not self.transition.by_clock:
            set_turn(self.petition)
            petition.version += 1
            petition.save(force_update=True)
        entry = self.entry(action)
        insert(entry, *self.attachments)
        review_id = petition.review_id if self.transition.machine == Machine.REVIEW else None
        owed = [
            paper
            for kind, issuer_id, given in self.papers
            for paper in papers.owed_by([kind], petition, entry, issuer_id=issuer_id, review_id=review_id, given=given)
        ]
        insert(*owed, *notices.owed(petition, entry, self.tellings, self.now), self.line(action))
        return entry

    def entry(self, action: str) -> Entry:
        """Return the entry of this action, its note sealed under the petition's key."""
        shown = self.transition.shown_to_petitioner if self.shown_to_petitioner is None else self.shown_to_petitioner
        if self.following:
            self.data["follows"] = str(self.petition.merged_into_id)
        entry = Entry(
            id=self.entry_id, petition=self.petition, referral=self.referral, action=action, actor_kind=self.actor.kind,
            actor=self.actor.staff, agency=self.post.agency if self.post else None,
            review=self.petition.review if self.transition.machine == Machine.REVIEW else None,
            stood_in_for=self.post.staff if self.post and self.post.staff_id != self.actor.staff_id else None,
            from_state=self._from_state, to_state=self.petition.state, happened_at=self.happened_at, recorded_at=self.now,
            shown_to_petitioner=shown, data=self.data,
        )  # fmt: skip
        seal_under(self.petition.key, entry, "sealed_note", self.note)
        return entry

    def line(self, action: str) -> Record:
        """Return the line of the behaviour log for this action."""
        return log.line(
            action,
            actor_kind=self.actor.kind,
            actor_id=self.actor.staff_id,
            subject_kind="petition",
            subject_id=self.petition.pk,
            at=self.now,
        )

    def _write_deadlines(self) -> None:
        if self._open is None:
            return
        fresh = [row for row in self._open if row._state.adding]
        changed = [row for row in self._open if not row._state.adding and not row.is_open]
        if changed:
            Deadline.objects.bulk_update(changed, ["met_at", "cancelled_at", "cancelled_because"])
        recounted = [row for row in self._recounted if not row._state.adding]
        if recounted:
            Deadline.objects.bulk_update(recounted, deadlines.COUNTED)
        insert(*fresh)
        still_open = [(row.due_at, row.rule) for row in self._open if row.is_open]
        self.petition.next_due_at, self.petition.next_due_rule = deadlines.first_owed(still_open) or (NEVER, "")


def set_turn(petition: Petition) -> None:
    """Set whose turn it is. A merged petition stands on no work-list: the petition it follows does."""
    if petition.review_id and petition.review_state in REVIEW_TURN:
        _set_review_turn(petition)
        return
    turn = TURN.get(petition.state)
    if turn is None or petition.merged_into_id:
        petition.turn_agency, petition.turn_role = None, ""
        return
    relation, role = turn
    agency = petition.office if relation == Relation.OFFICE else petition.lead_agency
    if role == Role.APPROVER and agency:
        agency = _nearest_with_approver(agency)
    petition.turn_agency = agency
    petition.turn_role = Role.OFFICE_HANDLER if agency and agency.is_office and role == Role.AGENCY_HANDLER else role


def _set_review_turn(petition: Petition) -> None:
    """Set whose turn it is in a review: the reviewing body's; the office's where that body is outside, and its words are recorded."""
    assert petition.review is not None
    agency, role = petition.review.agency, REVIEW_TURN[petition.review.state]
    petition.turn_agency = agency or petition.office
    of_the_office = petition.turn_agency.is_office and role == Role.AGENCY_HANDLER
    petition.turn_role = Role.OFFICE_HANDLER if of_the_office or agency is None else role


def _nearest_with_approver(agency: Agency) -> Agency:
    """Return the agency itself, or the nearest above it, where somebody can sign off; itself when nobody can."""
    posts = Post.objects.filter(agency__in=ids_on(agency.path), role=Role.APPROVER, staff__is_active=True)
    nearest = posts.select_related("agency").order_by("-agency__depth").first()
    return nearest.agency if nearest else agency
