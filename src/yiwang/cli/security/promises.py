"""The list of what is promised, read from `promises.toml`: what each promise says, the tests that prove it, the check that looks."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("promises.toml")
BEGIN, END = "<!-- made from the table: promises -->", "<!-- end -->"


@dataclass(frozen=True)
class Promise:
    """One promise. ``tests`` are pytest node ids; ``check`` names a function of `yiwang.cli.security.checks`, or is empty."""

    chapter: str
    id: str
    sources: str
    text: str
    tests: tuple[str, ...]
    check: str = ""


def every_promise() -> list[Promise]:
    """Return all promises, in order."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["promise"]
    return [Promise(**{**row, "tests": tuple(row["tests"])}) for row in rows]


def tables() -> str:
    """Return the list as Markdown, a table for each chapter."""
    lines: list[str] = []
    chapter = ""
    for promise in every_promise():
        if promise.chapter != chapter:
            chapter = promise.chapter
            lines += ["", f"### {chapter}", "", "| id | what is promised | after | proven by | looked at |"]
            lines += ["| --- | --- | --- | --- | --- |"]
        proofs = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in promise.tests)
        look = "yes" if promise.check else ""
        lines.append(f"| `{promise.id}` | {promise.text} | {promise.sources} | {proofs} | {look} |")
    return "\n".join([*lines[1:], ""])


def rewritten(document: str) -> str:
    """Return docs/security.md with its list as the table has it."""
    head, _begin, rest = document.partition(BEGIN)
    _old, _end, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{tables()}\n{END}{tail}"
