"""The access rule of a view that is not the desk's: a guard-rail test fails for an address that has none (docs/access.md)."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpResponse

PUBLIC = "public"
"""Anybody may open it; what it shows is nobody's in particular."""
PETITIONER = "petitioner"
"""Only the browser that filed the petition, or that gave its number and code, may open it."""

View = TypeVar("View", bound=Callable[..., HttpResponse])


def public(view: View) -> View:
    """Say of a view that anybody may open it."""
    return _ruled(view, PUBLIC)


def for_the_petitioner(view: View) -> View:
    """Say of a view that it asks for the petitioner's own grant itself; the crawl of the tests tries it without."""
    return _ruled(view, PETITIONER)


def _ruled(view: View, rule: str) -> View:
    view_with_rule: Any = view
    view_with_rule.access = rule
    return view
