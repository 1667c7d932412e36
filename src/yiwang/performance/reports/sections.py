"""The sections of each kind of report: their words as first written from the figures, their charts and tables.

The yearly report has the parts that article 41 names, in its order. Every text is plain, and an editor may change all of
it; the figures nobody changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.performance.reports import charts, words
from yiwang.performance.reports.blocks import Block
from yiwang.performance.reports.periods import Kind

Figures = Mapping[str, Any]
W, M, Q, Y = Kind.WEEKLY, Kind.MONTHLY, Kind.QUARTERLY, Kind.YEARLY


@dataclass(frozen=True)
class Section:
    """One section: ``text`` writes its first words, ``blocks`` draws its figures.

    Without the part of the figures that it ``needs`` it is left out.
    """

    code: str
    heading: str | Promise
    text: Callable[[Figures], str]
    blocks: Callable[[Figures], list[Block]]
    kinds: tuple[Kind, ...]
    needs: str = "received"


SECTIONS: tuple[Section, ...] = (
    Section("ranking", _("单位排名"), words.ranking, charts.ranking, (Q,)),
    Section("overview", _("总体情况"), words.overview, charts.overview, (W, M, Q, Y)),
    Section("channels", _("从哪里来"), words.channels, charts.channels, (W, M, Y)),
    Section("matters", _("反映什么"), words.matters, charts.matters, (W, M, Q, Y)),
    Section("complained", _("被反映较多的单位"), words.complained, charts.complained, (M, Q, Y)),
    Section("referrals", _("转送、交办"), words.referrals, charts.referrals, (Y,), "referrals"),
    Section("supervision", _("督办"), words.supervision, charts.supervision, (M, Q, Y), "supervision"),
    Section("advice", _("提出建议和采纳"), words.advice, charts.advice, (Q, Y), "supervision"),
    Section("handling", _("办得怎么样"), words.handling, charts.handling, (W, M, Q, Y)),
    Section("verdicts", _("群众满意不满意"), words.verdicts, charts.verdicts, (W, M, Q, Y)),
    Section("reviews", _("复查、复核"), words.reviews, charts.reviews, (Y,), "reviews"),
    Section("topics", _("热点问题"), words.topics, charts.topics, (W, M, Q, Y)),
)


def sections_of(figures: Figures) -> list[Section]:
    """Return the sections of a report, in their order."""
    return [section for section in SECTIONS if figures["kind"] in section.kinds and section.needs in figures]


def prefilled(figures: Figures) -> dict[str, str]:
    """Return the first words of every section, in the active language."""
    return {section.code: section.text(figures) for section in sections_of(figures)}
