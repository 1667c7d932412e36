"""Rows inserted by the statement that the ORM compiles once."""

import pytest
from django.db import IntegrityError, transaction

from yiwang.agencies.models import Staff
from yiwang.journal import log
from yiwang.journal.models import Record
from yiwang.petitions.models import Petition
from yiwang.store.inserting import insert


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
