"""Asking not to be called 请勿来电: the petitioner's wish about one petition, kept with it and held for no number."""

from datetime import UTC, datetime

from django.db import transaction

from yiwang.journal import log
from yiwang.petitions.actors import Actor
from yiwang.satisfaction.models import Callback, NoCalls


def wants_no_calls(petition_id: int) -> bool:
    """Tell whether the petitioner asked not to be called about this petition."""
    return NoCalls.objects.filter(petition=petition_id).exists()


@transaction.atomic
def want_no_calls(petition_id: int, by: Actor) -> None:
    """Note the wish, and end the call-backs that are open; asked for twice, it stays as it was."""
    now = datetime.now(UTC)
    _wish, made = NoCalls.objects.get_or_create(petition_id=petition_id, defaults={"at": now})
    Callback.objects.filter(petition=petition_id, ended_as="").update(
        ended_as=Callback.End.ASKED_NOT, ended_at=now, taken_by=None, leased_until=None
    )
    if made:
        _note("want_no_calls", petition_id, by)


@transaction.atomic
def allow_calls(petition_id: int, by: Actor) -> None:
    """Take the wish back: later answers may be called about again, those of before are not."""
    if NoCalls.objects.filter(petition=petition_id).delete()[0]:
        _note("allow_calls", petition_id, by)


def _note(act: str, petition_id: int, by: Actor) -> None:
    log.write(
        [log.line(act, actor_kind=by.kind, actor_id=by.staff_id, subject_kind="petition", subject_id=petition_id)]
    )
