"""Writes invented rows: each model in bulk, then the search indexes, in the order in which they refer to each other."""

from django.db import connection, transaction

from bench.bulk import table
from bench.lives import Rows
from yiwang.people.models import Petitioner
from yiwang.petitions.models import Answer, Deadline, Entry, Petition, PublishedAnswer, Rating, Referral
from yiwang.petitions.search import PETITIONS, PUBLISHED

ORDER = (Petitioner, Petition, Referral, Answer, Entry, Deadline, Rating, PublishedAnswer)


def write(rows: Rows) -> None:
    """Write all rows in one transaction; whatever can be done before it is: SQLite has one writer at a time."""
    prepared = [(table(model), table(model).prepared(rows[model])) for model in ORDER]
    petitions = [PETITIONS.prepared(row["id"], row["subject"], row["text"]) for row in rows[Petition] if row["subject"]]
    published = [
        PUBLISHED.prepared(row["id"], row["subject"], row["text"], row["answer_text"]) for row in rows[PublishedAnswer]
    ]
    # Every row refers to one of the same batch; checked one by one, SQLite would look through whole tables.
    with connection.constraint_checks_disabled(), transaction.atomic():
        for place, its_rows in prepared:
            place.write(its_rows)
        PETITIONS.write_many(petitions)
        PUBLISHED.write_many(published)
