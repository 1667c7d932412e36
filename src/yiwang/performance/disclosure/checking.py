"""What must agree within a disclosure: sums, differences, the text against the tables, the tables against each other.

Each relation names the figures that take part, so that it can be told which figure is checked by none.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from yiwang.performance.disclosure.amounts import Figure, in_unit
from yiwang.performance.disclosure.model import Asset, Disclosure, Indicator, Project

ERROR, WARNING = "error", "warning"
THREE = ("abroad", "vehicles", "reception")


@dataclass
class Relation:
    """One thing that must be so. ``difference`` is in the printed unit, None where nothing is subtracted."""

    rule: str
    figures: list[Figure]
    holds: bool
    difference: str | None = None
    severity: str = ERROR
    words: list[str] = field(default_factory=list)
    """What stands at each figure, or what else the finding is about."""

    def as_json(self) -> dict[str, Any]:
        """Return the finding as plain data."""
        values = [
            f"{figure.label}: {figure.printed}{figure.unit}" if figure.label else f"{figure.printed}{figure.unit}"
            for figure in self.figures
        ]
        return {
            "rule": self.rule, "severity": self.severity, "values": values or self.words, "difference": self.difference,
            "where": [str(figure.place) for figure in self.figures], "about": self.words,
        }  # fmt: skip


def relations(found: Disclosure) -> list[Relation]:
    """Return everything that must be so, whether it is or not."""
    from yiwang.performance.disclosure import contradictions

    return [
        *_said_twice(found), *_totals(found), *_changes(found), *_three_public(found), *_running(found), *_projects(found),
        *_purchases(found), *_assets(found), *_negative(found), *contradictions.relations(found),
    ]  # fmt: skip


def check(found: Disclosure) -> list[Relation]:
    """Return what is not so: the findings."""
    return [relation for relation in relations(found) if not relation.holds]


def _equal(rule: str, first: Figure | None, second: Figure | None) -> Iterator[Relation]:
    """Two figures say the same thing."""
    if first and second:
        apart = first.yuan - second.yuan
        yield Relation(rule, [first, second], apart == 0, in_unit(abs(apart), first.unit))


def _sum(rule: str, total: Figure | None, parts: Sequence[Figure | None], *, at_least: int = 1) -> Iterator[Relation]:
    """A total is the sum of its parts; the difference is positive where the total is larger."""
    known = [part for part in parts if part]
    if total and len(known) >= at_least:
        apart = total.yuan - sum((part.yuan for part in known), Decimal(0))
        yield Relation(rule, [total, *known], apart == 0, in_unit(apart, total.unit))


def _said_twice(found: Disclosure) -> Iterator[Relation]:
    for key, figures in found.texts.items():
        if key not in {"income.other", "income.business", "both.total"}:
            for again in figures[1:]:
                yield from _equal("said_twice", figures[0], again)


def _totals(found: Disclosure) -> Iterator[Relation]:
    said = found.said
    parts = [
        figure
        for key, figures in found.texts.items()
        if key.startswith("income.") and key != "income.total"
        for figure in figures
    ]
    yield from _sum("income_is_the_sum_of_its_sources", said("income.total"), parts)
    yield from _sum(
        "spending_is_basic_and_projects",
        said("spending.total"),
        [said("spending.basic"), said("spending.project")],
        at_least=2,
    )
    yield from _sum(
        "basic_is_personnel_and_public",
        said("spending.basic"),
        [said("spending.personnel"), said("spending.public")],
        at_least=2,
    )
    yield from _equal("income_equals_spending", said("income.total"), said("spending.total"))
    for both in found.texts.get("both.total", []):
        yield from _equal("total_of_both_sides", both, said("spending.total") or said("income.total"))


def _changes(found: Disclosure) -> Iterator[Relation]:
    said = found.said
    yield from _sum(
        "change_is_the_sum_of_its_parts",
        said("change.total"),
        [said("change.basic"), said("change.project")],
        at_least=2,
    )
    for part in ("total", "basic", "project"):
        now, change = said(f"spending.{part}"), said(f"change.{part}")
        if now and change:
            before = now.yuan - change.yuan
            yield Relation("the_year_before_was_not_negative", [now, change], before >= 0, in_unit(before, now.unit))


def _three_public(found: Disclosure) -> Iterator[Relation]:
    said = found.said
    yield from _sum(
        "three_public_is_the_sum_of_its_parts",
        said("three.total"),
        [said(f"three.{part}") for part in THREE],
        at_least=2,
    )
    yield from _sum(
        "vehicles_are_purchase_and_upkeep",
        said("three.vehicles"),
        [said("three.purchase"), said("three.upkeep")],
        at_least=2,
    )
    parts = [said(f"three_change.{part}") for part in THREE]
    yield from _sum("three_public_change_is_the_sum", said("three_change.total"), parts)
    yield from _sum(
        "vehicles_change_is_the_sum",
        said("three_change.vehicles"),
        [said("three_change.purchase"), said("three_change.upkeep")],
    )


def _running(found: Disclosure) -> Iterator[Relation]:
    running = found.said("running.total")
    yield from _equal("running_cost_is_public_spending", running, found.said("spending.public"))
    for project in found.projects:
        if "机关运行" in project.name:
            yield from _equal("running_cost_against_project_of_that_name", running, project.cost)


def _projects(found: Disclosure) -> Iterator[Relation]:
    costs = [project.cost for project in found.projects if project.cost]
    if len(costs) > 1:
        yield from _sum("projects_cost_what_is_spent_on_them", found.said("spending.project"), costs)
    for project in found.projects:
        for purchase in found.purchases:
            if _same_name(project.name, purchase.project):
                yield from _equal("project_cost_against_procurement_table", purchase.budget, project.cost)


def _same_name(one: str, other: str) -> bool:
    short, long = sorted((one.removesuffix("经费"), other.removesuffix("经费")), key=len)
    return bool(short) and short == long


def _purchases(found: Disclosure) -> Iterator[Relation]:
    for line in found.purchases:
        if line.quantity and line.price and line.total:
            product = line.quantity.value * line.price.value
            apart = line.total.value - product
            yield Relation(
                "amount_is_quantity_times_price", [line.quantity, line.price, line.total], apart == 0, f"{apart:.2f}"
            )
        yield from _sum("amount_is_the_sum_of_its_funds", line.total, line.funds)
        if line.budget and line.total:
            apart = line.budget.value - line.total.value
            yield Relation("purchase_within_its_budget", [line.budget, line.total], apart >= 0, f"{apart:.2f}")
    yield from _budgets_kept(found)
    totals = [line.total for line in found.purchases if line.total]
    for _name, figures in found.purchase_sums:
        yield from _sum("procurement_total_is_the_sum_of_lines", figures[0] if figures else None, totals)
        yield from _sum("total_is_the_sum_of_its_funds", figures[0] if figures else None, figures[1:])
    first = next((figures[0] for _name, figures in found.purchase_sums if figures), None)
    text = found.said("procurement.total")
    if first:
        yield from _equal("procurement_in_text_and_table", text, first)
    else:
        yield from _sum("procurement_in_text_and_lines", text, totals)


def _budgets_kept(found: Disclosure) -> Iterator[Relation]:
    """All purchases of a project together stay within its budget, and each line names the same budget."""
    by_project = defaultdict(list)
    for line in found.purchases:
        if line.budget and line.total:
            by_project[line.project].append(line)
    for lines in by_project.values():
        if len(lines) < 2:
            continue
        budgets = [line.budget for line in lines if line.budget]
        for other in budgets[1:]:
            yield from _equal("one_project_one_budget", budgets[0], other)
        totals = [line.total for line in lines if line.total]
        apart = budgets[0].value - sum((one.value for one in totals), Decimal(0))
        yield Relation("purchases_within_their_budget", [budgets[0], *totals], apart >= 0, f"{apart:.2f}")


def _assets(found: Disclosure) -> Iterator[Relation]:
    whole = next((line for line in found.assets if "总额" in line.name or "合计" in line.name), None)
    parts = [line for line in found.assets if line is not whole and not line.part_of]
    if whole:
        yield from _sum("assets_are_the_sum_of_their_kinds", whole.value, [line.value for line in parts])
        yield from _equal("assets_in_text_and_table", found.said("assets.total"), whole.value)
    devices = [line.total for line in found.purchases if line.code.startswith("A02") and line.total]
    if devices:
        yield from _sum("planned_assets_are_among_the_purchases", found.said("assets.purchase"), devices)
    yield from _vehicles(found.assets, found.projects)


def _vehicles(assets: Iterable[Asset], projects: Iterable[Project]) -> Iterator[Relation]:
    owned = next((line.quantity for line in assets if "车辆" in line.name and line.quantity), None)
    for indicator in _indicators_of(projects):
        if (
            owned
            and indicator.figure
            and indicator.figure.unit in {"辆", "台"}
            and "车" in indicator.name + indicator.description
        ):
            apart = owned.value - indicator.figure.value
            yield Relation("vehicles_in_assets_and_projects", [owned, indicator.figure], apart == 0, f"{apart}")


def _indicators_of(projects: Iterable[Project]) -> Iterator[Indicator]:
    for project in projects:
        yield from project.indicators


def _negative(found: Disclosure) -> Iterator[Relation]:
    """A budget is never negative; changes may be."""
    for key, figures in found.texts.items():
        if "change" not in key:
            for figure in figures:
                if figure.value < 0:
                    yield Relation("no_negative_budget", [figure], holds=False)
    for line in found.purchases:
        for one in (line.quantity, line.price, line.total, *line.funds):
            if one and one.value < 0:
                yield Relation("no_negative_budget", [one], holds=False)
