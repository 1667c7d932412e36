"""The desk's pages: second looks, rates with the lists behind them, and the office's rules."""

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.desk.test_mine import statements
from tests.given import City
from tests.satisfaction.answered import answered_accusation, answered_with_co_agencies

from yiwang.agencies.models import Role
from yiwang.journal.models import Record
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Category, Petition, Rating, RatingReason, RatingRules
from yiwang.petitions.rating_links import token_for
from yiwang.satisfaction.figures import Period, listed, office_rate, rates_by, total, year_until
from yiwang.satisfaction.models import SecondLook
from yiwang.satisfaction.rates import Rate
from yiwang.satisfaction.second_looks import open_looks

GOOD, BAD = {"office": "satisfied", "agency": "basically"}, {"office": "satisfied", "agency": "dissatisfied"}
PAGE = "/desk/satisfaction/"


def rate(petition: Petition, given: dict[str, Any], **more: Any) -> Petition:
    actions.Rate(**given, **more).run(Actor.citizen(petition.pk), petition.pk)
    return petition


@pytest.fixture
def rated(city: City) -> dict[str, Petition]:
    """Two good and one bad for housing, one good for transport by a call-back, one silent for transport, one accusation rated badly."""
    light = Category.objects.create(code="light", name="路灯")
    lamp = Category.objects.create(code="lamp", name="灯泡", parent=light)
    found = {name: rate(city.bring_to("answered"), given) for name, given in (("a", GOOD), ("b", GOOD), ("c", BAD))}
    Petition.objects.filter(pk=found["a"].pk).update(category=lamp, channel="visit")
    found["called"] = city.bring_to("answered", city.transport)
    actions.Rate(**GOOD, how="callback").run(city.officer, found["called"].pk)
    found["silent"] = city.bring_to("answered", city.transport)
    actions.Rate(**GOOD, how="silent").run(Actor.system(), found["silent"].pk)
    found["accusation"] = rate(answered_accusation(city, city.transport), BAD)
    return found


def this_year() -> Period:
    return year_until(datetime.now(UTC))


def test_rates_by_each_dimension(city: City, rated: dict[str, Petition]) -> None:
    """Given these ratings and a supervisor without the compartment, then each dimension counts 3 of 4, and one silent apart."""
    actor = city.actor(city.office, Role.SUPERVISOR)
    read = {
        by: {
            row.label: (row.rate.satisfied, row.rate.n, row.silent)
            for row in rates_by(actor, this_year(), "agency", by)
        }
        for by in ("agency", "channel", "how", "category")
    }
    assert read == {
        "agency": {"住建局": (2, 3, 0), "交通局": (1, 1, 1)},
        "channel": {"来访": (1, 1, 0), "网站": (2, 3, 1)},
        "how": {"网上查询页": (2, 3, 0), "电话回访": (1, 1, 0), "期满未评价": (0, 0, 1)},
        "category": {"路灯": (1, 1, 0), "未分类": (2, 3, 1)},
    }
    months = rates_by(actor, this_year(), "agency", "month")
    assert [(row.key, row.rate, row.silent) for row in months] == [(f"{datetime.now(UTC):%Y-%m}", Rate(3, 4), 1)]
    assert total(months).rate == Rate(3, 4)
    office = rates_by(actor, this_year(), "office", "agency")
    assert [(row.label, row.rate, row.silent) for row in office] == [("信访局", Rate(4, 4), 1)]


def test_every_figure_opens_a_list_as_long_as_it_says(city: City, client: Client, rated: dict[str, Petition]) -> None:
    """Given each page, then behind each of its figures lie as many ratings as it says."""
    client.force_login(city.who(city.office, Role.SUPERVISOR))
    checked = 0
    for by in ("agency", "channel", "how", "category", "month"):
        context = client.get(PAGE, {"by": by}).context
        for row, links in [*context["rows"], (context["total"], context["total_links"])]:
            figures = {
                "good": row.rate.satisfied, "bad": row.bad, "counted": row.rate.n, "silent": row.silent, "inside": row.inside,
            }  # fmt: skip
            for level, number in figures.items():
                assert len(client.get(links[level]).context["rows"]) == number, (by, row.label, level)
                checked += 1
    assert checked == 5 * sum((3, 3, 4, 3, 2))


def test_nobody_learns_of_an_accusation(city: City, client: Client, rated: dict[str, Petition]) -> None:
    """Given a badly rated accusation against transport, then transport's figures and lists are without it; the compartment's reader has it."""
    client.force_login(city.who(city.transport, Role.APPROVER))
    page = client.get(PAGE).content.decode()
    assert "纪委" not in page
    assert [row.rate for row, _links in client.get(PAGE).context["rows"]] == [Rate(1, 1)]
    assert rated["accusation"].number not in client.get(f"{PAGE}list/").content.decode()
    inside = city.actor(city.office, Role.SUPERVISOR, compartment=True)
    assert {row.label: row.rate for row in rates_by(inside, this_year(), "agency", "agency")}["纪委监委"] == Rate(0, 1)
    assert office_rate(this_year()) == Rate(3, 4)


