"""Every pair of colours that is put together can be read: 4.5:1, in elder mode 7:1 (ui.md, WCAG 2.2 1.4.3 and 1.4.6)."""

import re

import pytest

THEMES = ("light", "dark", "elder light", "elder dark")
PAIRS = [
    *[(text, ground) for text in ("ink", "ink-2", "action", "action-strong", "late", "soon", "done")
      for ground in ("paper", "sheet")],
    *[(text, "sunk") for text in ("ink", "ink-2", "action", "action-strong")],
    *[(text, "action-wash") for text in ("ink", "action", "action-strong")],
    *[(text, f"{text}-wash") for text in ("late", "soon", "done")],
    *[("ink", f"{ground}-wash") for ground in ("late", "soon", "done")],
    ("action-ink", "action"),
    ("action-ink", "action-strong"),
]  # fmt: skip


def _blocks(css: str, selector: str) -> list[dict[str, str]]:
    """The custom properties with a colour in each block of exactly this selector."""
    found = re.findall(rf"(?m)^\s*{re.escape(selector)} \{{(.*?)\}}", css, re.S)
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in found]


@pytest.fixture
def themes(room):
    css = (room / "static/ui/css/tokens.css").read_text()
    light = _blocks(css, ":root")[0]
    (dark,) = _blocks(css, ':root[data-theme="dark"]')
    (elder,) = _blocks(css, ':root[data-mode="elder"]')
    (elder_dark,) = _blocks(css, ':root[data-mode="elder"][data-theme="dark"]')
    return {
        "light": light,
        "dark": light | dark,
        "elder light": light | elder,
        "elder dark": light | dark | elder | elder_dark,
    }


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, from 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_twenty_one_to_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
def test_words_can_be_read_on_every_ground(themes, theme):
    least = 7 if theme.startswith("elder") else 4.5
    colours = themes[theme]
    bad = {
        f"{text} on {ground}": round(ratio, 2)
        for text, ground in PAIRS
        if (ratio := contrast(colours[text], colours[ground])) < least
    }
    assert bad == {}


@pytest.mark.parametrize("theme", THEMES)
def test_the_edges_of_inputs_and_the_seal_can_be_seen(themes, theme):
    colours = themes[theme]
    for sign in ("edge", "seal"):
        for ground in ("paper", "sheet"):
            assert contrast(colours[sign], colours[ground]) >= 3


def test_the_device_s_dark_and_the_reader_s_dark_are_the_same(room):
    css = (room / "static/ui/css/tokens.css").read_text()
    assert _blocks(css, ':root:not([data-theme="light"])') == _blocks(css, ':root[data-theme="dark"]')
    assert _blocks(css, ':root[data-mode="elder"]:not([data-theme="light"])') == _blocks(
        css, ':root[data-mode="elder"][data-theme="dark"]'
    )
