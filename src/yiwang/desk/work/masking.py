"""A masked suggestion of what may be published 公开: names, numbers and addresses replaced. A person checks it word by word."""

import re
from collections.abc import Iterable

from yiwang.people.models import Petitioner

MASK = "***"
_PATTERNS = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])"),  # identity number
    re.compile(r"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}(?![0-9])"),  # mobile
    re.compile(r"(?<![0-9])0[0-9]{2,3}[- ]?[0-9]{7,8}(?![0-9])"),  # fixed line
    re.compile(r"(?<![0-9])[0-9]{12,19}(?![0-9])"),  # bank card
    re.compile(r"[\u4e00-\u9fff][A-HJ-NP-Z][·•]?[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])"),  # number plate
    re.compile(
        r"[0-9]{1,4}\s?(?:号楼|栋|幢)(?:[0-9A-Za-z]{1,3}\s?单元)?(?:[0-9]{1,5}\s?(?:室|号|户))?"
    ),  # one's own door
)


def masked_for_all(text: str, people: Iterable[Petitioner]) -> str:
    """Return the text with what names its petitioners, and every number that reaches or names anybody, replaced."""
    for person in people:
        for what in ("name", "guardian"):
            name = person.unseal(what).strip()
            if len(name) > 1:
                text = text.replace(name, f"{name[0]}某" if person.kind == Petitioner.Kind.PERSON else MASK)
        for what in ("address", "phone", "email", "id_number"):
            value = person.unseal(what).strip()
            if len(value) > 3:
                text = text.replace(value, MASK)
    for pattern in _PATTERNS:
        text = pattern.sub(MASK, text)
    return text
