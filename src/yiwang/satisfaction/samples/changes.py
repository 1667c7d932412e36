"""Announcing a sample, drawing it, verifying it.

The seed is made before anybody sees the frame, and nobody sees the seed before the frame stands: at the announcement, period, conditions and
size are fixed and the seed's SHA-256 goes into the behaviour log; at the draw, the seed itself and the frame's hash do.
Accusations 检举控告 are in no frame.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency, Role
from yiwang.journal import log
from yiwang.journal.models import Record
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import BY_ACTION
from yiwang.petitions.models import Petition
from yiwang.petitions.refusals import NotFound, Refused
from yiwang.petitions.visibility import visible_to
from yiwang.satisfaction.callbacks import rules
from yiwang.satisfaction.models import Callback, NoCalls, Sample, SampleItem
from yiwang.satisfaction.samples import drawing
from yiwang.store.ids import new_id
from yiwang.store.trees import within
from yiwang.workdays.counting import office_date

SEED_BYTES = 16
REASON_SIGNS = 60
"""Of a hash, so much stands in a line of the behaviour log: 240 bits."""
LARGEST = 2_000
"""Petitions of one sample: calls that people have to make."""


@dataclass(frozen=True, kw_only=True)
class Plan(drawing.Plan):
    """What a sample is of: days of the first answer, conditions, how many."""

    first_day: date
    last_day: date
    within: Agency | None = None
    purpose: str = ""
    channel: str = ""


def offices_of(actor: Actor, *roles: Role) -> list[Agency]:
    """Return the offices in which somebody holds one of these roles, the highest first."""
    found = {post.agency_id: post.agency for post in actor.posts if post.agency.is_office and post.role in roles}
    return sorted(found.values(), key=lambda office: (office.depth, office.pk))


def samples_for(actor: Actor) -> QuerySet[Sample]:
    """Return the samples of the offices that somebody supervises or leads, and of those below them, the newest first."""
    below = Q(pk__in=[])
    for office in offices_of(actor, Role.SUPERVISOR, Role.LEADER):
        below |= within(office.path)
    return Sample.objects.filter(office__in=Agency.objects.filter(below).values("pk"))


@transaction.atomic
def announce(actor: Actor, plan: Plan) -> Sample:
    """Fix what is to be drawn, and the seed. Raises Refused: ``not_entitled``, ``days``, ``how_many``."""
    offices = offices_of(actor, Role.SUPERVISOR)
    if not offices or actor.staff is None:
        raise Refused("not_entitled", _("只有信访部门的督查员可以抽查。"))
    if plan.last_day < plan.first_day:
        raise Refused("days", _("最后一天不能早于第一天。"))
    if (plan.size is None) == (plan.share is None):
        raise Refused("how_many", _("件数和比例，请填一样。"))
    if not 1 <= (plan.size or plan.share or 0) <= (LARGEST if plan.size is not None else 100):
        raise Refused("how_many", _("件数在1到%(most)d之间，比例在1到100之间。") % {"most": LARGEST})
    seed = secrets.token_hex(SEED_BYTES)
    sample = Sample(
        office=offices[0], first_day=plan.first_day, last_day=plan.last_day, within=plan.within, purpose=plan.purpose,
        channel=plan.channel, size=plan.size, share=plan.share, stratified=plan.stratified, algorithm=drawing.ALGORITHM,
        commitment=drawing.commitment_to(seed), announced_by=actor.staff, announced_at=datetime.now(UTC),
    )  # fmt: skip
    sample.seal("seed", seed)
    sample.save(force_insert=True)
    log.write([_line("announce_sample", actor, sample, sample.commitment)])
    return sample


@transaction.atomic
def draw(actor: Actor, sample_id: int, now: datetime | None = None) -> Sample:
    """Draw an announced sample, and put its petitions on the list of calls, as checks.

    Where the petitioner was about to be called for a rating, the check stands in for it: nobody is asked twice.
    Raises Refused: ``not_found``, ``not_entitled``, ``drawn``, ``period_open``, ``empty``, ``too_many``.
    """
    now = now or datetime.now(UTC)
    sample = samples_for(actor).select_for_update(of=("self",)).filter(pk=sample_id).first()
    if sample is None:
        raise NotFound
    if not any(sample.office.lies_within(office) for office in offices_of(actor, Role.SUPERVISOR)):
        raise Refused("not_entitled", _("只有信访部门的督查员可以抽查。"))
    if sample.drawn_at:
        raise Refused("drawn", _("这个样本已经抽出。"))
    if sample.last_day >= office_date(now):
        raise Refused("period_open", _("这段时间还没有过完，过完才能抽。"))
    seed = sample.unseal("seed")
    rows = {
        petition: (answer, office, agency)
        for petition, answer, office, agency in frame_of(sample, actor)
        .order_by("id")
        .values_list("pk", "answer", "office", "lead_agency")
    }
    frame = [(petition, agency or 0) for petition, (_answer, _office, agency) in rows.items()]
    drawn = drawing.draw(seed, frame, plan_of(sample))
    if not drawn:
        raise Refused("empty", _("这段时间里没有符合条件的信访件。"))
    if len(drawn) > LARGEST:
        raise Refused("too_many", _("一次最多抽%(most)d件，请缩小范围重新公布。") % {"most": LARGEST})
    sample.frame = drawing.frame_text(frame)
    sample.frame_size, sample.frame_hash = len(frame), drawing.frame_hash(sample.frame)
    sample.seed, sample.sealed_seed = seed, b""
    sample.drawn_by, sample.drawn_at = actor.staff, now
    sample.save()
    _put_on_list(sample, [(petition, *rows[petition]) for petition in drawn], now)
    log.write([_line("draw_sample", actor, sample, sample.frame_hash), _line("reveal_seed", actor, sample, seed)])
    return sample


def frame_of(sample: Sample, actor: Actor) -> QuerySet[Petition]:
    """Return what a sample is drawn from: first answered in the period, with a telephone number, and not asked to be left alone."""
    asked_not = NoCalls.objects.filter(petition=OuterRef("pk"))
    found = (
        visible_to(actor)
        .filter(
            ~Q(Exists(asked_not)),
            office__in=Agency.objects.filter(within(sample.office.path)).values("pk"),
            answered_on__gte=sample.first_day, answered_on__lte=sample.last_day, answer__isnull=False,
            state__in=BY_ACTION["rate"].start, historical=False, disposed_at=None, petitioner__blind_phone__isnull=False,
        )
        .exclude(purpose=Petition.Purpose.ACCUSATION)
    )  # fmt: skip
    if sample.within:
        found = found.filter(lead_agency__in=Agency.objects.filter(within(sample.within.path)).values("pk"))
    if sample.purpose:
        found = found.filter(purpose=sample.purpose)
    return found.filter(channel=sample.channel) if sample.channel else found


def _put_on_list(sample: Sample, drawn: list[tuple[int, int, int, int | None]], now: datetime) -> None:
    """Make the items and their call-backs; an answer that another sample checks already has its call-back, and shares it."""
    petitions = [petition for petition, _answer, _office, _agency in drawn]
    checks = {
        (row.petition_id, row.answer_id): row
        for row in Callback.objects.filter(kind=Callback.Kind.CHECK, petition__in=petitions)
    }
    holding = rules.current()
    due_at = rules.hours_of(holding).first_within(now, rules.calendar())
    fresh = [
        Callback(
            id=new_id(), kind=Callback.Kind.CHECK, petition_id=petition, answer_id=answer, office_id=office, agency_id=agency,
            made_at=now, due_at=due_at,
        )
        for petition, answer, office, agency in drawn
        if (petition, answer) not in checks
    ]  # fmt: skip
    Callback.objects.bulk_create(fresh)
    checks |= {(row.petition_id, row.answer_id): row for row in fresh}
    SampleItem.objects.bulk_create(
        SampleItem(
            sample=sample, position=number, petition_id=petition, answer_id=answer, agency_id=agency,
            callback=checks[petition, answer],
        )
        for number, (petition, answer, _office, agency) in enumerate(drawn, 1)
    )  # fmt: skip
    asked = Callback.objects.filter(kind=Callback.Kind.RATING, ended_as="", petition__in=petitions)
    asked.filter(Q(taken_by=None) | Q(leased_until__lte=now)).update(
        ended_as=Callback.End.COVERED, ended_at=now, taken_by=None, leased_until=None
    )


def plan_of(sample: Sample) -> drawing.Plan:
    """Return how many a sample draws."""
    return drawing.Plan(size=sample.size, share=sample.share, stratified=sample.stratified)


def verify(sample: Sample) -> list[str]:
    """Draw a sample again from its seed and its frame, and return what is wrong (`drawing.faults`), with the behaviour log's word on it.

    ``log``: the lines of announcement and draw do not say what the sample says. A sample that was not drawn has no faults.
    """
    if not sample.drawn_at:
        return []
    drawn = sample.items.order_by("position").values_list("petition", flat=True)
    found = drawing.faults(
        sample.seed, sample.commitment, sample.frame, sample.frame_hash, plan_of(sample), list(drawn)
    )
    said = dict(
        Record.objects.filter(subject_kind="sample", subject_id=sample.pk, result=Record.Result.DONE).values_list(
            "act", "reason"
        )
    )
    told = {
        "announce_sample": sample.commitment[:REASON_SIGNS], "draw_sample": sample.frame_hash[:REASON_SIGNS],
        "reveal_seed": sample.seed,
    }  # fmt: skip
    return found if said.items() >= told.items() else [*found, "log"]


def _line(act: str, actor: Actor, sample: Sample, reason: str) -> Record:
    return log.line(
        act,
        actor_kind="staff",
        actor_id=actor.staff_id,
        subject_kind="sample",
        subject_id=sample.pk,
        reason=reason[:REASON_SIGNS],
    )
