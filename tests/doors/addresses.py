"""Every address of the house, with something that its pattern answers to."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

NUMBER = "2611-4827-3915-0"


def patterns(resolver: URLResolver | None = None, space: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Yield each pattern with its full name; those without a name (Django's admin has one) are given out too."""
    for part in (resolver or get_resolver()).url_patterns:
        if isinstance(part, URLResolver):
            yield from patterns(part, (*space, part.namespace) if part.namespace else space)
        else:
            yield ":".join([*space, part.name or ""]), part


def every_address() -> dict[str, tuple[str, URLPattern]]:
    """Return an address and the pattern behind it, by full name."""
    found = {}
    for name, pattern in patterns():
        if name.endswith(":") or not pattern.name:
            continue
        values: dict[str, Any] = {
            key: {"IntConverter": 1, "SlugConverter": "note", "PathConverter": "1"}.get(
                type(converter).__name__, NUMBER
            )
            for key, converter in pattern.pattern.converters.items()
        }
        if pattern.pattern.regex.groups and not values:
            continue  # the admin's catch-alls, written as regular expressions
        found[name] = (reverse(name, kwargs=values), pattern)
    return found
