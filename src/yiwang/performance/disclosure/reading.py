"""From paragraphs and tables to the model: what each figure of running text says, and which table is which."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from yiwang.performance.disclosure import tables
from yiwang.performance.disclosure.amounts import COUNTED, MONEY, Figure
from yiwang.performance.disclosure.blocks import Block, Paragraph, Place, one_width
from yiwang.performance.disclosure.model import Disclosure, Promise

SECTION = re.compile(r"^\s*(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+、)\s*(\S[^。]*)$")
HINT = re.compile(r"\([^()]*(?:则写|则填|如无|若无)[^()]*\)")
"""What the form tells its writer, as “(有则写,无则填0万元)”, and nobody took out."""
SECTIONS = (
    ("assets", ("国有资产", "资产信息", "资产占用", "固定资产")),
    ("three_public", ("三公",)),
    ("running", ("机关运行", "运行经费")),
    ("performance", ("绩效",)),
    ("procurement", ("采购",)),
    ("glossary", ("名词解释", "名词说明")),
    ("totals", ("总体", "收支", "预算安排", "收入", "支出", "增减")),
)
LESS = ("减少", "下降", "压减", "降低", "减幅", "缩减")
MORE = ("增加", "增长", "上升", "增幅")
INCOME_PARTS = (
    ("general", ("一般公共",)), ("fund", ("基金",)), ("state_capital", ("国有资本",)), ("account", ("专户",)),
    ("carried", ("结转", "结余")), ("business", ("事业收入", "经营收入")), ("other", ("其他", "单位资金")),
)  # fmt: skip
SPENDING_PARTS = (
    ("personnel", ("人员",)), ("public", ("公用",)), ("basic", ("基本支出",)), ("project", ("项目", "特定目标")),
)  # fmt: skip
THREE_PARTS = (
    ("abroad", ("出国", "出境")), ("reception", ("接待",)), ("vehicles", ("购置及", "购置和", "购置与", "购置、")),
    ("purchase", ("购置",)), ("upkeep", ("运维", "运行", "用车")),
)  # fmt: skip
WORDS_OF_A_PROMISE = re.compile(r"不少于|不低于|不高于|不超过|达到|超过|以上|下降|降低|控制在|提高|完成|新增|≥|≤")


def read(blocks: list[Block]) -> Disclosure:
    """Return what the blocks of a disclosure say."""
    found = Disclosure()
    section = ""
    for block in blocks:
        if isinstance(block, Paragraph):
            text = HINT.sub(lambda hint: " " * len(hint.group()), one_width(block.text))
            _note_head(found, text)
            heading = SECTION.match(text)
            if heading and len(text.strip()) < 60:
                section = _section_of(heading.group(1)) or section
            _read_paragraph(found, section, text, block.place)
        else:
            tables.read(found, block)
    return found


def _note_head(found: Disclosure, text: str) -> None:
    title = re.search(r"([\u4e00-\u9fff]{2,30}?)(20\d\d)年(?:度)?(?:部门|单位)?预算", text)
    if title and not found.department:
        found.department, found.year = title.group(1), int(title.group(2))


def _section_of(heading: str) -> str:
    return next((code for code, words in SECTIONS if any(word in heading for word in words)), "")


def _read_paragraph(found: Disclosure, section: str, text: str, place: Place) -> None:
    classify = CLASSIFIERS.get(section)
    if section == "performance":
        found.promises.extend(_promises(text, place))
    if classify is None or section == "glossary":
        return
    for label, figure in _labelled(text, place):
        key = classify(label, text)
        if key:
            signed = (
                figure
                if not _is_less(label)
                else Figure(-figure.value, figure.unit, figure.printed, figure.place, figure.label)
            )
            found.texts.setdefault(key, []).append(signed)
        else:
            found.unread.append((f"{label}{figure.printed}{figure.unit}", figure.place))


def _labelled(text: str, place: Place) -> Iterator[tuple[str, Figure]]:
    """Yield each amount of money with the words before it, back to a stop, a colon or the amount before."""
    since = 0
    for amount in MONEY.finditer(text):
        before = text[since : amount.start()]
        label = re.split(r"[,。;:]", before)[-1].strip(" 、和及()")
        if not label:  # “安排如下：22.78万元”, “为，0万元”
            label = before.strip(" ,。;:、和及()")
        value = Decimal(amount.group(1).replace(",", ""))
        where = Place(place.line, place.column + amount.start(1), place.page, place.table)
        yield label, Figure(value, amount.group(2), amount.group(1), where, label)
        since = amount.end()


def _is_less(label: str) -> bool:
    return any(word in label for word in LESS)


def _is_change(label: str) -> bool:
    return any(word in label for word in (*LESS, *MORE))


def _part(label: str, parts: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    return next((code for code, words in parts if any(word in label for word in words)), "")


def _totals(label: str, text: str) -> str:
    if _is_change(label):
        part = _part(label, SPENDING_PARTS)
        return f"change.{part}" if part else "change.total"
    if "收支" in label:
        return "both.total"
    if "支出" not in label or "收入" in label:
        part = _part(label, INCOME_PARTS)
        if part and ("收入" in text or "来源" in text):
            return f"income.{part}"
        if "收入" in label:
            return "income.total"
    part = _part(label, SPENDING_PARTS)
    if part:
        return f"spending.{part}"
    return "spending.total" if "支出" in label else ""


def _three(label: str, text: str) -> str:
    part = _part(label, THREE_PARTS)
    if _is_change(label):
        return f"three_change.{part or 'total'}"
    if part:
        return f"three.{part}"
    return "three.total" if "三公" in label or "三公" in text else ""


def _running(label: str, _text: str) -> str:
    if _is_change(label):
        return "running.change"
    return "running.total" if re.search(r"运行|安排|共计|合计|预算", label) else ""


def _procurement(label: str, _text: str) -> str:
    if _is_change(label):
        return "procurement.change"
    return "procurement.total" if "采购" in label else ""


def _assets(label: str, _text: str) -> str:
    if "购置" in label or "新增" in label:
        return "assets.purchase"
    return "assets.total" if "资产" in label else ""


CLASSIFIERS: dict[str, Callable[[str, str], str]] = {
    "totals": _totals, "three_public": _three, "running": _running, "procurement": _procurement, "assets": _assets,
}  # fmt: skip


def _promises(text: str, place: Place) -> Iterator[Promise]:
    """Yield the counted numbers that running text promises, with the words of their sentence up to them."""
    since = 0
    for counted in COUNTED.finditer(text):
        before = text[since : counted.start()]
        words = re.split(r"[,。;:]", before)[-1].strip()
        if not WORDS_OF_A_PROMISE.search(words) and counted.group(2) in {"%", "项"}:
            words = before.strip()
        since = counted.end()
        if not WORDS_OF_A_PROMISE.search(words):
            continue
        where = Place(place.line, place.column + counted.start(1), place.page, place.table)
        value = Decimal(counted.group(1).replace(",", ""))
        yield Promise(words, Figure(value, counted.group(2), counted.group(1), where, words), where)
