import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import yiwang.store.ids


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_agency_local_limits"),
        ("petitions", "0004_worklist_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=yiwang.store.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(help_text="in the unit of the rule")),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LocalLimit",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=yiwang.store.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("rule", models.CharField(max_length=24)),
                ("number", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="LocalLimits",
            fields=[
                ("number", models.PositiveIntegerField(editable=False, primary_key=True, serialize=False)),
                ("law", models.CharField(help_text="the rule set of the law that it stands on", max_length=12)),
                ("since", models.DateField(verbose_name="自")),
                ("basis", models.CharField(max_length=200, verbose_name="依据")),
                ("entered_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Recount",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("position", models.BigIntegerField(default=0)),
                (
                    "total",
                    models.PositiveIntegerField(
                        default=0, help_text="open limits that hang on the calendar, when it began"
                    ),
                ),
                ("looked_at", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=yiwang.store.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("because", models.CharField(max_length=24)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="deadline",
            name="by_calendar",
            field=models.BooleanField(default=False, help_text="the end hangs on which days are worked"),
        ),
        migrations.AddField(
            model_name="deadline",
            name="next_warning_at",
            field=models.DateTimeField(help_text="when the clock has something to do with it, while open", null=True),
        ),
        migrations.AddField(
            model_name="deadline",
            name="rollover",
            field=models.BooleanField(default=False, help_text="an end on a rest day moves to the next working day"),
        ),
        migrations.AddField(
            model_name="deadline",
            name="warned",
            field=models.PositiveSmallIntegerField(default=0, help_text="per cent of the limit at the last warning"),
        ),
        migrations.AddField(
            model_name="petition",
            name="rules",
            field=models.CharField(
                default="2022", help_text="the rule set under which it was registered", max_length=12
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("cancelled_at", None), ("met_at", None), ("next_warning_at__isnull", False)),
                fields=["next_warning_at"],
                name="deadlines_to_warn",
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("by_calendar", True), ("cancelled_at", None), ("met_at", None)),
                fields=["id"],
                name="deadlines_by_calendar",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="deadline",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="extension", to="petitions.deadline"
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="entry",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="petitions.entry"
            ),
        ),
        migrations.AddField(
            model_name="locallimits",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="locallimit",
            name="limits",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="petitions.locallimits",
            ),
        ),
        migrations.AddField(
            model_name="suspension",
            name="deadline",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="suspensions", to="petitions.deadline"
            ),
        ),
        migrations.AddField(
            model_name="suspension",
            name="entry",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="petitions.entry"
            ),
        ),
        migrations.AddConstraint(
            model_name="locallimit",
            constraint=models.UniqueConstraint(fields=("limits", "rule"), name="local_limits_one_per_rule"),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_day__gte", models.F("first_day"))), name="suspensions_end_after_they_begin"
            ),
        ),
    ]
