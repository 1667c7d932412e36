"""The table of options: what may be set, under which names, and what production demands of it.

``docs/settings.md`` and `yiwang settings` are made from it; `yiwang.cli.config` reads the values.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Option:
    """One row of the table: what may be set, under which names, and what production demands of it."""

    name: str
    variable: str
    parse: Callable[[str], Any]
    kind: str
    default: str
    meaning: str
    production: str = ""
    secret: bool = False


def _text(value: str) -> str:
    return value.strip()


def _folder(value: str) -> Path:
    if not value.strip():
        raise ValueError("is empty")
    return Path(value).expanduser().resolve()


def _optional_folder(value: str) -> Path | None:
    return _folder(value) if value.strip() else None


def _number(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.strip().isdecimal() or not low <= int(value) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(value)

    return parse


def _choice(*words: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return value

    return parse


def _switch(value: str) -> bool:
    word = value.strip().lower()
    if word not in {"yes", "no", "true", "false", "1", "0"}:
        raise ValueError("must be yes or no")
    return word in {"yes", "true", "1"}


def _hosts(value: str) -> tuple[str, ...]:
    return tuple(host.strip().lower() for host in value.split(",") if host.strip())


def _networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        found = tuple(ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())
    except ValueError:
        raise ValueError("must be IP addresses or networks, separated by commas, as 127.0.0.1, 10.0.3.0/24") from None
    if any(network.prefixlen == 0 for network in found):
        raise ValueError("must not hold every address there is: anybody could say where they come from")
    return found


def _socket(value: str) -> str:
    value = value.strip()
    parts = urlsplit(value)
    try:
        good = not value or (parts.scheme == "tcp" and parts.hostname and parts.port) or (
            parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/")
        )  # fmt: skip
    except ValueError:
        good = False
    if not good:
        raise ValueError("must be tcp://host:port or unix:/path")
    return value


def _secret(least: int) -> Callable[[str], str]:
    def parse(value: str) -> str:
        value = value.strip()
        if value and (len(value) < least or not value.isascii() or not value.isprintable() or " " in value):
            raise ValueError(f"must be at least {least} letters, figures and signs, without blanks")
        return value

    return parse


def _words(value: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("must be the name of a time zone, as Asia/Shanghai") from None
    return value


def _url(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        value = value.strip().rstrip("/")
        if not value:
            return ""
        parts = urlsplit(value)
        if parts.scheme not in schemes or not (parts.hostname or parts.scheme == "sqlite"):
            raise ValueError(f"must be an address that begins with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        try:
            _ = parts.port
        except ValueError:
            raise ValueError("has a port that is no number from 0 to 65535") from None
        return value

    return parse


OPTIONS: tuple[Option, ...] = (
    Option(
        "environment",
        "YIWANG_ENV",
        _choice("development", "production", "test"),
        "development, production or test",
        "development",
        "What the office is for. `production` refuses every unsafe setting named in this table; `test` is for the test suite.",
    ),
    Option(
        "var",
        "YIWANG_VAR",
        _folder,
        "folder",
        "var",
        "The folder that holds all state: keys, files, and the SQLite database. Two folders are two offices.",
        "Readable by its owner alone (mode 0700), keys too (0600), and without demo data; `yiwang migrate` sets the modes.",
    ),
    Option(
        "database_url",
        "YIWANG_DATABASE_URL",
        _url("sqlite", "postgresql", "postgres"),
        "address",
        "",
        "`postgresql://user:password@host:5432/name`, or empty for SQLite in the folder above.",
        secret=True,
    ),
    Option(
        "database_owner_url",
        "YIWANG_DATABASE_OWNER_URL",
        _url("postgresql", "postgres"),
        "address",
        "",
        "The same database under the role that owns its tables, for `yiwang migrate`, `yiwang restore` and `yiwang journal expire` alone. "
        "The role above then cannot change or remove what the behaviour log holds.",
        secret=True,
    ),
    Option(
        "base_url",
        "YIWANG_BASE_URL",
        _url("https", "http"),
        "address",
        "",
        "The address under which people reach the office; links in messages begin with it.",
        "Must be given and begin with https://.",
    ),
    Option(
        "allowed_hosts",
        "YIWANG_ALLOWED_HOSTS",
        _hosts,
        "names, with commas between",
        "",
        "Host names that the server answers to, besides that of the base URL; in development also localhost.",
        "No wildcard (`*`, `.example.org`).",
    ),
    Option("time_zone", "YIWANG_TIME_ZONE", _zone, "zone", "Asia/Shanghai", "The office's zone: its days end there."),
    Option(
        "rollover",
        "YIWANG_ROLLOVER",
        _choice("petitioner", "all", "none"),
        "petitioner, all or none",
        "petitioner",
        "Which limits that end on a rest day end on the next working day instead: those that bind the petitioner, all, or none. "
        "Limits that run already keep what they began with.",
    ),
    Option(
        "office_name", "YIWANG_OFFICE_NAME", _text, "text", "信访局", "The office's name, on pages and in messages."
    ),
    Option(
        "office_name_en",
        "YIWANG_OFFICE_NAME_EN",
        _text,
        "text",
        "",
        "The same for English pages; empty: the one above.",
    ),
    Option(
        "office_telephone",
        "YIWANG_OFFICE_TELEPHONE",
        _text,
        "text",
        "12343",
        "The number that people are told to call when a page does not help them.",
    ),
    Option(
        "smtp_url",
        "YIWANG_SMTP_URL",
        _url("smtp", "smtps", "smtp+starttls"),
        "address",
        "",
        "The mail server: `smtps://user:password@host:465`, `smtp+starttls://…:587` or `smtp://localhost:25`. Empty: no mail leaves.",
        "A password never goes over plain `smtp://`.",
        secret=True,
    ),
    Option(
        "mail_from",
        "YIWANG_MAIL_FROM",
        _text,
        "mail address",
        "",
        "The sender of the office's mail; needed when a mail server is given.",
    ),
    Option(
        "signature",
        "YIWANG_SIGNATURE",
        _choice("ed25519", "sm2"),
        "ed25519 or sm2",
        "ed25519",
        "How papers are signed. After a change run `yiwang migrate`, which makes the key, and start anew; papers signed before stay provable.",
    ),
    Option(
        "sealing",
        "YIWANG_SEALING",
        _choice("aes-256-gcm", "sm4-gcm"),
        "aes-256-gcm or sm4-gcm",
        "aes-256-gcm",
        "How names, texts of accusations and files are sealed from now on (SM4: GB/T 32907). What was sealed before opens as it did; "
        "`yiwang keys rotate` wraps its keys with the new algorithm.",
    ),
    Option(
        "key_command",
        "YIWANG_KEY_COMMAND",
        _text,
        "command line",
        "",
        "A command that prints the office's keys as JSON; run without a shell, once for each process. Empty: the file `keys/vault.json`.",
    ),
    Option(
        "host", "YIWANG_HOST", _text, "address", "127.0.0.1", "The network address on which `yiwang serve` listens."
    ),
    Option("port", "PORT", _number(1, 65535), "number", "8000", "The port on which `yiwang serve` listens."),
    Option(
        "workers",
        "YIWANG_WORKERS",
        _number(1, 64),
        "number",
        "2",
        "Processes that answer requests.",
    ),
    Option(
        "threads",
        "YIWANG_THREADS",
        _number(0, 64),
        "number",
        "0",
        "Threads of each process; 0 chooses by the database: 1 with SQLite, where writers take turns, 4 with PostgreSQL.",
    ),
    Option(
        "proxies",
        "YIWANG_PROXIES",
        _networks,
        "addresses, comma-separated",
        "",
        "The proxies in front, by address or network (`127.0.0.1, 10.0.3.0/24`): what they say in `X-Forwarded-For` and "
        "`X-Forwarded-Proto` is believed, and what anybody else says there is not.",
        "Must name the proxy with TLS. Every address at once (`0.0.0.0/0`) is refused anywhere.",
    ),
    Option(
        "clamd",
        "YIWANG_CLAMD",
        _socket,
        "address",
        "",
        "Where ClamAV's daemon listens: `tcp://127.0.0.1:3310` or `unix:/run/clamav/clamd.ctl`. With it, uploaded PDFs and office "
        "files lie in quarantine until they were found clean. Empty: they are given out unscanned, and marked so.",
    ),
    Option(
        "session_hours",
        "YIWANG_SESSION_HOURS",
        _number(1, 24),
        "hours",
        "12",
        "After how long staff log in again, at the latest.",
    ),
    Option(
        "session_idle_minutes",
        "YIWANG_SESSION_IDLE_MINUTES",
        _number(5, 720),
        "minutes",
        "60",
        "After how long without any page staff log in again; what they were typing stays in their browser.",
    ),
    Option(
        "second_factor",
        "YIWANG_SECOND_FACTOR",
        _choice("", "required", "optional"),
        "required or optional",
        "",
        "Whether all staff need a second factor (docs/login.md). Empty: required in production, optional elsewhere.",
    ),
    Option(
        "password_length",
        "YIWANG_PASSWORD_LENGTH",
        _number(8, 64),
        "number",
        "10",
        "How many signs a password of staff has at least.",
    ),
    Option(
        "password_kinds",
        "YIWANG_PASSWORD_KINDS",
        _number(0, 4),
        "number",
        "0",
        "How many of the four kinds (small letters, capitals, figures, other signs) it must mix; length protects better.",
    ),
    Option(
        "password_days",
        "YIWANG_PASSWORD_DAYS",
        _number(0, 3650),
        "days",
        "0",
        "After how long a password must be changed; 0: never.",
    ),
    Option(
        "password_history",
        "YIWANG_PASSWORD_HISTORY",
        _number(0, 24),
        "number",
        "0",
        "How many of somebody's last passwords do not come again; 0: none is looked at.",
    ),
    Option(
        "setup_link_hours",
        "YIWANG_SETUP_LINK_HOURS",
        _number(1, 336),
        "hours",
        "72",
        "How long a set-up link for new staff can be opened.",
    ),
    Option(
        "oidc_issuer",
        "YIWANG_OIDC_ISSUER",
        _url("https", "http"),
        "address",
        "",
        "The issuer of the OpenID provider by which staff may log in too (docs/login.md). Empty: none.",
        "Must begin with https://.",
    ),
    Option(
        "oidc_client_id", "YIWANG_OIDC_CLIENT_ID", _text, "text", "", "What this office is called at that provider."
    ),
    Option(
        "oidc_client_secret",
        "YIWANG_OIDC_CLIENT_SECRET",
        _text,
        "text",
        "",
        "The secret that goes with it; empty for a client without one.",
        secret=True,
    ),
    Option(
        "oidc_claim",
        "YIWANG_OIDC_CLAIM",
        _text,
        "name",
        "preferred_username",
        "The claim that holds the user name here, asked at somebody's first login by the provider; later its subject is known. "
        "Choose one that the provider's users cannot change by themselves.",
    ),
    Option("oidc_name", "YIWANG_OIDC_NAME", _text, "text", "统一身份认证", "What the login page calls the provider."),
    Option(
        "oidc_trusted_factors",
        "YIWANG_OIDC_TRUSTED_FACTORS",
        _words,
        "names, with commas between",
        "",
        "Values of `acr` or `amr` that count as a second factor, as `mfa,hwk`. Empty: this office always asks for its own.",
    ),
    Option(
        "log_level",
        "YIWANG_LOG_LEVEL",
        _choice("debug", "info", "warning", "error"),
        "debug, info, warning or error",
        "info",
        "How much is logged. No level logs what petitioners wrote.",
        "Not `debug`.",
    ),
    Option(
        "debug",
        "YIWANG_DEBUG",
        _switch,
        "yes or no",
        "no",
        "Whether an error page shows the program's inside to whoever meets it.",
        "Must be no.",
    ),
    Option(
        "heads_folder",
        "YIWANG_HEADS_FOLDER",
        _optional_folder,
        "folder",
        "",
        "A second folder for the signed heads of the behaviour log, best on another disk; empty: `heads/` in the office's folder alone.",
    ),
    Option(
        "journal_months",
        "YIWANG_JOURNAL_MONTHS",
        _number(6, 1200),
        "months",
        "36",
        "How long the behaviour log is kept; not less than six months. `yiwang journal expire` removes what is older.",
    ),
    Option(
        "backup_days",
        "YIWANG_BACKUP_DAYS",
        _number(1, 365),
        "days",
        "1",
        "`yiwang doctor` complains of an older backup.",
    ),
    Option(
        "data_request_days",
        "YIWANG_DATA_REQUEST_DAYS",
        _number(1, 30),
        "days",
        "30",
        "Within how many days a petitioner's request for a copy, a correction or a deletion of their data is answered "
        "(PIPL, article 50: in time; GB/T 35273-2020, 8.7: 30 days).",
    ),
    Option(
        "disk_megabytes",
        "YIWANG_DISK_MEGABYTES",
        _number(1, 1_000_000),
        "megabytes",
        "1024",
        "`yiwang doctor` complains when less is free.",
    ),
    Option(
        "monitor_addresses",
        "YIWANG_MONITOR_ADDRESSES",
        _networks,
        "addresses, comma-separated",
        "",
        "Machines that may read `/metrics` and the details of `/health/`, by address or network (docs/monitoring.md).",
    ),
    Option(
        "metrics_token",
        "YIWANG_METRICS_TOKEN",
        _secret(20),
        "text",
        "",
        "What else opens both: `Authorization: Bearer …` with these 20 signs or more. With neither there is no `/metrics`.",
        secret=True,
    ),
    Option(
        "webhook_secret",
        "YIWANG_WEBHOOK_SECRET",
        _secret(20),
        "text",
        "",
        "The secret with which alerts to webhooks are signed (HMAC-SHA256), 20 signs or more. Empty: none are sent.",
        secret=True,
    ),
    Option(
        "webhook_networks",
        "YIWANG_WEBHOOK_NETWORKS",
        _networks,
        "addresses, comma-separated",
        "",
        "Private addresses or networks that webhooks may be sent to; public ones they may be sent to anyway, by https.",
    ),
)
