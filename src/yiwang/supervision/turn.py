"""A turn of the worker 督查: scan, go on with the walk, urge about what has come to a step, and tell whom it concerns."""

from datetime import UTC, datetime

from yiwang.supervision import digests, scan, urging
from yiwang.supervision.lease import Busy, leased
from yiwang.supervision.models import Settings

SECONDS_OF_A_WALK = 3.0
"""How long a turn goes on with the walk through all petitions."""


def go_on(now: datetime | None = None) -> int:
    """Take a turn, and return how many findings, urgings and digests it wrote. Does nothing while another is at it.

    Digests wait until all urging that is due was done, so that a person has one and not several.
    """
    now = now or datetime.now(UTC)
    result, urged, told = scan.Result(), 0, 0
    try:
        with leased() as lease:
            scan.follow(lease, result, now)
            scan.walk(lease, result, now, SECONDS_OF_A_WALK)
            if urging.in_office_hours(now, Settings.current()):
                urged, all_done = urging.urge_due(lease, now)
                told = digests.tell(lease, now) if all_done else 0
    except Busy:
        return 0
    return result.new + result.ended + urged + told
