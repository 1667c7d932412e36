"""Papers at the desk: listed, written, made, downloaded, served; templates and numbers kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.given import City
from tests.papers.documents import docx
from tests.papers.made import quick_workshop  # noqa: F401  (a fixture)

from yiwang.journal.models import Record
from yiwang.papers import making
from yiwang.papers.models import Paper, Series, Service, Template
from yiwang.papers.service import delivered_on, read_scan
from yiwang.petitions import papers
from yiwang.petitions.models import Petition

Owe = Callable[..., Paper]
pytestmark = pytest.mark.usefixtures("quick_workshop")
PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82"
)


@pytest.fixture
def handler(city: City, client: Client) -> Client:
    client.force_login(city.who(city.housing, "agency_handler"))
    return client


def at(name: str, petition: Petition, *more: object) -> str:
    return reverse(f"desk:{name}", args=[petition.number, *more])


def test_the_list_shows_what_is_owed_and_made_in_a_constant_number_of_statements(
    city: City, handler: Client, owed: Owe, django_assert_num_queries: Callable[..., object]
) -> None:
    """Given two papers and then ten, when the page is opened, then it shows them in as many statements."""
    petition = city.bring_to("accepted")
    owed("notice", petition, "accept")
    papers.make_owed()
    owed("extension", petition, "accept")
    page = handler.get(at("papers", petition)).content.decode()
    assert "受理告知书" in page
    assert "待制作" in page
    assert "待送达" in page
    with django_assert_num_queries(8):  # type: ignore[operator]
        handler.get(at("papers", petition))
    for _more in range(8):
        owed("notice", petition, "accept")
    papers.make_owed()
    with django_assert_num_queries(8):  # type: ignore[operator]
        handler.get(at("papers", petition))


def test_a_paper_is_written_made_and_downloaded_with_a_line_each(city: City, handler: Client) -> None:
    """Given a petition in hand, when an extension is written with its reason, then it is made, and each download is in the log."""
    petition = city.bring_to("accepted")
    form = handler.get(at("paper_write", petition, "extension")).content.decode()
    assert "延期告知书" in form
    answer = handler.post(
        at("paper_write", petition, "extension"), {"extended_to": "2027年1月30日", "reason": "需要现场鉴定。"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302 + 1, at("papers", petition))
    paper = Paper.objects.get()
    assert (paper.state, paper.issuer_id) == ("made", city.housing.pk)
    assert making.facts_of(paper)["reason"] == "需要现场鉴定。"
    for kind, start in (("docx", b"PK"), ("pdf", b"%PDF-")):
        file = handler.get(at("paper_file", petition, paper.pk, kind))
        assert file.content.startswith(start)
        assert "attachment" in file.headers["Content-Disposition"]
        assert file.headers["Cache-Control"] == "no-store"
    acts = Record.objects.filter(subject_kind="paper", subject_id=paper.pk).order_by("id").values_list("act", "reason")
    assert list(acts) == [
        ("write_paper", "extension"),
        ("make_paper", ""),
        ("open_paper", "docx"),
        ("open_paper", "pdf"),
    ]
    assert handler.get(at("paper_file", petition, paper.pk, "exe")).status_code == 404


def test_what_the_petition_says_is_filled_in(city: City, handler: Client) -> None:
    """Given an answered petition, when an Opinion is written, then request, findings and basis stand in the form already."""
    petition = city.bring_to("answered")
    form = handler.get(at("paper_write", petition, "opinion")).content.decode()
    for words in ("三单元的楼道灯坏了三个月", "经查，楼道灯已于今日修好。", "予以支持", "第三十二条第一款第（一）项"):
        assert words in form


def test_a_form_with_a_gap_keeps_what_was_typed(city: City, handler: Client) -> None:
    """Given an extension without the new date, when it is sent, then it is refused in words, the reason still there."""
    petition = city.bring_to("accepted")
    answer = handler.post(at("paper_write", petition, "extension"), {"reason": "需要现场鉴定。"})
    assert answer.status_code == 422
    assert "需要现场鉴定。" in answer.content.decode()
    assert Paper.objects.count() == 0


def test_an_agreement_takes_its_parties_line_by_line(city: City, handler: Client) -> None:
    """Given a mediation, when the parties are typed one a line, then the paper has them as a list."""
    petition = city.bring_to("accepted")
    handler.post(
        at("paper_write", petition, "mediation"),
        {"parties": "钱大妈\r\n 物业公司 \r\n\r\n", "terms": "一、修灯。", "mediator": "李调解员"},
    )
    assert making.facts_of(Paper.objects.get())["parties"] == ["钱大妈", "物业公司"]


def test_the_button_makes_one_at_once_or_says_what_is_missing(city: City, handler: Client, owed: Owe) -> None:
    """Given two owed papers, when their buttons are pressed, then one is made, and of the other is said what it lacks."""
    petition = city.bring_to("accepted")
    notice, extension = owed("notice", petition, "accept"), owed("extension", petition, "accept")
    done = handler.post(at("paper_do", petition, notice.pk, "make"), follow=True).content.decode()
    assert "受理告知书：已制作。" in done
    lacking = handler.post(at("paper_do", petition, extension.pk, "make"), follow=True).content.decode()
    assert "还缺：延长后期限、理由。补上以后再制作。" in lacking
    assert handler.get(at("paper_do", petition, notice.pk, "make")).status_code == 405
    assert handler.post(at("paper_do", petition, notice.pk, "burn")).status_code == 404
    handler.post(at("paper_do", petition, extension.pk, "void"))
    extension.refresh_from_db()
    assert extension.state == "void"


def test_strangers_get_nothing(city: City, client: Client, owed: Owe) -> None:
    """Given a paper of an accusation against the housing bureau, and one of an ordinary petition, then who may not see them finds nothing."""
    accusation = city.file(purpose="accusation", accused=city.housing)
    receipt = owed("receipt", accusation)
    ordinary = city.bring_to("accepted")
    notice = owed("notice", ordinary, "accept")
    papers.make_owed()
    for person in (city.who(city.housing, "agency_handler"), city.who(city.parks, "approver")):
        client.force_login(person)
        for address in (at("papers", accusation), at("paper_file", accusation, receipt.pk, "pdf")):
            assert client.get(address).status_code == 404
        assert client.post(at("paper_do", accusation, receipt.pk, "void")).status_code == 404
    client.force_login(city.who(city.parks, "agency_handler"))
    assert client.get(at("paper_file", ordinary, notice.pk, "pdf")).status_code == 404
    # A paper of one petition is not reached through another.
    client.force_login(city.who(city.office, "office_handler"))
    assert client.get(at("paper_file", ordinary, receipt.pk, "pdf")).status_code == 404
    client.force_login(city.who(city.office, "leader"))
    assert client.get(at("paper_file", ordinary, notice.pk, "pdf")).status_code == 200
    assert client.post(at("paper_do", ordinary, notice.pk, "void")).status_code == 403
    receipt.refresh_from_db()
    assert receipt.state == "made"


def test_service_is_recorded_with_its_proof_and_appended(city: City, handler: Client, owed: Owe) -> None:
    """Given an Opinion, when it is posted and then signed for, then both records stand, the last day counts, and the scan is sealed."""
    petition = city.bring_to("answered")
    paper = owed("opinion", petition, "approve")
    papers.make_owed()
    today = making.office_today(datetime.now(UTC))
    page = at("paper_service", petition, paper.pk)
    assert handler.get(page).status_code == 200
    sent = handler.post(page, {"how": "post", "sent_on": str(today), "tracking": "EY123456789CN"})
    assert sent.status_code == 303
    scan = SimpleUploadedFile("回证.png", PNG, "image/png")
    given = {"how": "hand", "sent_on": str(today), "delivered_on": str(today), "received_by": "钱大妈", "scan": scan}
    assert handler.post(page, given).status_code == 303

    rows = list(Service.objects.all())
    assert [(row.how, row.delivered_on, row.tracking) for row in rows] == [
        ("post", None, "EY123456789CN"),
        ("hand", today, ""),
    ]
    assert delivered_on(paper) == today
    assert rows[1].unseal("received_by") == "钱大妈"
    assert "钱大妈".encode() not in bytes(rows[1].sealed_received_by)
    assert read_scan(rows[1]).startswith(b"\x89PNG")
    shown = handler.get(page).content.decode()
    assert "EY123456789CN" in shown
    assert "钱大妈" in shown
    proof = handler.get(at("paper_proof", petition, paper.pk, rows[1].pk))
    assert proof.content.startswith(b"\x89PNG")
    assert handler.get(at("paper_proof", petition, paper.pk, rows[0].pk)).status_code == 404
    assert Record.objects.filter(act="record_service", subject_id=paper.pk).count() == 2
    assert "收到" in handler.get(at("papers", petition)).content.decode()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"delivered_on": 1}, "送达的日期不能在将来。"),
        ({"sent_on": 1}, "送出的时间不能在将来。"),
        ({"sent_on": -1}, "送出的时间不能早于文书的日期。"),
        ({"delivered_on": -1}, "送达的日期不能早于送出的日期。"),
        ({"delivered_on": 0, "how": "hand"}, "当面送达要写明由谁签收。"),
        ({"how": "pigeon"}, "请从列出的里面选择"),
        ({"how": ""}, "请选择"),
    ],
)
def test_service_that_cannot_have_been_is_refused(
    city: City, handler: Client, owed: Owe, given: dict[str, object], says: str
) -> None:
    """Given days in the future or before the paper's own, or no receiver, when they are recorded, then it is refused and nothing is written."""
    petition = city.bring_to("answered")
    paper = owed("opinion", petition, "approve")
    papers.make_owed()
    today = making.office_today(datetime.now(UTC))
    typed: dict[str, object] = {"how": "post", "sent_on": str(today)}
    for name, value in given.items():
        typed[name] = str(today + timedelta(days=value)) if isinstance(value, int) else value
    answer = handler.post(at("paper_service", petition, paper.pk), typed)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert Service.objects.count() == 0


