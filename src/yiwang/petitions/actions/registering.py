"""The office's first look: register, correct and complete, merge, mark as urgent, not take."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency, Region, Staff
from yiwang.petitions import compartment, exemptions, permissions, receipts
from yiwang.petitions.actions.action import Action, NotFound, Refused, refuse_empty
from yiwang.petitions.actions.filing import File, Identity
from yiwang.petitions.actions.work import Work
from yiwang.petitions.models import Answer, Category, Petition, Referral
from yiwang.petitions.search import PETITIONS
from yiwang.petitions.visibility import visible_to
from yiwang.store.inserting import insert
from yiwang.workdays.counting import office_date

CHANGEABLE = ("purpose", "category", "region", "place", "persons", "urgent", "accused", "subject", "text")


@dataclass(kw_only=True)
class Correct(Action):
    """Correct or complete what a petition is about. What is None stays; the change is in the entry by the names of the fields."""

    code: ClassVar[str] = "correct"
    purpose: str | None = None
    category: Category | None = None
    region: Region | None = None
    place: str | None = None
    persons: int | None = None
    urgent: bool | None = None
    accused: Agency | None = None
    accused_people: Sequence[Staff] | None = None
    subject: str | None = None
    text: str | None = None

    def check(self, work: Work) -> None:
        petition = work.petition
        becomes = self.purpose or petition.purpose
        if (
            becomes != petition.purpose
            and Petition.Purpose.ACCUSATION in (becomes, petition.purpose)
            and petition.lead_agency_id
        ):
            raise Refused("already_referred", _("这件信访已转办，不能再改为或改出“检举控告”。请先撤回转办。"))
        if self.subject is not None:
            refuse_empty(self.subject, "no_subject", _("请用一句话写明是什么事。"))
        if self.text is not None:
            refuse_empty(self.text, "no_text", _("请写明事情的经过和您的请求。"))
        if becomes == Petition.Purpose.ACCUSATION:
            self._check_somebody_reads(petition)

    def _check_somebody_reads(self, petition: Petition) -> None:
        if self.accused is None and not self.accused_people:
            return
        named = [staff.pk for staff in self.accused_people] if self.accused_people is not None else None
        people = petition.accused_people.values_list("staff", flat=True) if named is None else named
        readers = compartment.Readers.of(petition, permissions.agencies_asked(petition))
        if readers.lose(self.accused or petition.accused, set(people)):
            raise Refused("no_reader", compartment.no_reader())

    def apply(self, work: Work) -> None:
        petition = work.petition
        old_text, was_accusation = petition.searchable(), petition.is_accusation
        (subject, text), place = petition.words(), petition.where
        changed = [
            name
            for name in CHANGEABLE
            if getattr(self, name) is not None and getattr(self, name) != _present(petition, name, subject, text, place)
        ]
        for name in changed:
            if name not in {"subject", "text", "place"}:
                setattr(petition, name, getattr(self, name))
        if {"subject", "text"} & set(changed):
            receipts.keep_filed(petition, subject, text)
        petition.set_words(self.subject or subject, self.text or text, place if self.place is None else self.place)
        if petition.is_accusation != was_accusation:
            _into_or_out_of_the_compartment(work)
        people = self.accused_people if petition.is_accusation else None
        if people is not None and compartment.name(petition, people):
            changed.append("accused_people")
        _reindex(petition, old_text)
        if "purpose" in changed and petition.accepted_at and petition.lead_agency:
            _go_over(work, petition.lead_agency)
        work.data["changed"] = [*work.data.get("changed", []), *changed]


@dataclass(kw_only=True)
class Register(Correct):
    """Register 登记 (art. 22): confirm what it is about, and whether it comes for the first time 初次 or again 重复.

    ``repeats`` is the earlier petition about the same matter; without one it is a first. It is told by matter, never by person.
    """

    code: ClassVar[str] = "register"
    repeats: Petition | None = None

    def check(self, work: Work) -> None:
        super().check(work)
        if self.repeats:
            refuse_itself(work.petition, self.repeats)

    def apply(self, work: Work) -> None:
        super().apply(work)
        work.petition.registered_at = work.happened_at
        if self.repeats:
            work.petition.repeats = self.repeats
            work.petition.occurrence = Petition.Occurrence.REPEATED
            work.data["repeats"] = str(self.repeats.pk)


@dataclass(kw_only=True)
class MarkUrgent(Action):
    """Put a petition on top of the lists 紧急, with the reason (art. 25)."""

    code: ClassVar[str] = "mark_urgent"
    reason: str
    urgent: bool = True

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明原因。"))

    def apply(self, work: Work) -> None:
        work.petition.urgent = self.urgent
        work.note = self.reason
        work.data["urgent"] = self.urgent


@dataclass(kw_only=True)
class Merge(Action):
    """Merge into another petition about the same matter 并案. It is not closed: it keeps number, receipt and petitioner, and follows."""

    code: ClassVar[str] = "merge"
    into: int
    reason: str = ""

    def check(self, work: Work) -> None:
        lead = visible_to(work.actor).filter(pk=self.into).first()
        if lead is None:
            raise NotFound
        if lead.pk == work.petition.pk or lead.merged_into_id:
            raise Refused("merged", _("要并入的那件已并入别的信访，请选它的主件。"))
        if work.petition.followers.exists():
            raise Refused("leads", _("这件信访是主件，不能再并入别的信访。"))
        if lead.is_accusation or work.petition.is_accusation:
            raise Refused("accusation", _("检举控告件不并案。"))
        if lead.is_over or lead.state == Petition.State.ANSWERED:
            raise Refused("over", _("要并入的那件已经答复或办结。请登记为重复件。"))
        if lead.state == Petition.State.OBJECTED:
            raise Refused("objected", _("要并入的那件正等异议的决定。请先决定异议，再并案。"))

    def apply(self, work: Work) -> None:
        # Locked second and always in this order (follower, then lead): a lead is never a follower itself.
        lead = Petition.objects.select_for_update(of=("self",)).select_related("lead_agency").get(pk=self.into)
        petition = work.petition
        petition.merged_into = lead
        petition.simple, petition.route = lead.simple, lead.route
        petition.registered_at = petition.registered_at or work.happened_at
        work.meet("refer")
        work.note = self.reason
        work.data["into"] = str(lead.pk)
        if lead.lead_agency and lead.state != Petition.State.REGISTERED:
            referral = work.refer(lead.lead_agency, lead=True, kind=Referral.Kind.TRANSFER)
            if lead.state in (Petition.State.ACCEPTED, Petition.State.DRAFTED):
                work.move(referral)
                work.meet("notice")
                work.cancel("accepted", "objection")
                work.start(exemptions.handling_rule(petition), lead.lead_agency)
                petition.accepted_at = work.happened_at
        if lead.state == Petition.State.DRAFTED and lead.answer:
            petition.answer = Answer(
                petition=petition, agency=lead.lead_agency, outcome=lead.answer.outcome, basis=lead.answer.basis,
                text=lead.answer.text, drafted_by=lead.answer.drafted_by, drafted_at=lead.answer.drafted_at,
            )  # fmt: skip
            insert(petition.answer)
        petition.state = lead.state if lead.state != Petition.State.FILED else Petition.State.REGISTERED
        work.tell("merged")


@dataclass(kw_only=True)
class Part(Action):
    """Let a merged petition go on by itself 解除并案. The platform does it when the one that it follows ends in another way."""

    code: ClassVar[str] = "part"

    def check(self, work: Work) -> None:
        if work.petition.merged_into_id is None:
            raise Refused("not_merged", _("这件信访没有并入别的信访。"))

    def apply(self, work: Work) -> None:
        work.part(None)


@dataclass(kw_only=True)
class Split(Action):
    """Split a matter in two 分案: what belongs elsewhere becomes a petition of its own, received on the same day, by the same petitioner."""

    code: ClassVar[str] = "split"
    subject: str
    text: str
    category: Category | None = None
    region: Region | None = None

    def check(self, work: Work) -> None:
        refuse_empty(self.subject, "no_subject", _("请用一句话写明分出的是什么事。"))
        refuse_empty(self.text, "no_text", _("请写明分出的内容，尽量用信访人自己的话。"))
        if work.petition.is_accusation:
            raise Refused("accusation", _("检举控告件不分案，请整件转送纪检监察机关。"))
        if work.petition.merged_into_id or work.petition.followers.exists():
            raise Refused("merged", _("已并案的信访不能分案。"))

    def apply(self, work: Work) -> None:
        petition = work.petition
        part = File(
            channel=petition.channel, office=petition.office, subject=self.subject, text=self.text,
            identity=Identity.of(petition.petitioner), purpose=petition.purpose, category=self.category or petition.category,
            region=self.region or petition.region, place=petition.where, language=petition.language, persons=petition.persons,
            consents_to_publish=petition.consents_to_publish, read_back=True, received_at=petition.received_at,
            split_from=petition,
        ).run(work.actor, historical=work.historical, quiet=work.quiet)  # fmt: skip
        work.data["part"] = str(part.pk)


@dataclass(kw_only=True)
class NotTake(Action):
    """Not take a petition 不予受理 (art. 23): with the reason, and where to go instead."""

    code: ClassVar[str] = "not_take"
    reason: str
    where: str

    def check(self, work: Work) -> None:
        refuse_empty(self.reason, "no_reason", _("请写明不予受理的原因。"))
        refuse_empty(self.where, "no_where", _("请告诉信访人可以向哪里反映。"))

    def apply(self, work: Work) -> None:
        _end(work)
        work.note = f"{self.reason}\n{self.where}"
        work.tell("not_taken", note=self.reason, where=self.where)
        work.issue("not_taken", work.petition.lead_agency_id)  # the office, where no agency has it yet


@dataclass(kw_only=True)
class Redirect(NotTake):
    """Tell whoever brought a matter directly to the wrong agency where it belongs 告知向有权机关提出 (art. 23)."""

    code: ClassVar[str] = "redirect"

    def check(self, work: Work) -> None:
        super().check(work)
        if not work.petition.referrals.filter(kind=Referral.Kind.DIRECT).exists():
            raise Refused(
                "referred", _("这件信访是转来的。不属于本单位的，请提出异议，不能自行不予受理（第二十三条）。")
            )


@dataclass(kw_only=True)
class NotTakeRunning(Action):
    """Not take what an agency below is already handling 不另受理 (art. 19): the earlier petition goes on."""

    code: ClassVar[str] = "not_take_running"
    earlier: Petition
    reason: str = ""

    def check(self, work: Work) -> None:
        refuse_itself(work.petition, self.earlier)
        if self.earlier.is_over or self.earlier.state == Petition.State.ANSWERED:
            raise Refused("not_running", _("那一件已经答复或办结，不能以“正在办理”为由不受理。"))

    def apply(self, work: Work) -> None:
        _end_with(work, self.earlier, self.reason)
        work.tell("not_taken_running", agency=self.earlier.lead_agency or self.earlier.office)


@dataclass(kw_only=True)
class NotTakeAgain(Action):
    """Not take the same facts and reasons again 不再受理 (art. 36), after the re-review's opinion on an earlier petition."""

    code: ClassVar[str] = "not_take_again"
    earlier: Petition
    reason: str = ""

    def check(self, work: Work) -> None:
        refuse_itself(work.petition, self.earlier)
        if self.earlier.final_at is None:
            raise Refused("not_final", _("那一件还没有复核意见，不能以“已复核”为由不再受理（第三十六条）。"))

    def apply(self, work: Work) -> None:
        _end_with(work, self.earlier, self.reason)
        day = office_date(self.earlier.final_at) if self.earlier.final_at else office_date(work.happened_at)
        work.tell("not_taken_again", day=day)
        work.issue("no_longer")


