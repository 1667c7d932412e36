"""The pages of the assessment: who opens which, what they show, and that each is a constant number of statements."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.clock import Clock
from tests.performance.assessed import March, figure, head, leader, result, run, scheme_of, supervisor

from yiwang.agencies.models import Agency, Role, Staff
from yiwang.performance.assessment import disputes, running
from yiwang.performance.models import Assessment, Dispute, Scheme
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.supervision.models import Finding


def as_(client: Client, actor: Actor) -> Client:
    assert isinstance(actor.staff, Staff)
    client.force_login(actor.staff)
    return client


def text(client: Client, name: str, /, *args: Any, status: int = 200, query: str = "") -> str:
    answer = client.get(reverse(f"desk:{name}", args=args) + query)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def post(client: Client, name: str, /, *args: Any, status: int = 303, **given: Any) -> str:
    answer = client.post(reverse(f"desk:{name}", args=args), given)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def statements(client: Client, name: str, /, *args: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as counted:
        text(client, name, *args)
    return len(counted)


LINEAR = {"form": "linear", "floor": "60", "target": "95"}


def test_a_scheme_is_written_and_published_at_the_desk(march: March, client: Client) -> None:
    """Given a supervisor and a leader, then a scheme goes from an empty draft to a published one, sentence by sentence."""
    as_(client, supervisor(march))
    begun = {"form": "scheme", "scheme-year": "2026", "scheme-about": "agencies", "scheme-title": "2026年考核"}
    post(client, "assessment", **begun)
    scheme = Scheme.objects.get()
    assert "这一年已有一份方案草稿" in post(client, "assessment", status=422, **begun)
    post(
        client, "assessment_new_indicator", scheme.pk, name="受理及时率", weight="80", kind="ratio",
        measure="notice_in_time", denominator="notice_due", **LINEAR,
    )  # fmt: skip
    wrong = post(
        client, "assessment_new_indicator", scheme.pk, status=422, name="空", weight="5", kind="count", form="full"
    )
    assert "没有“”这个数" in wrong
    post(
        client, "assessment_new_indicator", scheme.pk, name="答复用时", weight="19", kind="median", form="steps",
        steps="15 100\n30 60", better="less",
    )  # fmt: skip
    second = scheme.indicators.get(position=2)
    shown = text(client, "assessment_indicator", scheme.pk, second.pk)
    assert "15 100" in shown
    post(
        client, "assessment_indicator", scheme.pk, second.pk, name="重新办理", weight="20", kind="count",
        measure="reopened", form="deduct", operator="<=", target="0", per="1", points="10", partial="whole",
    )  # fmt: skip
    head_of = {
        "form": "head",
        "title": "2026年考核",
        "basis": "信考1号",
        "fewest": "1",
        "least_weight": "50",
        "dispute_days": "15",
    }
    post(client, "assessment_scheme", scheme.pk, **head_of)
    page = text(client, "assessment_scheme", scheme.pk)
    assert "“按期受理”占“应告知受理”的百分比。" in page
    assert "不多于0件得满分，每差1件扣权重的10%（不足一次的不扣），扣到0%为止。" in page
    assert "由领导发布" in page
    post(client, "assessment_scheme", scheme.pk, form="publish")
    assert not Scheme.objects.get().is_published
    as_(client, leader(march))
    post(client, "assessment_scheme", scheme.pk, form="publish")
    assert Scheme.objects.get().is_published
    assert "已发布的方案不再更改" in text(client, "assessment_scheme", scheme.pk)
    text(client, "assessment_new_indicator", scheme.pk, status=404)
    assert [one.rule for one in scheme.indicators.all()] == [
        LINEAR | {"most": "100"},
        {
            "form": "deduct", "operator": "<=", "target": "0", "per": "1", "points": "10", "partial": "whole",
            "over": "full", "least": "0",
        },
    ]  # fmt: skip


def test_an_indicator_is_taken_out_of_a_draft(march: March, client: Client) -> None:
    """Given a draft copied from a published scheme, when its first indicator is dropped, then the second moves up."""
    scheme_of(march)
    as_(client, supervisor(march))
    post(
        client, "assessment", form="scheme", **{"scheme-year": "2026", "scheme-about": "agencies", "scheme-title": "二"}
    )
    draft = Scheme.objects.get(version=2)
    first = draft.indicators.get(position=1)
    post(client, "assessment_scheme", draft.pk, form="drop", indicator=first.pk)
    assert [(one.position, one.name) for one in draft.indicators.all()] == [(1, "重新办理")]


def test_a_run_is_asked_for_and_read(march: March, client: Client) -> None:
    """Given a published scheme, when a run over March is asked for and computed, then the ranking shows points and ranks."""
    scheme = scheme_of(march)
    as_(client, supervisor(march))
    days = {"ask-first_day": "2026-03-01", "ask-last_day": "2026-03-31"}
    late = {"ask-first_day": "2026-03-01", "ask-last_day": "2026-04-02"}
    assert "考核期还没有结束" in post(client, "assessment", status=422, form="ask", **late, **{"ask-scheme": scheme.pk})
    post(client, "assessment", form="ask", **days, **{"ask-scheme": scheme.pk})
    made = Assessment.objects.get()
    assert "正在计算" in text(client, "assessment_ranking", made.pk)
    running.go_on()
    page = text(client, "assessment_ranking", made.pk)
    assert "52.29" in page
    assert "100.00" in page
    assert "提异议的时间到2026年4月17日为止" not in page  # said to those who publish
    client.post(reverse("desk:assessment_ranking", args=[made.pk]), {"form": "check"})
    assert "与保存的结果完全一致" in text(client, "assessment_ranking", made.pk)


def test_the_arithmetic_is_open_to_the_unit_itself_alone(march: March, client: Client) -> None:
    """Given a run, then housing reads its own lines and not the parks', nor do those who have no part in it read any."""
    made = run(march)
    as_(client, head(march))
    page = text(client, "assessment_arithmetic", made.pk, march.housing.pk)
    assert "75%，按比例得42.86%" in page
    assert "95% 的可能在 30.1–95.4% 之间" in page  # Wilson, 3 of 4
    assert "1件，差1件，扣1次、每次10%，得90%" in page
    assert "得分合计 52.29 ÷ 计分的权重 100.00 × 100 = 52.29，第 2 名" in page
    text(client, "assessment_arithmetic", made.pk, march.parks.pk, status=404)
    indicator = figure(made, march.parks, 1).indicator_id
    text(client, "assessment_petitions", made.pk, march.parks.pk, indicator, "notice_due", status=404)
    text(client, "assessment_new_dispute", made.pk, march.parks.pk, status=404)
    assert "园林局" in text(client, "assessment_ranking", made.pk)
    text(client, "assessment_scheme", made.scheme_id, status=404)
    county = march.actor(march.county_office, Role.SUPERVISOR)
    as_(client, county)
    text(client, "assessment_ranking", made.pk, status=404)
    text(client, "assessment_scheme", made.scheme_id, status=404)
    as_(client, march.handler(march.housing))
    text(client, "assessment", status=403)


