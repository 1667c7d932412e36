"""Compares what each room says with its English message file: nothing missing, nothing unsure, no placeholder lost."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings

PACKAGE = Path(__file__).parents[1] / "src" / "yiwang"
KEYWORDS = (
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "npgettext:1c,2,3",
    "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3",
)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def texts_of(room: Path) -> Catalog:
    """Return the texts that a room's modules and templates mark for translation, as xgettext finds them."""
    from django.utils.translation.template import templatize

    with tempfile.TemporaryDirectory() as scratch:
        sources = []
        for path in sorted(room.rglob("*")):
            if path.suffix == ".py" and "migrations" not in path.parts:
                sources.append(path)
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                plain = Path(scratch) / f"{len(sources)}-{path.name}.py"
                plain.write_text(templatize(path.read_text(encoding="utf-8"), origin=str(path)), encoding="utf-8")
                sources.append(plain)
        if not sources:
            return Catalog()
        command = ["xgettext", "--language=Python", "--from-code=UTF-8", "--output=-", "--no-location"]
        command += [f"--keyword={keyword}" for keyword in KEYWORDS] + [str(source) for source in sources]
        done = subprocess.run(command, capture_output=True, check=True)
    # xgettext leaves charset and plural forms of its template open.
    header = {
        b"charset=CHARSET": b"charset=UTF-8",
        b"nplurals=INTEGER; plural=EXPRESSION": b"nplurals=2; plural=(n != 1)",
    }
    found = done.stdout
    for left_open, filled in header.items():
        found = found.replace(left_open, filled)
    return read_po(BytesIO(found))


def forms(message: Message) -> list[str]:
    """Return the translations of a message: one, or one for each plural form."""
    return list(message.string) if isinstance(message.string, (list, tuple)) else [message.string]


def faults(room: Path) -> Iterator[str]:
    """Yield a sentence for each text of the room that is not fit to be read in English."""
    wanted = [message for message in texts_of(room) if message.id]
    path = room / "locale" / "en" / "LC_MESSAGES" / "django.po"
    if not path.exists():
        if wanted:
            yield f"{room.name}: {len(wanted)} texts and no English message file"
        return
    with path.open("rb") as file:
        english = read_po(file, locale="en")
    for message in wanted:
        name = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
        found = english.get(message.id, message.context)
        if found is None or not all(forms(found)):
            yield f"{room.name}: not translated: {name}"
        elif found.fuzzy:
            yield f"{room.name}: marked as unsure: {name}"
        elif not isinstance(message.id, (list, tuple)):
            lost = set(PLACEHOLDER.findall(name)) ^ set(PLACEHOLDER.findall(forms(found)[0]))
            if lost:
                yield f"{room.name}: placeholders differ ({', '.join(sorted(lost))}): {name}"


def main() -> None:
    """Print every fault; status 1 when there is one."""
    if not shutil.which("xgettext"):
        sys.exit("check-messages: gettext is missing: “sudo scripts/install-system” brings it")
    settings.configure()
    found = [fault for room in sorted(PACKAGE.iterdir()) if room.is_dir() for fault in faults(room)]
    print("\n".join(found) or "Every text has its English.")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
