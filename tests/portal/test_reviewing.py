"""Review and re-review as the petitioner meets them, and what else the law's machine tells them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.given import City
from tests.portal.test_own import open_own

from yiwang.agencies.models import Role
from yiwang.journal.models import Record
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Deadline, Entry, Petition
from yiwang.workdays.counting import office_date
from yiwang.workdays.wording import day_in_words

TODAY = office_date(datetime.now(UTC))


def page(browser: Client, petition: Petition, part: str = "") -> str:
    """Return the text of one of the petition's pages."""
    return browser.get(f"/my/{petition.number}/{part}").content.decode()


def move_limit(petition: Petition, rule: str, days: int) -> date:
    """Let the limit of a right end so many days from today, and return that day."""
    day = TODAY + timedelta(days=days)
    row = petition.deadlines.get(rule=rule)
    row.due_on, row.due_at, row.provisional = day, datetime.now(UTC) + timedelta(days=days), False
    row.save()
    return day


def test_review_is_offered_only_after_the_answer_was_opened(city: City) -> None:
    """Given an answer, when it was not read, then nothing is offered; once opened, both pages say until when and why."""
    petition = city.bring_to("answered")
    browser = open_own(petition)
    assert "申请复查" not in page(browser, petition)
    browser.post(f"/my/{petition.number}/answer/")
    until = day_in_words(petition.deadlines.get(rule="review-request").due_on)
    for part in ("", "answer/"):
        shown = page(browser, petition, part)
        assert "不同意，可以申请复查" in shown
        assert until in shown
        assert '/law/#a35">《信访工作条例》第三十五条' in shown


def test_the_way_through_review_and_re_review(city: City) -> None:
    """Given an answer, when the petitioner asks for review, reads it, asks again, then each step is told, and the end is final."""
    petition = city.bring_review_to("")
    browser = open_own(petition)
    asking = f"/my/{petition.number}/review/ask/"
    assert "市政府复查办" in page(browser, petition, "review/ask/")
    assert browser.post(asking, {"grounds": " "}).status_code == 200
    assert not Entry.objects.filter(action="ask_review").exists()

    assert browser.post(asking, {"grounds": "没有说明屋顶为什么不修。"}).status_code == 303
    shown = page(browser, petition)
    assert "已申请复查" in shown
    assert "您申请了复查" in shown
    assert "没有说明屋顶为什么不修。" in shown
    assert "给您书面的复查意见" in shown
    assert browser.get(asking).status_code == 303  # not a second time

    city._lead_review(Petition.objects.get(pk=petition.pk), "decided")
    shown = page(browser, petition)
    assert "看复查意见" in shown
    assert "经复查，原答复事实清楚，予以维持。" not in shown  # opened on purpose alone
    assert browser.get(f"/my/{petition.number}/review/").headers["Location"] == f"/my/{petition.number}/"
    browser.post(f"/my/{petition.number}/review/")
    shown = page(browser, petition, "review/")
    assert "经复查，原答复事实清楚，予以维持。" in shown
    assert "维持" in shown
    assert "不同意，可以申请复核" in shown
    delivered = Entry.objects.get(action="deliver_review")
    assert (delivered.actor_kind, delivered.data["how"]) == ("citizen", "lookup")

    assert "省政府复查办" in page(browser, petition, "review/ask/")
    assert browser.post(asking, {"grounds": "没有到现场。"}).status_code == 303
    actions.RecordDecision(outcome="changed", text="省复核〔2026〕3号", decided_on=TODAY).run(city.officer, petition.pk)
    browser.post(f"/my/{petition.number}/review/")
    shown = page(browser, petition, "review/")
    assert "省复核〔2026〕3号" in shown
    assert "这是最终意见" in shown
    assert "不同意，可以申请复核" not in shown
    assert browser.get(asking).status_code == 303


def test_a_day_too_late_is_told_with_the_day_and_the_way_that_remains(city: City) -> None:
    """Given 30 days that are over, then the page says since when and what remains; a POST is refused, and nothing changes."""
    petition = city.bring_review_to("")
    day = move_limit(petition, "review-request", -1)
    browser = open_own(petition)
    assert f"申请复查的期限到{day_in_words(day)}为止" in page(browser, petition)
    asked = page(browser, petition, "review/ask/")
    assert f"申请的期限到{day_in_words(day)}为止，已经过了" in asked
    assert "<textarea" not in asked
    refused = browser.post(f"/my/{petition.number}/review/ask/", {"grounds": "晚了一天"})
    assert refused.status_code == 200
    assert day_in_words(day) in refused.content.decode()
    assert not Entry.objects.filter(action="ask_review").exists()
    assert Record.objects.get(act="ask_review").reason == "too_late"


def test_no_right_ends_on_a_provisional_day(city: City) -> None:
    """Given an end that is provisional and has passed, then the page says so, and the request is taken all the same."""
    petition = city.bring_review_to("")
    move_limit(petition, "review-request", -1)
    petition.deadlines.filter(rule="review-request").update(provisional=True)
    browser = open_own(petition)
    assert "日期暂定" in page(browser, petition)
    assert browser.post(f"/my/{petition.number}/review/ask/", {"grounds": "还没定日子"}).status_code == 303
    assert Petition.objects.get(pk=petition.pk).review_state == "asked"


def test_on_the_last_day_it_is_in_time(city: City) -> None:
    """Given the last of the 30 days, when asked for, then it is taken."""
    petition = city.bring_review_to("")
    Deadline.objects.filter(petition=petition, rule="review-request").update(
        due_on=TODAY, due_at=datetime.now(UTC) + timedelta(minutes=1)
    )
    answer = open_own(petition).post(f"/my/{petition.number}/review/ask/", {"grounds": "还在期限里"})
    assert (answer.status_code, Petition.objects.get(pk=petition.pk).review_state) == (303, "asked")


