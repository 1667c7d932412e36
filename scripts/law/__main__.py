"""Writes docs/law.md; with --check leaves it alone, and ends with 1 when it is not current."""

import sys

from scripts.law.document import DOCUMENT, written
from scripts.write_diagrams import with_the_tables


def main(arguments: list[str]) -> None:
    with with_the_tables():
        after = written()
    if arguments == ["--check"]:
        before = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
        sys.exit(f"{DOCUMENT.name} is not what the tables say: run scripts/write-law" if before != after else 0)
    DOCUMENT.write_text(after, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
