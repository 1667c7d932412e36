"""A report put together for reading: title, facts, sections with their words, charts and tables, and what stands at the foot."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from yiwang.insight.public import FEWEST
from yiwang.performance.models import Report
from yiwang.performance.reports.blocks import Edition, Part, for_everybody
from yiwang.performance.reports.periods import Kind, days_of, issue_of, name_of
from yiwang.performance.reports.sections import sections_of
from yiwang.workdays.counting import office_date
from yiwang.workdays.wording import day_in_words

NUMERALS = "一二三四五六七八九十"


def title_of(report: Report) -> str:
    """Return a report's title in its own language: 信访周简报（2026年第47周）."""
    with translation.override(report.language):
        told = {"kind": Kind(report.kind).label, "period": name_of(report.kind, report.period)}
        return _("信访%(kind)s（%(period)s）") % told


def edition(report: Report, texts: Mapping[str, str], *, public: bool = False) -> Edition:
    """Return a report with these words, in its own language; ``public``: as everybody may read it, without counts below five."""
    figures = report.read()
    with translation.override(report.language):
        parts = [
            Part(
                section.code,
                _numbered(place, str(section.heading)),
                texts.get(section.code, "").splitlines(),
                section.blocks(figures),
            )
            for place, section in enumerate(sections_of(figures))
        ]
        if public:
            few = _("少于%(n)d") % {"n": FEWEST}
            parts = [replace(part, blocks=[for_everybody(block, few) for block in part.blocks]) for part in parts]
        return Edition(title_of(report), _subtitle(report), _facts(report, figures, public), parts, _foot(report))


def _numbered(place: int, heading: str) -> str:
    if (translation.get_language() or "").startswith("en"):
        return f"{place + 1}. {heading}"
    return f"{NUMERALS[place] if place < 10 else '十' + NUMERALS[place - 10]}、{heading}"


def _subtitle(report: Report) -> str:
    year, number = issue_of(report.kind, report.period)
    office = settings.OFFICE_NAME_EN if report.language.startswith("en") else settings.OFFICE_NAME
    issue = _("%(year)d年第%(number)d期") % {"year": year, "number": number}
    return f"{office}　{issue}" if report.kind != Kind.YEARLY else office


def _facts(report: Report, figures: Mapping[str, Any], public: bool) -> list[str]:
    said = [
        _("统计期间：%(days)s。") % {"days": days_of(report.period)},
        _("检举控告除一个总数外不计在内；")
        + (_("历史导入的信访件计算在内。") if figures["imported"] else _("历史导入的信访件不计在内。")),
    ]
    if report.version > 1:
        said.append(_("更正第%(n)d版。更正理由：%(reason)s") % {"n": report.version, "reason": report.reason})
    if public:
        said.append(_("少于%(n)d件的分项不公开，以免认出是谁。") % {"n": FEWEST})
    return said


def _foot(report: Report) -> list[str]:
    said = [
        _("数据制作于%(day)s，SHA-256：%(digest)s")
        % {"day": day_in_words(office_date(report.made_at)), "digest": report.digest}
    ]
    if report.signed_at and report.signed_by:
        told = {"name": report.signed_by.name, "day": day_in_words(office_date(report.signed_at))}
        said.insert(0, _("签发：%(name)s　%(day)s") % told)
    else:
        said.insert(0, _("未签发"))
    return said
