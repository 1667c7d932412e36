"""A small table and an index of this folder's own, made by the same operations as a migration's."""

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from yiwang.petitions.search import Index
from yiwang.store.ids import new_id

with isolate_apps("yiwang.petitions"):

    class Note(models.Model):
        """A row that is searched for: its text lies in the index alone."""

        id = models.BigIntegerField(primary_key=True, default=new_id)
        room = models.CharField(max_length=20, default="")

        class Meta:
            app_label = "petitions"
            db_table = "tests_note"


INDEX = Index("tests_note_search")


@pytest.fixture(scope="session")
def note_table(django_db_setup, django_db_blocker):
    """Make table and index once; take them away at the end, which tests the way back too."""
    operation = INDEX.operations()[0]
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Note)
        operation.code(None, editor)
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        operation.reverse_code(None, editor)
        editor.delete_model(Note)


@pytest.fixture
def notes(note_table, db):
    """Return the queryset of all notes."""
    return Note.objects.all()


@pytest.fixture
def index():
    return INDEX


@pytest.fixture
def write(notes, index):
    """Return a function that writes a note, newer than all before: ``write("subject", "text", room="a")``."""
    written = []

    def make(*parts: str, room: str = "") -> Note:
        note = Note.objects.create(id=(max(written) if written else 1 << 50) + 7, room=room)
        written.append(note.id)
        index.add(note.id, *parts)
        return note

    return make
