"""One petition with all that hangs on it, read in a fixed number of statements however long its life was."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency
from yiwang.desk.work import standing, wording
from yiwang.journal import log
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import (
    Agreement,
    Answer,
    Attachment,
    Deadline,
    Entry,
    Hearing,
    Hold,
    Petition,
    PublishedAnswer,
    Rating,
    Referral,
    Representative,
    Review,
)
from yiwang.petitions.numbers import normalise_number
from yiwang.petitions.scanning import may_open, remark
from yiwang.petitions.visibility import visible_to
from yiwang.store.asking import the_one
from yiwang.vault.sealing import open_under

WITH = (
    "petitioner", "office", "lead_agency", "category__parent__parent", "region__parent", "accused", "handler", "answer",
    "merged_into", "repeats", "turn_agency", "review__agency", "split_from",
)  # fmt: skip
BEFORE_ANY_REFERRAL = frozenset({Petition.State.FILED})
CLOCK = frozenset({"warn", "lapse"})
HEARINGS = frozenset({"hold_hearing", "hold_review_hearing"})


@dataclass(frozen=True)
class Happening:
    """One entry of the petition's life in words."""

    entry: Entry
    title: str
    who: str
    note: str

    @property
    def by_clock(self) -> bool:
        """Whether the clock did it: that is told beside what people did."""
        return self.entry.action in CLOCK


@dataclass(frozen=True)
class Version:
    """One version of the answer, unsealed."""

    answer: Answer
    text: str
    reason: str


@dataclass
class Dossier:
    """What the petition page shows."""

    petition: Petition
    actor: Actor
    now: datetime
    entries: list[Entry] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    representatives: list[Representative] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    asked_reviews: list[Review] = field(default_factory=list)
    hearings: list[Hearing] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    is_published: bool = False
    is_held: bool = False
    leads_others: bool = False
    lead_has_below: bool = False

    @cached_property
    def words(self) -> tuple[str, str]:
        """Subject and text, unsealed for whoever may read an accusation."""
        return self.petition.words()

    @cached_property
    def where(self) -> str:
        """The place, unsealed in the same way."""
        return self.petition.where

    @property
    def subject(self) -> str:
        return self.words[0]

    @property
    def text(self) -> str:
        return self.words[1]

    @cached_property
    def asked(self) -> frozenset[int]:
        """The ids of the agencies with an open referral."""
        return frozenset(referral.agency_id for referral in self.referrals if referral.is_open)

    @cached_property
    def happenings(self) -> list[Happening]:
        names = {str(referral.agency_id): str(referral.agency) for referral in self.referrals}
        names |= {str(entry.actor_id): entry.actor.name for entry in self.entries if entry.actor}
        key = self.petition.key
        return [
            Happening(entry, wording.deed(entry, names), _who(entry), open_under(key, entry, "sealed_note"))
            for entry in self.entries
        ]

    @cached_property
    def limits(self) -> list[standing.Limit]:
        return standing.limits_of(self.petition, self.deadlines, self.hearings, self.now)

    @property
    def facts(self) -> list[standing.Fact]:
        """Where it stands in law, beside the limits."""
        return standing.facts_of(self.petition, self.hearings)

    @property
    def standing_limits(self) -> list[standing.Limit]:
        """Those that count: the open ones, the first to end first, then the met ones."""
        return self.next_limits + [limit for limit in self.limits if limit.state in {"met", "met_late"}]

    @property
    def cancelled_limits(self) -> list[standing.Limit]:
        """Those that something else has made void."""
        return [limit for limit in self.limits if limit.state == "cancelled"]

    @property
    def next_limits(self) -> list[standing.Limit]:
        """The limits that are still open, the first to end first."""
        return sorted((limit for limit in self.limits if limit.state in {"open", "late"}), key=lambda one: one.day)

    @cached_property
    def versions(self) -> list[Version]:
        """All versions of the answer, the newest first."""
        key = self.petition.key
        return [
            Version(row, row.words(self.petition), open_under(key, row, "sealed_reason"))
            for row in reversed(self.answers)
        ]

    @property
    def present(self) -> Version | None:
        """The present version of the answer."""
        return next((one for one in self.versions if one.answer.pk == self.petition.answer_id), None)

    @cached_property
    def reviews(self) -> list[standing.Looked]:
        """The reviews that were asked for, the newest first."""
        return standing.looked_at(self.petition, self.asked_reviews)

    @property
    def review(self) -> standing.Looked | None:
        """The review of the present answer."""
        present = self.petition.review_id if self.petition.review_state else None
        return next((one for one in self.reviews if one.review.pk == present), None)

    @cached_property
    def agreement(self) -> tuple[Agreement, str, str] | None:
        """What the parties agreed on, the other party's name and the terms: of a matter that was settled."""
        key = self.petition.key
        found = [
            (row, open_under(key, row, "sealed_other_party"), open_under(key, row, "sealed_terms"))
            for row in self.agreements
        ]
        return found[-1] if found else None

    @property
    def extension_asked(self) -> Happening | None:
        """The request for more time that nobody has decided yet."""
        return self._undecided("ask_extension", "extend", "refuse_extension")

    @property
    def dispute_raised(self) -> bool:
        """Whether the objection was brought before a superior or the joint conference."""
        return self._undecided("raise_dispute", "object", "settle_dispute") is not None

    def _undecided(self, asked: str, *ends: str) -> Happening | None:
        last = next((one for one in reversed(self.happenings) if one.entry.action in {asked, *ends}), None)
        return last if last and last.entry.action == asked else None

    @property
    def is_recused(self) -> bool:
        """Whether the reader stepped back from this matter (art. 28)."""
        return self.actor.staff_id in self.petition.recused

    @cached_property
    def referral_tree(self) -> list[dict[str, Any]]:
        """The referrals as the tree component takes them."""
        nodes: dict[int, dict[str, Any]] = {}
        top: list[dict[str, Any]] = []
        for referral in self.referrals:
            node = {"label": str(referral.agency), "note": _referral_note(referral), "open": True, "children": []}
            nodes[referral.pk] = node
            above = nodes.get(referral.parent_id or 0)
            (above["children"] if above else top).append(node)
        return top

    @property
    def files(self) -> list[dict[str, Any]]:
        """The attachments as the files component takes them."""
        number, key = self.petition.number, self.petition.key
        return [
            {
                "name": open_under(key, row, "sealed_name"),
                "size": row.size,
                "href": reverse("desk:attachment", args=[number, row.pk]) if may_open(row) else "",
                "note": " · ".join(filter(None, ["" if row.from_petitioner else _("工作人员录入"), remark(row)])),
                "icon": "image" if row.content_type.startswith("image/") else "file",
            }
            for row in self.attachments
        ]

    @cached_property
    def category_path(self) -> str:
        return _path(self.petition.category)

    @cached_property
    def region_path(self) -> str:
        return _path(self.petition.region)

    @property
    def tone(self) -> str:
        return wording.TONES[self.petition.state]


