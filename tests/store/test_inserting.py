"""Rows inserted by the statement that the ORM compiles once."""

import pytest
from django.db import IntegrityError, connections, transaction

from yiwang.agencies.models import Post, Role, Staff
from yiwang.journal import log
from yiwang.journal.models import Record
from yiwang.petitions.models import Petition
from yiwang.store.inserting import insert, insert_alone


@pytest.mark.django_db
def test_row_reads_back_as_it_was_given() -> None:
    """Given a line of the log, when it is inserted, then every column reads back, and the row knows that it is there."""
    line = log.line("look", actor_kind="staff", actor_id=7, subject_kind="petition", subject_id=9)
    insert(line)
    found = Record.objects.values().get()
    assert found | {"mac": bytes(found["mac"])} == {
        field.attname: getattr(line, field.attname) for field in Record._meta.concrete_fields
    }
    assert (line._state.adding, line._state.db) == (False, "default")


@pytest.mark.django_db
def test_row_that_is_there_already_is_refused() -> None:
    """Given a row, when one of the same id is inserted, then IntegrityError is raised and the first stays."""
    line = log.line("look", actor_kind="staff")
    insert(line)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(line)
    assert Record.objects.count() == 1


@pytest.mark.django_db
def test_models_of_several_kinds_go_in_the_order_given() -> None:
    """Given rows of two models, when they are inserted at once, then both are there."""
    insert(Staff(username="a", name="甲"), log.line("look", actor_kind="staff"))
    assert (Staff.objects.count(), Record.objects.count(), Petition.objects.count()) == (1, 1, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("counted", [False, True])
def test_rows_that_stand_alone_go_all_or_none(monkeypatch: pytest.MonkeyPatch, counted: bool) -> None:
    """Given a line that is there, when it is inserted after a new row, then neither stays; without it the new row does."""
    monkeypatch.setattr(connections["default"], "force_debug_cursor", counted)
    line, other = log.line("look", actor_kind="staff"), log.line("look", actor_kind="system")
    insert_alone(line)
    with pytest.raises(IntegrityError):
        insert_alone(Staff(username="a", name="甲"), other, line)
    assert (Staff.objects.count(), Record.objects.count()) == (0, 1)
    insert_alone(Staff(username="a", name="甲"), other)
    assert (Staff.objects.count(), Record.objects.count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_rows_that_stand_alone_keep_to_a_transaction_that_is_open() -> None:
    """Given an open transaction, when rows are inserted and it is rolled back, then they are gone; a refused one spoils nothing."""
    line = log.line("look", actor_kind="staff")
    with transaction.atomic():
        insert_alone(line)
        with pytest.raises(IntegrityError):
            insert_alone(line)
        assert Record.objects.count() == 1
        transaction.set_rollback(True)
    assert Record.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_broken_reference_is_refused_with_its_row() -> None:
    """Given a post of an agency that does not exist, when it is inserted alone, then IntegrityError is raised and nothing stays."""
    staff = Staff(username="a", name="甲")
    with pytest.raises(IntegrityError):
        insert_alone(staff, Post(staff_id=staff.pk, agency_id=1, role=Role.INTAKE_CLERK))
    assert (Staff.objects.count(), Post.objects.count()) == (0, 0)
