"""Where a petition stands in law, as the desk shows it: limits and why, reviews, recusal, and what is offered to whom."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.desk.test_mine import statements
from tests.given import City

from yiwang.agencies.models import Agency, Role
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.workdays.changes import enter_year
from yiwang.workdays.counting import office_date
from yiwang.workdays.wording import day_in_words

TODAY = office_date(datetime.now(UTC))


def offered(client: Client, petition: Petition) -> dict[str, bool]:
    """Return the actions that the page offers, each with whether it can be done just now."""
    steps = client.get(f"/desk/petitions/{petition.number}/").context["steps"]
    return {step.action: not step.hindrance for step in steps}


def first(client: Client, petition: Petition) -> str:
    steps = client.get(f"/desk/petitions/{petition.number}/").context["steps"]
    return next((step.action for step in steps if step.primary), "")


def law_panel(client: Client, petition: Petition) -> str:
    """Return the panel that says where the petition stands in law."""
    page = client.get(f"/desk/petitions/{petition.number}/").content.decode()
    return page.partition('id="law"')[2].partition("</section>")[0]


def test_each_limit_says_why_it_ends_when_it_does(city: City, client: Client) -> None:
    """Given an extended limit, then the panel has its length, what it is counted from, the extension, and the article's address."""
    petition = city.bring_to("accepted")
    actions.Extend(days=20, reason="要等鉴定").run(city.actor(city.housing, Role.LEADER), petition.pk)
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    panel = law_panel(client, petition)
    assert "受理次日起60天；已延长20天" in panel
    assert '/law/#a34">第三十四条' in panel
    assert "信访程序" in panel
    assert "普通程序" in panel


def test_a_provisional_end_says_so(city: City, client: Client) -> None:
    """Given a limit whose year is missing in the calendar, then it is called provisional, and why."""
    petition = city.bring_to("referred")
    petition.deadlines.filter(rule="notice").update(provisional=True)
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    panel = law_panel(client, petition)
    assert "暂定" in panel
    assert "公布后重新计算" in panel


def test_a_hearing_that_stops_the_clock_is_told(city: City, client: Client) -> None:
    """Given a hearing in a re-review, then the panel says which days do not count."""
    petition = city.bring_review_to("asked", again=True)
    day = TODAY + timedelta(days=3)
    actions.TakeReview().run(city.officer, petition.pk)
    actions.HoldReviewHearing(first_day=day, last_day=day, place="三楼").run(city.officer, petition.pk)
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    panel = law_panel(client, petition)
    assert f"听证不计：{day_in_words(day)}至{day_in_words(day)}" in panel
    assert "省政府复查办 · 审查中" in panel


UNDER_REVIEW = 13


@pytest.mark.parametrize("state", ["asked", "taken", "drafted", "decided"])
def test_statements_of_a_page_under_review(city: City, client: Client, state: str) -> None:
    """Given a review in each state, when the body that decides opens the page, then at most 15 statements run."""
    petition = city.bring_review_to(state)
    role = Role.APPROVER if state == "drafted" else Role.AGENCY_HANDLER
    client.force_login(city.who(city.government, role))
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/desk/petitions/{petition.number}/")
    assert answer.status_code == 200
    assert len(statements(queries)) == UNDER_REVIEW <= 15


def test_everything_at_once_stays_within_the_budget(city: City, client: Client) -> None:
    """Given a hearing, an extension, a split, a rating, a publication and a re-review, then the page still takes 15 at most."""
    petition = city.bring_to("registered")
    actions.Split(subject="公交末班车太早", text="六点就没了").run(city.officer, petition.pk)
    actions.Refer(lead=city.housing).run(city.officer, petition.pk)
    actions.Accept().run(city.handler(city.housing), petition.pk)
    actions.HoldHearing(first_day=TODAY, last_day=TODAY, place="三楼").run(city.handler(city.housing), petition.pk)
    actions.Extend(days=20, reason="要等鉴定").run(city.actor(city.housing, Role.LEADER), petition.pk)
    actions.DraftAnswer(text="经查，楼道灯已于今日修好。", outcome="support").run(
        city.handler(city.housing), petition.pk
    )
    actions.Approve().run(city.approver(city.housing), petition.pk)
    citizen = Actor.citizen(petition.pk)
    actions.Deliver(how="lookup").run(citizen, petition.pk)
    actions.Rate(office="satisfied", agency="dissatisfied").run(citizen, petition.pk)
    actions.AskReview(grounds="屋顶没修").run(citizen, petition.pk)
    city._lead_review(Petition.objects.get(pk=petition.pk), "decided")
    actions.DeliverReview(how="lookup").run(citizen, petition.pk)
    actions.AskReReview(grounds="没有到现场").run(citizen, petition.pk)
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/desk/petitions/{petition.number}/")
    assert answer.status_code == 200
    assert len(statements(queries)) == 14


