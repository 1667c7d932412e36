"""The auditor's desk: who saw this petition, what did this person look at, who looked without a task; search, and export."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.given import City

from yiwang.agencies.models import Absence, Role, Staff
from yiwang.journal import log, sequencer
from yiwang.journal.models import Record
from yiwang.petitions import actions
from yiwang.petitions.models import Petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(city: City) -> Client:
    client = Client()
    client.force_login(city.who(city.office, Role.AUDITOR))
    return client


def look(who: Staff, petition: Petition, act: str = "look", **given: Any) -> None:
    log.write(
        [log.line(act, actor_kind="staff", actor_id=who.pk, subject_kind="petition", subject_id=petition.pk, **given)]
    )


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(f"desk:{name}", args=args), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_who_saw_this_petition(city: City, auditor: Client) -> None:
    """Given a petition seen by two of the staff and its petitioner, when asked who saw it, then the two are told, with their counts."""
    petition, other = city.bring_to("referred", city.housing), city.file()
    handler, leader = city.who(city.housing, Role.AGENCY_HANDLER), city.who(city.office, Role.LEADER)
    stranger = city.who(city.parks, Role.AGENCY_HANDLER)
    look(handler, petition)
    look(handler, petition, "unseal", reason="contact")
    look(leader, petition)
    look(stranger, other)
    log.write([log.line("look", actor_kind="citizen", subject_kind="petition", subject_id=petition.pk)])
    answer = auditor.get(reverse("desk:who_saw", args=[petition.number]))
    people = {row["person"]: (row["looks"], row["unsealed"]) for row in answer.context["people"]}
    assert people[handler] == (2, 1)
    assert people[leader] == (1, 0)
    assert stranger not in people
    assert {line.record.actor_kind for line in answer.context["lines"]} == {"staff"}
    told = Record.objects.get(act="ask_journal")
    assert (told.subject_kind, told.subject_id, told.reason) == ("petition", petition.pk, "who_saw")
    # and asking again does not make the auditor one who saw it
    assert city.who(city.office, Role.AUDITOR) not in {
        row["person"] for row in auditor.get(answer.request["PATH_INFO"]).context["people"]
    }


def test_what_did_this_person_look_at(city: City, auditor: Client) -> None:
    """Given somebody's looks of today and of two months ago, when asked what they looked at, then the last thirty days are told."""
    person = city.who(city.housing, Role.AGENCY_HANDLER)
    new, old, others = city.file(), city.file(), city.file()
    look(person, new)
    look(person, new)
    look(city.who(city.parks, Role.AGENCY_HANDLER), others)
    long_ago(person, old)
    answer = auditor.get(reverse("desk:what_seen", args=[person.pk]))
    assert [(row["number"], row["looks"]) for row in answer.context["seen"]] == [(new.number, 2)]
    since = str((datetime.now(UTC) - timedelta(days=90)).date())
    answer = auditor.get(reverse("desk:what_seen", args=[person.pk]), {"since": since})
    assert [row["number"] for row in answer.context["seen"]] == [new.number, old.number]
    assert Record.objects.filter(act="ask_journal", reason="what_seen", subject_id=person.pk).count() == 2


def long_ago(person: Staff, petition: Petition) -> None:
    from yiwang.store.ids import new_id

    at = datetime.now(UTC) - timedelta(days=60)
    line = log.line(
        "look", actor_kind="staff", actor_id=person.pk, subject_kind="petition", subject_id=petition.pk, at=at
    )
    line.pk = new_id(at)
    log.write([line])


Looker = Callable[[City, Petition], Staff]


def _stand_in(city: City, petition: Petition) -> Staff:
    who = city.who(city.parks, Role.AGENCY_HANDLER)
    day = datetime.now(UTC).date()
    Absence.objects.create(
        staff=city.who(city.housing, Role.AGENCY_HANDLER), stand_in=who, first_day=day, last_day=day + timedelta(days=1)
    )
    return who


