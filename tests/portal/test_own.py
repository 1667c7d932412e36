"""Looking one's own petition up: number and code, timeline, material, answer, rating, and the ways out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.given import City

from yiwang.journal.models import Record
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Attachment, Entry, Petition, Rating
from yiwang.petitions.numbers import lookup_code, new_number

PDF = b"%PDF-1.7\n%%EOF"


def open_own(petition: Petition) -> Client:
    """Return a browser in which the petition was opened by number and code."""
    browser = Client()
    response = browser.post("/lookup/", {"number": petition.number, "code": lookup_code(petition.number)})
    assert (response.status_code, response["Location"]) == (303, f"/my/{petition.number}/")
    return browser


def test_number_and_code_open_the_petition(city: City) -> None:
    """Given the code as people type it, then the petition opens for half an hour below its own path, and the look is logged."""
    petition = city.file()
    code = lookup_code(petition.number).lower()
    browser = Client()
    response = browser.post(
        "/lookup/", {"number": petition.number.replace("-", " "), "code": f" {code[:4]} {code[4:]}"}
    )
    assert response.status_code == 303
    cookie = browser.cookies["yiwang_my"]
    assert (cookie["path"], cookie["httponly"], cookie["max-age"]) == (f"/my/{petition.number}/", True, 1800)
    page = browser.get(response["Location"])
    assert page["Cache-Control"] == "no-store, private"
    assert "我们收到了您反映的事项" in page.content.decode()
    assert Record.objects.filter(act="look", actor_kind="citizen", subject_id=petition.pk).count() == 1


def test_nothing_tells_whether_a_number_exists(city: City) -> None:
    """Given a true number with a wrong code, an invented one and an accusation, then page and work are the same.

    One statement counts the attempt; none looks for the number.
    """
    numbers = [city.file().number, city.file(purpose="accusation").number, new_number(city.file().received_on)]
    answers = []
    for number in numbers:
        with CaptureQueriesContext(connection) as captured:
            response = Client().post("/lookup/", {"number": number, "code": "AAAAAAAA"})
        assert len(captured) == 1
        assert "doors_spent" in captured[0]["sql"]
        assert "petitions" not in captured[0]["sql"]
        assert "Set-Cookie" not in response or "yiwang_my" not in response.cookies
        page = response.content.decode().replace(number, "")
        token = page.partition('name="csrfmiddlewaretoken" value="')[2][:64]
        answers.append((response.status_code, page.replace(token, "")))
    assert answers[0] == answers[1] == answers[2]
    assert "编号或查询码不对" in answers[0][1]


def test_code_of_a_number_that_was_never_given_out_opens_nothing(city: City) -> None:
    """Given a fitting code of a number without a petition, then the answer is that of a wrong one."""
    number = new_number(city.file().received_on)
    response = Client().post("/lookup/", {"number": number, "code": lookup_code(number)})
    assert response.status_code == 200
    assert "编号或查询码不对" in response.content.decode()


@pytest.mark.parametrize("page", ["", "answer/", "add/", "withdraw/", "reopen/", "files/1/"])
def test_without_code_all_pages_lead_to_the_lookup(city: City, page: str) -> None:
    """Given nobody's cookie, another petition's or an old one, then no page opens."""
    petition = city.bring_to("answered")
    thief = open_own(city.file())
    thief.cookies["yiwang_my"]["path"] = "/"
    for browser in (Client(), thief):
        response = browser.get(f"/my/{petition.number}/{page}")
        assert (response.status_code, response["Location"]) == (303, "/lookup/")


def test_permission_ends_after_half_an_hour(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a permission of half an hour ago, then it opens nothing any more."""
    petition = city.file()
    browser = open_own(petition)
    monkeypatch.setattr("yiwang.portal.grants.SECONDS", -1)
    assert browser.get(f"/my/{petition.number}/").status_code == 303


def test_leaving_forgets_the_permission(city: City) -> None:
    """Given an open petition, when the reader leaves, then the page is shut in this browser."""
    petition = city.file()
    browser = open_own(petition)
    assert browser.post(f"/my/{petition.number}/leave/").status_code == 303
    assert browser.get(f"/my/{petition.number}/").status_code == 303


