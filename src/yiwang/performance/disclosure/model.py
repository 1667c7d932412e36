"""What a disclosure says, each value with its place: text figures, indicators, projects, procurement, assets."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from yiwang.performance.disclosure.amounts import Figure
from yiwang.performance.disclosure.blocks import Place


@dataclass
class Indicator:
    """One promise of performance 绩效指标. ``operator`` is ≥ ≤ = > < or ""; ``figure`` is None for a promise in words."""

    first: str
    second: str
    name: str
    description: str
    operator: str
    figure: Figure | None
    words: str
    basis: str
    place: Place
    rule: str = ""
    project: str = ""

    @property
    def is_cost(self) -> bool:
        return "成本" in self.second or "成本" in self.first

    @property
    def is_satisfaction(self) -> bool:
        return "满意" in self.second or "满意" in self.first or "满意" in self.name


@dataclass
class Project:
    """One project 项目 with its aims and indicators."""

    name: str
    place: Place
    aims: str = ""
    indicators: list[Indicator] = field(default_factory=list)

    @property
    def cost(self) -> Figure | None:
        """What it may cost: its indicator of cost that is money."""
        return next((i.figure for i in self.indicators if i.is_cost and i.figure and "元" in i.figure.unit), None)


@dataclass
class Purchase:
    """One line of the procurement table 政府采购. ``funds`` are the columns of money's sources, blanks left out."""

    project: str
    budget: Figure | None
    item: str
    code: str
    quantity: Figure | None
    price: Figure | None
    total: Figure | None
    funds: list[Figure]
    place: Place


@dataclass
class Asset:
    """One line of the table of assets 固定资产占用. ``part_of`` marks a line “of which” 其中."""

    name: str
    quantity: Figure | None
    value: Figure | None
    part_of: bool
    place: Place


@dataclass
class Promise:
    """A number promised in running text, as “满意度不低于80%”."""

    words: str
    figure: Figure
    place: Place


@dataclass
class Disclosure:
    """The whole. ``texts`` holds the figures of running text by what they say (``income.total`` …), each time they are said."""

    department: str = ""
    year: int | None = None
    texts: dict[str, list[Figure]] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    purchase_sums: list[tuple[str, list[Figure]]] = field(default_factory=list)
    assets: list[Asset] = field(default_factory=list)
    unread: list[tuple[str, Place]] = field(default_factory=list)
    """What looks like a figure and was not understood, with its place: it is named, not guessed."""

    def said(self, key: str) -> Figure | None:
        """Return the first figure of running text that says this."""
        return next(iter(self.texts.get(key, [])), None)

    def as_json(self) -> dict[str, Any]:
        """Return the model as plain data; numbers are strings, places are words."""
        plain: dict[str, Any] = _plain(self)
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Place):
        return str(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value
