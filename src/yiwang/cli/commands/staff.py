"""`yiwang staff`: the first people who can log in, and a way in for whoever is locked out. Nobody has a password to begin with."""

import click


@click.group()
def command() -> None:
    """Members of staff; the desk has pages for this once a system and a security administrator are there."""


@command.command()
@click.option("--username", required=True, help="What they log in with.")
@click.option("--name", help="Their name (the username, when omitted).")
@click.option(
    "--role",
    required=True,
    help="Their post: system_administrator, security_administrator, auditor, intake_clerk … (a wrong one lists them all).",
)
@click.option("--agency", "code", help="Code of their agency (the office itself, when omitted).")
def add(username: str, name: str | None, role: str, code: str | None) -> None:
    """Add somebody with a post, and print the link by which they set a password, once."""
    from datetime import UTC, datetime

    from yiwang.cli.main import PlainError, start_django

    start_django()
    from django.db import transaction
    from django.utils.timezone import localtime

    from yiwang.agencies.changes import give_post
    from yiwang.agencies.models import Agency, Role, Staff
    from yiwang.agencies.seed import root_office
    from yiwang.journal.sequencer import sealed
    from yiwang.logins.links import make_link
    from yiwang.logins.notes import note_by_command
    from yiwang.workdays.counting import office_date

    if role not in Role.values:
        raise PlainError(f"There is no role “{role}”: it is one of {', '.join(Role.values)}.")
    with sealed(everything=False), transaction.atomic():
        if Staff.objects.filter(username=username).exists():
            raise PlainError(f"Somebody named “{username}” is there already. Nothing was changed.")
        agency = Agency.objects.filter(code=code).first() if code else root_office()
        if agency is None:
            raise PlainError(f"There is no agency with the code “{code}”. Nothing was changed.")
        staff = Staff.objects.create_staff(username, name or username)
        give_post(staff, agency, role, None, office_date(datetime.now(UTC)))
        note_by_command("add_staff", staff, role)
        invitation = make_link(staff, None)
    click.echo(
        f"{username} sets a password here, once, until {localtime(invitation.expires_at):%Y-%m-%d %H:%M}: {invitation.address}"
    )


@command.command()
@click.option("--username", required=True, help="Who is locked out.")
@click.option("--reset-factors", is_flag=True, help="Take their second factors away too: telephone and key are lost.")
def link(username: str, reset_factors: bool) -> None:
    """Print a new set-up link for somebody, as for the only administrator who is locked out. Their password stays until it is used."""
    from yiwang.cli.main import PlainError, start_django

    start_django()
    from django.db import transaction
    from django.utils.timezone import localtime

    from yiwang.agencies.models import Staff
    from yiwang.journal.sequencer import sealed
    from yiwang.logins.factors import forget_factors
    from yiwang.logins.links import make_link
    from yiwang.logins.notes import note_by_command

    with sealed(everything=False), transaction.atomic():
        staff = Staff.objects.filter(username=username, is_active=True).first()
        if staff is None:
            raise PlainError(f"Nobody who may log in is named “{username}”. Nothing was changed.")
        if reset_factors:
            forget_factors(staff)
            note_by_command("reset_factors", staff)
        invitation = make_link(staff, None)
    click.echo(
        f"{username} sets a password here, once, until {localtime(invitation.expires_at):%Y-%m-%d %H:%M}: {invitation.address}"
    )
