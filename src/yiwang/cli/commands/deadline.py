"""`yiwang deadline`: when a limit of the Regulations ends, counted as the office counts it."""

import click


@click.command()
@click.argument("rule")
@click.option(
    "--from", "start", metavar="DATETIME", required=True, help="The event; without an offset in the office's zone."
)
@click.option("--extended", metavar="DAYS", type=int, default=0, help="By how many days it was extended.")
@click.option(
    "--suspended",
    metavar="FROM TO",
    nargs=2,
    multiple=True,
    help="Days that do not count, both included; may be repeated.",
)
@click.option(
    "--rollover", type=click.Choice(["on", "off"]), help="Whether an end on a rest day moves to the next working day."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    rule: str, start: str, extended: int, suspended: tuple[tuple[str, str], ...], rollover: str | None, as_json: bool
) -> None:
    """Print the last day on which RULE is still in time.

    RULE is one of refer, notice, objection, handling, review-request, review, re-review-request, re-review,
    simple-decision, simple-handling and reply. It is counted from the day after the event. An impossible request is
    refused with status 2.
    """
    import json

    from yiwang.cli.main import start_django

    start_django()
    from yiwang.cli import counting

    asked = counting.ask(rule, start, extended, suspended, None if rollover is None else rollover == "on")
    answer = counting.count(asked)
    for note in answer.notes:
        click.echo(f"yiwang: {note}", err=True)
    click.echo(json.dumps(answer.as_json(), ensure_ascii=False) if as_json else answer.in_words())
