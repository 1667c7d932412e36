"""Looks at the running office for what the promises need of it: one function each, named in `promises`."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from yiwang.cli import checks as doctor
from yiwang.cli import health
from yiwang.cli.config import DEMO_MARK, Config
from yiwang.cli.databases import uses_postgres
from yiwang.cli.findings import Finding

OLDEST_SIGNATURES = timedelta(days=7)
LONGEST_SESSION = 12
"""Hours; a shift with its breaks."""
LONGEST_IDLE = 60
"""Minutes."""
ENCRYPTED = {"require", "verify-ca", "verify-full"}


@dataclass(frozen=True)
class Outcome:
    """What was found; ``mend`` is empty where it is as promised."""

    found: str
    mend: str = ""

    @property
    def well(self) -> bool:
        return not self.mend


def https(config: Config) -> Outcome:
    """People reach the office by https."""
    if config.secure:
        return Outcome(config.base_url)
    return Outcome(config.own_address, "Set YIWANG_BASE_URL to an https:// address, and a proxy with TLS in front.")


def proxies(config: Config) -> Outcome:
    """The proxy in front is named, or there is none."""
    if config.proxies or not config.secure:
        return Outcome(", ".join(str(network) for network in config.proxies) or "none named, none believed")
    return Outcome(
        "no proxy is named, so all who come count as one address",
        "Set YIWANG_PROXIES to the address of the proxy with TLS.",
    )


def hosts(config: Config) -> Outcome:
    """Only named hosts are answered to."""
    open_ones = [host for host in config.allowed_hosts if host == "*" or host.startswith(".")]
    if open_ones:
        return Outcome(f"{', '.join(open_ones)} stands for many hosts", "Name each host in YIWANG_ALLOWED_HOSTS.")
    return Outcome(", ".join(config.allowed_hosts) or "its own address alone")


def debug(config: Config) -> Outcome:
    """Error pages show nothing of the inside."""
    return Outcome("on", "Set YIWANG_DEBUG to no.") if config.debug else Outcome("off")


def logs(config: Config) -> Outcome:
    """Statements with their values are not logged."""
    return (
        Outcome("debug", "Set YIWANG_LOG_LEVEL to info.") if config.log_level == "debug" else Outcome(config.log_level)
    )


def demo(config: Config) -> Outcome:
    """Nobody has a password that all know."""
    if (config.var / DEMO_MARK).exists():
        return Outcome(
            "the demo's people, with passwords that all know", "Begin with an empty folder; the demo is for trying."
        )
    return Outcome("no accounts of the demo")


def sessions(config: Config) -> Outcome:
    """Staff log in again within a shift, and after an hour away."""
    found = f"{config.session_hours} hours at most, {config.session_idle_minutes} minutes without a page"
    if config.session_hours > LONGEST_SESSION:
        return Outcome(found, f"Set YIWANG_SESSION_HOURS to {LONGEST_SESSION} or less.")
    if config.session_idle_minutes > LONGEST_IDLE:
        return Outcome(found, f"Set YIWANG_SESSION_IDLE_MINUTES to {LONGEST_IDLE} or less.")
    return Outcome(found)


def second_factor(config: Config) -> Outcome:
    """All staff show a second factor."""
    if config.second_factor_required:
        return Outcome("required of all staff")
    return Outcome("not required", "Set YIWANG_SECOND_FACTOR to required.")


def append_only(config: Config) -> Outcome:
    """The program itself cannot change what the behaviour log holds."""
    from yiwang.store.append_only import changeable, guarded

    if not guarded():
        return Outcome("no table refuses changes", "Run “yiwang migrate”.")
    if not uses_postgres(config):
        return Outcome("triggers refuse changes; on SQLite whoever writes the file could lift them")
    if open_ones := changeable():
        return Outcome(
            f"the program's role may change {', '.join(open_ones)}",
            "Give the tables to another role, and name it in YIWANG_DATABASE_OWNER_URL.",
        )
    return Outcome("the program's role may add lines and read them, no more")


def heads(config: Config) -> Outcome:
    """Signed heads of the log lie where whoever holds database and office's folder cannot reach them."""
    if config.heads_folder is None:
        return Outcome(
            f"in {config.var / 'heads'} alone", "Set YIWANG_HEADS_FOLDER to a folder on another disk or machine."
        )
    return Outcome(f"in {config.var / 'heads'} and {config.heads_folder}")


