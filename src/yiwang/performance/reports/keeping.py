"""Making a report and keeping it: its figures are counted once, and whoever makes it again gets what was kept.

The figures are counted before anything is written; the row, its words and its line in the behaviour log are one transaction.
Whatever dies in between leaves nothing, and of two that make the same one at once, the second gets the first one's.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from yiwang.agencies.models import Staff
from yiwang.journal import log
from yiwang.performance.measures import Period
from yiwang.performance.models import Report, ReportSettings, Wording
from yiwang.performance.reports.canonical import canonical, digest_of
from yiwang.performance.reports.figures import figures
from yiwang.performance.reports.sections import prefilled
from yiwang.petitions.refusals import Refused

CHINESE = "zh-hans"
NOTHING: Callable[[], object] = lambda: None  # noqa: E731
LONGEST_REASON = 200


def kept(kind: str, period: Period, language: str = CHINESE) -> Report | None:
    """Return the newest version of a report that was made, or None."""
    rows = Report.objects.filter(kind=kind, first_day=period.first_day, language=language)
    return rows.order_by("-version").first()


def make(
    kind: str, period: Period, *, language: str = CHINESE, by: Staff | None = None, tick: Callable[[], object] = NOTHING
) -> Report:
    """Return the report of a period, made now when there is none. Not for a transaction: a year is counted for seconds.

    In another language the figures are those of the Chinese one, which is made first.
    """
    if there := kept(kind, period, language):
        return there
    if language != CHINESE:
        first = make(kind, period, by=by, tick=tick)
        return _keep(kind, period, language, first.figures, first.version, first.reason, by)
    counted = figures(kind, period, minimum=ReportSettings.current().minimum, tick=tick)
    return _keep(kind, period, language, canonical(counted), 1, "", by)


def correct(report: Report, reason: str, by: Staff, tick: Callable[[], object] = NOTHING) -> Report:
    """Count a report anew as its next version; the old one stays as it is, signed or not. Raises Refused."""
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise Refused("reason", _("请写明为什么更正。"))
    newest = kept(report.kind, report.period, report.language)
    if newest is None or newest.pk != report.pk:
        raise Refused("not_newest", _("这一期已经有更新的版本，请在那一版上更正。"))
    settings = ReportSettings.current()
    period = Period(report.first_day, report.last_day, settings.imported)
    counted = figures(report.kind, period, minimum=settings.minimum, tick=tick)
    return _keep(report.kind, period, report.language, canonical(counted), report.version + 1, reason, by)


def check(report: Report) -> bool:
    """Tell whether the figures are those that were kept."""
    return digest_of(report.figures) == report.digest


def words_of(report: Report) -> Wording:
    """Return the newest words."""
    found = report.wordings.order_by("-version").first()
    if found is None:
        raise LookupError(f"report {report.pk} has no words")
    return found


def _keep(
    kind: str, period: Period, language: str, text: str, version: int, reason: str, by: Staff | None
) -> Report:  # fmt: skip
    now = datetime.now(UTC)
    report = Report(
        kind=kind, first_day=period.first_day, last_day=period.last_day, language=language, version=version,
        reason=reason, figures=text, digest=digest_of(text), made_at=now, made_by=by, told_at=now if by else None,
    )  # fmt: skip
    try:
        with transaction.atomic():
            report.save(force_insert=True)
            with translation.override(language):
                Wording.objects.create(report=report, texts=prefilled(report.read()), written_at=now, written_by=None)
            note("correct_report" if reason else "make_report", report, by)
    except IntegrityError:
        there = kept(kind, period, language)
        if there is None or there.version < version:
            raise
        return there
    return report


def note(act: str, report: Report, by: Staff | None) -> None:
    """Leave a line in the behaviour log, within the caller's transaction."""
    log.write(
        [
            log.line(
                act, actor_kind="staff" if by else "system", actor_id=by.pk if by else None, subject_kind="report",
                subject_id=report.pk, reason=report.kind,
            )
        ]
    )  # fmt: skip
