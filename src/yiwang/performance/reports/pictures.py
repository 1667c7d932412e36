"""The bars of charts as PNG: rectangles of flat colour, written byte by byte, so that the same figures are the same picture.

Names and numbers stand beside them as text, in the document's own typeface; a picture holds no words.
"""

import struct
import zlib
from collections.abc import Sequence

WIDTH, HEIGHT = 600, 24
"""Dots of a bar's picture; it is shown a quarter as large."""
PAPER, TRACK, INK, PALE, MARK = range(5)
COLOURS = ((255, 255, 255), (238, 241, 241), (23, 92, 108), (150, 190, 198), (15, 50, 60))
"""White, a light track, the product's deep blue-green, its pale, and a dark mark."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def bar(value: int, most: int) -> bytes:
    """Return a bar whose length is the share of ``value`` in ``most``; what is more than nothing is seen."""
    length = WIDTH * value // most if most else 0
    return _png([(0, WIDTH, TRACK), (0, max(length, 2) if value else 0, INK)])


def interval(low: int, middle: int, high: int, whole: int = 1000) -> bytes:
    """Return an interval on a track from nothing to ``whole``, with a mark at its middle."""
    first, mark, last = (WIDTH * part // whole for part in (low, middle, high))
    return _png(
        [
            (0, WIDTH, TRACK),
            (first, max(last, first + 2), PALE),
            (max(mark - 3, 0), min(max(mark - 3, 0) + 6, WIDTH), MARK),
        ]
    )


def _png(spans: Sequence[tuple[int, int, int]]) -> bytes:
    """Return a picture of one row of dots, repeated; later spans cover earlier ones."""
    row = bytearray([PAPER]) * WIDTH
    for first, end, colour in spans:
        row[first:end] = bytes([colour]) * max(0, min(end, WIDTH) - first)
    dots = zlib.compress((b"\x00" + bytes(row)) * HEIGHT, 9)
    palette = b"".join(bytes(colour) for colour in COLOURS)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    return SIGNATURE + b"".join(
        _chunk(*part) for part in ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", dots), (b"IEND", b""))
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
