"""The silent default 期满未评价: what the rules give where nobody rated within the window. It always stands apart."""

from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef

from yiwang.petitions.actions import Rate, Refused
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import ENDED
from yiwang.petitions.models import Rating, RatingRules
from yiwang.petitions.verdicts import co_agencies, rules_now
from yiwang.petitions.visibility import visible_to
from yiwang.workdays.counting import office_date, start_of


def rate_silently(limit: int = 200, now: datetime | None = None) -> int:
    """Give the silent level to answers whose window is over, and return how many; the worker calls it.

    Only where the window ended after an office chose so: what was silent before stays so. Each is an action of its own that
    refuses an answer with a rating, so that it may be stopped anywhere and run again, or twice at once.
    """
    now = now or datetime.now(UTC)
    rules, since = rules_now(), _chosen_since()
    if not rules.silent_level or since is None:
        return 0
    window = timedelta(days=rules.window_days)
    rated = Rating.objects.filter(petition=OuterRef("pk"), answer=OuterRef("answer"))
    waiting = visible_to(Actor.system()).filter(
        ~Exists(rated), state__in=ENDED, answer__isnull=False, historical=False, disposed_at=None,
        delivered_at__gte=start_of(office_date(since) - window), delivered_at__lt=start_of(office_date(now) - window),
    )  # fmt: skip
    done = 0
    for petition in waiting.order_by("delivered_at")[:limit]:
        level = rules.silent_level
        everybody = {one.pk: level for one in co_agencies(petition)}
        try:
            Rate(office=level, agency=level, agencies=everybody, how=Rating.How.SILENT).run(Actor.system(), petition.pk)
        except Refused:
            continue  # rated or taken up again in between
        done += 1
    return done


def _chosen_since() -> datetime | None:
    """Return since when, without a break, the rules have named a silent level."""
    since = None
    for level, entered_at in RatingRules.objects.order_by("-number").values_list("silent_level", "entered_at"):
        if not level:
            break
        since = entered_at
    return since