def _noted(city: City, petition: Petition) -> Staff:
    actions.Note(text="已电话核实。").run(city.officer, petition.pk)
    Petition.objects.filter(pk=petition.pk).update(turn_agency=city.housing)
    return city.who(city.office, Role.OFFICE_HANDLER)


@pytest.mark.parametrize(
    ("looker", "listed"),
    [
        (lambda city, petition: city.who(city.housing, Role.AGENCY_HANDLER), False),  # asked, and owes its limits
        (lambda city, petition: city.who(city.parks, Role.AGENCY_HANDLER), True),  # nobody asked them
        (lambda city, petition: city.who(city.office, Role.LEADER), True),  # sees the whole city, and had no task with this one
        (_stand_in, False),
        (_noted, False),
    ],
)  # fmt: skip
def test_who_looked_without_a_task(city: City, auditor: Client, looker: Looker, listed: bool) -> None:
    """Given a referred petition, when somebody looks, then they stand on the list only where nothing asked them to look."""
    petition = city.bring_to("referred", city.housing)
    who = looker(city, petition)
    look(who, petition)
    answer = auditor.get(reverse("desk:no_task"))
    found = [(line.staff_id, line.number) for line in answer.context["lines"]]
    assert found == ([(who.pk, petition.number)] if listed else [])
    assert Record.objects.get(act="ask_journal").reason == "without_task"


def test_an_agency_that_was_done_by_then_had_no_task_any_more(city: City, auditor: Client) -> None:
    """Given an agency that has objected and been relieved, when its handler looks later without having acted, then they are listed."""
    petition = city.bring_to("referred", city.housing)
    other = Staff.objects.create_staff("second", "第二人")
    other.posts.create(agency=city.housing, role=Role.AGENCY_HANDLER)
    actions.Object(reason="不是我局的事").run(city.handler(city.housing), petition.pk)
    look(other, petition)
    assert auditor.get(reverse("desk:no_task")).context["lines"] == []
    actions.UpholdObjection().run(city.officer, petition.pk)
    look(other, petition)
    assert len(auditor.get(reverse("desk:no_task")).context["lines"]) == 1


@pytest.mark.parametrize(("name", "most"), [("journal", 8), ("who_saw", 10), ("what_seen", 7), ("no_task", 8)])
def test_pages_take_the_same_statements_whatever_they_hold(
    city: City, auditor: Client, django_assert_max_num_queries: Any, name: str, most: int
) -> None:
    """Given one look, then forty, when a page of the auditor's is opened, then it takes no more statements than before."""
    petition = city.bring_to("referred", city.housing)
    stranger = city.who(city.parks, Role.AGENCY_HANDLER)
    args = {"who_saw": [petition.number], "what_seen": [stranger.pk]}.get(name, [])
    taken = []
    for count in (1, 40):
        for _each in range(count):
            look(stranger, petition if name != "what_seen" else city.file())
        with django_assert_max_num_queries(most) as queries:
            page(auditor, name, *args)
        taken.append(len(queries))
    assert taken[0] == taken[1]


