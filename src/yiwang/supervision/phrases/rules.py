"""The rules of `rules.toml`, read and checked once a process: they are part of the program, as its code is."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

FILE = Path(__file__).with_name("rules.toml")
_WORD = re.compile(r"\{([a-z]+)\}")


class RulesRefused(ValueError):
    """The file of rules cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Rules:
    """``formulas`` holds one pattern for each code of formula, in the file's order; ``labels`` the Chinese words of each reason.

    The numbers of ``thresholds`` count Chinese characters, ``long_share`` per cent (see the file).
    """

    thresholds: Mapping[str, int]
    formulas: Mapping[str, re.Pattern[str]]
    labels: Mapping[str, str]
    english: Mapping[str, str]
    decisive: re.Pattern[str]
    done: re.Pattern[str]
    concrete: re.Pattern[str]
    common: frozenset[str]
    asks_where: re.Pattern[str]

    def words(self, code: str) -> str:
        """Return a reason in the reader's language; what belongs to any letter has words too."""
        if (get_language() or "").startswith("en"):
            return self.english[code]
        return self.labels.get(code, "套话")


THRESHOLDS = frozenset(
    {
        "most_substance",
        "leftover",
        "longest_clause",
        "long",
        "long_share",
        "enough_to_compare",
        "most_to_compare",
        "longest",
    }
)


def read_rules(path: Path = FILE) -> Rules:
    """Read a file of rules. Raises RulesRefused for what is missing, unknown or no pattern."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RulesRefused(f"{path.name} cannot be read: {error}") from error
    thresholds = raw.get("thresholds", {})
    if set(thresholds) != THRESHOLDS or not all(isinstance(n, int) and n >= 0 for n in thresholds.values()):
        raise RulesRefused(f"[thresholds] of {path.name} needs whole numbers for {', '.join(sorted(THRESHOLDS))}")
    words = _resolved(raw.get("words", {}))
    formulas, labels, english = {}, dict(raw.get("labels", {})), dict(raw.get("english", {}))
    for formula in raw.get("formula", []):
        code = formula["code"]
        formulas[code] = _pattern(formula["patterns"], words, code)
        if "label" in formula:
            labels[code] = formula["label"]
    compare = raw.get("compare", {})
    return Rules(
        thresholds=thresholds,
        formulas=formulas,
        labels=labels,
        english=english,
        decisive=_pattern(raw.get("decisive", {}).get("patterns", []), words, "decisive"),
        done=_pattern(raw.get("decisive", {}).get("done", []), words, "done"),
        concrete=_pattern([compare.get("concrete", "")], words, "concrete"),
        common=frozenset(compare.get("common", "").split()),
        asks_where=_pattern([compare.get("asks_where", "")], words, "asks_where"),
    )


@cache
def the_rules() -> Rules:
    """Return the rules that the program came with."""
    return read_rules()


def _resolved(words: dict[str, Any]) -> dict[str, str]:
    return {name: str(pattern) for name, pattern in words.items()}


def _pattern(patterns: list[str], words: Mapping[str, str], code: str) -> re.Pattern[str]:
    def word(match: re.Match[str]) -> str:
        if match[1] not in words:
            raise RulesRefused(f"{code} uses {match[0]}, which [words] does not have")
        return words[match[1]]

    if not patterns or not all(patterns):
        raise RulesRefused(f"{code} has no pattern")
    try:
        return re.compile("|".join(f"(?:{_WORD.sub(word, pattern)})" for pattern in patterns))
    except re.error as error:
        raise RulesRefused(f"a pattern of {code} is none: {error}") from error
