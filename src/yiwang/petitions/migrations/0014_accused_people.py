import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import yiwang.store.ids


class Migration(migrations.Migration):
    dependencies = [
        ("petitions", "0013_place_of_accusations"),
        ("agencies", "0005_three_administrators"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccusedPerson",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=yiwang.store.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "petition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="accused_people",
                        to="petitions.petition",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("petition", "staff"), name="accusations_name_once"),
                ],
            },
        ),
        migrations.AlterField(
            model_name="petition",
            name="turn_role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("intake_clerk", "登记员"),
                    ("office_handler", "信访经办人"),
                    ("agency_handler", "单位承办人"),
                    ("approver", "审核人"),
                    ("supervisor", "督查员"),
                    ("leader", "领导"),
                ],
                max_length=16,
            ),
        ),
    ]
