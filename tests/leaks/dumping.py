"""What somebody holds who has stolen the database: every cell of every table as bytes, whatever the engine calls its type."""

import json
from collections.abc import Iterator

from django.db import DatabaseError, connection

Cell = tuple[str, str, bytes]
"""Table, column and content of one cell."""


def cells() -> Iterator[Cell]:
    """Yield every cell of the database that holds anything, those of the search's own tables included."""
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    if value is not None and value != "":
                        yield table, column, _as_bytes(value)


def columns() -> set[tuple[str, str]]:
    """Return table and column of every cell there could be."""
    found = set()
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} LIMIT 0")
            found |= {(table, column[0]) for column in cursor.description}
    return found


def _tables() -> list[str]:
    """Return the names of all tables: on SQLite also the shadow tables in which the search index lies."""
    if connection.vendor != "sqlite":
        return connection.introspection.table_names()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = [name for (name,) in cursor.fetchall()]
    found = []
    for name in names:
        try:
            connection.cursor().execute(f"SELECT 1 FROM {connection.ops.quote_name(name)} LIMIT 1")
        except DatabaseError:  # a view on the index that has no rows of its own
            continue
        found.append(name)
    return found


def _as_bytes(value: object) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    if isinstance(value, str) and value[:1] in "[{":
        # JSON may write what is not ASCII as \uXXXX: read it, and write it plainly.
        try:
            return json.dumps(json.loads(value), ensure_ascii=False).encode()
        except ValueError:
            return value.encode()
    return str(value).encode()


class Needles:
    """Words that must stand nowhere, looked for together: a cell is read once, however many there are."""

    def __init__(self, words: set[str]) -> None:
        self.words = {word.encode(): word for word in words}
        self.length = min(map(len, self.words))
        self.heads: dict[bytes, list[bytes]] = {}
        for word in self.words:
            self.heads.setdefault(word[: self.length], []).append(word)

    def found_in(self, content: bytes) -> set[str]:
        """Return the words that stand in it."""
        seen = set()
        for place in range(len(content) - self.length + 1):
            for word in self.heads.get(content[place : place + self.length], ()):
                if content.startswith(word, place):
                    seen.add(self.words[word])
        return seen
