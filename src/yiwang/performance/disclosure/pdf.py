"""PDF: the text of each page by its lines; what stands far apart in a line are cells, and lines with cells are tables.

A PDF has no paragraphs and no tables, only signs at places: what is read here is as good as its layout.
"""

import itertools
import re

import pypdfium2
from pypdfium2 import PdfiumError

from yiwang.performance.disclosure.blocks import Block, Cell, Paragraph, Place, Table, short_title

GAP = 1.2
"""Blank space between two pieces of a line, in heights of its signs, from which they are two cells."""
ENDS = re.compile(r"[。；：:]$")


def blocks_of(content: bytes, name: str) -> list[Block]:
    """Return the blocks of a PDF. Raises Unreadable where it is damaged, or a scan without text."""
    from yiwang.performance.disclosure.opening import Unreadable

    try:
        document = pypdfium2.PdfDocument(content)
        lines = [(page, row) for page in range(len(document)) for row in _lines(document[page])]
    except PdfiumError as damaged:
        raise Unreadable(f"{name} is damaged, or locked by a password.") from damaged
    if not lines:
        raise Unreadable(
            f"{name} holds pictures of pages and no text: it was scanned. Ask for the file that it was printed from."
        )
    return _blocks(lines)


def _lines(page: pypdfium2.PdfPage) -> list[list[str]]:
    """Return the lines of a page from top to bottom, each as its pieces from left to right."""
    text = page.get_textpage()
    pieces = []
    for number in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(number)
        words = text.get_text_bounded(left, bottom, right, top).strip()
        if words:
            pieces.append((top, bottom, left, right, words))
    pieces.sort(key=lambda piece: (-(piece[0] + piece[1]) / 2, piece[2]))
    rows: list[list[tuple[float, float, float, float, str]]] = []
    for piece in pieces:
        middle = (piece[0] + piece[1]) / 2
        if rows and rows[-1][0][1] <= middle <= rows[-1][0][0]:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_joined(sorted(row, key=lambda piece: piece[2])) for row in rows]


def _joined(row: list[tuple[float, float, float, float, str]]) -> list[str]:
    found = [row[0][4]]
    for before, piece in itertools.pairwise(row):
        if piece[2] - before[3] > GAP * (piece[0] - piece[1]):
            found.append(piece[4])
        else:
            found[-1] += piece[4]
    return found


def _blocks(lines: list[tuple[int, list[str]]]) -> list[Block]:
    found: list[Block] = []
    table: Table | None = None
    for number, (page, pieces) in enumerate(lines, 1):
        if len(pieces) > 1:
            if table is None:
                last = found[-1] if found else None
                table = Table(last.text.strip() if isinstance(last, Paragraph) else "", Place(number, page=page + 1))
                found.append(table)
            table.rows.append(
                [
                    Cell(words, Place(number, at, page + 1, short_title(table.title)))
                    for at, words in enumerate(pieces, 1)
                ]
            )
            continue
        table = None
        last = found[-1] if found else None
        if (
            isinstance(last, Paragraph)
            and len(last.text) > 25
            and not ENDS.search(last.text)
            and not re.match(r"[一二三四五六七八九十]+、|\d+[.、]|（", pieces[0])
        ):
            last.text += pieces[0]  # a line of running text goes on with the one above
        else:
            found.append(Paragraph(pieces[0], Place(number, page=page + 1)))
    return found
