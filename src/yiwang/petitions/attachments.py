"""Photographs and papers 附件: what they really are, without what they tell of the petitioner, sealed.

The type is told by content, never by name. Images are drawn anew, which strips the place and the camera and whatever hid
behind them. Checked outside any transaction.
"""

import io
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath

import puremagic
from django.db import connection, transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from yiwang.papers.keeping import kept as papers_kept
from yiwang.petitions import scanning
from yiwang.petitions.models import Attachment, Entry, Petition
from yiwang.store.archives import Explosive, check_archive
from yiwang.store.ids import new_id
from yiwang.vault import files
from yiwang.vault.sealing import seal_under

LARGEST = 10 * 1024 * 1024
MOST = 9
MOST_PIXELS = 50_000_000
LONGEST_EDGE = 4096
IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
OFFICE_FILES = (
    ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)
SWEPT_TOGETHER = 500


class UploadRefused(Exception):
    """A file is not taken; ``message`` says why and what to do."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message


@dataclass(frozen=True)
class Upload:
    """A checked file, ready to be sealed. ``name`` is what the petitioner called it, without any folder."""

    name: str
    content_type: str
    content: bytes


def check_upload(name: str, content: bytes) -> Upload:
    """Return the file as it will be kept, or raise :class:`UploadRefused`."""
    name = PurePath(name.replace("\\", "/")).name[:120] or "file"
    if not content:
        raise UploadRefused(name, _("文件“%(name)s”是空的。") % {"name": name})
    if len(content) > LARGEST:
        raise UploadRefused(name, _("文件“%(name)s”超过10 MB。请缩小后再传。") % {"name": name})
    if content.startswith(b"%PDF-"):
        return Upload(name, "application/pdf", content)
    if content.startswith(b"PK"):
        return _office_file(name, content)
    if _says(content, {".jpg", ".jpeg", ".jfif", ".png", ".webp"}):
        return _image(name, content)
    raise UploadRefused(
        name,
        _("文件“%(name)s”的类型不能接收。可以传照片（JPG、PNG、WebP）、PDF、Word（docx）或 Excel（xlsx）。")
        % {"name": name},
    )


def attach(petition: Petition, entry: Entry, upload: Upload, *, from_petitioner: bool = True) -> Attachment:
    """Seal and write the file, and return its unsaved row. The caller saves it, or removes the file."""
    row = Attachment(
        id=new_id(),
        petition=petition,
        entry=entry,
        content_type=upload.content_type,
        size=len(upload.content),
        from_petitioner=from_petitioner,
        scan=scanning.state_of_new(upload.content_type),
    )
    seal_under(petition.key, row, "sealed_name", upload.name)
    files.write_sealed(petition.key, row.pk, upload.content)
    return row


def forget(stored: Iterable[Attachment]) -> None:
    """Remove the files of rows that came to nothing."""
    for row in stored:
        files.remove(row.pk)


@contextmanager
def transaction_with(stored: list[Attachment]) -> Iterator[None]:
    """Run a transaction that takes the files of ``stored`` back when it fails.

    Where COMMIT itself broke and took the connection along, nobody knows whether it took effect: then they stay, and
    :func:`sweep_orphans` finds out.
    """
    session = None
    try:
        with transaction.atomic():
            yield
            session = connection.connection
    except BaseException:
        # Django connects anew after a COMMIT that lost its connection.
        answered = connection.connection is session and connection.is_usable()
        if session is None or answered:
            forget(stored)
        raise


def sweep_orphans(older_than_seconds: float = 3600) -> int:
    """Remove files that never got their row (the process died in between); return how many."""
    removed = 0
    old = files.older_than(older_than_seconds)
    while together := list(islice(old, SWEPT_TOGETHER)):
        named = set(Attachment.objects.filter(pk__in=together).values_list("pk", flat=True)) | papers_kept(together)
        for file_id in set(together) - named:
            files.remove(file_id)
            removed += 1
    return removed


def _says(content: bytes, endings: set[str]) -> bool:
    try:
        return any(guess.extension in endings for guess in puremagic.magic_string(content[:4096]))
    except puremagic.PureError:
        return False


def _image(name: str, content: bytes) -> Upload:
    refused = UploadRefused(name, _("照片“%(name)s”打不开，可能已损坏。请重新拍照或截图后再传。") % {"name": name})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(IMAGES)) as image:
                kind = image.format or ""
                if image.width * image.height > MOST_PIXELS:
                    raise refused
                upright = ImageOps.exif_transpose(image)
                upright.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
                if kind == "JPEG" and upright.mode not in {"RGB", "L"}:
                    upright = upright.convert("RGB")
                clean = Image.new(upright.mode, upright.size)
                if upright.mode == "P" and (palette := upright.getpalette()):
                    clean.putpalette(palette)
                clean.paste(upright)
                drawn = io.BytesIO()
                clean.save(drawn, kind, **({"quality": 88} if kind in {"JPEG", "WEBP"} else {}))
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as damaged:
        raise refused from damaged
    return Upload(name, IMAGES[kind], drawn.getvalue())


def _office_file(name: str, content: bytes) -> Upload:
    refused = UploadRefused(name, _("文件“%(name)s”不是能打开的 Word（docx）或 Excel（xlsx）文件。") % {"name": name})
    try:
        members = check_archive(content)
    except Explosive as damaged:
        raise refused from damaged
    for part, content_type in OFFICE_FILES:
        if part in members:
            return Upload(name, content_type, content)
    raise refused
