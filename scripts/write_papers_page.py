"""Writes the table of docs/papers.md from the table of kinds."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

DOCUMENT = Path(__file__).parents[1] / "docs" / "papers.md"
BEGIN, END = "<!-- kinds: from src/yiwang/papers/kinds.py, by scripts/write-papers-page -->\n", "<!-- end of kinds -->"


def table() -> str:
    """Return the kinds as a table, and the fields of each below it."""
    from django.utils.translation import override

    from yiwang.papers.kinds import COMMON, PROVABLE, SERIES, TABLE

    def fields(found: object) -> list[str]:
        lines = ["| field | also | meaning |", "| --- | --- | --- |"]
        for field in found:  # type: ignore[attr-defined]
            marks = [
                word
                for word, true in (("a list", field.many), ("may be empty", not field.needed), ("typed", field.typed))
                if true
            ]
            more = f" ({', '.join(marks)})" if marks else ""
            lines.append(f"| `{{{{ {field.word} }}}}` | `{field.name}` | {field.meaning}{more} |")
        return lines

    with override("en"):
        lines = [
            "| kind | title | in English | issued by | article | series | service proven |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        for kind in TABLE:
            word = f"{SERIES[kind.series][1]}" if kind.series else "not numbered"
            cells = (
                f"`{kind.code}`",
                kind.title,
                kind.label,
                kind.issuer.value,
                kind.article,
                word,
                "yes" if kind.proven else "",
            )
            lines.append(f"| {' | '.join(map(str, cells))} |")
        lines += ["", "### Fields of all", "", *fields(COMMON)]
        lines += ["", "### Fields of all that are signed", "", *fields(PROVABLE)]
        for kind in TABLE:
            lines += ["", f"### `{kind.code}` {kind.title}", "", *fields(kind.own)]
    return "\n".join(lines) + "\n"


def rewritten(document: str) -> str:
    """Return the document with its table as the product says it."""
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
            sys.exit("docs/papers.md is not current: run scripts/write-papers-page")
        if not arguments.check:
            DOCUMENT.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    main()
