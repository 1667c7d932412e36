"""Reading an answer: which of its clauses are formulas, what is left of it, and whether that says anything about the matter.

No model and no score: what is found can be shown in the text, place by place, and argued about. The reader sees the answer
and the words that the petitioner brought, and nothing of who brought them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from yiwang.supervision.phrases.rules import Rules, the_rules

MOST_PLACES = 60
"""Places that are kept of one answer: enough to see why; an answer of 100 pages is not copied into a finding."""
REASONS = ("passed_on", "promise", "elsewhere", "not_ours", "asks_more", "answered_before", "repeats")
"""The reasons that formulas give, in the order in which they are told."""

_WIDE = {0x3000: " ", **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}, 0x00A0: " ", 0: " ", 0x2022: "·"}
_CLAUSE = re.compile(r"[^。!?;,:\n\r]+")
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_PAIR = re.compile(r"(?=([\u3400-\u4dbf\u4e00-\u9fff]{2}))")
_OTHER_LETTER = re.compile(r"[^\W\d_\u3400-\u4dbf\u4e00-\u9fff]")
_LINK = re.compile(r"(?:https?://|www\.)[!-~]+")
_NAME = re.compile(r"[“”\"'‘’]+[A-Za-z0-9 ]*[“”\"'‘’]+|\b[A-Z]{1,2}\d{5,}\b")
_DATE = r"(?:\d{2,4}\s*[年./-]\s*)?\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?"
_DATES_AT_THE_ENDS = re.compile(rf"^\s*{_DATE}\s*|\s*{_DATE}\s*$")
_SIGNATURE = re.compile(
    r"(?:^|(?<=[\s。!?;,:]))[A-Z]?\d{0,3}[\u4e00-\u9fffA-Z0-9]{2,20}"
    r"(?:局|委|办|厅|办公室|中心|政府|管委会|大队|支队|公司|部|院|校|处|所|站|社区|委员会|街道办事处|办事处)"
    r"\s*(?:\d{2,4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?)?\s*$"
)
_ANCHOR = re.compile(
    r"\d+\s*(?:个)?(?:工作日|小时|天|日内|日前|周|月底|月份|月|年|米|公里|平方|亩|元|万|户|盏|台|处|人|家|条|根|个|%)"
    r"|[一二两三四五六七八九十]+(?:个)?(?:工作日|小时|天内|日内|周内|个月|年内)|(?:本|下|这)(?:周|月|季度)|月底|年底|年内|明年|明天|《"
)


@dataclass(frozen=True)
class Place:
    """A part of an answer, by characters from ``start`` to before ``end``, and the code of the formula that it is."""

    start: int
    end: int
    code: str


@dataclass(frozen=True)
class Reading:
    """What was read in one answer. ``substance`` and ``length`` count Chinese characters; ``said`` is the substance itself.

    ``reasons`` are the codes for which it is an empty phrase, none when it is not; their words are in `rules.toml`.
    """

    reasons: tuple[str, ...]
    places: tuple[Place, ...]
    substance: int
    length: int
    said: str

    @property
    def empty(self) -> bool:
        """Whether it says nothing about the matter."""
        return bool(self.reasons)


def read(answer: str, *matter: str, rules: Rules | None = None, whole: bool = False) -> Reading:
    """Read an answer to what somebody wrote (``matter``: subject and text). It needs no database.

    Reading stops where it is clear that the answer says something, unless the ``whole`` of it is asked for: ``said`` and
    ``substance`` are then all of it. An answer that is mostly in another script than Chinese is not judged: the rules know
    Chinese alone.
    """
    rules = rules or the_rules()
    limits = rules.thresholds
    plain = answer[: limits["longest"]].translate(_WIDE)
    asked = "\n".join(matter)[: limits["longest"]].translate(_WIDE)
    length = len(_CHINESE.findall(plain))
    others = len(_OTHER_LETTER.findall(_LINK.sub("", plain)))
    if others > max(length, 20):
        return Reading((), (), length, length, plain)
    places: list[Place] = []
    codes: set[str] = set()
    said: list[str] = []
    decisive = False
    substance = 0
    enough = max(limits["most_substance"], limits["most_to_compare"], length * limits["long_share"] // 100)
    for start, end, hit, left, done in _clauses(plain, asked, rules):
        codes.update(hit)
        decisive = decisive or done
        if left:
            said.append(left)
            substance += len(_CHINESE.findall(left))
        else:
            places += [Place(start, end, code) for code in hit]
        if not whole and (decisive or substance > enough):
            break
    text = "\n".join(said)
    told_whose = {"not_ours", "elsewhere"} <= codes  # not ours, but theirs: a reason and a way on
    reasons = () if decisive or told_whose else _reasons(asked, text, codes, substance, length, rules)
    return Reading(reasons, tuple(_joined(places)[:MOST_PLACES]), substance, length, text)


@dataclass(frozen=True)
class Piece:
    """A run of an answer's text, with the code of the formula that it is; "" where it says something."""

    text: str
    code: str


