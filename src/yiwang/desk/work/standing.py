"""Where a petition stands in law 法律进程: its route, its limits and why they end when they do, its reviews and hearings."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yiwang.desk.work import wording
from yiwang.petitions import deadlines
from yiwang.petitions.models import Deadline, Hearing, Petition, Review
from yiwang.ui import words
from yiwang.vault.sealing import open_under
from yiwang.workdays.wording import day_in_words

_SINCE: dict[str, str | Promise] = {
    "received": gettext_lazy("收到"),
    "referred": gettext_lazy("转到单位"),
    "accepted": gettext_lazy("受理"),
    "delivered": gettext_lazy("答复送达"),
    "review_asked": gettext_lazy("收到复查申请"),
    "review_delivered": gettext_lazy("复查意见送达"),
    "re_review_asked": gettext_lazy("收到复核申请"),
}
"""From what a limit is counted, in words."""
ROUTE_ARTICLE = "31"
FINAL_ARTICLE = "36"


@dataclass(frozen=True)
class Limit:
    """One deadline in words. ``why`` says how long it is and from what it is counted, and what has lengthened it."""

    label: str | Promise
    article: str
    href: str
    state: str
    day: date
    owed_by: str
    provisional: bool
    why: str = ""


@dataclass(frozen=True)
class Looked:
    """One review or re-review, unsealed for whoever may read the petition."""

    review: Review
    grounds: str
    text: str

    @property
    def tone(self) -> str:
        return wording.REVIEW_TONES[self.review.state]


@dataclass(frozen=True)
class Fact:
    """One line of the panel: what, how it is, and the article that it rests on."""

    term: str
    value: str
    article: str = ""

    @property
    def cited(self) -> str:
        return words.article(self.article)

    @property
    def href(self) -> str:
        return law_page(self.article)


def law_page(article: str) -> str:
    """Return the address of an article in the Regulations on the portal; "" for none."""
    return f"{reverse('portal:law')}#a{article}" if article else ""


def limits_of(petition: Petition, rows: list[Deadline], hearings: list[Hearing], now: datetime) -> list[Limit]:
    """Return the limits in words. ``rows`` come with who owes them and with their extension; one statement at most."""
    rules = deadlines.rules_of(petition.rules)
    found = []
    for row in rows:
        label, article = wording.rule_words(row.rule)
        found.append(
            Limit(
                label,
                words.article(article),
                law_page(article),
                wording.deadline_state(row, now),
                row.due_on,
                str(row.owed_by),
                row.provisional,
                _why(row, rules[row.rule], hearings) if row.rule in rules else "",
            )
        )
    return found


def _why(row: Deadline, rule: deadlines.Rule, hearings: list[Hearing]) -> str:
    working = rule.unit == deadlines.Unit.WORKING_DAYS
    length = _("%(since)s次日起%(days)d个工作日") if working else _("%(since)s次日起%(days)d天")
    parts = [length % {"since": _SINCE[rule.counted_from], "days": rule.number}]
    if rule.of_the_house:
        parts.append(_("条例没有定天数，由本单位定"))
    extension = getattr(row, "extension", None)
    if extension:
        parts.append(_("已延长%(days)d天") % {"days": extension.days})
    if rule.suspended_by:
        parts += [
            _("听证不计：%(first)s至%(last)s")
            % {"first": day_in_words(one.first_day), "last": day_in_words(one.last_day)}
            for one in hearings
            if one.review_id
        ]
    return _("；").join(parts)


def facts_of(petition: Petition, hearings: list[Hearing]) -> list[Fact]:
    """Return what the panel says beside the limits."""
    facts = [Fact(_("办理途径"), petition.get_route_display(), ROUTE_ARTICLE)] if _is_of_art_31(petition) else []
    if petition.accepted_at and petition.route == Petition.Route.ORDINARY:
        facts.append(
            Fact(_("程序"), _("简易办理") if petition.simple else _("普通程序"), "" if petition.simple else "34")
        )
    review = petition.review if petition.review_state else None
    if review:
        how = review.get_outcome_display() if review.state == Review.State.DECIDED else review.get_state_display()
        facts.append(
            Fact(review.get_stage_display(), f"{review.body} · {how}", "36" if review.stage == "re-review" else "35")
        )
    facts += [Fact(_("听证"), _hearing_words(one), "36" if one.review_id else ROUTE_ARTICLE) for one in hearings]
    if petition.final_at:
        facts.append(Fact(_("终结"), _("已有复核意见，同一事实和理由不再受理"), FINAL_ARTICLE))
    return facts


def _is_of_art_31(petition: Petition) -> bool:
    return petition.purpose == Petition.Purpose.APPEAL


def _hearing_words(hearing: Hearing) -> str:
    first, last = day_in_words(hearing.first_day), day_in_words(hearing.last_day)
    days = first if hearing.first_day == hearing.last_day else _("%(first)s至%(last)s") % {"first": first, "last": last}
    return f"{days} · {hearing.place}"


def looked_at(petition: Petition, reviews: list[Review]) -> list[Looked]:
    """Return the reviews with their words, the newest first."""
    key = petition.key
    return [
        Looked(row, open_under(key, row, "sealed_grounds"), open_under(key, row, "sealed_text"))
        for row in reversed(reviews)
    ]
