"""What an action does to the limits of one petition: start, lengthen, meet, cancel, warn; all written when it ends."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property

from django.db.models import Q
from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency
from yiwang.petitions import deadlines
from yiwang.petitions.models import NEVER, Deadline, Extension, Petition, Referral, Suspension
from yiwang.petitions.refusals import Refused
from yiwang.store.inserting import insert


class WorkOnLimits:
    """The part of `Work` that has to do with limits. ``happened_at`` lies before ``now`` only in imported history."""

    petition: Petition
    now: datetime
    happened_at: datetime
    historical: bool
    quiet: bool
    entry_id: int
    _open: list[Deadline] | None
    _recounted: list[Deadline]

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

    def write_deadlines(self) -> None:
        """Write what was done to the limits, and which duty ends first; nothing when none was looked at."""
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
