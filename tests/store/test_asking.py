"""Queries that the ORM compiles once."""

import pytest
from django.db import connection

from yiwang.agencies.models import Region
from yiwang.store.asking import Question

NAMED = Question(
    2, lambda one, other: Region.objects.filter(pk__in=(one, other), active=True).order_by("code").values_list("code")
)


@pytest.mark.django_db
def test_each_asking_has_its_own_values() -> None:
    """Given three regions, one of them closed, when two are asked for at a time, then each time the open ones of these come."""
    east, west, old = (
        Region.objects.create(code=code, name=code, level="county", active=code != "c") for code in "abc"
    )
    assert NAMED.ask(east.pk, west.pk) == [("a",), ("b",)]
    assert NAMED.ask(west.pk, old.pk) == [("b",)]
    assert NAMED.ask(None, east.pk) == [("a",)]
    assert NAMED.ask(None, None) == []


@pytest.mark.django_db
def test_it_is_compiled_once_and_counted_each_time() -> None:
    """Given a question, when it is asked twice, then its query is built once, and two statements run."""
    built = []

    def make(code: int) -> "object":
        built.append(code)
        return Region.objects.filter(pk=code).values_list("code")

    question = Question(1, make)  # type: ignore[arg-type]
    with connection.execute_wrapper(lambda execute, *given: (built.append("asked"), execute(*given))[1]):
        question.ask(1)
        question.ask(2)
    assert [type(one) for one in built] == [int, str, str]


def test_a_value_too_few_is_refused() -> None:
    """Given a question with two places, when one value is given, then TypeError says so."""
    with pytest.raises(TypeError, match="2 values are wanted, not 1"):
        NAMED.ask(1)
