"""`yiwang staff`: the first people who can log in."""

import click


@click.group()
def command() -> None:
    """Members of staff; the desk has pages for this once an administrator is there."""


@command.command()
@click.option("--username", required=True, help="What they log in with.")
@click.option("--name", help="Their name (the username, when omitted).")
@click.option(
    "--role",
    required=True,
    help="Their post: administrator, intake_clerk, office_handler … (a wrong one lists them all).",
)
@click.option("--agency", "code", help="Code of their agency (the office itself, when omitted).")
def add(username: str, name: str | None, role: str, code: str | None) -> None:
    """Add somebody with a post, and print a password that they must change at the first login."""
    import secrets

    from yiwang.cli.config import current_config
    from yiwang.cli.main import PlainError, start_django

    config = current_config()
    start_django()
    from django.db import transaction

    from yiwang.agencies.models import Agency, Post, Role, Staff
    from yiwang.agencies.seed import root_office
    from yiwang.journal import log
    from yiwang.journal.sequencer import sealed

    if role not in Role.values:
        raise PlainError(f"There is no role “{role}”: it is one of {', '.join(Role.values)}.")
    password = secrets.token_urlsafe(12)
    with sealed(everything=False), transaction.atomic():
        if Staff.objects.filter(username=username).exists():
            raise PlainError(f"Somebody named “{username}” is there already. Nothing was changed.")
        agency = Agency.objects.filter(code=code).first() if code else root_office()
        if agency is None:
            raise PlainError(f"There is no agency with the code “{code}”. Nothing was changed.")
        staff = Staff.objects.create_staff(username, name or username, password, must_change_password=True)
        Post.objects.create(staff=staff, agency=agency, role=role)
        log.write([log.line("add_staff", actor_kind="system", subject_kind="staff", subject_id=staff.pk, reason=role)])
    click.echo(f"{username} may log in at {config.own_address}/desk/ with this password, once: {password}")
