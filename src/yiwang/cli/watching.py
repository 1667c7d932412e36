"""The pages for machines that watch this one: `/health/`, `/health/ready` and `/metrics` (docs/monitoring.md).

`/health/` and `/health/ready` say to anybody no more than whether all is well. Why not, and the metrics, are told to
addresses that the operator named, to the bearer of the token, and (health alone) to a system administrator at the desk.
"""

import secrets
from ipaddress import ip_address

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Role, Staff
from yiwang.cli import health as checks
from yiwang.cli.config import current_config
from yiwang.cli.findings import Finding
from yiwang.doors.address import client_of
from yiwang.logins.factors import lacks_factor
from yiwang.petitions.actors import Actor
from yiwang.ui.access import public

CACHED_SECONDS = 5
"""For how long one process answers with what it found: however often anybody asks, the office is looked at this often."""
BEARER = "Bearer "


@public
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Say whether the whole office is well: 200, or 503."""
    return _answer(request, _found("whole"))


@public
@never_cache
@require_safe
def health_ready(request: HttpRequest) -> HttpResponse:
    """Say whether this machine can answer requests, for a load balancer: 200, or 503."""
    return _answer(request, _found("ready"))


@public
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the metrics of the whole office in Prometheus' text format; 404 to whoever may not read them."""
    if not is_watcher(request):
        raise Http404
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

    from yiwang.cli.metrics import registry

    return HttpResponse(generate_latest(registry()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def is_watcher(request: HttpRequest) -> bool:
    """Return whether a request comes from an address that may watch, or bears the token."""
    given = request.headers.get("Authorization", "")
    if settings.METRICS_TOKEN and given.startswith(BEARER):
        token = given.removeprefix(BEARER).encode()
        if secrets.compare_digest(token, settings.METRICS_TOKEN.encode()):
            return True
    address = client_of(request)
    return bool(address) and any(ip_address(address) in network for network in settings.MONITOR_ADDRESSES)


def _found(which: str) -> list[Finding]:
    """Return what was found at most five seconds ago by this process."""
    key = f"health-{which}-{hash(str(connection.settings_dict['NAME']))}"
    found: list[Finding] | None = cache.get(key)
    if found is None:
        found = list({"whole": checks.whole, "ready": checks.ready}[which](current_config()))
        cache.set(key, found, CACHED_SECONDS)
    return found


def _answer(request: HttpRequest, found: list[Finding]) -> HttpResponse:
    well = all(finding.well for finding in found)
    told = found if is_watcher(request) or _administers(request) else []
    status = 200 if well else 503
    if "text/html" in request.headers.get("Accept", ""):
        return render(request, "cli/health.html", {"well": well, "found": told}, status=status)
    content = {"status": "well" if well else "ill"}
    if told:
        return JsonResponse({**content, "checks": [finding.as_json() for finding in told]}, status=status)
    return JsonResponse(content, status=status)


def _administers(request: HttpRequest) -> bool:
    """Return whether a system administrator is logged in. While the database is away nobody is known."""
    try:
        user = getattr(request, "user", None)
        if not isinstance(user, Staff) or lacks_factor(request.session):
            return False
        return Actor.of_staff(user).has(Role.SYSTEM_ADMINISTRATOR)
    except (DatabaseError, InterfaceError):
        return False