def pieces(answer: str, reading: Reading) -> list[Piece]:
    """Return an answer cut at its places, so that they can be shown in it; put together again, it is the whole."""
    found, position = [], 0
    for place in reading.places:
        if place.start < position:
            continue  # one clause of two formulas is marked once
        if place.start > position:
            found.append(Piece(answer[position : place.start], ""))
        found.append(Piece(answer[place.start : place.end], place.code))
        position = place.end
    if position < len(answer):
        found.append(Piece(answer[position:], ""))
    return found


def clauses(text: str) -> list[str]:
    """Return the clauses of a text, as answers are cut into them."""
    return [part for match in _CLAUSE.finditer(text.translate(_WIDE)) if (part := match[0].strip())]


def _clauses(plain: str, asked: str, rules: Rules) -> Iterator[tuple[int, int, tuple[str, ...], str, bool]]:
    """Yield of each clause: start, end, the codes of its formulas, what remains of it, and whether it settles something."""
    where_asked = bool(rules.asks_where.search(asked))
    linked = bool(_LINK.search(plain))
    signed = _SIGNATURE.search(plain, max(0, len(plain) - 60))
    body = signed.start() if signed else len(plain)
    for match in _CLAUSE.finditer(_LINK.sub(lambda link: " " * len(link[0]), plain)):
        start, end = match.span()
        if start >= body:
            yield start, end, ("frame",), "", False
            continue
        text = match[0][: body - start]
        stripped = text.strip()
        if not _CHINESE.search(stripped):
            continue
        start += len(text) - len(text.lstrip())
        end = start + len(stripped)
        if plain[end : end + 1] == "?" and len(stripped) >= 6 and stripped in asked:
            yield start, end, ("repeats",), "", False
            continue
        if rules.done.search(stripped):
            yield start, end, (), stripped, True
            continue
        codes, left = _formulas(stripped, rules)
        settles = bool(left and rules.decisive.search(left))
        if (
            ("elsewhere" in codes and where_asked)  # whoever asks where to turn is answered by being told
            or ("answered_before" in codes and linked)  # the answer is behind the link
            or ("promise" in codes and _ANCHOR.search(stripped))  # a day, a number: it can be held against them
        ):
            codes, left, settles = (), stripped, True
        yield start, end, codes, left, settles


def _formulas(clause: str, rules: Rules) -> tuple[tuple[str, ...], str]:
    """Return the codes of the formulas in a clause, and what it says beside them: nothing, where only connectives remain."""
    if len(clause) > rules.thresholds["longest_clause"]:
        return (), clause
    codes: list[str] = []
    left = _DATES_AT_THE_ENDS.sub("", _NAME.sub("", clause)).strip()
    for code, pattern in rules.formulas.items():
        if not _CHINESE.search(left):
            break
        shorter = pattern.sub("", left).strip()
        if shorter != left:
            codes.append(code)
            left = shorter
    few = len(_CHINESE.findall(left)) <= rules.thresholds["leftover"]
    if few and (codes or left != clause.strip()) and not rules.decisive.search(left):
        return tuple(codes or ["frame"]), ""
    return tuple(codes), left


def _reasons(asked: str, said: str, codes: set[str], substance: int, length: int, rules: Rules) -> tuple[str, ...]:
    limits = rules.thresholds
    found: list[str] = []
    if substance <= limits["most_substance"]:
        found = [code for code in REASONS if code in codes]
        if not found:
            found = ["formulas" if length else "blank"]
    elif length >= limits["long"] and substance * 100 <= length * limits["long_share"]:
        found = ["long"]
    elif limits["enough_to_compare"] <= substance <= limits["most_to_compare"] and not (
        rules.concrete.search(said) or _ANCHOR.search(said) or _shares_a_word(said, asked, rules)
    ):
        found = ["no_shared_word"]
    return tuple(found)


def _shares_a_word(said: str, asked: str, rules: Rules) -> bool:
    """Tell whether both have a pair of Chinese characters in common that is not in every letter; a short matter shares with all."""
    theirs = set(_PAIR.findall(asked)) - rules.common
    return len(theirs) < 10 or not theirs.isdisjoint(set(_PAIR.findall(said)) - rules.common)


def _joined(places: list[Place]) -> list[Place]:
    """Return the places with neighbours of the same code joined, where only signs lie between them."""
    joined: list[Place] = []
    for place in places:
        if joined and joined[-1].code == place.code and place.start - joined[-1].end <= 2:
            joined[-1] = Place(joined[-1].start, place.end, place.code)
        else:
            joined.append(place)
    return joined
