"""The receipt: number, lookup code, QR, and what is promised next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import segno
import structlog
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from yiwang.outbox.senders import sender_for
from yiwang.people.models import Petitioner
from yiwang.petitions import receipts
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.petitions.numbers import lookup_code
from yiwang.petitions.visibility import visible_to
from yiwang.portal.promises import Promise, promises_of
from yiwang.store.asking import the_one
from yiwang.vault.keys import KeysMissing

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Receipt:
    """What the petitioner takes home."""

    number: str
    code: str
    received_at: datetime
    office: str
    promises: list[Promise]
    told_by: str
    """How news will come: mail, sms, phone or lookup."""
    promise: dict[str, Any] | None
    """The office's signed word that the petition will be in the public log; None for one from before there was a log."""

    @property
    def promised_by(self) -> datetime | None:
        """By when the promise is kept."""
        return datetime.fromisoformat(self.promise["by"]) if self.promise else None

    @property
    def address(self) -> str:
        """The lookup page, as it is typed."""
        return f"{settings.BASE_URL}/lookup/".removeprefix("https://").removeprefix("http://")

    @property
    def link(self) -> str:
        """The lookup page with the number filled in; the code stands behind “#”, so that no server's log ever holds it."""
        return f"/lookup/?number={quote(self.number)}#c={self.code}"

    @property
    def qr(self) -> SafeString:
        """The link as a QR picture, drawn as SVG for the page itself."""
        code = segno.make(settings.BASE_URL + self.link, error="m", micro=False)
        return mark_safe(code.svg_inline(border=2, svgclass=None, lineclass=None, omitsize=True))  # noqa: S308 made of squares  # nosec B703


def receipt_of(petition_id: int) -> Receipt | None:
    """Return the receipt of a petition; two statements."""
    petition = the_one(visible_to(Actor.citizen(petition_id)).select_related("petitioner", "office"))
    if petition is None:
        return None
    return Receipt(
        petition.number,
        lookup_code(petition.number),
        petition.received_at,
        str(petition.office),
        promises_of(petition),
        _told_by(petition.petitioner),
        _promise(petition),
    )


def _promise(petition: Petition) -> dict[str, Any] | None:
    try:
        committed = receipts.receipt_of(petition)
        return committed.promise if committed else None
    except KeysMissing as error:
        log.error("no promise with the receipt", exc_info=error)  # the receipt itself is never withheld
        return None


def _told_by(petitioner: Petitioner) -> str:
    """Return how news will come, as petitions.notices chooses the way, without unsealing anything."""
    if petitioner.sealed_email:
        return "mail"
    if petitioner.sealed_phone:
        return "sms" if sender_for("sms") else "phone"
    return "lookup"
