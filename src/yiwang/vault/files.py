"""Sealed files under ``YIWANG_VAR/files``: written and synced before their row; a sweeper removes those that got none."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from yiwang.vault.sealing import DataKey

TABLE, COLUMN = "files", "content"


def path_of(file_id: int) -> Path:
    """Return where the sealed file of that id lies; 256 folders, by the id's last (random) byte."""
    return Path(settings.YIWANG_VAR) / "files" / f"{file_id & 0xFF:02x}" / str(file_id)


def write_sealed(key: DataKey, file_id: int, content: bytes) -> None:
    """Seal ``content`` into the file of that id and sync file and folder; raises OSError (the disk is full, read-only …)."""
    path = path_of(file_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key.seal_bytes(content, TABLE, COLUMN, file_id))
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def read_sealed(key: DataKey, file_id: int) -> bytes:
    """Return the content of the file of that id; raises FileNotFoundError or SealBroken."""
    return key.open_bytes(path_of(file_id).read_bytes(), TABLE, COLUMN, file_id)


def remove(file_id: int) -> None:
    """Remove the file of that id, if it is there."""
    path_of(file_id).unlink(missing_ok=True)


def older_than(seconds: float) -> Iterator[int]:
    """Yield the ids of all files that were written more than ``seconds`` ago."""
    limit = time.time() - seconds
    folder = Path(settings.YIWANG_VAR) / "files"
    for path in folder.glob("??/*"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                yield int(path.name)
