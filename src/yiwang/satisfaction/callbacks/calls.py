"""One call: taken by an operator, its number shown, given back or recorded.

A call is leased: whoever has it has it for some minutes, longer while their page is open, and when they are gone the list has it
back. Whoever takes one locks the desk's row first, so that of two at once the second sees what the first has taken.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from yiwang.journal import log
from yiwang.petitions import actions
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition, Rating
from yiwang.petitions.refusals import NotFound, Refused
from yiwang.petitions.verdicts import co_agencies, handled_by, rules_now
from yiwang.satisfaction.callbacks import due, redial, rules, wishes
from yiwang.satisfaction.callbacks.making import locked_desk
from yiwang.satisfaction.models import Attempt, Callback, Checked, OutcomeRule, Said, Script, ScriptLine
from yiwang.satisfaction.models.calling import Outcome
from yiwang.vault.sealing import seal_under

HEARTBEAT = timedelta(minutes=3)
"""How long a call stays taken after the last sign of life of a page that gives such signs."""
END_OF: dict[str, str] = {
    Outcome.RATED: Callback.End.RATED,
    Outcome.DECLINED: Callback.End.DECLINED,
    Outcome.WRONG_NUMBER: Callback.End.NO_NUMBER,
    Outcome.NO_SUCH_NUMBER: Callback.End.NO_NUMBER,
    Outcome.OTHER_WAY: Callback.End.OTHER_WAY,
}
"""How a call-back ends by an outcome that ends it; after the last attempt of another, the list lets go."""
WAYS = ("letter", "visit")


@dataclass(frozen=True)
class Reply:
    """What was answered to one question: a code of `Said.Code`, and in the petitioner's own words."""

    code: str = ""
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an operator enters after an attempt.

    ``office``, ``agency`` and ``agencies`` (by id, of those that helped) are levels of `Rating`; ``reason`` is the id of one of the
    reasons for dissatisfaction; ``replies`` are by the id of the script's line.
    """

    outcome: str
    office: str = ""
    agency: str = ""
    agencies: dict[int, str] = field(default_factory=dict)
    reason: int | None = None
    comment: str = ""
    replies: dict[int, Reply] = field(default_factory=dict)
    asked_for: datetime | None = None
    way: str = ""
    no_more: bool = False
    note: str = ""


def take(actor: Actor, callback_id: int, now: datetime | None = None) -> Callback:
    """Give a call to an operator, until its lease runs out.

    Raises Refused: ``not_found`` (there is none, or it is nothing for this operator), ``has_another``, ``hours``, ``not_due``,
    ``over`` (rated meanwhile, answer changed, asked not to be called), ``taken``, ``recused``.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        locked_desk()
        return _take(actor, callback_id, now)


