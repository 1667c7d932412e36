"""`yiwang journal`: the behaviour log, proven whole and kept as long as it must be."""

import click


@click.group()
def command() -> None:
    """The behaviour log: prove it whole, seal it, remove what is older than its retention."""


@command.command()
@click.option("--json", "only_json", is_flag=True, help="print the last line alone")
def verify(only_json: bool) -> None:
    """Check every line, the chain, the Merkle tree and all signed heads, in the database and outside; status 1 when something is wrong.

    The last line is {"ok": …, "checked": …, "first_bad": …}; first_bad is null, or tells place, line and fault.
    """
    import json
    import sys

    from yiwang.cli.config import current_config
    from yiwang.cli.main import start_django
    from yiwang.cli.web import refuse_unready

    refuse_unready(current_config())
    start_django()
    from tqdm import tqdm

    from yiwang.journal import verify as verifying

    with tqdm(unit="line", desc="verifying", disable=only_json) as bar:
        verdict = verifying.verify(bar.update)
    if not only_json:
        for fault in verdict.faults:
            click.echo(str(fault))
        if verdict.found > len(verdict.faults):
            click.echo(f"… and {verdict.found - len(verdict.faults)} more.")
        if verdict.waiting:
            click.echo(f"{verdict.waiting} lines are not ordered yet: the worker does so, or “yiwang journal seal”.")
    click.echo(json.dumps(verdict.as_json))
    sys.exit(0 if verdict.ok else 1)


@command.command()
def seal() -> None:
    """Give every line its place and sign a head over them, as the worker does by itself."""
    from yiwang.cli.config import current_config
    from yiwang.cli.main import start_django
    from yiwang.cli.web import refuse_unready

    refuse_unready(current_config())
    start_django()
    from yiwang.journal import sequencer

    click.echo(f"{sequencer.seal()} lines were ordered; all are under a signed head now.")


@command.command()
def expire() -> None:
    """Remove what is older than YIWANG_JOURNAL_MONTHS, in whole months; a signed closing stays, and the rest still verifies.

    Needs the role that owns the tables (YIWANG_DATABASE_OWNER_URL), where the office has one. May be stopped at any time,
    and goes on where it stood.
    """
    from yiwang.cli import databases
    from yiwang.cli.config import current_config
    from yiwang.cli.main import PlainError, start_django
    from yiwang.cli.web import refuse_unready

    databases.as_owner = True
    config = current_config()
    refuse_unready(config)
    start_django()
    from tqdm import tqdm

    from yiwang.cli.traces import traced
    from yiwang.journal import retention

    try:
        with traced("expire_journal"), tqdm(unit="line", desc="removing") as bar:
            removed = retention.expire(config.journal_months, tell=bar.update)
    except retention.NotAsSigned as error:
        raise PlainError(f"The behaviour log is not as it was signed: {error}.") from error
    if removed.until is None:
        click.echo(f"Nothing is older than {config.journal_months} months.")
    else:
        click.echo(f"{removed.lines} lines were removed, up to {removed.until:%Y-%m-%d}; their closing stays.")
