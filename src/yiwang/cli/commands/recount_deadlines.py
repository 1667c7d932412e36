"""`yiwang recount-deadlines`: the limits that hang on the calendar, counted anew after it has changed."""

import click


@click.command("recount-deadlines")
@click.option("--all", "everything", is_flag=True, help="Count all of them, also when the calendar has not changed.")
def command(everything: bool) -> None:
    """Count open limits anew after a change of the calendar.

    The worker does so by itself; this is for whoever wants to see it done. It may be stopped at any time, and goes on
    where it stood.
    """
    from yiwang.cli.config import current_config
    from yiwang.cli.main import start_django
    from yiwang.cli.web import refuse_unready

    refuse_unready(current_config())
    start_django()
    from tqdm import tqdm

    from yiwang.cli.traces import traced
    from yiwang.petitions.deadlines import recounting
    from yiwang.petitions.models import Recount

    if everything:
        recounting.ask_for_all()
    if not recounting.waits():
        click.echo("The calendar has not changed since the limits were counted: nothing to do.")
        return
    with traced("recount_deadlines", everything=False), tqdm(unit="limit", desc="counting") as bar:

        def tell(run: Recount) -> None:
            bar.total = max(run.total, run.looked_at)
            bar.n = run.looked_at
            bar.refresh()

        done = recounting.count_all(tell)
    if done:
        click.echo(f"{done.changed} of {done.total} limits end on another day or are certain now.")
