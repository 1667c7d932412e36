"""The key that signs cookies and forms, before Django is there to ask for it."""

import secrets
from pathlib import Path


def signing_key(folder: Path, command: str) -> str:
    """Return the office's signing key, or one for this process alone where no keys were made yet.

    An office without keys can be migrated and looked at, but `yiwang serve` refuses to start in it.
    """
    from yiwang.vault.keys import load_keys

    if not keys_exist(folder, command):
        return secrets.token_urlsafe(48)
    return load_keys(folder, command).django_secret


def keys_exist(folder: Path, command: str) -> bool:
    """Return whether `yiwang migrate` made this office's keys, or they come from a command."""
    from yiwang.vault.keys import FILE_NAME

    return bool(command) or (folder / FILE_NAME).exists()
