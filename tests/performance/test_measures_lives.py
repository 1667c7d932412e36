"""Over random lives of petitions, every figure is as long as its list, whatever happened; and some are counted anew by hand."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from random import Random

import pytest
from tests.given import City
from tests.petitions.lives import machine
from tests.petitions.lives.machine import Lives
from tests.petitions.lives.rows import Rows

from yiwang.performance.measures import DAYS_TO_ANSWER, MEASURES, Period, Snapshot, branches_of
from yiwang.petitions.models import Answer, Deadline, Petition
from yiwang.workdays.counting import office_date
from yiwang.workdays.seed import seed_calendar

SPRING = Period(date(2026, 3, 1), date(2026, 7, 31))
WHOLE = Period(date(2026, 1, 1), date(2035, 12, 31))
PERIODS = [SPRING, WHOLE]
STEPS = 700
SELDOM = 12
"""So many measures at most that a walk does not come to; test_measures.py has figures for each."""


class UnwatchedLives(Lives):
    """The same lives, without the looks at what must always be true, which are another test's."""

    def _look(self, kind: str, after: Rows) -> None:
        self.last = after


@pytest.fixture
def lives(city: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[UnwatchedLives]:
    monkeypatch.setattr(machine, "note", lambda _text: None)  # it takes notes for hypothesis, which does not run here
    seed_calendar()
    UnwatchedLives.inhabit(city)
    walk = UnwatchedLives()
    chance = Random(20261123)
    for _step in range(STEPS):
        walk.something_happens(chance.getrandbits(60))
    yield walk
    walk.teardown()


def test_lists_are_as_long_as_figures(lives: UnwatchedLives) -> None:
    """Given lives of all kinds, then each measure's list, by agency, branch and in all, is as long as its figure says."""
    county = branches_of([lives.city.county_office, lives.city.housing])
    empty = set(MEASURES)
    for period in PERIODS:
        one_by_one = Snapshot.take(period)
        partial = [code for code, measure in MEASURES.items() if not measure.whole_only]
        in_branches = Snapshot.take(period, partial, county)
        for code, measure in MEASURES.items():
            figures = measure.by_agency(period)
            assert figures == one_by_one.counts[code], code
            everything = set(measure.petitions(period).values_list("pk", flat=True))
            assert one_by_one.total(code) == measure.total(period) == len(everything), code
            if figures:
                empty.discard(code)
            if measure.whole_only:
                continue
            found: set[int] = set()
            for agency, figure in figures.items():
                listed = list(measure.petitions(period, [agency or 0]).values_list("pk", flat=True))
                assert len(listed) == len(set(listed)) == figure, (code, agency)
                found |= set(listed)
            assert found == everything, code
            for head, members in county.items():
                assert measure.by_branch(period, county)[head] == in_branches.of(code, head), code
                assert in_branches.of(code, head) == measure.petitions(period, members).count(), code
        assert not any(
            Petition.objects.filter(pk__in=measure.petitions(period).values("pk"), purpose="accusation").exists()
            for code, measure in MEASURES.items()
            if code != "accusations"
        )
    assert len(empty) <= SELDOM, empty
    _answers_belong_to_whom_the_answer_names()
    _in_time_as_the_limits_tell()
    listed = DAYS_TO_ANSWER.petitions(WHOLE).count()
    assert listed == sum(sum(days.values()) for days in DAYS_TO_ANSWER.histograms(WHOLE).values()) > 0


def _told() -> set[int]:
    return set(Petition.objects.exclude(purpose="accusation").values_list("pk", flat=True))


def _answers_belong_to_whom_the_answer_names() -> None:
    """The agency that answered is the one that its answer names: another record of the same thing."""
    told = _told()
    expected = defaultdict(set)
    for petition, agency in Answer.objects.filter(state="approved").values_list("petition", "agency"):
        if petition in told:
            expected[agency].add(petition)
    assert MEASURES["answered"].by_agency(WHOLE) == {agency: len(those) for agency, those in expected.items()}


def _in_time_as_the_limits_tell() -> None:
    told = _told()
    due, in_time = set(), set()
    for row in Deadline.objects.filter(rule__in=("handling", "reply", "simple-handling")):
        if row.petition_id not in told or not SPRING.first_day <= row.due_on <= SPRING.last_day:
            continue
        if row.cancelled_at and office_date(row.cancelled_at) <= row.due_on:
            continue
        due.add(row.petition_id)
        if row.met_at and office_date(row.met_at) <= row.due_on:
            in_time.add(row.petition_id)
    assert set(MEASURES["handling_due"].petitions(SPRING).values_list("pk", flat=True)) == due
    assert set(MEASURES["handling_in_time"].petitions(SPRING).values_list("pk", flat=True)) == in_time
    assert due