def find(actor: Actor, number: str) -> Petition:
    """Return the petition of that number with its nearest rows, or raise Http404: what is hidden is like what is not there."""
    normal = normalise_number(number)
    if not normal:
        raise Http404
    petition = the_one(
        visible_to(actor)
        .select_related(*WITH)
        .annotate(
            is_published=Exists(PublishedAnswer.objects.filter(petition=OuterRef("pk"), recalled_at=None)),
            is_held=Exists(Hold.objects.filter(petition=OuterRef("pk"), lifted_at=None)),
            leads_others=Exists(Petition.objects.filter(merged_into=OuterRef("pk"))),
            lead_has_below=Exists(Agency.objects.filter(parent=OuterRef("lead_agency"), active=True)),
        )
        .filter(number=normal)
    )
    if petition is None:
        raise Http404
    return petition


def open_dossier(actor: Actor, number: str) -> Dossier:
    """Read a petition and all that hangs on it, and write the line “look”; raises Http404."""
    dossier = dossier_of(actor, find(actor, number))
    note_look(actor, dossier.petition)
    return dossier


def dossier_of(actor: Actor, petition: Petition) -> Dossier:
    """Read what hangs on a petition that :func:`find` gave: eleven statements at most, fewer while its life is short."""
    dossier = Dossier(
        petition,
        actor,
        datetime.now(UTC),
        entries=list(
            petition.entries.select_related("actor", "agency", "stood_in_for").order_by(
                "happened_at", "recorded_at", "id"
            )
        ),
        deadlines=list(petition.deadlines.select_related("owed_by", "extension")),
        attachments=list(petition.attachments.all()),
        representatives=list(petition.representatives.select_related("petitioner")),
        is_published=bool(getattr(petition, "is_published", False)),
        is_held=bool(getattr(petition, "is_held", False)),
        leads_others=bool(getattr(petition, "leads_others", False)),
        lead_has_below=bool(getattr(petition, "lead_has_below", False)),
    )
    if petition.state not in BEFORE_ANY_REFERRAL:
        dossier.referrals = list(petition.referrals.select_related("agency"))
    if petition.answer_id:
        dossier.answers = list(petition.answers.select_related("agency", "drafted_by", "decided_by"))
    if petition.answered_at:
        dossier.ratings = list(petition.ratings.select_related("agency", "grade").order_by("at", "id"))
    done = {entry.action for entry in dossier.entries}
    if petition.review_id:
        dossier.asked_reviews = list(petition.reviews.select_related("agency", "drafted_by", "decided_by"))
    if not done.isdisjoint(HEARINGS):
        dossier.hearings = list(petition.hearings.all())
    if "settle" in done:
        dossier.agreements = list(petition.agreements.all())
    return dossier


def note_look(actor: Actor, petition: Petition) -> None:
    """Write to the behaviour log that somebody opened a petition."""
    log.write(
        [log.line("look", actor_kind="staff", actor_id=actor.staff_id, subject_kind="petition", subject_id=petition.pk)]
    )


def _who(entry: Entry) -> str:
    if entry.actor_kind == "citizen":
        return _("信访人")
    if entry.actor is None:
        return _("系统")
    who = f"{entry.agency} {entry.actor.name}" if entry.agency else entry.actor.name
    if entry.stood_in_for:
        return _("%(who)s（代 %(absent)s）") % {"who": who, "absent": entry.stood_in_for.name}
    return who


def _referral_note(referral: Referral) -> str:
    if referral.kind == Referral.Kind.REVIEW:
        return f"{referral.get_kind_display()} · {referral.get_state_display()}"
    if referral.kind == Referral.Kind.REVIEW:
        return f"{referral.get_kind_display()} · {referral.get_state_display()}"
    part = _("主办") if referral.lead else _("协办")
    return f"{part} · {referral.get_kind_display()} · {referral.get_state_display()}"


def _path(node: Any) -> str:
    names: list[str] = []
    while node is not None:
        names.append(str(node))
        node = node.parent if node.parent_id and "parent" in node._state.fields_cache else None
    return " › ".join(reversed(names))
