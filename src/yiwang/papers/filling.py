"""Filling a template in: DOCX and facts in, DOCX out. Of Jinja's language only a small part is understood, and nothing runs.

A template may print fields, ask whether a field is given, and go once through a list that it is given. All else is a
:class:`TemplateFault`, found when the template is read and before anything of it is done. Nothing here needs Django: it
runs in the workshop's own process (workshop.py).
"""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from docx import Document
from docx.shared import Mm
from docx.table import Table
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate, InlineImage
from jinja2 import TemplateSyntaxError, nodes
from jinja2.exceptions import TemplateError
from jinja2.sandbox import SandboxedEnvironment

MOST_LOOPS = 5
LOOP_FACTS = frozenset({"index", "first", "last", "length"})
QR_WIDTH = Mm(20)
LEFT_OPEN = ("{{", "}}", "{%", "%}", "｛｛", "｝｝")
UNPRINTABLE = dict.fromkeys([*range(0x20), 0x7F, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])


class TemplateFault(Exception):
    """A template asks for what it may not have. ``code`` names the sentence (templates.py), ``detail`` what it is about."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass
class _Reader:
    """Walks the parsed template and knows which names may stand where. ``fields`` maps each to whether it is a list."""

    fields: Mapping[str, bool]
    loops: int = 0
    bound: list[str] = field(default_factory=list)

    def statements(self, found: Iterable[nodes.Node]) -> None:
        for node in found:
            self.statement(node)

    def statement(self, node: nodes.Node) -> None:
        match node:
            case nodes.Output():
                for part in node.nodes:
                    if not isinstance(part, nodes.TemplateData):
                        self.printed(part)
            case nodes.If():
                self.condition(node.test)
                self.statements([*node.body, *node.elif_, *node.else_])
            case nodes.For():
                self.loop(node)
            case _:
                raise TemplateFault("statement", type(node).__name__.lower())

    def loop(self, node: nodes.For) -> None:
        if not isinstance(node.iter, nodes.Name) or not isinstance(node.target, nodes.Name):
            raise TemplateFault("loop")
        self.known(node.iter.name)
        if not self.fields.get(node.iter.name) or node.recursive or node.test or self.bound:
            raise TemplateFault("loop", node.iter.name)
        self.loops += 1
        if self.loops > MOST_LOOPS:
            raise TemplateFault("loops")
        self.bound = [node.target.name, "loop"]
        self.statements([*node.body, *node.else_])
        self.bound = []

    def printed(self, node: nodes.Node) -> None:
        match node:
            case nodes.Name() if node.name in self.bound and node.name != "loop":
                return
            case nodes.Name():
                self.known(node.name)
                if self.fields[node.name]:
                    raise TemplateFault("list", node.name)
            case nodes.Getattr() if self.of_loop(node):
                return
            case _:
                raise TemplateFault("expression", type(node).__name__.lower())

    def condition(self, node: nodes.Node) -> None:
        match node:
            case nodes.Name():
                if node.name not in self.bound:
                    self.known(node.name)
            case nodes.Const():
                return
            case nodes.Not():
                self.condition(node.node)
            case nodes.And() | nodes.Or():
                self.condition(node.left)
                self.condition(node.right)
            case nodes.Compare():
                self.condition(node.expr)
                for operand in node.ops:
                    if operand.op not in {"eq", "ne"}:
                        raise TemplateFault("expression", operand.op)
                    self.condition(operand.expr)
            case nodes.Getattr() if self.of_loop(node):
                return
            case _:
                raise TemplateFault("expression", type(node).__name__.lower())

    def of_loop(self, node: nodes.Getattr) -> bool:
        return (
            isinstance(node.node, nodes.Name)
            and node.node.name == "loop"
            and "loop" in self.bound
            and node.attr in LOOP_FACTS
        )

    def known(self, name: str) -> None:
        if name not in self.fields:
            raise TemplateFault("unknown_field", name)


class Strict(SandboxedEnvironment):
    """An environment that compiles only what :class:`_Reader` has passed. docxtpl hands it every part that it fills in."""

    def __init__(self, fields: Mapping[str, bool]) -> None:
        super().__init__(autoescape=True)
        self.globals, self.filters, self.tests = {}, {}, {}
        self.reader = _Reader(fields)

    def from_string(self, source: Any, globals: Any = None, template_class: Any = None) -> Any:
        """Parse, read, and only then compile; raises :class:`TemplateFault`."""
        try:
            tree = self.parse(source)
        except TemplateSyntaxError as wrong:
            raise TemplateFault("syntax", str(wrong.message or "")[:120]) from wrong
        self.reader.statements(tree.body)
        return super().from_string(tree, globals, template_class)


def fill(template: bytes, fields: Mapping[str, bool], facts: Mapping[str, Any], qr: bytes) -> bytes:
    """Return the template filled in with the facts. ``qr`` is a PNG, or empty. Raises :class:`TemplateFault`."""
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.init_docx()
        environment = Strict(fields)
        context = {name: _clean(value) for name, value in facts.items()}
        for name in ("qr", "二维码"):
            context[name] = InlineImage(document, io.BytesIO(qr), width=QR_WIDTH) if qr else ""
        document.render(context, jinja_env=environment, autoescape=True)
        made = io.BytesIO()
        document.save(made)
    except TemplateFault:
        raise
    except TemplateError as wrong:
        raise TemplateFault("syntax", str(wrong.message or "")[:120]) from wrong
    except Exception as wrong:
        # python-docx, docxtpl and lxml raise whatever comes when a file is not what it says.
        raise TemplateFault("unreadable", type(wrong).__name__) from wrong
    return made.getvalue()


def _clean(value: Any) -> Any:
    """Return a fact as it may stand in XML: no control characters, and each line a paragraph of its own (docxtpl's “\\a”)."""
    if isinstance(value, (list, tuple)):
        return [_clean(one) for one in value]
    lines = [line.translate(UNPRINTABLE).strip() for line in str(value).replace("\t", " ").splitlines()]
    return "\a".join(line for line in lines if line)


def lines_of(docx: bytes) -> list[str]:
    """Return what a document says, paragraph by paragraph: its body with the tables, then its headers and footers."""
    document = Document(io.BytesIO(docx))
    found = list(_lines(document.iter_inner_content()))
    for section in document.sections:
        for part in (section.header, section.footer):
            if not part.is_linked_to_previous:
                found += _lines(part.iter_inner_content())
    return found


def _lines(blocks: Iterable[Paragraph | Table]) -> Iterable[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            if block.text.strip():
                yield block.text.strip()
            continue
        for row in block.rows:
            seen = []
            for cell in row.cells:
                if cell._tc not in seen:  # a merged cell is given once for each column
                    seen.append(cell._tc)
                    yield from _lines(cell.iter_inner_content())


def left_open(docx: bytes) -> str:
    """Return a line of a filled-in document that still holds braces: what was not understood as a field; or nothing."""
    return next((line for line in lines_of(docx) if any(sign in line for sign in LEFT_OPEN)), "")
