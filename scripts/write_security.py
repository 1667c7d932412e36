"""Writes the list of docs/security.md from the table of promises; with --check leaves it alone, and ends with 1 when it is not current."""

import sys
from pathlib import Path

from yiwang.cli.security.promises import rewritten

DOCUMENT = Path(__file__).parents[1] / "docs" / "security.md"


def main(arguments: list[str]) -> None:
    before = DOCUMENT.read_text(encoding="utf-8")
    after = rewritten(before)
    if arguments == ["--check"]:
        sys.exit("docs/security.md is not what the table says: run scripts/write-security" if before != after else 0)
    DOCUMENT.write_text(after, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
