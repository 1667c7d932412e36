"""The map of an import: which column is what, how dates are written, what stands where a row says nothing."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

FIELDS = (
    "number", "subject", "text", "received_at", "answer", "answered_at", "channel", "purpose", "category", "region",
    "agency", "place", "name", "phone", "email", "address", "outcome",
)  # fmt: skip
"""What a column can be. ``number`` is the source's own, by which a row is known again."""
REQUIRED = ("number", "text", "received_at")
SECTIONS = {"source", "optional", "columns", "dates", "defaults", "values"}
PLAIN_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")


class MapRefused(Exception):
    """The map cannot be used; the message says where and why."""


class RowRefused(Exception):
    """A row is not taken; the message says why, for whoever mends the file."""


@dataclass(frozen=True)
class Map:
    """A map, read and checked. ``values`` translates what stands in the file into the office's own codes, field by field."""

    source: str
    columns: Mapping[str, str]
    formats: tuple[str, ...]
    zone: ZoneInfo
    defaults: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()

    @property
    def needed(self) -> set[str]:
        """The columns that a file must have: all that are named, but for those said to be optional."""
        return {column for name, column in self.columns.items() if name not in self.optional}

    def fields_of(self, row: Mapping[str, str]) -> dict[str, str]:
        """Return the fields of a row, defaults filled in and values translated; absent ones are empty."""
        found = {}
        for name in FIELDS:
            cell = (row.get(self.columns.get(name, "")) or "").replace("\0", "")  # NUL is taken by no database
            raw = cell.strip() or self.defaults.get(name, "")
            found[name] = self.values.get(name, {}).get(raw, raw)
        return found

    def instant(self, text: str) -> datetime:
        """Read a date of the file as an instant; raises RowRefused."""
        for form in self.formats:
            try:
                parsed = datetime.strptime(text, form)
                return (parsed if parsed.tzinfo else parsed.replace(tzinfo=self.zone)).astimezone(UTC)
            except (ValueError, OverflowError):
                continue
        raise RowRefused(f"“{text}” is no date that the map describes ({', '.join(self.formats)})")


def read_map(path: Path, office_zone: str) -> Map:
    """Read a map; raises MapRefused for what is missing, unknown or misspelt."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MapRefused(f"The map {path} cannot be read: {error}.") from error
    if unknown := set(raw) - SECTIONS:
        raise MapRefused(f"The map {path} has parts that nobody reads: {', '.join(sorted(unknown))}.")
    columns = raw.get("columns", {})
    for section in ("columns", "defaults", "values"):
        if unknown := set(raw.get(section, {})) - set(FIELDS):
            raise MapRefused(
                f"[{section}] of {path} names unknown fields: {', '.join(sorted(unknown))}; known are {', '.join(FIELDS)}."
            )
    if missing := [name for name in REQUIRED if name not in columns]:
        raise MapRefused(f"[columns] of {path} lacks {', '.join(missing)}.")
    if not raw.get("source"):
        raise MapRefused(f"{path} lacks `source`: the name of the system that the file comes from.")
    if wrong := set(raw.get("optional", [])) - set(columns) | set(raw.get("optional", [])) & set(REQUIRED):
        raise MapRefused(f"`optional` of {path} names what is required or no column: {', '.join(sorted(wrong))}.")
    dates = raw.get("dates", {})
    try:
        zone = ZoneInfo(dates.get("zone", office_zone))
    except (ValueError, KeyError) as error:
        raise MapRefused(f"[dates] of {path}: {dates.get('zone')!r} is no time zone.") from error
    return Map(
        source=str(raw["source"])[:40],
        columns=columns,
        formats=tuple(dates.get("formats", PLAIN_FORMATS)),
        zone=zone,
        defaults=raw.get("defaults", {}),
        values=raw.get("values", {}),
        optional=frozenset(raw.get("optional", [])),
    )
