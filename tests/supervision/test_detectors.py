"""What holds for every detector: a constant number of statements, petitions that were asked for alone, ids and codes alone."""

import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.supervision.kinds import KINDS
from yiwang.supervision.models import Threshold

EMPTY = "您好！您反映的问题已收悉，我们将高度重视，尽快处理。"
OFTEN = "经核查，加压泵老化，我局已要求物业服务企业在月底前更换，更换期间由社区每天早晚各送水一次。"
LEAST = {"last_least": 1, "reclassified_times": 1, "copied_matters": 2, "sent_back_times": 2}


@pytest.fixture
def busy(city):
    """Return a function that makes so many petitions of each sort, at which every kind but the limits' is found."""
    supervisor = city.who(city.office, "supervisor")
    for code, number in LEAST.items():
        Threshold.objects.create(code=code, number=number, changed_by=supervisor, changed_at=datetime.now(UTC))
    housing, approver = city.handler(city.housing), city.approver(city.housing)
    silent = actions.Identity(name="钱大妈", phone="19900000001")

    def draft(petition, text):
        actions.DraftAnswer(text=text, outcome="explain").run(housing, petition.pk)

    def make(number):
        made = []
        for _one in range(number):
            empty = city.bring_to("accepted", identity=silent)
            for text in (EMPTY, EMPTY, EMPTY):
                draft(empty, text)
                if text is not None and empty.answers.count() < 3:
                    actions.SendBack(reason="空话。").run(approver, empty.pk)
            actions.Approve().run(approver, empty.pk)
            actions.Rate(office="dissatisfied", agency="dissatisfied").run(Actor.citizen(empty.pk), empty.pk)
            copied = city.bring_to("accepted", identity=silent)
            draft(copied, OFTEN)
            actions.Approve().run(approver, copied.pk)
            again = city.bring_to("answered")
            actions.Reopen(reason="又坏了").run(city.officer, again.pk)
            pushed = city.bring_to("referred")
            for agency, other in ((city.housing, city.parks), (city.parks, city.transport)):
                actions.Object(reason="不属本单位。").run(city.handler(agency), pushed.pk)
                actions.UpholdObjection().run(city.officer, pushed.pk)
                actions.Refer(lead=other).run(city.officer, pushed.pk)
            moved = city.bring_to("accepted")
            actions.ChooseRoute(basis="《城市照明管理规定》").run(housing, moved.pk)
            made += [empty.pk, copied.pk, again.pk, pushed.pk, moved.pk]
        return made

    return make


def test_the_number_of_statements_does_not_hang_on_how_many_petitions_there_are(busy):
    few = busy(2)
    counts = []
    for petitions in (few, few + busy(3)):
        now = datetime.now(UTC)
        for kind in KINDS.values():
            list(kind.detector(petitions, now))  # what it must remember is written
        taken = {}
        for code, kind in KINDS.items():
            with CaptureQueriesContext(
                connection,
            ) as statements:
                list(kind.detector(petitions, now))
            taken[code] = len(statements)
        counts.append(taken)

    assert counts[0] == counts[1]
    assert counts[0] == {
        "late": 1,
        "soon": 2,
        "sent_back_twice": 2,
        "empty_phrase": 2,
        "rated_badly": 1,
        "reopened": 2,
        "shifted": 5,
        "closed_without_contact": 5,
        "copied_answer": 8,
        "last_minute_acceptance": 5,
        "rated_from_office": 1,
        "reclassified": 7,
    }


def test_each_finds_only_at_the_petitions_that_it_was_given_and_nothing_of_nobody(busy):
    made = busy(2)
    now = datetime.now(UTC)
    for kind in KINDS.values():
        assert list(kind.detector([], now)) == []
        list(kind.detector(made, now))
        assert {one.petition_id for one in kind.detector(made[:2], now)} <= set(made[:2])


def test_what_is_found_holds_no_words(busy):
    made = busy(2)
    found = [one for kind in KINDS.values() for one in kind.detector(made, datetime.now(UTC))]

    assert {"sent_back_twice", "empty_phrase", "rated_badly", "reopened", "shifted", "copied_answer"} <= {
        one.kind for one in found
    }
    assert {"closed_without_contact", "reclassified"} <= {one.kind for one in found}
    assert all(json.dumps(one.detail, ensure_ascii=False).isascii() for one in found)


def test_every_kind_says_what_counts_as_one_and_flags_are_hints():
    for kind in KINDS.values():
        assert str(kind.meaning).endswith("。"), kind.code
        assert kind.code == kind.code[:24]
    assert {code for code, kind in KINDS.items() if kind.flag} == {
        "closed_without_contact", "copied_answer", "last_minute_acceptance", "rated_from_office", "reclassified",
    }  # fmt: skip
