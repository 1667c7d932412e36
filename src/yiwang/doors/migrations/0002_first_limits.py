"""The limits to begin with; and, on PostgreSQL, counters that no commit waits for."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from yiwang.doors.rules import enter_first_limits


def enter(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    enter_first_limits(apps)


def unlogged(_apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """After a crash the counters are empty, which does no harm; and room in each page lets a row be changed in its place."""
    if schema.connection.vendor == "postgresql":
        schema.execute("ALTER TABLE doors_spent SET UNLOGGED")
        schema.execute("ALTER TABLE doors_spent SET (fillfactor = 50)")


class Migration(migrations.Migration):
    dependencies = [("doors", "0001_limits")]

    operations = [
        migrations.RunPython(enter, migrations.RunPython.noop),
        migrations.RunPython(unlogged, migrations.RunPython.noop),
    ]
