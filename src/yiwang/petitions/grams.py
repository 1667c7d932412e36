"""How text is cut for the search index: folded, then pairs of neighbouring characters (ADR 0003).

Chinese has no spaces and its words are mostly two characters long, so that pairs find every fragment of two characters
or more, which neither word segmentation nor trigrams do. Latin letters and digits are too few for pairs to tell texts
apart: there, three in a row are kept as well, and asked for instead.
"""

import re
import unicodedata
from operator import add

LONGEST_BODY = 100_000
"""Characters of a text that are searched; far more than any petition with its answer has. PostgreSQL's ``tsvector``
holds 1 MiB, and this many pairs of three-byte characters fit into it."""

_LATIN_RUN = re.compile(r"[a-z0-9]{3,}")
# Neither engine's parser may see punctuation, which it would take for its own: it goes to the private-use area. A text
# that holds such characters itself is found by mistake, and sorted out when the text is checked again.
_SAFE = {chr(code): chr(0xE000 + code) for code in range(0x80) if not (chr(code).isalnum() or chr(code).isspace())}
# The signs that nearly every Chinese text has: without them NFKC sees at a glance that it has nothing to do.
_WIDE = {sign: unicodedata.normalize("NFKC", sign) for sign in "，！？（）：；"}


def fold(text: str) -> str:
    """Return the text as it is compared: width and compatibility forms unified (NFKC), case folded.

    Both sides of every comparison go through here. NUL and lone surrogates, which no database takes, are replaced.
    """
    folded = unicodedata.normalize("NFKC", _replaced(text, _WIDE)).casefold().replace("\0", " ")
    return folded.encode("utf-8", "replace").decode()


def body(*parts: str) -> str:
    """Return what is stored and searched of a document: each part folded on a line of its own, the subject first."""
    return "\n".join(" ".join(fold(part).split()) for part in parts if part)[:LONGEST_BODY]


def grams(folded: str) -> str:
    """Return all grams of a folded text, once each, separated by spaces."""
    safe = _replaced(folded, _SAFE)
    found: set[str] = set()
    for run in safe.split():
        found.update(map(add, run, run[1:]))
    for run in _LATIN_RUN.findall(safe):
        found.update(map(add, map(add, run, run[1:]), run[2:]))
    return " ".join(found)


def wanted(word: str) -> list[str]:
    """Return the grams that a text must have to contain the folded ``word`` of two characters or more."""
    latin = [match.span() for match in _LATIN_RUN.finditer(word)]
    found = [word[i : i + 3] for start, end in latin for i in range(start, end - 2)]
    found += [
        word[i : i + 2] for i in range(len(word) - 1) if not any(start <= i and i + 2 <= end for start, end in latin)
    ]
    return [_replaced(gram, _SAFE) for gram in dict.fromkeys(found)]


def _replaced(text: str, signs: dict[str, str]) -> str:
    """Return what ``str.translate`` would, in a quarter of its time: it looks up every character, this only finds signs."""
    for sign, other in signs.items():
        text = text.replace(sign, other)
    return text
