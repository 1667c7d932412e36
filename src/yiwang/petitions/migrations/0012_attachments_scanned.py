"""Whether a file was looked at for viruses. Pictures were drawn anew when they came, papers of earlier days were not scanned."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def pictures_were_redrawn(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("petitions", "Attachment")._default_manager
    rows.filter(content_type__startswith="image/").update(scan="redrawn")


class Migration(migrations.Migration):
    dependencies = [
        ("petitions", "0011_openings"),
    ]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="scan",
            field=models.CharField(
                choices=[
                    ("redrawn", "图片，已重新生成"),
                    ("unscanned", "没有查毒"),
                    ("waiting", "等待查毒"),
                    ("clean", "没有病毒"),
                    ("infected", "有病毒"),
                    ("failed", "没能查毒"),
                ],
                default="unscanned",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="scanned_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(pictures_were_redrawn, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("scan__in", ["waiting", "unscanned"])), fields=["id"], name="attachments_to_scan"
            ),
        ),
    ]
