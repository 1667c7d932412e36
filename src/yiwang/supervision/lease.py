"""One at a time: whoever scans and urges holds a lease, and writes only as long as it is still theirs."""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from yiwang.supervision.models import Scan

LEASE = timedelta(seconds=30)
"""How long a worker that died keeps others waiting; one that lives renews it with each batch."""
PATIENCE = timedelta(seconds=120)
"""How long a command waits for a worker that has the lease."""


class Busy(Exception):
    """Another has the lease, or has taken it over meanwhile."""


@dataclass(frozen=True)
class Lease:
    """The right to write findings and urgings, until it runs out."""

    holder: str

    @contextmanager
    def writing(self, **progress: Any) -> Iterator[None]:
        """Hold a transaction in which the lease is renewed and progress noted; raises Busy where it was lost."""
        with transaction.atomic():
            until = datetime.now(UTC) + LEASE
            if not Scan.objects.filter(pk=1, holder=self.holder).update(leased_until=until, **progress):
                raise Busy
            yield


@contextmanager
def leased() -> Iterator[Lease]:
    """Take the lease for as long as the block runs, and give it back also when it fails. Raises Busy at once."""
    now = datetime.now(UTC)
    lease = Lease(f"{os.getpid()}-{secrets.token_hex(8)}")
    Scan.objects.get_or_create(pk=1)
    free = Q(holder="") | Q(leased_until__lte=now)
    if not Scan.objects.filter(free, pk=1).update(holder=lease.holder, leased_until=now + LEASE):
        raise Busy
    try:
        yield lease
    finally:
        Scan.objects.filter(pk=1, holder=lease.holder).update(holder="", leased_until=None)


@contextmanager
def leased_in_time(patience: timedelta = PATIENCE) -> Iterator[Lease]:
    """Take the lease, waiting for whoever has it; raises Busy when that takes too long."""
    until = time.monotonic() + patience.total_seconds()
    while True:
        holding = leased()
        try:
            lease = holding.__enter__()
        except Busy:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
            continue
        break
    try:
        yield lease
    finally:
        holding.__exit__(None, None, None)
