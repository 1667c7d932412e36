"""What every test stands on: an office of its own in a temporary folder, on the engine that was asked for.

SQLite is the default; ``YIWANG_DATABASE_URL`` (or ``YIWANG_TEST_POSTGRES_URL``, which `scripts/with-postgres` sets) chooses
PostgreSQL. A developer's own office is never touched: its folder is replaced before Django reads any setting.
"""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import blocking_manager_key

STRICT = "YIWANG_STRICT_SKIPS"
FOLDER = "YIWANG_TEST_VAR"


def _make_office() -> Path:
    """Return this process's office folder; workers of a parallel run have one each below that of the run."""
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="yiwang-test-")
    var = Path(os.environ[FOLDER]) / os.environ.get("PYTEST_XDIST_WORKER", "main")
    (var / "uploads").mkdir(parents=True, exist_ok=True, mode=0o700)
    return var


OWNS_FOLDER = FOLDER not in os.environ
VAR = _make_office()
for name in [
    name for name in os.environ if name.startswith("YIWANG_") and not name.startswith(("YIWANG_TEST_", STRICT))
]:
    if name != "YIWANG_DATABASE_URL":
        del os.environ[name]
os.environ.update(YIWANG_ENV="test", YIWANG_VAR=str(VAR), DJANGO_SETTINGS_MODULE="yiwang.cli.settings")
os.environ.setdefault("YIWANG_DATABASE_URL", os.environ.get("YIWANG_TEST_POSTGRES_URL", ""))
# Playwright's fixtures run an event loop in the thread that also talks to the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import django  # noqa: E402  (the folder above must be chosen first)
from hypothesis import settings as effort  # noqa: E402

from yiwang.vault.keys import make_keys  # noqa: E402
from yiwang.vault.signing import make_signing_key  # noqa: E402

make_keys(VAR / "keys")
make_signing_key(VAR / "keys")
django.setup()  # a room's conftest may define models of its own
# Slow hashes are the point of a password's hash, and of no test.
django.conf.settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The workers of a parallel run inherit this: named there, the settings would be read before their own folder is chosen.
del os.environ["DJANGO_SETTINGS_MODULE"]


ENTERED: list[list[Any]] = []
"""The rows that migrations entered, table by table: limits of the doors, reasons for dissatisfaction."""


pytest_plugins = ["tests.offices"]
"""Here, and not where they are used: a fixture that is imported in several places is made in each."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--strict-skips", action="store_true", help=f"count a skip as a failure (also {STRICT}=1)")


def pytest_configure(config: pytest.Config) -> None:
    effort.register_profile("yiwang", deadline=None)  # a busy machine is no fault of what is tested
    effort.load_profile("yiwang")
    if config.getoption("--strict-skips"):
        os.environ[STRICT] = "1"


def pytest_report_header() -> str:
    return f"engine: {'PostgreSQL' if os.environ['YIWANG_DATABASE_URL'] else 'SQLite'}"


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get(STRICT) == "1" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"A skip counts as a failure here. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report


def pytest_sessionfinish() -> None:
    if OWNS_FOLDER:
        shutil.rmtree(os.environ[FOLDER], ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, None, None]:
    """Enter again what migrations had entered, after a test that commits: emptying the tables took it."""
    yield
    marker = item.get_closest_marker("django_db")
    named = {"transactional_db", "live_server"}.intersection(getattr(item, "fixturenames", ()))
    committed = named or (marker and marker.kwargs.get("transaction"))
    if committed and nextitem is not None:
        with item.config.stash[blocking_manager_key].unblock():
            for rows in filter(None, ENTERED):
                type(rows[0])._default_manager.bulk_create(rows, ignore_conflicts=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """Let the tables be emptied after a test that commits: the database would refuse it for those that are append-only."""
    from yiwang.doors.models import Limit
    from yiwang.petitions.models import RatingReason
    from yiwang.store import append_only

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        ENTERED.extend([list(Limit.objects.all()), list(RatingReason.objects.order_by("depth", "pk"))])
        append_only.unguard(*append_only.guarded())


@pytest.fixture(autouse=True)
def _no_files_left() -> Iterator[None]:
    """Give each test an empty store of attachments, and no signed heads of another's journal."""
    yield
    for folder in ("files", "heads"):
        shutil.rmtree(VAR / folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _chinese_first() -> None:
    """Begin each test in the office's language: a request in another one leaves its thread so."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)
