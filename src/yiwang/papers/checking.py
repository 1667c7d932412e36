"""What an uploaded template must not be or hold, looked at before anything of it is opened as a document.

Nothing here needs Django; the sentences that go with the codes stand in templates.py.
"""

import io
import re
import zipfile

from yiwang.papers.filling import TemplateFault

LARGEST = 2 * 1024 * 1024
MOST_UNPACKED = 20 * 1024 * 1024
MOST_MEMBERS = 300
DOCX_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXTERNAL = re.compile(rb"""TargetMode\s*=\s*["']External["']""", re.I)
DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
INSTRUCTION = re.compile(
    rb"""<w:instrText[^>]*>([^<]*)</w:instrText>|<w:fldSimple[^>]*w:instr=["']([^"']*)["']|<w:fldChar[^>]*w:fldCharType=["'](begin)["']"""
)
STORIES = re.compile(r"word/(?:document|header\d*|footer\d*)\.xml")
FIELDS_OF_WORD = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES"})
MACROS = ("vbaproject.bin", "vbadata.xml", "attachedtoolbars.bin")
FORBIDDEN_FOLDERS = ("word/embeddings/", "word/activex/", "word/charts/", "word/diagrams/")
INCLUDES = (b"<w:altChunk", b"<w:subDoc", b"<o:OLEObject", b"<w:object")
NOT_SHOWN = (
    ("textbox", (b"<w:txbxContent", b"<w:pict")),
    ("footnote", (b"<w:footnoteReference", b"<w:endnoteReference")),
    ("tracked", (b"<w:ins ", b"<w:del ")),
)
"""What the PDF would not show, or not as Word does (numbered paragraphs are found by layout.py, since styles may number too)."""


def check_file(content: bytes) -> None:
    """Raise :class:`TemplateFault` unless this is a DOCX that holds words, tables and pictures, and nothing that acts or reaches out."""
    if len(content) > LARGEST:
        raise TemplateFault("too_large")
    if not content.startswith(b"PK"):
        raise TemplateFault("not_docx")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
                raise TemplateFault("too_large")
            parts = {member.filename: archive.read(member) for member in members}
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError, EOFError) as damaged:
        raise TemplateFault("not_docx") from damaged
    _check_package(parts)
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            _check_part(name, part)


def _check_package(parts: dict[str, bytes]) -> None:
    types = parts.get("[Content_Types].xml", b"")
    names = [name.lower() for name in parts]
    if b"macroEnabled" in types or any(name.endswith(MACROS) for name in names):
        raise TemplateFault("macros")
    if "word/document.xml" not in parts or DOCX_TYPE not in types:
        raise TemplateFault("not_docx")
    if any(name.startswith(FORBIDDEN_FOLDERS) for name in names):
        raise TemplateFault("embedded")


def _check_part(name: str, part: bytes) -> None:
    if part[:2] in {b"\xff\xfe", b"\xfe\xff"} or DECLARED.search(part):
        raise TemplateFault("declared")
    if name.endswith(".rels") and EXTERNAL.search(part):
        raise TemplateFault("external")
    if not name.startswith("word/"):
        return
    if any(sign in part for sign in INCLUDES):
        raise TemplateFault("embedded")
    if STORIES.fullmatch(name):
        for what, signs in NOT_SHOWN:
            if any(sign in part for sign in signs):
                raise TemplateFault("not_shown", what)
    for instruction in _instructions(part):
        word = (instruction.split() or [""])[0].upper()
        if word not in FIELDS_OF_WORD:
            raise TemplateFault("field_of_word", word[:30])


def _instructions(part: bytes) -> list[str]:
    """Return the field instructions of Word, put together from the pieces in which Word may keep them."""
    found: list[str] = []
    for piece, simple, begin in INSTRUCTION.findall(part):
        if begin:
            found.append("")
        elif simple:
            found += [simple.decode("utf-8", "replace"), ""]
        elif found:
            found[-1] += piece.decode("utf-8", "replace")
        else:
            found.append(piece.decode("utf-8", "replace"))
    return [one.strip() for one in found if one.strip()]