def rows_of(answer: Any) -> list[dict[str, str]]:
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_the_export_holds_what_the_filters_let_through_and_is_a_line_itself(city: City, auditor: Client) -> None:
    """Given looks and logins, when the looks of one person are exported, then the file holds these, and the log says so."""
    petition = city.bring_to("referred", city.housing)
    person = city.who(city.housing, Role.AGENCY_HANDLER)
    look(person, petition, origin="192.0.2.7")
    look(city.who(city.office, Role.LEADER), petition)
    sequencer.seal()
    answer = auditor.get(reverse("desk:journal_export"), {"who": person.username, "act": "look"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    [row] = rows_of(answer)
    line = Record.objects.get(actor_id=person.pk, act="look")
    assert (row["username"], row["act"], row["number"], row["origin"], row["seq"], row["line"]) == (
        person.username, "look", petition.number, "192.0.2.7", str(line.place.seq), str(line.pk),
    )  # fmt: skip
    told = Record.objects.get(act="export_journal")
    assert (told.actor_id, told.reason, told.result) == (city.who(city.office, Role.AUDITOR).pk, "filters", "done")


def test_no_cell_of_the_export_is_a_formula(city: City, auditor: Client) -> None:
    """Given a member of staff whose name a spreadsheet would run, when exported, then the cell is a text."""
    person = Staff.objects.create_staff("=cmd", '=HYPERLINK("http://x.example")')
    look(person, city.file())
    [row] = [
        row for row in rows_of(auditor.get(reverse("desk:journal_export"))) if row["id"] and row["actor"] == "staff"
    ][:1]
    assert (row["username"], row["name"]) == ("'=cmd", '\'=HYPERLINK("http://x.example")')


@pytest.mark.parametrize(
    ("query", "found"),
    [({"origin": "192.0.2.7"}, 1), ({"origin": "192.0.2.9"}, 0), ({"result": "refused"}, 1), ({"act": "look"}, 1),
     ({"kind": "citizen"}, 0)],
)  # fmt: skip
def test_the_log_is_searched(city: City, auditor: Client, query: dict[str, str], found: int) -> None:
    """Given a look and a refused login, when searched by address, result, act or who, then what fits is found."""
    Record.objects.all().delete()
    log.write(
        [
            log.line("look", actor_kind="staff", actor_id=1, origin="192.0.2.7"),
            log.line("login", actor_kind="staff", actor_id=1, result="refused", reason="wrong_password"),
        ]
    )
    assert len(auditor.get(reverse("desk:journal"), query).context["lines"]) == found


def test_the_log_tells_no_agency_of_an_accusation(city: City) -> None:
    """Given an accusation against an agency that has an auditor of its own, when they look everywhere, then nothing tells of it."""
    accusation = city.file(purpose="accusation", accused=city.housing)
    look(city.who(city.office, Role.OFFICE_HANDLER, compartment=True), accusation)
    client = Client()
    client.force_login(city.who(city.housing, Role.AUDITOR))
    assert client.get(reverse("desk:who_saw", args=[accusation.number])).status_code == 404
    asked = client.get(reverse("desk:journal"), {"number": accusation.number})
    assert asked.context["lines"] == []
    seen = page(client, "journal") + page(client, "no_task")
    seen += page(client, "what_seen", city.who(city.office, Role.OFFICE_HANDLER, compartment=True).pk)
    seen += str(rows_of(client.get(reverse("desk:journal_export"))))
    assert accusation.number not in seen
    assert str(accusation.pk) not in seen


def test_the_auditor_sees_neither_words_nor_names_of_petitioners(city: City, auditor: Client) -> None:
    """Given a petition that was handled, when the auditor opens every page, then nothing that its petitioner wrote stands there."""
    petition = city.bring_to("answered", city.housing)
    handler = city.who(city.housing, Role.AGENCY_HANDLER)
    look(handler, petition)
    seen = page(auditor, "journal") + page(auditor, "no_task") + page(auditor, "who_saw", petition.number)
    seen += page(auditor, "what_seen", handler.pk)
    assert petition.number in seen
    for words in (petition.subject, petition.text, "钱大妈", "19900000001", "qian@example.org"):
        assert words not in seen


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_nobody_else_opens_the_auditors_desk(city: City, role: Role) -> None:
    """Given any other role, when a page of the auditor's desk is asked for, then it is refused."""
    client = Client()
    client.force_login(city.who(city.office, role))
    for name, args in (
        ("journal", []),
        ("journal_export", []),
        ("who_saw", ["x"]),
        ("what_seen", [1]),
        ("no_task", []),
    ):
        assert client.get(reverse(f"desk:{name}", args=args)).status_code == 403


def test_the_pages_speak_english(city: City, auditor: Client) -> None:
    """Given English, when the auditor's pages are opened, then no Chinese word of theirs is left."""
    petition = city.bring_to("referred", city.housing)
    auditor.cookies["django_language"] = "en"
    with translation.override("en"):
        assert "Who looked without a task" in page(auditor, "no_task")
        assert "Who saw this petition" in page(auditor, "who_saw", petition.number)
