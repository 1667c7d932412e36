"""Compiling the rooms' message files with Babel, so that no gettext tools are needed on the machine."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).parents[1]


def message_files(package: Path = PACKAGE) -> list[Path]:
    """Return every message file in the package, sorted."""
    return sorted(package.glob("**/locale/*/LC_MESSAGES/*.po"))


def compile_all(package: Path = PACKAGE) -> int:
    """Compile each message file that is newer than its compiled form; return how many were."""
    count = 0
    for source in message_files(package):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parts[-3].replace("-", "_"), domain=source.stem, abort_invalid=True)
        draft = target.with_suffix(".mo.part")
        with draft.open("wb") as file:
            write_mo(file, catalog)
        draft.replace(target)
        count += 1
    return count
