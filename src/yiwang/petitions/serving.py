"""Serving a paper 送达: the proof is recorded, and where it brings an answer or an opinion, the days of the appeal begin (arts. 35, 36)."""

from datetime import date, datetime

from django.db import transaction

from yiwang.papers import service
from yiwang.papers.models import Paper
from yiwang.petitions.actions import Action, Deliver, DeliverReview, Refused
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Entry, Petition
from yiwang.petitions.papers import PaperRefused, refuse_strangers

BRING_THE_ANSWER = frozenset({"opinion", "suggestion", "mediation", "settlement"})
BRING_THE_OPINION = frozenset({"review", "re_review"})


def serve(
    actor: Actor, petition: Petition, paper: Paper, *, how: str, sent_at: datetime, delivered_on: date | None,
    tracking: str, received_by: str, proof: service.Proof | None,
) -> service.Served:  # fmt: skip
    """Record how a paper was served, and with it that the answer or the opinion reached the petitioner on that day.

    Raises PaperRefused or ServiceRefused; nothing is then recorded.
    """
    refuse_strangers(actor, petition, paper)
    with transaction.atomic():
        served = service.record(
            paper.pk, how=how, sent_at=sent_at, delivered_on=delivered_on, tracking=tracking, received_by=received_by,
            proof=proof, by_id=actor.staff_id,
        )  # fmt: skip
        brought = _brought(petition, paper, how, served.delivered_on) if served.first else None
        if brought:
            try:
                brought.run(actor, petition.pk)
            except Refused as refused:
                raise PaperRefused(refused.code, refused.message) from refused
    return served


def _brought(petition: Petition, paper: Paper, how: str, on: date | None) -> Action | None:
    """Return the action by which the paper delivers the present answer, or the present review's opinion; None where neither waits."""
    if paper.kind in BRING_THE_ANSWER and petition.delivered_at is None and _of_the_present_answer(petition, paper):
        return Deliver(how=how, on=on)
    review = petition.review
    if paper.kind in BRING_THE_OPINION and review and review.pk == paper.review_id and review.delivered_at is None:
        return DeliverReview(how=how, on=on)
    return None


def _of_the_present_answer(petition: Petition, paper: Paper) -> bool:
    entry = Entry.objects.filter(pk=paper.entry_id or 0, petition=petition).first()
    told = entry.data.get("answer") if entry else None
    return told is None or told == str(petition.answer_id)
