"""From a database address to what Django needs to know of it."""

from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from yiwang.cli.config import Config, current_config

BUSY_SECONDS = 20
"""How long a statement waits for SQLite's lock, or a request for a connection of the pool, before it is refused."""


def uses_postgres(config: Config) -> bool:
    """Return whether the office lives in PostgreSQL; otherwise it is one SQLite file."""
    return urlsplit(config.database_url).scheme in ("postgresql", "postgres")


def threads_of(config: Config) -> int:
    """Return the threads of each web process: SQLite's writers take turns, so more would only wait in line."""
    return config.threads or (4 if uses_postgres(config) else 1)


def django_database(config: Config) -> dict[str, Any]:
    """Return the value of ``DATABASES["default"]``."""
    return _postgres(config) if uses_postgres(config) else _sqlite(config)


def _own_engine() -> bool:
    return find_spec("yiwang.store.sqlite") is not None and find_spec("yiwang.store.sqlite.base") is not None


def _sqlite(config: Config) -> dict[str, Any]:
    path = unquote(urlsplit(config.database_url).path.removeprefix("/")) if config.database_url else ""
    # A test need not survive a power cut; everything else must (FULL syncs the log on each commit).
    synchronous = "OFF" if config.environment == "test" else "FULL"
    return {
        "ENGINE": "yiwang.store.sqlite" if _own_engine() else "django.db.backends.sqlite3",
        "NAME": path or str(config.var / "yiwang.sqlite3"),
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": str(config.var / "test.sqlite3")},
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": BUSY_SECONDS,
            "init_command": (
                f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
            ),
        },
    }


def _postgres(config: Config) -> dict[str, Any]:
    parts = urlsplit(config.database_url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    if config.environment != "test":
        # One more than the threads, so that a health check never waits behind them.
        options["pool"] = {"min_size": 1, "max_size": threads_of(config) + 1, "timeout": BUSY_SECONDS}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "TEST": {"NAME": f"test_{unquote(parts.path.lstrip('/'))}"},
        "OPTIONS": options,
    }


def place_of() -> str:
    """Return where this office's database is, in words that hold no password."""
    database = django_database(current_config())
    if not database.get("HOST"):
        return str(database["NAME"])
    return f"{database['NAME']} at {database['HOST']}:{database['PORT'] or 5432}"
