"""What is promised about security: each promise names tests that are there, and a check that looks at the office."""

import ast
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import identify_hasher, make_password

from yiwang.cli.config import Config, read_config
from yiwang.cli.security import checks
from yiwang.cli.security.checks import CHECKS, IN_DATABASE
from yiwang.cli.security.promises import every_promise, rewritten
from yiwang.cli.settings import PASSWORD_HASHERS

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.engine_free


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return replace(read_config({"YIWANG_BASE_URL": "https://a.example", "YIWANG_PROXIES": "127.0.0.1"}), var=tmp_path)


def test_every_test_that_is_named_is_there() -> None:
    """Given the list, then each promise names a test, and each of them is a function of that file."""
    functions: dict[str, set[str]] = {}
    missing = []
    for promise in every_promise():
        assert promise.tests, promise.id
        for test in promise.tests:
            path, _, name = test.partition("::")
            if path not in functions:
                file = ROOT / path
                tree = ast.parse(file.read_text()) if file.exists() else ast.Module([], [])
                functions[path] = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            if name not in functions[path]:
                missing.append(test)
    assert missing == []


def test_promises_and_checks_belong_together() -> None:
    """Given the list, then ids are unique, and each check is named once and exists."""
    promises = every_promise()
    assert len({promise.id for promise in promises}) == len(promises) > 35
    assert sorted(promise.check for promise in promises if promise.check) == sorted(CHECKS)
    assert set(CHECKS) > IN_DATABASE


def test_the_committed_page_is_current() -> None:
    """Given docs/security.md, when its list is written anew, then nothing changes."""
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    assert rewritten(page) == page, "run scripts/write-security"


def test_an_office_set_up_as_promised_is_told_so(config: Config) -> None:
    """Given https, a named proxy and no luxury, then what hangs on settings alone is well."""
    for name in ("https", "proxies", "hosts", "debug", "logs", "demo", "sessions", "database"):
        outcome = CHECKS[name](config)
        assert outcome.well, (name, outcome)


@pytest.mark.parametrize(
    ("name", "given", "found"),
    [
        ("https", {"base_url": "http://a.example"}, "http://a.example"),
        ("proxies", {"proxies": ()}, "no proxy is named"),
        ("hosts", {"allowed_hosts": (".example.org",)}, "stands for many hosts"),
        ("debug", {"debug": True}, "on"),
        ("logs", {"log_level": "debug"}, "debug"),
        ("sessions", {"session_hours": 24}, "24 hours"),
        ("sessions", {"session_idle_minutes": 90}, "90 minutes"),
        ("second_factor", {"second_factor": "optional"}, "not required"),
        ("heads", {"heads_folder": None}, "alone"),
        ("scanner", {"clamd": ""}, "unscanned"),
    ],
)
def test_what_is_not_as_promised_is_told_with_what_to_do(
    config: Config, name: str, given: dict[str, Any], found: str
) -> None:
    """Given one setting that is unsafe, then its check says what was found and what to do."""
    outcome = CHECKS[name](replace(config, **given))
    assert found in outcome.found
    assert outcome.mend.endswith(".")


def test_a_database_elsewhere_wants_an_encrypted_line(config: Config) -> None:
    """Given PostgreSQL on another machine, then it is well with TLS alone; on this one it is anyway."""
    wells = {
        url: CHECKS["database"](replace(config, database_url=url)).well
        for url in (
            "postgresql://a:b@10.0.0.5/c",
            "postgresql://a:b@10.0.0.5/c?sslmode=prefer",
            "postgresql://a:b@10.0.0.5/c?sslmode=verify-full",
            "postgresql://a:b@127.0.0.1/c",
            "postgresql:///c?host=/run/postgresql",
        )
    }
    assert list(wells.values()) == [False, False, True, True, True]


def test_root_is_told(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given the program under root, then it is told; under an account of its own it is well."""
    monkeypatch.setattr(checks.os, "geteuid", lambda: 0)
    assert not CHECKS["account"](config).well
    monkeypatch.setattr(checks.os, "geteuid", lambda: 998)
    assert CHECKS["account"](config).well


def test_keys_beside_the_backup_are_told(config: Config, tmp_path: Path) -> None:
    """Given a backup in one folder with the keys, then it is told; in a folder apart it is well."""
    keys, apart = tmp_path / "keys", tmp_path / "backups"
    tmp_path.chmod(0o700)
    keys.mkdir(mode=0o700)
    for name in ("vault.json", "signing.json"):
        (keys / name).write_text("{}")
        (keys / name).chmod(0o600)
    apart.mkdir()
    (tmp_path / "last-backup.json").write_text(json.dumps({"file": str(apart / "a.tar")}))
    assert CHECKS["keys"](config).found == "closed to others, apart from the last backup"
    (apart / "vault.json").write_text("{}")
    assert CHECKS["keys"](config).found == f"keys and backup lie together in {apart}"
    (keys / "vault.json").chmod(0o644)
    assert "other accounts may read" in CHECKS["keys"](config).found


@pytest.mark.parametrize(("days", "well"), [(1, True), (8, False)])
def test_old_signatures_are_told(config: Config, monkeypatch: pytest.MonkeyPatch, days: int, well: bool) -> None:
    """Given a scanner with signatures of yesterday or of last week, then the latter is told."""
    made = (datetime.now(UTC) - timedelta(days=days)).strftime("%a %b %d %H:%M:%S %Y")
    monkeypatch.setattr("yiwang.doors.clamd.version", lambda: f"ClamAV 1.4.3/27600/{made}")
    assert CHECKS["scanner"](replace(config, clamd="tcp://127.0.0.1:3310")).well is well


def test_passwords_are_hashed_slowly(settings: LazySettings) -> None:
    """Given the program's own settings, when a password is stored, then by Argon2."""
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    assert identify_hasher(make_password("垂柳与春水二十里路上")).algorithm == "argon2"


def test_lint_looks_for_known_holes() -> None:
    """Given the checks of the code, then libraries and careless code are among them."""
    lint = (ROOT / "scripts" / "lint").read_text()
    assert "scripts/audit" in lint
    assert "bandit" in lint
    assert "pip-audit" in (ROOT / "scripts" / "audit_libraries.py").read_text()
