"""The first words of each section, written from the figures in plain Chinese (and as plain English), for an editor to go on from."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yiwang.performance.reports.blocks import too_small
from yiwang.performance.reports.figures.counted import BEFORE, NOW, YEAR_BEFORE
from yiwang.performance.reports.periods import Kind

Figures = Mapping[str, Any]


def name(row: Figures) -> str:
    """Return the name of a row in the active language, as it was when the report was made."""
    return str(row["en" if (get_language() or "").startswith("en") else "zh"])


def change(now: int, then: int) -> str:
    """Return how a count stands to an earlier one: 增加20.0% …, by counts where there was nothing before."""
    if now == then:
        return _("持平")
    if not then:
        return _("增加%(n)d件") % {"n": now}
    tenths = (2000 * abs(now - then) + then) // (2 * then)
    share = f"{tenths // 10}.{tenths % 10}"
    return (_("增加%(share)s%%") if now > then else _("减少%(share)s%%")) % {"share": share}


def rate(share: Figures) -> str:
    """Return a share in words, never without its number of cases: 96.0%（1,000件，95%置信区间94.6%–97.0%）."""
    if not share["n"]:
        return _("没有到期的件")
    return _("%(rate)s%%（%(done)s/%(n)s件，95%%置信区间%(low)s%%–%(high)s%%）") % {
        "rate": share["rate"], "done": f"{share['done']:,}", "n": f"{share['n']:,}", "low": share["low"], "high": share["high"],
    }  # fmt: skip


def overview(figures: Figures) -> str:
    came, handled = figures["received"], figures["handling"]
    total = came["total"]
    compared = {
        "before": change(total[NOW], total[BEFORE]), "year_before": change(total[NOW], total[YEAR_BEFORE]),
    }  # fmt: skip
    said = [
        _("共收到信访%(n)s件（检举控告不计在内）。") % {"n": f"{total[NOW]:,}"},
        (_("比上一年%(year_before)s。") if figures["kind"] == Kind.YEARLY else _("比上一期%(before)s，比去年同期%(year_before)s。")) % compared,
        _("其中重复信访%(n)s件；来访%(batches)s批%(persons)s人次。")
        % {"n": f"{came['repeated'][NOW]:,}", "batches": f"{came['visits']['batches'][NOW]:,}",
           "persons": f"{came['visits']['persons'][NOW]:,}"},
        _("首次答复%(n)s件。") % {"n": f"{handled['answered'][NOW]:,}"},
        _("另有检举控告%(n)s件，按规定办理，不作分项统计。") % {"n": f"{came['accusations']:,}"},
    ]  # fmt: skip
    return "".join(said)


def _fullest(rows: list[Figures], most: int = 3) -> str:
    """Return the fullest rows; with their counts where everybody may read these (blocks.py), for words are published too."""
    hidden = too_small([row[NOW] for row in rows])
    told = [
        name(row) if row[NOW] in hidden else _("%(name)s%(n)s件") % {"name": name(row), "n": f"{row[NOW]:,}"}
        for row in rows[:most]
        if row[NOW]
    ]
    return _("、").join(told)


def _led(words: str, rows: list[Figures]) -> str:
    told = _fullest(rows)
    return words % {"rows": told} if told else _("本期没有收到。")


def channels(figures: Figures) -> str:
    return _led(_("来得最多的渠道：%(rows)s。"), figures["received"]["by_channel"])


def matters(figures: Figures) -> str:
    came = figures["received"]
    if not came["total"][NOW]:
        return _("本期没有收到。")
    return _led(_("反映最多的：%(rows)s。"), came["by_category"]) + _led(_("按地区：%(rows)s。"), came["by_region"])


def complained(figures: Figures) -> str:
    rows = [row for row in figures["received"]["by_agency"] if row["code"]]
    return _led(_("件数最多的单位：%(rows)s。件数多少与辖区大小、职责有关，不等于工作好坏。"), rows)


def handling(figures: Figures) -> str:
    handled = figures["handling"]
    days = handled["median_days"][NOW]
    said = [
        _("受理及时率：%(rate)s。") % {"rate": rate(handled["accepted"][NOW])},
        _("按期办结率：%(rate)s。") % {"rate": rate(handled["in_time"][NOW])},
        _speed(days) if days else "",
        _("期末超期未办的%(n)s件。") % {"n": f"{handled['late'][NOW]:,}"},
    ]
    return "".join(said)


def _speed(days: str) -> str:
    return _("一半在收到当天就答复。") if days == "0" else _("从收到到答复，一半在%(days)s天以内。") % {"days": days}


def verdicts(figures: Figures) -> str:
    told = figures["satisfaction"]
    said = [
        (_("对责任单位，%(n)s人作了评价，满意率%(rate)s。"), told["agencies"][NOW]),
        (_("对信访部门，%(n)s人作了评价，满意率%(rate)s。"), told["office"][NOW]),
    ]
    words = [
        text % {"n": f"{share['n']:,}", "rate": _interval(share)} for text, share in said if share["n"]
    ]  # fmt: skip
    if not words:
        return _("本期没有人评价。")
    words.append(_("不满意%(n)s件。") % {"n": f"{told['dissatisfied'][NOW]:,}"})
    return "".join(words)


def _interval(share: Figures) -> str:
    return _("%(rate)s%%（95%%置信区间%(low)s%%–%(high)s%%）") % {key: share[key] for key in ("rate", "low", "high")}


def topics(figures: Figures) -> str:
    rows = figures["received"]["topics"]
    if not rows:
        return _("没有五件以上的同类同地问题。")
    told = [
        _("%(place)s的%(name)s（%(n)s件）")
        % {"place": name(row["region"]), "name": name(row["category"]), "n": f"{row[NOW]:,}"}
        for row in rows[:3]
    ]
    return _("最集中的是：%(rows)s。") % {"rows": _("、").join(told)}


def ranking(figures: Figures) -> str:
    said = [
        _("按期办结率以95%%置信区间的下限排名，因为3件中的3件不比1000件中的960件更好。期内到期不足%(n)s件的单位不排名；数字相同的并列。")
        % {"n": figures["minimum"]}
    ]  # fmt: skip
    for group in figures["handling"]["ranking"]:
        first = [name(row) for row in group["rows"] if row["place"] == 1]
        if first:
            said.append(_("%(level)s第一：%(names)s。") % {"level": name(group), "names": _("、").join(first)})
        else:
            said.append(_("%(level)s没有够件数的单位。") % {"level": name(group)})
    return "".join(said)


def referrals(figures: Figures) -> str:
    rows = figures["referrals"]
    return _("转送%(transfer)s件，交办%(assign)s件，责任单位直接收到%(direct)s件。") % {
        code: f"{row[NOW]:,}" for code, row in rows.items()
    }


def reviews(figures: Figures) -> str:
    asked, decided = figures["reviews"]["asked"], figures["reviews"]["decided"]
    return _("申请复查%(review)s件，申请复核%(re_review)s件；作出意见%(decided)s件，其中撤销、变更%(changed)s件。") % {
        "review": f"{asked['review'][NOW]:,}", "re_review": f"{asked['re-review'][NOW]:,}",
        "decided": f"{sum(row[NOW] for row in decided.values()):,}",
        "changed": f"{decided['changed'][NOW] + decided['revoked'][NOW]:,}",
    }  # fmt: skip


def supervision(figures: Figures) -> str:
    told = figures["supervision"]["total"]
    if not told["orders"]:
        return _("本期没有发出督办。")
    return (
        _(
            "发出督办%(orders)s件，已反馈%(answered)s件，其中按期%(answered_in_time)s件；逾期未反馈%(late)s件，已办结%(done)s件，退回重办%(sent_back)s件。"
        )
        % told
    )


def advice(figures: Figures) -> str:
    told = figures["supervision"]["total"]
    if not told["advice"]:
        return _("本期没有提出改进工作、完善政策、追究责任的建议。")
    return (
        _(
            "提出改进工作、完善政策、追究责任的建议%(advice)s件，已书面反馈%(advice_answered)s件：全部采纳%(adopted_wholly)s件，部分采纳%(adopted_partly)s件，未采纳%(not_adopted)s件。"
        )
        % told
    )
