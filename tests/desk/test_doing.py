"""Every action that staff take is reachable through a form of its own, and a refusal keeps what was typed."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.given import City
from tests.settled import city, settled_city

from yiwang.agencies.models import Agency, Role
from yiwang.desk.work.every_form import FORMS
from yiwang.journal.models import Record
from yiwang.petitions import actions
from yiwang.petitions.lifecycle import ALL, Machine, Relation, Transition
from yiwang.petitions.models import Deadline, Entry, Petition, PublishedAnswer, StandardAnswer
from yiwang.workdays.counting import office_date

__all__ = ["city", "settled_city"]
FILING = frozenset({"file", "file_directly"})
OF_STAFF = [row for row in ALL if row.action not in FILING and any(who.role is not None for who in row.by)]
CELLS = [(row, state) for row in OF_STAFF for state in row.start]
TODAY = office_date(datetime.now(UTC)).isoformat()
ABOUT = {"subject": "楼道灯不亮", "purpose": "appeal", "persons": "1"}

POSTED: dict[str, Callable[[City], dict[str, Any]]] = {
    "register": lambda city: ABOUT,
    "correct": lambda city: {**ABOUT, "text": "改过的内容", "place": "新地点"},
    "merge": lambda city: {"same": "other", "into_number": city.bring_to("registered").number},
    "urge": lambda city: {"words": "请本周内办结。"},
    "mark_urgent": lambda city: {"reason": "老人独居", "urgent": "on"},
    "not_take": lambda city: {"reason": "已进入诉讼", "where": "人民法院"},
    "refer": lambda city: {"lead": city.housing.pk, "co": [city.parks.pk], "kind": "transfer"},
    "ask_more_agencies": lambda city: {"co": [city.transport.pk]},
    "receive": lambda city: {},
    "pass_on": lambda city: {"to": city.township.pk},
    "object": lambda city: {"reason": "属园林局"},
    "uphold_objection": lambda city: {},
    "reject_objection": lambda city: {"reason": "职责清单第三条"},
    "accept": lambda city: {},
    "hand_over": lambda city: {"to": city.who(city.housing, Role.AGENCY_HANDLER).pk},
    "note": lambda city: {"text": "已电话联系"},
    "request_more": lambda city: {"text": "请补照片"},
    "add_material": lambda city: {"text": "补充：夜里也不亮"},
    "co_report": lambda city: {"text": "我局意见"},
    "draft_answer": lambda city: {"text": "经查，楼道灯已于今日修好。", "outcome": "support"},
    "send_back": lambda city: {"reason": "请写依据"},
    "approve": lambda city: {},
    "deliver": lambda city: {"how": "telephone"},
    "rate": lambda city: {"office": "satisfied", "agency": "basically"},
    "close": lambda city: {},
    "reopen": lambda city: {"reason": "又坏了"},
    "withdraw": lambda city: {},
    "publish": lambda city: {"subject": "路灯", "text": "路灯坏了", "answer_text": "已修好", "checked": "on"},
    "recall": lambda city: {"reason": "有错"},
    "freeze": lambda city: {"reason": "法院调卷"},
    "unfreeze": lambda city: {"reason": "案子结了"},
    "split": lambda city: {"subject": "公交末班车太早", "text": "末班车六点就没了。"},
    "report_upward": lambda city: {"to": "市委、市政府", "text": "已派人到场"},
    "not_take_running": lambda city: {"same": "other", "earlier_number": city.bring_to("accepted").number},
    "not_take_again": lambda city: {"same": "other", "earlier_number": ended(city).number},
    "redirect": lambda city: {"reason": "不归住建管", "where": "园林局"},
    "lead_out": lambda city: {"route": "arbitration", "where": "市仲裁委", "reason": "劳动争议"},
    "raise_dispute": lambda city: {"before": "conference", "reason": "两家都说不是自己的"},
    "settle_dispute": lambda city: {"lead": city.parks.pk, "by": "conference", "decision": "第三次会议定"},
    "accept_simply": lambda city: {},
    "convert_to_ordinary": lambda city: {"reason": "要现场勘验"},
    "choose_route": lambda city: {"basis": "《建筑法》第六条"},
    "recuse": lambda city: {"reason": "与信访人是亲戚"},
    "hold_hearing": lambda city: {"first_day": TODAY, "place": "三楼会议室"},
    "ask_extension": lambda city: {"days": "30", "reason": "要等鉴定"},
    "extend": lambda city: {"days": "30", "reason": "要等鉴定"},
    "refuse_extension": lambda city: {"reason": "鉴定已出"},
    "settle": lambda city: {
        "kind": "mediation", "other_party": "幸福物业", "terms": "物业十天内修好。", "agreed_on": TODAY, "both_agree": "on",
    },
    "ask_review": lambda city: {"grounds": "没有说明屋顶为什么不修"},
    "ask_re_review": lambda city: {"grounds": "没有到现场"},
    "take_review": lambda city: {},
    "refuse_review": lambda city: {"reason": "可以起诉"},
    "hold_review_hearing": lambda city: {"first_day": TODAY, "place": "三楼会议室"},
    "draft_review": lambda city: {"outcome": "upheld", "text": "原答复清楚，维持。"},
    "send_back_review": lambda city: {"reason": "请写依据"},
    "decide_review": lambda city: {},
    "remand": lambda city: {},
    "record_decision": lambda city: {"outcome": "upheld", "text": "省复查〔2026〕1号", "decided_on": TODAY},
    "deliver_review": lambda city: {"how": "post"},
    "withdraw_review": lambda city: {},
}  # fmt: skip
"""The least that a clerk must type. A new row of the table without an entry here fails below."""


def ended(city: City) -> Petition:
    """Return a petition whose re-review was decided, by the body outside."""
    petition = city.bring_review_to("asked", again=True)
    given = actions.RecordDecision(outcome="upheld", text="维持", decided_on=date.fromisoformat(TODAY))
    return given.run(city.officer, petition.pk)


def brought(city: City, row: Transition, state: str, agency: Agency) -> Petition:
    """Return a petition that stands where the row begins."""
    if row.machine == Machine.REVIEW:
        once_more = row.action == "ask_re_review" and state in {"refused", "withdrawn"}
        again = row.action == "record_decision" or once_more
        petition = city.bring_review_to("taken" if row.action == "remand" else state, again=again)
        if row.action == "remand":
            draft = actions.DraftReview(outcome="revoked", text="事实不清，撤销。")
            draft.run(city.handler(city.government), petition.pk)
        return petition
    if row.action == "redirect":
        return city.file(actor=city.handler(agency), agency=agency, channel="letter")
    if row.action == "convert_to_ordinary":
        return actions.AcceptSimply().run(city.handler(agency), city.bring_to("referred", agency).pk)
    if row.action in {"extend", "refuse_extension"}:
        petition = city.bring_to("accepted", agency)
        petition = actions.AskExtension(days=20, reason="要等鉴定").run(city.handler(agency), petition.pk)
        if state == "drafted":
            petition = actions.DraftAnswer(text="经查，楼道灯已于今日修好。", outcome="support").run(
                city.handler(agency), petition.pk
            )
        return petition
    return city.bring_to(state, agency)


def prepared(city: City, row: Transition, state: str) -> tuple[Petition, Agency, str]:
    """Return a petition where the action can be taken, and from which post."""
    agency = city.county_housing if row.action == "pass_on" else city.housing
    petition = brought(city, row, state, agency)
    if row.action in {"receive", "co_report"}:
        actions.AskMoreAgencies(co=[city.parks]).run(city.officer, petition.pk)
    if row.action == "urge" and state in {"answered", "closed"}:
        # As while a review of the answer runs: something is still owed.
        Deadline.objects.create(
            petition=petition, rule="review", rule_version="2022", owed_by=city.government, started_at=petition.received_at,
            due_on=petition.received_on, due_at=petition.received_at,
        )  # fmt: skip
    if row.action == "unfreeze":
        actions.Freeze(reason="法院调卷").run(city.officer, petition.pk)
    if row.action == "recall":
        publish = actions.Publish(subject="路灯", text="路灯坏了", answer_text="已修好")
        publish.run(city.approver(city.housing), petition.pk)
    who = next(who for who in row.by if who.role is not None)
    place = {
        Relation.OFFICE: city.office, Relation.LEAD: agency, Relation.ASKED: city.parks,
        Relation.REVIEWER: city.government,
    }[who.relation]  # fmt: skip
    assert who.role is not None
    return Petition.objects.get(pk=petition.pk), place, who.role


def test_every_action_of_staff_has_a_form() -> None:
    """Given the table of transitions, then each row that names staff has its form, and no form is of anything else."""
    assert set(FORMS) == {row.action for row in OF_STAFF} == set(POSTED)


@pytest.mark.parametrize(("row", "state"), CELLS, ids=[f"{row.action}-{state}" for row, state in CELLS])
def test_each_action_is_done_through_its_form(city: City, client: Client, row: Transition, state: str) -> None:
    """Given a petition in a state of the row, when an entitled clerk opens it, then the form is offered, and sending it does it."""
    petition, place, role = prepared(city, row, state)
    client.force_login(city.who(place, role))
    address = reverse("desk:do", args=[petition.number, row.action])
    assert address in client.get(f"/desk/petitions/{petition.number}/").content.decode()
    form = client.get(address)
    assert form.status_code == 200
    version = form.context["form"].initial["version"]
    before = Entry.objects.filter(petition=petition).count()

    answer = client.post(address, {**POSTED[row.action](city), "version": version})

    assert answer.status_code == 303, answer.context and answer.context["form"].errors
    assert Entry.objects.filter(petition=petition, action=row.action).count() >= 1
    assert Entry.objects.filter(petition=petition).count() == before + 1


@pytest.mark.parametrize(("row", "state"), CELLS, ids=[f"{row.action}-{state}" for row, state in CELLS])
def test_nobody_else_is_offered_it(city: City, client: Client, row: Transition, state: str) -> None:
    """Given a leader, who sees all and does nothing, when the form is asked for, then they are sent back with a sentence."""
    petition, _place, _role = prepared(city, row, state)
    client.force_login(city.who(city.office, Role.LEADER))
    address = reverse("desk:do", args=[petition.number, row.action])
    assert address not in client.get(f"/desk/petitions/{petition.number}/").content.decode()
    assert client.get(address).headers["Location"] == f"/desk/petitions/{petition.number}/"
    before = Petition.objects.filter(pk=petition.pk).values().get()
    posted = client.post(address, {**POSTED[row.action](city), "version": petition.version})
    assert posted.status_code == 422
    assert Petition.objects.filter(pk=petition.pk).values().get() == before
    assert Record.objects.filter(act=row.action, result="refused", reason="not_entitled").count() == 1


@pytest.mark.parametrize(
    ("action", "state", "typed", "code"),
    [
        ("refer", "registered", {"kind": "assign", "reason": "请尽快办"}, "no_report_day"),
        ("note", "registered", {"text": "  "}, ""),
        ("draft_answer", "accepted", {"text": "已修好", "outcome": "support"}, "too_short"),
        ("publish", "answered", {"subject": "路灯", "text": "坏了", "answer_text": "修好"}, ""),
    ],
)
def test_refusals_keep_what_was_typed(
    city: City, client: Client, action: str, state: str, typed: dict[str, str], code: str
) -> None:
    """Given something missing or against the rules, when sent, then 422, the words still there, and nothing changed."""
    row = next(row for row in OF_STAFF if row.action == action)
    petition, place, role = prepared(city, row, state)
    client.force_login(city.who(place, role))
    given = {**({"lead": city.housing.pk} if action == "refer" else {}), **typed, "version": petition.version}
    answer = client.post(reverse("desk:do", args=[petition.number, action]), given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'class="errors"' in page
    for name, value in typed.items():
        assert answer.context["form"][name].value() == value
    refused = [line.reason for line in Record.objects.filter(result="refused")]
    assert refused == ([code] if code else [])
    assert Petition.objects.get(pk=petition.pk).version == petition.version


def test_the_second_of_two_clerks_is_told(city: City, client: Client) -> None:
    """Given two clerks on one page, when the second sends, then it is refused with the words kept; sent again, it is done."""
    petition = city.bring_to("registered")
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    address = reverse("desk:do", args=[petition.number, "refer"])
    mine = {"lead": city.housing.pk, "kind": "transfer", "reason": "请核实三单元", "version": petition.version}
    actions.Note(text="别人先写了一条").run(city.clerk, petition.pk)

    refused = client.post(address, mine)

    assert refused.status_code == 422
    page = refused.content.decode()
    assert "刚才有别人处理了这件信访" in page
    assert "请核实三单元" in page
    assert "别人先写了一条" in page  # what happened meanwhile stands beside
    assert Petition.objects.get(pk=petition.pk).state == "registered"
    again = client.post(address, {**mine, "version": refused.context["form"]["version"].value()})
    assert again.status_code == 303
    assert Petition.objects.get(pk=petition.pk).state == "referred"


def test_an_unknown_action_is_not_found(city: City, client: Client) -> None:
    """Given a code that is no action of staff, when asked for, then 404."""
    petition = city.file()
    client.force_login(city.who(city.office, Role.OFFICE_HANDLER))
    for action in ("stand_by", "file", "delete"):
        assert client.get(reverse("desk:do", args=[petition.number, action])).status_code == 404


def test_registering_suggests_the_same_matter(city: City, client: Client) -> None:
    """Given an earlier petition with nearly the same title, when registering, then one tick makes this one a repeated one."""
    earlier = city.bring_to("registered", subject="幸福小区三单元暖气不热")
    city.bring_to("registered", subject="公交末班车太早")
    petition = city.file("幸福小区暖气一直不热")
    client.force_login(city.who(city.office, Role.INTAKE_CLERK))
    address = reverse("desk:do", args=[petition.number, "register"])
    assert [one.number for one in client.get(address).context["form"].similar] == [earlier.number]
    client.post(address, {**ABOUT, "same": earlier.number, "version": 0})
    petition.refresh_from_db()
    assert (petition.occurrence, petition.repeats_id) == ("repeated", earlier.pk)


def test_a_standard_answer_is_inserted_without_losing_a_word(city: City, client: Client) -> None:
    """Given a draft under way, when a standard answer is inserted or the preview asked for, then all that was typed stays."""
    own = StandardAnswer.objects.create(title="联系方式", text="联系人：王师傅，电话 0000000。", agency=city.housing)
    StandardAnswer.objects.create(title="别人的", text="园林局的话", agency=city.parks)
    petition = city.bring_to("accepted")
    client.force_login(city.who(city.housing, Role.AGENCY_HANDLER))
    address = reverse("desk:do", args=[petition.number, "draft_answer"])
    shown = client.get(address)
    assert [row.pk for row in shown.context["standard"]] == [own.pk]
    typed = {"text": "经查，楼道灯已修好。", "outcome": "support", "version": petition.version}
    inserted = client.post(address, {**typed, "insert": own.pk})
    assert inserted.context["form"]["text"].value() == "经查，楼道灯已修好。\n\n联系人：王师傅，电话 0000000。"
    assert inserted.context["form"]["outcome"].value() == "support"
    preview = client.post(address, {**typed, "preview": "1"}).content.decode()
    assert preview.count("经查，楼道灯已修好。") == 2
    assert "信访人会看到" in preview
    assert Petition.objects.get(pk=petition.pk).state == "accepted"


def test_the_next_draft_starts_from_the_one_sent_back(city: City, client: Client) -> None:
    """Given a draft that was sent back, when the editor is opened, then it holds that draft, and the reason stands beside."""
    petition = city.bring_to("drafted")
    actions.SendBack(reason="请写明依据").run(city.approver(city.housing), petition.pk)
    client.force_login(city.who(city.housing, Role.AGENCY_HANDLER))
    page = client.get(reverse("desk:do", args=[petition.number, "draft_answer"]))
    assert page.context["form"]["text"].value() == "经查，楼道灯已于今日修好。"
    assert "请写明依据" in page.content.decode()


def test_publishing_starts_from_masked_words(city: City, client: Client) -> None:
    """Given names and numbers in letter and answer, when publishing, then the suggestion has none, and a tick is asked for."""
    petition = city.bring_to(
        "answered",
        subject="钱大妈家漏水",
        text="我是钱大妈，住5栋2单元301室，电话19900000001，证件11010519491231002X。",
    )
    client.force_login(city.who(city.housing, Role.APPROVER))
    address = reverse("desk:do", args=[petition.number, "publish"])
    page = client.get(address)
    form = page.context["form"]
    assert "<mark>5栋2单元301室</mark>" in page.content.decode()
    assert form["subject"].value() == "钱某家漏水"
    assert form["text"].value() == "我是钱某，住***，电话***，证件***。"
    given = {name: form[name].value() for name in ("subject", "text", "answer_text", "version")}
    assert client.post(address, given).status_code == 422
    assert not PublishedAnswer.objects.exists()
    assert client.post(address, {**given, "checked": "on"}).status_code == 303
    assert PublishedAnswer.objects.get().subject == "钱某家漏水"


def test_who_loses_sight_goes_to_the_list(city: City, client: Client) -> None:
    """Given a clerk outside the compartment, when they register an accusation, then it leaves their sight without a 404."""
    petition = city.file("科长收了钱")
    client.force_login(city.who(city.office, Role.INTAKE_CLERK))
    address = reverse("desk:do", args=[petition.number, "register"])
    answer = client.post(address, {**ABOUT, "subject": "科长收了钱", "purpose": "accusation", "version": 0})
    assert answer.headers["Location"] == "/desk/petitions/"
    assert client.get(f"/desk/petitions/{petition.number}/").status_code == 404
