"""Drawing from a seed, so that anybody who draws again from the same frame gets the same: pure arithmetic, without a database.

Algorithm ``sha256-lowest-1``: a petition's lot is the SHA-256 of the text “SEED:ID” (the seed as 32 hexadecimal digits, the id in decimal).
Of n to be drawn, the n with the lowest lots are taken, compared as 64 hexadecimal digits. Stratified, the same is done within
each agency. A share is rounded up. A size is divided among the agencies by their numbers, what is left over by the largest
remainders, and of equal remainders first to the agency with the lower id.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

ALGORITHM = "sha256-lowest-1"
Frame = Sequence[tuple[int, int]]
"""Petition and lead agency (0 without one), in the order of the petitions' ids."""


@dataclass(frozen=True)
class Plan:
    """How many are drawn: a size or a share in per cent, of the whole or of each agency's."""

    size: int | None = None
    share: int | None = None
    stratified: bool = False


def commitment_to(seed: str) -> str:
    """Return what is announced of a seed before it is used: its SHA-256."""
    return sha256(seed.encode()).hexdigest()


def lot(seed: str, petition: int) -> str:
    """Return a petition's lot."""
    return sha256(f"{seed}:{petition}".encode()).hexdigest()


def draw(seed: str, frame: Frame, plan: Plan) -> list[int]:
    """Return the petitions drawn, the lowest lot first."""
    strata: dict[int, list[int]] = defaultdict(list)
    for petition, agency in frame:
        strata[agency if plan.stratified else 0].append(petition)
    wanted = sizes({agency: len(petitions) for agency, petitions in strata.items()}, plan)
    drawn = [
        petition
        for agency, petitions in strata.items()
        for petition in sorted(petitions, key=lambda one: lot(seed, one))[: wanted[agency]]
    ]
    return sorted(drawn, key=lambda one: lot(seed, one))


def sizes(strata: Mapping[int, int], plan: Plan) -> dict[int, int]:
    """Return how many are drawn of each stratum, by how many it has."""
    total = sum(strata.values())
    if plan.share is not None:
        return {key: -(-number * plan.share // 100) for key, number in strata.items()}
    size = min(plan.size or 0, total)
    if not total:
        return {}
    found = {key: number * size // total for key, number in strata.items()}
    left = size - sum(found.values())
    by_remainder = sorted(strata, key=lambda key: (-(strata[key] * size % total), key))
    for key in by_remainder[:left]:
        found[key] += 1
    return found


def frame_text(frame: Frame) -> str:
    """Return the frame as the text of which the hash is made: a line “ID AGENCY” for each petition, in the order of the ids."""
    return "".join(f"{petition} {agency}\n" for petition, agency in frame)


def frame_of(text: str) -> list[tuple[int, int]]:
    """Read what `frame_text` wrote."""
    return [(int(petition), int(agency)) for petition, agency in map(str.split, text.splitlines())]


def frame_hash(text: str) -> str:
    """Return the SHA-256 of a frame's text."""
    return sha256(text.encode()).hexdigest()


def faults(seed: str, commitment: str, text: str, hashed: str, plan: Plan, drawn: Iterable[int]) -> list[str]:
    """Return what is wrong with a draw, as codes: ``seed``, ``frame``, ``drawn``; nothing when it holds."""
    found = []
    if commitment_to(seed) != commitment:
        found.append("seed")
    if frame_hash(text) != hashed:
        found.append("frame")
    if draw(seed, frame_of(text), plan) != list(drawn):
        found.append("drawn")
    return found
