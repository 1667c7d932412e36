"""What finds things at agencies: one function for each kind of finding (`supervision/kinds.py`).

A detector looks at the petitions that it is given and at no others, with a number of statements that does not hang on how
many they are. It writes nothing but what it must remember itself (`models/patterns.py`), and is asked again and again: what it
still finds is the same finding.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Found:
    """One thing found at a petition. Of one kind, petition and ``about_id`` there is one finding, however often it is found.

    ``agency_id`` is whose doing it is; None: nobody's yet. ``about_id`` is the row that it hangs on: a limit, an entry, a
    rating, an answer. ``since`` is when it came to be, not when it was found. ``detail`` holds ids, codes, dates and
    numbers; never words of a person, nor anything about who petitions.
    """

    kind: str
    petition_id: int
    agency_id: int | None
    about_id: int
    since: datetime
    detail: dict[str, Any] = field(default_factory=dict)


Detector = Callable[[Sequence[int], datetime], Iterable[Found]]
"""``find(petitions, now)``: what is there at an instant to be found at the petitions with these ids."""
