"""Promises 绩效指标 that contradict themselves or each other: what a reader stumbles over, and software can see."""

import re
from collections.abc import Iterator
from decimal import Decimal

from yiwang.performance.disclosure.amounts import Figure
from yiwang.performance.disclosure.checking import WARNING, Relation
from yiwang.performance.disclosure.model import Disclosure, Indicator

FALL = re.compile(r"下降率|降低率|减少率|下降$")
COUNTED_BY_NAME = re.compile(r"(人次|批次|次|人数|户数)$")
EXCEEDS = re.compile(r"超过|超额|多于|高于")
UNDER_NOTHING = re.compile(r"(\d+)%以下不得分")
STEP = re.compile(r"每(?:降低|下降|减少|低于)\d+%")
COMMON = {
    "信访",
    "保障",
    "工作",
    "情况",
    "反映",
    "实际",
    "数量",
    "时率",
    "满意",
    "意度",
    "202",
    "服务",
    "完成",
    "事项",
    "达到",
}
ENOUGH = 2
"""Pairs of signs, common ones aside, that a promise in the text shares with the indicator that it is about."""
ALIKE_PROJECT = 4
"""The same for a project's indicator: as many pairs with all that is said of it, or one pair of the two names."""


def relations(found: Disclosure) -> list[Relation]:
    """Return what must be so of indicators, whether it is or not."""
    every = [*found.indicators, *(indicator for project in found.projects for indicator in project.indicators)]
    return [
        *(relation for indicator in every for relation in _alone(indicator)),
        *_satisfaction(found), *_text_against_table(found), *_department_against_projects(found),
    ]  # fmt: skip


def _finding(rule: str, indicator: Indicator) -> Relation:
    figures = [indicator.figure] if indicator.figure else []
    words = [
        " ".join(
            filter(
                None,
                [
                    indicator.project,
                    indicator.name,
                    indicator.operator + indicator.words.removeprefix(indicator.operator),
                ],
            )
        )
    ]
    return Relation(rule, figures, holds=False, severity=WARNING, words=words)


def _alone(one: Indicator) -> Iterator[Relation]:
    number = one.figure.value if one.figure else None
    is_rate = one.figure is not None and one.figure.unit == "%"
    if FALL.search(one.name) and one.operator in {"≤", "<"}:
        yield _finding("a_fall_of_at_most", one)  # no fall at all would score full
    if is_rate and one.operator in {"≥", ">"} and number is not None and number >= 100:
        yield _finding("a_rate_of_at_least_all", one)
    counted = COUNTED_BY_NAME.search(one.name)
    if counted and one.figure and one.figure.unit and one.figure.unit not in {"人次", "批次", "次", "人", "户"}:
        yield _finding("name_and_unit_differ", one)
    if one.is_cost and one.figure and not one.operator and "元" in one.figure.unit:
        yield _finding("a_cost_without_operator", one)
    if one.operator == "=" and one.rule and not EXCEEDS.search(one.rule):
        yield _finding("equal_without_a_word_on_more", one)
    under = UNDER_NOTHING.search(one.rule)
    if under and STEP.search(one.rule) and "含" not in one.rule:
        yield _finding("the_lower_end_is_unclear", one)


def _satisfaction(found: Disclosure) -> Iterator[Relation]:
    """The department's promise of satisfaction and those of its projects are one."""
    own = [one.figure for one in found.indicators if one.is_satisfaction and one.figure]
    theirs = [
        one.figure for project in found.projects for one in project.indicators if one.is_satisfaction and one.figure
    ]
    if own and theirs:
        values = {figure.value for figure in (*own, *theirs)}
        apart = max(values) - min(values)
        yield Relation("one_promise_of_satisfaction", [*own, *theirs], len(values) == 1, f"{apart}", WARNING)


def _text_against_table(found: Disclosure) -> Iterator[Relation]:
    """What running text promises is what the department's table says."""
    for promise in found.promises:
        alike = _most_alike(promise.words, promise.figure, found.indicators)
        if alike and alike.figure:
            yield from _same("text_against_indicators", promise.figure, alike.figure)


def _department_against_projects(found: Disclosure) -> Iterator[Relation]:
    """A quantity that the department promises, and the project that is about the same."""
    for indicator in found.indicators:
        if indicator.figure is None or indicator.figure.unit in {"", "%"} or "元" in indicator.figure.unit:
            continue
        best: tuple[int, Indicator] | None = None
        for project in found.projects:
            for other in project.indicators:
                if other.figure and other.figure.unit == indicator.figure.unit and "数量" in other.second:
                    words = project.name + other.name + other.description
                    by_name = len(_pairs(indicator.name) & _pairs(other.name))
                    alike = ALIKE_PROJECT * by_name + len(
                        _pairs(indicator.name + indicator.description) & _pairs(words)
                    )
                    if best is None or alike > best[0]:
                        best = (alike, other)
        if best and best[0] >= ALIKE_PROJECT and best[1].figure:
            yield from _same("department_against_project", indicator.figure, best[1].figure)


def _same(rule: str, one: Figure, other: Figure) -> Iterator[Relation]:
    apart: Decimal = one.value - other.value
    yield Relation(rule, [one, other], apart == 0, f"{abs(apart)}")


def _most_alike(words: str, figure: Figure, indicators: list[Indicator]) -> Indicator | None:
    alike = [
        (len(_pairs(words) & _pairs(one.name + one.description)), -place, one)
        for place, one in enumerate(indicators)
        if one.figure and one.figure.unit == figure.unit
    ]
    best = max(alike, key=lambda found: found[:2], default=None)
    return best[2] if best and best[0] >= ENOUGH else None


def _pairs(words: str) -> set[str]:
    clean = re.sub(r"[^\u4e00-\u9fff]", "", words)
    return {clean[at : at + 2] for at in range(len(clean) - 1)} - COMMON
