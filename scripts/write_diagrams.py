"""Makes the diagrams and tables of docs/architecture.md from the product's own tables, in Chinese and English.

Each part stands between two comments of the document; what is between them is replaced, the rest is left alone.
"""

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import TextChoices
    from django.utils.functional import Promise

    from yiwang.petitions.lifecycle import Who

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "architecture.md"
PART = re.compile(
    r"(?<=<!-- made from the tables: )(?P<name>[\w-]+)(?P<open> -->\n).*?(?P<close><!-- end -->)", re.DOTALL
)

RELATIONS = {
    "office": "信访部门 office",
    "lead": "主办单位 lead agency",
    "above": "主办单位的上级 above the lead",
    "asked": "收到转办的单位 agency asked",
    "reviewer": "复查复核机关 reviewing body",
    "petitioner": "信访人 petitioner",
    "system": "平台 the platform",
}
OWED_BY = {
    "office": "信访部门 office", "agency": "责任单位 agency", "petitioner": "信访人 petitioner", "reviewer": "复查复核机关 reviewing body",
}  # fmt: skip
COUNTED_FROM = {
    "received": "收到 receipt", "referred": "转办 referral", "accepted": "受理 acceptance", "delivered": "答复送达 delivery of the answer",
    "review_asked": "收到复查申请 request for review", "review_delivered": "复查意见送达 delivery of the review opinion",
    "re_review_asked": "收到复核申请 request for re-review",
}  # fmt: skip
UNITS = {"days": "日 calendar days", "working_days": "个工作日 working days"}


def both(label: "str | Promise") -> str:
    """Return a label in Chinese and in English."""
    from django.utils import translation

    said = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said.append(str(label))
    return " ".join(dict.fromkeys(said))


def petition_states() -> str:
    """Return the diagram of a petition's states. What leads away from every open state alike is a note, not six arrows."""
    from yiwang.petitions.lifecycle import OPEN, TRANSITIONS
    from yiwang.petitions.models import Petition

    moving = [row for row in TRANSITIONS if row.end]
    anywhere = [row for row in moving if row.start == OPEN]
    arrows = [(start, row.end, both(row.label)) for row in moving if row not in anywhere for start in row.start]
    notes = [f"note right of {row.end}: {both(row.label)}, 未答复前 from every open state" for row in anywhere]
    return _diagram(
        Petition.State,
        arrows,
        ends=(Petition.State.WITHDRAWN, Petition.State.NOT_TAKEN, Petition.State.LED_OUT),
        more=notes,
    )


def review_states() -> str:
    """Return the diagram of a review's states."""
    from yiwang.petitions.lifecycle import REVIEW_TRANSITIONS
    from yiwang.petitions.models import Review

    moving = [row for row in REVIEW_TRANSITIONS if row.end]
    arrows = [(start, row.end, both(row.label)) for row in moving for start in row.start]
    return _diagram(Review.State, arrows, ends=(Review.State.DECIDED, Review.State.REFUSED, Review.State.WITHDRAWN))


def referral_states() -> str:
    """Return the diagram of a referral's states."""
    from yiwang.petitions.lifecycle import BY_ACTION, REFERRAL_MOVES
    from yiwang.petitions.models import Referral

    arrows = [
        (start, move.end, both(BY_ACTION[action].label))
        for action, move in REFERRAL_MOVES.items()
        for start in move.start
        if start != move.end
    ]
    moves = REFERRAL_MOVES.values()
    ended = {move.end for move in moves} - {start for move in moves for start in move.start}
    return _diagram(Referral.State, arrows, ends=sorted(ended))


def _diagram(
    states: "type[TextChoices]", arrows: Iterable[tuple[str, str, str]], ends: Iterable[str], more: Iterable[str] = ()
) -> str:
    """Return a state diagram in Mermaid's words; arrows between the same two states become one with all their labels."""
    labels: dict[tuple[str, str], list[str]] = {}
    for start, end, label in arrows:
        labels.setdefault((start or "[*]", end), []).append(label)
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{both(state.label)}" as {state.value}' for state in states]
    lines += [f"    {start} --> {end}: {', '.join(dict.fromkeys(said))}" for (start, end), said in labels.items()]
    lines += [f"    {end} --> [*]" for end in ends]
    lines += [f"    {line}" for line in more]
    return "\n".join([*lines, "```"])


def transitions() -> str:
    """Return the table of all transitions of a petition."""
    from yiwang.petitions.lifecycle import OPEN, TRANSITIONS
    from yiwang.petitions.models import Petition

    def states(values: tuple[str, ...]) -> str:
        if values[: len(OPEN)] == OPEN:
            return ", ".join(
                ["未答复 every open state", *(both(Petition.State(value).label) for value in values[len(OPEN) :])]
            )
        return ", ".join(both(Petition.State(value).label) if value else "—" for value in values)

    heading = (
        "action", "动作", "from", "to", "who", "article", "starts", "meets", "petitioner sees it", "merged ones follow"
    )  # fmt: skip
    return _table(
        heading,
        (
            (
                f"`{row.action}`", both(row.label), states(row.start), states((row.end,)) if row.end else "the same",
                who(row.by), row.article, limits(row.starts), limits(row.meets),
                "yes" if row.shown_to_petitioner else "", "yes" if row.mirrored else "",
            )
            for row in TRANSITIONS
        ),
    )  # fmt: skip


