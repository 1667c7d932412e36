"""Sealing of text and files: envelope encryption, one data key a row, bound to table, column and id.

New rows are sealed with the algorithm that ``YIWANG_SEALING`` names; each data key carries its own (yiwang/vault/ciphers.py), so
that rows of before a change open as they did.

A sealed value moved to another row, column or table does not open. Destroying the wrapped data key of a row destroys all
that was sealed under it (disposal at the end of retention, DESIGN.md).
"""

import hmac
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.db import models

from yiwang.store.ids import new_id
from yiwang.vault import ciphers
from yiwang.vault.ciphers import InvalidTag
from yiwang.vault.keys import Keys, office_keys, reloaded_keys

BLIND_BYTES = 16
VERSION_BYTES = 2
IN_COMPARTMENT = 0x8000
"""Set in the version of a wrapped data key that a key of the compartment wrapped."""


class SealBroken(Exception):
    """A sealed value does not open: it was altered, moved from another row, or its key is not in the key file."""


@dataclass(frozen=True)
class DataKey:
    """A row's own key, unwrapped: opens what was sealed for that row and for the rows that hang on it."""

    secret: bytes
    wrapped: bytes

    @classmethod
    def fresh(cls, table: str, row: int, *, compartment: bool = False) -> "DataKey":
        """Make a new data key for one row, wrapped by the current wrapping key, or by that of the compartment of accusations."""
        return cls.wrap(ciphers.fresh_key(settings.SEALING), table, row, compartment=compartment)

    @classmethod
    def wrap(cls, secret: bytes, table: str, row: int, *, compartment: bool = False) -> "DataKey":
        """Wrap a data key: version (2 bytes, its first bit telling the compartment), nonce, sealed key. Raises :class:`SealBroken`."""
        version = version_of_new(office_keys(), compartment=compartment)
        sealed = ciphers.encrypt(_wrapping(version, table, row), secret, _binding(table, "data_key", row))
        return cls(secret, version.to_bytes(VERSION_BYTES, "big") + sealed)

    @classmethod
    def unwrap(cls, wrapped: bytes | memoryview, table: str, row: int) -> "DataKey":
        """Open a wrapped data key; raises :class:`SealBroken`."""
        wrapped = bytes(wrapped)
        if not wrapped:
            raise SealBroken(f"{table} {row}: the key was destroyed")
        wrapping = _wrapping(int.from_bytes(wrapped[:VERSION_BYTES], "big"), table, row)
        try:
            secret = ciphers.decrypt(wrapping, wrapped[VERSION_BYTES:], _binding(table, "data_key", row))
            ciphers.algorithm_of(secret)
        except (InvalidTag, ValueError) as broken:
            raise SealBroken(f"{table} {row}: the wrapped key was altered") from broken
        return cls(secret, wrapped)

    def seal_bytes(self, content: bytes, table: str, column: str, row: int) -> bytes:
        return ciphers.encrypt(self.secret, content, _binding(table, column, row))

    def open_bytes(self, sealed: bytes | memoryview, table: str, column: str, row: int) -> bytes:
        try:
            return ciphers.decrypt(self.secret, bytes(sealed), _binding(table, column, row))
        except (InvalidTag, ValueError) as broken:
            raise SealBroken(f"{table}.{column} {row}: altered, or sealed for another place") from broken

    def seal(self, text: str, table: str, column: str, row: int) -> bytes:
        """Seal a text for one cell; the empty text stays empty, so that “nothing given” can be told without a key."""
        return self.seal_bytes(text.encode(), table, column, row) if text else b""

    def open(self, sealed: bytes | memoryview | None, table: str, column: str, row: int) -> str:
        """Open what :meth:`seal` made for that cell; raises :class:`SealBroken`."""
        return self.open_bytes(sealed, table, column, row).decode() if sealed else ""


