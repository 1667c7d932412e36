"""No template lies about unused: each is named by another one or by a module."""

import re
from pathlib import Path

import yiwang

HOUSE = Path(yiwang.__file__).parent
ERROR_PAGES = r"\d{3}(_csrf)?\.html"
"""Django's own handlers find these by their names."""
CHOSEN = re.compile(r"""f"([\w/]+)\{\w+\}\.html\"""")
"""A module's template of which the page chooses the last part."""


def test_every_template_is_named_somewhere():
    sources = {path: path.read_text() for path in [*HOUSE.glob("*/templates/**/*.html"), *HOUSE.rglob("*.py")]}
    chosen = "|".join({f"{start}\\w+\\.html" for text in sources.values() for start in CHOSEN.findall(text)})
    orphans = []
    templates = [path for path in sources if path.suffix == ".html"]
    for path in templates:
        name = str(path).rpartition("/templates/")[2]
        others = "\n".join(text for source, text in sources.items() if source != path)
        if name.startswith("cotton/"):
            tag = name.removeprefix("cotton/").removesuffix(".html").replace("/", ".").replace("_", "-")
            named = re.search(rf"<c-{re.escape(tag)}[\s/>]", others)
        else:
            named = re.fullmatch(f"{ERROR_PAGES}|{chosen}", name) or re.search(
                rf"""["']{re.escape(name)}["']""", others
            )
        if not named:
            orphans.append(name)
    assert len(templates) > 100
    assert orphans == []
