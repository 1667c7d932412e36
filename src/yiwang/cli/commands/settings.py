"""`yiwang settings`: what can be set, and what is."""

import click


@click.command()
@click.option("--markdown", is_flag=True, help="Print the table as docs/settings.md holds it.")
def command(markdown: bool) -> None:
    """List what can be set, and what is set here."""
    import os

    from yiwang.cli.config import CONFIG_VARIABLE, read_config, refusals, unknown_variables
    from yiwang.cli.options import OPTIONS
    from yiwang.cli.settings_page import settings_page

    if markdown:
        click.echo(settings_page(), nl=False)
        return
    config = read_config(os.environ)
    for option in OPTIONS:
        value = getattr(config, option.name)
        shown = ", ".join(value) if isinstance(value, tuple) else str(value)
        if option.secret and shown:
            shown = "(given, not shown)"
        click.echo(f"{click.style(f'{option.variable:24}', bold=True)} {shown}")
        click.echo(f"    {option.meaning}")
    click.echo(f"\n{CONFIG_VARIABLE} names a TOML file with the same settings: {', '.join(o.name for o in OPTIONS)}.")
    for sentence in refusals(config, os.environ):
        click.secho(sentence, fg="red", err=True)
    for name in unknown_variables(os.environ):
        click.secho(f"{name} is set, but nothing reads it: is it misspelt?", fg="yellow", err=True)