def test_a_scan_that_is_no_picture_is_refused(city: City, handler: Client, owed: Owe) -> None:
    """Given a Word file and a program as the scan, when they are sent, then each is refused in words."""
    petition = city.bring_to("answered")
    paper = owed("opinion", petition, "approve")
    papers.make_owed()
    today = str(making.office_today(datetime.now(UTC)))
    for content, says in ((docx("甲"), "请传照片或者 PDF。"), (b"MZ" + bytes(100), "类型不能接收")):
        scan = SimpleUploadedFile("x.bin", content)
        answer = handler.post(at("paper_service", petition, paper.pk), {"how": "post", "sent_on": today, "scan": scan})
        assert answer.status_code == 422
        assert says in answer.content.decode()
    assert Service.objects.count() == 0


def test_an_owed_paper_cannot_be_served(city: City, handler: Client, owed: Owe) -> None:
    """Given a paper that is not made, when its service is to be recorded, then there is no such page."""
    petition = city.bring_to("accepted")
    paper = owed("notice", petition, "accept")
    assert handler.get(at("paper_service", petition, paper.pk)).status_code == 404


def test_forms_that_go_with_a_paper_are_printed_and_logged(city: City, handler: Client, owed: Owe) -> None:
    """Given an Opinion to somebody with an address, when label and proof of service are printed, then both come; without one it is said."""
    from yiwang.petitions import actions

    petition = city.bring_to("answered", identity=actions.Identity(name="钱大妈", address="春水路1号"))
    paper = owed("opinion", petition, "approve")
    papers.make_owed()
    for code in ("label", "service"):
        answer = handler.post(at("paper_print", petition, paper.pk, code))
        assert answer.content.startswith(b"%PDF-")
        assert "春水路1号" in answer.content.decode()
    assert Record.objects.filter(act="print_form", subject_id=paper.pk).count() == 2
    assert handler.post(at("paper_print", petition, paper.pk, "opinion")).status_code == 404
    nowhere = city.bring_to("answered", identity=actions.Identity(name="郑奶奶", phone="19900000001"))
    other = owed("opinion", nowhere, "approve")
    papers.make_owed()
    said = handler.post(at("paper_print", nowhere, other.pk, "label"), follow=True).content.decode()
    assert "还缺：收件地址" in said