@pytest.mark.parametrize(
    ("state", "sentence", "promise"),
    [
        ("filed", "已收到，正在登记", "告诉您由哪个单位办理"),
        ("referred", "转给住建局办理", "告诉您是否受理、怎样办理"),
        ("objected", "正在确定由谁办理", "告诉您是否受理、怎样办理"),
        ("accepted", "已受理，正在办理", "给您书面答复"),
        ("drafted", "快办好了，正在审核答复", "给您书面答复"),
        ("answered", "答复已经写好", ""),
        ("closed", "已办结", ""),
        ("withdrawn", "您撤回了这件事，不再办理", ""),
        ("not_taken", "向人民法院提出", ""),
        ("led_out", "市劳动人事争议仲裁委员会", ""),
    ],
)
def test_every_state_is_told_in_plain_words(city: City, state: str, sentence: str, promise: str) -> None:
    """Given a petition in each state, then the page says where it is, and the next promise with its date."""
    petition = city.bring_to(state)
    with CaptureQueriesContext(connection) as captured:
        browser = open_own(petition)
        page = browser.get(f"/my/{petition.number}/").content.decode()
    assert sentence in page
    assert (promise in page) if promise else ("接下来：" not in page)
    assert "按职责清单属园林局" not in page  # what agencies write for each other
    reads = [query for query in captured.captured_queries if query["sql"].startswith("SELECT")]
    assert len(reads) <= 7


def test_rows_asked_for_do_not_grow_with_the_life(city: City) -> None:
    """Given a long life and a short one, then the page takes the same number of statements."""
    short, long = city.bring_to("accepted"), city.bring_to("accepted")
    for number in range(8):
        actions.AddMaterial(text=f"又一次{number}").run(Actor.citizen(long.pk), long.pk)
    counts = []
    for petition in (short, long):
        browser = open_own(petition)
        with CaptureQueriesContext(connection) as captured:
            browser.get(f"/my/{petition.number}/")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 6


