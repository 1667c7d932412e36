"""The office's rules as versions: what was rated before reads as it did."""

from typing import Any

import pytest
from django.utils import translation
from tests.given import City

from yiwang.agencies.models import Role
from yiwang.journal.models import Record
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Rating, RatingReason, RatingRules
from yiwang.petitions.refusals import Refused
from yiwang.petitions.verdicts import rules_now
from yiwang.portal.timeline import events_of
from yiwang.satisfaction.rules import LevelGiven, enter_rules

FIVE = [
    LevelGiven("非常满意", True, "Very satisfied"), LevelGiven("满意", True, "Satisfied", "satisfied"),
    LevelGiven("一般", False, "So so"), LevelGiven("不满意", False, "Dissatisfied", "dissatisfied"),
]  # fmt: skip


def enter(city: City, levels: Any = FIVE, **given: Any) -> RatingRules:
    return enter_rules(levels, city.who(city.office, Role.SYSTEM_ADMINISTRATOR), **{"window_days": 30, **given})


def test_an_office_begins_with_three_levels(city: City) -> None:
    """Given an office that has entered nothing, then three levels, of which two count, 30 days, no silent default."""
    rules = rules_now()
    assert [(one.code, one.satisfied) for one in rules.levels] == [
        ("satisfied", True), ("basically", True), ("dissatisfied", False),
    ]  # fmt: skip
    assert (rules.number, rules.window_days, rules.silent_level, rules.networks, rules.second_looks) == (
        0,
        30,
        "",
        (),
        1,
    )


def test_old_ratings_read_as_they_did(city: City) -> None:
    """Given a rating under the built-in levels and one under an office's own, when a third version comes, then both read as given."""
    first, second = city.bring_to("answered"), city.bring_to("answered")
    actions.Rate(office="satisfied", agency="basically").run(Actor.citizen(first.pk), first.pk)
    enter(city)
    actions.Rate(office="level-1", agency="level-2").run(Actor.citizen(second.pk), second.pk)
    renamed = [LevelGiven("好", True, "Good", "level-1"), LevelGiven("差", False, "Bad", "satisfied")]
    enter(city, renamed)
    read = {
        (row.petition_id, row.about): (row.get_level_display(), row.satisfied)
        for row in Rating.objects.select_related("grade")
    }
    assert read == {
        (first.pk, "office"): ("满意", True), (first.pk, "agency"): ("基本满意", True),
        (second.pk, "office"): ("非常满意", True), (second.pk, "agency"): ("一般", False),
    }  # fmt: skip
    with translation.override("en"):
        assert Rating.objects.get(petition=second, about="office").get_level_display() == "Very satisfied"
    entries = second.entries.filter(action="rate").select_related("agency")
    assert [event.title for event in events_of(second, entries)] == [
        "您评价了这次办理：信访部门“非常满意”，责任单位“一般”"
    ]


def test_a_level_of_before_is_none_any_more(city: City) -> None:
    """Given an office's own levels, when a built-in one that is not among them is given, then it is refused."""
    enter(city)
    petition = city.bring_to("answered")
    with pytest.raises(actions.Refused) as refused:
        actions.Rate(office="satisfied", agency="basically").run(Actor.citizen(petition.pk), petition.pk)
    assert (refused.value.code, petition.ratings.count()) == ("no_level", 0)


def test_a_version_is_whole_and_written_down(city: City) -> None:
    """Given two versions, then each has its number, levels and line in the behaviour log; the newest is in force."""
    first = enter(city, networks=["10.1.2.3/16", "2001:db8::/32"], window_days=20, silent="满意", silent_counts=True)
    second = enter(city, window_days=15, second_looks=3)
    assert (first.number, second.number) == (1, 2)
    assert [(one.code, one.name) for one in first.levels.all()] == [
        ("level-1", "非常满意"), ("satisfied", "满意"), ("level-2", "一般"), ("dissatisfied", "不满意"),
    ]  # fmt: skip
    assert (first.networks, first.silent_level, first.silent_counts) == (
        "10.1.0.0/16\n2001:db8::/32",
        "satisfied",
        True,
    )
    assert next(one.code for one in second.levels.all()) == "level-3"  # a code is never given to another level
    rules = rules_now()
    assert (rules.number, rules.window_days, rules.second_looks, rules.silent_level) == (2, 15, 3, "")
    assert list(
        Record.objects.filter(act="enter_rating_rules").order_by("pk").values_list("subject_id", "actor_kind")
    ) == [(1, "staff"), (2, "staff")]