def review_transitions() -> str:
    """Return the table of all transitions of a review."""
    from yiwang.petitions.lifecycle import REVIEW_TRANSITIONS
    from yiwang.petitions.models import Petition, Review

    def states(values: tuple[str, ...]) -> str:
        return ", ".join(both(Review.State(value).label) if value else "—" for value in values)

    heading = (
        "action", "动作", "from", "to", "the petition goes to", "who", "article", "starts", "meets", "petitioner sees it"
    )  # fmt: skip
    return _table(
        heading,
        (
            (
                f"`{row.action}`", both(row.label), states(row.start), states((row.end,)) if row.end else "the same",
                both(Petition.State(row.petition_end).label) if row.petition_end else "the same",
                who(row.by), row.article, limits(row.starts), limits(row.meets), "yes" if row.shown_to_petitioner else "",
            )
            for row in REVIEW_TRANSITIONS
        ),
    )  # fmt: skip


def limits(codes: tuple[str, ...]) -> str:
    """Return the codes of limits as they stand in a table; raises LookupError for one that has no rule."""
    from yiwang.petitions.deadlines import RULES

    return ", ".join(f"`{code}`" if code in RULES or code == "report" else _unknown(code) for code in codes)


def _unknown(code: str) -> str:
    raise LookupError(f"the table of transitions names a limit “{code}” that has no rule")


def who(parties: "Iterable[Who]") -> str:
    """Return the entitled parties, the roles of each relation together."""
    roles: dict[str, list[str]] = {}
    for party in parties:
        roles.setdefault(RELATIONS[party.relation], []).extend([both(party.role.label)] if party.role else [])
    return "; ".join(f"{relation}: {', '.join(said)}" if said else relation for relation, said in roles.items())


def rules() -> str:
    """Return the table of limits."""
    from yiwang.petitions.deadlines import GROUNDS, RULES

    heading = (
        "rule", "时限", "length", "counted from the day after", "binds", "a duty or a right", "extended by at most",
        "stands still for", "article", "rolls over a rest day",
    )  # fmt: skip
    return _table(
        heading,
        (
            (
                f"`{rule.code}`", both(rule.label), f"{rule.number} {UNITS[rule.unit]}", COUNTED_FROM[rule.counted_from],
                OWED_BY[rule.owes], "权利 right" if rule.lapses else "义务 duty",
                str(rule.longest_extension or "—"), "、".join(both(GROUNDS[ground]) for ground in rule.suspended_by) or "—",
                rule.article or "自定 own", "yes" if rule.rollover else "no",
            )
            for rule in RULES.values()
        ),
    )  # fmt: skip


def turns() -> str:
    """Return the table of whose turn it is, first those of the petition, then those of a review."""
    from yiwang.petitions.lifecycle import REVIEW_TURN, TURN
    from yiwang.petitions.models import Petition, Review

    rows = [
        (both(Petition.State(state).label), RELATIONS[relation], both(role.label))
        for state, (relation, role) in TURN.items()
    ]
    rows += [
        (f"复查复核 review: {both(Review.State(state).label)}", RELATIONS["reviewer"], both(role.label))
        for state, role in REVIEW_TURN.items()
    ]
    return _table(("state", "where it lies", "whose turn"), rows)


def _table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heading, ("---",) * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


PARTS: dict[str, Callable[[], str]] = {
    "petition-states": petition_states,
    "referral-states": referral_states,
    "transitions": transitions,
    "review-states": review_states,
    "review-transitions": review_transitions,
    "rules": rules,
    "turns": turns,
}


def rewritten(document: str) -> str:
    """Return the document with every part made anew; raises LookupError for a part that is missing or unknown."""
    named = [match["name"] for match in PART.finditer(document)]
    if sorted(named) != sorted(PARTS):
        raise LookupError(f"the document has the parts {sorted(named)}, and there are {sorted(PARTS)}")
    return PART.sub(
        lambda match: f"{match['name']}{match['open']}\n{PARTS[match['name']]()}\n\n{match['close']}", document
    )


@contextmanager
def with_the_tables() -> Iterator[None]:
    """Make the product's tables readable: the labels ask for settings, and settings for a folder with keys."""
    import django

    with tempfile.TemporaryDirectory() as folder:
        from yiwang.vault.keys import make_keys

        make_keys(Path(folder) / "keys")
        os.environ.update(YIWANG_VAR=folder, YIWANG_ENV="test", DJANGO_SETTINGS_MODULE="yiwang.cli.settings")
        django.setup()
        yield


def main(arguments: list[str]) -> None:
    """Write the document; with --check leave it alone, and end with 1 when it is not current."""
    with with_the_tables():
        before = DOCUMENT.read_text(encoding="utf-8")
        after = rewritten(before)
    if arguments == ["--check"]:
        sys.exit(f"{DOCUMENT.name} is not what the tables say: run scripts/write-diagrams" if before != after else 0)
    DOCUMENT.write_text(after, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
