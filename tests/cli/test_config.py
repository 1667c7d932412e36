"""Settings are read from the environment and one file; what cannot be used or is unsafe is refused in one sentence."""

from pathlib import Path

import pytest

from yiwang.cli.config import DEMO_MARK, ConfigError, read_config, refusals, unknown_variables
from yiwang.cli.databases import django_database, threads_of
from yiwang.cli.options import OPTIONS
from yiwang.cli.settings_page import settings_page

pytestmark = pytest.mark.engine_free


@pytest.fixture
def safe(tmp_path: Path) -> dict[str, str]:
    """Settings that production accepts."""
    (tmp_path / "var" / "keys").mkdir(parents=True, mode=0o700)
    (tmp_path / "var").chmod(0o700)
    key = tmp_path / "var" / "keys" / "vault.json"
    key.write_text("{}")
    key.chmod(0o600)
    return {
        "YIWANG_ENV": "production",
        "YIWANG_VAR": str(tmp_path / "var"),
        "YIWANG_BASE_URL": "https://petitions.example.org",
        "YIWANG_PROXIES": "127.0.0.1",
        "YIWANG_ALLOWED_HOSTS": "petitions.example.org",
    }


def refused(environ: dict[str, str]) -> list[str]:
    return refusals(read_config(environ), environ)


def test_defaults_make_an_office_in_var():
    config = read_config({})
    assert (config.environment, config.port, config.host) == ("development", 8000, "127.0.0.1")
    assert config.var == Path("var").resolve()
    assert config.own_address == "http://localhost:8000"


def test_environment_wins_over_file_and_file_over_default(tmp_path: Path):
    file = tmp_path / "office.toml"
    file.write_text(
        'port = 8100\nhost = "::1"\nallowed_hosts = ["a.example", "b.example"]\nproxies = ["127.0.0.1", "10.0.3.0/24"]\n'
    )
    config = read_config({"YIWANG_CONFIG": str(file), "PORT": "8200"})
    assert (config.port, config.host, [str(network) for network in config.proxies]) == (
        8200,
        "::1",
        ["127.0.0.1/32", "10.0.3.0/24"],
    )
    assert config.allowed_hosts == ("a.example", "b.example")


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"PORT": "eighty"}, "The setting PORT must be a whole number from 1 to 65535 (it is “eighty”)."),
        ({"PORT": "0"}, "The setting PORT must be a whole number from 1 to 65535 (it is “0”)."),
        ({"YIWANG_ENV": "prod"}, "The setting YIWANG_ENV must be one of development, production, test (it is “prod”)."),
        ({"YIWANG_DEBUG": "maybe"}, "The setting YIWANG_DEBUG must be yes or no (it is “maybe”)."),
        (
            {"YIWANG_TIME_ZONE": "Peking"},
            "The setting YIWANG_TIME_ZONE must be the name of a time zone, as Asia/Shanghai (it is “Peking”).",
        ),
        ({"YIWANG_VAR": " "}, "The setting YIWANG_VAR is empty (it is “ ”)."),
        (
            {"YIWANG_DATABASE_URL": "mysql://office:secret@db/x"},
            "The setting YIWANG_DATABASE_URL must be an address that begins with sqlite:// or postgresql:// or postgres://.",
        ),
        (
            {"YIWANG_SMTP_URL": "smtp://localhost:25"},
            "YIWANG_SMTP_URL is given but YIWANG_MAIL_FROM is not: say from which address the office writes.",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_in_one_sentence(environ: dict[str, str], sentence: str):
    with pytest.raises(ConfigError) as told:
        read_config(environ)
    assert str(told.value) == sentence


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ('bse_url = "https://x"', "holds an unknown setting “bse_url”; did you mean “base_url”?"),
        ("port = [1, 2]", "must be a text, a number, a switch or a list of texts"),
        ("port = ", "is not valid TOML"),
        ('port = "x"', "must be a whole number"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(tmp_path: Path, content: str, part: str):
    file = tmp_path / "office.toml"
    file.write_text(content)
    with pytest.raises(ConfigError) as told:
        read_config({"YIWANG_CONFIG": str(file)})
    assert part in str(told.value)
    assert str(file) in str(told.value)


def test_a_missing_file_is_told(tmp_path: Path):
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        read_config({"YIWANG_CONFIG": str(tmp_path / "none.toml")})


def test_production_accepts_safe_settings(safe: dict[str, str]):
    assert refused(safe) == []


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"YIWANG_BASE_URL": ""}, "YIWANG_BASE_URL is missing"),
        ({"YIWANG_BASE_URL": "http://petitions.example.org"}, "YIWANG_BASE_URL begins with http://"),
        ({"YIWANG_ALLOWED_HOSTS": "*"}, "YIWANG_ALLOWED_HOSTS holds a wildcard"),
        ({"YIWANG_ALLOWED_HOSTS": ".example.org"}, "YIWANG_ALLOWED_HOSTS holds a wildcard"),
        ({"YIWANG_DEBUG": "yes"}, "YIWANG_DEBUG is on"),
        ({"YIWANG_LOG_LEVEL": "debug"}, "YIWANG_LOG_LEVEL is debug"),
        (
            {"YIWANG_SMTP_URL": "smtp://office:secret@mail.example.org", "YIWANG_MAIL_FROM": "office@example.org"},
            "YIWANG_SMTP_URL sends its password over plain smtp://",
        ),
    ],
)
def test_production_refuses_an_unsafe_setting(safe: dict[str, str], change: dict[str, str], part: str):
    (sentence,) = refused({**safe, **change})
    assert sentence.startswith(part)
    assert "secret" not in sentence


