"""Telling somebody that it was too often: what happened, what was kept, when to try again (RFC 6585, 429)."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yiwang.doors.address import client_of
from yiwang.doors.challenges import make
from yiwang.doors.limits import Wait, spend

MINUTE, HOUR = 60, 3600
View = Callable[..., HttpResponse]


def too_often(wait: Wait) -> HttpResponse:
    """Return the plain page for a link, or for a form that lies on the page before."""
    context = {"minutes": _up(wait.seconds, MINUTE), "hours": _up(wait.seconds, HOUR) if wait.seconds > HOUR else 0}
    response = HttpResponse(render_to_string("429.html", context))
    response.headers["Cache-Control"] = "no-store"
    return busy(response, wait)


def limited(name: str) -> Callable[[View], View]:
    """Count each request to a view by its address, and answer with the plain page where it is too often."""

    def wrap(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            wait = spend(name, address=client_of(request))
            return too_often(wait) if wait else view(request, *args, **kwargs)

        return counted

    return wrap


def busy(response: HttpResponse, wait: Wait) -> HttpResponse:
    """Make a page that holds what was typed the answer to somebody who must wait."""
    response.status_code = 429
    response.headers["Retry-After"] = str(wait.seconds)
    return response


def sentence(wait: Wait) -> str:
    """Say it in a form that comes back with all that was typed."""
    if wait.challenge:
        return _("现在访问的人特别多，这次没有提交。请先完成下面的小计算，再提交一次；您填的内容都还在。")
    return _("从您这里来的次数太多了，这次没有提交。请过%(time)s再提交；您填的内容都还在。着急的话，请打电话。") % {
        "time": in_words(wait.seconds)
    }


def asked(name: str, wait: Wait | None) -> Mapping[str, Any]:
    """Return what a form's page needs for the challenge that goes with a wait: the value of ``challenge``, or nothing."""
    return {"challenge": make(name)} if wait and wait.challenge else {}


def in_words(seconds: int) -> str:
    """Return a time in minutes, or in hours when it is long; rounded up."""
    if seconds > HOUR:
        hours = _up(seconds, HOUR)
        return ngettext("%(number)d 小时", "%(number)d 小时", hours) % {"number": hours}
    minutes = _up(seconds, MINUTE)
    return ngettext("%(number)d 分钟", "%(number)d 分钟", minutes) % {"number": minutes}


def _up(seconds: int, unit: int) -> int:
    return max(-(-seconds // unit), 1)
