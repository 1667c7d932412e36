"""Rules for passwords: length first, common ones refused, the rest as an office sets it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from tests.logins.visits import PASSWORD, log_in

from yiwang.agencies.models import Staff
from yiwang.cli.config import ConfigError, read_config
from yiwang.logins.models import PastPassword
from yiwang.logins.passwords import choose_password, is_common


@pytest.mark.engine_free
@pytest.mark.parametrize(
    "password",
    ["Password2026!", "P@ssw0rd1234", "qwertyuiop12", "1234567890", "9876543210", "aaaaaaaaaaaa", "abcabcabcabc", "Xinfang@2026",
     "admin1234567", "woaini1314520", "2026-11-23!!"],
)  # fmt: skip
def test_common_passwords_are_found(password: str) -> None:
    assert is_common(password)


@pytest.mark.engine_free
@pytest.mark.parametrize("password", [PASSWORD, "correct horse battery", "tree-lamp-river-cup", "马厩里的绿灯笼"])
def test_phrases_are_not_called_common(password: str) -> None:
    assert not is_common(password)


def codes_of(password: str, staff: Staff) -> list[str]:
    try:
        validate_password(password, staff)
    except ValidationError as wrong:
        return [str(error.code) for error in wrong.error_list]
    return []


def test_the_rules_of_an_office_as_it_begins(clerk: Staff) -> None:
    """Given the defaults, then ten signs are enough, and one's own name is not."""
    clerk.name, clerk.telephone = "zhanghongmei", "13900001111"
    assert codes_of("九个字的句子不行啊", clerk) == ["password_too_short"]
    assert codes_of("十个字的句子却是可以", clerk) == []
    assert "password_too_similar" in codes_of("zhanghongmei8", clerk)


def test_kinds_of_signs_where_an_office_asks_for_them(clerk: Staff, settings: Any) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": "yiwang.logins.passwords.KindsOfSigns", "OPTIONS": {"kinds": 3}}]
    assert codes_of("river lamp cup", clerk) == ["too_few_kinds"]
    assert codes_of("River lamp cup", clerk) == []
    assert codes_of("riverLamp7cup", clerk) == []


def test_a_history_where_an_office_asks_for_it(clerk: Staff, settings: Any) -> None:
    """Given a history of two, when three passwords follow each other, then the first may come again and the last two not."""
    settings.PASSWORD_HISTORY = 2
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": "yiwang.logins.passwords.NotUsedBefore", "OPTIONS": {"number": 2}}]
    for password in ("tree-lamp-river", "cup-stone-window", "door-apple-candle"):
        choose_password(clerk, password)
    assert codes_of("door-apple-candle", clerk) == ["used_before"]
    assert codes_of("cup-stone-window", clerk) == ["used_before"]
    assert codes_of("tree-lamp-river", clerk) == []
    assert PastPassword.objects.filter(staff=clerk).count() == 2


def test_a_password_that_ran_out_is_changed_first(clerk: Staff, settings: Any) -> None:
    """Given 90 days, when somebody logs in on the 91st, then the page for a new one comes first, and on the 90th it does not."""
    settings.PASSWORD_DAYS = 90
    past = PastPassword.objects.create(
        staff=clerk, encoded=clerk.password, set_at=datetime.now(UTC) - timedelta(days=89)
    )
    client, _answer = log_in(clerk)
    assert client.get("/desk/").status_code == 200
    PastPassword.objects.filter(pk=past.pk).update(set_at=datetime.now(UTC) - timedelta(days=90))
    client, _answer = log_in(clerk)
    assert client.get("/desk/")["Location"] == "/desk/password/?next=%2Fdesk%2F"


def test_no_password_runs_out_unless_an_office_says_so(clerk: Staff) -> None:
    PastPassword.objects.create(staff=clerk, encoded=clerk.password, set_at=datetime(2020, 1, 1, tzinfo=UTC))
    client, _answer = log_in(clerk, Client())
    assert client.get("/desk/").status_code == 200


@pytest.mark.engine_free
def test_settings_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ConfigError, match="YIWANG_OIDC_CLIENT_ID is not"):
        read_config({"YIWANG_OIDC_ISSUER": "https://login.example"})
    with pytest.raises(ConfigError, match="must be a whole number from 8 to 64"):
        read_config({"YIWANG_PASSWORD_LENGTH": "6"})


@pytest.mark.engine_free
@pytest.mark.parametrize(
    ("environment", "said", "required"),
    [
        ("production", "", True),
        ("production", "optional", False),
        ("development", "", False),
        ("test", "required", True),
    ],
)
def test_a_second_factor_is_required_in_production(environment: str, said: str, required: bool) -> None:
    config = read_config({"YIWANG_ENV": environment, "YIWANG_SECOND_FACTOR": said})
    assert config.second_factor_required is required