def keys(config: Config) -> Outcome:
    """Keys are closed to other accounts, and do not lie beside the last backup."""
    folder = doctor.check_folder(config)
    if not folder.well:
        return Outcome(folder.found, folder.mend)
    try:
        last = Path(json.loads((config.var / "last-backup.json").read_text())["file"])
    except (OSError, ValueError, KeyError):
        return Outcome("closed to others; no backup was made yet")
    beside = [name for name in ("vault.json", "signing.json") if (last.parent / name).exists()]
    if last.parent == config.keys_folder or last.parent == config.var or beside:
        return Outcome(
            f"keys and backup lie together in {last.parent}", "Keep backups on another machine than the keys."
        )
    return Outcome("closed to others, apart from the last backup")


def database(config: Config) -> Outcome:
    """What goes to the database cannot be read on the way."""
    if not uses_postgres(config):
        return Outcome("a file on this machine")
    place = urlsplit(config.database_url)
    given = parse_qs(place.query)
    host = (place.hostname or given.get("host", [""])[0]).strip("[]")
    mode = given.get("sslmode", ["prefer"])[-1]
    if not host or host.startswith("/") or host in {"localhost", "127.0.0.1", "::1"}:
        return Outcome("on this machine")
    if mode in ENCRYPTED:
        return Outcome(f"elsewhere, sslmode={mode}")
    return Outcome(f"elsewhere, sslmode={mode}", "Add ?sslmode=verify-full to YIWANG_DATABASE_URL.")


def account(config: Config) -> Outcome:
    """Whoever breaks in through the program is not root."""
    if os.geteuid() == 0:
        return Outcome("root", "Run Yiwang under an account of its own (the systemd unit in README.md does).")
    return Outcome(f"uid {os.geteuid()}")


def administrators(config: Config) -> Outcome:
    """System, security and audit are in different hands, and in none that handle petitions."""
    from yiwang.agencies.apart import joined_by
    from yiwang.agencies.models import ADMINISTRATORS, Post, Role
    from yiwang.workdays.counting import office_date

    today = office_date(datetime.now(UTC))
    if people := joined_by(today):
        names = ", ".join(person.username for person in people)
        return Outcome(f"{names} hold posts that stay apart", "End one of them at /desk/setup/staff/.")
    held = set(
        Post.objects.filter(Post.held_on(today), staff__is_active=True, role__in=ADMINISTRATORS).values_list(
            "role", flat=True
        )
    )
    if missing := [role.value for role in Role if role in ADMINISTRATORS - held]:
        return Outcome(f"nobody is {', '.join(missing)}", f"Run “yiwang staff add --role {missing[0]} --username …”.")
    return Outcome("three, each in hands of their own")


def limits(config: Config) -> Outcome:
    """No kind of doing is without any limit."""
    from yiwang.doors.models import Limit

    off = [name for name in Limit.Name if not Limit.objects.filter(name=name, active=True).exists()]
    if off:
        return Outcome(f"none for {', '.join(off)}", "Switch one on for each at /desk/setup/doors/.")
    return Outcome(f"{Limit.objects.filter(active=True).count()} in force")


def scanner(config: Config) -> Outcome:
    """Papers are scanned, with signatures of this week."""
    from yiwang.doors import clamd

    if not config.clamd:
        return Outcome("none: papers are given out unscanned, and marked so", "Install ClamAV and set YIWANG_CLAMD.")
    try:
        said = clamd.version()
    except clamd.ScannerAway as away:
        return Outcome(str(away), "Start clamd; until then papers stay in quarantine.")
    made = _made_on(said)
    if made and datetime.now(UTC) - made > OLDEST_SIGNATURES:
        return Outcome(said, "Its signatures are old: let freshclam fetch new ones.")
    return Outcome(said)


def _made_on(version: str) -> datetime | None:
    """Return when the signatures were made, as clamd writes it last: “ClamAV 1.4.3/27600/Mon Nov 23 08:00:00 2026”."""
    try:
        return datetime.strptime(version.rpartition("/")[2].strip(), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None


def _as_doctor(check: Callable[..., Finding]) -> Callable[[Config], Outcome]:
    def run(config: Config) -> Outcome:
        finding = check() if check is health.check_clock else check(config)
        return Outcome(finding.found, finding.mend)

    return run


CHECKS: dict[str, Callable[[Config], Outcome]] = {
    "https": https, "proxies": proxies, "hosts": hosts, "debug": debug, "logs": logs, "demo": demo, "sessions": sessions,
    "second_factor": second_factor, "append_only": append_only, "heads": heads,
    "keys": keys, "database": database, "account": account, "administrators": administrators, "limits": limits, "scanner": scanner,
    "folder": _as_doctor(doctor.check_folder), "backup": _as_doctor(doctor.check_backup),
    "worker": _as_doctor(health.check_worker), "clock": _as_doctor(health.check_clock),
}  # fmt: skip
"""By the names that `promises` uses."""
IN_DATABASE = frozenset({"administrators", "limits", "clock", "append_only"})
"""Checks that ask the database."""
