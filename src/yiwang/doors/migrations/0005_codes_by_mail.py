"""Limits on codes sent by mail, for an office that has the others already."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from yiwang.doors.rules import FIRST_LIMITS


def enter(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    limits = apps.get_model("doors", "Limit")._default_manager
    rows = [row for row in FIRST_LIMITS if row[:2] == ("code", "account")]
    limits.bulk_create(
        [limits.model(name=name, per=per, most=most, seconds=span, then=then) for name, per, most, span, then in rows],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("doors", "0004_question")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
