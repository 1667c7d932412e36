"""Let the database itself refuse to change or remove what the log of petitions holds."""

from django.db import migrations

from yiwang.store.append_only import guarding


class Migration(migrations.Migration):
    dependencies = [("transparency", "0001_log")]

    operations = [guarding("transparency_leaf", "transparency_node", "transparency_head")]
