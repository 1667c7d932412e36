"""What waits to be sent 待发消息, and what could not be: for administrators, who see neither address nor words."""

from datetime import UTC, datetime

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
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
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.petitions.visibility import visible_to

PAGE = 100


@for_staff(Role.SYSTEM_ADMINISTRATOR)
def mails(request: DeskRequest) -> HttpResponse:
    """Show what is not delivered yet, oldest first, and how many wait by route; try one or all again now."""
    if request.method == "POST":
        chosen = request.POST.get("notice", "")
        one = int(chosen) if chosen.isdecimal() else None
        tried = retry_now(request.user.pk, one, datetime.now(UTC), told=_told())
        messages.success(request, gettext("%(number)d 条马上再发。") % {"number": tried})
        return SeeOther(reverse("desk:setup_outbox"))
    undelivered = Notice.objects.filter(_told(), state=Notice.State.PENDING)
    by_route = undelivered.order_by().values_list("route").annotate(number=Count("*"))
    rows = undelivered.exclude(route=Notice.PERSON).order_by("next_attempt_at", "id")[:PAGE]
    context = {
        "rows": [(row, str(KINDS.get(row.kind, row.kind))) for row in rows],
        "routes": [
            (route, number, route == Notice.PERSON or sender_for(route) is not None) for route, number in by_route
        ],
    }
    return render(request, "desk/setup/outbox.html", context)


def _told() -> Q:
    """Return the condition on notices that administrators are told of: a message about an accusation is not even counted."""
    apart = visible_to(Actor.system()).filter(purpose=Petition.Purpose.ACCUSATION, pk=OuterRef("petition_id"))
    return ~Q(Exists(apart))
