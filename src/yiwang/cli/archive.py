"""Backup and restore: database and files of an office in one tar file, and its keys in another.

The database is copied first and the files after it. A file is written before the row that names it, so every file that the
copied database knows is in the archive; at worst there are a few that it does not know yet, which the worker sweeps away.
The manifest, last in the archive, holds the length and SHA-256 of every member; nothing is restored until all of them match.
"""

import hashlib
import hmac
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from yiwang.cli import dumps
from yiwang.cli.config import Config
from yiwang.cli.databases import uses_postgres
from yiwang.cli.main import PlainError
from yiwang.vault.keys import KeysMissing, load_keys
from yiwang.vault.signing import FILE_NAME as SIGNING_KEYS

FORMAT = 1
DATABASE, MANIFEST = "database", "manifest.json"
FOLDERS = ("files",)
"""The folders of the office that go into a backup beside its database."""
LAST_BACKUP = "last-backup.json"
CHUNK = 1024 * 1024

Say = Callable[[str], None]


@dataclass(frozen=True)
class Backup:
    """What a backup came to."""

    path: Path
    files: int
    size: int


class _Hashed:
    """A file being read, and the digest of what was read so far."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest, self.size = file, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        block = self.file.read(size)
        self.digest.update(block)
        self.size += len(block)
        return block


def make_backup(config: Config, target: Path, say: Say) -> Backup:
    """Write the office to ``target`` (a folder, or a file that ends in .tar) and return what was written.

    The file appears whole or not at all. Raises PlainError when it cannot be written.
    """
    path = target
    if target.suffix != ".tar":
        path = target / f"yiwang-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.part")
        with draft.open("wb") as raw:
            os.fchmod(raw.fileno(), 0o600)
            files = _write(config, raw, say)
            raw.flush()
            os.fsync(raw.fileno())
        draft.replace(path)
    except OSError as error:
        raise PlainError(
            f"The backup {path} cannot be written: {error.strerror or error}. Nothing was left behind half done."
        ) from None
    done = Backup(path, files, path.stat().st_size)
    note = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "file": str(path.resolve()), "bytes": done.size}
    (config.var / LAST_BACKUP).write_text(json.dumps(note, ensure_ascii=False))
    return done


def _write(config: Config, raw: IO[bytes], say: Say) -> int:
    members: dict[str, dict[str, Any]] = {}
    with (
        tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar,
        tempfile.TemporaryDirectory(dir=config.var) as scratch,
    ):
        say("Copying the database …")
        copy = Path(scratch) / DATABASE
        dumps.dump(config, copy)
        members[DATABASE] = _add(tar, copy, DATABASE)
        count = 0
        for folder in FOLDERS:
            for path in sorted(found for found in (config.var / folder).rglob("*") if found.is_file()):
                name = str(path.relative_to(config.var))
                try:
                    members[name] = _add(tar, path, name)
                except FileNotFoundError:
                    continue  # an orphan that the worker swept away meanwhile
                count += 1
        say(f"Copied {count} files.")
        manifest = {
            "format": FORMAT,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "engine": engine_of(config),
            "keys": fingerprint(config.keys_folder, config.key_command),
            "versions": sorted(load_keys(config.keys_folder, config.key_command).wrapping),
            "members": members,
        }
        content = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode, entry.mtime = len(content), 0o600, int(datetime.now(UTC).timestamp())
        tar.addfile(entry, io.BytesIO(content))
    return count


def _add(tar: tarfile.TarFile, path: Path, name: str) -> dict[str, Any]:
    with path.open("rb") as file:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = os.fstat(file.fileno()).st_size, 0o600, int(path.stat().st_mtime)
        reader = _Hashed(file)
        tar.addfile(entry, reader)  # asks for no more of a file than read()
    return {"bytes": entry.size, "sha256": reader.digest.hexdigest()}


def engine_of(config: Config) -> str:
    """Return the engine's name as archives give it."""
    return "postgresql" if uses_postgres(config) else "sqlite"


def fingerprint(keys_folder: Path, command: str = "") -> str:
    """Return what tells one office's keys from another's without giving anything of them away."""
    return hmac.digest(load_keys(keys_folder, command).mac, b"yiwang backup", "sha256").hex()[:32]


def write_keys(config: Config, target: Path) -> None:
    """Write the office's keys to a file of their own, readable by its owner alone; raises PlainError where it holds none."""
    if config.key_command and not any(config.keys_folder.glob("*")):
        raise PlainError(
            "The keys come from YIWANG_KEY_COMMAND: keep them where it has them from. No keys were written."
        )
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as raw:
            os.fchmod(raw.fileno(), 0o600)
            with tarfile.open(fileobj=raw, mode="w") as tar:
                for path in sorted(config.keys_folder.iterdir()):
                    _add(tar, path, path.name)
            raw.flush()
            os.fsync(raw.fileno())
    except OSError as error:
        raise PlainError(f"The keys cannot be written to {target}: {error.strerror}.") from None


def read_archive(path: Path, into: Path) -> dict[str, Any]:
    """Unpack an archive into a folder, check every member, and return the manifest.

    Raises PlainError when the file is no backup, is damaged, or was made by a later version.
    """
    try:
        with tarfile.open(path, "r:") as tar:
            manifest = _manifest(tar, path)
            for name, facts in manifest["members"].items():
                _unpack(tar, name, facts, into, path)
    except (tarfile.TarError, EOFError) as error:
        raise PlainError(f"{path} is damaged or no backup of Yiwang ({error}). Nothing was changed.") from None
    except OSError as error:
        raise PlainError(f"{path} cannot be unpacked: {error.strerror or error}. Nothing was changed.") from None
    return manifest