def test_who_stepped_back_is_told_why_nothing_can_be_done(city: City, client: Client) -> None:
    """Given somebody who recused themselves, when they open the petition, then nothing is offered, and the page says why."""
    petition = city.bring_to("accepted")
    handler = city.who(city.housing, Role.AGENCY_HANDLER)
    actions.Recuse(reason="与信访人是亲戚").run(Actor.of_staff(handler), petition.pk)
    client.force_login(handler)
    assert offered(client, petition) == {}
    page = client.get(f"/desk/petitions/{petition.number}/").content.decode()
    assert "您已回避这件信访（第二十八条）" in page
    assert f"{handler.name} 回避" in page


def test_a_head_orders_somebody_to_step_back(city: City, client: Client) -> None:
    """Given an approver, when recusing, then the form offers the agency's staff; a handler is offered nobody but themselves."""
    petition = city.bring_to("accepted")
    handler, approver = city.who(city.housing, Role.AGENCY_HANDLER), city.who(city.housing, Role.APPROVER)
    address = f"/desk/petitions/{petition.number}/do/recuse/"
    client.force_login(handler)
    assert "staff" not in client.get(address).context["form"].fields
    client.force_login(approver)
    form = client.get(address).context["form"]
    assert list(form.fields["staff"].queryset) == [handler]
    version = form.initial["version"]
    assert client.post(address, {"staff": handler.pk, "reason": "亲戚", "version": version}).status_code == 303
    assert Petition.objects.get(pk=petition.pk).recused == [handler.pk]


def test_simple_handling_is_offered_where_it_may_be(city: City, client: Client) -> None:
    """Given first, urgent and suggested matters, then only the first can be handled simply; after three days with a reason not."""
    client.force_login(city.who(city.housing, Role.AGENCY_HANDLER))
    plain = city.bring_to("referred")
    assert offered(client, plain)["accept_simply"]
    assert first(client, plain) == "accept"
    for other in (city.bring_to("referred", urgent=True), city.bring_to("referred", purpose="suggestion")):
        assert "accept_simply" not in offered(client, other)
    sent_at = datetime.now(UTC) - timedelta(days=20)
    plain.referrals.update(sent_at=sent_at)
    assert offered(client, plain)["accept_simply"]  # for all that is known of those days, it is still in time
    for year in {sent_at.year, TODAY.year}:
        enter_year(year, by_id=1)
    assert offered(client, plain)["accept_simply"] is False


def test_extension_is_asked_then_decided_once(city: City, client: Client) -> None:
    """Given 60 days, when more is asked for, then the head finds it filled in and first; after that nobody is offered another."""
    petition = city.bring_to("accepted")
    handler, head = city.who(city.housing, Role.AGENCY_HANDLER), city.who(city.housing, Role.LEADER)
    client.force_login(handler)
    assert offered(client, petition)["ask_extension"]
    actions.AskExtension(days=20, reason="要等鉴定").run(Actor.of_staff(handler), petition.pk)
    assert offered(client, petition)["ask_extension"] is False
    client.force_login(head)
    assert first(client, petition) == "extend"
    form = client.get(f"/desk/petitions/{petition.number}/").context["form"]
    assert (form["days"].value(), form["reason"].value()) == (20, "要等鉴定")
    actions.Extend(days=20, reason="要等鉴定").run(Actor.of_staff(head), petition.pk)
    found = offered(client, petition)
    assert found["extend"] is False
    assert "refuse_extension" not in found


def test_the_draft_says_how_it_is_decided(city: City, client: Client) -> None:
    """Given drafts that uphold and that revoke, then only the fitting way to sign is offered, to another than who drafted it."""
    upheld, revoked = city.bring_review_to("drafted"), city.bring_review_to("taken")
    actions.DraftReview(outcome="revoked", text="事实不清").run(city.handler(city.government), revoked.pk)
    client.force_login(city.who(city.government, Role.APPROVER))
    assert first(client, upheld) == "decide_review"
    assert "remand" not in offered(client, upheld)
    assert first(client, revoked) == "remand"
    assert "decide_review" not in offered(client, revoked)
    page = client.get(f"/desk/petitions/{upheld.number}/").content.decode()
    assert "答复没有说明屋顶为什么不修。" in page
    assert "经复查，原答复事实清楚，予以维持。" in page


def test_a_body_outside_is_recorded_by_the_office(city: City, client: Client) -> None:
    """Given a body outside, then the office records its opinion and drafts none; a body of ours has nothing to record."""
    outside, ours = city.bring_review_to("asked", again=True), city.bring_review_to("asked")
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    assert first(client, outside) == "record_decision"
    assert "draft_review" not in offered(client, outside)
    assert "record_decision" not in offered(client, ours)
    client.force_login(city.who(city.government, Role.AGENCY_HANDLER))
    assert first(client, ours) == "take_review"


@pytest.mark.parametrize(
    ("state", "again", "agency", "role", "reason"),
    [
        ("asked", False, "government", Role.AGENCY_HANDLER, "复查申请"),
        ("taken", False, "government", Role.AGENCY_HANDLER, "等您审查"),
        ("drafted", False, "government", Role.APPROVER, "等您审核"),
        ("asked", True, "office", Role.OFFICE_HANDLER, "录入意见"),
    ],
)
def test_reviews_stand_on_the_work_list_with_their_reason(
    city: City, client: Client, state: str, again: bool, agency: str, role: str, reason: str
) -> None:
    """Given a review that waits, then it is on the list of the body that decides, and not among what others want helped with."""
    petition = city.bring_review_to(state, again=again)
    body: Agency = getattr(city, agency)
    client.force_login(city.who(body, role))
    page = client.get("/desk/")
    assert [(line.petition.pk, line.reason) for line in page.context["lines"]] == [(petition.pk, reason)]
    assert page.context["helping"] == []


