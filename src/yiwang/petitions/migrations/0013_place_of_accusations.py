"""The place that an accusation names is sealed as its words are."""

from typing import Any

from django.db import migrations, models

from yiwang.vault.sealing import DataKey

TABLE = "petitions_petition"


def seal(apps: Any, editor: Any) -> None:
    petitions = apps.get_model("petitions", "Petition").objects.filter(purpose="accusation")
    for row in petitions.exclude(place="").exclude(data_key=b"").only("pk", "place", "data_key"):
        key = DataKey.unwrap(row.data_key, TABLE, row.pk)
        row.sealed_place, row.place = key.seal(row.place, TABLE, "sealed_place", row.pk), ""
        row.save(update_fields=["sealed_place", "place"])


class Migration(migrations.Migration):
    dependencies = [("petitions", "0012_attachments_scanned")]
    operations = [
        migrations.AddField("petition", "sealed_place", models.BinaryField(default=b"")),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
