"""Lists of petitions as few bytes: differences of sorted ids in groups of seven bits, then deflated. About six bytes an id."""

import zlib
from collections.abc import Iterable, Sequence


def pack(ids: Iterable[int]) -> bytes:
    """Return the packed form of ids, each once. Raises ValueError for a negative one."""
    out, before = bytearray(), 0
    for number in sorted(set(ids)):
        _write(out, number - before)
        before = number
    return zlib.compress(bytes(out), 6)


def unpack(packed: bytes | memoryview) -> list[int]:
    """Return the ids, in ascending order."""
    found, before = [], 0
    for difference in _read(packed):
        before += difference
        found.append(before)
    return found


def pack_numbers(numbers: Sequence[int]) -> bytes:
    """Return the packed form of numbers in the order given."""
    out = bytearray()
    for number in numbers:
        _write(out, number)
    return zlib.compress(bytes(out), 6)


def unpack_numbers(packed: bytes | memoryview) -> list[int]:
    """Return the numbers, in the order in which they were given."""
    return _read(packed) if packed else []


def _write(out: bytearray, number: int) -> None:
    if number < 0:
        raise ValueError("only numbers from 0")
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def _read(packed: bytes | memoryview) -> list[int]:
    found, number, shift = [], 0, 0
    for byte in zlib.decompress(bytes(packed)):
        number |= (byte & 127) << shift
        if byte & 128:
            shift += 7
        else:
            found.append(number)
            number = shift = 0
    return found
