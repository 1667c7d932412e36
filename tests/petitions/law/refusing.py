"""Refusals: said by their code, and nothing has changed."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from yiwang.journal.models import Record
from yiwang.outbox.models import Notice
from yiwang.petitions.actions import Refused
from yiwang.petitions.models import (
    Agreement,
    Answer,
    Attachment,
    Deadline,
    Entry,
    Extension,
    Hearing,
    Petition,
    PublishedAnswer,
    Rating,
    Referral,
    Review,
    Suspension,
)

ROWS = (
    Petition, Entry, Deadline, Extension, Suspension, Referral, Answer, Review, Hearing, Agreement, Rating, PublishedAnswer,
    Attachment, Notice, Record,
)  # fmt: skip


def everything() -> dict[str, list[object]]:
    """Return every row that an action could write or change."""
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in ROWS}


@contextmanager
def refused(code: str) -> Iterator[pytest.ExceptionInfo[Refused]]:
    """Expect a refusal with this code, after which every row is what it was."""
    before = everything()
    with pytest.raises(Refused) as caught:
        yield caught
    assert caught.value.code == code
    assert everything() == before
