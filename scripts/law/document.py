"""docs/law.md: the Regulations article by article, with the rows that carry each and the tests that prove them."""

from collections import defaultdict
from types import SimpleNamespace

from scripts.law.chapter3 import CHAPTER_3
from scripts.law.chapter4 import CHAPTER_4
from scripts.law.chapter5 import CHAPTER_5
from scripts.law.demand import Demand
from scripts.law.proofs import ROOT, Proof, proofs, told
from scripts.write_diagrams import COUNTED_FROM, OWED_BY, UNITS, both

from yiwang.ui.words import numeral

DOCUMENT = ROOT / "docs" / "law.md"
CHAPTERS = {
    "第三章 信访事项的提出和受理 Bringing and receiving petitions": CHAPTER_3,
    "第四章 信访事项的办理 Handling petitions": CHAPTER_4,
    "第五章 监督和追责 Supervision and liability": CHAPTER_5,
}
DEMANDS = (*CHAPTER_3, *CHAPTER_4, *CHAPTER_5)

BEGINNING = """# 《信访工作条例》逐条对照 The Regulations, article by article

本页由程序自己的规则表生成，供不写程序的人逐行核对。每一款先说它要求什么（用我们自己的话，不是原文），再说由哪几行规则承担，
再说由哪些测试证明；没有规则的，说明为什么没有。

This page is made from the program's own tables, for somebody to check line by line who does not program. Each paragraph says what it
demands (in our words, not the law's), then which rows carry it, then which tests prove it; where no row does, it says why.

- **承担 carried by**: 动作 an action (from which state, to which; who may take it is in [architecture.md](architecture.md)),
  时限 a limit, 例外 an exception, 拒绝 a refusal, 页面 a module.
- **证明 proven by**: 每项测试用一句话说明“在什么情况下，做什么，结果如何”。Each test says in one sentence what is given, what is
  done, what follows.
- 23.2 是第二十三条第二款；31(5) 是第三十一条第（五）项。23.2 is article 23 paragraph 2; 31(5) is article 31 item (5).

由 `scripts/write-law` 生成；过时或有义务的条款缺规则、缺测试时，测试不通过。Made by `scripts/write-law`; a test fails while it is
behind, or when a paragraph that imposes a duty has neither rows with tests nor a stated reason.
"""


def written() -> str:
    """Return the whole document."""
    found = proofs()
    parts = [
        BEGINNING,
        "## 时限 Limits\n",
        limits(),
        exemptions(),
        "## 不由平台承担的条款 What the platform does not carry\n",
        reasons(),
    ]
    for title, chapter in CHAPTERS.items():
        parts.append(f"## {title}\n")
        by_article: dict[int, list[Demand]] = defaultdict(list)
        for demand in chapter:
            by_article[demand.article].append(demand)
        for article, demands in by_article.items():
            parts.append(f"### 第{numeral(article)}条 Article {article}\n")
            parts += [section(demand, found.get(demand.ref, [])) for demand in demands]
    return "\n".join(parts).rstrip() + "\n"


def limits() -> str:
    """Return the table of limits, a line each."""
    from yiwang.petitions.deadlines import GROUNDS, RULES, VERSION

    heading = (
        "时限 limit", "多长 length", "从何日的次日起算 counted from the day after", "谁受约束 binds", "性质 nature",
        "可延长 extended by at most", "何时停止计算 stands still for", "遇休息日顺延 rolls over", "依据 source",
    )  # fmt: skip
    rows = [
        (
            f"{both(rule.label)} `{rule.code}`", f"{rule.number} {UNITS[rule.unit]}", COUNTED_FROM[rule.counted_from],
            OWED_BY[rule.owes], "权利，过期失效 right, lapses" if rule.lapses else "义务 duty",
            f"{rule.longest_extension} {UNITS[rule.unit]}" if rule.longest_extension else "—",
            "、".join(both(GROUNDS[ground]) for ground in rule.suspended_by) or "—", "是 yes" if rule.rollover else "否 no",
            f"第{numeral(int(rule.article))}条 art. {rule.article}" if rule.article else both(rule.source),
        )
        for rule in RULES.values()
    ]  # fmt: skip
    words = (
        f"\n规则版本 rule set `{VERSION}`。交办另由交办单位定反馈日期（`report`，第二十二条）。是否顺延可由本单位设置；"
        "An assignment names the day of its report itself (`report`, art. 22). Whether an end on a rest day rolls over is a setting.\n"
    )
    return _table(heading, rows) + words


