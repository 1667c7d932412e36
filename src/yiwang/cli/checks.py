"""What `yiwang doctor` looks at, one function each; each finding that is not well says what to mend.

What the health page looks at too lies in `yiwang.cli.health`.
"""

import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from yiwang.cli.config import Config, ConfigError, read_config, refusals, unknown_variables
from yiwang.cli.findings import Finding, seconds_since
from yiwang.cli.health import check_channels, check_clock, check_disk, check_storage, check_worker
from yiwang.cli.keys import keys_exist

BACKLOG_LIMIT = timedelta(minutes=15)
"""How long a message may be overdue before the queue counts as stuck."""
SCAN_LIMIT = timedelta(minutes=15)
"""How long a paper may wait for the scanner."""


def examine() -> Iterator[Finding]:
    """Yield a finding for each check; those that need a database are left out when none answers."""
    try:
        config = read_config(os.environ)
    except ConfigError as error:
        yield Finding("settings", False, str(error), "Mend this setting; nothing else was checked.")
        return
    settings = check_settings(config)
    yield settings
    for check in (check_folder, check_disk, check_storage, check_backup):
        yield check(config)
    if not settings.well and config.production:
        yield Finding("database", False, "not checked, since the settings are refused", "Mend the settings first.")
        return
    database = check_database()
    yield database
    yield check_worker(config)
    if database.well:
        yield check_keys()
        yield check_papers()
        yield check_clock()
        yield from check_channels()
        yield check_queue()
        if config.clamd:
            yield check_scanner()
        yield check_journal()


def check_settings(config: Config) -> Finding:
    """Settings that are unsafe for production, and names that nothing reads."""
    unsafe = refusals(config, os.environ)
    if unsafe:
        return Finding(
            "settings", False, " ".join(unsafe), "Change these; every other command refuses to start until then."
        )
    unknown = unknown_variables(os.environ)
    if unknown:
        return Finding(
            "settings",
            False,
            f"nothing reads {', '.join(unknown)}",
            "Look for a spelling mistake; docs/settings.md lists all.",
        )
    return Finding("settings", True, f"{config.environment}, {config.own_address}")


