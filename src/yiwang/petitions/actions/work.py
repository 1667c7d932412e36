"""What one action does to one petition: it collects the changes and writes them together."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from yiwang.agencies.models import Agency, Post, Role
from yiwang.journal import log
from yiwang.journal.models import Record
from yiwang.petitions import exemptions, notices, papers
from yiwang.petitions.actions.limits import WorkOnLimits
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import BY_ACTION, REFERRAL_MOVES, REVIEW_TURN, TURN, Machine, Relation, Transition
from yiwang.petitions.models import Attachment, Deadline, Entry, Petition, Referral
from yiwang.store.ids import new_id
from yiwang.store.inserting import insert
from yiwang.store.trees import ids_on
from yiwang.vault.sealing import seal_under
from yiwang.workdays.counting import office_date

CLOSED_REFERRALS = (Referral.State.REPORTED, Referral.State.DONE, Referral.State.RETURNED)


@dataclass
class Work(WorkOnLimits):
    """An action under way on one petition. ``happened_at`` lies before ``now`` only in imported history."""

    petition: Petition
    actor: Actor
    post: Post | None
    transition: Transition
    now: datetime
    happened_at: datetime
    historical: bool = False
    quiet: bool = False
    following: bool = False
    note: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    referral: Referral | None = None
    shown_to_petitioner: bool | None = None
    entry_id: int = 0
    attachments: list[Attachment] = field(default_factory=list)
    tellings: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    papers: list[tuple[str, int | None, dict[str, object]]] = field(default_factory=list)
    _open: list[Deadline] | None = None
    _recounted: list[Deadline] = field(default_factory=list)
    _from_state: str = ""

    def __post_init__(self) -> None:
        # From the instant at which it happened, so that imported entries stand in the order of their days.
        self.entry_id = new_id(self.happened_at)

    def for_follower(self, follower: Petition) -> "Work":
        """Return the same work on a petition that was merged into this one: it goes along, with an entry of its own."""
        return Work(
            follower,
            self.actor,
            self.post,
            self.transition,
            self.now,
            self.happened_at,
            self.historical,
            self.quiet,
            following=True,
        )

    def begin(self) -> None:
        self._from_state = self.petition.state
        end = self.transition.petition_end if self.transition.machine == Machine.REVIEW else self.transition.end
        self.petition.state = end or self.petition.state

    def lead_referral(self) -> Referral | None:
        """Return the open referral of the agency that has the lead."""
        return (
            self.petition.referrals.filter(agency=self.petition.lead_agency, lead=True, state__in=Referral.OPEN)
            .order_by("-id")
            .first()
        )

    def refer(
        self,
        agency: Agency,
        *,
        lead: bool,
        kind: str,
        report_due: date | None = None,
        parent: Referral | None = None,
        limits: tuple[str, ...] = ("notice", "objection"),
    ) -> Referral:
        """Ask an agency: write the referral and start its limits, save where an exception keeps them from starting."""
        referral = Referral(
            petition=self.petition, agency=agency, lead=lead, kind=kind, report_due=report_due, parent=parent,
            sent_by=self.actor.staff, sent_at=self.happened_at,
        )  # fmt: skip
        insert(referral)
        if lead:
            self.petition.lead_agency = agency
            self.petition.handler = None
            for code in limits:
                if not exemptions.exempts(code, self.petition, agency, kind):
                    self.start(code, agency, referral)
        if report_due:
            self.start_report(agency, referral, report_due)
        return referral

    def move(self, referral: Referral) -> None:
        """Move a referral as the table says of this action, and set its instants.

        Raises ValueError where the table knows no such way: that is an error of the program, and nothing is written.
        """
        row = REFERRAL_MOVES[self.transition.action]
        if referral.state not in row.start:
            raise ValueError(f"no way leads from a {referral.state} referral by {self.transition.action}")
        referral.state = row.end
        if row.end == Referral.State.RECEIVED and referral.received_at is None:
            referral.received_at = self.happened_at
        if row.end in CLOSED_REFERRALS:
            referral.ended_at = self.happened_at
        referral.save(update_fields=["state", "received_at", "ended_at"])

    def end_referrals(self) -> None:
        """End every open referral, as the table says of this action: the matter is answered or over."""
        row = REFERRAL_MOVES[self.transition.action]
        self.petition.referrals.filter(state__in=row.start).exclude(kind=Referral.Kind.REVIEW).update(
            state=row.end, ended_at=self.happened_at
        )

    def note_first_answer(self) -> None:
        """Note when the matter was answered for the first time, and that this answer has reached nobody yet."""
        petition = self.petition
        if petition.answered_at is None:
            petition.answered_at = self.happened_at
            petition.answered_on = office_date(self.happened_at)
            petition.days_to_answer = max((petition.answered_on - petition.received_on).days, 0)
        petition.delivered_at = None
        petition.final_at = None
        petition.extension_asked = False

    def part_followers(self) -> None:
        """Let the open ones merged into this petition go on without it, each with an entry: the eldest leads, the others follow it."""
        eldest: Petition | None = None
        followers = self.petition.followers.select_for_update(of=("self",)).filter(state__in=TURN)
        for follower in followers.select_related("petitioner", "office", "lead_agency").order_by("id"):
            work = Work(
                follower,
                self.actor,
                self.post,
                BY_ACTION["part"],
                self.now,
                self.happened_at,
                self.historical,
                self.quiet,
            )
            work.begin()
            work.part(eldest)
            work.finish("part")
            eldest = eldest or follower

    def part(self, into: Petition | None) -> None:
        """Let a merged petition follow another from now on, or none: what is not referred yet is then owed a referral again."""
        self.petition.merged_into = into
        if into:
            self.data["into"] = str(into.pk)
        elif self.petition.state == Petition.State.REGISTERED:
            self.start("refer", self.petition.office)

    def tell(self, kind: str, **facts: object) -> None:
        """Owe the petitioner a notice of that kind (petitions/notices.py); history owes none."""
        if not (self.historical or self.quiet or self.petition.historical):
            self.tellings.append((kind, facts))

    def issue(self, kind: str, issuer_id: int | None = None, **given: object) -> None:
        """Owe a paper of that kind (papers/kinds.py), which the worker makes; history owes none, and none is made of an accusation unasked.

        Raises ValueError where the table says nothing of it.
        """
        if kind not in self.transition.papers:
            raise ValueError(f"the row of {self.transition.action} owes no {kind}")
        if not (self.historical or self.quiet or self.petition.is_accusation):
            self.papers.append((kind, issuer_id, given))

    def finish(self, action: str) -> Entry:
        """Write all that was collected. Called by the action, inside its transaction."""
        petition = self.petition
        if self.historical:
            self.cancel("history")
        self.write_deadlines()
        if not self.transition.by_clock:
            set_turn(self.petition)
            petition.version += 1
            petition.save(force_update=True)
        entry = self.entry(action)
        insert(entry, *self.attachments)
        review_id = petition.review_id if self.transition.machine == Machine.REVIEW else None
        owed = [
            paper
            for kind, issuer_id, given in self.papers
            for paper in papers.owed_by([kind], petition, entry, issuer_id=issuer_id, review_id=review_id, given=given)
        ]
        insert(*owed, *notices.owed(petition, entry, self.tellings, self.now), self.line(action))
        return entry

    def entry(self, action: str) -> Entry:
        """Return the entry of this action, its note sealed under the petition's key."""
        shown = self.transition.shown_to_petitioner if self.shown_to_petitioner is None else self.shown_to_petitioner
        if self.following:
            self.data["follows"] = str(self.petition.merged_into_id)
        entry = Entry(
            id=self.entry_id, petition=self.petition, referral=self.referral, action=action, actor_kind=self.actor.kind,
            actor=self.actor.staff, agency=self.post.agency if self.post else None,
            review=self.petition.review if self.transition.machine == Machine.REVIEW else None,
            stood_in_for=self.post.staff if self.post and self.post.staff_id != self.actor.staff_id else None,
            from_state=self._from_state, to_state=self.petition.state, happened_at=self.happened_at, recorded_at=self.now,
            shown_to_petitioner=shown, data=self.data,
        )  # fmt: skip
        seal_under(self.petition.key, entry, "sealed_note", self.note)
        return entry

    def line(self, action: str) -> Record:
        """Return the line of the behaviour log for this action."""
        return log.line(
            action,
            actor_kind=self.actor.kind,
            actor_id=self.actor.staff_id,
            subject_kind="petition",
            subject_id=self.petition.pk,
            at=self.now,
        )