def test_production_refuses_a_folder_that_others_may_read(safe: dict[str, str]):
    Path(safe["YIWANG_VAR"]).chmod(0o755)
    (sentence,) = refused(safe)
    assert "can be read by other accounts" in sentence


def test_production_refuses_keys_that_others_may_read(safe: dict[str, str]):
    (Path(safe["YIWANG_VAR"]) / "keys" / "vault.json").chmod(0o644)
    (sentence,) = refused(safe)
    assert sentence.startswith("Keys in ")


def test_production_refuses_the_demo(safe: dict[str, str]):
    (Path(safe["YIWANG_VAR"]) / DEMO_MARK).touch()
    (sentence,) = refused(safe)
    assert "demo" in sentence


def test_production_refuses_an_open_file_with_a_password(safe: dict[str, str], tmp_path: Path):
    file = tmp_path / "office.toml"
    file.write_text('database_url = "postgresql://office:secret@127.0.0.1/office"')
    file.chmod(0o644)
    (sentence,) = refused({**safe, "YIWANG_CONFIG": str(file)})
    assert "chmod 600" in sentence
    file.chmod(0o600)
    assert refused({**safe, "YIWANG_CONFIG": str(file)}) == []


def test_development_refuses_none_of_this():
    assert refused({"YIWANG_DEBUG": "yes", "YIWANG_ALLOWED_HOSTS": "*", "YIWANG_BASE_URL": "http://x.example"}) == []


def test_misspelt_variables_are_found():
    assert unknown_variables({"YIWANG_VAR": "x", "YIWANG_BASEURL": "y", "YIWANG_TEST_POSTGRES_URL": "z"}) == [
        "YIWANG_BASEURL"
    ]


def test_sqlite_is_the_default_and_postgresql_gets_a_pool_in_web_processes(monkeypatch: pytest.MonkeyPatch):
    config = read_config({"YIWANG_VAR": "/srv/office"})
    sqlite = django_database(config)
    assert (sqlite["ENGINE"], sqlite["NAME"]) == ("yiwang.store.sqlite", "/srv/office/yiwang.sqlite3")
    assert threads_of(config) == 1
    config = read_config({"YIWANG_DATABASE_URL": "postgresql://of%40fice:p%3Aw@db.example:5433/city?sslmode=require"})
    postgres = django_database(config)
    assert [postgres[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "city",
        "of@fice",
        "p:w",
        "db.example",
        "5433",
    ]
    assert postgres["OPTIONS"] == {"connect_timeout": 5, "sslmode": "require", "prepare_threshold": 0}
    monkeypatch.setattr("yiwang.cli.databases.in_web_process", True)
    served = django_database(config)["OPTIONS"]
    assert served["pool"] == {"min_size": 1, "max_size": 5, "timeout": 5, "reconnect_timeout": 1.0}
    assert served["options"] == "-c lock_timeout=20s -c jit=off -c work_mem=32MB"
    assert threads_of(config) == 4


def test_every_option_is_documented_and_the_page_is_current():
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    assert page == settings_page(), "run: .venv/bin/yiwang settings --markdown > docs/settings.md"
    assert all(option.meaning.endswith(".") for option in OPTIONS)
