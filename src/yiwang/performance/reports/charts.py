"""The charts and tables of each section, from the figures, in the active language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from yiwang.insight.public import FEWEST
from yiwang.performance.reports.blocks import Bars, Block, Cell, Given, Ranges, table
from yiwang.performance.reports.figures.counted import BEFORE, NOW, SPANS, YEAR_BEFORE
from yiwang.performance.reports.periods import Kind
from yiwang.performance.reports.words import name

Figures = Mapping[str, Any]
MOST = 10
"""Bars of one chart: the rest stands in the table alone."""
MOST_ROWS = 40


def _spans(figures: Figures) -> list[tuple[str, str]]:
    """Return the periods that are told, with their headings: a year has but one before it."""
    if figures["kind"] == Kind.YEARLY:
        return [(NOW, _("本年")), (BEFORE, _("上年"))]
    return [(NOW, _("本期")), (BEFORE, _("上期")), (YEAR_BEFORE, _("去年同期"))]


def _counts(figures: Figures, rows: list[Figures], title: str, first: str, *, most: int = MOST_ROWS) -> list[Block]:
    """Return a chart of the fullest rows and the table of all of them."""
    spans = _spans(figures)
    told = [row for row in rows if any(row[span] for span in SPANS)]
    if not told:
        return []
    fullest = [(name(row), row[NOW]) for row in told[:MOST] if row[NOW]]
    found: list[Block] = [Bars(title, _("件"), fullest)] if fullest else []
    note = _("只列前%(n)d个。") % {"n": most} if len(told) > most else ""
    body: list[list[Given]] = [[name(row), *(row[span] for span, _heading in spans)] for row in told[:most]]
    return [*found, table(title, [first, *(heading for _span, heading in spans)], body, note)]


def overview(figures: Figures) -> list[Block]:
    came, handled = figures["received"], figures["handling"]
    spans = _spans(figures)
    rows: list[tuple[str, Figures]] = [
        (_("收到信访（件）"), came["total"]), (_("重复信访（件）"), came["repeated"]),
        (_("来访（批）"), came["visits"]["batches"]), (_("来访（人次）"), came["visits"]["persons"]),
        (_("首次答复（件）"), handled["answered"]),
    ]  # fmt: skip
    total = came["total"]
    bars = [(heading, total[span]) for span, heading in spans]
    body: list[list[Given]] = [[label, *(Cell(f"{row[span]:,}") for span, _heading in spans)] for label, row in rows]
    return [
        Bars(_("收到多少"), _("件"), bars),
        table(_("总体数据"), [_("项目"), *(heading for _span, heading in spans)], body),
        *_purposes(figures),
    ]


def _purposes(figures: Figures) -> list[Block]:
    return _counts(figures, figures["received"]["by_purpose"], _("按信访目的"), _("目的"))[1:]


def channels(figures: Figures) -> list[Block]:
    return _counts(figures, figures["received"]["by_channel"], _("按渠道"), _("渠道"))


def matters(figures: Figures) -> list[Block]:
    came = figures["received"]
    return [
        *_counts(figures, came["by_category"], _("按内容分类"), _("分类")),
        *_counts(figures, came["by_region"], _("按地区"), _("地区")),
    ]


def complained(figures: Figures) -> list[Block]:
    rows = [row for row in figures["received"]["by_agency"] if row["code"]]
    return _counts(figures, rows, _("按责任单位"), _("单位"))


def _rate_cells(share: Figures) -> list[Given]:
    if not share["n"]:
        return ["—", Cell("0"), "—"]
    return [f"{share['rate']}%", Cell(f"{share['n']:,}"), f"{share['low']}%–{share['high']}%"]


def handling(figures: Figures) -> list[Block]:
    handled = figures["handling"]
    spans = _spans(figures)
    rates: list[list[Given]] = [
        [f"{label} · {heading}" if span != NOW else label, *_rate_cells(handled[code][span])]
        for code, label in (("accepted", _("受理及时率")), ("in_time", _("按期办结率")))
        for span, heading in spans
    ]
    plain: list[list[Given]] = [
        [_("答复用时中位数（天）"), *(handled["median_days"][span] for span, _heading in spans)],
        [_("期末超期（件）"), *(Cell(f"{handled['late'][span]:,}") for span, _heading in spans)],
    ]
    found: list[Block] = [
        table(_("及时率"), [_("项目"), _("比率"), _("件数"), _("95%置信区间")], rates),
        table(_("用时和超期"), [_("项目"), *(heading for _span, heading in spans)], plain),
    ]
    agencies = [row for row in handled["by_agency"] if row["code"]]
    if figures["kind"] != Kind.WEEKLY and agencies:
        headings = [_("单位"), _("首次答复"), _("用时中位数"), _("按期办结率"), _("到期件数"), _("期末超期")]
        body: list[list[Given]] = [
            [
                name(row),
                row["answered"],
                row["median_days"] if row["answered"] >= FEWEST else None,
                _percent(row["in_time"]),
                row["in_time"]["n"],
                row["late"],
            ]
            for row in agencies[:MOST_ROWS]
        ]
        note = _("只列前%(n)d个。") % {"n": MOST_ROWS} if len(agencies) > MOST_ROWS else ""
        found.append(table(_("各单位办理情况"), headings, body, note))
    return found


def _percent(share: Figures) -> str | None:
    """Return a share of an agency; none of fewer than five, which would say little of the agency and much of those few."""
    return f"{share['rate']}%" if share["n"] >= FEWEST else None


def verdicts(figures: Figures) -> list[Block]:
    told = figures["satisfaction"]
    rows: list[list[Given]] = [
        [f"{label} · {heading}" if span != NOW else label, *_rate_cells(told[code][span])]
        for code, label in (("agencies", _("对责任单位")), ("office", _("对信访部门")))
        for span, heading in _spans(figures)
    ]
    found: list[Block] = [table(_("满意率"), [_("评价"), _("满意率"), _("评价数"), _("95%置信区间")], rows)]
    agencies = [row for row in told["by_agency"] if row["n"] >= figures["minimum"]]
    if agencies:
        title = _("各单位满意率和95%置信区间")
        note = _("评价不足%(n)d件的单位不列。") % {"n": figures["minimum"]}
        found.append(Ranges(title, [_range(row, row) for row in agencies[:MOST_ROWS]], note))
    return found


def _range(row: Figures, share: Figures) -> tuple[str, str, int, int, int]:
    low, middle, high = (int(share[key].replace(".", "")) for key in ("low", "rate", "high"))
    words = f"{share['rate']}% ({share['done']:,}/{share['n']:,})"
    return name(row), words, low, middle, high


def topics(figures: Figures) -> list[Block]:
    rows = figures["received"]["topics"]
    if not rows:
        return []
    spans = _spans(figures)
    title = _("件数最多的问题")
    labelled = [(f"{name(row['category'])} · {name(row['region'])}", row) for row in rows]
    body: list[list[Given]] = [[label, *(row[span] for span, _heading in spans)] for label, row in labelled]
    return [
        Bars(title, _("件"), [(label, row[NOW]) for label, row in labelled]),
        table(title, [_("问题和地区"), *(heading for _span, heading in spans)], body),
    ]


def ranking(figures: Figures) -> list[Block]:
    found: list[Block] = []
    for group in figures["handling"]["ranking"]:
        level = name(group)
        few = (
            _("件数不足、不排名的：%(names)s。") % {"names": _("、").join(map(name, group["few"]))}
            if group["few"]
            else ""
        )
        if not group["rows"]:
            continue
        title = _("%(level)s单位排名") % {"level": level}
        headings = [_("名次"), _("单位"), _("按期办结率"), _("到期件数"), _("下限"), _("用时中位数"), _("期末超期")]
        body: list[list[Given]] = [
            [
                Cell(_("并列%(n)d") % {"n": row["place"]} if row["tied"] else str(row["place"])), name(row),
                _percent(row["in_time"]), Cell(f"{row['in_time']['n']:,}"), f"{row['in_time']['low']}%",
                row["median_days"], row["late"],
            ]
            for row in group["rows"]
        ]  # fmt: skip
        found += [
            Ranges(title, [_range(row, row["in_time"]) for row in group["rows"]]),
            table(title, headings, body, few),
        ]
    return found


def referrals(figures: Figures) -> list[Block]:
    return _counts(figures, list(figures["referrals"].values()), _("转送、交办情况"), _("方式"))


def reviews(figures: Figures) -> list[Block]:
    told = figures["reviews"]
    rows = [*told["asked"].values()]
    return [
        *_counts(figures, rows, _("申请复查、复核"), _("程序"))[1:],
        *_counts(figures, [*told["decided"].values()], _("复查、复核结果"), _("结果"))[1:],
    ]


def _tallies(figures: Figures, columns: list[tuple[str, str]], by: str, title: str) -> list[Block]:
    rows = [row for row in figures["supervision"]["by_agency"] if row[by]]
    if not rows:
        return []
    body: list[list[Given]] = [
        [name(row), *(Cell(f"{row[code]:,}") for code, _heading in columns)] for row in rows[:MOST_ROWS]
    ]
    return [
        Bars(title, _("件"), [(name(row), row[by]) for row in rows[:MOST]]),
        table(title, [_("单位"), *(heading for _code, heading in columns)], body),
    ]


def supervision(figures: Figures) -> list[Block]:
    columns = [("orders", _("督办")), ("answered", _("已反馈")), ("answered_in_time", _("按期反馈")), ("late", _("逾期")),
               ("done", _("办结")), ("sent_back", _("退回重办"))]  # fmt: skip
    return _tallies(figures, columns, "orders", _("督办情况"))


def advice(figures: Figures) -> list[Block]:
    columns = [("advice", _("建议")), ("advice_answered", _("已反馈")), ("adopted_wholly", _("全部采纳")),
               ("adopted_partly", _("部分采纳")), ("not_adopted", _("未采纳"))]  # fmt: skip
    return _tallies(figures, columns, "advice", _("建议和采纳情况"))
