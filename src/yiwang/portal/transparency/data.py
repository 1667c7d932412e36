"""The log for programs: heads, proofs and keys as JSON. Nothing here tells of a petition; every answer may be kept and passed on."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from yiwang.transparency import statements, tree
from yiwang.transparency.checking import LARGEST_SIZE
from yiwang.transparency.models import Head
from yiwang.ui.waiting import limited

HEADS_TOGETHER = 100


@require_safe
@limited("verify")
def heads(request: HttpRequest) -> JsonResponse:
    """Heads, the latest first; ``before`` a size goes further back."""
    before = _number(request, "before", LARGEST_SIZE)
    if before is None:
        return _wrong("before is a whole number")
    found = list(Head.objects.filter(size__lt=before).order_by("-size")[:HEADS_TOGETHER])
    older = found[-1].size if len(found) == HEADS_TOGETHER else None
    return _answer({"heads": [statements.as_published(head) for head in found], "before": older})


@require_safe
def head(request: HttpRequest, size: int | None = None) -> JsonResponse:
    """The head of a size, or the latest."""
    found = tree.last_head() if size is None else Head.objects.filter(size=_bounded(size)).first()
    return _answer(statements.as_published(found)) if found else _missing("there is no such head")


@require_safe
@limited("verify")
def consistency(request: HttpRequest) -> JsonResponse:
    """Two heads, ``old`` and ``new`` (the latest), and the path which proves that the second log goes on from the first (RFC 9162, 2.1.4)."""
    old, new = _number(request, "old", -1), _number(request, "new", -1)
    if old is None or new is None or old < 0:
        return _wrong("old is the size of a head, and new, which may be left out, that of a later one")
    later = Head.objects.filter(size=new).first() if new >= 0 else tree.last_head()
    earlier = Head.objects.filter(size=old).first()
    if earlier is None or later is None:
        return _missing("there is no such head")
    try:
        path = tree.consistency(earlier.size, later.size)
    except tree.NotThere:
        return _missing("the log does not go on from the first to the second")
    return _answer(
        {
            "format": "yiwang-consistency-1",
            "old": statements.as_published(earlier),
            "new": statements.as_published(later),
            "path": [node.hex() for node in path],
            "keys": _keys_of(earlier, later),
        }
    )


@require_safe
@limited("verify")
def inclusion(request: HttpRequest) -> JsonResponse:
    """Where the leaf with a ``hash`` (64 hexadecimal digits) is in the tree of ``size`` (the latest), with its path (RFC 9162, 2.1.3)."""
    try:
        leaf = bytes.fromhex(request.GET.get("hash", ""))
    except ValueError:
        leaf = b""
    size = _number(request, "size", -1)
    if len(leaf) != 32 or size is None:
        return _wrong("hash is a leaf's hash in 64 hexadecimal digits, and size, which may be left out, that of a head")
    under = Head.objects.filter(size=size).first() if size >= 0 else tree.last_head()
    index = tree.index_of(leaf)
    if under is None or index is None:
        return _missing("the log holds no such leaf, or there is no such head")
    try:
        found = tree.inclusion(index, under.size)
    except tree.NotThere:
        return _missing("the leaf is not in the tree of that size")
    return _answer(
        {
            "index": found.index,
            "size": found.size,
            "path": [node.hex() for node in found.path],
            "head": statements.as_published(under),
        }
    )


@require_safe
def keys(request: HttpRequest) -> JsonResponse:
    """The public keys that sign, or once signed."""
    return _answer({"keys": statements.public_keys()})


def _keys_of(*signed: Head) -> dict[str, dict[str, str]]:
    known = statements.public_keys()
    return {name: known[name] for name in sorted({head.key for head in signed}) if name in known}


def _number(request: HttpRequest, name: str, without: int) -> int | None:
    """Return a parameter as a number, ``without`` when it is not given, None when it is none."""
    given = request.GET.get(name)
    if given is None:
        return without
    return _bounded(int(given)) if given.isascii() and given.isdecimal() and len(given) < 20 else None


def _bounded(size: int) -> int:
    """Return a size that a database can be asked for."""
    return min(size, LARGEST_SIZE)


def _answer(content: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})


def _wrong(message: str) -> JsonResponse:
    return _answer({"error": message}, 400)


def _missing(message: str) -> JsonResponse:
    return _answer({"error": message}, 404)
