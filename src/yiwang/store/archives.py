"""Office files (DOCX, XLSX: ZIP archives of XML) looked at before anything unpacks or parses them, so that none can explode.

What is refused: more entries, bytes or a greater ratio than any paper has; archives in archives beyond one (a table within a
letter); encrypted entries; a document type in any XML part, for where there is none no entity can be declared, neither one that grows
nor one that reads a file (ECMA-376 part 2 forbids them too); programs that open by themselves (macros).
"""

import io
import zipfile
from pathlib import Path
from xml.parsers import expat

MOST_ENTRIES = 4000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 200
"""Bytes unpacked for each byte packed, of any entry over a megabyte; a spreadsheet of repeated numbers reaches about 30."""
LARGE_ENTRY = 1024 * 1024
DEEPEST = 1
PIECE = 64 * 1024
LONGEST_PROLOG = 1024 * 1024
XML_ENDINGS = (".xml", ".rels", ".vml", ".svg")
MACROS = ("vbaproject.bin", "vbadata.xml")


class Explosive(Exception):
    """An archive that is not opened; the text says why, for a log: never what is in it."""


class _Begun(Exception):
    """The first element was reached: whatever declares entities would have stood before it."""


def check_archive(content: bytes | Path) -> set[str]:
    """Return the names of the entries of an office file, or raise Explosive. Unpacks the beginnings of XML parts alone."""
    return _check(content, DEEPEST, [MOST_ENTRIES, MOST_UNPACKED])


def _check(content: bytes | Path, deeper: int, left: list[int]) -> set[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content) if isinstance(content, bytes) else content) as archive:
            entries = archive.infolist()
            for entry in entries:
                _weigh(entry, left)
            for entry in entries:
                _look_into(archive, entry, deeper, left)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
        EOFError,
    ) as error:
        raise Explosive(f"not a sound archive: {type(error).__name__}") from error
    return {entry.filename for entry in entries}


def _weigh(entry: zipfile.ZipInfo, left: list[int]) -> None:
    """Take an entry's own words for its size: the reader stops there, so that they cannot be too small."""
    left[0] -= 1
    left[1] -= entry.file_size
    if left[0] < 0:
        raise Explosive("too many entries")
    if left[1] < 0:
        raise Explosive("too large when unpacked")
    if entry.file_size > LARGE_ENTRY and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        raise Explosive("packed too tightly")
    if entry.flag_bits & 0x1:
        raise Explosive("encrypted")
    if entry.filename.lower().endswith(MACROS):
        raise Explosive("holds a program")


def _look_into(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, deeper: int, left: list[int]) -> None:
    if entry.is_dir():
        return
    with archive.open(entry) as file:
        head = file.read(4)
        if head.startswith(b"PK\x03\x04"):
            if not deeper:
                raise Explosive("archives in archives")
            _check(head + file.read(), deeper - 1, left)
        elif entry.filename.lower().endswith(XML_ENDINGS) or head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t").startswith(
            b"<"
        ):
            refuse_document_types(head + file.read(LONGEST_PROLOG))


def refuse_document_types(xml: bytes) -> None:
    """Raise Explosive where a text of XML declares a document type, or is no XML up to its first element."""
    parser = expat.ParserCreate()

    def declared(*_said: object) -> None:
        raise Explosive("declares a document type")

    def begun(*_said: object) -> None:
        raise _Begun

    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = begun
    try:
        parser.Parse(xml, True)
    except _Begun:
        return
    except expat.ExpatError as error:
        raise Explosive("no XML") from error
    raise Explosive("no XML")