@pytest.mark.parametrize(
    ("levels", "given", "code"),
    [
        (FIVE[:1], {}, "levels"),
        (FIVE[:2], {}, "levels"),  # all satisfied
        ([*reversed(FIVE)], {}, "levels"),  # from bad to good
        ([FIVE[0], LevelGiven(" ", False)], {}, "levels"),
        ([FIVE[0], LevelGiven("非常满意", False)], {}, "levels"),
        ([LevelGiven("好", True, "", "x"), LevelGiven("差", False, "", "x")], {}, "levels"),
        (FIVE, {"window_days": 0}, "no_window"),
        (FIVE, {"window_days": 366}, "no_window"),
        (FIVE, {"silent": "没有的"}, "no_silent_level"),
        (FIVE, {"networks": ["10.1"]}, "no_network"),
        (FIVE, {"second_looks": 10}, "no_looks"),
    ],
)
def test_what_makes_no_sense_is_refused(city: City, levels: Any, given: dict[str, Any], code: str) -> None:
    """Given rules that make no sense, then they are refused, and no version and no line is written."""
    with pytest.raises(Refused) as refused:
        enter(city, levels, **given)
    assert (refused.value.code, RatingRules.objects.count()) == (code, 0)
    assert not Record.objects.filter(act="enter_rating_rules").exists()


def test_the_same_rules_are_not_entered_twice(city: City) -> None:
    """Given rules in force, when they are entered again as they are, then there is nothing to save."""
    enter(city)
    with pytest.raises(Refused) as refused:
        enter(
            city,
            [
                LevelGiven(one.label, one.satisfied, one.row.name_en if one.row else "", one.code)
                for one in rules_now().levels
            ],
        )
    assert (refused.value.code, RatingRules.objects.count()) == ("nothing", 1)


@pytest.mark.parametrize(
    ("address", "own"),
    [("10.1.9.9", True), ("10.2.0.1", False), ("2001:db8::5", True), ("2001:db9::5", False), ("", False), ("x", False)],
)
def test_the_offices_own_networks(city: City, address: str, own: bool) -> None:
    """Given an office's networks, then an address in one of them is its own; what is no address is not."""
    enter(city, networks=["10.1.0.0/16", "2001:db8::/32"])
    assert rules_now().is_own(address) is own


def test_a_rating_from_the_offices_networks_is_flagged(city: City) -> None:
    """Given ratings from within and from outside, by page and by link, then only those from within are flagged; no address is kept."""
    from django.test import Client

    from yiwang.petitions.numbers import lookup_code
    from yiwang.petitions.rating_links import token_for

    enter(
        city,
        [LevelGiven("满意", True, "", "satisfied"), LevelGiven("不满意", False, "", "dissatisfied")],
        networks=["10.1.0.0/16"],
    )
    flagged = {}
    for address in ("10.1.4.4", "198.51.100.7"):
        for way in ("page", "link"):
            petition = city.bring_to("answered")
            browser = Client(REMOTE_ADDR=address)
            if way == "page":
                browser.post("/lookup/", {"number": petition.number, "code": lookup_code(petition.number)})
                where = f"/my/{petition.number}/rate/"
            else:
                where = f"/rate/{token_for(petition.pk, petition.answer_id or 0)}/"
            browser.post(where, {"office": "satisfied", "agency": "satisfied"})
            flagged[address, way] = set(petition.ratings.values_list("from_office", flat=True))
            for model in (Rating, type(petition.entries.get(action="rate"))):
                assert not [
                    row for row in model._base_manager.filter(petition=petition).values() if address in str(row)
                ]
    assert flagged == {
        ("10.1.4.4", "page"): {True}, ("10.1.4.4", "link"): {True},
        ("198.51.100.7", "page"): {False}, ("198.51.100.7", "link"): {False},
    }  # fmt: skip


def test_the_reasons_to_begin_with_are_a_tree_of_two_levels(city: City) -> None:
    """Given a new office, then there are six reasons, one of them without any below; each has both names."""
    tops = RatingReason.objects.filter(depth=0)
    assert [one.code for one in tops] == ["answer", "result", "shifting", "late", "manner", "other"]
    assert {one.code: one.children.count() for one in tops} == {
        "answer": 5, "result": 4, "shifting": 3, "late": 2, "manner": 3, "other": 0,
    }  # fmt: skip
    assert not RatingReason.objects.filter(name_en="").exists()
    assert set(RatingReason.objects.exclude(depth=0).values_list("depth", flat=True)) == {1}
    assert RatingReason.objects.get(code="manner-pressed").path.startswith(RatingReason.objects.get(code="manner").path)