class SealedRow(models.Model):
    """A row with a data key of its own. Sealed columns are named ``sealed_<what>`` and are read and written here alone.

    Nothing opens by itself: code that shows a name says so by calling :meth:`unseal`.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    data_key = models.BinaryField(editable=False)
    in_compartment = False
    """Whether a new key is wrapped by the compartment's: set on a new row of an accusation before anything is sealed in it."""

    class Meta:
        abstract = True

    @property
    def key(self) -> DataKey:
        """This row's data key, unwrapped once per instance; made when the row is new."""
        found: DataKey | None = self.__dict__.get("_key")
        if found is None:
            table = self._meta.db_table
            if self.data_key:
                found = DataKey.unwrap(self.data_key, table, self.pk)
            elif self._state.adding:
                found = DataKey.fresh(table, self.pk, compartment=self.in_compartment)
                self.data_key = found.wrapped
            else:
                raise SealBroken(f"{table} {self.pk}: the key was destroyed")
            self.__dict__["_key"] = found
        return found

    def seal(self, what: str, text: str) -> None:
        """Set the column ``sealed_<what>``."""
        column = f"sealed_{what}"
        setattr(self, column, self.key.seal(text, self._meta.db_table, column, self.pk))

    def unseal(self, what: str) -> str:
        """Return the text of the column ``sealed_<what>``; raises :class:`SealBroken`."""
        column = f"sealed_{what}"
        sealed: bytes | None = getattr(self, column)
        return self.key.open(sealed, self._meta.db_table, column, self.pk) if sealed else ""

    def rewrap(self, *, compartment: bool) -> None:
        """Wrap this row's data key anew, in or out of the compartment (the caller saves the row); what it sealed stays as it is."""
        found = DataKey.wrap(self.key.secret, self._meta.db_table, self.pk, compartment=compartment)
        self.data_key = found.wrapped
        self.__dict__["_key"] = found

    def destroy_key(self) -> None:
        """Make all that was sealed under this row unreadable for good (the caller saves the row)."""
        self.data_key = b""
        self.__dict__.pop("_key", None)


def seal_under(key: DataKey, row: models.Model, column: str, text: str) -> None:
    """Seal ``text`` into a column of a row that has no key of its own and hangs on the holder of ``key``."""
    setattr(row, column, key.seal(text, row._meta.db_table, column, row.pk))


def open_under(key: DataKey, row: models.Model, column: str) -> str:
    """Return the text that :func:`seal_under` put into that column."""
    return key.open(getattr(row, column), row._meta.db_table, column, row.pk)


def blind_index(kind: str, value: str) -> bytes | None:
    """Return the keyed blind index of a value (None for an empty one): equal values give equal indexes, and tell nothing else.

    ``kind`` (“phone”, “name” …) keeps a number that stands in two columns from matching across them.
    """
    return _blind(office_keys().blind, kind, value)


def blind_indexes(kind: str, value: str) -> list[bytes]:
    """Return the indexes to look for: that of the present key and, while indexes are made anew, that of the one before."""
    keys = office_keys()
    indexes = [_blind(key, kind, value) for key in (keys.blind, keys.former_blind) if key]
    return [index for index in indexes if index]


def _blind(key: bytes, kind: str, value: str) -> bytes | None:
    plain = normalise(kind, value)
    return hmac.digest(key, f"{kind}\0{plain}".encode(), "sha256")[:BLIND_BYTES] if plain else None


def normalise(kind: str, value: str) -> str:
    """Fold the ways in which one value is written: width, case, blanks; in numbers, all but digits (and the ID's last X)."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    if kind == "id_number":
        return "".join(sign for sign in folded if sign.isdigit() or sign == "x")
    if kind == "phone":
        digits = "".join(sign for sign in folded if sign.isdigit())
        return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
    return "".join(folded.split())


def keyed_mac(parts: Mapping[str, object]) -> bytes:
    """Return the office's MAC over named values, in the order of their names, each with its length."""
    message = b"".join(
        len(piece := f"{name}={parts[name]}".encode()).to_bytes(4, "big") + piece for name in sorted(parts)
    )
    return hmac.new(office_keys().mac, message, sha256).digest()


def version_of_new(keys: Keys, *, compartment: bool) -> int:
    """Return the version that new data keys bear: the current one, its first bit telling the compartment."""
    return keys.current | IN_COMPARTMENT if compartment else keys.current


def _wrapping(version: int, table: str, row: int) -> bytes:
    """Return the wrapping key of a version; raises :class:`SealBroken` where the office has none.

    One that this process does not know may be of a rotation since it started: the keys are then looked at once more.
    """
    found = _among(office_keys(), version) or _among(reloaded_keys(), version)
    if found is None:
        which = "compartment key" if version & IN_COMPARTMENT else "wrapping key"
        raise SealBroken(f"{table} {row}: {which} {version & ~IN_COMPARTMENT} is not among the office's keys")
    return found


def _among(keys: Keys, version: int) -> bytes | None:
    held = keys.compartment if version & IN_COMPARTMENT else keys.wrapping
    return held.get(version & ~IN_COMPARTMENT)


def _binding(table: str, column: str, row: int) -> bytes:
    return f"{table}|{column}|{row}".encode()