@pytest.fixture
def admin(city: City, client: Client) -> Client:
    client.force_login(city.who(city.office, "system_administrator"))
    return client


def test_a_template_is_downloaded_changed_and_uploaded(city: City, admin: Client) -> None:
    """Given the library, when the product's template is downloaded and another is uploaded, then it is used until it is put out of use."""
    page = reverse("desk:setup_paper_kind", args=["notice"])
    assert "模板里可以用的项目" in admin.get(page).content.decode()
    own = admin.get(reverse("desk:setup_paper_template", args=["notice", 0]))
    assert own.content.startswith(b"PK")
    changed = docx("致 {{ 信访人 }}")
    sent = admin.post(page, {"file": SimpleUploadedFile("告知书.docx", changed), "language": "zh-hans"})
    assert sent.status_code == 303
    row = Template.objects.get()
    assert (row.owner_id, row.version, row.active) == (city.office.pk, 1, True)
    again = admin.get(reverse("desk:setup_paper_template", args=["notice", 1]))
    assert again.content == changed
    assert "第1版" in admin.get(reverse("desk:setup_papers")).content.decode()
    admin.post(page, {"version": "1", "language": "zh-hans"})
    assert not Template.objects.get().active
    assert admin.get(reverse("desk:setup_paper_template", args=["notice", 7])).status_code == 404
    assert admin.get(reverse("desk:setup_paper_kind", args=["nothing"])).status_code == 404
    assert admin.get(f"{page}?body=77").status_code == 404


