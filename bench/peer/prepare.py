"""Fills the peer: ``prepare TICKETS`` migrates, makes a public queue, loads tickets; ``prepare count`` counts them.

Runs in the peer's own environment, from the repository's root.
"""

import os
import sys
from datetime import UTC, datetime, timedelta

import django
from django.core.management import call_command

from bench.texts import Writer

BATCH = 2_000
YEARS = 3


def main() -> None:
    """Do what the first argument says; loading tops up to the count that is asked for, and is idempotent."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.peer.settings")
    django.setup()
    from helpdesk.models import Queue, Ticket  # models can be imported only after setup

    if sys.argv[1] == "count":
        print(Ticket.objects.count())
        return
    wanted = int(sys.argv[1])
    call_command("migrate", verbosity=0)
    queue, _ = Queue.objects.get_or_create(
        slug="office", defaults={"title": "Office", "allow_public_submission": True, "new_ticket_cc": ""}
    )
    present, writer = Ticket.objects.count(), Writer(seed=2)
    start = datetime.now(UTC) - timedelta(days=365 * YEARS)
    step = timedelta(days=365 * YEARS) / max(1, wanted)
    for first in range(present, wanted, BATCH):
        Ticket.objects.bulk_create(
            [
                Ticket(
                    title=writer.subject(),
                    queue=queue,
                    created=start + step * number,
                    modified=start + step * number,
                    submitter_email=f"citizen{number}@example.org",
                    status=Ticket.OPEN_STATUS if writer.dice.random() < 0.05 else Ticket.CLOSED_STATUS,
                    description=writer.body(),
                    priority=3,
                )
                for number in range(first, min(first + BATCH, wanted))
            ]
        )


if __name__ == "__main__":
    main()