def test_a_handler_sees_the_figures_of_what_they_were_asked(city: City, rated: dict[str, Petition]) -> None:
    """Given housing's approver, then there is one line, housing's."""
    rows = rates_by(city.approver(city.housing), this_year(), "agency", "agency")
    assert [(row.label, row.rate) for row in rows] == [("住建局", Rate(2, 3))]


def test_days_are_the_offices_and_both_ends_count(city: City, rated: dict[str, Petition]) -> None:
    """Given a rating at the first and one at the last instant of a day at the office, then that day has both, the days beside none."""
    Rating.objects.filter(petition=rated["a"]).update(at=datetime(2026, 3, 1, 16, 0, tzinfo=UTC))
    Rating.objects.filter(petition=rated["b"]).update(at=datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC))
    actor = city.actor(city.office, Role.SUPERVISOR)
    numbers = [
        total(rates_by(actor, Period(date(2026, 3, day), date(2026, 3, day)), "agency", "agency")).rate.n
        for day in (1, 2, 3)
    ]
    assert numbers == [0, 2, 0]
    march = rates_by(actor, Period(date(2026, 3, 1), date(2026, 3, 31)), "agency", "month")
    assert [(row.key, row.rate) for row in march] == [("2026-03", Rate(2, 2))]
    assert listed(actor, this_year(), "agency", by="month", key="2026-03").count() == 2


@pytest.mark.parametrize("many", [1, 12])
def test_pages_take_a_constant_number_of_statements(city: City, client: Client, many: int) -> None:
    """Given 1 or 12 rated petitions, then the rates take 5 statements, the list 4, the second looks 5 and one of them 6."""
    for _again in range(many):
        rate(city.bring_to("answered"), BAD)
    open_looks()
    client.force_login(city.who(city.office, Role.SUPERVISOR))
    look = SecondLook.objects.order_by("pk")[0]
    counts = []
    for address in (PAGE, f"{PAGE}list/", "/desk/second-looks/", f"/desk/second-looks/{look.pk}/"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(statements(queries)))
    assert counts == [5, 4, 5, 6]


@pytest.mark.parametrize(
    "query",
    ["by=x", "about=x", "list/?level=x", "list/?by=x", "list/?by=agency&key=none"],
)
def test_what_makes_no_sense_is_not_found(city: City, client: Client, query: str) -> None:
    """Given an address that names no dimension, verdict or level, then 404."""
    client.force_login(city.who(city.office, Role.SUPERVISOR))
    path, _stop, asked = query.rpartition("?")
    assert client.get(f"{PAGE}{path}?{asked}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "by=category&key=x", "by=category&key=9", "by=month&key=2026-13", "by=month&key=x", "by=agency&key=x", "page=x",
        "since=x&until=2026-01-01",
    ],
)  # fmt: skip
def test_an_unknown_group_is_empty(city: City, client: Client, query: str) -> None:
    """Given a group that is none, a page or a day that is none, then the page opens."""
    client.force_login(city.who(city.office, Role.SUPERVISOR))
    assert client.get(f"{PAGE}list/?{query}").status_code == 200


def test_a_second_look_on_the_desk(city: City, client: Client) -> None:
    """Given a badly rated answer, when a supervisor opens and decides it, then all is there, a look is noted, and it is done once."""
    petition = answered_with_co_agencies(city)
    why = RatingReason.objects.get(code="result-not-done")
    rate(petition, BAD, agencies={city.parks.pk: "satisfied"}, reason=why.pk, comment="<b>灯没修</b>")
    open_looks()
    client.force_login(city.who(city.office, Role.SUPERVISOR))
    listing = client.get("/desk/second-looks/").content.decode()
    address = f"/desk/second-looks/{SecondLook.objects.get().pk}/"
    assert address in listing
    page = client.get(address).content.decode()
    for words in (
        "三单元的楼道灯坏了",
        "楼道灯已于今日修好",
        "答应的事没有办",
        "&lt;b&gt;灯没修",
        "园林局 <b>满意</b>",
        "住建局 <b>不满意</b>",
    ):
        assert words in page
    assert Record.objects.filter(act="look", actor_kind="staff", subject_id=petition.pk).count() == 1
    empty = client.post(address, {"outcome": "stands", "reason": ""})
    assert (empty.status_code, "请填写“理由”" in empty.content.decode()) == (422, True)
    assert client.post(address, {"outcome": "stands", "reason": "灯已修好"}).status_code == 303
    assert client.post(address, {"outcome": "again", "reason": "再办"}).status_code == 422
    assert Record.objects.filter(act="decide_second_look", result="refused", reason="decided").count() == 1
    after = client.get(address).content.decode()
    assert "灯已修好" in after
    assert 'name="outcome"' not in after


