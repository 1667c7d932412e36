"""Let a filing touch fewer indexes: none twice, and none of columns that only later steps fill."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from yiwang.petitions.search import PETITIONS, PUBLISHED


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
        ("people", "0001_initial"),
        ("petitions", "0007_reviews"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        PETITIONS.pending_list(),
        PUBLISHED.pending_list(),
        migrations.AlterField(
            model_name="petition",
            name="answer",
            field=models.ForeignKey(
                db_index=False,
                help_text="the present one",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="petitions.answer",
            ),
        ),
        migrations.AlterField(
            model_name="petition",
            name="handler",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="承办人",
            ),
        ),
        migrations.AlterField(
            model_name="petition",
            name="intake_key",
            field=models.CharField(editable=False, max_length=64, null=True),
        ),
        migrations.AlterField(
            model_name="petition",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followers",
                to="petitions.petition",
            ),
        ),
        migrations.AlterField(
            model_name="petition",
            name="number",
            field=models.CharField(editable=False, max_length=20, verbose_name="编号"),
        ),
        migrations.AlterField(
            model_name="petition",
            name="repeats",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="repeated_by",
                to="petitions.petition",
            ),
        ),
        migrations.AddIndex(
            model_name="petition",
            index=models.Index(
                models.F("handler"), condition=models.Q(("handler__isnull", False)), name="petitions_in_hand"
            ),
        ),
        migrations.AddIndex(
            model_name="petition",
            index=models.Index(
                models.F("merged_into"), condition=models.Q(("merged_into__isnull", False)), name="petitions_followers"
            ),
        ),
        migrations.AddIndex(
            model_name="petition",
            index=models.Index(
                models.F("repeats"), condition=models.Q(("repeats__isnull", False)), name="petitions_repeated_by"
            ),
        ),
        migrations.AddConstraint(
            model_name="petition",
            constraint=models.UniqueConstraint(fields=("number",), name="petitions_number_once"),
        ),
        migrations.AddConstraint(
            model_name="petition",
            constraint=models.UniqueConstraint(fields=("intake_key",), name="petitions_filed_once"),
        ),
    ]
