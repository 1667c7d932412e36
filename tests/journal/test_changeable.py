"""Which role of the database could change the journal, guards or not."""

import pytest
from django.db import connection

from yiwang.store.append_only import changeable, guard, guarded


@pytest.mark.django_db
def test_an_owner_could_lift_the_guards_and_a_serving_role_could_not() -> None:
    """Given the tables' owner, then it could change them all; given a role that only serves, then none."""
    guard("journal_record", "journal_head")
    assert changeable() == guarded() == ["journal_head", "journal_record"]
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE serves_only")
        cursor.execute(f"GRANT SELECT, INSERT ON {', '.join(guarded())} TO serves_only")
        cursor.execute("SET LOCAL ROLE serves_only")
        assert changeable() == []
        cursor.execute("RESET ROLE")
