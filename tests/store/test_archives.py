"""Office files that would explode are refused before anything opens them; ordinary ones are not."""

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook

from yiwang.store import archives
from yiwang.store.archives import Explosive, check_archive

pytestmark = pytest.mark.engine_free
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><w:document>&c;</w:document>'
READS_FILES = b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>'


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w/>")
        for name, content in parts.items():
            archive.writestr(name.replace("_", "."), content)
    return out.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(Explosive) as found:
        check_archive(content)
    return str(found.value)


def test_ordinary_papers_pass(tmp_path: Path) -> None:
    """Given a letter and a table as common programs write them, then they pass, from memory and from disk."""
    letter, book = io.BytesIO(), io.BytesIO()
    document = Document()
    document.add_heading("反映情况")
    document.add_table(3, 3)
    document.save(letter)
    sheet = Workbook()
    for number in range(2000):
        sheet.active.append([number, "楼道灯不亮", "重复的内容" * 20])
    sheet.save(book)
    (tmp_path / "a.xlsx").write_bytes(book.getvalue())
    assert "word/document.xml" in check_archive(letter.getvalue())
    assert "xl/workbook.xml" in check_archive(tmp_path / "a.xlsx")
    assert "a.xlsx" in check_archive(packed(a_xlsx=book.getvalue()))


@pytest.mark.parametrize("entry", [LAUGHS, READS_FILES, LAUGHS.decode().encode("utf-16")])
@pytest.mark.parametrize("name", ["word_xml", "x_rels", "unnamed"])
def test_entities_cannot_be_declared(name: str, entry: bytes) -> None:
    """Given a part that declares entities, whatever its name and encoding, then the file is refused unparsed."""
    assert refused(packed(**{name: entry})) == "declares a document type"


def test_a_bomb_is_refused_by_its_own_words() -> None:
    """Given a megabyte of nothing packed into a kilobyte, then it is refused before it is unpacked."""
    assert refused(packed(big_bin=bytes(2 * 1024 * 1024))) == "packed too tightly"


def test_more_than_any_paper_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given too many entries, or too much when unpacked, also within an inner archive, then it is refused."""
    monkeypatch.setattr(archives, "MOST_ENTRIES", 3)
    inner = packed(a_bin=b"a")
    assert refused(packed(a_bin=b"a", b_bin=b"b", c_bin=b"c")) == "too many entries"
    assert refused(packed(a_bin=b"a", inner_docx=inner)) == "too many entries"
    monkeypatch.setattr(archives, "MOST_ENTRIES", 99)
    monkeypatch.setattr(archives, "MOST_UNPACKED", 1000)
    assert refused(packed(a_bin=bytes(range(256)) * 4)) == "too large when unpacked"


def test_archives_in_archives_in_archives_are_refused() -> None:
    """Given a table within a letter, then it passes; an archive within that does not."""
    table = packed()
    check_archive(packed(a_xlsx=table))
    assert refused(packed(a_xlsx=packed(b_docx=table))) == "archives in archives"


def test_programs_and_locked_entries_are_refused() -> None:
    """Given macros, or an entry that is encrypted, then it is refused."""
    assert refused(packed(vbaProject_bin=b"a")) == "holds a program"
    content = bytearray(packed(a_bin=b"abc"))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.rindex(mark) + place] |= 1
    assert refused(bytes(content)) == "encrypted"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 50])
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    """Given damaged bytes, then they are refused plainly."""
    assert refused(content).startswith("not a sound archive")
