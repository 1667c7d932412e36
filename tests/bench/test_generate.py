"""The generator's petitions are such as the product itself would have left behind."""

from datetime import UTC, datetime, timedelta

import pytest
from bench.bulk import table
from bench.generate import instants
from bench.lives import Lives
from bench.loading import loading, ready_to_write
from bench.rows import write
from bench.texts import built_in
from django.db import connection

from bench import city
from yiwang.agencies.models import Role, Staff
from yiwang.agencies.seed import seed_root
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Deadline, Entry, Petition, Referral
from yiwang.petitions.numbers import normalise_number
from yiwang.petitions.search import PETITIONS, page, parse
from yiwang.petitions.visibility import visible_to

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
PETITIONS_MADE = 400


@pytest.fixture
def filled(db, monkeypatch):
    monkeypatch.setattr("bench.texts.learn", built_in)
    seed_root()
    city.build()
    write(Lives(city.load(), NOW, seed=4).at(instants(4, PETITIONS_MADE, NOW, 0, PETITIONS_MADE)))


def test_rows_refer_to_rows_that_are_there(filled):
    assert Petition.objects.count() == PETITIONS_MADE
    connection.check_constraints()


def test_numbers_and_seals_are_the_product_s_own(filled):
    petition = Petition.objects.filter(petitioner__anonymous=False).select_related("petitioner").first()
    assert normalise_number(petition.number) == petition.number
    assert len(petition.petitioner.unseal("name")) == 3
    assert petition.petitioner.unseal("phone").startswith("199")
    accusation = Petition.objects.filter(purpose=Petition.Purpose.ACCUSATION).first()
    assert accusation.subject == ""
    assert len(accusation.words()[1]) >= 9


def test_states_follow_from_what_happened(filled):
    # given all petitions, each with its last entry that changed the state
    for petition in Petition.objects.prefetch_related("entries", "deadlines"):
        entries = sorted(petition.entries.all(), key=lambda entry: (entry.happened_at, entry.pk))
        # then the last entry led where the petition stands, and whoever is over owes nothing
        assert entries[0].action == "file"
        assert entries[-1].to_state == petition.state
        assert petition.version == len(entries)
        owed = [
            deadline for deadline in petition.deadlines.all() if deadline.met_at is None and not deadline.cancelled_at
        ]
        assert bool(owed) == (petition.next_due_rule != "")
        assert not (owed and petition.is_over)


def test_about_one_in_twenty_is_open_and_staff_find_them(filled):
    # given the office at the top
    actor = Actor.of_staff(Staff.objects.get(username=city.username("office", Role.OFFICE_HANDLER)))
    opened = Petition.objects.exclude(state__in=["closed", "answered", "not_taken", "withdrawn"])
    # then
    assert 4 <= opened.count() <= 40
    assert Referral.objects.count() < Petition.objects.count() < Deadline.objects.count() < Entry.objects.count()
    # when a fragment of some text is searched for
    petition = Petition.objects.exclude(subject="").first()
    query = parse(petition.text[3:7])
    # then the petition is among the hits
    assert petition in page(visible_to(actor), PETITIONS, query, limit=PETITIONS_MADE).rows


def test_a_column_that_the_model_does_not_have_is_refused():
    with pytest.raises(KeyError, match="petitions_entry has no words"):
        table(Entry).row(words="x")


def test_receipts_are_spread_over_three_years_and_none_lies_ahead():
    found = instants(1, 300, NOW, 0, 300)
    assert found[0] < NOW - timedelta(days=1_090)
    assert NOW - timedelta(days=8) < found[-1] < NOW


@pytest.mark.django_db(transaction=True)
def test_after_loading_the_tables_are_as_they_were_and_all_is_found(monkeypatch):
    # given an office, with its tables' keys, references and indexes
    monkeypatch.setattr("bench.texts.learn", built_in)
    seed_root()
    city.build()
    before = _shape()
    # when petitions are loaded in bulk
    with loading():
        ready_to_write()
        write(Lives(city.load(), NOW, seed=6).at(instants(6, 100, NOW, 0, 100)))
    # then nothing of that is missing, every row obeys it, and the search knows the texts
    assert _shape() == before
    connection.check_constraints()
    petition = Petition.objects.exclude(subject="").first()
    found = page(visible_to(Actor.system()), PETITIONS, parse(petition.text[2:6]), limit=100)
    assert petition in found.rows
    connection.close()  # its settings were for loading


def _shape():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name")
            return cursor.fetchall()
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname")
        indexes = cursor.fetchall()
        cursor.execute("SELECT conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint ORDER BY conname, 2")
        return indexes + [row for row in cursor.fetchall() if row[0]]