def _into_or_out_of_the_compartment(work: Work) -> None:
    """Move the keys; what becomes an accusation goes its own way, so that no other petition leads to it or shows it."""
    petition = work.petition
    compartment.move(petition, into=petition.is_accusation)
    if petition.is_accusation:
        work.part_followers()
        if petition.merged_into_id:
            work.part(None)
            work.data["parted"] = True


def _go_over(work: Work, lead: Agency) -> None:
    """Let the limit of the new purpose run instead of the old one's, from acceptance: art. 34 binds appeals alone."""
    rule = exemptions.handling_rule(work.petition)
    running = {row.rule for row in work.open_deadlines if row.is_open and row.rule in exemptions.HANDLING_RULES}
    if running and rule not in running:
        work.petition.simple = False
        work.cancel("corrected", *running)
        work.start(rule, lead, since=work.petition.accepted_at)


def refuse_itself(petition: Petition, earlier: Petition) -> None:
    """Refuse to name a petition as its own forerunner."""
    if earlier.pk == petition.pk:
        raise Refused("itself", _("一件信访不能是它自己的重复件。"))


def _end(work: Work) -> None:
    """End a petition that is not taken, and what an agency was asked before its objection was upheld."""
    work.meet(*work.transition.meets)
    work.cancel("not_taken")
    work.part_followers()
    work.end_referrals()
    work.petition.closed_at = work.happened_at


def _end_with(work: Work, earlier: Petition, reason: str) -> None:
    petition = work.petition
    _end(work)
    petition.repeats, petition.occurrence = earlier, Petition.Occurrence.REPEATED
    work.note = reason
    work.data["earlier"] = str(earlier.pk)


def _present(petition: Petition, name: str, subject: str, text: str, place: str) -> object:
    words = {"subject": subject, "text": text, "place": place}
    return words[name] if name in words else getattr(petition, name)


def _reindex(petition: Petition, before: tuple[str, ...]) -> None:
    now = petition.searchable()
    if now == before:
        return
    if now:
        PETITIONS.change(petition.pk, *now)
    else:
        PETITIONS.remove(petition.pk)