def _manifest(tar: tarfile.TarFile, path: Path) -> dict[str, Any]:
    try:
        file = tar.extractfile(MANIFEST)
        manifest: dict[str, Any] = json.load(file) if file else {}
    except (KeyError, ValueError):
        manifest = {}
    if not isinstance(manifest.get("members"), dict) or DATABASE not in manifest["members"]:
        raise PlainError(f"{path} is damaged or no backup of Yiwang (it has no manifest). Nothing was changed.")
    if manifest.get("format") != FORMAT:
        raise PlainError(
            f"{path} was made by a later version of Yiwang: restore it with that one. Nothing was changed."
        )
    return manifest


def _unpack(tar: tarfile.TarFile, name: str, facts: dict[str, Any], into: Path, path: Path) -> None:
    target = (into / name).resolve()
    if not target.is_relative_to(into.resolve()):
        raise PlainError(f"{path} holds a member that would be written elsewhere ({name}). Nothing was changed.")
    try:
        file = tar.extractfile(name)
    except KeyError:
        file = None
    if file is None:
        raise PlainError(f"{path} lacks {name}, which its manifest names. Nothing was changed.")
    target.parent.mkdir(parents=True, exist_ok=True)
    reader = _Hashed(file)
    with target.open("wb") as out:
        shutil.copyfileobj(reader, out, CHUNK)
    if (reader.size, reader.digest.hexdigest()) != (facts.get("bytes"), facts.get("sha256")):
        raise PlainError(f"{path} is damaged: {name} is not what was backed up. Nothing was changed.")


def restore(config: Config, path: Path, keys_from: Path | None, force: bool, say: Say) -> None:
    """Put an office back from a backup; what ``config`` names must be empty unless ``force`` is given.

    Raises PlainError, with nothing changed, when the archive is damaged, the engine another, the office not empty, or the
    keys are not those that the archive's names and texts were sealed with.
    """
    scratch = Path(tempfile.mkdtemp(prefix="restore-", dir=config.var))
    try:
        say("Checking the archive …")
        manifest = read_archive(path, scratch)
        if manifest["engine"] != engine_of(config):
            raise PlainError(
                f"{path} holds a {manifest['engine']} database and this office uses {engine_of(config)}: "
                "set YIWANG_DATABASE_URL to the same kind. Nothing was changed."
            )
        if not force and (dumps.holds_rows(config) or any(any((config.var / folder).glob("*")) for folder in FOLDERS)):
            raise PlainError(
                f"The office in {config.var} is not empty: restore into another folder, or overwrite it with --force. Nothing was changed."
            )
        keys = _keys_for(config, keys_from, manifest, scratch, force)
        say("Restoring the database …")
        dumps.load(config, scratch / DATABASE)
        for folder in FOLDERS:
            _replace_folder(config.var / folder, scratch / folder)
        if keys:
            _replace_folder(config.keys_folder, keys)
        _note_restored()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _note_restored() -> None:
    """Note beside the signed heads of the behaviour log, and of the log of petitions, which of them the restored database holds."""
    from django.db import DatabaseError, connection

    from yiwang.journal import heads
    from yiwang.journal.models import Head
    from yiwang.transparency import sequencing, tree
    from yiwang.vault.signing import load_signing_keys

    load_signing_keys.cache_clear()
    connection.close()
    try:
        last = Head.objects.order_by("-number").values_list("number", flat=True).first()
    except DatabaseError:
        last = None  # it was made before there were any
    heads.note_restored(last or 0)
    try:
        head = tree.last_head()
    except DatabaseError:
        head = None
    sequencing.note_restored(head)


def _keys_for(
    config: Config, keys_from: Path | None, manifest: dict[str, Any], scratch: Path, force: bool
) -> Path | None:
    """Return the folder of unpacked keys to install, or None when the office holds the right ones already."""
    expected = manifest["keys"]
    try:
        there = fingerprint(config.keys_folder, config.key_command)
        lacking = set(manifest.get("versions", ())) - set(load_keys(config.keys_folder, config.key_command).wrapping)
    except KeysMissing:
        there, lacking = "", set()
    if keys_from is None:
        if there != expected:
            raise PlainError(
                "The keys here are not those of this backup: without them no name can be read. "
                "Give the file that “yiwang backup --keys-to” wrote as --keys-from. Nothing was changed."
            )
        if lacking:
            raise PlainError(
                f"Wrapping key {min(lacking)}, which this backup needs, was retired here: give the keys of that time as --keys-from. "
                "Nothing was changed."
            )
        return None
    if lacking:
        there = ""
    if there == expected and (config.keys_folder / SIGNING_KEYS).exists():
        return None
    folder = scratch / "keys"
    folder.mkdir(mode=0o700)
    try:
        with tarfile.open(keys_from, "r:") as tar:
            for entry in tar.getmembers():
                file = tar.extractfile(entry)
                if file is not None:
                    (folder / Path(entry.name).name).write_bytes(file.read())
        found = fingerprint(folder)
    except (tarfile.TarError, OSError, KeysMissing) as error:
        raise PlainError(f"{keys_from} holds no keys of Yiwang ({error}). Nothing was changed.") from None
    if found != expected:
        raise PlainError(f"The keys in {keys_from} are not those of this backup. Nothing was changed.")
    if there and not force:
        # An office that was only made, and holds nothing, may lose its keys; its emptiness was checked above.
        kept = config.keys_folder.with_name("keys.replaced")
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(config.keys_folder, kept)
    return folder


def _replace_folder(there: Path, fresh: Path) -> None:
    fresh.mkdir(exist_ok=True, mode=0o700)
    old = there.with_name(f"{there.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if there.exists():
        there.rename(old)
    fresh.rename(there)
    there.chmod(0o700)
    for path in there.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    shutil.rmtree(old, ignore_errors=True)
