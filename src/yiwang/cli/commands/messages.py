"""`yiwang messages`: compile the translations."""

import click


@click.command()
@click.option("--quiet", is_flag=True, help="Say nothing when there was nothing to do.")
def command(quiet: bool) -> None:
    """Compile every room's translations to what the program reads (.po to .mo), where they changed."""
    from yiwang.cli.translations import compile_all

    count = compile_all()
    if count or not quiet:
        click.echo(f"Compiled {count} translations.")
