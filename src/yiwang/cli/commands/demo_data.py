"""`yiwang demo-data`: the invented city."""

import click


@click.command("demo-data")
def command() -> None:
    """Fill an empty office with an invented city, its staff and some hundred petitions in every state."""
    from yiwang.cli.config import current_config
    from yiwang.cli.main import start_django
    from yiwang.cli.web import refuse_unready

    config = current_config()
    refuse_unready(config)
    start_django()
    from yiwang.cli.demonstration import fill_with_demo
    from yiwang.cli.traces import traced

    with traced("demo_data"):
        fill_with_demo(config, click.echo)
