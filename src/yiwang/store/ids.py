"""How rows are named: 63-bit integers, made before the insert and ordered by time.

The upper 42 bits are milliseconds since the Unix epoch (good until 2109), the lower 21 are random. A petition's id is made
from the instant at which the matter was received, so that ``ORDER BY id DESC`` is “newest first” on both engines and in
the search index, without a further column or sort (ADR 0002).
"""

import secrets
from datetime import UTC, datetime

RANDOM_BITS = 21


def new_id(at: datetime | None = None) -> int:
    """Return a fresh id for a row that came into being at ``at`` (aware; now, when omitted).

    An instant without milliseconds (an import that knows only the second) gets random ones, so that thousands of rows of
    one second do not crowd into the 2²¹ ids of a single millisecond.
    """
    at = at or datetime.now(UTC)
    milliseconds = int(at.timestamp()) * 1000
    milliseconds += at.microsecond // 1000 if at.microsecond else secrets.randbelow(1000)
    return (milliseconds << RANDOM_BITS) | secrets.randbits(RANDOM_BITS)


def first_id_at(at: datetime) -> int:
    """Return the smallest id that a row of that instant can have: the bound for “since” and “until” filters."""
    return int(at.timestamp() * 1000) << RANDOM_BITS


def instant_of(row_id: int) -> datetime:
    """Return the instant (UTC, to the millisecond) from which an id was made."""
    return datetime.fromtimestamp((row_id >> RANDOM_BITS) / 1000, UTC)
