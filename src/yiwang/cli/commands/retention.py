"""`yiwang retention`: what has been kept long enough, and the first of the two steps to its disposal."""

import click


@click.group()
def command() -> None:
    """How long petitions are kept, and which are to be disposed of. The second step is another person's, on the desk."""


@command.command()
def due() -> None:
    """Say how many petitions of each kind have been kept long enough."""
    _start()
    from yiwang.petitions.models import Disposal, Petition
    from yiwang.petitions.retention import KINDS, due, years_now

    years, over = years_now(), due(Petition.objects.all())
    for code, kind in KINDS.items():
        click.echo(f"{code} (kept for {years[code]} years): {over.filter(kind.which).count()} due")
    for disposal in Disposal.objects.filter(confirmed_at=None, cancelled_at=None):
        click.echo(
            f"List {disposal.pk} of {disposal.items.count()} petitions waits to be confirmed by a second person."
        )


@command.command()
@click.option("--by", "username", required=True, help="Who answers for the list: the username of an office handler.")
def propose(username: str) -> None:
    """Freeze a list of what is due and that person may see. Somebody else confirms it at /desk/retention/."""
    _start()
    from yiwang.agencies.models import Role, Staff
    from yiwang.cli.main import PlainError
    from yiwang.petitions import disposal
    from yiwang.petitions.actors import Actor
    from yiwang.petitions.refusals import Refused

    staff = Staff.objects.filter(username=username, is_active=True).first()
    if staff is None or not Actor.of_staff(staff).has(Role.OFFICE_HANDLER):
        raise PlainError(f"“{username}” is no office handler at work. Nothing was proposed.")
    try:
        made = disposal.propose(staff)
    except Refused:
        raise PlainError("Nothing that this person may see is due. Nothing was proposed.") from None
    click.echo(f"List {made.pk} of {made.items.count()} petitions waits to be confirmed by somebody else.")


def _start() -> None:
    from yiwang.cli.config import current_config
    from yiwang.cli.main import start_django
    from yiwang.cli.web import refuse_unready

    refuse_unready(current_config())
    start_django()
