"""How often: what each limit lets pass, whom it slows, whom not, and what stays of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from tests.badluck.test_at_once import at_once

from yiwang.doors.limits import Wait, forgive, spend, sweep
from yiwang.doors.models import Limit, Spent
from yiwang.doors.rules import FIRST_LIMITS, enter_first_limits

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HERE, THERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def limits(db: None) -> None:
    """Two limits of our own in place of those an office begins with."""
    Limit.objects.all().delete()
    Limit.objects.create(name="lookup", per="address", most=3, seconds=60)
    Limit.objects.create(name="lookup", per="everybody", most=5, seconds=60, then="challenge")


def knock(times: int, address: str = HERE, at: datetime = NOON, **more: Any) -> list[Wait | None]:
    return [spend("lookup", address=address, at=at, **more) for _time in range(times)]


@pytest.mark.django_db
def test_an_office_begins_with_limits() -> None:
    """Given a new office, then each thing that may be done too often has the limits of the table, and they stand in force."""
    rows = set(Limit.objects.values_list("name", "per", "most", "seconds", "then", "active"))
    assert rows == {(*row, True) for row in FIRST_LIMITS}
    assert {row[0] for row in rows} == set(Limit.Name)


@pytest.mark.django_db
def test_what_was_changed_is_not_entered_again() -> None:
    """Given a limit that an administrator has changed, when the first limits are entered again, then it stays as changed."""
    Limit.objects.filter(name="verify").update(most=7)
    enter_first_limits(apps)
    assert Limit.objects.get(name="verify").most == 7
    assert Limit.objects.count() == len(FIRST_LIMITS)


def test_most_pass_at_once_and_the_next_waits(limits: None) -> None:
    """Given three a minute, when four come at once, then the fourth waits until a third of the minute has passed."""
    assert knock(4) == [None, None, None, Wait(20)]
    assert knock(1, at=NOON + timedelta(seconds=19)) == [Wait(1)]
    assert knock(2, at=NOON + timedelta(seconds=20)) == [None, Wait(20)]


def test_who_is_refused_pays_nothing(limits: None) -> None:
    """Given somebody who goes on knocking, when the time is over, then they come in: the refused attempts cost nothing."""
    knock(50)
    assert knock(1, at=NOON + timedelta(seconds=20)) == [None]


def test_one_address_cannot_use_up_what_belongs_to_all(limits: None) -> None:
    """Given an address that is refused again and again, when another one comes, then it meets no challenge."""
    knock(50)
    assert knock(2, THERE) == [None, None]


def test_too_many_from_everywhere_are_set_a_challenge(limits: None) -> None:
    """Given more than five from many places, when another comes, then it may wait or solve, and with an answer it passes."""
    for place in range(5):
        assert spend("lookup", address=f"192.0.2.{place}", at=NOON) is None
    assert knock(1, THERE) == [Wait(12, challenge=True)]
    assert knock(1, THERE, proven=True) == [None]


def test_an_answer_is_no_way_around_a_wait(limits: None) -> None:
    """Given an address beyond its limit, when it brings an answer to a challenge, then it waits all the same."""
    assert knock(4, proven=True)[-1] == Wait(20)


def test_a_limit_that_is_off_counts_nothing(limits: None) -> None:
    """Given limits that are switched off, when many come, then all pass and nothing is written."""
    Limit.objects.update(active=False)
    assert knock(10) == [None] * 10
    assert Spent.objects.count() == 0


def test_of_two_limits_both_hold(limits: None) -> None:
    """Given three a minute and four an hour, when a second minute begins, then one passes and the next waits for the hour."""
    Limit.objects.create(name="lookup", per="address", most=4, seconds=3600)
    Limit.objects.filter(per="everybody").delete()
    assert knock(3) == [None] * 3
    assert knock(2, at=NOON + timedelta(minutes=1)) == [None, Wait(840)]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
    ],
)
def test_a_household_is_one_address(limits: None, first: str, second: str, same: bool) -> None:
    """Given IPv6, when addresses of one /64 come, then they are one; IPv4 addresses each stand for themselves."""
    knock(3, first)
    assert (knock(1, second) == [Wait(20)]) is same


@pytest.mark.django_db
def test_login_slows_the_attacker_and_not_the_owner() -> None:
    """Given one address that tries passwords of one account, when its owner comes from elsewhere, then they come in."""
    for _time in range(8):
        assert spend("login", address=HERE, account="zhang", at=NOON) is None
    refused = spend("login", address=HERE, account="zhang", at=NOON)
    assert refused == Wait(113)
    assert spend("login", address=HERE, account="li", at=NOON) is None
    assert spend("login", address=THERE, account="zhang", at=NOON) is None


@pytest.mark.django_db
def test_a_right_password_forgives_the_account_and_not_the_address() -> None:
    """Given an account with failed attempts, when it is forgiven, then pair and account are forgotten, and the address is not."""
    spend("login", address=HERE, account="zhang", at=NOON)
    assert Spent.objects.count() == 4
    forgive("login", address=HERE, account="zhang")
    left = set(Spent.objects.values_list("limit_id", flat=True))
    assert left == set(
        Limit.objects.filter(name="login", per__in=["address", "everybody"]).values_list("pk", flat=True)
    )


@pytest.mark.django_db
def test_ways_to_write_a_number_are_one_number() -> None:
    """Given a telephone number written in three ways, when codes are asked for, then they count together."""
    for written in ("139 0000 0001", "+86-13900000001", "１３９００００0001"):
        assert spend("code", telephone=written, at=NOON) is None
    assert spend("code", telephone="13900000001", at=NOON) == Wait(200)


@pytest.mark.django_db
def test_nothing_that_is_kept_names_anybody() -> None:
    """Given a filing and a login, then no row holds the address, the number or the account, nor a digest without the key."""
    import hashlib

    spend("filing", address=HERE, telephone="13900000001", at=NOON)
    spend("login", address=HERE, account="zhang", at=NOON)
    kept = b"".join(bytes(key) for key in Spent.objects.values_list("key", flat=True))
    for plain in (HERE, "13900000001", "zhang"):
        assert plain.encode() not in kept
        assert hashlib.sha256(plain.encode()).digest()[:16] not in kept


def test_it_is_one_statement(limits: None, django_assert_num_queries: Any) -> None:
    """Given several limits, when one is spent, passing or refused, then one statement runs."""
    knock(3)
    with django_assert_num_queries(1):
        knock(1)
    with django_assert_num_queries(1):
        knock(1, THERE)


def test_what_was_paid_back_is_swept(limits: None) -> None:
    """Given rows of a minute ago and of now, when swept, then those remain that still say something."""
    knock(1)
    knock(1, THERE, at=NOON + timedelta(seconds=50))
    assert sweep(NOON + timedelta(seconds=30)) == 1
    assert sweep(NOON + timedelta(seconds=30)) == 0
    assert sweep(NOON + timedelta(seconds=120)) == 2


def test_an_unknown_key_is_a_mistake(limits: None) -> None:
    """Given a key that no limit counts by, when it is spent, then it is an error and not a limit less."""
    with pytest.raises(TypeError, match="petition"):
        spend("lookup", petition="2611-0000-0000-0")


@pytest.mark.django_db(transaction=True)
def test_those_that_come_at_the_same_moment_are_all_counted() -> None:
    """Given eight processes that ask at once for three places, then exactly three get one."""
    Limit.objects.all().delete()
    Limit.objects.create(name="lookup", per="address", most=3, seconds=60)
    answers = at_once(*[lambda: spend("lookup", address=HERE, at=NOON)] * 8)
    assert answers.count(None) == 3
