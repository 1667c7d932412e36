"""`yiwang sample`: the check samples, drawn again from their seeds."""

import click


@click.group()
def command() -> None:
    """Check samples of call-backs: list them, and draw them again."""


@command.command("list")
def list_() -> None:
    """List the samples, the newest first: number, days, how many were drawn of how many."""
    _start()
    from yiwang.satisfaction.models import Sample

    for sample in Sample.objects.all():
        drawn = f"{sample.items.count()} of {sample.frame_size}" if sample.drawn_at else "not drawn yet"
        click.echo(f"{sample.pk}  {sample.first_day} to {sample.last_day}  {drawn}")


@command.command()
@click.argument("number", type=int)
@click.option("--json", "only_json", is_flag=True, help="print the last line alone")
def verify(number: int, *, only_json: bool) -> None:
    """Draw a sample again from its seed and frame, and hold it against its announcement, its items and the behaviour log.

    Status 1 when something differs. The last line is {"ok": …, "drawn": …, "frame": …, "faults": […]}; faults are seed, frame, drawn, log.
    """
    import json
    import sys

    _start()
    from yiwang.cli.main import PlainError
    from yiwang.satisfaction.models import Sample
    from yiwang.satisfaction.samples.changes import verify as faults_of

    sample = Sample.objects.filter(pk=number).first()
    if sample is None:
        raise PlainError(f"There is no sample {number}. “yiwang sample list” names them.")
    if not sample.drawn_at:
        raise PlainError(f"Sample {number} is announced and not drawn yet: there is nothing to verify.")
    faults = faults_of(sample)
    if not only_json:
        click.echo(f"seed {sample.seed}, announced as {sample.commitment}")
        for petition in sample.items.order_by("position").values_list("petition", flat=True):
            click.echo(str(petition))
    said = {"ok": not faults, "drawn": sample.items.count(), "frame": sample.frame_size, "faults": faults}
    click.echo(json.dumps(said))
    sys.exit(1 if faults else 0)


def _start() -> None:
    from yiwang.cli.config import current_config
    from yiwang.cli.main import start_django
    from yiwang.cli.web import refuse_unready

    refuse_unready(current_config())
    start_django()
