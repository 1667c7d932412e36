"""Make the search indexes beside the tables that they find."""

from django.db import migrations

from yiwang.petitions.search import PETITIONS, PUBLISHED


class Migration(migrations.Migration):
    dependencies = [("petitions", "0001_initial")]

    operations = [*PETITIONS.operations(), *PUBLISHED.operations()]
