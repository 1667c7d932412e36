"""My work 我的工作: what waits for whoever is logged in, what is due first on top, and one click to where it is done."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise

from yiwang.agencies.models import Post, Role
from yiwang.desk.access import READERS, DeskRequest, SeeOther, for_staff, no_access
from yiwang.desk.navigation import first_place
from yiwang.desk.work import wording
from yiwang.desk.work.heads import together
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import NEVER, Petition, Referral
from yiwang.petitions.visibility import visible_to
from yiwang.ui import words
from yiwang.workdays.counting import end_of, office_date

PAGE = 50
COUNTED = 1_000
MOST_HELPED = 200
ORDER = ("-urgent", "next_due_at", "id")
LIST = "mine"
"""The value of ``?list=`` on a petition's page that was reached from here: after an action the next one follows."""

IN_A_LIST = (
    "id", "number", "subject", "purpose", "state", "channel", "urgent", "occurrence", "received_at", "next_due_at",
    "next_due_rule", "turn_agency_id", "turn_role", "merged_into_id", "version", "place", "consents_to_publish",
    "lead_agency__name", "lead_agency__name_en", "category__name", "category__name_en", "handler__name", "answer__state",
    "review__state", "review__stage", "review__agency_id", "review__answer_id",
)  # fmt: skip
"""What lists read of a petition: its text and its sealed columns stay where they are."""


def for_a_list(petitions: QuerySet[Petition]) -> QuerySet[Petition]:
    """Return the petitions with what a list shows of them, in one statement."""
    return petitions.select_related("lead_agency", "category", "handler", "answer", "review").only(*IN_A_LIST)


@dataclass(frozen=True)
class Line:
    """One row of the work-list."""

    petition: Petition
    title: str
    reason: str
    href: str
    rule: str | Promise
    article: str
    due: date | None
    stood_in_for: str = ""

    @property
    def tone(self) -> str:
        return wording.TONES[self.petition.state]


def turns(actor: Actor) -> dict[tuple[int, str], Post]:
    """Return the (agency, role) pairs whose turn is this actor's turn, each with the post: their own before those stood in for.

    Whoever refers also registers: the office's handlers see what waits for the intake clerks.
    """
    found: dict[tuple[int, str], Post] = {}
    for post in actor.posts:
        roles = [post.role, Role.INTAKE_CLERK] if post.role == Role.OFFICE_HANDLER else [post.role]
        for role in roles:
            found.setdefault((post.agency_id, role), post)
    return found


def waiting(actor: Actor, *conditions: Q, limit: int = PAGE + 1) -> QuerySet[Petition]:
    """Return the first ``limit`` petitions that wait for the actor, in the order of the work-list.

    Each (agency, role) is walked along the index ``worklist_turn`` up to the limit, so that the whole list is never sorted.
    """
    mine = visible_to(actor).filter(*conditions).exclude(turn_role="").order_by(*ORDER)
    heads = [mine.filter(turn_agency=agency_id, turn_role=role)[:limit] for agency_id, role in turns(actor)]
    if not heads:
        return Petition.objects.none()
    return together(heads).order_by(*ORDER)[:limit]


def after(urgent: bool, due: datetime, petition_id: int) -> Q:
    """Return the condition “further down the work-list than this place”."""
    below = Q(urgent=urgent, next_due_at__gt=due) | Q(urgent=urgent, next_due_at=due, pk__gt=petition_id)
    return below | Q(urgent=False) if urgent else below


def next_waiting(actor: Actor, place: Q, done_with: int) -> Petition | None:
    """Return the next petition of the work-list below a place, else the first one; never the one just done."""
    others = ~Q(pk=done_with)
    return waiting(actor, others, place, limit=1).first() or waiting(actor, others, limit=1).first()


@for_staff()
def work(request: DeskRequest) -> HttpResponse:
    """Show what waits for me: late, due today, or all; and what other agencies want my own to help with.

    Whose posts open no petitions begins elsewhere, and is sent there.
    """
    actor, now = request.actor, datetime.now(UTC)
    if not actor.has(*READERS):
        begins = first_place(actor)
        return SeeOther(begins) if begins else no_access(request, READERS)
    today = office_date(now)
    chosen = request.GET.get("due", "")
    conditions = [_due_condition(chosen, now, today)] if chosen in {"late", "today"} else []
    place = _place(request.GET.get("after", ""))
    found = list(for_a_list(waiting(actor, *conditions, *([place] if place else []))))
    lines = [_line(petition, turns(actor), actor) for petition in found[:PAGE]]
    counts = _counts(actor, now, today)
    context = {
        "lines": lines,
        "helping": [] if place or chosen else _helping(actor),
        "counts": counts,
        "chosen": chosen,
        "older": _older(found, chosen),
        "today": today,
    }
    return render(request, "desk/work/mine.html", context)


