"""The search index itself: the one place with SQL of its own (ADR 0003).

An ``Index`` holds one folded text for each id: FTS5 on SQLite, a GIN-indexed ``tsvector`` on PostgreSQL. The index
finds candidates and the text is checked again, so that the hits are exactly those of a substring search. A hit is a
condition on a queryset: who may see what, and all other filters, are the queryset's own affair and part of the same
statement.

How the condition is written depends on how frequent the words are among the newest texts. Rare ones are taken from the
index and then filtered. Common ones are soon met by walking the queryset from its newest row on and looking at each text;
there the index would first gather a tenth of everything.
"""
# ruff: noqa: S608 - the names put into statements are the index's own, never a reader's words

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.operations.base import Operation
from django.db.models.sql.compiler import SQLCompiler

from yiwang.petitions.grams import body, grams, wanted

BATCH = 500
BULK_BYTES = 16 * 1024 * 1024  # SQLite: new grams kept in memory before they are written, in a large transaction
BUILD_MEMORY = "256MB"  # PostgreSQL: while the whole index is made
PENDING_KB = 16 * 1024
"""PostgreSQL: new grams that the index keeps unsorted, some 1,800 texts of them, until it sorts them in at one go. The
default of 4 MB makes a text cost a third more processor time; a full list makes a search 7 ms longer."""
BITMAP_MEMORY = "64MB"  # PostgreSQL: enough for the hits' pages of some million texts

Prepared = tuple[int, str, str]
"""An id, its folded text, and the text's grams."""


@dataclass(frozen=True)
class Query:
    """Folded words, all of which a text must contain."""

    words: tuple[str, ...]

    @property
    def grams(self) -> list[str]:
        """Return the grams that every hit must have."""
        return list(dict.fromkeys(gram for word in self.words for gram in wanted(word)))

    @property
    def unproven(self) -> list[str]:
        """Return the words that the grams alone do not prove: the text must be looked at for these."""
        return [word for word in self.words if not (word.isalnum() and wanted(word) == [word])]


