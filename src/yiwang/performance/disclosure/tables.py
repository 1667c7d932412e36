"""Which table is which, told by what stands in it: indicators, procurement, assets. Merged cells count for the rows below."""

import re
from decimal import Decimal

from yiwang.performance.disclosure.amounts import NOTHING, OPERATORS, WRITTEN_VALUE, Figure, number
from yiwang.performance.disclosure.blocks import Cell, Place, Table, one_width
from yiwang.performance.disclosure.model import Asset, Disclosure, Indicator, Project, Purchase

CODE = re.compile(r"[ABC]\d{2,10}")
COLUMNS = (
    ("first", ("一级",)), ("second", ("二级",)), ("name", ("三级", "指标名称")), ("rule", ("评分", "评价标准", "计分", "评价规则")),
    ("description", ("描述", "说明", "解释", "内容")), ("operator", ("符号",)), ("basis", ("依据",)), ("weight", ("权重",)),
    ("unit", ("单位",)), ("value", ("指标值", "目标值", "值")),
)  # fmt: skip
PROJECT = re.compile(
    r"^\s*(?:\d+\s*[.、]|\([一二三四五六七八九十\d]+\)|[一二三四五六七八九十]+、)?\s*(.+?)(?:项目)?绩效目标(?:申报)?表?$"
)
ASSET_LINES = ("资产", "房屋", "车辆", "设备", "用房", "家具", "图书")
BEFORE_OPERATOR = ("first", "second", "name", "rule", "description")
AFTER_OPERATOR = ("value", "unit", "basis")


def read(found: Disclosure, table: Table) -> None:
    """Read a table of one of the known kinds into the model; any other is left alone."""
    cells = [cell.plain for row in table.rows for cell in row]
    if any(CODE.fullmatch(cell) for cell in cells) and any("采购" in cell for cell in (*cells, table.title)):
        _purchases(found, table)
    elif any("三级指标" in cell or "指标名称" in cell or "指标值" in cell for cell in cells) or "符号" in cells:
        _indicators(found, table)
    elif any("资产" in cell for cell in (*cells, table.title)) and any(
        "车辆" in cell or "房屋" in cell for cell in cells
    ):
        _assets(found, table)


def _indicators(found: Disclosure, table: Table) -> None:
    columns = _columns(table)
    title = PROJECT.match(one_width(table.title).strip())
    project = None
    if title and "整体" not in table.title and "部门" not in title.group(1)[:2]:
        project = Project(title.group(1).strip(), table.place)
        found.projects.append(project)
    if not columns:
        found.unread.append((table.title, table.place))
        return
    above: dict[str, str] = {}
    begun = False
    for row in table.rows:
        texts = {name: row[place].text if place < len(row) else "" for name, place in columns.items()}
        if not begun:
            begun = _is_head(row)
            if project and row and row[0].plain == "绩效目标" and len(row) > 1:
                project.aims = row[1].text
            if _is_head(row) or project:
                continue
        for level in ("first", "second"):
            clean = re.sub(r"\s+", "", texts.get(level, ""))
            if level == "first" and clean and clean != above.get("first"):
                above["second"] = ""
            above[level] = clean or above.get(level, "")
        name = re.sub(r"\s+", "", texts.get("name", ""))
        if not name or _is_head(row):
            continue
        value = row[columns["value"]] if columns["value"] < len(row) else row[-1]
        (project.indicators if project else found.indicators).append(_indicator(texts, above, name, value, project))


def _indicator(
    texts: dict[str, str], above: dict[str, str], name: str, cell: Cell, project: Project | None
) -> Indicator:
    operator = OPERATORS.get(one_width(texts.get("operator", "")).strip(), "")
    words, unit = one_width(cell.text).strip(), one_width(texts.get("unit", "")).strip()
    figure = None
    written = WRITTEN_VALUE.match(words)
    if written:
        operator = OPERATORS.get(written.group(1) or "", operator)
        where = cell.place
        if written.start(2):
            where = Place(where.line, where.column + written.start(2), where.page, where.table)
        value = Decimal(written.group(2).replace(",", ""))
        label = f"{project.name} {name}" if project else name
        figure = Figure(value, written.group(3).strip() or unit, written.group(2), where, label)
    description = re.sub(r"\s+", "", texts.get("description", ""))
    return Indicator(
        above["first"], above["second"], name, description, operator, figure, words, texts.get("basis", "").strip(), cell.place,
        rule=re.sub(r"\s+", "", texts.get("rule", "")), project=project.name if project else "",
    )  # fmt: skip


def _is_head(row: list[Cell]) -> bool:
    return sum(bool(_column(cell.plain)) for cell in row) >= 3 and not any(number(cell.text) for cell in row)


def _column(text: str) -> str:
    if len(text) > 12:
        return ""
    return next((name for name, words in COLUMNS if any(word in text for word in words)), "")


def _columns(table: Table) -> dict[str, int]:
    """Return which column holds what: by the heads, else by where the operators stand."""
    for row in table.rows:
        if _is_head(row):
            named: dict[str, int] = {}
            for place, cell in enumerate(row):
                name = _column(cell.plain)
                if name:
                    named.setdefault(name, place)
            if {"name", "value"} <= named.keys():
                return named
    places = [place for row in table.rows for place, cell in enumerate(row) if cell.plain in OPERATORS]
    if not places:
        return {}
    middle = max(set(places), key=places.count)
    named = {name: middle - len(BEFORE_OPERATOR) + step for step, name in enumerate(BEFORE_OPERATOR)}
    named = {name: place for name, place in named.items() if place >= 0}
    return {**named, "operator": middle, **{name: middle + 1 + step for step, name in enumerate(AFTER_OPERATOR)}}


def _purchases(found: Disclosure, table: Table) -> None:
    for row in table.rows:
        place = next((at for at, cell in enumerate(row) if CODE.fullmatch(cell.plain)), None)
        if place is None:
            name = next((cell.plain for cell in row if cell.plain), "")
            if re.search(r"合计|小计|总计", name):
                found.purchase_sums.append((name, [figure for cell in row if (figure := _money(cell, name))]))
            continue
        if place < 1:
            found.unread.append((" ".join(cell.text for cell in row), row[0].place))
            continue
        after = row[place + 1 :]
        item = row[place - 1].plain
        quantity, price, total, *funds = [*[_money(cell, item) for cell in after[1:]], None, None, None][
            : max(3, len(after) - 1)
        ]
        found.purchases.append(
            Purchase(
                row[place - 3].plain if place >= 3 else "", _money(row[place - 2], item) if place >= 2 else None, item,
                row[place].plain, quantity, price, total, [one for one in funds if one], row[0].place,
            )
        )  # fmt: skip


def _assets(found: Disclosure, table: Table) -> None:
    for row in table.rows:
        name = row[0].plain if row else ""
        if len(row) < 2 or not any(word in name for word in ASSET_LINES) or "情况" in name:
            continue
        quantity = _money(row[1], name) if len(row) > 2 else None
        value = _money(row[2] if len(row) > 2 else row[1], name)
        found.assets.append(Asset(name, quantity, value, "其中" in name, row[0].place))


def _money(cell: Cell, label: str) -> Figure | None:
    """Return a cell's number in the table's unit; None where it is blank or a dash."""
    if one_width(cell.text).strip() in NOTHING:
        return None
    value = number(cell.text)
    return None if value is None else Figure(value, "", cell.text.strip(), cell.place, label)
