"""What every template of the house keeps to: nothing inline, every text translated, light enough for a telephone."""

import gzip
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

import yiwang

HOUSE = Path(yiwang.__file__).parent
TEMPLATES = sorted(HOUSE.glob("*/templates/**/*.html"))
INLINE = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "inline script": re.compile(r"<script\b(?![^>]*\ssrc=)", re.I),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "javascript address": re.compile(r"javascript:", re.I),
    "another host's file": re.compile(r"<(?:script|link|img)\b[^>]*\s(?:src|href)=[\"']?(?:https?:)?//", re.I),
    "attributes that are not escaped": re.compile(r"\{\{\s*attrs\s*\}\}"),
}
PORTAL_CSS = ("tokens", "page", "components", "pages", "print")
MESSAGE = re.compile(r"(?:gettext|ngettext|_|pgettext)\((?:u?)(['\"])(.*?)(?<!\\)\1", re.S)
TRANSLATE = re.compile(r"""\{%\s*(?:translate|trans)\s+(["'])(.*?)\1""")
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_template_holds_nothing_inline(path):
    text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(), flags=re.S)
    assert [name for name, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        "<script>1</script>",
        "<button onclick='x()'>",
        '<a href="javascript:x">',
        '<script src="https://cdn.example/x.js"></script>',
        "<p {{ attrs }}>",
    ],
)
def test_the_guard_itself_sees_what_it_should(bad):
    assert [name for name, pattern in INLINE.items() if pattern.search(bad)] != []


def test_every_text_of_the_room_has_an_english_translation(room):
    with (room / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    done = {
        (entry.id[0] if isinstance(entry.id, tuple) else entry.id)
        for entry in catalogue
        if entry.id and not entry.fuzzy and (all(entry.string) if isinstance(entry.string, tuple) else entry.string)
    }
    wanted = set()
    for path in (room / "templates").rglob("*.html"):
        text = path.read_text()
        wanted |= {found[1] for found in TRANSLATE.findall(text)}
        wanted |= {found[1] for found in MESSAGE.findall(templatize(text)) if HAN.search(found[1])}
    for path in room.glob("*.py"):
        wanted |= {found[1] for found in re.findall(r"(?:gettext\w*|ngettext|\b_)\((['\"])(.*?)\1", path.read_text())}
    wanted = {text for text in wanted if HAN.search(text)}
    assert len(wanted) > 100
    assert wanted - done == set()


def test_chinese_in_a_component_is_always_marked_for_translation(room):
    shown_as_it_is = {"language_switch.html"}
    bare = {}
    for path in (room / "templates/cotton/ui").glob("*.html"):
        text = re.sub(
            r"\{%\s*blocktranslate.*?endblocktranslate\s*%\}|\{%.*?%\}|<c-vars.*?/>", "", path.read_text(), flags=re.S
        )
        if path.name not in shown_as_it_is and (found := HAN.findall(text)):
            bare[path.name] = "".join(found)
    assert bare == {}


def test_the_portal_s_styles_and_scripts_are_small(room):
    css = sum((room / f"static/ui/css/{name}.css").stat().st_size for name in PORTAL_CSS)
    script = (room / "static/ui/js/ui.js").stat().st_size
    signs = sum((room / f"static/ui/img/{name}.svg").stat().st_size for name in ("icons", "net", "favicon"))
    assert css <= 40_000
    assert css + script + signs <= 60_000
    packed = gzip.compress(b"".join((room / f"static/ui/css/{name}.css").read_bytes() for name in PORTAL_CSS))
    assert len(packed) <= 14_600  # what a server sends in its first round trip, ten packets


def test_the_vendored_htmx_is_the_one_that_its_note_names(room):
    import hashlib

    folder = room / "static/ui/vendor"
    assert hashlib.sha256((folder / "htmx.min.js").read_bytes()).hexdigest() in (folder / "README.md").read_text()
