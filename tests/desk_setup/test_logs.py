"""What is to be told, what waits to be sent, the calendar, standard answers, and the log that the auditor reads."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from yiwang.agencies.models import Agency
from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.petitions.actions import Identity
from yiwang.petitions.models import Petition, StandardAnswer
from yiwang.workdays.models import Day

if TYPE_CHECKING:
    from tests.given import City

BY_PHONE = Identity(name="郑奶奶", phone="19900000055", address="柳溪镇二号")


def _client(city: "City", role: str, agency: Agency | None = None, compartment: bool = False) -> Client:
    client = Client()
    client.force_login(city.who(agency or city.office, role, compartment=compartment))
    return client


def _lines(act: str) -> int:
    return Record.objects.filter(act=act).count()


def test_who_left_no_mail_is_told_and_ticked_off(city: "City") -> None:
    # given an answer for somebody with a telephone alone
    petition = city.bring_to("answered", identity=BY_PHONE)
    clerk = _client(city, "intake_clerk")
    page = clerk.get("/desk/tell/").content.decode()
    # then the list shows number and kind, and nothing of the person
    assert petition.number in page
    assert "答复" in page
    assert "郑奶奶" not in page
    assert "19900000055" not in page
    assert _lines("unseal") == 0
    # when the notice of the answer is opened, whom and what to say is there, and the look is logged
    notice = Notice.objects.get(kind="answered")
    page = clerk.get(f"/desk/tell/{notice.pk}/").content.decode()
    assert "郑奶奶" in page
    assert "19900000055" in page
    assert "经查，楼道灯已于今日修好。" in page
    looked = Record.objects.get(act="unseal")
    assert (looked.subject_id, looked.reason) == (petition.pk, "to_tell")
    # when it is ticked off
    clerk.post(f"/desk/tell/{notice.pk}/", {"how": "telephone"})
    # then it is told, and the answer delivered
    notice.refresh_from_db()
    petition.refresh_from_db()
    assert (notice.state, notice.told_how) == ("delivered", "telephone")
    assert notice.told_by_id == city.who(city.office, "intake_clerk").pk
    assert petition.delivered_at is not None
    assert petition.entries.get(action="deliver").data["how"] == "telephone"
    assert Record.objects.get(act="tell").reason == "telephone"


def test_how_it_was_told_must_be_said(city: "City") -> None:
    city.file(identity=BY_PHONE, channel=Petition.Channel.LETTER)
    notice = Notice.objects.get()
    assert _client(city, "intake_clerk").post(f"/desk/tell/{notice.pk}/", {}).status_code == 422
    notice.refresh_from_db()
    assert notice.state == "pending"


def test_one_after_another(city: "City") -> None:
    for _number in range(2):
        city.file(identity=BY_PHONE, channel=Petition.Channel.LETTER)
    first, second = Notice.objects.order_by("id")
    answer = _client(city, "intake_clerk").post(f"/desk/tell/{first.pk}/", {"how": "post", "next": "1"})
    assert answer["Location"] == f"/desk/tell/{second.pk}/"


def test_the_list_holds_neither_other_offices_nor_accusations(city: "City") -> None:
    accusation = city.file(
        identity=BY_PHONE, channel=Petition.Channel.LETTER, purpose="accusation", accused=city.housing
    )
    county = city.file(identity=BY_PHONE, channel=Petition.Channel.LETTER, office=city.county_office)
    clerk = _client(city, "intake_clerk")
    page = clerk.get("/desk/tell/").content.decode()
    assert accusation.number not in page
    assert county.number not in page
    for notice in Notice.objects.all():
        assert clerk.get(f"/desk/tell/{notice.pk}/").status_code == 404
    assert accusation.number in _client(city, "intake_clerk", compartment=True).get("/desk/tell/").content.decode()
    assert county.number in _client(city, "intake_clerk", city.county_office).get("/desk/tell/").content.decode()


def test_the_list_to_tell_is_five_statements(city: "City", django_assert_num_queries: Any) -> None:
    clerk = _client(city, "intake_clerk")
    for number in (1, 4):
        for _each in range(number):
            city.file(identity=BY_PHONE, channel=Petition.Channel.LETTER)
        with django_assert_num_queries(5):
            clerk.get("/desk/tell/")


@pytest.mark.parametrize(("role", "status"), [("intake_clerk", 200), ("leader", 403), ("system_administrator", 403)])
def test_who_tells(city: "City", role: str, status: int) -> None:
    assert _client(city, role).get("/desk/tell/").status_code == status


def test_what_failed_is_tried_again_at_once(city: "City") -> None:
    city.file(channel=Petition.Channel.LETTER)
    later = datetime.now(UTC) + timedelta(hours=1)
    Notice.objects.update(next_attempt_at=later, attempts=4, last_error="smtp-451")
    admin = _client(city, "system_administrator")
    page = admin.get("/desk/setup/outbox/").content.decode()
    assert "smtp-451" in page
    assert "qian@example.org" not in page
    admin.post("/desk/setup/outbox/", {"notice": Notice.objects.get().pk})
    assert Notice.objects.get().next_attempt_at < later
    assert _lines("retry_notices") == 1


def test_a_day_of_the_calendar_is_changed(city: "City") -> None:
    Day.objects.create(date=date(2031, 5, 1), working=True)
    admin = _client(city, "system_administrator")
    admin.post("/desk/setup/calendar/2031/", {"do": "day", "date": "2031-05-01", "working": "no", "name": "劳动节"})
    day = Day.objects.get(date=date(2031, 5, 1))
    assert (day.working, day.name) == (False, "劳动节")
    assert Record.objects.get(act="change_workday").subject_id == 20310501
    assert "劳动节" in admin.get("/desk/setup/calendar/2031/").content.decode()


def test_a_missing_year_is_entered_and_provisional_limits_are_counted_anew(
    city: "City", monkeypatch: pytest.MonkeyPatch
) -> None:
    from yiwang.petitions.deadlines import recounting
    from yiwang.workdays.counting import office_date, start_of

    # given an objection whose five working days fell into a year that nobody knew
    petition = city.bring_to("referred")
    limit = petition.deadlines.get(rule="objection")
    year = office_date(limit.started_at).year
    assert limit.provisional is True
    early = limit.due_on - timedelta(days=3)
    petition.deadlines.filter(pk=limit.pk).update(due_on=early, due_at=start_of(early))
    # when the year is entered (and the next, for what runs over its end)
    admin = _client(city, "system_administrator")
    assert "这一年还没有输入" in admin.get(f"/desk/setup/calendar/{year}/").content.decode()
    for entered in (year, year + 1):
        admin.post(f"/desk/setup/calendar/{entered}/", {"do": "enter"})
    assert "日历改过了，有关的期限很快会在后台重新计算" in admin.get(f"/desk/setup/calendar/{year}/").content.decode()
    monkeypatch.setattr(recounting, "SETTLED_AFTER", timedelta(0))
    recounting.count_all()
    # then the limit is certain and right again
    again = petition.deadlines.get(rule="objection")
    assert (again.provisional, again.due_on, again.due_at) == (False, limit.due_on, limit.due_at)
    petition.refresh_from_db()
    assert petition.next_due_at == petition.deadlines.get(rule="notice").due_at  # what is owed, not what one may do
    assert _lines("enter_year") == 2


def test_standard_answers_are_kept_by_administrators_and_approvers(city: "City") -> None:
    given = {"title": "路灯", "text": "已派人检修。", "active": "on", "category": "", "agency": ""}
    _client(city, "system_administrator").post("/desk/setup/answers/add/", given)
    assert StandardAnswer.objects.get().agency is None
    # an approver keeps those of their own agency alone
    approver = _client(city, "approver", city.parks)
    assert "路灯" not in approver.get("/desk/setup/answers/").content.decode()
    assert approver.post("/desk/setup/answers/add/", {**given, "agency": city.housing.pk}).status_code == 422
    approver.post("/desk/setup/answers/add/", {**given, "title": "树", "agency": city.parks.pk})
    own = StandardAnswer.objects.get(title="树")
    approver.post(f"/desk/setup/answers/{own.pk}/", {**given, "title": "树木", "agency": city.parks.pk, "active": ""})
    own.refresh_from_db()
    assert (own.title, own.active) == ("树木", False)
    assert list(Record.objects.filter(subject_id=own.pk).order_by("id").values_list("act", flat=True)) == [
        "add_standard_answer",
        "change_standard_answer",
    ]
    assert _client(city, "intake_clerk").get("/desk/setup/answers/").status_code == 403


def test_the_auditor_reads_the_log_and_is_in_it(city: "City") -> None:
    petition = city.bring_to("referred")
    other = city.file()
    auditor = _client(city, "auditor")
    page = auditor.get("/desk/audit/").content.decode()
    assert petition.number in page
    assert other.number in page
    assert "转办" in page
    assert _lines("look_journal") == 1
    # by petition, by act, by who
    page = auditor.get("/desk/audit/", {"number": petition.number, "act": "refer"}).content.decode()
    assert petition.number in page
    assert other.number not in page
    officer = city.officer.staff
    assert officer
    page = auditor.get("/desk/audit/", {"who": officer.username}).content.decode()
    assert page.count(f"（{officer.username}）") == 1
    page = auditor.get("/desk/audit/", {"until": "2020-01-01"}).content.decode()
    assert "没有符合的记录" in page


def test_the_log_is_a_handful_of_statements(city: "City", django_assert_num_queries: Any) -> None:
    auditor = _client(city, "auditor")
    for number in (1, 4):
        for _each in range(number):
            city.bring_to("referred")
        with django_assert_num_queries(8):
            auditor.get("/desk/audit/")


@pytest.mark.parametrize("role", ["system_administrator", "leader", "intake_clerk"])
def test_the_auditor_alone_reads_the_log(city: "City", role: str) -> None:
    assert _client(city, role).get("/desk/audit/").status_code == 403
