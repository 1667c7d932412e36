"""A stolen database, folder of files, log or mailbox of the demo's city names no petitioner."""

import io
import logging
import re
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.conf import LazySettings
from tests.leaks.conftest import Filled
from tests.leaks.dumping import Needles, cells, columns

from yiwang.agencies.models import Staff
from yiwang.outbox.delivery import deliver_due
from yiwang.outbox.models import Notice
from yiwang.people.models import FOUND_BY, Petitioner, found_by
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.attachments import Upload
from yiwang.petitions.models import Petition
from yiwang.petitions.papers import make_owed

ORDINARY_TEXT = "what people wrote of an ordinary matter stays plain, to be read, sorted and found: they may have written a name into it"
PUBLISHED = "everybody may read it: the petitioner agreed, and a person has confirmed what was masked"
OWN_DATA = (
    "the office's own agencies, staff and places, who may bear the name of a petitioner, or lie in the same street"
)
PLAIN: dict[str, str] = {
    "petitions_petition.subject": ORDINARY_TEXT,
    "petitions_petition.text": ORDINARY_TEXT,
    "petitions_petition.place": ORDINARY_TEXT,
    "petitions_answer.text": ORDINARY_TEXT,
    "petitions_answer.basis": ORDINARY_TEXT,
    "petitions_search": ORDINARY_TEXT,
    "petitions_publishedanswer.subject": PUBLISHED,
    "petitions_publishedanswer.text": PUBLISHED,
    "petitions_publishedanswer.answer_text": PUBLISHED,
    "petitions_published_search": PUBLISHED,
    "petitions_standardanswer": OWN_DATA,
    "petitions_category": OWN_DATA,
    "petitions_hearing.place": OWN_DATA,
    "agencies_region": OWN_DATA,
    "agencies_agency": OWN_DATA,
    "agencies_staff.name": OWN_DATA,
}
"""The columns (or whole tables, with the shadow tables of a search index) that may hold such words, each with the reason."""
WINDOW, WORDS = 6, "[\\u4e00-\\u9fff]{6}"
"""So many characters of an accusation may not stand together anywhere: less would be a common phrase, and a date is one."""


def allowed(table: str, column: str) -> bool:
    if f"{table}.{column}" in PLAIN:
        return True
    return any("." not in name and (table == name or table.startswith(f"{name}_")) for name in PLAIN)


def found(needles: Needles, *, everywhere: bool = False) -> dict[str, set[str]]:
    """Return which words stand in which columns, those that may hold them left out."""
    seen: dict[str, set[str]] = {}
    for table, column, content in cells():
        if (everywhere or not allowed(table, column)) and (words := needles.found_in(content)):
            seen.setdefault(f"{table}.{column}", set()).update(words)
    return seen


def identities(demo: Filled) -> Needles:
    return Needles({value for values in demo.identities.values() for value in values if len(value) > 1})


@pytest.mark.django_db
def test_no_table_names_a_petitioner(demo: Filled) -> None:
    """Given the demo's city, when every cell of its database is read, then no name, number or address of a petitioner stands in one,
    but for the columns named above."""
    assert min(len(demo.identities[what]) for what in ("name", "phone", "address")) > 20
    assert found(identities(demo)) == {}


@pytest.mark.django_db
def test_the_columns_left_out_are_there() -> None:
    """Given the list of columns that are left out, then each is one of the database's: none was renamed and silently read no more."""
    there = columns()
    tables = {table for table, _column in there}
    for name in PLAIN:
        table, _dot, column = name.partition(".")
        assert ((table, column) in there) if column else any(one.startswith(table) for one in tables), name


@pytest.mark.django_db
def test_an_accusation_stands_nowhere_in_plain(demo: Filled) -> None:
    """Given the accusations of the demo's city, when every cell is read, search tables and ordinary texts too, then no six
    characters of one stand together in any."""
    ordinary = "\n".join(
        part for row in Petition.objects.exclude(purpose="accusation") for part in (row.subject, row.text, row.place)
    )
    windows = {
        text[place : place + WINDOW] for text in demo.accusations for place in range(max(len(text) - WINDOW + 1, 1))
    }
    own = {window for window in windows if re.fullmatch(WORDS, window) and window not in ordinary}
    assert len(own) > 150
    assert found(Needles(own), everywhere=True) == {}


