"""`yiwang messages`: compile the translations."""

import click


@click.command()
def command() -> None:
    """Compile every room's translations to what the program reads (.po to .mo), where they changed."""
    from yiwang.cli.translations import compile_all

    click.echo(f"Compiled {compile_all()} translations.")
