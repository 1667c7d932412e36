"""`yiwang doctor --security`: each promise with what was found here, or with the tests that prove it."""

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from yiwang.cli.checks import check_database
from yiwang.cli.config import ConfigError, read_config
from yiwang.cli.security.checks import CHECKS, IN_DATABASE, Outcome
from yiwang.cli.security.promises import Promise, every_promise


@dataclass(frozen=True)
class Line:
    """One promise and how it stands here: ``well`` is None where the program keeps it by itself, and tests prove it."""

    id: str
    promise: str
    sources: str
    well: bool | None
    found: str
    mend: str
    tests: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def examine() -> Iterator[Line]:
    """Yield a line for each promise, in the order of docs/security.md."""
    try:
        config = read_config(os.environ)
    except ConfigError as error:
        yield Line("settings", "The settings can be read.", "own", False, str(error), "Mend this setting.", ())
        return
    database = check_database()
    for promise in every_promise():
        if not promise.check:
            yield _line(promise, None)
        elif promise.check in IN_DATABASE and not database.well:
            yield _line(promise, Outcome(database.found, database.mend))
        else:
            yield _line(promise, CHECKS[promise.check](config))


def _line(promise: Promise, outcome: Outcome | None) -> Line:
    well = outcome.well if outcome else None
    found, mend = (outcome.found, outcome.mend) if outcome else ("", "")
    return Line(promise.id, promise.text, promise.sources, well, found, mend, promise.tests)
