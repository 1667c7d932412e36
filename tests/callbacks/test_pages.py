"""The pages: what an operator does with nothing but forms, what supervisors see, and what system administrators set."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from tests.callbacks.given import CALLING, answered, at, due_callback
from tests.clock import Clock, beijing
from tests.given import City, staff

from yiwang.agencies.models import Role
from yiwang.journal.models import Record
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Rating
from yiwang.satisfaction.callbacks import making, rules, script
from yiwang.satisfaction.models import Attempt, Callback, Sample
from yiwang.satisfaction.samples import changes, drawing

NOW = beijing(*CALLING)
LIST = "/desk/callbacks/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Clock]:
    assert get_resolver().url_patterns  # modules that are read later would have a clock of their own
    with at(*CALLING) as wound:
        yield wound


def logged_in(city: City, role: str) -> Client:
    client = Client()
    client.force_login(city.who(city.office, role))
    return client


def test_one_call_from_the_list_to_the_next(city: City) -> None:
    """Given two due, when the operator takes the next, reads the script and saves, then the rating is there and the second call is open."""
    for number in (71, 72):
        answered(city, phone=f"199000000{number}")
    making.go_on(NOW)
    client = logged_in(city, "intake_clerk")
    page = client.get(LIST).content.decode()
    assert "现在可以打的：2 个" in page
    assert "199******71" in page
    assert "19900000071" not in page

    first = client.post(f"{LIST}next/")
    row = Callback.objects.get(taken_by__isnull=False)
    assert (first.status_code, first["Location"]) == (303, f"{LIST}{row.pk}/")
    page = client.get(first["Location"]).content.decode()
    phone = row.petition.petitioner.unseal("phone")
    for text in (phone, "您反映的事情已经答复", "事情真的解决了吗", "住建局", "无人接听", "超过了期限"):
        assert text in page
    assert Record.objects.filter(act="unseal", reason="callback").count() == 1

    saved = client.post(
        first["Location"], {"outcome": "rated", "office": "satisfied", "agency": "basically", "go_on": "on"}
    )
    other = Callback.objects.get(taken_by__isnull=False)
    assert (saved.status_code, saved["Location"]) == (303, f"{LIST}{other.pk}/")
    assert other != row
    assert set(Rating.objects.values_list("petition", "how")) == {(row.petition_id, "callback")}
    done = client.post(saved["Location"], {"outcome": "no_answer"})
    assert (done.status_code, done["Location"]) == (303, LIST)
    assert phone not in client.get(first["Location"]).content.decode()


def test_what_is_missing_is_told_with_all_that_was_typed(city: City) -> None:
    """Given a call page, when the verdict on the agency is left out, then the page says so, keeps what was typed, and the call stays taken."""
    row = due_callback(city)
    client = logged_in(city, "intake_clerk")
    client.post(f"{LIST}{row.pk}/take/")
    answer = client.post(f"{LIST}{row.pk}/", {"outcome": "rated", "office": "satisfied", "comment": "还是太慢"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "接通并评价的，要对信访部门和办理单位都记下评价" in page
    assert "还是太慢" in page
    assert (Attempt.objects.count(), Callback.objects.get().taken_by_id is not None) == (0, True)


def test_a_call_is_given_back_kept_and_lost(city: City, clock: Clock) -> None:
    """Given a taken call, when its page gives signs of life it is kept; given back it is free; taken by another, the page says so."""
    row = due_callback(city)
    client, other = logged_in(city, "intake_clerk"), logged_in(city, "office_handler")
    client.post(f"{LIST}{row.pk}/take/")
    assert client.post(f"{LIST}{row.pk}/keep/").status_code == 204
    assert other.post(f"{LIST}{row.pk}/keep/").status_code == 409
    assert client.post(f"{LIST}{row.pk}/back/")["Location"] == LIST
    waits = other.get(f"{LIST}{row.pk}/").content.decode()
    assert "我来打" in waits
    assert "19900000001" not in waits
    other.post(f"{LIST}{row.pk}/take/")
    told = client.post(f"{LIST}{row.pk}/", {"outcome": "no_answer"}, follow=True).content.decode()
    assert "已经不在您手里" in told
    assert Attempt.objects.count() == 0


def test_out_of_hours_the_list_says_so(city: City, clock: Clock) -> None:
    """Given noon, when the list is opened, then it says that now is no time to call and gives out none."""
    row = due_callback(city)
    clock.set(2026, 11, 23, 12, 0)
    client = logged_in(city, "intake_clerk")
    assert "现在不是回访时段" in client.get(LIST).content.decode()
    client.post(f"{LIST}{row.pk}/take/")
    assert Callback.objects.get().taken_by is None


@pytest.mark.parametrize("page", ["list", "call", "overview", "sample"])
def test_pages_run_a_constant_number_of_statements(city: City, page: str) -> None:
    """Given one petition or four, when a page is opened, then it runs the same statements."""
    clerk, supervisor = logged_in(city, "intake_clerk"), logged_in(city, "supervisor")
    overseer = Actor.of_staff(city.who(city.office, "supervisor"))
    numbers = []
    script.current()
    for more in (1, 3):
        for number in range(more):
            answered(city, phone=f"199000001{more}{number}")
        Callback.objects.update(taken_by=None, leased_until=None)
        making.CallDesk.objects.update(position=0)
        making.go_on(NOW)
        days = {"first_day": date(2026, 11, 16), "last_day": date(2026, 11, 22)}
        drawn = changes.draw(overseer, changes.announce(overseer, changes.Plan(**days, size=9)).pk, NOW)
        clerk.post(f"{LIST}next/")
        held = Callback.objects.get(taken_by__isnull=False)
        address = {
            "list": LIST, "call": f"{LIST}{held.pk}/", "overview": f"{LIST}overview/", "sample": f"{LIST}overview/samples/{drawn.pk}/"
        }  # fmt: skip
        client = clerk if page in {"list", "call"} else supervisor
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address[page]).status_code == 200
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]


def test_a_sample_from_announcement_to_its_download(city: City) -> None:
    """Given a supervisor, when a sample is announced and drawn, then its page shows that it holds, and the download draws the same elsewhere."""
    for number in range(4):
        answered(city, phone=f"1990000007{number}")
    client = logged_in(city, "supervisor")
    given = {"first_day": "2026-11-16", "last_day": "2026-11-22", "share": "50", "stratified": "on"}
    page = client.post(f"{LIST}overview/samples/", given)
    sample = Sample.objects.get()
    assert (page.status_code, page["Location"]) == (303, f"{LIST}overview/samples/{sample.pk}/")
    before = client.get(page["Location"]).content.decode()
    assert sample.commitment in before
    assert sample.unseal("seed") not in before
    assert client.get(f"{page['Location']}frame/").status_code == 404
    client.post(page["Location"])
    after = client.get(page["Location"]).content.decode()
    assert "刚才重抽了一遍，结果一样" in after
    found = json.loads(client.get(f"{page['Location']}frame/").content)
    plan = drawing.Plan(size=found["size"], share=found["share"], stratified=found["stratified"])
    assert drawing.draw(found["seed"], drawing.frame_of(found["frame"]), plan) == found["drawn"]
    assert len(found["drawn"]) == 2
    Sample.objects.update(seed="0" * 32)
    assert "重抽的结果不对" in client.get(page["Location"]).content.decode()


def test_a_sample_that_cannot_be_is_refused_at_its_field(city: City) -> None:
    """Given size and share both, when it is announced, then the form says so and none is there."""
    client = logged_in(city, "supervisor")
    given = {"first_day": "2026-11-16", "last_day": "2026-11-22", "share": "50", "size": "5"}
    answer = client.post(f"{LIST}overview/samples/", given)
    assert answer.status_code == 422
    assert "件数和比例，请填一样" in answer.content.decode()
    assert Sample.objects.count() == 0
    assert logged_in(city, "leader").post(f"{LIST}overview/samples/", given | {"size": ""}).status_code == 422
    assert Sample.objects.count() == 0


def test_the_overview_counts_agencies_and_nobody_else(city: City) -> None:
    """Given calls that ended in different ways, then the overview shows them by agency, and names no operator and no petitioner."""
    due_callback(city)
    clerk = logged_in(city, "intake_clerk")
    clerk.post(f"{LIST}next/")
    row = Callback.objects.get()
    clerk.post(f"{LIST}{row.pk}/", {"outcome": "other_way", "way": "visit"})
    page = logged_in(city, "supervisor").get(f"{LIST}overview/").content.decode()
    for text in ("住建局", "语言或听力不便", "上门或请来面谈", row.petition.number):
        assert text in page
    assert city.who(city.office, "intake_clerk").name not in page
    assert "钱大妈" not in page


def test_rules_are_set_and_hold_from_the_next_call_on(city: City) -> None:
    """Given new numbers and hours, when they are saved, then a version follows with a line of the log; what cannot be is refused."""
    client = logged_in(city, "system_administrator")
    page = client.get("/desk/setup/calls/").content.decode()
    assert "09:00-11:30 14:30-17:30" in page
    given = {
        "wait_days": "3", "forget_days": "30", "attempts": "2", "lease_minutes": "10", "hours": "08:30-12:00",
        "later_again": "on", "later_minutes": "120", "no_answer_again": "on", "no_answer_minutes": "0",
        "no_answer_other_day": "on", "no_answer_counts": "on", "busy_minutes": "0",
    }  # fmt: skip
    for change, sentence in (
        ({"hours": "12:00-08:30"}, "时段请写成"), ({"wait_days": "91"}, "wait_days"), ({"forget_days": "2"}, "要比等候评价的天数多"),
    ):  # fmt: skip
        refused = client.post("/desk/setup/calls/", given | change)
        assert refused.status_code == 422
        assert sentence in refused.content.decode()
        assert rules.current().version == 1
    assert client.post("/desk/setup/calls/", given).status_code == 303
    holding = rules.current()
    assert (holding.version, holding.wait_days, holding.attempts, holding.hours) == (2, 3, 2, "08:30-12:00")
    rows = {row.outcome: (row.again, row.minutes, row.other_day, row.counts) for row in holding.outcomes.all()}
    assert rows["later"] == (True, 120, False, False)
    assert rows["busy"] == (False, 0, False, False)
    assert rows["wrong_number"] == (False, 0, False, True)
    assert Record.objects.get(act="change_call_rules").subject_id == 2


def test_the_script_gets_a_version_and_keeps_what_a_rating_needs(city: City) -> None:
    """Given the script, when it is changed, then the next version has the changes and the first is as it was."""
    client = logged_in(city, "system_administrator")
    page = client.get("/desk/setup/calls/script/").content.decode()
    assert "信访局回访组" in page
    first = list(script.current().lines.all())
    given: dict[str, str] = {}
    for number, line in enumerate(first):
        given |= {
            f"place_{number}": str(line.position),
            f"words_{number}": line.words,
            f"english_{number}": line.words_en,
        }
    given |= {
        "words_0": "您好，我是信访局的。",
        "drop_5": "on",
        "place_8": "2",
        "words_8": "您是本人吗？",
        "place_9": "10",
    }
    assert client.post("/desk/setup/calls/script/", given | {"words_0": ""}).status_code == 422
    assert script.current().version == 1
    assert client.post("/desk/setup/calls/script/", given).status_code == 303
    present = script.current()
    assert present.version == 2
    assert [line.code for line in present.lines.all()] == [
        "greeting", "may_ask", "own1", "office", "agency", "reason", "solved", "thanks",
    ]  # fmt: skip
    assert present.lines.all()[0].words == "您好，我是信访局的。"
    assert list(first[0].script.lines.all()) == first
    assert Record.objects.get(act="change_call_script").subject_id == 2


@pytest.mark.parametrize("role", [Role.LEADER, Role.OFFICE_HANDLER, Role.AUDITOR])
def test_only_administrators_set_up_calls(city: City, role: Role) -> None:
    """Given another role, when rules or script are opened or sent, then it is refused and nothing has changed."""
    client = logged_in(city, role)
    for address in ("/desk/setup/calls/", "/desk/setup/calls/script/"):
        assert client.get(address).status_code == 403
        assert client.post(address, {"hours": "08:00-09:00"}).status_code == 403
    assert (rules.current().version, script.current().version) == (1, 1)


def test_an_accusations_call_is_like_none(city: City) -> None:
    """Given a call-back about an accusation, when somebody without the compartment asks for it by its number, then it is a 404 like any."""
    row = due_callback(city)
    row.petition.purpose = "accusation"
    row.petition.save(update_fields=["purpose"])
    client = logged_in(city, "intake_clerk")
    for number in (row.pk, row.pk + 1):
        assert client.get(f"{LIST}{number}/").status_code == 404
        assert client.post(f"{LIST}{number}/take/").status_code == 404
    assert row.petition.number not in client.get(LIST).content.decode()


def test_own_staff_of_the_agency_never_see_a_call(city: City) -> None:
    """Given staff of the handling agency, when they open the list, then they are turned away."""
    due_callback(city)
    client = Client()
    client.force_login(staff("承办", (city.housing, Role.AGENCY_HANDLER)))
    assert client.get(LIST).status_code == 403
