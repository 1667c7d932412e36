"""HTML: paragraphs, headings and tables; a cell that spans rows or columns stands in each of them."""

from lxml import html

from yiwang.performance.disclosure.blocks import Block, Cell, Paragraph, Place, Table, short_title

TEXT = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "caption", "div", "dt", "dd")
MOST_SPANNED = 200


def blocks_of(text: str) -> list[Block]:
    """Return the blocks of a page. ``line`` of a place is the line of the source."""
    tree = html.document_fromstring(text)
    for unseen in tree.xpath("//script|//style|//head"):
        unseen.drop_tree()
    found: list[Block] = []
    title = ""
    for element in tree.iter():
        if not isinstance(element.tag, str) or any(parent.tag == "table" for parent in element.iterancestors()):
            continue
        if element.tag == "table":
            found.append(_table(element, title))
        elif element.tag in TEXT and not element.xpath(".//p|.//table|.//div|.//h1|.//h2|.//h3|.//h4|.//li"):
            words = " ".join(element.text_content().split())
            if words:
                title = words
                found.append(Paragraph(words, Place(element.sourceline or 0)))
    return found


def _table(element: html.HtmlElement, title: str) -> Table:
    captions = element.xpath("./caption")
    title = " ".join(captions[0].text_content().split()) if captions else title
    table = Table(title, Place(element.sourceline or 0))
    spanned: dict[tuple[int, int], str] = {}
    for at, row in enumerate(element.xpath("./tr|./thead/tr|./tbody/tr|./tfoot/tr")):
        cells: list[Cell] = []
        for cell in row.xpath("./td|./th"):
            while (at, len(cells)) in spanned:
                cells.append(_cell(spanned[at, len(cells)], row, cells, title))
            words = " ".join(cell.text_content().split())
            wide, high = _span(cell.get("colspan")), _span(cell.get("rowspan"))
            for down in range(1, high):
                for across in range(wide):
                    spanned[at + down, len(cells) + across] = words
            for _across in range(wide):
                cells.append(_cell(words, row, cells, title))
        while (at, len(cells)) in spanned:
            cells.append(_cell(spanned[at, len(cells)], row, cells, title))
        table.rows.append(cells)
    return table


def _cell(words: str, row: html.HtmlElement, cells: list[Cell], title: str) -> Cell:
    return Cell(words, Place(row.sourceline or 0, len(cells) + 1, table=short_title(title)))


def _span(written: str | None) -> int:
    return min(int(written), MOST_SPANNED) if written and written.isdecimal() and int(written) else 1
