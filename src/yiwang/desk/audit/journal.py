"""The behaviour log 系统行为日志 for the auditor: who did what to which record, when, from where. Reading it is a line of its own."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import cast

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Role, Staff
from yiwang.desk.access import DeskRequest, for_staff
from yiwang.desk.audit.lines import Filters, in_words
from yiwang.desk.audit.words import ACTS
from yiwang.journal import log
from yiwang.journal.models import Head, Record
from yiwang.petitions.actors import Actor
from yiwang.petitions.visibility import visible_to
from yiwang.store.spreadsheets import line_of
from yiwang.ui.downloads import caged

PAGE = 100
AT_ONCE = 2_000


@for_staff(Role.AUDITOR)
@require_safe
def journal(request: DeskRequest) -> HttpResponse:
    """Show the lines, newest first; a page is a handful of statements, whatever the length of the log."""
    form = Filters(request.GET)
    found, older = page_of(form.narrow(request.actor), request.GET.get("before", ""))
    note(request, "look_journal")
    head = Head.objects.order_by("-number").first()
    context = {"form": form, "lines": in_words(found), "older": older, "head": head}
    return render(request, "desk/audit/journal.html", context)


def page_of(rows: QuerySet[Record], before: str) -> tuple[list[Record], int | None]:
    """Return a page of lines, newest first, and before which line the next one begins, if there is one."""
    rows = rows.order_by("-id")
    if before.isdecimal() and len(before) < 20:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def note(request: DeskRequest, act: str, *, reason: str = "", kind: str = "journal", row_id: int | None = None) -> None:
    """Leave the line of what the auditor did, before anything is shown."""
    log.write(
        [
            log.line(
                act, actor_kind="staff", actor_id=request.user.pk, subject_kind=kind, subject_id=row_id, reason=reason
            )
        ]
    )


COLUMNS = ("seq", "at", "username", "name", "actor", "act", "act_in_words", "kind", "number", "id", "reason", "result",
           "origin", "line")  # fmt: skip
"""The head of the exported file: in English, for programs; the cells hold the codes."""


@for_staff(Role.AUDITOR)
@require_safe
def export(request: DeskRequest) -> HttpResponse:
    """Give out the lines that the filters let through as CSV, newest first. That it was done is in the log before the first line leaves."""
    rows = Filters(request.GET).narrow(request.actor)
    note(request, "export_journal", reason="filters" if request.GET else "")
    response = StreamingHttpResponse(_csv(_exported(rows)), content_type="text/csv; charset=utf-8")
    name = f"yiwang-journal-{timezone.localtime():%Y%m%d-%H%M%S}.csv"
    return cast(HttpResponse, caged(response, name))  # views are typed by the commoner of the two


def _exported(rows: QuerySet[Record]) -> Iterator[tuple[object, ...]]:
    """Yield the cells of each line, from one statement."""
    person = Staff.objects.filter(pk=OuterRef("actor_id"))
    petition = visible_to(Actor.system()).filter(pk=OuterRef("subject_id"))
    told = rows.order_by("-id").annotate(
        username=Subquery(person.values("username")), name=Subquery(person.values("name")), number=Subquery(petition.values("number"))
    )  # fmt: skip
    wanted = ("place__seq", "at", "username", "name", "actor_kind", "act", "subject_kind", "number", "subject_id", "reason",
              "result", "origin", "id")  # fmt: skip
    for seq, at, username, name, kind, act, *rest in told.values_list(*wanted).iterator(chunk_size=AT_ONCE):
        yield (seq, _instant(at), username, name, kind, act, ACTS.get(act, act), *rest)


def _instant(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="milliseconds")


def _csv(rows: Iterable[tuple[object, ...]]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"  # by which spreadsheets know UTF-8
    yield line_of(COLUMNS)
    for row in rows:
        yield line_of(row)
