"""Numbers as disclosures print them: 万元 and 元, per cent, counted things, half and full width, thousands apart."""

import re
from dataclasses import dataclass
from decimal import Decimal

from yiwang.performance.disclosure.blocks import Place, one_width

DIGITS = r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?"
MONEY = re.compile(rf"({DIGITS})\s*(亿元|万元|元)")
COUNTED = re.compile(rf"({DIGITS})\s*(%|平方米|人次|批次|人|件|个|项|辆|台|栋|次|天|日|户|处|套|份)")
OPERATORS = {"≥": "≥", "≧": "≥", ">=": "≥", "≤": "≤", "≦": "≤", "<=": "≤", "=": "=", ">": ">", "<": "<"}
WRITTEN_VALUE = re.compile(rf"^(≥|≧|>=|≤|≦|<=|=|>|<)?\s*({DIGITS})\s*(.*)$", re.DOTALL)
NOTHING = {"", "-", "--", "—", "——", "/", "无"}
IN_YUAN = {"亿元": Decimal(100_000_000), "万元": Decimal(10_000), "元": Decimal(1)}


@dataclass(frozen=True)
class Figure:
    """A number with its unit, as printed and where. Never a float."""

    value: Decimal
    unit: str
    printed: str
    place: Place
    label: str = ""

    @property
    def yuan(self) -> Decimal:
        """The amount in 元; what has no unit of money counts as 万元, the unit of the tables."""
        return self.value * IN_YUAN.get(self.unit, IN_YUAN["万元"])


def number(text: str) -> Decimal | None:
    """Return a cell's number; None when it holds none, or more than a number."""
    bare = re.sub(r"\s+", "", one_width(text))
    return Decimal(bare.replace(",", "")) if re.fullmatch(DIGITS, bare) else None


def in_unit(amount: Decimal, unit: str) -> str:
    """Return an amount of 元 as it is printed in that unit, with two decimals."""
    return f"{amount / IN_YUAN.get(unit, IN_YUAN['万元']):.2f}"
