"""What is late, and what soon will be, by hand-worked days."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.clock import beijing

from yiwang.petitions import actions
from yiwang.petitions.models import Deadline
from yiwang.supervision.detectors import limits
from yiwang.supervision.models import Settings

if TYPE_CHECKING:
    from tests.given import City


@pytest.mark.engine_free
@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (80, beijing(2026, 10, 20)),  # the 48th of 60 days is 19 October; it ends at the midnight behind it
        (50, beijing(2026, 10, 2)),  # the 30th is 1 October
        (99, beijing(2026, 11, 1)),  # 59.4 days are used up by the 60th alone, 31 October
        (1, beijing(2026, 9, 3)),  # 0.6 of a day: the first, 2 September
    ],
)
def test_a_share_of_a_limit_is_used_up_at_the_end_of_a_day(percent: int, expected: datetime) -> None:
    """Given 60 days from 1 September 2026, their last 31 October, then each share is used up at the midnight worked by hand."""
    assert limits.mark(date(2026, 9, 1), date(2026, 10, 31), percent) == expected


def _limit(petition_id: int, *, started: date, due_on: date) -> Deadline:
    """Move the one open duty of a petition to other days."""
    row = Deadline.objects.get(petition=petition_id, met_at=None, cancelled_at=None, rule="handling")
    row.started_at = beijing(started.year, started.month, started.day, 10)
    row.due_on, row.due_at = due_on, beijing(due_on.year, due_on.month, due_on.day) + timedelta(days=1)
    row.save()
    return row


def test_a_limit_is_soon_then_late_and_never_both(city: "City") -> None:
    """Given 60 days from 1 September, then from 20 October it is soon late, from 1 November late, since those very instants."""
    petition = city.bring_to("accepted")
    row = _limit(petition.pk, started=date(2026, 9, 1), due_on=date(2026, 10, 31))

    def at(*when: int) -> list[tuple[str, datetime]]:
        now = beijing(*when)
        found = [*limits.late([petition.pk], now), *limits.soon([petition.pk], now)]
        assert {one.about_id for one in found} <= {row.pk}
        assert {one.agency_id for one in found} <= {city.housing.pk}
        return [(one.kind, one.since) for one in found]

    assert at(2026, 10, 19, 23, 59) == []
    assert at(2026, 10, 20) == [("soon", beijing(2026, 10, 20))]
    assert at(2026, 10, 31, 23, 59) == [("soon", beijing(2026, 10, 20))]
    assert at(2026, 11, 1) == [("late", beijing(2026, 11, 1))]


def test_the_office_says_from_when_a_limit_is_soon_late(city: "City") -> None:
    """Given half the limit as the office's own share, then 60 days from 1 September are soon late from 2 October."""
    petition = city.bring_to("accepted")
    _limit(petition.pk, started=date(2026, 9, 1), due_on=date(2026, 10, 31))
    Settings.objects.create(soon_percent=50)
    assert list(limits.soon([petition.pk], beijing(2026, 10, 1, 23))) == []
    assert [one.since for one in limits.soon([petition.pk], beijing(2026, 10, 2))] == [beijing(2026, 10, 2)]


def test_nobody_is_late_with_a_right(city: "City") -> None:
    """Given an answer that was delivered, when the 30 days for a review have passed, then nobody is late."""
    petition = city.bring_review_to("")
    assert Deadline.objects.filter(petition=petition, rule="review-request", met_at=None).exists()
    later = datetime.now(UTC) + timedelta(days=400)
    assert list(limits.late([petition.pk], later)) == []
    assert list(limits.soon([petition.pk], datetime.now(UTC) + timedelta(days=29))) == []


def test_a_merged_petition_owes_nothing_of_its_own(city: "City") -> None:
    """Given two petitions on one matter, one merged into the other, when both are late, then one is found: that which leads."""
    lead = city.bring_to("registered")
    follower = city.file("同一件事")
    actions.Merge(into=lead.pk).run(city.officer, follower.pk)
    actions.Refer(lead=city.housing).run(city.officer, lead.pk)
    later = datetime.now(UTC) + timedelta(days=16)
    assert Deadline.objects.filter(petition=follower, rule="notice", met_at=None).exists()
    assert [one.petition_id for one in limits.late([lead.pk, follower.pk], later)] == [lead.pk]


@pytest.mark.parametrize("many", [1, 4])
def test_the_detectors_run_a_fixed_number_of_statements(
    city: "City", many: int, django_assert_num_queries: Any
) -> None:
    """Given one petition or four, then what is late takes one statement and what soon is late two."""
    ids = [city.bring_to("accepted").pk for _each in range(many)]
    later = datetime.now(UTC) + timedelta(days=70)
    with django_assert_num_queries(1):
        assert len(list(limits.late(ids, later))) == many
    with django_assert_num_queries(2):
        assert len(list(limits.soon(ids, later - timedelta(days=15)))) == many