def exemptions() -> str:
    """Return the table of exceptions: where a limit is not started."""
    from yiwang.petitions.deadlines import RULES
    from yiwang.petitions.exemptions import EXEMPTIONS

    heading = ("例外：不起算的时限 exception: the limit that does not start", "何时 when", "依据 source")
    rows = [
        (both(RULES[row.rule].label), both(row.label), f"第{numeral(int(row.article))}条 art. {row.article}")
        for row in EXEMPTIONS
    ]
    return _table(heading, rows) + "\n"


def reasons() -> str:
    """Return the table of paragraphs without a row, each with its reason."""
    rows = [
        (demand.ref, f"{demand.zh} {demand.en}", f"{demand.reason[0]}。{demand.reason[1]}.")
        for demand in DEMANDS
        if demand.reason[0]
    ]
    return _table(("条款 article", "内容 what it says", "理由 reason"), rows) + "\n"


def section(demand: Demand, found: list[Proof]) -> str:
    """Return what stands under one paragraph."""
    lines = [f"**{demand.ref}** {demand.zh}。{demand.en}.", ""]
    if demand.reason[0]:
        return "\n".join([*lines, f"不由平台承担 not carried: {demand.reason[0]}。{demand.reason[1]}.", ""])
    lines += ["承担 carried by:", "", *(f"- {carrier(row)}" for row in demand.rows), ""]
    lines += ["证明 proven by:", "", *(f"- {proof.says} (`{proof.path}`: `{proof.name}`)" for proof in found), ""]
    return "\n".join(lines)


def carrier(row: str) -> str:
    """Return one carrying row in words; raises KeyError for one that does not exist."""
    from yiwang.petitions.deadlines import RULES
    from yiwang.petitions.exemptions import EXEMPTIONS

    kind, _colon, code = row.rpartition(":")
    if kind == "limit":
        rule = RULES[code]
        return f"时限 limit “{both(rule.label)}”: {rule.number} {UNITS[rule.unit]} (`{code}`)"
    if kind == "exempt":
        said = [both(one.label) for one in EXEMPTIONS if one.rule == code]
        return f"例外 exception: {'；'.join(said)} (`{RULES[code].code}`)"
    if kind == "check":
        return f"拒绝 refusal `{code}`"
    if kind == "page":
        return f"页面 module `src/yiwang/{code}`"
    return action(code)


def action(code: str) -> str:
    """Return an action of the tables in words: from where to where, what it starts and meets, its papers and notices."""
    from yiwang.petitions.deadlines import RULES
    from yiwang.petitions.lifecycle import BY_ACTION, OPEN, Machine
    from yiwang.petitions.models import Petition, Review

    row = BY_ACTION[code]
    names = Review.State if row.machine == Machine.REVIEW else Petition.State

    def limit(one: str) -> str:
        return both(RULES[one].label) if one in RULES else "反馈 report"

    start = (
        "未答复 any open state"
        if row.start[: len(OPEN)] == OPEN
        else "、".join(both(names(one).label) for one in row.start if one)
    )
    end = both(names(row.end).label) if row.end else "不变 the same"
    said = [f"动作 action “{both(row.label)}” (`{code}`): {start or '—'} → {end}"]
    said += [f"起算 starts {'、'.join(map(limit, row.starts))}"] if row.starts else []
    said += [f"完成 meets {'、'.join(map(limit, row.meets))}"] if row.meets else []
    said += [f"文书 papers {'、'.join(map(_paper, row.papers))}"] if row.papers else []
    notices = told().get(code, [])
    said += [f"告知 tells {'、'.join(f'“{_notice(kind)}”' for kind in notices)}"] if notices else []
    return "; ".join(said)


def _paper(code: str) -> str:
    from yiwang.papers.kinds import BY_CODE

    return f"{BY_CODE[code].title} {both(BY_CODE[code].label)}"


def _notice(kind: str) -> str:
    from django.utils import translation

    from yiwang.petitions.notices import words

    said = []
    facts = dict.fromkeys(("agency", "day", "note", "where", "body", "stage", "procedure", "first", "code"), "…")
    for language in ("zh-hans", "en"):
        with translation.override(language):
            subject, _body = words(kind, SimpleNamespace(number="…"), facts)  # type: ignore[arg-type]
        said.append(subject)
    return " ".join(dict.fromkeys(said))


def _table(heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heading, ("---",) * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
