"""The figures of a report: one function, of the database as it is, that gives integers and strings and never a float."""

from collections.abc import Callable

from yiwang.performance.measures import Period
from yiwang.performance.reports.figures.counted import Figures, Spans, Trees
from yiwang.performance.reports.figures.handling import handling
from yiwang.performance.reports.figures.received import received
from yiwang.performance.reports.figures.supervised import supervised
from yiwang.performance.reports.figures.verdicts import verdicts
from yiwang.performance.reports.figures.yearly import referrals, reviews
from yiwang.performance.reports.periods import Kind, before, year_before

FORM = 1
"""How the figures are laid out; a later layout has another number, and reads the earlier ones too."""
MINIMUM = 10
"""Cases below which an agency has no place in the ranking, unless the office has set another number."""


def figures(kind: str, period: Period, *, minimum: int = MINIMUM, tick: Callable[[], object] = lambda: None) -> Figures:
    """Return the figures of a report as canonical JSON may hold them (canonical.py).

    A constant number of statements, whatever the number of petitions; ``tick`` is called after each, :func:`steps` says how
    often. Accusations 检举控告 are left out, but for one total of the whole office.
    """
    spans = Spans(period, before(kind, period), year_before(kind, period))
    trees = Trees()
    found: Figures = {
        "form": FORM,
        "kind": Kind(kind).value,
        "period": {"first": period.first_day.isoformat(), "last": period.last_day.isoformat()},
        "imported": period.imported,
        "minimum": minimum,
        "received": received(spans, trees, tick),
        "handling": handling(spans, trees, minimum, tick),
        "satisfaction": verdicts(spans, trees, tick),
        "supervision": supervised(spans, trees, tick),
    }
    if kind == Kind.YEARLY:
        found |= {"referrals": referrals(spans, tick), "reviews": reviews(spans, tick)}
    return found


def steps(kind: str) -> int:
    """Return how often :func:`figures` ticks: seven times for each of its periods, which are two for a year, and thrice besides."""
    return 2 * (7 + 3) + 3 if kind == Kind.YEARLY else 3 * 7 + 3
