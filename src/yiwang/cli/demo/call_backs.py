"""Call-backs of the demo: the list as the worker makes it, a check sample, and some calls that were made this morning."""

from datetime import datetime, timedelta

from yiwang.agencies.models import Role, Staff
from yiwang.petitions.actors import Actor
from yiwang.petitions.verdicts import rules_now
from yiwang.satisfaction.callbacks import calls, making, rules, script
from yiwang.satisfaction.callbacks.calls import Reply, Told
from yiwang.satisfaction.models import Callback, Sample
from yiwang.satisfaction.samples import changes
from yiwang.workdays.counting import office_date, start_of

SAMPLED = 8
WEEKS = 8
CHECKS = (
    ("rated", 0, "yes"), ("rated", 0, "yes"), ("rated", 2, "no"), ("no_answer", None, ""), ("rated", 1, "yes"),
)  # fmt: skip
"""How the first checks went: outcome, place of the level among the office's, whether the matter is really solved."""
OTHERS = ("busy", "declined", "no_answer")


def call_back(now: datetime, staff: dict[str, Staff]) -> None:
    """Make the list, draw a sample, and make some calls, by the product's own changes; nothing where no hour of calling was."""
    clerk, supervisor = _somebody(staff, Role.INTAKE_CLERK), _somebody(staff, Role.SUPERVISOR)
    at = _last_hour(now)
    if clerk is None or supervisor is None or at is None:
        return
    making.go_on(at, seconds=60)
    today = office_date(at)
    plan = changes.Plan(first_day=today - timedelta(weeks=WEEKS), last_day=today - timedelta(days=1), size=SAMPLED)
    sample = changes.draw(supervisor, changes.announce(supervisor, plan).pk, at)
    _check(clerk, sample, at)
    asked = Callback.objects.filter(kind=Callback.Kind.RATING, ended_as="").order_by("id")
    for outcome, row in zip(OTHERS, list(asked), strict=False):
        _call(clerk, row, Told(outcome=outcome), at)


def _check(clerk: Actor, sample: Sample, at: datetime) -> None:
    levels = [code for code, _label in rules_now().choices]
    solved = script.current().lines.get(code="solved").pk
    for (outcome, place, is_solved), item in zip(CHECKS, sample.items.select_related("callback"), strict=False):
        level = levels[min(place, len(levels) - 1)] if place is not None else ""
        replies = {solved: Reply(is_solved)} if is_solved else {}
        _call(
            clerk,
            item.callback,
            Told(outcome=outcome, office=levels[0] if level else "", agency=level, replies=replies),
            at,
        )


def _call(clerk: Actor, row: Callback, told: Told, at: datetime) -> None:
    calls.take(clerk, row.pk, at)
    calls.record(clerk, row.pk, told, script.current(), at)


def _somebody(staff: dict[str, Staff], role: Role) -> Actor | None:
    """Return somebody of the office at the root who holds a role."""
    for person in staff.values():
        actor = Actor.of_staff(person)
        if any(post.role == role and post.agency.is_office and post.agency.depth == 0 for post in actor.posts):
            return actor
    return None


def _last_hour(now: datetime) -> datetime | None:
    """Return the first instant of calling of the last working day on which it has been already."""
    holding, calendar = rules.current(), rules.calendar()
    for days in range(14):
        day = office_date(now) - timedelta(days=days)
        first = rules.hours_of(holding).first_within(start_of(day), calendar)
        if office_date(first) == day and first <= now:
            return first
    return None
