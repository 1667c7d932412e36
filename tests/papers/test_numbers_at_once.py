"""Two at the same instant, on connections of their own: different numbers, none lost; and one paper made by two is made once."""

from collections.abc import Callable
from functools import partial

import pytest
from tests.badluck.test_at_once import at_once
from tests.given import City
from tests.papers.made import quick_workshop  # noqa: F401  (a fixture)

from yiwang.papers import making
from yiwang.papers.models import Counter, Paper
from yiwang.petitions import papers
from yiwang.vault import files

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_workshop")]


@pytest.fixture
def city(transactional_db: None) -> City:
    return City()


def test_papers_made_at_once_get_different_numbers(city: City, owed: Callable[..., Paper]) -> None:
    """Given eight papers of a body that has no series yet, when four threads make them at once, then they are numbered 1 to 8."""
    petition = city.bring_to("accepted")
    rows = [owed("notice", petition, "accept") for _number in range(8)]
    facts = papers.facts_of(rows[0])

    def work(place: int) -> list[str]:
        return [making.make(row.pk, facts, [city.housing.pk]).number for row in rows[place::4]]

    numbers = at_once(*[partial(work, place) for place in range(4)])

    serials = Paper.objects.filter(state="made").values_list("serial", flat=True)
    assert sorted(serials) == list(range(1, 9))
    assert len({number for some in numbers for number in some}) == 8
    assert Counter.objects.get().last == 8


def test_one_paper_made_by_two_at_once_is_made_once(city: City, owed: Callable[..., Paper]) -> None:
    """Given one paper, when a clerk's button and the worker make it at once, then it has one number and its two files alone."""
    paper = owed("notice", city.bring_to("accepted"), "accept")
    facts = papers.facts_of(paper)
    results = at_once(*[partial(making.make, paper.pk, facts, [city.housing.pk])] * 3)
    assert len({result.number for result in results}) == 1
    assert len({result.docx_id for result in results}) == 1
    assert Counter.objects.get().last == 1
    assert sum(1 for _ in files.older_than(-1)) == 2
