"""Extensions and suspensions of limits that run: the rows below them, the new end, and what is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.given import City
from tests.petitions.limits.given import ExtendLimit, SuspendLimit, everything, limit

from yiwang.petitions import actions
from yiwang.petitions.models import Deadline, Entry, Extension, Petition, Suspension
from yiwang.workdays.counting import end_of, office_date

DAY = timedelta(days=1)


def handled(city: City) -> tuple[Petition, Deadline]:
    petition = city.bring_to("accepted")
    return petition, petition.deadlines.get(rule="handling")


def test_an_extension_moves_the_end_and_what_is_due_next(city: City) -> None:
    """Given 60 days that run, when they are extended by 30, then they end 90 days after acceptance, and lists say so."""
    petition, row = handled(city)
    began = office_date(row.started_at)
    assert row.due_on == began + 60 * DAY

    after = ExtendLimit(rule="handling", days=30).run(city.handler(city.housing), petition.pk)

    row.refresh_from_db()
    assert (row.due_on, row.due_at) == (began + 90 * DAY, end_of(began + 90 * DAY))
    assert row.next_warning_at == end_of(began + 45 * DAY)
    after.refresh_from_db()
    assert (after.next_due_at, after.next_due_rule) == (row.due_at, "handling")
    extension = Extension.objects.get()
    entry = Entry.objects.filter(petition=petition).latest("recorded_at")
    assert (extension.deadline_id, extension.days, extension.entry_id) == (row.pk, 30, entry.pk)


@pytest.mark.parametrize(
    ("days", "before", "code"),
    [
        (31, 0, "extension_too_long"),
        (0, 0, "extension_too_long"),
        (-5, 0, "extension_too_long"),
        (15, 15, "extended_before"),
    ],
)
def test_an_extension_too_long_or_asked_twice_is_refused(city: City, days: int, before: int, code: str) -> None:
    """Given 60 days, when they are extended beyond 30 or a second time, then that is refused and nothing changes."""
    petition, _row = handled(city)
    if before:
        ExtendLimit(rule="handling", days=before).run(city.handler(city.housing), petition.pk)
    was = everything(petition)
    with pytest.raises(actions.Refused) as refused:
        ExtendLimit(rule="handling", days=days).run(city.handler(city.housing), petition.pk)
    assert refused.value.code == code
    assert everything(petition) == was


def test_only_what_still_runs_is_extended(city: City) -> None:
    """Given limits that are over, or a day that an assignment named, when they are extended, then that is refused."""
    petition, row = handled(city)
    Deadline.objects.filter(pk=row.pk).update(due_at=datetime.now(UTC) - DAY)
    report = Deadline.objects.create(
        petition=petition, rule="report", rule_version="2022", owed_by=city.housing, started_at=row.started_at,
        due_on=row.due_on, due_at=row.due_at,
    )  # fmt: skip
    for rule, code in (("handling", "over"), ("notice", "over"), ("report", "no_extension")):
        with pytest.raises(actions.Refused) as refused:
            ExtendLimit(rule=rule, days=5).run(city.handler(city.housing), petition.pk)
        assert refused.value.code == code
    assert Extension.objects.count() == 0
    report.refresh_from_db()
    assert report.due_on == row.due_on


def test_a_hearing_stops_the_clock_of_a_re_review(city: City) -> None:
    """Given 30 days of a re-review, when hearings take days that overlap, then each day is left out once."""
    petition, _row = handled(city)
    review = limit(petition, "re-review", datetime.now(UTC))
    began = office_date(review.started_at)
    actor = city.handler(city.housing)

    SuspendLimit(rule="re-review", first=began + 5 * DAY, last=began + 7 * DAY).run(actor, petition.pk)
    SuspendLimit(rule="re-review", first=began + 7 * DAY, last=began + 8 * DAY).run(actor, petition.pk)

    review.refresh_from_db()
    assert (review.due_on, review.due_at) == (began + 34 * DAY, end_of(began + 34 * DAY))
    assert Suspension.objects.filter(deadline=review, because="hearing").count() == 2
    petition.refresh_from_db()
    assert petition.next_due_rule == "re-review"
    assert petition.next_due_at == review.due_at


@pytest.mark.parametrize(
    ("rule", "first", "last", "because", "code"),
    [
        ("handling", date(2027, 1, 1), date(2027, 1, 2), "hearing", "no_suspension"),
        ("re-review", date(2027, 1, 2), date(2027, 1, 1), "hearing", "ends_before_it_begins"),
        ("re-review", date(2027, 1, 1), date(2027, 1, 2), "holiday", "no_ground"),
    ],
)
def test_a_suspension_without_ground_is_refused(
    city: City, rule: str, first: date, last: date, because: str, code: str
) -> None:
    """Given limits that run, when days are taken out without a ground in law, then that is refused and nothing changes."""
    petition, _row = handled(city)
    limit(petition, "re-review", datetime.now(UTC))
    was = everything(petition)
    with pytest.raises(actions.Refused) as refused:
        SuspendLimit(rule=rule, first=first, last=last, because=because).run(city.handler(city.housing), petition.pk)
    assert refused.value.code == code
    assert everything(petition) == was


def test_a_warning_given_before_an_extension_is_given_again_for_the_new_end(city: City) -> None:
    """Given 60 days on their 50th, warned at 80 per cent, when they are extended to 90, then 80 per cent lies ahead again."""
    petition, row = handled(city)
    began = datetime.now(UTC) - 50 * DAY
    Deadline.objects.filter(pk=row.pk).update(started_at=began, warned=80, next_warning_at=row.due_at)

    ExtendLimit(rule="handling", days=30).run(city.handler(city.housing), petition.pk)

    row.refresh_from_db()
    assert row.warned == 50
    assert row.next_warning_at == end_of(office_date(began) + 72 * DAY)
