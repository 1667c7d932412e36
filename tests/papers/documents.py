"""DOCX files for tests: made by python-docx, and then spoiled part by part."""

import io
import zipfile
from collections.abc import Callable

from docx import Document


def docx(*paragraphs: str, header: str = "", title: str = "", style: str = "") -> bytes:
    """Return a DOCX with these paragraphs."""
    document = Document()
    for words in paragraphs:
        document.add_paragraph(words, style or None)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    document.core_properties.title = title
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def spoiled(content: bytes, part: str, change: Callable[[bytes], bytes], *, name: str = "") -> bytes:
    """Return the file with one part changed; a part that is not there is made. ``name`` adds it under another name."""
    spoilt = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(spoilt, "w", zipfile.ZIP_DEFLATED) as target:
        seen = False
        for member in source.namelist():
            seen |= member == part
            target.writestr(member, change(source.read(member)) if member == part else source.read(member))
        if not seen:
            target.writestr(name or part, change(b""))
    return spoilt.getvalue()


def with_xml(xml: str) -> bytes:
    """Return a DOCX whose body holds this piece of XML behind a paragraph."""
    mark = b"MARK</w:t></w:r></w:p>"
    return spoiled(docx("MARK"), "word/document.xml", lambda part: part.replace(mark, mark + xml.encode()))