def check_folder(config: Config) -> Finding:
    """The office's folder and keys: there, writable, and closed to other accounts."""
    if not keys_exist(config.keys_folder, config.key_command):
        return Finding(
            "folder",
            False,
            f"no keys in {config.keys_folder}",
            "Run “yiwang migrate” for a new office, or put the kept keys back.",
        )
    if not os.access(config.var, os.W_OK):
        return Finding(
            "folder", False, f"{config.var} is read-only", "Make it writable for the account that runs Yiwang."
        )
    paths = [config.var, config.keys_folder, *config.keys_folder.iterdir()]
    open_ones = [str(path) for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_ones:
        return Finding(
            "folder",
            False,
            f"other accounts may read {', '.join(open_ones)}",
            "Run “yiwang migrate”, or chmod 700 and 600.",
        )
    return Finding("folder", True, str(config.var))


def check_backup(config: Config) -> Finding:
    """How old the last backup is."""
    from yiwang.cli.archive import LAST_BACKUP

    try:
        last = json.loads((config.var / LAST_BACKUP).read_text())
    except (OSError, ValueError):
        return Finding("backup", False, "none was made yet", "Run “yiwang backup FOLDER” daily, by cron or a timer.")
    days = seconds_since(last["at"]) / 86400
    if days > config.backup_days:
        found = f"the last is {days:.0f} days old ({last['file']})"
        return Finding("backup", False, found, "Run “yiwang backup FOLDER”, and see why it stopped.")
    return Finding("backup", True, f"{last['file']}, {last['at']}")


def check_database() -> Finding:
    """Whether the database answers and has all migrations."""
    from yiwang.cli.databases import place_of
    from yiwang.cli.main import start_django

    start_django()
    from django.db import DatabaseError, InterfaceError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, InterfaceError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        return Finding(
            "database",
            False,
            f"{place_of()} does not answer: {reason}",
            "Check YIWANG_DATABASE_URL and that its server runs.",
        )
    if missing:
        return Finding("database", False, f"{place_of()} lacks {len(missing)} migrations", "Run “yiwang migrate”.")
    return Finding("database", True, f"{place_of()}, all migrations applied")


def check_keys() -> Finding:
    """Whether the keys open what the database holds: the newest sealed row of each kind."""
    from django.apps import apps

    from yiwang.vault.keys import KeysMissing
    from yiwang.vault.sealing import SealBroken, SealedRow

    tried = 0
    for model in apps.get_models():
        if not issubclass(model, SealedRow):
            continue
        row = model._default_manager.exclude(data_key=b"").order_by("-pk").first()
        if row is None:
            continue
        tried += 1
        try:
            _ = row.key
        except (SealBroken, KeysMissing):
            return Finding(
                "keys",
                False,
                f"the keys do not open {model._meta.db_table}",
                "Put back the keys that belong to this database (restore --keys-from); do not file anything until then.",
            )
    return Finding("keys", True, f"they open the newest row of {tried} tables" if tried else "nothing is sealed yet")


def check_papers() -> Finding:
    """Whether papers can be signed and drawn as PDF."""
    from yiwang.papers.workshop import WorkshopFailed, cannot_draw
    from yiwang.vault.keys import KeysMissing
    from yiwang.vault.signing import office_signing_keys

    try:
        keys = office_signing_keys()
    except KeysMissing as missing:
        return Finding("papers", False, str(missing), "Until then papers wait, and none can be verified.")
    try:
        lacking = cannot_draw()
    except WorkshopFailed as failed:
        lacking = failed.code
    if lacking:
        found = {"pango": "Pango is not installed", "font": "no Chinese typeface is installed"}.get(
            lacking, "the workshop's process ended"
        )
        mend = "Debian and Ubuntu: apt-get install libpangoft2-1.0-0 fonts-noto-cjk. Until then papers are DOCX alone."
        return Finding("papers", False, f"no PDF can be drawn: {found}", mend)
    return Finding("papers", True, f"signed by {keys.current}, drawn as PDF")


def check_queue() -> Finding:
    """Whether messages wait that should have left."""
    from yiwang.outbox.models import Notice

    late = Notice.objects.filter(
        state=Notice.State.PENDING, next_attempt_at__lt=datetime.now(UTC) - BACKLOG_LIMIT
    ).exclude(route__in=[Notice.PERSON, Notice.LOOKUP])
    count = late.count()
    if count:
        error = late.exclude(last_error="").values_list("last_error", flat=True).first()
        found = f"{count} messages are overdue" + (f" (last failure: {error})" if error else "")
        return Finding(
            "queue",
            False,
            found,
            "See that the worker runs and YIWANG_SMTP_URL is right; they leave by themselves then.",
        )
    return Finding("queue", True, "no message is overdue")


def check_scanner() -> Finding:
    """Whether the scanner answers, and no paper waits for it any longer than it should."""
    from yiwang.doors import clamd
    from yiwang.petitions.scanning import longest_wait

    try:
        said = clamd.version()
    except clamd.ScannerAway as away:
        return Finding("scanner", False, str(away), "Start clamd; until then papers that come in open for nobody.")
    if longest_wait() > SCAN_LIMIT:
        return Finding(
            "scanner",
            False,
            f"{said}; papers wait since {longest_wait()}",
            "See that the worker runs, and read its log.",
        )
    return Finding("scanner", True, said)


def check_journal() -> Finding:
    """Whether the behaviour log is being ordered, and goes on from the last head that stands outside the database."""
    from yiwang.journal import heads
    from yiwang.journal.models import Head, Sequencer
    from yiwang.journal.sequencer import waiting
    from yiwang.store.ids import first_id_at

    if astray := heads.contradicted():
        found = f"the database does not hold the last head of {', '.join(str(path) for path in astray)}"
        return Finding(
            "journal", False, found, "Run “yiwang journal verify”: somebody may have changed the behaviour log."
        )
    state = Sequencer.objects.first()
    late = waiting(state.floor if state else 0).filter(pk__lt=first_id_at(datetime.now(UTC) - timedelta(seconds=60)))
    if late.exists():
        return Finding(
            "journal", False, "lines wait for their place for over a minute", "Start “yiwang worker”, and read its log."
        )
    head = Head.objects.order_by("-number").first()
    signed = f"{head.count} lines signed, the last at {head.at:%Y-%m-%d %H:%M} UTC" if head else "no line yet"
    return Finding("journal", True, signed)
