"""`yiwang migrate`: make an office, or bring it up to this version."""

import click


@click.command()
def command() -> None:
    """Make the office, or bring it up to this version: folder, keys, tables, reference rows, static files."""
    import os

    from yiwang.cli import databases
    from yiwang.cli.config import read_config
    from yiwang.cli.main import start_django
    from yiwang.cli.office import bring_up_to_date, prepare_folder

    # Before the settings are checked, since this is what mends the folder's modes.
    databases.as_owner = True
    config = read_config(os.environ)
    prepare_folder(config)
    start_django()
    bring_up_to_date(config, click.echo)
