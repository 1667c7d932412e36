"""Cover leaves: what keeps the size of the public log from telling how many accusations there are.

Ordinary petitions are counted in public, accusations never (art. 30; DESIGN: numbers are not sequential, for gaps would
betray them). If each filing were one leaf and nothing else were, the difference would be their number, and a head that
grew by one in the night would be somebody's accusation. So leaves that stand for nothing are mixed in: some with each
batch, and some as time goes by, at a rate that changes every month and that only the key tells. A cover leaf is derived
from the office's key and its place, so that the office can tell it from a filing whose petition was deleted.
"""

import secrets
from datetime import datetime

from yiwang.journal import merkle
from yiwang.vault.sealing import keyed_mac

SHARE = 4
"""With a batch of filings come up to this fraction of it."""
SHORTEST, LONGEST = 300, 1200
"""Seconds between two covers of a quiet hour, on an average that lies between these."""


def cover_leaf(index: int) -> bytes:
    """Return the leaf hash of the cover at that place."""
    return merkle.leaf_hash(keyed_mac({"transparency cover": index}))


def due(filings: int, since: datetime, now: datetime) -> int:
    """Return how many covers go with so many filings, when the last decision was made at ``since``: drawn anew each time."""
    mean = SHORTEST + int.from_bytes(keyed_mac({"transparency month": f"{now:%Y-%m}"})[:4], "big") % (
        LONGEST - SHORTEST
    )
    elapsed = max(0.0, min((now - since).total_seconds(), float(mean)))
    by_time = secrets.randbelow(1_000_000) < elapsed / mean * 1_000_000
    return secrets.randbelow(filings // SHARE + 1) + by_time