def test_material_is_added_and_given_back(city: City) -> None:
    """Given a paper and words, when they are added, then both stand in the timeline and the file comes back as it was."""
    petition = city.bring_to("accepted")
    browser = open_own(petition)
    response = browser.post(
        f"/my/{petition.number}/add/", {"text": "合同在此。", "files": SimpleUploadedFile("合同“甲”.pdf", PDF)}
    )
    assert response.status_code == 303
    page = browser.get(response["Location"]).content.decode()
    assert "您补充了材料" in page
    assert "合同在此。" in page
    attachment = Attachment.objects.get()
    file = browser.get(f"/my/{petition.number}/files/{attachment.pk}/")
    assert file.content == PDF
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"].startswith("attachment; ")
    assert file["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in file["Cache-Control"]
    other = open_own(city.file())
    assert other.get(f"/my/{petition.number}/files/{attachment.pk}/").status_code == 303


def test_nothing_added_is_said(city: City) -> None:
    """Given an empty form, or a file of a wrong kind, then the page says so and nothing is stored."""
    petition = city.bring_to("accepted")
    browser = open_own(petition)
    assert "请写下要补充的内容" in browser.post(f"/my/{petition.number}/add/", {"text": ""}).content.decode()
    wrong = {"text": "看照片", "files": SimpleUploadedFile("照片.jpg", b"no picture")}
    page = browser.post(f"/my/{petition.number}/add/", wrong).content.decode()
    assert "的类型不能接收" in page
    assert "看照片" in page
    assert not Entry.objects.filter(petition=petition, action="add_material").exists()


def test_answer_counts_as_delivered_when_it_is_opened(city: City) -> None:
    """Given an answer, when its page is only addressed it stays shut; when it is opened by the button it counts as delivered, once."""
    petition = city.bring_to("answered")
    browser = open_own(petition)
    assert browser.get(f"/my/{petition.number}/answer/")["Location"] == f"/my/{petition.number}/"
    petition.refresh_from_db()
    assert petition.delivered_at is None
    for _again in range(2):
        assert browser.post(f"/my/{petition.number}/answer/")["Location"] == f"/my/{petition.number}/answer/"
    page = browser.get(f"/my/{petition.number}/answer/").content.decode()
    assert "经查，楼道灯已于今日修好。" in page
    entry = Entry.objects.get(petition=petition, action="deliver")
    assert (entry.data["how"], entry.actor_kind) == ("lookup", "citizen")


def test_answer_that_waits_for_approval_is_not_shown(city: City) -> None:
    """Given a draft, then neither address nor button shows it."""
    petition = city.bring_to("drafted")
    browser = open_own(petition)
    for response in (
        browser.get(f"/my/{petition.number}/answer/"),
        browser.post(f"/my/{petition.number}/answer/", follow=True),
    ):
        assert "楼道灯已于今日修好" not in response.content.decode()


def test_rating_and_reopening_once(city: City) -> None:
    """Given a dissatisfied rating, then the matter can be taken up again once, and ratings are never doubled."""
    petition = city.bring_to("answered")
    browser = open_own(petition)
    base = f"/my/{petition.number}/"
    browser.post(base + "answer/")
    page = browser.post(base + "rate/", {"office": "satisfied"}).content.decode()
    assert "请选择“责任单位”" in page
    for _again in range(2):
        rating = {"office": "satisfied", "agency": "dissatisfied", "comment": "灯又灭了"}
        assert browser.post(base + "rate/", rating).status_code == 303
    assert sorted(Rating.objects.values_list("about", "level")) == [("agency", "dissatisfied"), ("office", "satisfied")]
    assert "要求重新办理" in browser.get(base + "answer/").content.decode()
    assert "请写明为什么要重新办理" in browser.post(base + "reopen/", {"reason": " "}).content.decode()
    assert browser.post(base + "reopen/", {"reason": "灯又灭了。"})["Location"] == base
    petition.refresh_from_db()
    assert (petition.state, petition.reopened) == ("registered", 1)
    assert "按您的要求重新办理" in browser.get(base).content.decode()
    assert "不能重新办理" in browser.post(base + "reopen/", {"reason": "再来一次"}).content.decode()


def test_satisfied_petitioner_is_not_offered_to_reopen(city: City) -> None:
    """Given a good rating, then reopening is neither offered nor done, and the refusal is in the behaviour log."""
    petition = city.bring_to("answered")
    browser = open_own(petition)
    base = f"/my/{petition.number}/"
    browser.post(base + "answer/")
    browser.post(base + "rate/", {"office": "satisfied", "agency": "basically"})
    assert "要求重新办理</span>" not in browser.get(base + "answer/").content.decode()
    assert "评价为“不满意”后" in browser.post(base + "reopen/", {"reason": "想再办"}).content.decode()
    assert Record.objects.filter(act="reopen", result="refused", reason="not_dissatisfied").count() == 1


def test_withdrawal_is_asked_once_more(city: City) -> None:
    """Given an open matter, then its page asks first, and POST withdraws it."""
    petition = city.bring_to("accepted")
    browser = open_own(petition)
    base = f"/my/{petition.number}/"
    assert "确定要撤回吗" in browser.get(base + "withdraw/").content.decode()
    assert browser.post(base + "withdraw/", {"reason": ""})["Location"] == base
    petition.refresh_from_db()
    assert petition.state == "withdrawn"
    assert f"{base}withdraw/" not in browser.get(base).content.decode()
    assert "不能撤回" in browser.post(base + "withdraw/", {}).content.decode()


def test_merged_petition_tells_nothing_of_the_other(city: City) -> None:
    """Given two merged petitions, then the follower's page says so, and holds neither number nor words of the other."""
    lead = city.bring_to("referred", subject="别人的标题", text="别人家的事，住在一单元。")
    follower = city.bring_to("registered")
    actions.Merge(into=lead.pk, reason="与钱某同一事").run(city.officer, follower.pk)
    actions.Accept(note="已上门见过一单元的人").run(city.handler(city.housing), lead.pk)
    browser = open_own(follower)
    page = browser.get(f"/my/{follower.number}/").content.decode()
    assert "合在一起办理" in page
    assert "已受理，正在办理" in page
    for secret in (lead.number, str(lead.pk), "别人的标题", "一单元", "与钱某同一事"):
        assert secret not in page


def test_accusation_is_looked_up_like_any_other(city: City) -> None:
    """Given an accusation, then its petitioner reads their own words, opened from the seal."""
    petition = city.file(purpose="accusation", subject="某局长收礼")
    page = open_own(petition).get(f"/my/{petition.number}/").content.decode()
    assert page.count("某局长收礼") == 1
    assert page.index("<h1>办理进度</h1>") < page.index("某局长收礼") < page.index('class="timeline')
    assert "已收到，正在登记" in page


def test_lookup_form_takes_the_number_of_the_link(city: City) -> None:
    """Given the QR's link, then number is filled in and the code field waits for the part behind “#”."""
    page = Client().get("/lookup/?number=2611-4827-3915-0").content.decode()
    assert 'value="2611-4827-3915-0"' in page
    assert 'data-fill-from-hash="c"' in page
