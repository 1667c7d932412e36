"""Who signs reports is told by mail that there are some to sign: one message each for all that were made since the last."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yiwang.agencies.models import Agency, Post, Staff
from yiwang.outbox.changes import write_to
from yiwang.performance.models import Report
from yiwang.performance.reports.changes import SIGNS
from yiwang.performance.reports.edition import title_of
from yiwang.workdays.counting import office_date


def tell(now: datetime) -> int:
    """Owe a message to each who signs, about the reports of which nobody was told yet; return how many messages.

    Reports and messages are marked and written in one transaction, under the reports' locks: it happens once.
    """
    if not Report.objects.filter(told_at=None).exists():
        return 0  # without waiting for the writer's turn
    with transaction.atomic():
        waiting = list(Report.objects.select_for_update().filter(told_at=None).order_by("id"))
        if not waiting:
            return 0
        Report.objects.filter(pk__in=[report.pk for report in waiting]).update(told_at=now)
        listed = "\n".join(f"· {title_of(report)}" for report in waiting)
        subject = ngettext("有%(n)d份报告待签发", "有%(n)d份报告待签发", len(waiting)) % {"n": len(waiting)}
        body = _("系统已制作：\n%(listed)s\n\n请登录工作台看过文字，再签发：%(address)s") % {
            "listed": listed,
            "address": _address(),
        }
        people = [person for person in signers(now) if person.email]
        for person in people:
            write_to("report", f"{waiting[-1].pk}-{person.pk}", person.email, subject, body, now)
    return len(people)


def signers(now: datetime) -> list[Staff]:
    """Return those who hold a post today from which reports are signed."""
    held = Post.objects.filter(
        Post.held_on(office_date(now)), role__in=SIGNS, agency__kind=Agency.Kind.OFFICE, agency__depth=0
    )
    return list(Staff.objects.filter(pk__in=held.values("staff"), is_active=True).order_by("pk"))


def _address() -> str:
    try:
        return f"{settings.BASE_URL}{reverse('desk:reports')}"
    except NoReverseMatch:
        return str(settings.BASE_URL)
