"""Photographs and papers: told by content, stripped of what they tell of the petitioner, sealed."""

import io
import os
import time
import zipfile

import pytest
from PIL import Image
from tests.given import City

from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.attachments import LARGEST, UploadRefused, check_upload, sweep_orphans
from yiwang.petitions.models import Attachment
from yiwang.vault import files


def photograph(**save: object) -> bytes:
    drawn = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6  # turned on its side
    Image.new("RGB", (40, 20), "red").save(drawn, "JPEG", exif=exif, **save)
    return drawn.getvalue()


def archive(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        for name, content in members.items():
            out.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return packed.getvalue()


def test_photograph_is_drawn_anew_without_metadata() -> None:
    """Given a photograph that names its camera, then the kept one does not, and stands upright."""
    kept = check_upload("灯.jpg", photograph())
    assert kept.content_type == "image/jpeg"
    assert b"SecretCamera" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as image:
        assert image.size == (20, 40)
        assert not dict(image.getexif())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.jpg", b"<html><script>alert(1)</script></html>"),
        ("photo.jpg", photograph()[:200]),
        ("virus.pdf", b"MZ\x90\x00" + b"\0" * 100),
        ("empty.png", b""),
        ("list.docx", archive(readme=b"x")),
        ("macro.docx", archive(word__document_dot_xml=b"<w/>", word__vbaProject_dot_bin=b"x")),
        ("broken.xlsx", b"PK\x03\x04" + b"\0" * 50),
        ("large.pdf", b"%PDF-1.7" + b"\0" * LARGEST),
    ],
)
def test_lying_or_damaged_file_is_refused_by_name(name: str, content: bytes) -> None:
    """Given a file that is not what it says, then it is refused, and the message names it."""
    with pytest.raises(UploadRefused) as refused:
        check_upload(name, content)
    assert name in refused.value.message


def test_bomb_of_pixels_is_refused() -> None:
    """Given a small file that unfolds to a huge picture, then it is refused before it is drawn."""
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    with pytest.raises(UploadRefused):
        check_upload("bomb.png", bomb.getvalue())


def test_paper_is_told_by_content_and_keeps_only_its_own_name() -> None:
    """Given a Word file called otherwise, in a folder, then it is known as what it is, and the folder is dropped."""
    kept = check_upload("C:\\Users\\qian\\合同.bin", archive(word__document_dot_xml=b"<w/>"))
    assert kept.name == "合同.bin"
    assert kept.content_type.endswith("wordprocessingml.document")


@pytest.mark.django_db
def test_file_is_sealed_and_opens_for_its_petition(city: City) -> None:
    """Given a filing with a photograph, then the file on the disk is sealed, and opens with the petition's key."""
    upload = check_upload("灯.jpg", photograph())
    petition = city.file(uploads=[upload])
    row = Attachment.objects.get(petition=petition)
    assert b"JFIF" not in files.path_of(row.pk).read_bytes()
    assert files.read_sealed(petition.key, row.pk) == upload.content


@pytest.mark.django_db
def test_refused_filing_leaves_no_file(city: City) -> None:
    """Given a filing whose key was used before, when it comes again with a file, then no second file is left."""
    upload = check_upload("灯.jpg", photograph())
    city.file(uploads=[upload], intake_key="k")
    city.file(uploads=[upload], intake_key="k")
    assert Attachment.objects.count() == 1
    assert len(list(files.older_than(-1))) == 1


@pytest.mark.django_db
def test_sweeper_removes_only_old_files_without_a_row(city: City) -> None:
    """Given one file with a row, a fresh one and an old one without, then the sweeper removes the last alone."""
    petition = city.file(uploads=[check_upload("灯.jpg", photograph())])
    kept = Attachment.objects.get().pk
    old = time.time() - 7200
    for orphan in (1001, 1002):
        files.write_sealed(petition.key, orphan, b"x")
    for aged in (kept, 1001):
        os.utime(files.path_of(aged), (old, old))
    assert sweep_orphans() == 1
    assert sorted(files.older_than(-1)) == [1002, kept]


@pytest.mark.django_db
def test_material_added_later_hangs_on_its_entry(city: City) -> None:
    """Given a petition, when its petitioner adds a photograph, then it hangs on the entry of that addition."""
    petition = city.file()
    actions.AddMaterial(text="补照片", uploads=[check_upload("灯.jpg", photograph())]).run(
        Actor.citizen(petition.pk), petition.pk
    )
    row = Attachment.objects.select_related("entry").get(petition=petition)
    assert (row.entry.action, row.from_petitioner) == ("add_material", True)
