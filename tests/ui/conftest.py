"""What the interface's tests share: templates from strings, and where the room lies."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

import yiwang.ui

ROOM = Path(yiwang.ui.__file__).parent


@pytest.fixture
def room() -> Path:
    """The folder of the room yiwang.ui."""
    return ROOM


@pytest.fixture
def draw(rf: RequestFactory) -> Callable[..., str]:
    """Render a template given as text, as a page would, with white space between lines folded."""

    def render(text: str, query: str = "", **context: Any) -> str:
        # Only the loader compiles <c-…> tags, so text that was never in a file is compiled here.
        template = engines["django"].from_string(CottonCompiler().process("{% load i18n ui %}" + text))
        return " ".join(template.render(context, rf.get("/page" + (f"?{query}" if query else ""))).split())

    return render