def take_next(actor: Actor, now: datetime | None = None) -> Callback | None:
    """Give an operator the call that has been due the longest; their own, where they have one. None when the list is empty.

    Raises Refused: ``hours``.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        locked_desk()
        if held := due.held(actor):
            return _again(held, now)
        _refuse_out_of_hours(now)
        for callback_id, recused in due.waiting(actor, now).values_list("pk", "petition__recused")[:50]:
            if actor.staff_id not in recused:
                return _take(actor, callback_id, now)
    return None


def _take(actor: Actor, callback_id: int, now: datetime) -> Callback:
    found = due.for_operator(actor).select_related("petition").filter(pk=callback_id).first()
    if found is None:
        raise NotFound
    if found.held_by(actor.staff_id):
        return _again(found, now)
    if actor.staff_id in found.petition.recused:
        raise Refused("recused", _("您在这件信访上已经回避，请交别人回访。"))
    other = due.held(actor)
    if other and not other.is_free(now):
        raise Refused("has_another", _("您手里还有一个回访没有登记。请先登记，或者退回。"))
    _refuse_out_of_hours(now)
    if found.due_at > now:
        raise Refused("not_due", _("还没有到再打的时间。"))
    asked = Callback.objects.filter(pk=callback_id)
    if not asked.filter(due.still_asked()).exists():
        raise Refused("over", _("不用再打了：信访人已经自己评价，或者答复有变，或者请不要打。"))
    if not asked.filter(due.free(actor, now)).exists():
        raise Refused("taken", _("同事正在给这位信访人打电话。"))
    run_out = Callback.objects.filter(Q(petition=found.petition_id) | Q(taken_by=actor.staff_id), leased_until__lte=now)
    run_out.update(taken_by=None, leased_until=None)
    found.taken_by = actor.staff
    _again(found, now)
    _note("take_call", actor, found.petition_id)
    return found


def _again(found: Callback, now: datetime) -> Callback:
    """Let the lease run anew."""
    found.leased_until = now + timedelta(minutes=rules.current().lease_minutes)
    found.save(update_fields=["taken_by", "leased_until"])
    return found


def _refuse_out_of_hours(now: datetime) -> None:
    holding = rules.current()
    if not rules.hours_of(holding).holds(now, rules.calendar()):
        raise Refused("hours", _("现在不是回访时段（工作日 %(hours)s）。") % {"hours": holding.hours})


def mine(actor: Actor, callback_id: int) -> Callback:
    """Return the call that this operator has. Raises Refused: ``not_found``, ``lost`` when somebody else has it now, or it is over."""
    found = due.for_operator(actor).select_related("petition__petitioner").filter(pk=callback_id).first()
    if found is None:
        ended = due.seen_by(actor).filter(pk=callback_id, office__in=actor.branch).exclude(ended_as="").exists()
        raise _lost() if ended else NotFound()
    if not found.held_by(actor.staff_id):
        raise _lost()
    return found


def _lost() -> Refused:
    return Refused("lost", _("这个回访已经不在您手里：时间过了，由同事接去，或者已经结束。"))


@transaction.atomic
def show_number(actor: Actor, callback: Callback) -> tuple[str, str]:
    """Return name and telephone number of whom to call, and leave a line of the behaviour log. Raises Refused: ``lost``."""
    if not callback.held_by(actor.staff_id):
        raise _lost()
    _note("unseal", actor, callback.petition_id, "callback")
    petitioner = callback.petition.petitioner
    return petitioner.unseal("name"), petitioner.unseal("phone")


@transaction.atomic
def keep(actor: Actor, callback_id: int, now: datetime | None = None) -> bool:
    """Take a sign of life of the page: the call stays taken three minutes longer. Tell whether it was still the operator's."""
    until = (now or datetime.now(UTC)) + HEARTBEAT
    held = Callback.objects.filter(pk=callback_id, taken_by=actor.staff_id, ended_as="")
    return bool(actor.staff_id and held.update(leased_until=until))


@transaction.atomic
def give_back(actor: Actor, callback_id: int) -> None:
    """Put a taken call back on the list, as it was. Raises Refused: ``not_found``, ``lost``."""
    locked_desk()
    found = mine(actor, callback_id)
    found.taken_by, found.leased_until = None, None
    found.save(update_fields=["taken_by", "leased_until"])
    _note("give_back_call", actor, found.petition_id)


@transaction.atomic
def record(actor: Actor, callback_id: int, told: Told, script: Script | None, now: datetime | None = None) -> Callback:
    """Enter what came of an attempt, and end the call-back or say when it is dialled again.

    A rating goes through the petition's own action, as the operator; what a check hears is kept beside. Where the petitioner has rated by
    themselves since the call was taken, theirs stands and the call-back ends with it.
    Raises Refused: ``not_found``, ``lost``, ``outcome``, ``no_level``, ``when``, ``way``, and what `actions.Rate` refuses.
    """
    now = now or datetime.now(UTC)
    locked_desk()
    found = mine(actor, callback_id)
    _check(told, now)
    attempt = _keep_attempt(actor, found, told, script, now)
    found.last_outcome, found.taken_by, found.leased_until, found.asked_for = told.outcome, None, None, told.asked_for
    end = END_OF.get(told.outcome, "")
    if told.outcome == Outcome.RATED:
        end = _rate(actor, found, told, now)
    _schedule(found, told, end, now)
    found.way = told.way if told.outcome == Outcome.OTHER_WAY else ""
    found.save()
    _note("call_back", actor, found.petition_id, attempt.outcome)
    if told.no_more:
        wishes.want_no_calls(found.petition_id, actor)
        found.refresh_from_db(fields=["ended_as", "ended_at"])
    return found


def _check(told: Told, now: datetime) -> None:
    if told.outcome not in Outcome.values:
        raise Refused("outcome", _("请选择拨打结果。"))
    if told.outcome == Outcome.RATED and not (told.office and told.agency):
        raise Refused("no_level", _("接通并评价的，要对信访部门和办理单位都记下评价。"))
    if told.outcome == Outcome.LATER and (told.asked_for is None or told.asked_for <= now):
        raise Refused("when", _("请写明信访人请您什么时候再打，要在现在以后。"))
    if told.outcome == Outcome.OTHER_WAY and told.way not in WAYS:
        raise Refused("way", _("请选择换用哪种方式。"))