def test_whoever_answered_does_not_find_it(city: City, client: Client) -> None:
    """Given an approver of the office who approved the answer, then list and page know nothing of it."""
    petition = city.bring_to("registered")
    for action, actor in (
        (actions.Refer(lead=city.office), city.officer),
        (actions.Accept(), city.officer),
        (actions.DraftAnswer(text="经查，楼道灯已于今日修好。", outcome="support"), city.officer),
        (actions.Approve(), city.approver(city.office)),
        (actions.Rate(**BAD), Actor.citizen(petition.pk)),
    ):
        action.run(actor, petition.pk)
    open_looks()
    client.force_login(city.who(city.office, Role.APPROVER))
    address = f"/desk/second-looks/{SecondLook.objects.get().pk}/"
    assert address not in client.get("/desk/second-looks/").content.decode()
    assert client.get(address).status_code == 404
    assert client.post(address, {"outcome": "stands", "reason": "好"}).status_code == 404


def form_of(client: Client) -> dict[str, Any]:
    """Return the rules' form as a browser would send it back untouched."""
    form = client.get("/desk/setup/ratings/").context["form"]
    return {name: value for name, value in form.initial.items() if value not in ("", False)}


def test_an_administrator_enters_rules(city: City, client: Client) -> None:
    """Given the form, when a level is added and silence chosen, then a version is in force; sent again, there is nothing to save."""
    client.force_login(city.who(city.office, Role.SYSTEM_ADMINISTRATOR))
    untouched = client.post("/desk/setup/ratings/", form_of(client))
    assert (untouched.status_code, "没有要保存的" in untouched.content.decode()) == (422, True)
    given = {**form_of(client), "name_3": "很不满意", "silent": "1", "networks": "10.1.0.0/16\n\n", "window_days": 20}
    assert client.post("/desk/setup/ratings/", given).status_code == 303
    version = RatingRules.objects.get()
    assert [(one.code, one.name, one.satisfied) for one in version.levels.all()] == [
        ("satisfied", "满意", True), ("basically", "基本满意", True), ("dissatisfied", "不满意", False),
        ("level-1", "很不满意", False),
    ]  # fmt: skip
    assert (version.silent_level, version.networks, version.window_days) == ("basically", "10.1.0.0/16", 20)
    page = client.get("/desk/setup/ratings/").content.decode()
    assert "很不满意" in page
    assert client.post("/desk/setup/ratings/", form_of(client)).status_code == 422
    wrong = client.post("/desk/setup/ratings/", {**given, "networks": "我们单位"})
    assert "“我们单位”不是网络地址" in wrong.content.decode()
    assert RatingRules.objects.count() == 1


def test_reasons_are_a_tree_that_an_administrator_edits(city: City, client: Client) -> None:
    """Given the tree of reasons, when one is added, renamed and switched off, then petitioners are offered what is in use."""
    client.force_login(city.who(city.office, Role.SYSTEM_ADMINISTRATOR))
    assert "答非所问" in client.get("/desk/setup/reasons/").content.decode()
    top = RatingReason.objects.get(code="late")
    client.post(
        f"/desk/setup/reasons/add/?under={top.pk}", {"code": "late-twice", "name": "拖了两次", "name_en": "Late twice"}
    )
    made = RatingReason.objects.get(code="late-twice")
    below = client.get(f"/desk/setup/reasons/add/?under={made.pk}", follow=True)
    assert "“不满意的原因”最多2级" in below.content.decode()
    client.post(f"/desk/setup/reasons/{made.pk}/", {"do": "deactivate"})
    petition = city.bring_to("answered")
    page = Client().get(f"/rate/{token_for(petition.pk, petition.answer_id or 0)}/").content.decode()
    assert '<optgroup label="太慢">' in page
    assert "超过了期限" in page
    assert "拖了两次" not in page
    assert Record.objects.filter(act="add_ratingreason").count() == 1


def test_links_name_the_figure(city: City, client: Client, rated: dict[str, Petition]) -> None:
    """Given the page by agency, then a link says verdict, days, group and level."""
    client.force_login(city.who(city.office, Role.SUPERVISOR))
    row, links = client.get(PAGE).context["rows"][0]
    asked = parse_qs(urlsplit(links["bad"]).query)
    assert {name: asked[name][0] for name in ("about", "by", "key", "level")} == {
        "about": "agency", "by": "agency", "key": row.key, "level": "bad",
    }  # fmt: skip


def test_the_open_figures_tell_the_rate_with_its_certainty(city: City) -> None:
    """Given four ratings, then the public page tells none; given 11 of 12, then rate and interval, accusations and silence left out."""
    for _number in range(4):
        rate(city.bring_to("answered"), GOOD)
    assert "评价还太少" in Client().get("/figures/").content.decode()
    for given in (*[GOOD] * 7, BAD):
        rate(city.bring_to("answered"), given)
    rate(answered_accusation(city, city.transport), BAD)
    actions.Rate(**BAD, how="silent").run(Actor.system(), city.bring_to("answered").pk)
    page = Client().get("/figures/").content.decode()
    assert "<b>91.7 %（64.6–98.5 %，12 人评价）</b>" in page
