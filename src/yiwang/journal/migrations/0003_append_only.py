"""Let the database itself refuse to change or remove what the behaviour log holds."""

from django.db import migrations

from yiwang.store.append_only import guarding


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_proof")]

    operations = [guarding("journal_record", "journal_place", "journal_head", "journal_closing")]
