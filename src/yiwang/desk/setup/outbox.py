"""What waits to be sent 待发消息, and what could not be: for administrators, who see neither address nor words."""

from datetime import UTC, datetime

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from yiwang.agencies.models import Role
from yiwang.desk.access import DeskRequest, SeeOther, for_staff
from yiwang.desk.setup.telling import KINDS
from yiwang.outbox.changes import retry_now
from yiwang.outbox.models import Notice
from yiwang.outbox.senders import sender_for

PAGE = 100


@for_staff(Role.ADMINISTRATOR)
def mails(request: DeskRequest) -> HttpResponse:
    """Show what is not delivered yet, oldest first, and how many wait by route; try one or all again now."""
    if request.method == "POST":
        chosen = request.POST.get("notice", "")
        tried = retry_now(request.user.pk, int(chosen) if chosen.isdecimal() else None, datetime.now(UTC))
        messages.success(request, gettext("%(number)d 条马上再发。") % {"number": tried})
        return SeeOther(reverse("desk:setup_outbox"))
    undelivered = Notice.objects.filter(state=Notice.State.PENDING)
    by_route = undelivered.order_by().values_list("route").annotate(number=Count("*"))
    rows = undelivered.exclude(route=Notice.PERSON).order_by("next_attempt_at", "id")[:PAGE]
    context = {
        "rows": [(row, str(KINDS.get(row.kind, row.kind))) for row in rows],
        "routes": [
            (route, number, route == Notice.PERSON or sender_for(route) is not None) for route, number in by_route
        ],
    }
    return render(request, "desk/setup/outbox.html", context)
