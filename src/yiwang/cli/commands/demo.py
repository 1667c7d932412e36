"""`yiwang demo`: what `make demo` runs."""

import click


@click.command()
def command() -> None:
    """Make an office with an invented city if there is none, start web and worker, and say where to look."""
    import os
    import sys

    from yiwang.cli.config import current_config, read_config
    from yiwang.cli.demonstration import office_of_demo
    from yiwang.cli.main import PlainError, start_django
    from yiwang.cli.office import bring_up_to_date, prepare_folder
    from yiwang.cli.web import refuse_used_port

    for name, value in office_of_demo().items():
        os.environ.setdefault(name, value)
    config = read_config(os.environ)
    if config.production:
        raise PlainError("The demo is not for YIWANG_ENV=production: its passwords are known to all.")
    refuse_used_port(config.host, config.port)
    prepare_folder(config)
    current_config()
    start_django()
    from yiwang.cli.demo.seed import PASSWORD
    from yiwang.cli.demonstration import demo_logins, fill_with_demo, is_filled, run_children
    from yiwang.cli.traces import traced

    bring_up_to_date(config, click.echo)
    if not is_filled():
        click.echo("Inventing a city …")
        with traced("demo_data"):
            fill_with_demo(config, click.echo)
    click.echo(f"\n  {config.own_address}/        for those who petition")
    click.echo(f"  {config.own_address}/desk/   for staff, each with the password {PASSWORD}:\n")
    for role, username in demo_logins():
        click.echo(f"    {username:12} {role.replace('_', ' ')}")
    click.echo("")
    sys.exit(run_children(config, click.echo))
