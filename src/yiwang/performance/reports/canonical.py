"""How figures are written down, so that the same figures are the same bytes wherever and whenever they are made."""

import hashlib
import json
from typing import Any


def canonical(figures: Any) -> str:
    """Return figures as canonical JSON: keys sorted, no blanks, UTF-8. Raises TypeError for a float, which no two places write alike."""
    _refuse_floats(figures)
    return json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError(f"a figure is an integer or a string, never a float: {value!r}")
    if isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str):
                raise TypeError(f"a key is a string: {key!r}")
            _refuse_floats(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            _refuse_floats(part)