def test_hints_of_gaming_stand_beside_the_result_for_supervisors_alone(march: March, client: Client) -> None:
    """Given two hints at housing in March, one in April and one that is gone, then a supervisor reads 2; others no such column."""
    made = run(march)
    for about, at, ended in (
        (1, march.late.received_at, ""),
        (2, march.late.received_at, ""),
        (3, made.asked_at, ""),
        (4, march.late.received_at, "gone"),
    ):
        Finding.objects.create(
            kind="copied_answer", petition=march.late, agency=march.housing, about_id=about, since=at, found_at=at,
            ended_at=at if ended else None, ended_because=ended,
        )  # fmt: skip
    as_(client, supervisor(march))
    assert '<td data-label="疑点" class="num">2</td>' in text(client, "assessment_ranking", made.pk)
    for other in (leader(march), head(march)):
        as_(client, other)
        assert "疑点" not in text(client, "assessment_ranking", made.pk)


def test_a_number_opens_its_list(march: March, client: Client) -> None:
    """Given the figure 3 of 4, then the lists have three and four petitions; one that the reader may not see is only counted."""
    made = run(march)
    indicator = figure(made, march.housing, 1).indicator_id
    as_(client, head(march))
    in_time = text(client, "assessment_petitions", made.pk, march.housing.pk, indicator, "notice_in_time")
    due = text(client, "assessment_petitions", made.pk, march.housing.pk, indicator, "notice_due")
    assert all(petition.number in due for petition in (*march.told, march.late))
    assert march.late.number not in in_time
    assert "您现在不能打开" not in due
    text(client, "assessment_petitions", made.pk, march.housing.pk, indicator, "answered", status=404)
    Petition.objects.filter(pk=march.late.pk).update(purpose="accusation")
    again = text(client, "assessment_petitions", made.pk, march.housing.pk, indicator, "notice_due")
    assert march.late.number not in again
    assert "这一页有 1 件您现在不能打开" in again