def test_the_request_is_taken_back(city: City) -> None:
    """Given a request, when the petitioner confirms, then it is withdrawn and the answer stands."""
    petition = city.bring_review_to("taken")
    browser = open_own(petition)
    assert "撤回复查申请" in page(browser, petition)
    assert "确定要撤回复查申请吗" in page(browser, petition, "review/withdraw/")
    assert browser.post(f"/my/{petition.number}/review/withdraw/", {"reason": "想通了"}).status_code == 303
    shown = page(browser, petition)
    assert "您撤回了复查申请" in shown
    assert "申请复查</a>" in shown  # within the 30 days they may ask again
    assert browser.get(f"/my/{petition.number}/review/withdraw/").status_code == 303


def test_a_revoked_answer_is_told_and_the_opinion_can_be_read(city: City) -> None:
    """Given a review that revokes the answer, then the matter is under way again, and the opinion can be read."""
    petition = city.bring_review_to("taken")
    actions.DraftReview(outcome="revoked", text="事实不清，撤销。").run(city.handler(city.government), petition.pk)
    actions.Remand().run(city.approver(city.government), petition.pk)
    browser = open_own(petition)
    shown = page(browser, petition)
    assert "复查意见已经作出：撤销原来的答复，重新办理" in shown
    assert "给您书面答复" in shown
    browser.post(f"/my/{petition.number}/review/")
    assert "事实不清，撤销。" in page(browser, petition, "review/")


def test_extension_and_hearing_are_told_with_why_and_when(city: City) -> None:
    """Given an extension and a hearing, then the timeline has the reason, the days, the place, and the promise its article."""
    petition = city.bring_to("accepted")
    head = city.actor(city.housing, Role.LEADER)
    actions.Extend(days=20, reason="要等鉴定").run(head, petition.pk)
    day = TODAY + timedelta(days=9)
    actions.HoldHearing(first_day=day, last_day=day, place="市政务中心三楼，上午9点").run(
        city.handler(city.housing), petition.pk
    )
    shown = page(open_own(petition), petition)
    assert "办理时间延长了20天" in shown
    assert "要等鉴定" in shown
    assert f"定于{day_in_words(day)}举行听证" in shown
    assert "市政务中心三楼，上午9点" in shown
    assert '/law/#a34">《信访工作条例》第三十四条' in shown


def test_a_settlement_is_read_with_its_terms(city: City) -> None:
    """Given an agreement, when the petitioner opens the answer, then the other party and the terms are there."""
    petition = city.bring_to("accepted")
    settle = actions.Settle(
        kind="mediation", other_party="幸福物业公司", terms="十天内修好楼道灯。", agreed_on=TODAY, both_agree=True
    )
    settle.run(city.handler(city.housing), petition.pk)
    browser = open_own(petition)
    browser.post(f"/my/{petition.number}/answer/")
    shown = page(browser, petition, "answer/")
    assert "幸福物业公司" in shown
    assert "十天内修好楼道灯。" in shown
    assert "申请复查" not in shown


@pytest.mark.parametrize(("outcome", "words"), [("adopted", "采纳"), ("partly", "部分采纳"), ("not_adopted", "未采纳")])
def test_a_suggestion_is_told_whether_it_was_adopted(city: City, outcome: str, words: str) -> None:
    """Given a suggestion, when it is answered, then the answer says what became of it and on what basis; it has no review."""
    petition = city.bring_to("accepted", purpose="suggestion")
    draft = actions.DraftAnswer(
        text="您的建议我们研究过了，答复如下。", outcome=outcome, basis="《城市照明管理规定》第八条"
    )
    draft.run(city.handler(city.housing), petition.pk)
    actions.Approve().run(city.approver(city.housing), petition.pk)
    browser = open_own(petition)
    browser.post(f"/my/{petition.number}/answer/")
    shown = page(browser, petition, "answer/")
    assert f"对您的建议：{words} " in shown
    assert "《城市照明管理规定》第八条" in shown
    assert "可以申请复查" not in shown


def test_limits_that_the_house_sets_say_so(city: City) -> None:
    """Given a suggestion that was accepted, then the promise says that the number of days is the office's own."""
    petition = city.bring_to("accepted", purpose="suggestion")
    assert "这个期限由我们自己定" in page(open_own(petition), petition)


@pytest.mark.parametrize("state", ["", "asked", "taken", "decided"])
def test_pages_take_few_statements(city: City, state: str) -> None:
    """Given a review in each state, then the petitioner's page takes at most seven statements."""
    petition = city.bring_review_to(state, again=bool(state))
    browser = open_own(petition)
    with CaptureQueriesContext(connection) as captured:
        browser.get(f"/my/{petition.number}/")
    assert len(captured) <= 7


def test_nobody_asks_on_a_matter_that_has_no_review(city: City) -> None:
    """Given a statutory duty, a suggestion and a settlement, when asked for by hand, then the page leads back."""
    petition = city.bring_to("accepted")
    actions.ChooseRoute(basis="《建筑法》").run(city.handler(city.housing), petition.pk)
    actions.DraftAnswer(text="经查，已责令改正违法行为。", outcome="support").run(
        city.handler(city.housing), petition.pk
    )
    actions.Approve().run(city.approver(city.housing), petition.pk)
    actions.Deliver(how="lookup").run(Actor.citizen(petition.pk), petition.pk)
    browser = open_own(petition)
    assert browser.get(f"/my/{petition.number}/review/ask/").headers["Location"] == f"/my/{petition.number}/"
