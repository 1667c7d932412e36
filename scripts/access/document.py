"""docs/access.md: who sees what and who may do what, and which role opens which page."""

from collections.abc import Iterator
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation
from scripts.access.ground import APART, STANDINGS, Ground, Standing
from scripts.access.matrix import LETTERS, PETITIONER, SEE, STRANGER, Matrix, accusation, ordinary

from yiwang.agencies.models import Role
from yiwang.desk.access import ANYBODY
from yiwang.petitions.lifecycle import BY_ACTION

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "access.md"

BEGINNING = """# 谁能看什么、做什么 Who sees what, and who may do what

本页由程序自己的规则生成：每一格都问过每个页面、每个动作所问的同一个函数。测试另有一张手写的表，逐格核对（`tests/access/expected/`）。

This page is made from the program's own rules: each cell was asked of the very functions that every page and action asks. The tests hold
it, cell by cell, against tables that were written by hand (`tests/access/expected/`). Made by `scripts/write-access`; a test fails while
it is behind.

How it is decided, and where:

- **What somebody sees** is one function, `petitions.visibility.visible_to`. Lists, search, counts, exports, hints, papers, attachments and
  actions begin there. What one may not see is answered like what does not exist, byte for byte.
- **What somebody may do** is the table of `petitions/lifecycle.py`, read by `petitions.permissions.entitlement`.
- **Three administrators apart 三员分立**: system administrators keep tables and accounts, security administrators say who holds which post,
  auditors read the behaviour log. None opens a petition, none does another's work, nobody holds two, nor one and a post that reads
  petitions, not even by standing in (`agencies/apart.py`). Nobody gives themselves a post.
- **Accusations 检举控告** are seen only from posts that a security administrator opened them to, never by the accused unit, what lies
  below it, or whom they name. Standing in for somebody does not hand this on. Their keys are wrapped by a key of their own.

## 角色 Roles

| | role | 角色 |
| --- | --- | --- |
"""
TABLE_OF_PAGES = """## 工作台的页面 Pages of the desk

Which role opens which address. Behind it, each petition is still asked for by `visible_to`.

| address | roles |
| --- | --- |
"""


def written(ground: Ground) -> str:
    """Return the whole document; asks the database."""
    parts = [BEGINNING.rstrip("\n"), "\n".join(_roles()), ""]
    parts += ["## 一般信访件 An ordinary petition", "", *_table(ordinary(ground), STANDINGS), ""]
    parts += [
        "## 检举控告件 An accusation", "",
        "From posts that accusations are open to, but for the last columns.", "",
        *_table(accusation(ground), APART), "",
    ]  # fmt: skip
    parts += [TABLE_OF_PAGES.rstrip("\n"), *_pages()]
    return "\n".join(parts).rstrip() + "\n"


def _roles() -> Iterator[str]:
    for role, letter in LETTERS.items():
        yield f"| {letter} | `{role.value}` {_in('en', role.label)} | {_in('zh-hans', role.label)} |"


def _table(matrix: Matrix, standings: tuple[Standing, ...]) -> Iterator[str]:
    heads = [f"{one.chinese}<br>{one.english}" for one in standings]
    heads += ["信访人<br>the petitioner", "别的信访人<br>another petitioner"]
    assert matrix.standings == (*(one.code for one in standings), PETITIONER, STRANGER)
    yield f"| action | {' | '.join(heads)} |"
    yield "| --- |" + " --- |" * len(heads)
    for action, cells in matrix.cells.items():
        label = "看 see" if action == SEE else f"`{action}` {_in('zh-hans', BY_ACTION[action].label)}"
        yield f"| {label} | {' | '.join(cells[one].replace('-', '') for one in matrix.standings)} |"


def _pages() -> Iterator[str]:
    for route, pattern in sorted(_desk(), key=lambda pair: pair[0]):
        rule = pattern.callback.access
        if rule == ANYBODY:
            told = "anybody, logged in or not"
        elif not rule:
            told = "every member of staff"
        else:
            told = ", ".join(role.value for role in Role if role in rule)
        yield f"| `/{route}` | {told} |"


def _desk(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for part in (resolver or get_resolver()).url_patterns:
        route = f"{before}{part.pattern}"
        if isinstance(part, URLResolver):
            yield from _desk(part, route)
        elif route.startswith("desk/"):
            yield route, part


def _in(language: str, label: object) -> str:
    with translation.override(language):
        return str(label)