@pytest.mark.django_db
def test_no_log_names_a_petitioner(demo: Filled) -> None:
    """Given all that was logged while the city was filled, then it names nobody, and quotes no accusation."""
    assert identities(demo).found_in(demo.logged.encode()) == set()


@pytest.mark.django_db
def test_files_and_papers_name_nobody(demo: Filled, settings: LazySettings) -> None:
    """Given a material whose content names the petitioner, and the papers that are owed, when they are written, then no file of the
    office's folder holds a name, number or address."""
    petition = Petition.objects.filter(state="accepted", merged_into=None).select_related("petitioner").exclude(
        petitioner__sealed_phone=b""
    )[0]  # fmt: skip
    named = petition.petitioner.unseal("name") + petition.petitioner.unseal("phone")
    upload = Upload("户口本 " + named + ".pdf", "application/pdf", b"%PDF-1.7 " + named.encode())
    actions.AddMaterial(text="见附件", uploads=(upload,)).run(Actor.citizen(petition.pk), petition.pk)
    make_owed(limit=1)
    needles = identities(demo)
    # The database is searched cell by cell below. To open and close its file in this process would drop SQLite's locks on it
    # (sqlite.org/howtocorrupt.html, 2.2), and the next process to look would take the log of changes away from under us.
    files = [path for path in Path(settings.YIWANG_VAR).rglob("*") if path.is_file() and ".sqlite3" not in path.name]
    written = [path for path in files if "files" in path.parts]
    assert written
    assert {
        str(path) for path in files if needles.found_in(path.read_bytes()) | needles.found_in(str(path).encode())
    } == set()
    assert found(needles) == {}


@pytest.mark.django_db
def test_a_mail_server_that_refuses_an_address_does_not_get_it_logged(
    demo: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a mail server whose refusal repeats the address, when the outbox is delivered, then neither the notice's row nor the log
    holds it."""

    class Refusing:
        def send(self, message: Any) -> None:
            raise SMTPRecipientsRefused({message.address: (550, f"no such user {message.address}".encode())})

    address = "qian.dama@example.org"
    notice = Notice.objects.exclude(route=Notice.PERSON)[:1].get()
    notice.seal("address", address)
    notice.state = Notice.State.PENDING
    notice.save()
    monkeypatch.setattr("yiwang.outbox.delivery.sender_for", lambda _route: Refusing())
    logged = io.StringIO()
    handler = logging.StreamHandler(logged)
    logging.getLogger().addHandler(handler)
    try:
        deliver_due(notice.next_attempt_at)
    finally:
        logging.getLogger().removeHandler(handler)
    notice.refresh_from_db()
    assert notice.last_error == "SMTPRecipientsRefused"
    assert found(Needles({address})) == {}
    assert address not in logged.getvalue()


@pytest.mark.django_db
def test_everybody_is_found_by_what_they_gave(demo: Filled) -> None:
    """Given the sealed city, when each petitioner is looked for by name, number or mail address, then they are among those found."""
    for person in Petitioner.objects.all()[:40]:
        for what in FOUND_BY:
            if value := person.unseal(what):
                assert person.pk in Petitioner.objects.filter(found_by(what, f" {value} ")).values_list("pk", flat=True)


@pytest.mark.django_db
def test_no_metric_names_a_petitioner(demo: Filled, settings: LazySettings) -> None:
    """Given the demo's city and pages that were opened in it, when the metrics are read, then they hold no name, number or address."""
    from django.test import Client

    from yiwang.watch import timings

    settings.METRICS_TOKEN = "t" * 32
    reader = Client()
    reader.force_login(Staff.objects.filter(posts__role="office_handler").order_by("pk")[0])
    numbers = list(Petition.objects.order_by("-pk").values_list("number", flat=True)[:5])
    for number in numbers:
        reader.get(f"/desk/petitions/{number}/")
        reader.get(f"/desk/petitions/?q={number}")
    timings.flush()
    told = reader.get("/metrics", headers={"authorization": f"Bearer {settings.METRICS_TOKEN}"}).content
    assert b'page="desk:petition"' in told
    assert identities(demo).found_in(told) == set()
    assert Needles(set(numbers)).found_in(told) == set()
