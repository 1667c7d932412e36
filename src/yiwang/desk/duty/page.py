"""The duty desk 值班台: what comes, what waits, and how the platform fares, as it is now; it draws itself anew every 20 seconds.

Who reads petitions sees figures of those that they may see; a system administrator has a page of the platform alone.
"""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Role
from yiwang.desk.access import DeskRequest, for_staff
from yiwang.desk.duty import board
from yiwang.petitions.visibility import visible_to
from yiwang.watch.queues import ordinary

REFRESH_SECONDS = 20
ON_DUTY = (Role.INTAKE_CLERK, Role.OFFICE_HANDLER, Role.APPROVER, Role.SUPERVISOR, Role.LEADER)


@for_staff(*ON_DUTY)
@require_safe
def duty(request: DeskRequest) -> HttpResponse:
    """Show the whole board to who reads petitions."""
    now = datetime.now(UTC)
    context = {
        "at": now, "refresh": REFRESH_SECONDS, "today": board.figures(request.actor, now),
        "tells": request.actor.has(Role.INTAKE_CLERK, Role.OFFICE_HANDLER),
        **board.machine(visible_to(request.actor), now),
    }  # fmt: skip
    return render(request, "desk/duty/page.html", context)


@for_staff(Role.SYSTEM_ADMINISTRATOR)
@require_safe
def machine(request: DeskRequest) -> HttpResponse:
    """Show how the platform fares to who keeps it running: no figure of petitions."""
    now = datetime.now(UTC)
    context = {"at": now, "refresh": REFRESH_SECONDS, "administers": True, **board.machine(ordinary(), now)}
    return render(request, "desk/duty/machine.html", context)
