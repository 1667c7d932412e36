"""Earlier petitions from the same telephone: so that a clerk can tell a first 初次 from a repeated 重复 one, by its matter."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from yiwang.journal import log
from yiwang.petitions.actors import Actor
from yiwang.petitions.persons import of_person
from yiwang.petitions.visibility import visible_to

MOST = 8
LEAST_DIGITS = 5


@dataclass(frozen=True)
class Earlier:
    """One of them, as the hint shows it: never more than number, subject and state."""

    pk: int
    number: str
    subject: str
    state: str
    received_at: datetime


def earlier_by(phone: str, actor: Actor) -> list[Earlier]:
    """Return the newest petitions from that number that the actor may see; the look is logged, with or without a find.

    One statement and the log's one; none for what is no number.
    """
    if sum(sign.isdigit() for sign in phone) < LEAST_DIGITS:
        return []
    found = [
        Earlier(
            petition.pk,
            petition.number,
            _("〔检举控告，内容密封〕") if petition.is_accusation else petition.subject,
            petition.get_state_display(),
            petition.received_at,
        )
        for petition in visible_to(actor).filter(of_person("phone", phone)).order_by("-pk")[:MOST]
    ]
    seen: list[int | None] = [row.pk for row in found]
    log.write(
        log.line(
            "find_by_phone", actor_kind=actor.kind, actor_id=actor.staff_id, subject_kind="petition", subject_id=pk,
            reason="first_or_repeated",
        )
        for pk in (seen or [None])
    )  # fmt: skip
    return found
