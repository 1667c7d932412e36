"""Makes the floor's table in an empty database: ``python -m bench.floor.prepare``; with ``count``, prints its rows."""

import os
import sys

import django
from django.db import connection


def main() -> None:
    """Create the table (nothing happens where it exists), or print how many rows it has."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.floor.settings")
    django.setup()
    from bench.floor.models import Line  # models can be imported only after setup

    if sys.argv[1:] == ["count"]:
        print(Line.objects.count())
    elif Line._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Line)


if __name__ == "__main__":
    main()
