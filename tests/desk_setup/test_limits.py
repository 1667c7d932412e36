"""The page of limits: what the law and the office set, a new set, and what is refused with all that was typed."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from yiwang.agencies.models import Agency
from yiwang.petitions.deadlines import recounting
from yiwang.petitions.models import Deadline, LocalLimit, LocalLimits, Recount
from yiwang.workdays.changes import enter_year, set_day
from yiwang.workdays.counting import office_date

if TYPE_CHECKING:
    from tests.given import City

PAGE = "/desk/setup/limits/"


@pytest.fixture
def admin(city: "City") -> Client:
    client = Client()
    client.force_login(city.who(city.office, "system_administrator"))
    return client


def today() -> date:
    return office_date(datetime.now(UTC))


def test_the_page_shows_the_law_and_what_it_leaves_open(admin: Client) -> None:
    page = admin.get(PAGE).content.decode()
    for text in (
        "登记转办",
        "第二十二条",
        "5 个工作日",
        "可延长 30 天",
        "复核",
        "简易办理不见于《信访工作条例》",
        "还没有：都按条例",
    ):
        assert text in page
    assert 'href="/law/#a34"' in page


def test_a_set_is_entered_and_shown(admin: Client) -> None:
    given = {
        "since": today().isoformat(),
        "basis": "某市信访局〔2026〕12号",
        "refer": "7",
        "handling": "",
        "reply": "90",
    }
    answer = admin.post(PAGE, given)
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    limits = LocalLimits.objects.get()
    assert (limits.version, limits.since, limits.basis) == ("2022+1", today(), "某市信访局〔2026〕12号")
    assert dict(LocalLimit.objects.values_list("rule", "number")) == {"refer": 7, "reply": 90}
    page = admin.get(PAGE).content.decode()
    assert "<strong>7 天</strong>" in page
    assert "某市信访局〔2026〕12号" in page
    assert "现行" in page
    about = Client().get("/about/").content.decode()
    assert "本单位规定，比条例更短" in about


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"handling": "61"}, "“办理答复”《条例》规定60天，本单位的只能更短。"),
        ({"refer": "0"}, "“登记转办”的天数要写大于0的整数。"),
        ({"refer": "七"}, "“登记转办”请写数字。"),
        ({"reply": "999999999999"}, "“回复信访人”最多写365天。"),
        ({"basis": ""}, "请填写“依据”。"),
        ({"since": "2020-01-01"}, "不能从过去的日子算起"),
        ({"since": "昨天"}, "请写成日期"),
        ({"refer": ""}, "请至少写一个本单位的天数。"),
    ],
)
def test_what_is_laxer_or_unfounded_is_refused_with_all_that_was_typed(
    admin: Client, change: dict[str, str], sentence: str
) -> None:
    given = {"since": today().isoformat(), "basis": "某文件", "refer": "9", **change}
    answer = admin.post(PAGE, given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert given["basis"] in page
    assert (LocalLimits.objects.count(), set(Agency.objects.values_list("local_limits", flat=True))) == (0, {0})


def test_a_right_cannot_be_typed_at_all(admin: Client) -> None:
    page = admin.get(PAGE).content.decode()
    assert 'name="refer"' in page
    assert 'name="review_request"' not in page
    assert 'name="objection"' not in page


@pytest.mark.parametrize(("role", "status"), [("leader", 403), ("intake_clerk", 403), ("auditor", 403)])
def test_only_the_administrator_sets_limits(city: "City", role: str, status: int) -> None:
    client = Client()
    client.force_login(city.who(city.office, role))
    assert client.get(PAGE).status_code == status
    assert client.post(PAGE, {"since": today().isoformat(), "basis": "x", "refer": "7"}).status_code == status
    assert LocalLimits.objects.count() == 0


def test_the_calendar_says_how_many_limits_wait_and_how_far_the_count_is(
    city: "City", admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "BATCH", 1)
    monkeypatch.setattr(recounting, "SETTLED_AFTER", timedelta(0))
    year = today().year
    for _number in range(2):
        city.bring_to("referred")
    calendar = f"/desk/setup/calendar/{year}/"
    assert "现在有 2 个期限是暂定的" in admin.get(calendar).content.decode()

    for number in (year, year + 1):
        enter_year(number, by_id=1)
    assert "很快会在后台重新计算" in admin.get(calendar).content.decode()
    recounting.go_on(seconds=0)
    half = admin.get(calendar).content.decode()
    assert "共 2 个，已看 1 个" in half
    assert '<progress max="2" value="1"' in half

    recounting.count_all()
    done = admin.get(calendar).content.decode()
    assert "共 2 个期限，改动 2 个" in done
    assert "暂定的" not in done
    assert Recount.objects.get().finished_at is not None
    assert Deadline.objects.filter(provisional=True).count() == 0
    set_day(today() + timedelta(days=1), False, "停电", by_id=1)
    assert recounting.waits()