def test_the_clock_speaks_softly(city: City, client: Client) -> None:
    """Given a warning, then it stands in the petition's life beside what people did, in words."""
    petition = city.bring_to("accepted")
    row = petition.deadlines.get(rule="handling")
    row.next_warning_at = datetime.now(UTC) - timedelta(minutes=1)
    row.save()
    actions.Warn(deadline=row.pk).run(Actor.system(), petition.pk)
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    page = client.get(f"/desk/petitions/{petition.number}/").content.decode()
    assert page.count('class="clock"') == 1
    assert "“办理答复”的期限已用50%" in page


def test_a_settled_dispute_leaves_no_objection(city: City, client: Client) -> None:
    """Given an objection brought before the conference, then settling it is first; the agency named is told why it cannot object."""
    petition = city.bring_to("objected")
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    assert first(client, petition) == "uphold_objection"
    actions.RaiseDispute(before="conference", reason="两家都说不是").run(city.officer, petition.pk)
    assert first(client, petition) == "settle_dispute"
    actions.SettleDispute(lead=city.parks, by="conference", decision="11月20日会议定").run(city.officer, petition.pk)
    client.force_login(city.who(city.parks, Role.AGENCY_HANDLER))
    assert offered(client, petition)["object"] is False
    page = client.get(f"/desk/petitions/{petition.number}/").content.decode()
    assert "责任单位是争议后确定的" in page


def test_an_agreement_is_read_in_full(city: City, client: Client) -> None:
    """Given a settled matter, then its page has the other party and the terms."""
    petition = city.bring_to("accepted")
    settle = actions.Settle(
        kind="settlement", other_party="幸福物业", terms="十天内修好", agreed_on=TODAY, both_agree=True
    )
    settle.run(city.handler(city.housing), petition.pk)
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    panel = client.get(f"/desk/petitions/{petition.number}/").content.decode().partition('id="agreement"')[2]
    assert "幸福物业" in panel
    assert "十天内修好" in panel


@pytest.mark.parametrize(
    ("purpose", "outcomes"),
    [("appeal", ["support", "explain", "decline"]), ("suggestion", ["adopted", "partly", "not_adopted"])],
)
def test_outcomes_fit_the_purpose(city: City, client: Client, purpose: str, outcomes: list[str]) -> None:
    """Given an appeal or a suggestion, when answering, then only its own outcomes are offered, and the basis is asked for."""
    petition = city.bring_to("accepted", purpose=purpose)
    client.force_login(city.who(city.housing, Role.AGENCY_HANDLER))
    form = client.get(f"/desk/petitions/{petition.number}/do/draft_answer/").context["form"]
    assert [value for value, _label in form.fields["outcome"].choices] == outcomes
    given = {
        "text": "经查，楼道灯已于今日修好。",
        "outcome": outcomes[0],
        "basis": "《物业管理条例》",
        "version": petition.version,
    }
    assert client.post(f"/desk/petitions/{petition.number}/do/draft_answer/", given).status_code == 303
    assert "《物业管理条例》" in client.get(f"/desk/petitions/{petition.number}/").content.decode()


@pytest.mark.parametrize("action", ["deliver", "deliver_review"])
def test_a_wrong_day_of_delivery_is_refused_with_all_kept(city: City, client: Client, action: str) -> None:
    """Given a day that has not come, when delivery is noted, then 422 with the day still there, and nothing changed."""
    petition = city.bring_to("answered") if action == "deliver" else city.bring_review_to("decided")
    client.force_login(city.who(city.office, Role.INTAKE_CLERK))
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    address = f"/desk/petitions/{petition.number}/do/{action}/"
    answer = client.post(address, {"how": "post", "on": tomorrow, "version": petition.version})
    assert answer.status_code == 422
    assert answer.context["form"]["on"].value() == tomorrow
    assert answer.context["form"]["on"].errors
    assert Petition.objects.get(pk=petition.pk).version == petition.version


def test_what_is_seldom_needed_is_folded_away(city: City, client: Client) -> None:
    """Given a matter in hand, then its handler sees the daily steps at once and the others under one line, each still a link."""
    petition = city.bring_to("accepted")
    client.force_login(city.who(city.housing, Role.AGENCY_HANDLER))
    answer = client.get(f"/desk/petitions/{petition.number}/")
    assert [step.action for step in answer.context["folded"]] == [
        "report_upward", "lead_out", "choose_route", "recuse", "hold_hearing", "settle",
    ]  # fmt: skip
    page = answer.content.decode()
    at_once, _stop, folded = page.partition("不常用的 6 项")
    assert f"/desk/petitions/{petition.number}/do/ask_extension/" in at_once
    assert f"/desk/petitions/{petition.number}/do/lead_out/" in folded