def set_turn(petition: Petition) -> None:
    """Set whose turn it is. A merged petition stands on no work-list: the petition it follows does."""
    if petition.review_id and petition.review_state in REVIEW_TURN:
        _set_review_turn(petition)
        return
    turn = TURN.get(petition.state)
    if turn is None or petition.merged_into_id:
        petition.turn_agency, petition.turn_role = None, ""
        return
    relation, role = turn
    if petition.extension_asked and petition.state == Petition.State.ACCEPTED:
        role = Role.APPROVER  # the head decides first
    agency = petition.office if relation == Relation.OFFICE else petition.lead_agency
    if role == Role.APPROVER and agency:
        agency = _nearest_with_approver(agency)
    petition.turn_agency = agency
    petition.turn_role = Role.OFFICE_HANDLER if agency and agency.is_office and role == Role.AGENCY_HANDLER else role


def _set_review_turn(petition: Petition) -> None:
    """Set whose turn it is in a review: the reviewing body's; the office's where that body is outside, and its words are recorded."""
    assert petition.review is not None
    agency, role = petition.review.agency, REVIEW_TURN[petition.review.state]
    petition.turn_agency = agency or petition.office
    of_the_office = petition.turn_agency.is_office and role == Role.AGENCY_HANDLER
    petition.turn_role = Role.OFFICE_HANDLER if of_the_office or agency is None else role


def _nearest_with_approver(agency: Agency) -> Agency:
    """Return the agency itself, or the nearest above it, where somebody can sign off; itself when nobody can."""
    posts = Post.objects.filter(agency__in=ids_on(agency.path), role=Role.APPROVER, staff__is_active=True)
    nearest = posts.select_related("agency").order_by("-agency__depth").first()
    return nearest.agency if nearest else agency
