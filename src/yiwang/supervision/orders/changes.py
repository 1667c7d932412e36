"""Issuing orders and taking their steps: each one transaction, which leaves a step, a line of the behaviour log, an entry of
every petition concerned, and mails. What is refused changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency, Post
from yiwang.journal import log
from yiwang.journal.models import Record
from yiwang.petitions.actions import Supervise
from yiwang.petitions.actors import Actor
from yiwang.petitions.compartment import units_of
from yiwang.petitions.models import Petition, Referral
from yiwang.petitions.numbers import new_number
from yiwang.petitions.refusals import Refused
from yiwang.petitions.visibility import visible_to
from yiwang.store.asking import the_one
from yiwang.supervision.changes import deal_with
from yiwang.supervision.grounds import Ground
from yiwang.supervision.kinds import KINDS as FINDINGS
from yiwang.supervision.models import Finding, Occasion, Order, OrderStep
from yiwang.supervision.orders import limits
from yiwang.supervision.orders.entitled import issuing_post, post_for
from yiwang.supervision.orders.kinds import KINDS, Adoption, Family, Kind
from yiwang.supervision.orders.steps import BY_ACTION, State, Step
from yiwang.supervision.orders.telling import tell
from yiwang.supervision.orders.visibility import occasions_seen_by, seen_by
from yiwang.supervision.seeing import findings_for
from yiwang.vault.sealing import seal_under
from yiwang.workdays.counting import end_of, office_date

OVER = frozenset({State.DONE, State.ENDED, State.CANCELLED})
MOST_PETITIONS = 50
FIRST_ANSWERS = frozenset({"feed_back", "answer_advice", "acknowledge", "instruct"})
"""The steps that answer what was asked: the first of them is in time or late."""


class NotFound(Refused):
    """There is no such order, or this actor may not see it: the two are told alike."""

    def __init__(self) -> None:
        super().__init__("not_found", _("没有找到这件督办事项，或者您无权查看。"))


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What an order says before it is issued. ``due_on`` None: as long as the office's setting for its kind.

    ``petitions`` are ids; ``occasion`` and ``finding`` what it comes from; ``attempt`` makes a form sent twice one order.
    """

    kind: str
    subject: str
    text: str
    agency: Agency | None = None
    about: Agency | None = None
    ground: str = ""
    petitions: Sequence[int] = ()
    occasion: int | None = None
    finding: int | None = None
    entry: int | None = None
    due_on: date | None = None
    attempt: str | None = None


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a step is given, as far as its row needs it."""

    text: str = ""
    until: date | None = None
    adoption: str = ""


@transaction.atomic
def issue(draft: Draft, actor: Actor, now: datetime | None = None) -> Order:
    """Issue an order to an agency.

    Raises Refused: ``no_kind``, ``no_agency``, ``not_entitled``, ``not_found``, ``too_many``, ``alone``, ``not_asked``,
    ``no_ground``, ``no_about``, ``no_subject``, ``no_text``, ``in_the_past``, ``no_source``. A finding that lasts is dealt with by it.
    """
    now = now or datetime.now(UTC)
    if draft.attempt and (earlier := seen_by(actor).filter(attempt=draft.attempt).first()):
        return earlier
    kind = _kind(draft)
    petitions = _petitions(draft, actor)
    accusation = any(petition.is_accusation for petition in petitions)
    post = issuing_post(kind, actor, draft.agency, accusation=accusation)
    if post is None and actor.kind != "system":
        raise Refused("not_entitled", _("您的岗位不能向这个单位下达“%(kind)s”。") % {"kind": kind.label})
    if any(actor.staff_id in petition.recused for petition in petitions):
        raise Refused("not_entitled", _("您在这件信访上已经回避，请交别人办理。"))
    if draft.agency:
        for petition in petitions:
            _refuse_stranger(petition, draft.agency)
    occasion = _occasion(draft, kind, petitions, actor)
    finding = _finding(draft, petitions, actor)
    _check_words(draft, kind, now)
    issuer = post.agency if post else petitions[0].office
    order = _made(draft, kind, issuer, actor, petitions, occasion, now)
    step = _note(order, "issue", "", actor, post, Given(until=order.due_on), now)
    if finding and finding.is_open and FINDINGS[finding.kind].lasting:
        deal_with(finding.pk, _("已下达%(kind)s %(number)s。") % {"kind": kind.label, "number": order.number}, actor)
    tell(order, step, now)
    return order


@transaction.atomic
def take(number: str, action: str, actor: Actor, given: Given, now: datetime | None = None) -> Order:
    """Take a step with an order, as the table says.

    Raises Refused: ``not_found``, ``no_step``, ``wrong_state``, ``not_entitled``, ``no_text``, ``no_day``, ``in_the_past``,
    ``not_later``, ``no_adoption``, ``asked``, ``not_asked``.
    """
    now = now or datetime.now(UTC)
    order = the_one(
        seen_by(actor)
        .select_for_update(of=("self",))
        .select_related("petition", "issuer", "agency")
        .filter(number=number)
    )
    if order is None:
        raise NotFound
    step = BY_ACTION.get(action)
    if step is None or action == "issue" or not step.fits(order.row):
        raise Refused("no_step", _("这种督办事项没有这一步。"))
    if order.state not in step.start:
        raise Refused(
            "wrong_state",
            _("这件督办事项现在是“%(state)s”，不能%(step)s。")
            % {"state": order.get_state_display(), "step": step.label},
        )
    post = post_for(step, order, actor)
    if post is None:
        raise Refused("not_entitled", _("您的岗位不能对这件督办事项做“%(step)s”。") % {"step": step.label})
    _check_given(step, order, given, now)
    before = order.state
    order.state = step.end or order.state
    _apply(step, order, given, now)
    order.save()
    row = _note(order, action, before, actor, post, given, now)
    tell(order, row, now)
    return order


def _kind(draft: Draft) -> Kind:
    kind = KINDS.get(draft.kind)
    if kind is None:
        raise Refused("no_kind", _("请选择下达什么。"))
    if draft.agency is None and kind.family != Family.UPWARD:
        raise Refused("no_agency", _("请选择下达给哪个单位。"))
    if draft.agency and not draft.agency.active:
        raise Refused("no_agency", _("这个单位已停用，请选别的单位。"))
    return kind


def _petitions(draft: Draft, actor: Actor) -> list[Petition]:
    """Return the petitions that it is about, locked in the order of their ids; all of them seen by the actor."""
    ids = sorted(set(draft.petitions))
    if not ids:
        return []
    if len(ids) > MOST_PETITIONS:
        raise Refused("too_many", _("一次最多写%(most)d件信访。") % {"most": MOST_PETITIONS})
    found = visible_to(actor).select_for_update(of=("self",)).select_related("office").filter(pk__in=ids)
    petitions = list(found.order_by("pk"))
    if len(petitions) != len(ids):
        raise Refused("not_found", _("有的信访件没有找到，或者您无权查看。"))
    if len(petitions) > 1 and any(petition.is_accusation for petition in petitions):
        raise Refused("alone", _("这几件不能写在一起，请分别下达。"))
    return petitions


def _refuse_stranger(petition: Petition, agency: Agency) -> None:
    """Refuse an agency that may not see the petition, in the same words whatever the reason: that it was not asked, that it
    handed it back, or that it or a unit above it is accused in it.
    """
    asked = petition.referrals.filter(agency=agency).exclude(state=Referral.State.RETURNED).exists()
    if not asked or (petition.is_accusation and petition.accused_id in units_of(agency)):
        raise Refused(
            "not_asked",
            _("这个单位现在不办理这件信访，不能就这件信访向它下达。可以不写信访编号，只写事项。"),
        )


def _occasion(draft: Draft, kind: Kind, petitions: list[Petition], actor: Actor) -> Occasion | None:
    """Return what the item comes from. Of one about an accusation every item is about that accusation, and as well kept."""
    if kind.source is None:
        return None
    seen = occasions_seen_by(actor).select_related("petition")
    found = seen.filter(pk=draft.occasion or 0, kind=kind.source).first()
    about = found.petition if found else None
    if found is None or (about and about.is_accusation and about not in petitions):
        raise Refused("no_source", _("请从批示、会议或约谈的页面逐项下达。"))
    return found


def _finding(draft: Draft, petitions: list[Petition], actor: Actor) -> Finding | None:
    """Return the finding that the order is issued on: one that the actor sees, of a petition that the order is about."""
    if draft.finding is None:
        return None
    found = findings_for(actor).filter(pk=draft.finding, petition__in=petitions).first()
    if found is None:
        raise Refused("not_found", _("有的信访件没有找到，或者您无权查看。"))
    return found


def _check_words(draft: Draft, kind: Kind, now: datetime) -> None:
    if kind.grounds and draft.ground not in Ground.values:
        raise Refused("no_ground", _("请选择督办的情形（第四十条）。"))
    if kind.about and (draft.about is None or (draft.agency and draft.agency.lies_within(draft.about))):
        raise Refused("no_about", _("请选择被建议追究责任的单位；建议要向有管理权限的机关提出，不是它自己。"))
    if not draft.subject.strip():
        raise Refused("no_subject", _("请用一句话写明是什么事。"))
    if not draft.text.strip():
        raise Refused("no_text", _("请写明要求。"))
    if draft.due_on and draft.due_on < office_date(now):
        raise Refused("in_the_past", _("期限不能早于今天。"))


def _made(
    draft: Draft, kind: Kind, issuer: Agency, actor: Actor, petitions: list[Petition], occasion: Occasion | None, now: datetime
) -> Order:  # fmt: skip
    length = limits.length_of(kind) if draft.due_on is None else None
    due = limits.due(length, now) if length else None
    due_on = due.on if due else draft.due_on
    assert due_on is not None
    order = Order(
        number=new_number(office_date(now)), kind=kind.code, issuer=issuer, issued_by=actor.staff, agency=draft.agency,
        about=draft.about if kind.about else None, petition=petitions[0] if petitions else None, occasion=occasion,
        ground=draft.ground if kind.grounds else "", finding_id=draft.finding, entry_id=draft.entry,
        attempt=draft.attempt or None, issued_at=now, issued_on=office_date(now), due_on=due_on, due_at=end_of(due_on),
        provisional=bool(due and due.provisional), days=length.number if length else None,
        unit=length.unit if length else "",
    )  # fmt: skip
    order.set_words("subject", draft.subject.strip())
    order.set_words("text", draft.text.strip())
    order.save(force_insert=True)
    order.also.set(petitions[1:])
    return order


def _check_given(step: Step, order: Order, given: Given, now: datetime) -> None:
    if "adoption" in step.needs and given.adoption not in Adoption.values:
        raise Refused("no_adoption", _("请选择是否采纳。"))
    if "until" in step.needs:
        if given.until is None:
            raise Refused("no_day", _("请写明日期。"))
        if given.until < office_date(now):
            raise Refused("in_the_past", _("期限不能早于今天。"))
        if step.action in {"ask_extension", "extend"} and given.until <= order.due_on:
            raise Refused("not_later", _("延长后的日期要晚于现在的期限。"))
    if "text" in step.needs and not given.text.strip():
        raise Refused("no_text", _("请写明内容。"))
    if step.action == "ask_extension" and order.extension_asked:
        raise Refused("asked", _("已经申请过延期，还没有答复。"))
    if step.action == "refuse_extension" and not order.extension_asked:
        raise Refused("not_asked", _("没有等待答复的延期申请。"))


def _apply(step: Step, order: Order, given: Given, now: datetime) -> None:
    if step.action in {"extend", "send_back"}:
        assert given.until is not None
        order.due_on, order.due_at, order.provisional = given.until, end_of(given.until), False
        order.days, order.unit = None, ""
    if step.action == "send_back":
        order.sent_back += 1
    if step.action == "ask_extension":
        order.extension_asked = True
    elif step.action not in {"receive", "progress"}:
        order.extension_asked = False
    if step.end == State.ANSWERED:
        order.adoption = given.adoption or order.adoption
    if step.action in FIRST_ANSWERS and order.answered_at is None:
        order.in_time = order.due_at > now or order.provisional
        order.answered_at = now
    if step.end in OVER:
        order.ended_at = now
    if step.action == "lift" or (step.action == "cancel" and order.row.listed):
        order.lifted_on = office_date(now)


def _note(
    order: Order, action: str, before: str, actor: Actor, post: Post | None, given: Given, now: datetime
) -> OrderStep:  # fmt: skip
    """Leave the step, the line of the behaviour log, and an entry of every petition concerned."""
    step = OrderStep(
        order=order, petition=order.petition, action=action, actor=actor.staff, agency=post.agency if post else None,
        stood_in_for=post.staff if post and post.staff_id != actor.staff_id else None, from_state=before,
        to_state=order.state, at=now, until=given.until, adoption=given.adoption,
    )  # fmt: skip
    if given.text.strip():
        seal_under(order.words_key, step, "sealed_text", given.text.strip())
    step.save(force_insert=True)
    log.write([line(f"order_{action}", actor, order, now)])
    if order.petition_id:
        entry = Supervise(order=order.number, kind=order.kind, step=action, post=post)
        for petition_id in (order.petition_id, *order.also.order_by("pk").values_list("pk", flat=True)):
            entry.run(actor, petition_id, happened_at=now if actor.imported else None)
    return step


def line(act: str, actor: Actor, row: Order | Occasion, now: datetime) -> Record:
    """Return the line of the behaviour log about an order or what it comes from.

    Where it is about a petition, the line is one of that petition: whoever may not read lines of an accusation does not
    learn from this one that it exists (`petitions.visibility.visible_lines`).
    """
    about = ("petition", row.petition_id) if row.petition_id else (row._meta.model_name or "", row.pk)
    return log.line(
        act, actor_kind=actor.kind, actor_id=actor.staff_id, subject_kind=about[0], subject_id=about[1], at=now
    )
