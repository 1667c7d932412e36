"""Text as a word processor saves it: a cell is a line that begins with a tab, and an empty line ends a row."""

import re

from yiwang.performance.disclosure.blocks import Block, Cell, Paragraph, Place, Table, short_title, without_codes

HEADING = re.compile(r"\s*(?:[一二三四五六七八九十]+、|第[一二三四五六七八九十]+部分)")


def blocks_of(text: str) -> list[Block]:
    """Return the paragraphs and tables of a text.

    A line without a tab goes on with the cell above it, unless it is a heading: the last row of a table may lack its end.
    """
    found: list[Block] = []
    table: Table | None = None
    row: list[Cell] | None = None
    title = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = without_codes(raw)
        bare = line.lstrip(" \u3000")
        if bare.startswith("\t"):
            content = bare[1:]
            column = len(line) - len(content.lstrip()) + 1
            if table is None:
                table = Table(title, Place(number))
                found.append(table)
            if row is None:
                row = []
                table.rows.append(row)
            row.append(Cell(content.strip(), Place(number, column, table=short_title(title))))
        elif not line.strip():
            row = None
        elif row and not HEADING.match(line):
            row[-1] = Cell(f"{row[-1].text}\n{line.strip()}".strip(), row[-1].place)
        else:
            table = row = None
            title = line.strip()
            found.append(Paragraph(line, Place(number)))
    return found