def _keep_attempt(actor: Actor, found: Callback, told: Told, script: Script | None, now: datetime) -> Attempt:
    petition = found.petition
    attempt = Attempt(
        callback=found,
        petition=petition,
        script=script,
        by=actor.staff,
        at=now,
        outcome=told.outcome,
        asked_for=told.asked_for,
    )
    seal_under(petition.key, attempt, "sealed_note", told.note.strip())
    attempt.save(force_insert=True)
    lines = {line.pk: line for line in script.lines.all()} if script else {}
    said = [
        _said(attempt, petition, lines[pk], reply.code, None, reply.words)
        for pk, reply in told.replies.items()
        if pk in lines
        and lines[pk].kind == ScriptLine.Kind.YES_NO
        and (reply.code in Said.Code.values or reply.words.strip())
    ]
    if told.outcome == Outcome.RATED:
        said += [
            _said(attempt, petition, line, level, agency, "")
            for line in lines.values()
            for about, agency, level in _levels(found, told)
            if line.kind == about
        ]
    Said.objects.bulk_create(said)
    return attempt


def _said(attempt: Attempt, petition: Petition, line: ScriptLine, code: str, agency: int | None, words: str) -> Said:
    row = Said(attempt=attempt, petition=petition, line=line, code=code, agency_id=agency)
    seal_under(petition.key, row, "sealed_words", words.strip())
    return row


def _levels(found: Callback, told: Told) -> list[tuple[str, int, str]]:
    """Return each verdict as (about whom, agency, level)."""
    lead = handled_by(found.petition).pk
    levels = [(Rating.About.OFFICE, found.petition.office_id, told.office), (Rating.About.AGENCY, lead, told.agency)]
    levels += [
        (Rating.About.AGENCY, agency, level) for agency, level in told.agencies.items() if level and agency != lead
    ]
    return [(about.value, agency, level) for about, agency, level in levels]


def _rate(actor: Actor, found: Callback, told: Told, now: datetime) -> str:
    """Give the rating, or keep what a check heard; return how the call-back ends."""
    if found.kind == Callback.Kind.CHECK and _check_beside(found, told, now):
        return Callback.End.RATED
    rating = actions.Rate(
        office=told.office, agency=told.agency, agencies={pk: level for pk, level in told.agencies.items() if level},
        reason=told.reason, comment=told.comment, how=Rating.How.CALLBACK,
    )  # fmt: skip
    try:
        with transaction.atomic():
            rating.run(actor, found.petition_id)
    except Refused as refused:
        if refused.code != "rated":
            raise
        return Callback.End.RATED_MEANWHILE
    return Callback.End.RATED


def _check_beside(found: Callback, told: Told, now: datetime) -> bool:
    """Keep what a check heard beside what was rated before; tell whether anything was, so that it must not be rated again."""
    petition = found.petition
    before = list(Rating.objects.filter(petition=petition, answer=found.answer_id))
    said = {(row.about, row.agency_id): row.level for row in before if row.how != Rating.How.SILENT}
    holding, asked = rules_now(), {one.pk for one in co_agencies(petition)}
    if told.agencies.keys() - asked:
        raise Refused("not_asked", _("只能评价办理这件事的单位。请刷新页面再评价。"))
    rows = []
    for about, agency, code in _levels(found, told):
        level = holding.level(code)
        if level is None:
            raise Refused("no_level", _("请在列出的评价里选。"))
        rows.append(
            Checked(
                callback=found, petition=petition, about=about, agency_id=agency, level=code, satisfied=level.satisfied,
                rated=said.get((about, agency), ""), at=now,
            )
        )  # fmt: skip
    Checked.objects.bulk_create(rows)
    return bool(before)


def _schedule(found: Callback, told: Told, end: str, now: datetime) -> None:
    """Set how the call-back ends, or when it is dialled again."""
    holding = rules.current()
    rule = OutcomeRule.objects.get(rules=holding, outcome=told.outcome)
    follows = redial.after(
        rule, now, found.attempts, holding.attempts, rules.hours_of(holding), rules.calendar(), told.asked_for
    )
    found.attempts = follows.attempts
    if end or follows.due_at is None:
        found.ended_as, found.ended_at = end or Callback.End.LET_GO, now
    else:
        found.due_at = follows.due_at


def _note(act: str, actor: Actor, petition_id: int, reason: str = "") -> None:
    log.write(
        [
            log.line(
                act, actor_kind="staff", actor_id=actor.staff_id, subject_kind="petition", subject_id=petition_id, reason=reason
            )
        ]
    )  # fmt: skip
