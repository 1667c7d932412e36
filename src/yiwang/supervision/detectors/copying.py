"""The same answer over many petitions 照搬答复: a hint, for supervisors alone."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from yiwang.petitions.models import Answer, Petition, StandardAnswer
from yiwang.supervision import thresholds
from yiwang.supervision.detectors import Found
from yiwang.supervision.models import AnswerPrint
from yiwang.supervision.phrases.reading import clauses, read
from yiwang.supervision.prints import ALIKE, Print, letters, print_of

SHORTEST_SENTENCE = 6
"""Letters from which on a sentence of a standard answer is taken out of an answer."""


def copied_answer(petitions: Sequence[int], now: datetime) -> Iterator[Found]:
    """Find the present answers whose agency has given the same, or nearly the same, in many different matters.

    Compared is what an answer says beside formulas (`phrases`) and beside the sentences of the office's standard answers:
    these are there to be used again, and an answer of nothing else is no copy. One too short to tell apart is not compared.
    Different matters are counted, within the days before it: petitions merged into one, or repeating one, are the same
    matter, which rightly gets the same answer. Accusations are never compared. A dozen statements, besides new prints.
    """
    limits = thresholds.current()
    AnswerPrint.objects.filter(petition__in=petitions, petition__purpose=Petition.Purpose.ACCUSATION).delete()
    since = now - timedelta(days=limits["copied_days"])
    AnswerPrint.objects.filter(at__lt=since, petition__historical=False).delete()
    rows = {
        row.pk: row
        for row in Answer.objects.filter(
            Q(decided_at__gte=since) | Q(petition__historical=True),
            petition__in=petitions, petition__answer=F("pk"), petition__disposed_at=None,
            petition__state__in=(Petition.State.ANSWERED, Petition.State.CLOSED), state=Answer.State.APPROVED,
        )
        .exclude(petition__purpose=Petition.Purpose.ACCUSATION)
        .exclude(outcome=Answer.Outcome.SETTLED)
        .select_related("petition")
        .order_by("decided_at", "id")
    }  # fmt: skip
    _write_prints(rows, limits)
    prints = {row.answer_id: row for row in AnswerPrint.objects.filter(answer__in=rows)}
    counted = _matters(prints.values(), limits["copied_days"])
    for pk, row in prints.items():
        matters = counted.get(pk, 0)
        if matters >= limits["copied_matters"]:
            yield Found("copied_answer", row.petition_id, row.agency_id, pk, row.at)


def _write_prints(rows: Mapping[int, Answer], limits: Mapping[str, int]) -> None:
    """Write the prints that are missing, each in the family of the first one of its agency that it copies."""
    there = set(AnswerPrint.objects.filter(answer__in=rows).values_list("answer", flat=True))
    missing = [row for pk, row in rows.items() if pk not in there]
    if not missing:
        return
    standard = _standard_sentences()
    drawn = []
    for row in missing:
        said = beside_standard(read(row.text, whole=True).said, standard)
        if len(letters(said)) >= limits["copied_length"]:
            drawn.append((row, print_of(said)))
    firsts = _firsts([(row.agency_id, mark) for row, mark in drawn])
    AnswerPrint.objects.bulk_create(
        (_row(row, mark, firsts[row.agency_id]) for row, mark in drawn), ignore_conflicts=True
    )


@dataclass
class _Firsts:
    """The first prints of one agency's families, by each of their values."""

    exact: dict[int, int]
    bands: dict[tuple[int, int], list[int]]

    def family(self, mark: Print) -> int | None:
        """Return the family that a print belongs to: the one with the same words, or the first with enough equal bands."""
        if mark.exact in self.exact:
            return self.exact[mark.exact]
        alike: dict[int, int] = defaultdict(int)
        for place in enumerate(mark.bands):
            for family in self.bands.get(place, ()):
                alike[family] += 1
        return min((family for family, number in alike.items() if number >= ALIKE), default=None)

    def add(self, family: int, mark: Print) -> None:
        self.exact[mark.exact] = family
        for place in enumerate(mark.bands):
            self.bands.setdefault(place, []).append(family)


def _firsts(marks: Sequence[tuple[int, Print]]) -> dict[int, _Firsts]:
    """Return, by agency, the first prints that some of these could be copies of: one statement for each column."""
    found: dict[int, _Firsts] = defaultdict(lambda: _Firsts({}, {}))
    agencies = {agency for agency, _mark in marks}
    known: set[int] = set()
    for number, name in enumerate(("exact", *AnswerPrint.BANDS)):
        values = {mark.exact if number == 0 else mark.bands[number - 1] for _agency, mark in marks}
        for first in AnswerPrint.objects.filter(agency__in=agencies, first=True, **{f"{name}__in": values}):
            if first.pk not in known:
                known.add(first.pk)
                bands = tuple(getattr(first, band) for band in AnswerPrint.BANDS)
                found[first.agency_id].add(first.pk, Print(first.exact, bands))
    return found


def _row(answer: Answer, mark: Print, firsts: _Firsts) -> AnswerPrint:
    family = firsts.family(mark)
    if family is None:
        firsts.add(answer.pk, mark)
    petition = answer.petition
    return AnswerPrint(
        answer=answer, petition=petition, agency_id=answer.agency_id,
        matter=petition.merged_into_id or petition.repeats_id or petition.pk,
        family=family or answer.pk, first=family is None, at=answer.decided_at or answer.drafted_at, exact=mark.exact,
        **dict(zip(AnswerPrint.BANDS, mark.bands, strict=True)),
    )  # fmt: skip


def _standard_sentences() -> frozenset[str]:
    """Return the clauses of the standard answers in use, by their letters; one statement."""
    texts = StandardAnswer.objects.filter(active=True).values_list("text", flat=True)
    return frozenset(
        mark for text in texts for clause in clauses(text) if len(mark := letters(clause)) >= SHORTEST_SENTENCE
    )


def beside_standard(said: str, standard: Collection[str]) -> str:
    """Return what is said beside the clauses of standard answers."""
    return "\n".join(clause for clause in clauses(said) if letters(clause) not in standard)


def _matters(prints: Collection[AnswerPrint], days: int) -> dict[int, int]:
    """Return for each print in how many different matters its family was given within the days before it, it included."""
    if not prints:
        return {}
    length = timedelta(days=days)
    given: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    family = AnswerPrint.objects.filter(
        agency__in={row.agency_id for row in prints}, family__in={row.family for row in prints},
        at__gt=min(row.at for row in prints) - length, at__lte=max(row.at for row in prints),
    )  # fmt: skip
    for code, at, matter in family.values_list("family", "at", "matter"):
        given[code].append((at, matter))
    return {
        row.pk: len({matter for at, matter in given[row.family] if row.at - length < at <= row.at}) for row in prints
    }
