"""The forms that score a number: full or none, in proportion, by steps, so much less for each unit short."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from yiwang.performance.scoring.rule import (
    Invalid,
    Operator,
    Scored,
    as_number,
    choice,
    number,
    only,
    percent,
    plain,
    share_of,
    shown,
)
from yiwang.performance.scoring.words import OPERATORS, OVER, PARTIAL


@dataclass(frozen=True)
class Full:
    """All of the weight where the target is met, nothing otherwise 达标得满分，不达标不得分."""

    form: ClassVar[str] = "full"
    operator: str
    target: Fraction
    unit: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any], unit: str) -> "Full":
        only(given, "operator", "target")
        return cls(choice(given, "operator", tuple(OPERATORS)), number(given, "target"), unit)

    def score(self, value: Any) -> Scored:
        found = as_number(value, self.unit)
        met = not Operator(self.operator, "").short(found, self.target)
        told = {"value": shown(found), "unit": self.unit}
        if met:
            return Scored(Fraction(1), _("%(value)s%(unit)s，达标，得满分") % told)
        return Scored(Fraction(0), _("%(value)s%(unit)s，不达标，不得分") % told)

    def sentence(self) -> str:
        return _("%(operator)s%(target)s%(unit)s得满分，否则不得分。") % {
            "operator": OPERATORS[self.operator], "target": shown(self.target), "unit": self.unit,
        }  # fmt: skip

    def data(self) -> dict[str, Any]:
        return {"form": self.form, "operator": self.operator, "target": plain(self.target)}


@dataclass(frozen=True)
class Linear:
    """Nothing at the floor, all at the target, in proportion between 线性. The floor lies above the target where less is better.

    ``most`` is the most that overshoot earns, in parts of the weight: 1 (no more than full) unless the rule says otherwise;
    beyond the target it grows by the same proportion.
    """

    form: ClassVar[str] = "linear"
    floor: Fraction
    target: Fraction
    most: Fraction = Fraction(1)
    unit: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any], unit: str) -> "Linear":
        only(given, "floor", "target", "most")
        bottom, target, most = (
            number(given, "floor"),
            number(given, "target"),
            number(given, "most", default="100") / 100,
        )
        if bottom == target:
            raise Invalid("floor", _("得零分的数和得满分的数不能一样。"))
        if not 1 <= most <= 2:
            raise Invalid("most", _("超过目标最多得权重的100%到200%。"))
        return cls(bottom, target, most, unit)

    def score(self, value: Any) -> Scored:
        found = as_number(value, self.unit)
        share = min(self.most, max(Fraction(0), (found - self.floor) / (self.target - self.floor)))
        return Scored(
            share,
            _("%(value)s%(unit)s，按比例得%(share)s")
            % {"value": shown(found), "unit": self.unit, "share": percent(share)},
        )

    def sentence(self) -> str:
        told = {
            "floor": shown(self.floor), "target": shown(self.target), "unit": self.unit, "most": percent(self.most),
        }  # fmt: skip
        if self.target > self.floor:
            text = _("%(floor)s%(unit)s以下（含）不得分，达到%(target)s%(unit)s得满分，其间按比例") % told
        else:
            text = _("%(floor)s%(unit)s以上（含）不得分，降到%(target)s%(unit)s得满分，其间按比例") % told
        if self.most == 1:
            return text + _("；超过目标不加分。")
        return text + _("；超过目标按同样比例加分，最多得%(most)s。") % told

    def data(self) -> dict[str, Any]:
        return {
            "form": self.form, "floor": plain(self.floor), "target": plain(self.target), "most": plain(self.most * 100),
        }  # fmt: skip


@dataclass(frozen=True)
class Steps:
    """A table of marks 分档: the best one that the value reaches decides. ``better``: whether more or less is better.

    A value exactly on a mark reaches it.
    """

    form: ClassVar[str] = "steps"
    steps: tuple[tuple[Fraction, Fraction], ...]
    better: str = "more"
    unit: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any], unit: str) -> "Steps":
        only(given, "steps", "better")
        better = choice(given, "better", ("more", "less"), default="more")
        rows = given.get("steps")
        if not isinstance(rows, list) or not rows or not all(isinstance(row, list) and len(row) == 2 for row in rows):
            raise Invalid("steps", _("分档要写成若干行，每行是界限和得权重的百分比。"))
        steps = tuple((number({"steps": mark}, "steps"), share_of({"steps": part}, "steps")) for mark, part in rows)
        for (mark, share), (next_mark, next_share) in itertools.pairwise(steps):
            if (next_mark >= mark) == (better == "more") or next_share >= share:
                raise Invalid("steps", _("分档要从最好的一档写起，界限和得分都逐档变差，不能交叉。"))
        return cls(steps, better, unit)

    def score(self, value: Any) -> Scored:
        found = as_number(value, self.unit)
        told = {"value": shown(found), "unit": self.unit}
        for mark, share in self.steps:
            if found >= mark if self.better == "more" else found <= mark:
                told |= {"mark": shown(mark), "share": percent(share)}
                return Scored(share, _("%(value)s%(unit)s，在%(mark)s%(unit)s这一档，得%(share)s") % told)
        return Scored(Fraction(0), _("%(value)s%(unit)s，各档都没有达到，不得分") % told)

    def sentence(self) -> str:
        sign = OPERATORS[">=" if self.better == "more" else "<="]
        rows = [
            _("%(operator)s%(mark)s%(unit)s得%(share)s")
            % {"operator": sign, "mark": shown(mark), "unit": self.unit, "share": percent(share)}
            for mark, share in self.steps
        ]
        return _("；").join(rows) + _("；其余不得分。")

    def data(self) -> dict[str, Any]:
        rows = [[plain(mark), plain(share * 100)] for mark, share in self.steps]
        return {"form": self.form, "steps": rows, "better": self.better}


@dataclass(frozen=True)
class Deduct:
    """All at the target, and ``points`` per cent of the weight less for each ``per`` that is missing, down to ``least`` 扣分.

    What the rules in use leave open is said here: ``partial``, what a begun step counts (``whole``: only whole steps;
    ``started``: a begun one as a whole; ``proportion``: in proportion); ``over``, what more than an exact target is (``full``:
    as good as met; ``deduct``: missed likewise); ``zero_under`` with ``zero_at``, a value under which nothing is earned, and
    whether the value itself earns nothing too.
    """

    form: ClassVar[str] = "deduct"
    operator: str
    target: Fraction
    per: Fraction
    points: Fraction
    partial: str
    over: str = "full"
    least: Fraction = Fraction(0)
    zero_under: Fraction | None = None
    zero_at: bool = False
    unit: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any], unit: str) -> "Deduct":
        only(given, "operator", "target", "per", "points", "partial", "over", "least", "zero_under", "zero_at")
        operator = choice(given, "operator", tuple(OPERATORS))
        per = number(given, "per", default="1")
        if per <= 0:
            raise Invalid("per", _("每差多少扣分，要大于0。"))
        points, least = share_of(given, "points"), share_of(given, "least", default="0")
        if points <= 0:
            raise Invalid("points", _("每次扣的百分比要大于0。"))
        under = number(given, "zero_under") if given.get("zero_under") not in (None, "") else None
        at = given.get("zero_at", False)
        if not isinstance(at, bool):
            raise Invalid("zero_at", _("正好等于界限时得不得分，要选是或否。"))
        if under is not None and operator == "<=":
            raise Invalid("zero_under", _("越少越好的指标，不能规定低于多少不得分。"))
        return cls(
            operator, number(given, "target"), per, points, choice(given, "partial", tuple(PARTIAL)),
            choice(given, "over", tuple(OVER), default="full"), least, under, at, unit,
        )  # fmt: skip

    def score(self, value: Any) -> Scored:
        found, operator = as_number(value, self.unit), Operator(self.operator, "")
        told = {"value": shown(found), "unit": self.unit}
        if self.zero_under is not None and (found < self.zero_under or (self.zero_at and found == self.zero_under)):
            return Scored(Fraction(0), _("%(value)s%(unit)s，低于最低线，不得分") % told)
        short = operator.short(found, self.target)
        if not short or (self.over == "full" and operator.over(found, self.target)):
            return Scored(Fraction(1), _("%(value)s%(unit)s，达标，得满分") % told)
        times = short / self.per
        if self.partial != "proportion":
            times = Fraction(floor(times) if self.partial == "whole" else ceil(times))
        share = max(self.least, 1 - times * self.points)
        told |= {"short": shown(short), "times": shown(times), "points": percent(self.points), "share": percent(share)}
        return Scored(
            share, _("%(value)s%(unit)s，差%(short)s%(unit)s，扣%(times)s次、每次%(points)s，得%(share)s") % told
        )

    def sentence(self) -> str:
        told = {
            "operator": OPERATORS[self.operator], "target": shown(self.target), "unit": self.unit, "per": shown(self.per),
            "points": percent(self.points), "partial": PARTIAL[self.partial], "least": percent(self.least),
        }  # fmt: skip
        text = (
            _(
                "%(operator)s%(target)s%(unit)s得满分，每差%(per)s%(unit)s扣权重的%(points)s（%(partial)s），扣到%(least)s为止"
            )
            % told
        )
        if self.operator == "=":
            text += _("；%(over)s") % {"over": OVER[self.over]}
        if self.zero_under is not None:
            told = {"under": shown(self.zero_under), "unit": self.unit, "at": _("含") if self.zero_at else _("不含")}
            text += _("；%(under)s%(unit)s以下（%(at)s）不得分") % told
        return text + _("。")

    def data(self) -> dict[str, Any]:
        kept: dict[str, Any] = {
            "form": self.form, "operator": self.operator, "target": plain(self.target), "per": plain(self.per),
            "points": plain(self.points * 100), "partial": self.partial, "over": self.over,
            "least": plain(self.least * 100),
        }  # fmt: skip
        if self.zero_under is not None:
            kept |= {"zero_under": plain(self.zero_under), "zero_at": self.zero_at}
        return kept