def _line(petition: Petition, mine: dict[tuple[int, str], Post], actor: Actor) -> Line:
    post = mine[(petition.turn_agency_id or 0, petition.turn_role)]
    rule, article = wording.rule_words(petition.next_due_rule) if petition.next_due_rule else ("", "")
    return Line(
        petition,
        wording.title_of(petition),
        wording.reason_of(petition),
        f"{reverse('desk:petition', args=[petition.number])}?list={LIST}",
        rule,
        words.article(article),
        last_day(petition.next_due_at),
        post.staff.name if post.staff_id != actor.staff_id else "",
    )


def last_day(due_at: datetime) -> date | None:
    """Return the last day in time: the instant of a deadline is the midnight after it."""
    return None if due_at == NEVER else office_date(due_at - timedelta(seconds=1))


def _due_condition(chosen: str, now: datetime, today: date) -> Q:
    if chosen == "late":
        return Q(next_due_at__lte=now)
    return Q(next_due_at__gt=now, next_due_at__lte=end_of(today))


def _counts(actor: Actor, now: datetime, today: date) -> dict[str, int]:
    """Count what is late and what is due today, as far as a page says (1,000+), in one statement."""
    soon = waiting(actor, Q(next_due_at__lte=end_of(today)), limit=COUNTED + 1)
    return soon.aggregate(
        late=Count("pk", filter=Q(next_due_at__lte=now)), today=Count("pk", filter=Q(next_due_at__gt=now))
    )


def _helping(actor: Actor) -> list[Line]:
    """Return what others lead and the actor's own agencies were asked to help with."""
    mine = {
        post.agency_id: post
        for post in reversed(actor.posts)
        if post.role in {Role.AGENCY_HANDLER, Role.OFFICE_HANDLER}
    }
    if not mine:
        return []
    asked = list(
        Referral.objects.filter(agency__in=mine, lead=False, state__in=(Referral.State.SENT, Referral.State.RECEIVED))
        .filter(Q() if actor.opened else ~Q(petition__purpose=Petition.Purpose.ACCUSATION))
        .exclude(kind=Referral.Kind.REVIEW)
        .order_by("id")[:MOST_HELPED]
    )
    ids = {referral.petition_id for referral in asked}
    seen = for_a_list(visible_to(actor).filter(pk__in=ids)).in_bulk() if ids else {}
    asked = [referral for referral in asked if referral.petition_id in seen]
    asked.sort(key=lambda referral: (not seen[referral.petition_id].urgent, referral.pk))
    lines = []
    for referral in asked[:PAGE]:
        petition, post = seen[referral.petition_id], mine[referral.agency_id]
        rule, article = wording.rule_words("report") if referral.report_due else ("", "")
        lines.append(
            Line(
                petition,
                wording.title_of(petition),
                wording.reason_of_referral(referral),
                f"{reverse('desk:petition', args=[petition.number])}?list={LIST}",
                rule,
                words.article(article),
                referral.report_due,
                post.staff.name if post.staff_id != actor.staff_id else "",
            )
        )
    return lines


def _place(text: str) -> Q | None:
    """Read “urgent.seconds.id” of the last row of the page before; anything else begins at the top."""
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 20 for part in parts):
        return None
    urgent, seconds, petition_id = map(int, parts)
    never = int(NEVER.timestamp())
    due = NEVER if seconds >= never else datetime.fromtimestamp(seconds, UTC)
    return after(bool(urgent), due, petition_id)


def _older(found: list[Petition], chosen: str) -> str:
    if len(found) <= PAGE:
        return ""
    last = found[PAGE - 1]
    place = f"{int(last.urgent)}.{int(last.next_due_at.timestamp())}.{last.pk}"
    return f"?{f'due={chosen}&' if chosen else ''}after={place}"
