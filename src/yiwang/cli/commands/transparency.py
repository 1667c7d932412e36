"""`yiwang transparency`: the log of petitions that anybody can check, checked from within."""

import click


@click.group()
def command() -> None:
    """The log of petitions: prove it whole, append to it what waits."""


@command.command()
@click.option("--json", "only_json", is_flag=True, help="print the last line alone")
def verify(only_json: bool) -> None:
    """Check every leaf, node and signed head, here and outside the database, and every petition against its commitment.

    Found is a petition that was deleted, or whose number, time of receipt or words as filed were altered. Status 1 when
    something is wrong. The last line is {"ok": …, "checked": …, "first_bad": …}; first_bad is null, or tells fault, leaf and petition.
    """
    import json
    import sys

    from yiwang.cli.config import current_config
    from yiwang.cli.main import start_django
    from yiwang.cli.web import refuse_unready

    refuse_unready(current_config())
    start_django()
    from tqdm import tqdm

    from yiwang.petitions import proving

    with tqdm(unit="row", desc="verifying", disable=only_json) as bar:
        verdict = proving.verify(bar.update)
    if not only_json:
        for fault in verdict.faults:
            click.echo(str(fault))
        if verdict.found > len(verdict.faults):
            click.echo(f"… and {verdict.found - len(verdict.faults)} more.")
        if verdict.before:
            click.echo(f"{verdict.before} petitions were filed before there was a log, and cannot be checked.")
    click.echo(json.dumps(verdict.as_json))
    sys.exit(0 if verdict.ok else 1)


@command.command()
def seal() -> None:
    """Append all that waits and sign a head over it, as the worker does by itself."""
    from yiwang.cli.config import current_config
    from yiwang.cli.main import PlainError, start_django
    from yiwang.cli.web import refuse_unready

    refuse_unready(current_config())
    start_django()
    from yiwang.transparency import sequencing

    try:
        added = sequencing.seal()
    except sequencing.NotAsSigned as error:
        raise PlainError(
            f"Nothing was appended: {error}. “yiwang transparency verify” says what was changed."
        ) from error
    except TimeoutError as error:
        raise PlainError(f"Nothing was lost: {error}.") from error
    click.echo(f"{added} leaves were added; all are under a signed head now.")