def test_a_dispute_goes_from_the_unit_to_a_decision(march: March, client: Client, clock: Clock) -> None:
    """Given a late notice, when housing disputes it and the office grants it, then the new result stands on every page."""
    made = run(march)
    indicator = figure(made, march.housing, 1).indicator_id
    as_(client, head(march))
    filled = text(
        client, "assessment_new_dispute", made.pk, march.housing.pk,
        query=f"?number={march.late.number}&indicator={indicator}",
    )  # fmt: skip
    assert march.late.number in filled
    given = {"where": f"{indicator}.", "number": march.late.number, "wanted": "out", "reason": "系统故障"}
    wrong = post(client, "assessment_new_dispute", made.pk, march.housing.pk, status=422, **given | {"number": "没有"})
    assert "没有找到这个编号的信访件" in wrong
    post(client, "assessment_new_dispute", made.pk, march.housing.pk, **given)
    asked = Dispute.objects.get()
    assert 'name="decision"' not in text(client, "assessment_dispute", asked.pk)
    as_(client, head(march, march.parks))
    text(client, "assessment_dispute", asked.pk, status=404)
    assert march.late.number not in text(client, "assessment_ranking", made.pk)
    as_(client, supervisor(march))
    assert "待决定的异议 1 项" in text(client, "assessment")
    assert "系统故障" in text(client, "assessment_dispute", asked.pk)
    post(client, "assessment_dispute", asked.pk, decision="granted", reason="查实停机")
    assert result(made, march.housing).points == Decimal("98.00")
    as_(client, head(march))
    page = text(client, "assessment_arithmetic", made.pk, march.housing.pk)
    assert "第 2 次结果" in page
    assert "98.00" in page
    assert "查实停机" in text(client, "assessment_dispute", asked.pk)


def test_the_ranking_is_published_by_a_leader(march: March, client: Client, clock: Clock) -> None:
    """Given time for disputes over, when a leader publishes, then every unit reads every line; the portal shows it only if chosen."""
    made = run(march)
    as_(client, leader(march))
    assert "提异议的时间到2026年4月17日为止" in text(client, "assessment_ranking", made.pk)
    clock.set(2026, 4, 18, 9, 0)
    as_(client, leader(march))  # the session has ended meanwhile
    post(client, "assessment_ranking", made.pk, form="publish")
    as_(client, head(march))
    assert "42.86%" not in text(client, "assessment_arithmetic", made.pk, march.parks.pk)
    assert Client().get(reverse("portal:assessment")).status_code == 404
    Assessment.objects.update(public=True)
    page = Client().get(reverse("portal:assessment")).content.decode()
    assert "52.29" in page
    assert "住建局" in page


def test_nothing_unpublished_stands_on_the_portal(march: March, client: Client) -> None:
    """Given a run that is marked public and not published, then the portal knows nothing of it."""
    made = run(march)
    Assessment.objects.filter(pk=made.pk).update(public=True)
    assert client.get(reverse("portal:assessment")).status_code == 404


def test_pages_run_a_constant_number_of_statements(march: March, client: Client, clock: Clock) -> None:
    """Given more units, petitions and disputes, then each page runs as many statements as before."""
    made = run(march)
    indicator = figure(made, march.housing, 1).indicator_id
    pages: list[tuple[Any, ...]] = [
        ("assessment",),
        ("assessment_scheme", made.scheme_id),
        ("assessment_ranking", made.pk),
        ("assessment_arithmetic", made.pk, march.housing.pk),
        ("assessment_petitions", made.pk, march.housing.pk, indicator, "notice_due"),
    ]
    as_(client, supervisor(march))
    text(client, "assessment")
    before = [statements(client, *page) for page in pages]
    for number in range(3):
        Agency.objects.create(code=f"more{number}", name=f"单位{number}", parent=march.office)
        disputes.dispute(head(march), made.pk, march.housing.pk, indicator, march.told[number].number, "out", "不该算")
    more = run(march, Scheme.objects.get())
    pages[2] = ("assessment_ranking", more.pk)
    assert [statements(client, *page) for page in pages] == before
    assert max(before) <= 16, before


@pytest.mark.parametrize("name", ["assessment_ranking", "assessment_scheme", "assessment_dispute"])
def test_what_is_not_there_is_not_found(march: March, client: Client, name: str) -> None:
    """Given no such row, then the page says so."""
    as_(client, supervisor(march))
    text(client, name, 1, status=404)
