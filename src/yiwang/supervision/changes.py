"""What people change of supervision: each one function, one transaction, one line of the behaviour log.

Who may: the ladder and what the office has set, supervisors of the office at the root; a finding is dealt with, and urging
paused, by supervisors, leaders and handlers of an office, as far as they see.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency
from yiwang.journal import log
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.petitions.refusals import NotFound, Refused
from yiwang.petitions.visibility import visible_to
from yiwang.supervision import scan
from yiwang.supervision.kinds import KINDS
from yiwang.supervision.models import Finding, Pause, Settings, Step
from yiwang.supervision.seeing import SUPERVISES, findings_for, oversees, sets_rules
from yiwang.vault.sealing import seal_under
from yiwang.workdays.counting import office_date

LONGEST_PAUSE = timedelta(days=90)


def _note(act: str, actor: Actor, kind: str, subject: int | None, reason: str = "") -> None:
    log.write(
        [
            log.line(
                act, actor_kind="staff", actor_id=actor.staff_id, subject_kind=kind, subject_id=subject, reason=reason
            )
        ]
    )  # fmt: skip


def _refuse_unless(may: bool) -> None:
    if not may:
        raise Refused("not_entitled", _("您的岗位不能做这件事。"))


@transaction.atomic
def deal_with(finding_id: int, reason: str, actor: Actor) -> Finding:
    """End a finding that lasts, with a reason, sealed under the petition's key.

    Raises NotFound where the actor does not see it; Refused: ``not_entitled``, ``no_reason``, ``not_lasting``, ``ended``.
    """
    found = findings_for(actor).filter(pk=finding_id).select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound
    _refuse_unless(actor.has(*SUPERVISES) and actor.staff_id not in found.petition.recused)
    if not reason.strip():
        raise Refused("no_reason", _("请写明怎样处理的。"))
    if not KINDS[found.kind].lasting:
        raise Refused("not_lasting", _("这种情形消失以后会自己结束，不用标为已处理。"))
    if not found.is_open:
        raise Refused("ended", _("这一条已经结束了。"))
    found.ended_at, found.ended_because, found.ended_by = datetime.now(UTC), Finding.Ended.DEALT_WITH, actor.staff
    seal_under(found.petition.key, found, "sealed_reason", reason.strip())
    found.save(update_fields=["ended_at", "ended_because", "ended_by", "sealed_reason"])
    _note("deal_with_finding", actor, "petition", found.petition_id, found.kind)
    return found


@transaction.atomic
def pause(
    actor: Actor, until: date, reason: str, *, petition: Petition | None = None, agency: Agency | None = None
) -> Pause:
    """Let nobody be urged about a petition, or about what an agency and those below it owe, until a day.

    Raises NotFound where the actor does not see the petition; Refused: ``not_entitled``, ``no_reason``, ``in_the_past``,
    ``too_long``.
    """
    if (petition is None) == (agency is None):
        raise ValueError("a petition or an agency")
    today = office_date(datetime.now(UTC))
    if petition is not None and not visible_to(actor).filter(pk=petition.pk).exists():
        raise NotFound
    _refuse_unless(actor.has(*SUPERVISES) and (agency is None or oversees(actor, agency)))
    if not reason.strip():
        raise Refused("no_reason", _("请写明为什么暂停催办。"))
    if until < today:
        raise Refused("in_the_past", _("暂停到哪天，不能是过去的日子。"))
    if until > today + LONGEST_PAUSE:
        raise Refused("too_long", _("一次最多暂停%(days)d天。") % {"days": LONGEST_PAUSE.days})
    row = Pause(petition=petition, agency=agency, until=until, by=actor.staff, at=datetime.now(UTC))
    if petition:
        seal_under(petition.key, row, "sealed_reason", reason.strip())
    else:
        row.reason = reason.strip()[:200]
    row.save()
    kind, subject = ("petition", petition.pk) if petition else ("agency", agency.pk if agency else None)
    _note("pause_urging", actor, kind, subject, until.isoformat())
    return row


@transaction.atomic
def end_pause(pause_id: int, actor: Actor) -> None:
    """End a pause early: who is due is urged at the next turn. Raises NotFound and Refused as :func:`pause` does."""
    row = (
        Pause.objects.select_for_update(of=("self",))
        .select_related("agency")
        .filter(pk=pause_id, ended_at=None)
        .first()
    )
    if row is None or (row.petition_id and not visible_to(actor).filter(pk=row.petition_id).exists()):
        raise NotFound
    _refuse_unless(actor.has(*SUPERVISES) and (row.agency is None or oversees(actor, row.agency)))
    row.ended_at, row.ended_by = datetime.now(UTC), actor.staff
    row.save(update_fields=["ended_at", "ended_by"])
    _urge_anew()
    kind, subject = ("petition", row.petition_id) if row.petition_id else ("agency", row.agency_id)
    _note("end_pause_of_urging", actor, kind, subject)


@transaction.atomic
def set_step(actor: Actor, step: Step, **values: Any) -> Step:
    """Enter a step of the ladder, or change one. Steps that were taken stay taken. Raises Refused: ``not_entitled``, ``invalid``."""
    _refuse_unless(sets_rules(actor))
    for name, value in values.items():
        setattr(step, name, value)
    _check_step(step)
    step.save()
    _urge_anew()
    _note(
        "set_urging_step",
        actor,
        "urging_step",
        step.pk,
        f"{step.rule or 'any'} {step.number} {step.measure} {step.at} {step.to}",
    )
    return step


@transaction.atomic
def remove_step(actor: Actor, step: Step) -> None:
    """Take a step off the ladder."""
    _refuse_unless(sets_rules(actor))
    pk = step.pk
    step.delete()
    _note("remove_urging_step", actor, "urging_step", pk, f"{step.rule or 'any'} {step.number}")


@transaction.atomic
def set_settings(
    actor: Actor, *, soon_percent: int, look_back_days: int, urge_from: time, urge_until: time
) -> Settings:
    """Set from when a limit is soon late, how far back events count, and the hours of urging; the walk begins anew.

    Raises Refused: ``not_entitled``, ``hours``, ``invalid``.
    """
    _refuse_unless(sets_rules(actor))
    if urge_from >= urge_until:
        raise Refused("hours", _("催办的时间，开始要早于结束。"))
    row = Settings.current()
    row.soon_percent, row.look_back_days = soon_percent, look_back_days
    row.urge_from, row.urge_until = urge_from, urge_until
    _clean(row)
    row.save()
    scan.walk_anew()
    _note(
        "set_supervision",
        actor,
        "supervision",
        row.pk,
        f"{soon_percent}% {look_back_days}d {urge_from:%H:%M}-{urge_until:%H:%M}",
    )
    return row


def _check_step(step: Step) -> None:
    if step.measure == Step.Measure.PERCENT and not 1 <= step.at <= 100:
        raise Refused("invalid", _("百分之几，请写1到100。"))
    _clean(step)


def _clean(row: Step | Settings) -> None:
    try:
        row.full_clean()
    except ValidationError as invalid:
        raise Refused("invalid", " ".join(invalid.messages)) from invalid


def _urge_anew() -> None:
    """Let the next turn look at all that is late or soon late again, as after a change of the ladder."""
    urged = [kind.code for kind in KINDS.values() if kind.urges]
    Finding.objects.filter(ended_at=None, kind__in=urged).update(urge_at=datetime.now(UTC))