class _Condition(models.Func):
    """A condition on the id of a row, written in SQL with ``{id}`` in the column's place."""

    output_field = models.BooleanField()

    def __init__(self, column: str, sql: str, params: tuple[Any, ...]) -> None:
        super().__init__(column)
        self.sql = sql
        self.sql_params = params

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: Any, **context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Put the column into the SQL."""
        column, params = compiler.compile(self.source_expressions[0])
        return self.sql.format(id=column), (*params, *self.sql_params)


class Index:
    """A searchable text for each id of some table. It holds nothing that could not be rebuilt from that table."""

    SAMPLE = 1_000
    COMMON = 10
    """Hits among the newest ``SAMPLE`` texts from which a query is common: one in a hundred. Where both ways take the
    same time lies between one in 140 (a million texts) and one in 45 (a hundred thousand)."""
    WINDOW = 5_000
    """Newest texts among which the hits of a common query are counted and ranked on PostgreSQL, at 2 µs each."""
    COUNTED = 1_000
    """Hits are counted so far and no further: the page says “1,000+”. Relevance is weighed among as many, the newest."""

    def __init__(self, name: str) -> None:
        self.name = name

    # --- keeping it ---------------------------------------------------------------------------------------------------

    def add(self, row_id: int, *parts: str) -> None:
        """Add a row's text, in one statement; the first part counts as the subject.

        Raises IntegrityError when the row is there already.
        """
        self.write(self.prepared(row_id, *parts))

    def prepared(self, row_id: int, *parts: str) -> Prepared:
        """Return what ``write`` takes. Cutting takes a tenth of a millisecond and more: better before the transaction."""
        text = body(*parts)
        return row_id, text, grams(text)

    def write(self, row: Prepared) -> None:
        """Add a prepared row, as ``add`` does."""
        with connection.cursor() as cursor:
            cursor.execute(*self.insertion(row))

    def insertion(self, row: Prepared) -> tuple[str, Prepared]:
        """Return the statement of ``write`` with its values, for whoever sends it along with others."""
        return self._insertion, row

    def add_many(self, rows: Iterable[tuple[int, tuple[str, ...]]]) -> None:
        """Add many rows, as ``add`` does each. See ``loading`` for very many."""
        self.write_many(self.prepared(row_id, *parts) for row_id, parts in rows)

    def write_many(self, rows: Iterable[Prepared]) -> None:
        """Add many prepared rows, as ``write`` does each, in the way that costs the engine least."""
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                made = iter(rows)
                while batch := list(islice(made, BATCH)):
                    # Not by way of the view: FTS5 writes all that it keeps in memory before each trigger.
                    texts, grams_table = self._texts, f"{self.name}_grams"
                    cursor.executemany(f"INSERT INTO {texts} (id, body) VALUES (%s, %s)", [row[:2] for row in batch])
                    cursor.executemany(
                        f"INSERT INTO {grams_table} (rowid, grams) VALUES (%s, %s)", [row[::2] for row in batch]
                    )
            else:
                with cursor.copy(f"COPY {self.name} (id, body, grams) FROM STDIN (FORMAT BINARY)") as copy:
                    copy.set_types(["bigint", "text", "bytea"])
                    for row_id, text, its_grams in rows:
                        copy.write_row((row_id, text, _binary_tsvector(its_grams)))

    def change(self, row_id: int, *parts: str) -> None:
        """Replace a row's text; a row that is missing is added."""
        new = body(*parts)
        with transaction.atomic():
            old = self._body(row_id)
            if old == new:
                return
            if old is not None:
                self._delete(row_id, old)
            self.write((row_id, new, grams(new)))

    def remove(self, row_id: int) -> None:
        """Forget a row's text; a row that is missing is no error."""
        with transaction.atomic():
            old = self._body(row_id)
            if old is not None:
                self._delete(row_id, old)

    def rebuild(self, rows: Iterable[tuple[int, tuple[str, ...]]]) -> None:
        """Empty the index and fill it anew, in one transaction, while searches wait (PostgreSQL) or find the old one."""
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"DELETE FROM {self._texts}")
                cursor.execute(f"INSERT INTO {self.name}_grams({self.name}_grams) VALUES ('delete-all')")
            else:
                cursor.execute(f"TRUNCATE {self.name}")
            with self.loading():
                self.add_many(rows)

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Add very many texts: PostgreSQL's GIN index is dropped, and made anew at the end; FTS5's parts are made one.

        FTS5 would else join the large parts of a bulk load with those of single texts, within some unlucky filing.
        Searches in between are right but slow. After a crash in between, ``make_index`` does what is missing.
        """
        if connection.vendor != "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"DROP INDEX IF EXISTS {self.name}_grams")
        yield
        self.make_index()

    def make_index(self) -> None:
        """Bring the index into its best shape; make it where it is missing."""
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"INSERT INTO {self.name}_grams({self.name}_grams) VALUES ('optimize')")
            else:
                cursor.execute(f"SET LOCAL maintenance_work_mem = '{BUILD_MEMORY}'")
                cursor.execute(self._gin_index)

    def operations(self) -> list[Operation]:
        """Return what a migration has to do to make the index, and to take it away."""

        def make(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
            for sql in self._definition(editor.connection.vendor):
                editor.execute(sql, None)

        def drop(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
            for sql in self._removal(editor.connection.vendor):
                editor.execute(sql, None)

        return [RunPython(make, drop)]

    def pending_list(self) -> Operation:
        """Return what a migration has to do to give an index made earlier its ``PENDING_KB``."""

        def widen(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
            if editor.connection.vendor == "postgresql":
                editor.execute(f"ALTER INDEX {self.name}_grams SET (gin_pending_list_limit = {PENDING_KB})", None)

        return RunPython(widen, RunPython.noop)

    # --- asking it ----------------------------------------------------------------------------------------------------

    def is_common(self, query: Query) -> bool:
        """Tell how frequent the hits are, whoever may see them: to choose the way, and told to nobody."""
        sql, params = self._newest(query, self.SAMPLE, self.COMMON)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({sql}) AS newest", params)
            return int(cursor.fetchone()[0]) >= self.COMMON

    def matching(self, query: Query, *, common: bool, column: str = "pk") -> models.Expression:
        """Return the condition “this row's text matches”, for ``filter()``; ``common`` as ``is_common`` said."""
        if not common:
            return self._member(column, *self._hits(query))
        check, params = self._check(query)
        return _Condition(column, f"(SELECT {check} FROM {self._texts} WHERE id = {{id}})", tuple(params))

    def in_window(self, query: Query, column: str = "pk") -> models.Expression:
        """Return the condition “this row is one of the newest hits, as far as these are counted”."""
        if connection.vendor == "sqlite":
            # FTS5 keeps its lists by id and reads them from either end; a GIN index has no order.
            return self._member(column, *self._hits(query, self.COUNTED + 1))
        return self._member(column, *self._newest(query, self.WINDOW, self.COUNTED + 1))

    def among_hits(self, query: Query, at_most: int, column: str = "pk") -> models.Expression:
        """Return the condition “this row is one of ``at_most`` hits”: the newest on SQLite, any on PostgreSQL."""
        return self._member(column, *self._hits(query, at_most))

    def bodies(self, ids: list[int]) -> dict[int, str]:
        """Return the folded texts of these rows."""
        if not ids:
            return {}
        with connection.cursor() as cursor:
            marks = ", ".join(["%s"] * len(ids))
            cursor.execute(f"SELECT id, body FROM {self._texts} WHERE id IN ({marks})", ids)
            return dict(cursor.fetchall())

    # --- the engines' own words ---------------------------------------------------------------------------------------

    @property
    def _texts(self) -> str:
        return f"{self.name}_texts" if connection.vendor == "sqlite" else self.name

    def _member(self, column: str, select: str, params: list[Any]) -> models.Expression:
        # ANY(ARRAY()) is worked out once, before the planner could think of walking the primary key instead.
        member = f"{{id}} IN ({select})" if connection.vendor == "sqlite" else f"{{id}} = ANY(ARRAY({select}))"
        return _Condition(column, member, tuple(params))

    def _check(self, query: Query) -> tuple[str, list[Any]]:
        """Return the condition that a ``body`` holds all words."""
        found = "instr(body, %s) > 0" if connection.vendor == "sqlite" else "strpos(body, %s) > 0"
        return " AND ".join([found] * len(query.words)), list(query.words)

    def _newest(self, query: Query, texts: int, at_most: int) -> tuple[str, list[Any]]:
        """Return a SELECT of the newest ids whose texts match, out of the newest ``texts``."""
        floor = f"COALESCE((SELECT id FROM {self._texts} ORDER BY id DESC LIMIT 1 OFFSET {texts:d}), -1)"
        if connection.vendor == "sqlite":
            sql, params = self._hits(query)
            return f"{sql} AND rowid > {floor} ORDER BY rowid DESC LIMIT {at_most:d}", params
        check, params = self._check(query)
        sql = f"SELECT id FROM {self._texts} WHERE id > {floor} AND {check} ORDER BY id DESC LIMIT {at_most:d}"
        return sql, params

    def _hits(self, query: Query, at_most: int | None = None) -> tuple[str, list[Any]]:
        """Return a SELECT of the ids whose texts match, by way of the index."""
        words = query.unproven
        if connection.vendor == "sqlite":
            grams_table = f"{self.name}_grams"
            check = "".join(
                f" AND (SELECT instr(body, %s) FROM {self._texts} WHERE id = {grams_table}.rowid)" for _word in words
            )
            end = "" if at_most is None else f" ORDER BY rowid DESC LIMIT {at_most:d}"
            sql = f"SELECT rowid FROM {grams_table} WHERE {grams_table} MATCH %s{check}{end}"
            return sql, [" AND ".join(f'"{gram}"' for gram in query.grams), *words]
        asked = " & ".join(f"'{gram}'" for gram in query.grams)
        like = [f"%{_escaped(word)}%" for word in words]
        return f"SELECT {self.name}_hits(%s::tsquery, %s::text[], %s)", [asked, like, at_most]

    @property
    def _insertion(self) -> str:
        cast = "" if connection.vendor == "sqlite" else "::tsvector"
        return f"INSERT INTO {self.name} (id, body, grams) VALUES (%s, %s, %s{cast})"

    @property
    def _gin_index(self) -> str:
        return (
            f"CREATE INDEX IF NOT EXISTS {self.name}_grams ON {self.name} USING gin (grams) "
            f"WITH (gin_pending_list_limit = {PENDING_KB})"
        )

    def _body(self, row_id: int) -> str | None:
        with connection.cursor() as cursor:
            lock = "" if connection.vendor == "sqlite" else " FOR UPDATE"
            cursor.execute(f"SELECT body FROM {self._texts} WHERE id = %s{lock}", [row_id])
            row = cursor.fetchone()
        return row[0] if row else None

    def _delete(self, row_id: int, old: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {self._texts} WHERE id = %s", [row_id])
            if connection.vendor == "sqlite":
                cursor.execute(
                    f"INSERT INTO {self.name}_grams({self.name}_grams, rowid, grams) VALUES ('delete', %s, %s)",
                    [row_id, grams(old)],
                )

    def _definition(self, vendor: str) -> list[str]:
        name = self.name
        if vendor == "sqlite":
            return [
                f"CREATE TABLE {name}_texts (id INTEGER PRIMARY KEY, body TEXT NOT NULL)",
                # Contentless: the grams would take 2.3 times the text's own room. The ascii tokenizer splits at spaces
                # alone, since grams() leaves no ASCII punctuation.
                f"CREATE VIRTUAL TABLE {name}_grams USING fts5"
                "(grams, content='', detail='none', columnsize=0, tokenize='ascii')",
                f"INSERT INTO {name}_grams({name}_grams, rank) VALUES ('hashsize', {BULK_BYTES})",
                f"INSERT INTO {name}_grams({name}_grams, rank) VALUES ('automerge', 8)",  # a fifth less work a text
                f"CREATE VIEW {name} AS SELECT id, body, NULL AS grams FROM {name}_texts",
                f"CREATE TRIGGER {name}_insert INSTEAD OF INSERT ON {name} BEGIN "
                f"INSERT INTO {name}_texts (id, body) VALUES (NEW.id, NEW.body); "
                f"INSERT INTO {name}_grams (rowid, grams) VALUES (NEW.id, NEW.grams); END",
            ]
        return [
            f"CREATE TABLE {name} (id bigint PRIMARY KEY, body text NOT NULL, grams tsvector NOT NULL)",
            self._gin_index,
            # A function, for its SET: left alone, the planner reads the whole table for a word of middling frequency,
            # and unpacks each row's grams on the way; so it also would with a bitmap too coarse for lack of memory.
            f"CREATE FUNCTION {name}_hits(wanted tsquery, patterns text[], at_most integer) RETURNS SETOF bigint "
            "LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1000 "
            f"SET enable_seqscan = off SET work_mem = '{BITMAP_MEMORY}' AS $$ BEGIN RETURN QUERY "
            f"SELECT id FROM {name} WHERE grams @@ wanted AND body LIKE ALL (patterns) LIMIT at_most; END $$",
        ]

    def _removal(self, vendor: str) -> list[str]:
        name = self.name
        if vendor == "sqlite":
            return [f"DROP VIEW {name}", f"DROP TABLE {name}_grams", f"DROP TABLE {name}_texts"]
        return [f"DROP FUNCTION {name}_hits(tsquery, text[], integer)", f"DROP TABLE {name}"]


def _escaped(word: str) -> str:
    """Return the word as LIKE takes it literally."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _binary_tsvector(spaced: str) -> bytes:
    """Return grams as PostgreSQL's binary format has a ``tsvector``: their number, then each with its end and no positions.

    Read from text, its parser would take as long as all the rest of the row.
    """
    if not spaced:
        return bytes(4)
    return (spaced.count(" ") + 1).to_bytes(4, "big") + spaced.encode().replace(b" ", bytes(3)) + bytes(3)
