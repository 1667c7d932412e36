"""Ratings given before there were rules read as they did; and the reasons for dissatisfaction to begin with."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from yiwang.petitions.rating_reasons import enter_first_reasons


def read_levels(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("petitions", "Rating")._default_manager.filter(level="dissatisfied").update(satisfied=False)


def enter(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    enter_first_reasons(apps)


class Migration(migrations.Migration):
    dependencies = [("petitions", "0017_ratings")]

    operations = [
        migrations.RunPython(read_levels, migrations.RunPython.noop),
        migrations.RunPython(enter, migrations.RunPython.noop),
    ]
