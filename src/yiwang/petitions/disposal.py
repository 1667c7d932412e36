"""Disposal 销毁 at the end of retention: one person proposes a list, another confirms it, and the worker carries it out.

What is destroyed: the data keys, and so every sealed word and file, the salt of the public log's commitment too; the plain text of
the matter, its answers, its published answer, its rows in the search indexes; who petitioned. What stays is a row without
words: number, channel, category, region, agencies, states and dates, which statistics count and the behaviour log names.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.apps import apps
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yiwang.agencies.models import Staff
from yiwang.journal import log
from yiwang.journal.models import Record
from yiwang.outbox.changes import forget as forget_notices
from yiwang.papers.keeping import dispose_of as dispose_of_papers
from yiwang.people.models import Petitioner
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import (
    Answer,
    Attachment,
    Disposal,
    DisposalItem,
    Hearing,
    Hold,
    Petition,
    PublishedAnswer,
    Representative,
)
from yiwang.petitions.refusals import Refused
from yiwang.petitions.retention import OVER, due
from yiwang.petitions.search import PETITIONS, PUBLISHED
from yiwang.petitions.visibility import visible_to
from yiwang.vault import files
from yiwang.vault.sealing import DataKey

MOST = 2_000
"""Petitions of one list: as many as a person can answer for."""
BATCH = 50
GONE = "（已按保管期限销毁）"
"""What stands where the subject stood."""
PLAIN_WORDS: dict[type[models.Model], tuple[str, ...]] = {Answer: ("text", "basis"), Hearing: ("place",)}
"""Plain columns of what hangs on a petition that hold words; sealed ones are found by their names."""


@transaction.atomic
def propose(by: Staff, now: datetime | None = None) -> Disposal:
    """Freeze the list of what the proposer may see and has been kept long enough. Raises Refused: ``nothing``."""
    now = now or datetime.now(UTC)
    ids = list(due(visible_to(Actor.of_staff(by, now)), now).order_by("id").values_list("pk", flat=True)[:MOST])
    if not ids:
        raise Refused("nothing", _("没有到期的信访件。"))
    disposal = Disposal.objects.create(proposed_by=by, proposed_at=now)
    DisposalItem.objects.bulk_create(DisposalItem(disposal=disposal, petition_id=pk) for pk in ids)
    _note("propose_disposal", by.pk, disposal.pk)
    return disposal


@transaction.atomic
def confirm(disposal_id: int, by: Staff, now: datetime | None = None) -> Disposal:
    """Have a list carried out, by another person than who proposed it.

    Raises Refused: ``not_open``, ``same_person``, and ``unseen`` when it holds a petition that this person may not see.
    """
    now = now or datetime.now(UTC)
    disposal = _open(disposal_id)
    if by.pk == disposal.proposed_by_id:
        raise Refused("same_person", _("提出的人不能自己确认，请由另一人确认。"))
    listed = disposal.items.values("petition")
    if visible_to(Actor.of_staff(by, now)).filter(pk__in=listed).count() != disposal.items.count():
        raise Refused("unseen", _("清册里有您无权查看的信访件，请由能看到全部的人确认。"))
    disposal.confirmed_by, disposal.confirmed_at = by, now
    disposal.save(update_fields=["confirmed_by", "confirmed_at"])
    _note("confirm_disposal", by.pk, disposal.pk)
    return disposal


@transaction.atomic
def cancel(disposal_id: int, by: Staff, now: datetime | None = None) -> Disposal:
    """Give a proposed list up: nothing is destroyed. Raises Refused: ``not_open``."""
    disposal = _open(disposal_id)
    disposal.cancelled_by, disposal.cancelled_at = by, now or datetime.now(UTC)
    disposal.save(update_fields=["cancelled_by", "cancelled_at"])
    disposal.items.update(open=False)
    _note("cancel_disposal", by.pk, disposal.pk)
    return disposal


def _open(disposal_id: int) -> Disposal:
    disposal = Disposal.objects.select_for_update().filter(pk=disposal_id).first()
    if disposal is None or disposal.confirmed_at or disposal.cancelled_at:
        raise Refused("not_open", _("这份清册已经有人处理。请刷新页面。"))
    return disposal


def lists_for(actor: Actor) -> "QuerySet[Disposal]":
    """Return the lists on which this person may see every petition: of the others not even the length is told."""
    unseen = DisposalItem.objects.exclude(petition__in=visible_to(actor).values("pk"))
    return Disposal.objects.exclude(pk__in=unseen.values("disposal"))


def go_on() -> int:
    """Carry out what was confirmed, and return how many petitions were disposed of; the worker calls it.

    Each petition is one transaction: it may be stopped at any point, and goes on with the next. Files are removed after
    it; those that a killed worker leaves behind open no more, and are swept away.
    """
    done = 0
    for disposal in Disposal.objects.filter(confirmed_at__isnull=False, finished_at=None).order_by("id"):
        while waiting := list(disposal.items.filter(open=True).values_list("pk", flat=True)[:BATCH]):
            done += sum(_carry_out(item_id) for item_id in waiting)
        with transaction.atomic():
            disposal.finished_at = datetime.now(UTC)
            disposal.save(update_fields=["finished_at"])
            log.write([_line("finish_disposal", "system", None, "disposal", disposal.pk)])
    return done


def _carry_out(item_id: int) -> bool:
    now = datetime.now(UTC)
    with transaction.atomic():
        item = DisposalItem.objects.select_for_update().get(pk=item_id)
        petition = Petition.objects.select_for_update(of=("self",)).get(pk=item.petition_id)
        item.outcome, item.open, item.ended_at = DisposalItem.Outcome.DONE, False, now
        left: list[int] = []
        if petition.state not in OVER or petition.disposed_at:
            item.outcome = DisposalItem.Outcome.DROPPED  # taken up again since the list was made
        elif Hold.objects.filter(petition=petition, lifted_at=None).exists():
            item.outcome = DisposalItem.Outcome.HELD
        else:
            left = dispose_of(petition, now)
            log.write([_line("dispose", "system", None, "petition", petition.pk)])
        item.save(update_fields=["outcome", "open", "ended_at"])
    for file_id in left:
        files.remove(file_id)
    return item.outcome == DisposalItem.Outcome.DONE


def dispose_of(petition: Petition, now: datetime) -> list[int]:
    """Destroy keys and words of a petition within the caller's transaction; return the files to be removed after it."""
    left = list(petition.attachments.values_list("pk", flat=True)) + dispose_of_papers(petition.pk)
    forget_notices(petition.pk)
    published = PublishedAnswer.objects.filter(petition=petition)
    for published_id in published.values_list("pk", flat=True):
        PUBLISHED.remove(published_id)
    published.delete()
    Attachment.objects.filter(petition=petition).delete()
    people = [petition.petitioner_id, *petition.representatives.values_list("petitioner", flat=True)]
    Representative.objects.filter(petition=petition).delete()
    Petitioner.forget(people)
    for model, columns in hanging():
        model._base_manager.filter(petition=petition).update(
            **{name: b"" if name.startswith("sealed_") else "" for name in columns}
        )
    PETITIONS.remove(petition.pk)
    _forget_words(petition)
    petition.disposed_at = now
    petition.intake_key, petition.source_number, petition.recused = None, "", []
    petition.save(force_update=True)
    return left


