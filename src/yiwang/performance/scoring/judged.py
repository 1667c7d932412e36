"""The forms that score what somebody judged: yes/no parts, and words with a range of parts."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from yiwang.performance.scoring.rule import Invalid, Scored, number, only, percent, plain, share_of


@dataclass(frozen=True)
class Parts:
    """Several yes/no parts 分项, each with its part of the weight, as two halves of 50 %; together 100 %. Scores a list of booleans."""

    form: ClassVar[str] = "parts"
    parts: tuple[tuple[str, Fraction], ...]
    unit: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any], unit: str) -> "Parts":
        only(given, "parts")
        rows = given.get("parts")
        if not isinstance(rows, list) or not rows or not all(isinstance(row, list) and len(row) == 2 for row in rows):
            raise Invalid("parts", _("分项要写成若干行，每行是一句话和得权重的百分比。"))
        parts = tuple((str(words).strip(), share_of({"parts": share}, "parts")) for words, share in rows)
        if not all(words for words, _share in parts):
            raise Invalid("parts", _("每个分项都要写明是什么。"))
        if sum(share for _words, share in parts) != 1:
            raise Invalid("parts", _("各分项的百分比合计要等于100%。"))
        return cls(parts, unit)

    def score(self, value: Any) -> Scored:
        if (
            not isinstance(value, Sequence)
            or len(value) != len(self.parts)
            or not all(isinstance(one, bool) for one in value)
        ):
            raise Invalid("value", _("每个分项都要判断做到没有。"))
        share = sum((share for (_words, share), done in zip(self.parts, value, strict=True) if done), Fraction(0))
        told = [
            _("“%(words)s”%(done)s") % {"words": words, "done": _("做到") if done else _("没有做到")}
            for (words, _share), done in zip(self.parts, value, strict=True)
        ]
        return Scored(share, _("%(parts)s，得%(share)s") % {"parts": "、".join(told), "share": percent(share)})

    def sentence(self) -> str:
        rows = [_("“%(words)s”得%(share)s") % {"words": words, "share": percent(share)} for words, share in self.parts]
        return _("分项判断，做到才得分：%(rows)s。") % {"rows": _("；").join(rows)}

    def data(self) -> dict[str, Any]:
        return {"form": self.form, "parts": [[words, plain(share * 100)] for words, share in self.parts]}


@dataclass(frozen=True)
class Judgement:
    """What somebody judged: the word of a band, and the part of the weight that they set within it."""

    band: str
    share: Fraction


@dataclass(frozen=True)
class Bands:
    """Words of judgement 定性, the best first, each with the range of parts within which the score is set, both ends included.

    Ranges may share an end point: the word decides, and not the number.
    """

    form: ClassVar[str] = "bands"
    bands: tuple[tuple[str, Fraction, Fraction], ...]
    unit: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any], unit: str) -> "Bands":
        only(given, "bands")
        rows = given.get("bands")
        if not isinstance(rows, list) or not rows or not all(isinstance(row, list) and len(row) == 3 for row in rows):
            raise Invalid("bands", _("档次要写成若干行，每行是一个词、最少和最多得权重的百分比。"))
        bands = tuple(
            (str(words).strip(), share_of({"bands": low}, "bands"), share_of({"bands": high}, "bands"))
            for words, low, high in rows
        )
        if len({words for words, _low, _high in bands}) != len(bands) or not all(words for words, _low, _high in bands):
            raise Invalid("bands", _("每个档次要有自己的词。"))
        if any(low > high for _words, low, high in bands):
            raise Invalid("bands", _("档次的最少不能大于最多。"))
        for (_better, low, _high), (_worse, _low, high) in itertools.pairwise(bands):
            if high > low:
                raise Invalid("bands", _("档次要从最好的写起，分数范围不能交叉。"))
        return cls(bands, unit)

    def score(self, value: Any) -> Scored:
        if not isinstance(value, Judgement):
            raise Invalid("value", _("定性指标要先作出判断。"))
        for words, low, high in self.bands:
            if words == value.band:
                if not low <= value.share <= high:
                    raise Invalid(
                        "value",
                        _("“%(words)s”得权重的%(low)s到%(high)s。")
                        % {"words": words, "low": percent(low), "high": percent(high)},
                    )
                return Scored(
                    value.share, _("判断为“%(words)s”，得%(share)s") % {"words": words, "share": percent(value.share)}
                )
        raise Invalid("value", _("没有“%(words)s”这个档次。") % {"words": value.band})

    def sentence(self) -> str:
        rows = [
            _("“%(words)s”得%(low)s到%(high)s（含）") % {"words": words, "low": percent(low), "high": percent(high)}
            if low != high
            else _("“%(words)s”得%(share)s") % {"words": words, "share": percent(low)}
            for words, low, high in self.bands
        ]
        return _("定性判断：%(rows)s。") % {"rows": _("；").join(rows)}

    def data(self) -> dict[str, Any]:
        return {
            "form": self.form,
            "bands": [[words, plain(low * 100), plain(high * 100)] for words, low, high in self.bands],
        }


def judgement(given: Mapping[str, Any]) -> Judgement:
    """Return a judgement from data: ``{"band": "明显", "share": "90"}``. Raises Invalid."""
    return Judgement(str(given.get("band", "")), number(given, "share") / 100)
