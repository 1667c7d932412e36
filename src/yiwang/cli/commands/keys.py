"""`yiwang keys`: the keys that wrap, how many rows each still opens, and changing them while the office works."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections import Counter


@click.group()
def command() -> None:
    """The office's keys: which are in use, a new one, taking a former one away."""


@command.command()
def status() -> None:
    """Say how many rows each wrapping key opens."""
    _start()
    from yiwang.vault.keys import office_keys
    from yiwang.vault.rotation import usage
    from yiwang.vault.sealing import IN_COMPARTMENT

    keys, found = office_keys(), usage()
    versions = sorted({*keys.wrapping, *(version & ~IN_COMPARTMENT for count in found.values() for version in count)})
    for version in versions:
        _say_of(version, found)
    if keys.former_blind:
        click.echo("Blind indexes are being made anew: “yiwang keys rotate --blind” goes on with it.")


def _say_of(version: int, found: "dict[str, Counter[int]]") -> None:
    from yiwang.vault.ciphers import algorithm_of
    from yiwang.vault.keys import office_keys
    from yiwang.vault.sealing import IN_COMPARTMENT

    keys = office_keys()
    tables = {name: count[version] + count[version | IN_COMPARTMENT] for name, count in found.items()}
    if version not in keys.wrapping:
        note = "not among the keys: its rows cannot be read"
    else:
        note = algorithm_of(keys.wrapping[version]) + (", wraps new rows" if version == keys.current else "")
    click.echo(f"Key {version} ({note}): {sum(tables.values())} rows")
    for name, rows in sorted(tables.items()):
        if rows:
            inside = found[name][version | IN_COMPARTMENT]
            click.echo(f"  {name}: {rows}" + (f", {inside} of them in the compartment" if inside else ""))


@command.command()
@click.option("--blind", is_flag=True, help="Change the key of blind indexes instead, and make them anew.")
def rotate(blind: bool) -> None:
    """Make a new wrapping key and wrap every row's own key with it, while the office works.

    It may be stopped or killed at any point: run again, it goes on where it stood. The former key stays until
    `yiwang keys retire`.
    """
    _start()
    if blind:
        _rotate_blind()
    else:
        _rotate_wrapping()


def _rotate_wrapping() -> None:
    from django.conf import settings
    from tqdm import tqdm

    from yiwang.cli.config import current_config
    from yiwang.cli.main import PlainError
    from yiwang.vault import key_changes, rotation
    from yiwang.vault.keys import reloaded_keys

    config = current_config()
    if not rotation.waiting():
        if config.key_command:
            raise PlainError(
                f"Every row is wrapped by key {reloaded_keys().current}. Add a further version where YIWANG_KEY_COMMAND has the keys "
                "from, make it “current”, start the office anew, and run this again."
            )
        key_changes.add_version(config.keys_folder, settings.SEALING)
    version = reloaded_keys().current
    click.echo(f"Wrapping with key {version} …")
    with tqdm(unit="row", desc="wrapping") as bar:

        def tell(run: rotation.Rotation) -> None:
            bar.total = max(run.total, run.done)
            bar.n = run.done
            bar.refresh()

        run = rotation.rewrap_all(tell)
    _note("rotate_keys", version)
    click.echo(
        f"{run.done} rows are wrapped by key {version} now. Keep a copy of the keys apart (yiwang backup --keys-to)."
    )
    if run.broken:
        shown = ", ".join(run.broken[:5]) + (" …" if len(run.broken) > 5 else "")
        raise PlainError(
            f"{len(run.broken)} rows did not open and were left as they are ({shown}): the others are done."
        )


def _rotate_blind() -> None:
    from tqdm import tqdm

    from yiwang.cli.config import current_config
    from yiwang.cli.main import PlainError
    from yiwang.people.reindexing import Reindexing, reindex_all
    from yiwang.vault import key_changes
    from yiwang.vault.keys import reloaded_keys

    config = current_config()
    if config.key_command and not reloaded_keys().former_blind:
        raise PlainError(
            "Where YIWANG_KEY_COMMAND has the keys from, write the present “blind” under “former_blind” and a new one under "
            "“blind”, start the office anew, and run this again."
        )
    if not config.key_command:
        key_changes.begin_blind(config.keys_folder)
    with tqdm(unit="row", desc="indexing") as bar:

        def tell(run: Reindexing) -> None:
            bar.total = max(run.total, run.looked_at)
            bar.n = run.looked_at
            bar.refresh()

        run = reindex_all(tell)
    if run.broken:
        raise PlainError(
            f"{len(run.broken)} petitioners did not open, and keep their indexes: the former key stays. The others are done."
        )
    if not config.key_command:
        key_changes.end_blind(config.keys_folder)
    _note("rotate_blind_key", None)
    click.echo(f"The indexes of {run.changed} petitioners were made anew; the former key is gone.")


@command.command()
@click.argument("version", type=int)
def retire(version: int) -> None:
    """Take wrapping key VERSION away for good; refused while a row needs it.

    Backups of before the rotation need it too: keep the copy of the keys from then as long as you keep those.
    """
    _start()
    from yiwang.cli.config import current_config
    from yiwang.cli.main import PlainError
    from yiwang.vault import key_changes, rotation

    rows = rotation.rows_by(version)
    if rows:
        raise PlainError(f"Key {version} still opens {rows} rows: run “yiwang keys rotate” first. Nothing was changed.")
    config = current_config()
    if config.key_command:
        click.echo(f"No row needs key {version}: take it away where YIWANG_KEY_COMMAND has it from.")
        return
    try:
        key_changes.retire(config.keys_folder, version)
    except key_changes.KeyKept as kept:
        raise PlainError(str(kept)) from None
    _note("retire_key", version)
    click.echo(f"Key {version} is gone. Copies of it may remain where keys and backups are kept.")


@command.command()
def new() -> None:
    """Print a new set of keys as JSON, for the store that YIWANG_KEY_COMMAND reads. Send it there, and to no screen or log."""
    import json

    from yiwang.cli.config import current_config
    from yiwang.vault.keys import fresh_keys
    from yiwang.vault.signing import as_json, fresh_signing_keys

    config = current_config()
    click.echo(json.dumps({**fresh_keys(config.sealing), "signing": as_json(fresh_signing_keys(config.signature))}))


def _start() -> None:
    from yiwang.cli.config import current_config
    from yiwang.cli.main import start_django
    from yiwang.cli.web import refuse_unready

    refuse_unready(current_config())
    start_django()


def _note(act: str, version: int | None) -> None:
    from yiwang.journal import log

    log.write([log.line(act, actor_kind="system", subject_kind="key", subject_id=version)])
