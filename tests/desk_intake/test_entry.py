"""Typing in calls, letters and visits: what is stored, what is refused and kept, and what is hinted."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from yiwang.agencies.models import Region
from yiwang.journal.models import Record
from yiwang.petitions.models import Attachment, Category, Petition

if TYPE_CHECKING:
    from tests.given import City

PHONE = "19900000077"


@pytest.fixture
def client(city: "City") -> Client:
    """The office handler, who may enter and refer."""
    logged_in = Client()
    logged_in.force_login(city.who(city.office, "office_handler"))
    return logged_in


@pytest.fixture
def clerk(city: "City") -> Client:
    """The intake clerk, who may enter and not refer."""
    logged_in = Client()
    logged_in.force_login(city.who(city.office, "intake_clerk"))
    return logged_in


def _call(**more: Any) -> dict[str, Any]:
    return {
        "form_key": "k1", "phone": PHONE, "name": "孙大爷", "text": "小区的路灯坏了一个月。天黑看不见路。", "purpose": "appeal",
        "read_back": "on", **more,
    }  # fmt: skip


def test_a_call_is_filed_registered_and_read_out(client: Client) -> None:
    # given
    lamp = Category.objects.create(code="lamp", name="路灯")
    # when a call is entered: the category by a piece of its name, no subject
    answer = client.post("/desk/intake/telephone/", _call(category="路", region="东河县"))
    # then it is registered, with the first sentence as its subject
    petition = Petition.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == f"/desk/intake/done/{petition.pk}/?way=telephone"
    assert (petition.state, petition.channel, petition.read_back) == ("registered", "hotline", True)
    assert (petition.subject, petition.category, petition.region) == (
        "小区的路灯坏了一个月",
        lamp,
        Region.objects.get(code="county"),
    )
    assert petition.petitioner.unseal("phone") == PHONE
    # and number, code and the promise stand on the page to be read out
    from yiwang.petitions.numbers import lookup_code

    page = client.get(answer["Location"]).content.decode()
    code = lookup_code(petition.number)
    assert petition.number in page
    assert f"{code[:4]} {code[4:]}" in page
    assert "登记转办" in page
    assert "登记下一件" in page


def test_what_was_read_out_is_not_to_be_told_again(client: Client) -> None:
    from yiwang.outbox.models import Notice

    client.post("/desk/intake/telephone/", _call())
    client.post("/desk/intake/letter/", _call(form_key="k2", received_on="2026-01-05"))
    called, written = Notice.objects.filter(kind="filed", route="person").order_by("created_at")
    assert (called.state, called.told_how) == ("delivered", "telephone")
    assert (written.state, written.told_how) == ("pending", "")
    assert Record.objects.get(act="tell").reason == "telephone"


def test_a_call_may_be_referred_at_once(client: Client, city: "City") -> None:
    client.post("/desk/intake/telephone/", _call(lead="住建局"))
    petition = Petition.objects.get()
    assert (petition.state, petition.lead_agency) == ("referred", city.housing)


def test_a_clerk_is_not_offered_to_refer(clerk: Client) -> None:
    assert 'name="lead"' not in clerk.get("/desk/intake/telephone/").content.decode()
    clerk.post("/desk/intake/telephone/", _call(lead="住建局"))
    assert Petition.objects.get().state == "registered"


def test_what_was_not_read_back_is_refused_and_kept(client: Client) -> None:
    answer = client.post("/desk/intake/telephone/", _call(read_back=""))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请读给信访人听" in page
    assert "小区的路灯坏了一个月。天黑看不见路。" in page
    assert 'value="孙大爷"' in page
    assert 'value="k1"' in page
    assert not Petition.objects.exists()
    assert Record.objects.filter(act="file", result="refused", reason="not_read_back").count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [("局", "有不止一个"), ("没有这个单位", "里没有“没有这个单位”")],
)
def test_words_that_name_no_single_node_are_refused_and_kept(client: Client, typed: str, said: str) -> None:
    answer = client.post("/desk/intake/telephone/", _call(lead=typed))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert f'value="{typed}"' in answer.content.decode()
    assert not Petition.objects.exists()


def test_a_repeated_post_gives_the_same_receipt(client: Client) -> None:
    first = client.post("/desk/intake/telephone/", _call(lead="住建局"))
    second = client.post("/desk/intake/telephone/", _call(lead="住建局"))
    assert first["Location"] == second["Location"]
    assert Petition.objects.get().entries.count() == 3


def test_a_letter_counts_from_the_day_it_arrived(client: Client) -> None:
    from yiwang.workdays.counting import office_date

    # given a letter that lay four days
    arrived = office_date(datetime.now(UTC)) - timedelta(days=4)
    # when
    client.post("/desk/intake/letter/", _call(received_on=arrived.isoformat(), address="东河县柳溪镇一号"))
    # then
    petition = Petition.objects.get()
    assert (petition.channel, petition.received_on) == ("letter", arrived)
    assert petition.deadlines.get(rule="refer").due_on == arrived + timedelta(days=15)
    assert petition.petitioner.unseal("address") == "东河县柳溪镇一号"


def test_a_letter_cannot_arrive_tomorrow(client: Client) -> None:
    answer = client.post("/desk/intake/letter/", _call(received_on=date(2999, 1, 1).isoformat()))
    assert answer.status_code == 422
    assert "收到日期不能晚于今天" in answer.content.decode()
    assert not Petition.objects.exists()


def test_a_visit_is_one_batch_of_so_many_persons(client: Client) -> None:
    given = _call(persons="12", rep_1_name="周一", rep_1_phone="19900000011", rep_2_name="吴二")
    client.post("/desk/intake/visit/", given)
    petition = Petition.objects.get()
    assert (petition.channel, petition.persons) == ("visit", 12)
    names = {row.petitioner.unseal("name") for row in petition.representatives.select_related("petitioner")}
    assert names == {"周一", "吴二"}


def test_a_visit_has_no_fewer_persons_than_names(client: Client) -> None:
    answer = client.post("/desk/intake/visit/", _call(persons="2", rep_1_name="周一", rep_2_name="吴二"))
    assert answer.status_code == 422
    assert "写下姓名的有3人" in answer.content.decode()
    assert not Petition.objects.exists()


def test_without_a_name_it_is_anonymous(client: Client) -> None:
    client.post("/desk/intake/telephone/", _call(name=""))
    assert Petition.objects.get().petitioner.anonymous is True


def test_papers_are_checked_by_content_and_kept(client: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    good = SimpleUploadedFile("合同.pdf", b"%PDF-1.4 one page")
    bad = SimpleUploadedFile("照片.jpg", b"MZ this is no photograph")
    refused = client.post("/desk/intake/letter/", _call(received_on=date(2026, 1, 5).isoformat(), uploads=[good, bad]))
    assert refused.status_code == 422
    assert "照片.jpg" in refused.content.decode()
    assert not Petition.objects.exists()
    good.seek(0)
    client.post("/desk/intake/letter/", _call(received_on=date(2026, 1, 5).isoformat(), uploads=[good]))
    assert Attachment.objects.get().content_type == "application/pdf"


def test_earlier_ones_of_the_telephone_are_hinted_and_the_look_is_logged(clerk: Client, city: "City") -> None:
    from yiwang.petitions.actions import Identity

    # given one from that number in another way of writing, one as a representative, one accusation, one of somebody else
    own = city.file("楼道灯不亮", identity=Identity(name="孙", phone="+86 199-0000-0077"))
    joint = city.file("电梯坏了", representatives=[Identity(name="孙", phone=PHONE)])
    city.file("局长收钱", identity=Identity(name="孙", phone=PHONE), purpose="accusation", accused=city.housing)
    city.file("别人的事", identity=Identity(name="李", phone="19900000002"))
    # when the number is typed
    page = clerk.post("/desk/intake/earlier/", {"phone": "199 0000 0077"}).content.decode()
    # then number, subject and state of what the clerk may see
    assert own.number in page
    assert "楼道灯不亮" in page
    assert joint.number in page
    assert "待登记" in page
    assert "局长收钱" not in page
    assert "检举控告" not in page
    assert "别人的事" not in page
    looked = Record.objects.filter(act="find_by_phone").values_list("subject_id", "reason", "actor_id")
    who = city.who(city.office, "intake_clerk").pk
    assert set(looked) == {(own.pk, "first_or_repeated", who), (joint.pk, "first_or_repeated", who)}


def test_a_look_that_finds_nothing_is_logged_too(clerk: Client) -> None:
    assert "没有查到" in clerk.post("/desk/intake/earlier/", {"phone": PHONE}).content.decode()
    assert Record.objects.get(act="find_by_phone").subject_id is None


def test_the_same_matter_is_entered_as_repeated(client: Client, city: "City") -> None:
    before = city.file()
    client.post("/desk/intake/telephone/", _call(repeats=str(before.pk)))
    petition = Petition.objects.exclude(pk=before.pk).get()
    assert (petition.occurrence, petition.repeats) == ("repeated", before)


def test_an_accusation_is_taken_by_a_clerk_who_may_not_read_it(clerk: Client, city: "City") -> None:
    answer = clerk.post("/desk/intake/telephone/", _call(purpose="accusation", accused="住建局"), follow=True)
    petition = Petition.objects.get()
    assert (petition.state, petition.accused, petition.subject) == ("filed", city.housing, "")
    page = answer.content.decode()
    assert petition.number in page
    assert "检举控告由有查阅权限的同事登记" in page
    assert "打开这一件" not in page
    assert clerk.get(f"/desk/petitions/{petition.number}/").status_code == 404


def test_the_receipt_is_shown_to_whoever_entered_it_alone(client: Client, clerk: Client) -> None:
    client.post("/desk/intake/telephone/", _call())
    petition = Petition.objects.get()
    assert client.get(f"/desk/intake/done/{petition.pk}/").status_code == 200
    assert clerk.get(f"/desk/intake/done/{petition.pk}/").status_code == 404


@pytest.mark.parametrize("way", ["", "telephone/", "letter/", "visit/"])
@pytest.mark.parametrize(("role", "status"), [("intake_clerk", 200), ("approver", 403), ("system_administrator", 403)])
def test_who_may_enter(city: "City", way: str, role: str, status: int) -> None:
    logged_in = Client()
    logged_in.force_login(city.who(city.office, role))
    assert logged_in.get(f"/desk/intake/{way}").status_code == status


def test_there_is_no_fourth_form(client: Client) -> None:
    assert client.get("/desk/intake/fax/").status_code == 404


def test_without_script_the_earlier_ones_are_shown_on_asking(client: Client, city: "City") -> None:
    from yiwang.petitions.actions import Identity

    own = city.file(identity=Identity(name="孙", phone=PHONE))
    page = client.post("/desk/intake/telephone/", _call(look="1")).content.decode()
    assert own.number in page
    assert 'value="孙大爷"' in page
    assert Petition.objects.count() == 1


def _agency_client(city: "City", agency: Any) -> Client:
    logged_in = Client()
    logged_in.force_login(city.who(agency, "agency_handler"))
    return logged_in


@pytest.mark.parametrize(("told", "state"), [("", "referred"), ("on", "accepted")])
def test_an_agency_enters_what_it_received_itself(city: "City", told: str, state: str) -> None:
    """Given a visitor at an agency, when its handler enters the matter, then the agency has it; told on the spot, it is accepted."""
    client = _agency_client(city, city.county_housing)
    page = client.get("/desk/intake/visit/").content.decode()
    assert "直接收到的信访，由本单位办理" in page
    assert "马上转给" not in page
    answer = client.post("/desk/intake/visit/", _call(persons="1", told_on_the_spot=told))
    assert answer.status_code == 303, answer.context["form"].errors
    petition = Petition.objects.get()
    assert (petition.state, petition.lead_agency, petition.office) == (state, city.county_housing, city.county_office)
    assert petition.referrals.get().kind == "direct"
    notice = petition.deadlines.get(rule="notice")
    assert bool(notice.met_at) is (state == "accepted")
    assert petition.entries.order_by("id").values_list("action", flat=True)[0] == "file_directly"
    assert petition.number in client.get(answer["Location"]).content.decode()


def test_an_agency_sends_accusations_to_discipline(city: "City") -> None:
    """Given an accusation, when an agency's handler would enter it, then it is no choice; discipline inspection may."""
    page = _agency_client(city, city.housing).get("/desk/intake/letter/").content.decode()
    assert 'value="accusation"' not in page
    assert "检举控告请告诉信访人向纪检监察机关提出" in page
    refused = _agency_client(city, city.housing).post(
        "/desk/intake/letter/", _call(purpose="accusation", received_on="2026-01-05")
    )
    assert refused.status_code == 422
    assert not Petition.objects.exists()
    assert 'value="accusation"' in _agency_client(city, city.discipline).get("/desk/intake/letter/").content.decode()
