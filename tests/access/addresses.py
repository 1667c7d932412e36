"""Every address of the house, found from the URL patterns, with its arguments filled in from the rows that a test has made."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from django.urls import URLPattern, URLResolver, get_resolver


def says_503(address: str) -> bool:
    """Tell whether a page answers 503 as its own word: the health page, while no worker runs."""
    return address.startswith("/health/")


@dataclass(frozen=True)
class Address:
    """One URL pattern with the whole route to it."""

    route: str
    pattern: URLPattern

    @property
    def name(self) -> str:
        return str(self.pattern.name)

    @property
    def arguments(self) -> list[str]:
        return list(self.pattern.pattern.converters)

    @property
    def rule(self) -> object:
        """The access rule that the view bears; None without one."""
        return getattr(self.pattern.callback, "access", None)


@dataclass
class Values:
    """What to put in place of each argument; ``here`` holds those of one address by its name, before ``everywhere``."""

    everywhere: dict[str, list[str]]
    here: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def of(self, address: Address, argument: str) -> list[str]:
        """Return the values; of an argument that no test speaks of, one that fits."""
        known = self.here.get(address.name, {}).get(argument) or self.everywhere.get(argument)
        return known or ["1" if type(address.pattern.pattern.converters[argument]).__name__ == "IntConverter" else "x"]


def all_addresses() -> list[Address]:
    """Return every URL pattern of the house, Django's admin included."""
    return list(_walk(get_resolver().url_patterns, "/"))


def filled(address: Address, values: Values) -> Iterator[str]:
    """Yield the paths that an address has with each combination of its arguments' values."""
    arguments = address.arguments
    for chosen in product(*(values.of(address, argument) for argument in arguments)):
        path = address.route
        for argument, value in zip(arguments, chosen, strict=True):
            before, _start, rest = path.partition("<")
            kind, _end, after = rest.partition(">")
            assert kind.rpartition(":")[2] == argument, (address.route, argument)
            path = f"{before}{value}{after}"
        yield path


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Address]:
    for part in patterns:
        route = f"{before}{part.pattern}"
        if isinstance(part, URLResolver):
            yield from _walk(part.url_patterns, route)
        else:
            yield Address(route, part)
