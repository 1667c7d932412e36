"""What counts as a finding, open to all who read; its numbers, set by supervisors of the root; an answer as the rules read it."""

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from yiwang.agencies.models import Agency, Role
from yiwang.journal.models import Record
from yiwang.petitions import actions
from yiwang.petitions.models import Petition
from yiwang.supervision import thresholds
from yiwang.supervision.kinds import KINDS
from yiwang.supervision.models import Threshold

if TYPE_CHECKING:
    from tests.given import City

KINDS_PAGE = "/desk/supervision/kinds/"
EMPTY = "您好！您反映的问题已收悉，我局已转物业公司处理。"


def client_of(city: "City", agency: Agency, role: str) -> Client:
    client = Client()
    client.force_login(city.who(agency, role))
    return client


def drafted(city: "City", text: str) -> Petition:
    petition = city.bring_to("accepted")
    actions.DraftAnswer(text=text, outcome="explain").run(city.handler(city.housing), petition.pk)
    return petition


def test_the_assessed_read_every_definition_with_its_numbers(city: "City") -> None:
    page = client_of(city, city.housing, "agency_handler").get(KINDS_PAGE).content.decode()

    for kind in KINDS.values():
        assert str(kind.label) in page
        assert str(kind.meaning) in page
    assert "退回修改几次算多次退回：<strong>2</strong>" in page
    assert "只说已经转给别的单位，没有结果" in page
    assert "/kinds/sent_back_times/" not in page


def test_a_supervisor_of_the_root_sets_a_number(city: "City") -> None:
    client = client_of(city, city.office, Role.SUPERVISOR)
    assert "/kinds/sent_back_times/" in client.get(KINDS_PAGE).content.decode()

    answer = client.post(f"{KINDS_PAGE}sent_back_times/", {"number": "3"})

    assert (answer.status_code, answer["Location"]) == (303, KINDS_PAGE)
    assert thresholds.current()["sent_back_times"] == 3
    assert Record.objects.filter(act="change_threshold").count() == 1


def test_a_number_out_of_bounds_is_refused_at_its_field_and_changes_nothing(city: "City") -> None:
    answer = client_of(city, city.office, Role.SUPERVISOR).post(f"{KINDS_PAGE}sent_back_times/", {"number": "99"})

    assert answer.status_code == 422
    assert "要写2到20之间的整数" in answer.content.decode()
    assert not Threshold.objects.exists()


@pytest.mark.parametrize(
    ("where", "role", "status"), [("county_office", Role.SUPERVISOR, 404), ("office", Role.LEADER, 403)]
)
def test_others_do_not_set_numbers(city: "City", where: str, role: Role, status: int) -> None:
    client = client_of(city, getattr(city, where), role)

    assert client.post(f"{KINDS_PAGE}sent_back_times/", {"number": "3"}).status_code == status
    assert not Threshold.objects.exists()


def test_an_unknown_number_is_not_there(city: "City") -> None:
    assert client_of(city, city.office, Role.SUPERVISOR).get(f"{KINDS_PAGE}nonsense/").status_code == 404


def test_the_agency_sees_why_its_draft_says_nothing_before_it_goes_out(city: "City") -> None:
    petition = drafted(city, EMPTY)

    page = client_of(city, city.housing, "agency_handler").get(f"/desk/petitions/{petition.number}/answer-read/")

    text = page.content.decode()
    assert "这份答复没有说到这件事" in text
    assert "<li>只说已经转给别的单位，没有结果</li>" in text
    assert '<mark title="只说已经转给别的单位，没有结果">我局已转物业公司处理</mark>' in text
    assert Record.objects.filter(act="look", subject_id=petition.pk).count() == 1


def test_an_answer_that_speaks_of_the_matter_is_said_to(city: "City") -> None:
    petition = drafted(city, "您好！经查，三单元的灯因线路老化不亮，已换新线。")

    page = client_of(city, city.housing, "agency_handler").get(f"/desk/petitions/{petition.number}/answer-read/")

    assert "这份答复说到了这件事" in page.content.decode()
    assert '<mark title="套话">您好！经查</mark>，三单元的灯因线路老化不亮，已换新线。' in page.content.decode()


def test_marks_of_an_answer_are_no_markup(city: "City") -> None:
    petition = drafted(city, "<script>alert(1)</script>您反映的问题已收悉。")

    page = client_of(city, city.housing, "agency_handler").get(f"/desk/petitions/{petition.number}/answer-read/")

    assert "<script>alert" not in page.content.decode()


def test_without_an_answer_the_page_says_so(city: "City") -> None:
    petition = city.bring_to("accepted")

    page = client_of(city, city.housing, "agency_handler").get(f"/desk/petitions/{petition.number}/answer-read/")

    assert "还没有答复" in page.content.decode()


def test_whoever_may_not_see_the_petition_is_told_nothing(city: "City") -> None:
    petition = drafted(city, EMPTY)

    for number in (petition.number, "2611-0000-0000-0", "nonsense"):
        page = client_of(city, city.parks, "agency_handler").get(f"/desk/petitions/{number}/answer-read/")
        assert page.status_code == 404
    assert not Record.objects.filter(act="look").exists()


def test_the_pages_run_a_constant_number_of_statements(city: "City", django_assert_num_queries: Any) -> None:
    petition = drafted(city, EMPTY * 40)
    client = client_of(city, city.housing, "agency_handler")
    client.get(KINDS_PAGE)

    with django_assert_num_queries(4):
        client.get(KINDS_PAGE)
    with django_assert_num_queries(5):
        client.get(f"/desk/petitions/{petition.number}/answer-read/")
