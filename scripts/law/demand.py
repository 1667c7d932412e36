"""One row of the table: what a paragraph demands, and what carries it or why nothing does."""

from dataclasses import dataclass

PARAGRAPHS = {
    17: 2, 18: 4, 19: 3, 20: 4, 21: 2, 22: 2, 23: 4, 24: 2, 25: 2, 26: 1, 27: 1, 28: 3, 29: 3, 30: 3, 31: 1, 32: 2, 33: 1,
    34: 1, 35: 1, 36: 3, 37: 3, 38: 3, 39: 3, 40: 4, 41: 2, 42: 1, 43: 1, 44: 1, 45: 1, 46: 1, 47: 3,
}  # fmt: skip
"""How many paragraphs 款 each article has; the items 项 of an article stand in its first."""


@dataclass(frozen=True)
class Demand:
    """What a paragraph demands, in Chinese and English.

    ``ref`` is the article with its paragraph (“23.2”) or item (“31(5)”); an article of one paragraph stands alone (“34”).
    ``rows`` name what carries it: an action of the tables, ``limit:`` and its rule, ``exempt:`` and the rule that does not
    start, ``check:`` and the code of a refusal, ``page:`` and a module. ``reason`` (Chinese, English) says why nothing does.
    """

    ref: str
    zh: str
    en: str
    rows: tuple[str, ...] = ()
    reason: tuple[str, str] = ("", "")

    @property
    def article(self) -> int:
        return int(self.ref.split(".")[0].split("(")[0])

    @property
    def paragraph(self) -> int:
        return int(self.ref.split(".")[1]) if "." in self.ref else 1

    @property
    def item(self) -> int:
        return int(self.ref.split("(")[1].rstrip(")")) if "(" in self.ref else 0
