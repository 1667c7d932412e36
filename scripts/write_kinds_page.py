"""Writes the tables of docs/supervision-kinds.md from the table of kinds, its numbers and the rules of empty phrases."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

DOCUMENT = Path(__file__).parents[1] / "docs" / "supervision-kinds.md"
BEGIN, END = "<!-- kinds: from src/yiwang/supervision/, by scripts/write-kinds-page -->\n", "<!-- end of kinds -->"


def table() -> str:
    """Return the kinds, the numbers of their rules, and the reasons of empty phrases as tables."""
    from django.utils.translation import override

    from yiwang.supervision.kinds import KINDS
    from yiwang.supervision.phrases.rules import the_rules
    from yiwang.supervision.thresholds import NUMBERS

    lines = ["| kind | 情形 | in English | what counts | article 40 | for |", "| --- | --- | --- | --- | --- | --- |"]
    for code, kind in KINDS.items():
        with override("zh-hans"):
            label, meaning = str(kind.label), str(kind.meaning)
        with override("en"):
            cells = (
                f"`{code}`",
                label,
                kind.label,
                f"{meaning}<br>{kind.meaning}",
                kind.ground.value.replace("_", " "),
            )
            lines.append(
                f"| {' | '.join(map(str, cells))} | {'supervisors alone' if kind.flag else 'all who supervise'} |"
            )
    lines += ["", "### Their numbers", "", "| of | number | at first | bounds |", "| --- | --- | --- | --- |"]
    with override("en"):
        for number in NUMBERS:
            lines.append(f"| `{number.kind}` | {number.label} | {number.default} | {number.least}–{number.most} |")
    rules = the_rules()
    lines += ["", "### Why an answer is an empty phrase", "", "| reason | 理由 | in English |", "| --- | --- | --- |"]
    lines += [f"| `{code}` | {label} | {rules.english[code]} |" for code, label in rules.labels.items()]
    return "\n".join(lines) + "\n"


def rewritten(document: str) -> str:
    """Return the document with its tables as the product says them."""
    head, _begin, rest = document.partition(BEGIN)
    _old, _end, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{table()}\n{END}{tail}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the document is current")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(YIWANG_VAR=folder, YIWANG_ENV="test", DJANGO_SETTINGS_MODULE="yiwang.cli.settings")
        import django

        from yiwang.vault.keys import make_keys

        make_keys(Path(folder) / "keys")
        django.setup()
        present = DOCUMENT.read_text(encoding="utf-8")
        fresh = rewritten(present)
        if arguments.check and fresh != present:
            sys.exit("docs/supervision-kinds.md is not current: run scripts/write-kinds-page")
        if not arguments.check:
            DOCUMENT.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    main()
