"""DOCX: paragraphs and tables in the order in which they stand. Merged cells say their text in each place."""

import io

from docx import Document
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from yiwang.performance.disclosure.blocks import Block, Cell, Paragraph, Place, Table, short_title


def blocks_of(content: bytes) -> list[Block]:
    """Return the blocks of a Word document. ``line`` of a place counts paragraphs and table rows from 1."""
    found: list[Block] = []
    line, title = 0, ""
    for part in Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(part, WordParagraph):
            line += 1
            if part.text.strip():
                title = part.text.strip()
                found.append(Paragraph(part.text, Place(line)))
        elif isinstance(part, WordTable):
            table = Table(title, Place(line + 1))
            found.append(table)
            for row in part.rows:
                line += 1
                cells = [
                    Cell(cell.text.strip(), Place(line, column, table=short_title(title)))
                    for column, cell in enumerate(row.cells, 1)
                ]
                table.rows.append(cells)
    return found
