"""A masked suggestion of what may be published 公开: names, numbers and addresses replaced, and each replacement told.

The rules are plain, and know no grammar: they propose too much rather than too little. A person checks it word by word, changes
what is wrong, and answers for it; what that person sends is what is published.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from yiwang.people.models import Petitioner

MASK = "***"
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
"""The commonest surnames of one character: with them nine of ten people are named."""
TWO_SIGNS = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|令狐"
TITLES = "先生|女士|小姐|太太|老师|师傅|医生|大夫|护士|律师|经理|主任|同志|阿姨|大妈|大爷|大叔|大姐|大哥|奶奶|爷爷"
HAN = "\u4e00-\u9fff"
NUMERAL = "[0-9一二三四五六七八九十百〇零两]"
WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""Full-width signs, as the narrow ones that the rules speak of."""

NAMES = (
    # 王建国先生, 欧阳明月女士; of 王先生 the given name is hidden already, and 王某某先生 is masked.
    re.compile(rf"(?P<kept>{TWO_SIGNS}|[{SURNAMES}])(?!某)(?P<hidden>[{HAN}]{{1,2}})(?={TITLES})"),
    # 我叫王建国, 姓名：王建国, 联系人王建国
    re.compile(
        rf"(?:我叫|名叫|我是|本人是|姓名[:：是]?|联系人[:：是]?|户主[:：是]?)\s?(?P<kept>{TWO_SIGNS}|[{SURNAMES}])(?!某)"
        rf"(?P<hidden>[{HAN}]{{1,2}})(?=[^{HAN}]|$)"
    ),
)
"""Names: the surname stays, and 某 stands for the rest."""
NUMBERS = (
    re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])"),  # identity number
    re.compile(r"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}(?![0-9])"),  # mobile
    re.compile(r"(?<![0-9])0[0-9]{2,3}[- ]?[0-9]{7,8}(?![0-9])"),  # fixed line
    re.compile(r"(?<![0-9])[0-9]{12,19}(?![0-9])"),  # bank card
    re.compile(r"(?<![A-Za-z0-9])[EGPS][A-Z]?[0-9]{7,8}(?![A-Za-z0-9])"),  # passport
    re.compile(rf"[{HAN}][A-HJ-NP-Z][·•]?[A-HJ-NP-Z0-9]{{5,6}}(?![A-Za-z0-9])"),  # number plate
    re.compile(r"(?:微信|微信号|QQ|qq|电话|手机|座机)号?码?[:： ]{0,2}(?P<hidden>[A-Za-z0-9][A-Za-z0-9_-]{4,19})"),
)
DOORS = (
    re.compile(
        rf"{NUMERAL}{{1,4}}\s?(?:号楼|栋|幢)(?:[0-9A-Za-z一二三四五六七八九十]{{1,3}}\s?单元)?(?:{NUMERAL}{{1,5}}\s?(?:室|号|户))?"
    ),
    re.compile(rf"{NUMERAL}{{1,3}}\s?单元\s?{NUMERAL}{{1,5}}\s?(?:室|号|户)?"),
    re.compile(rf"(?<=[路街巷弄里村庄屯组院])\s?{NUMERAL}{{1,5}}\s?号(?:院|门)?(?:\s?{NUMERAL}{{1,5}}\s?(?:室|户))?"),
    re.compile(r"(?<![0-9-])[0-9]{1,3}-[0-9]{1,2}-[0-9]{2,4}(?![0-9-])"),  # 3-2-501
    re.compile(r"(?<![0-9])[0-9]{3,4}\s?室"),
)
"""One's own door. A street or a stop stays: the matter would not be understood without it."""


@dataclass(frozen=True)
class Proposal:
    """One replacement that is proposed: from which sign to which, what stands there, and what would stand instead."""

    start: int
    end: int
    original: str
    mask: str


def proposals(text: str, people: Iterable[Petitioner]) -> list[Proposal]:
    """Return what is proposed, in the order of the text; where two overlap, the one that begins first, and the longer."""
    narrow = text.translate(WIDE)
    found = [*_of_people(text, people), *_by_rules(text, narrow)]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Proposal] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def masked_for_all(text: str, people: Iterable[Petitioner]) -> str:
    """Return the text with all proposals carried out."""
    parts, at = [], 0
    for one in proposals(text, people):
        parts += [text[at : one.start], one.mask]
        at = one.end
    return "".join([*parts, text[at:]])


def _of_people(text: str, people: Iterable[Petitioner]) -> Iterator[Proposal]:
    """Yield what names the petitioners themselves, exactly as they gave it."""
    for person in people:
        for what in ("name", "guardian"):
            name = person.unseal(what).strip()
            if len(name) > 1:
                yield from _everywhere(text, name, f"{name[0]}某" if person.kind == Petitioner.Kind.PERSON else MASK)
        for what in ("address", "phone", "email", "id_number"):
            value = person.unseal(what).strip()
            if len(value) > 3:
                yield from _everywhere(text, value, MASK)


def _everywhere(text: str, word: str, mask: str) -> Iterator[Proposal]:
    at = text.find(word)
    while at >= 0:
        yield Proposal(at, at + len(word), word, mask)
        at = text.find(word, at + len(word))


def _by_rules(text: str, narrow: str) -> Iterator[Proposal]:
    for pattern in NAMES:
        for match in pattern.finditer(narrow):
            start, end = match.start("kept"), match.end("hidden")
            yield Proposal(start, end, text[start:end], f"{match['kept']}某")
    for pattern in (*NUMBERS, *DOORS):
        for match in pattern.finditer(narrow):
            group = "hidden" if "hidden" in pattern.groupindex else 0
            yield Proposal(match.start(group), match.end(group), text[match.start(group) : match.end(group)], MASK)
