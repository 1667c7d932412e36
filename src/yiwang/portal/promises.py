"""What is due to the petitioner and until when, and what they themselves may still ask for: each with its article."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise as Words
from django.utils.translation import gettext as _

from yiwang.petitions import deadlines
from yiwang.petitions.actions.reviewing import decided_review, may_be_reviewed
from yiwang.petitions.deadlines import RULES
from yiwang.petitions.lifecycle import ENDED, REVIEW_TURN
from yiwang.petitions.models import Deadline, Petition, Review
from yiwang.ui import words

PROMISES: dict[str, Callable[[], str]] = {
    "refer": lambda: _("告诉您由哪个单位办理"),
    "notice": lambda: _("告诉您是否受理、怎样办理"),
    "handling": lambda: _("给您书面答复"),
    "simple-handling": lambda: _("给您书面答复"),
    "reply": lambda: _("给您书面回复"),
    "review": lambda: _("给您书面的复查意见"),
    "re-review": lambda: _("给您书面的复核意见"),
}
"""The limits that bind somebody towards the petitioner; the others are between offices and agencies."""
REQUESTS = {"ask_review": "review-request", "ask_re_review": "re-review-request"}
"""What the petitioner may ask for, and the limit of that right."""


@dataclass(frozen=True, kw_only=True)
class _Limited:
    """What ends with a day, and the article that says so; ``provisional``: the day may still change."""

    late: bool
    article: str
    provisional: bool

    @property
    def cited(self) -> str:
        """The article as people cite it."""
        return cited(self.article)

    @property
    def href(self) -> str:
        return law_page(self.article)


@dataclass(frozen=True)
class Promise(_Limited):
    """What somebody owes, and until when."""

    title: str
    who: str
    on: date


@dataclass(frozen=True)
class Right(_Limited):
    """A review or re-review that may be asked for: until when, or that it is too late. No right ends on a provisional day."""

    action: str
    stage: str | Words
    until: date


def limits_of(petition: Petition) -> list[Deadline]:
    """Return the limits that run, and those within which something may be asked for; one statement."""
    asked = Q(met_at=None, cancelled_at=None) | Q(rule__in=REQUESTS.values())
    return list(petition.deadlines.filter(asked).select_related("owed_by").order_by("due_at"))


def promises_of(
    petition: Petition, rows: Iterable[Deadline] | None = None, now: datetime | None = None
) -> list[Promise]:
    """Return what is promised to the petitioner and still open, the first due first; one statement, none with ``rows``."""
    now = now or datetime.now(UTC)
    return [
        Promise(
            PROMISES[row.rule](),
            str(row.owed_by),
            row.due_on,
            late=row.due_at <= now,
            article=RULES[row.rule].article,
            provisional=row.provisional,
        )
        for row in (limits_of(petition) if rows is None else rows)
        if row.rule in PROMISES and row.is_open
    ]


def right_of(petition: Petition, rows: Iterable[Deadline], now: datetime | None = None) -> Right | None:
    """Return which review the petitioner may ask for, once they have read what it is about; None when there is none."""
    now = now or datetime.now(UTC)
    if petition.state not in ENDED or petition.answer_id is None:
        return None
    if petition.review_state in REVIEW_TURN:
        return None
    review = decided_review(petition)
    if review is None:
        if not may_be_reviewed(petition):
            return None
        return _right("ask_review", Review.Stage.REVIEW.label, petition.delivered_at, rows, now)
    if review.stage == Review.Stage.REVIEW:
        return _right("ask_re_review", Review.Stage.RE_REVIEW.label, review.delivered_at, rows, now)
    return None


def _right(
    action: str, stage: str | Words, delivered_at: datetime | None, rows: Iterable[Deadline], now: datetime
) -> Right | None:
    if delivered_at is None:
        return None  # nobody disagrees with what they have not read: the 30 days begin with it
    rule = RULES[REQUESTS[action]]
    mine = [row for row in rows if row.rule == rule.code and row.started_at == delivered_at]
    found = mine[-1] if mine else deadlines.due(rule, delivered_at)
    until = found.due_on if isinstance(found, Deadline) else found.on
    return Right(action, stage, until, late=found.is_over(now), article=rule.article, provisional=found.provisional)


def may_withdraw_review(petition: Petition) -> bool:
    """Tell whether a request for review is open, which the petitioner may take back."""
    return petition.state in ENDED and petition.review_state in REVIEW_TURN


def cited(article: str) -> str:
    """Return an article as people cite it: 《信访工作条例》第三十四条; "" for none."""
    if not article:
        return ""
    if words.english():
        return f"Regulations, {words.article(article)}"
    return f"《信访工作条例》{words.article(article)}"


def law_page(article: str) -> str:
    """Return the address of an article in the text of the Regulations; "" for none."""
    return f"{reverse('portal:law')}#a{article}" if article else ""
