from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F


def take_up(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Let the clock know of the limits that run already: each at its end, and the objection by the calendar too."""
    running = apps.get_model("petitions", "Deadline").objects.filter(met_at=None, cancelled_at=None)
    running.filter(petition__historical=False).update(next_warning_at=F("due_at"))
    running.filter(rule="objection").update(by_calendar=True)


class Migration(migrations.Migration):
    dependencies = [("petitions", "0005_limits")]

    operations = [migrations.RunPython(take_up, migrations.RunPython.noop)]
