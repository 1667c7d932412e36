"""The kinds of findings as a table: to have another one found is to write its detector and one row."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.supervision.detectors import Detector, limits
from yiwang.supervision.grounds import Ground


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of finding.

    ``lasting``: it is an event, and stays until somebody has dealt with it or the petition is taken up again; any other
    ends by itself when it is no longer found. ``flag``: a hint of gaming, shown to supervisors alone. ``ground`` is that
    of article 40 which an order about it would name. ``history``: it is also looked for in imported history.
    """

    code: str
    label: str | Promise
    detector: Detector
    ground: Ground
    lasting: bool = False
    flag: bool = False
    history: bool = False


ROWS: tuple[Kind, ...] = (
    Kind(code="late", label=_("超期"), detector=limits.late, ground=Ground.DELAY),
    Kind(code="soon", label=_("即将到期"), detector=limits.soon, ground=Ground.DELAY),
)
KINDS: dict[str, Kind] = {kind.code: kind for kind in ROWS}
"""Every kind by its code, in the order of the board."""
