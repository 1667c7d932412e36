"""An office's own limits on top of the law's: stricter alone, by version, and kept by each petition."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.given import City

from yiwang.agencies.models import Agency, Role
from yiwang.journal.models import Record
from yiwang.petitions import actions
from yiwang.petitions.deadlines import RULES, rules_of, version_on
from yiwang.petitions.deadlines.local import enter_local_limits
from yiwang.petitions.models import LocalLimit, LocalLimits, Petition
from yiwang.petitions.refusals import Refused
from yiwang.workdays.counting import office_date

DAY = timedelta(days=1)
BASIS = "某市信访局〔2026〕12号"


def today() -> date:
    return office_date(datetime.now(UTC))


def enter(city: City, numbers: dict[str, int], since: date | None = None, basis: str = BASIS) -> LocalLimits:
    return enter_local_limits(numbers, since or today(), basis, city.who(city.office, Role.SYSTEM_ADMINISTRATOR))


def own_office(city: City) -> Agency:
    return Agency.objects.get(pk=city.office.pk)


def test_a_petition_keeps_the_rules_under_which_it_was_registered(city: City) -> None:
    """Given petitions before and after stricter limits, when they go on, then each has its own, to the end."""
    before = city.file()
    enter(city, {"refer": 7, "handling": 30, "simple-handling": 20})
    city.office = own_office(city)
    after = city.file()

    assert (before.rules, after.rules) == ("2022", "2022+1")
    assert before.deadlines.get().due_on == before.received_on + 15 * DAY
    first = after.deadlines.get()
    assert (first.due_on, first.rule_version) == (after.received_on + 7 * DAY, "2022+1")
    for petition, days in ((before, 60), (after, 30)):
        actions.Register().run(city.clerk, petition.pk)
        actions.Refer(lead=city.housing).run(city.officer, petition.pk)
        accepted = actions.Accept().run(city.handler(city.housing), petition.pk)
        row = petition.deadlines.get(rule="handling")
        assert row.due_on == office_date(accepted.accepted_at or datetime.min) + days * DAY
        assert row.rule_version == petition.rules
        assert petition.deadlines.get(rule="notice").due_on == today() + 15 * DAY  # not among the office's own


def test_the_newest_set_in_force_on_the_day_of_receipt(city: City) -> None:
    """Given sets that begin on several days, then the newest that had begun when the petition was received binds it."""
    enter(city, {"refer": 10}, today() + 5 * DAY)
    enter(city, {"refer": 5}, today() + 10 * DAY)
    newest = own_office(city).local_limits
    assert newest == 2
    found = [version_on(newest, today() + days * DAY) for days in (0, 4, 5, 9, 10, 400)]
    assert found == ["2022", "2022", "2022+1", "2022+1", "2022+2", "2022+2"]
    assert [rules_of(version)["refer"].number for version in ("2022", "2022+1", "2022+2")] == [15, 10, 5]


def test_back_to_the_law(city: City) -> None:
    """Given stricter limits, when an empty set follows, then the law's own hold again."""
    enter(city, {"refer": 10})
    enter(city, {})
    assert rules_of(version_on(2, today())) == {**RULES}


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ({"handling": 61}, "laxer"),
        ({"handling": 60}, "laxer"),
        ({"refer": 15}, "laxer"),
        ({"handling": 0}, "no_days"),
        ({"handling": -3}, "no_days"),
        ({"review-request": 20}, "a_right"),
        ({"objection": 3}, "a_right"),
        ({"reply": 366}, "too_long"),
        ({"nonsense": 3}, "no_rule"),
        ({"report": 3}, "no_rule"),
        ({"refer": 7, "handling": 90}, "laxer"),
        ({}, "nothing"),
    ],
)
def test_laxer_than_the_law_is_refused(city: City, numbers: dict[str, int], code: str) -> None:
    """Given numbers that are laxer than the law's, or no numbers, when they are entered, then nothing is."""
    with pytest.raises(Refused) as refused:
        enter(city, numbers)
    assert refused.value.code == code
    assert (LocalLimits.objects.count(), LocalLimit.objects.count(), own_office(city).local_limits) == (0, 0, 0)
    assert Record.objects.filter(act="enter_local_limits").count() == 0


@pytest.mark.parametrize(("since", "basis", "code"), [(-1, BASIS, "in_the_past"), (0, "  ", "no_basis")])
def test_without_basis_or_for_the_past_is_refused(city: City, since: int, basis: str, code: str) -> None:
    """Given a set that begins yesterday, or says not why, when it is entered, then it is refused."""
    with pytest.raises(Refused) as refused:
        enter(city, {"refer": 7}, today() + since * DAY, basis)
    assert refused.value.code == code
    assert LocalLimits.objects.count() == 0


def test_what_the_law_leaves_open_is_the_offices_own(city: City) -> None:
    """Given limits that the Regulations do not set, then an office may make them longer or shorter."""
    enter(city, {"reply": 90, "simple-decision": 5, "simple-handling": 7})
    rules = rules_of("2022+1")
    assert [rules[code].number for code in ("reply", "simple-decision", "simple-handling")] == [90, 5, 7]
    assert RULES["reply"].number == 60


def test_every_agency_knows_the_newest_set_and_a_new_one_too(city: City) -> None:
    """Given own limits, then a county's office files under them, also one that is added afterwards."""
    enter(city, {"refer": 7})
    assert set(Agency.objects.values_list("local_limits", flat=True)) == {1}
    added = Agency.objects.create(code="new", name="西河县信访局", kind=Agency.Kind.OFFICE, parent=own_office(city))
    assert Agency.objects.get(pk=added.pk).local_limits == 1
    assert city.file(office=added).rules == "2022+1"
    assert Record.objects.get(act="enter_local_limits").subject_id == 1


def test_filing_costs_one_statement_more_for_the_version_and_one_for_the_days(city: City) -> None:
    """Given no own limits, then filing asks nothing for them; with some, two statements."""

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            city.file()
        return len([q for q in seen if not q["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))])

    before = statements()
    enter(city, {"refer": 7})
    city.office = own_office(city)
    assert statements() == before + 2
    assert set(Petition.objects.values_list("rules", flat=True)) == {"2022", "2022+1"}