def test_a_refused_template_is_named_in_the_form(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a template with a field that there is not, when it is uploaded, then the form says which, and nothing is kept."""
    from yiwang.papers import workshop
    from yiwang.papers.filling import TemplateFault

    def refuse(*_given: object, **_more: object) -> None:
        raise TemplateFault("unknown_field", "密码")

    monkeypatch.setattr(workshop, "make", refuse)
    page = reverse("desk:setup_paper_kind", args=["notice"])
    answer = admin.post(page, {"file": SimpleUploadedFile("x.docx", docx("{{ 密码 }}")), "language": "zh-hans"})
    assert answer.status_code == 422
    assert "没有“{{ 密码 }}”这一项" in answer.content.decode()
    big = admin.post(page, {"file": SimpleUploadedFile("x.docx", bytes(3 * 1024 * 1024)), "language": "zh-hans"})
    assert "超过2 MB" in big.content.decode()
    assert Template.objects.count() == 0


def test_numbers_are_set_for_a_body(city: City, admin: Client) -> None:
    """Given the housing bureau, when its scheme is set, then an example is shown; one without a year is refused with its field named."""
    page = reverse("desk:setup_numbering", args=["notice"])
    assert admin.get(f"{page}?body={city.housing.pk}").status_code == 200
    done = admin.post(
        page, {"body": city.housing.pk, "word": "廊建信告", "pattern": "{prefix}〔{year}〕{serial}号"}, follow=True
    )
    assert "廊建信告〔2026〕1号" in done.content.decode()
    refused = admin.post(page, {"body": city.housing.pk, "word": "甲", "pattern": "{prefix}{serial}号"})
    assert refused.status_code == 422
    assert "一次 {year}" in refused.content.decode()
    assert Series.objects.get().prefix == "廊建信告"
    assert admin.get(reverse("desk:setup_numbering", args=["nothing"])).status_code == 404
