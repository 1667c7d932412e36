"""Opening a file of any of the kinds in which disclosures are published; what it is, is told by its content, not its name."""

import zipfile
from pathlib import Path

from yiwang.performance.disclosure.blocks import Block
from yiwang.store.archives import Explosive, check_archive

LARGEST = 30 * 1024 * 1024


class Unreadable(Exception):
    """A file cannot be read as a disclosure; the words say why, and what would help."""


def open_file(path: Path) -> list[Block]:
    """Return the paragraphs and tables of a text, DOCX, PDF or HTML file. Raises Unreadable."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path} cannot be opened: {error.strerror}.") from error
    return blocks_of(content, path.name)


def blocks_of(content: bytes, name: str = "the file") -> list[Block]:
    """Return the paragraphs and tables of a file's content. Raises Unreadable."""
    if not content.strip():
        raise Unreadable(f"{name} is empty.")
    if len(content) > LARGEST:
        raise Unreadable(f"{name} is larger than {LARGEST // 1024 // 1024} MB.")
    if content.startswith(b"PK"):
        return _word(content, name)
    if content.startswith(b"%PDF-"):
        from yiwang.performance.disclosure import pdf

        return pdf.blocks_of(content, name)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(f"{name} is an old Word or Excel file (.doc, .xls). Save it as .docx and try again.")
    text = _decoded(content, name)
    if "<table" in text.lower() or "<html" in text.lower() or "<p" in text.lower()[:2000]:
        from yiwang.performance.disclosure import web

        return web.blocks_of(text)
    from yiwang.performance.disclosure import plain

    return plain.blocks_of(text)


def _word(content: bytes, name: str) -> list[Block]:
    from yiwang.performance.disclosure import word

    try:
        members = check_archive(content)
    except Explosive as damaged:
        raise Unreadable(f"{name} is damaged, or grows too large when unpacked.") from damaged
    if "word/document.xml" not in members:
        raise Unreadable(f"{name} is an archive, but no Word document (.docx).")
    try:
        return word.blocks_of(content)
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as damaged:
        raise Unreadable(f"{name} is a damaged Word document: open and save it anew, then try again.") from damaged


def _decoded(content: bytes, name: str) -> str:
    """Return the text: UTF-8, else the encoding of Chinese pages (GB 18030)."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(f"{name} is neither text nor a DOCX, PDF or HTML file.")
