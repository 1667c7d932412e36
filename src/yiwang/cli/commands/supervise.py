"""`yiwang supervise`: what is late or careless at agencies, found now."""

import click


@click.group()
def command() -> None:
    """Supervision: the worker does it by itself; this is for whoever wants to see it done."""


@command.command()
@click.option("--all", "everything", is_flag=True, help="Walk through all petitions, not only those that changed.")
@click.option(
    "--history", is_flag=True, help="Walk through imported history too, for the kinds that can be told of it."
)
@click.option("--json", "only_json", is_flag=True, help="Print the last line alone.")
def scan(everything: bool, history: bool, only_json: bool) -> None:
    """Look for what is late, soon will be, or was done carelessly; write down what is new and end what is gone.

    The first scan walks through all petitions, later ones look at those that changed. Nobody is urged by it: the worker does
    that, in office hours. It may be stopped at any time and run beside a worker.

    The last line is {"checked": …, "found": …, "new": …}: petitions looked at, findings open, findings written by this run.
    """
    import json

    from yiwang.cli.config import current_config
    from yiwang.cli.main import PlainError, start_django
    from yiwang.cli.web import refuse_unready

    refuse_unready(current_config())
    start_django()
    from tqdm import tqdm

    from yiwang.cli.traces import traced
    from yiwang.supervision.lease import Busy
    from yiwang.supervision.scan import scan as run

    with traced("supervise_scan", everything=False), tqdm(unit="petition", desc="scanning", disable=only_json) as bar:

        def tell(checked: int) -> None:
            bar.n = checked
            bar.refresh()

        try:
            result = run(tell, everything=everything, history=history)
        except Busy:
            raise PlainError(
                "A worker is scanning and was not done in two minutes. What it finds is kept; try again later."
            ) from None
    click.echo(json.dumps({"checked": result.checked, "found": result.found, "new": result.new}))