def _forget_words(petition: Petition) -> None:
    """Exchange the petition's key for one under which nothing was ever sealed, so that the row goes on being one like others."""
    for column in petition._meta.concrete_fields:
        if column.name.startswith("sealed_"):
            setattr(petition, column.attname, b"")
    petition.destroy_key()
    petition.data_key = DataKey.fresh(petition._meta.db_table, petition.pk, compartment=petition.is_accusation).wrapped
    petition.set_words(GONE, "", "")


def hanging() -> Iterable[tuple[type[models.Model], tuple[str, ...]]]:
    """Yield what hangs on a petition and holds words, each with the columns that hold them."""
    for model in apps.get_models():
        hangs = any(
            isinstance(column, models.ForeignKey) and column.name == "petition" and column.related_model is Petition
            for column in model._meta.concrete_fields
        )
        sealed = tuple(column.name for column in model._meta.concrete_fields if column.name.startswith("sealed_"))
        columns = (*sealed, *PLAIN_WORDS.get(model, ()))
        if hangs and columns:
            yield model, columns


def _note(act: str, by: int, disposal_id: int) -> None:
    log.write([_line(act, "staff", by, "disposal", disposal_id)])


def _line(act: str, kind: str, by: int | None, subject: str, subject_id: int) -> Record:
    return log.line(act, actor_kind=kind, actor_id=by, subject_kind=subject, subject_id=subject_id)
