"""`yiwang restore`: put an office back from a backup."""

from contextlib import suppress
from pathlib import Path

import click


@click.command()
@click.argument("archive", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--keys-from", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The file that --keys-to wrote."
)
@click.option("--force", is_flag=True, help="Overwrite an office that is not empty.")
def command(archive: Path, keys_from: Path | None, force: bool) -> None:
    """Put an office back from ARCHIVE. Stop `yiwang serve` and `yiwang worker` first."""
    from yiwang.cli import databases
    from yiwang.cli.config import current_config
    from yiwang.cli.main import PlainError, start_django

    databases.as_owner = True
    config = current_config()
    config.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    start_django()
    from django.db import Error

    from yiwang.cli.archive import restore
    from yiwang.cli.findings import seconds_since
    from yiwang.cli.traces import traced
    from yiwang.cli.worker import last_heartbeat

    beat = last_heartbeat(config.var)
    if beat and seconds_since(beat["at"]) < 60 and not force:
        raise PlainError("The worker of this office is running: stop it and “yiwang serve” first. Nothing was changed.")
    restore(config, archive, keys_from, force, click.echo)
    with suppress(Error), traced("restore"):  # the backup may be of a version whose log had other columns
        pass
    click.echo("Restored. Run “yiwang migrate” to bring it up to this version, then “yiwang doctor”.")
