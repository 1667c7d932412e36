"""`yiwang backup`: database and files into one archive, keys into another."""

from pathlib import Path

import click


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--keys-to", type=click.Path(path_type=Path, dir_okay=False), help="Write the keys here too; keep them elsewhere."
)
def command(target: Path, keys_to: Path | None) -> None:
    """Write database and files to TARGET: a folder, or a file that ends in .tar. The office goes on working meanwhile."""
    from yiwang.cli.config import current_config
    from yiwang.cli.main import start_django

    config = current_config()
    start_django()
    from yiwang.cli.archive import make_backup, write_keys
    from yiwang.journal import log
    from yiwang.journal.sequencer import sealed

    with sealed(everything=False):
        # First, for whoever takes a copy of everything leaves a line, come what may.
        log.write([log.line("backup", actor_kind="system", subject_kind="command")])
        done = make_backup(config, target, click.echo)
    click.echo(f"Backed up to {done.path}: {done.files} files, {done.size / 1e6:.1f} MB.")
    if keys_to:
        write_keys(config, keys_to)
        click.echo(f"The keys are in {keys_to}: keep them apart from the backup; whoever has both can read every name.")
    else:
        click.echo(
            f"The keys are not in it: keep a copy of {config.keys_folder} apart (--keys-to FILE); without it no name can be read."
        )
