"""The petitioner's wish not to be called, on their own page; and the command that draws a sample again."""

import json
from datetime import date

import pytest
from click.testing import CliRunner
from django.test import Client
from tests.callbacks.given import CALLING, answered, at, operators
from tests.clock import beijing
from tests.given import City, staff
from tests.portal.test_own import open_own

from yiwang.agencies.models import Role
from yiwang.cli.commands.sample import command
from yiwang.journal.models import Record
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import DataRequest
from yiwang.satisfaction.callbacks import calls, making, script
from yiwang.satisfaction.callbacks.calls import Reply, Told
from yiwang.satisfaction.callbacks.copying import calls_of
from yiwang.satisfaction.models import Callback, NoCalls, SampleItem
from yiwang.satisfaction.samples import changes

NOW = beijing(*CALLING)


def test_the_petitioner_says_no_and_takes_it_back(city: City) -> None:
    """Given a call-back on the list, when its petitioner asks on their page not to be called, then it ends; taken back, later answers may be."""
    petition = answered(city)
    making.go_on(NOW)
    browser = open_own(petition)
    page = f"/my/{petition.number}/calls/"
    assert page in browser.get(f"/my/{petition.number}/").content.decode()
    for _twice in range(2):
        assert browser.post(page, {"calls": "no"}).status_code == 303
    assert "我们不会为这件事打电话回访您" in browser.get(page).content.decode()
    assert Callback.objects.get().ended_as == Callback.End.ASKED_NOT
    assert NoCalls.objects.get().petition_id == petition.pk
    browser.post(page, {"calls": "yes"})
    assert NoCalls.objects.count() == 0
    lines = Record.objects.filter(act__in=["want_no_calls", "allow_calls"]).order_by("id")
    assert [(line.act, line.actor_kind, line.origin) for line in lines] == [
        ("want_no_calls", "citizen", ""), ("allow_calls", "citizen", ""),
    ]  # fmt: skip


def test_nobody_else_says_it_for_them(city: City) -> None:
    """Given a browser in which the petition was not opened, when the wish is sent, then it leads to the lookup and nothing is kept."""
    petition = answered(city)
    assert Client().post(f"/my/{petition.number}/calls/", {"calls": "no"})["Location"] == "/lookup/"
    assert NoCalls.objects.count() == 0


def test_the_copy_of_ones_data_has_the_calls(city: City) -> None:
    """Given a call in which something was said, when the copy that was granted is taken, then it is there, without the operators' own notes."""
    petition = answered(city)
    making.go_on(NOW)
    actor, _other = operators(city)
    solved = script.current().lines.get(code="solved")
    calls.take(actor, Callback.objects.get().pk, NOW)
    told = Told(outcome="declined", replies={solved.pk: Reply("no", "灯还闪")}, note="脾气大")
    calls.record(actor, Callback.objects.get().pk, told, script.current(), NOW)
    assert calls_of(petition) == {
        "no_calls": False,
        "calls": [
            {"at": NOW.isoformat(), "outcome": "declined", "said": [{"asked": solved.words, "answer": "no", "words": "灯还闪"}]}
        ],
    }  # fmt: skip
    with at(*CALLING):
        actions.AskForData(kind="copy").run(Actor.citizen(petition.pk), petition.pk)
        request = DataRequest.objects.get()
        actions.DecideOnData(request_id=request.pk, grant=True, reason="已核对").run(city.officer, petition.pk)
    page = open_own(petition).get(f"/my/{petition.number}/data/read/").content.decode()
    assert "灯还闪" in page
    assert "脾气大" not in page


def test_the_command_draws_again(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a drawn sample, when the command verifies it, then it says so in its last line; an item exchanged, it fails with the fault."""
    monkeypatch.setattr("yiwang.cli.commands.sample._start", lambda: None)
    petitions = [answered(city, phone=f"1990000008{number}") for number in range(3)]
    supervisor = Actor.of_staff(staff("督查员", (city.office, Role.SUPERVISOR)))
    plan = changes.Plan(first_day=date(2026, 11, 16), last_day=date(2026, 11, 22), size=2)
    sample = changes.announce(supervisor, plan)
    early = CliRunner().invoke(command, ["verify", str(sample.pk)])
    assert (early.exit_code, "not drawn yet" in early.output) == (1, True)
    changes.draw(supervisor, sample.pk, NOW)
    done = CliRunner().invoke(command, ["verify", str(sample.pk)])
    assert done.exit_code == 0
    assert json.loads(done.output.splitlines()[-1]) == {"ok": True, "drawn": 2, "frame": 3, "faults": []}
    assert f"{sample.pk}  2026-11-16 to 2026-11-22  2 of 3" in CliRunner().invoke(command, ["list"]).output
    drawn = set(sample.items.values_list("petition", flat=True))
    other = next(petition for petition in petitions if petition.pk not in drawn)
    item = SampleItem.objects.get(position=1)
    SampleItem.objects.filter(pk=item.pk).update(petition=other)
    failed = CliRunner().invoke(command, ["verify", str(sample.pk), "--json"])
    assert (failed.exit_code, json.loads(failed.output)["faults"]) == (1, ["drawn"])
