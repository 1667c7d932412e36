"""What a check of the office found, for `yiwang doctor` and the health page."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Finding:
    """What one check found; ``mend`` says what to do, and is empty when all is well."""

    check: str
    well: bool
    found: str
    mend: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def seconds_since(instant: str) -> float:
    """Return the seconds since an instant in ISO form."""
    return (datetime.now(UTC) - datetime.fromisoformat(instant)).total_seconds()
