"""A bad rating opens a second look 复看 at the answer, by somebody else at the office of letters and calls.

It ends with the answer standing, for a reason that the petitioner is told, or with the matter taken up again; how often the
latter, the rules say. Silence is no bad rating.
"""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from yiwang.agencies.models import Role
from yiwang.journal import log
from yiwang.petitions.actions import NotFound, Reopen, StandBy
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import ENDED
from yiwang.petitions.models import Rating
from yiwang.petitions.refusals import Refused
from yiwang.petitions.verdicts import rules_now
from yiwang.petitions.visibility import visible_to
from yiwang.satisfaction.models import SecondLook
from yiwang.store.trees import within
from yiwang.vault.sealing import seal_under

LOOKERS = (Role.APPROVER, Role.SUPERVISOR)
"""Who looks again, from a post in the office that has the petition or one above it."""
LOOKED_BACK = timedelta(days=180)
"""How far back the worker looks for bad ratings without a second look: longer than any office goes without a worker."""
STANDING = Q(petition__answer=F("answer"), petition__state__in=ENDED)
"""The answer is still the one that counts."""


@transaction.atomic
def open_looks(limit: int = 200, now: datetime | None = None) -> int:
    """Open a second look for each answer rated badly that has none, and end those overtaken; return how many. The worker calls it.

    One transaction: stopped anywhere it has done nothing or all, and one answer has one look.
    """
    now = now or datetime.now(UTC)
    bad = Rating.objects.filter(
        satisfied=False, at__gte=now - LOOKED_BACK, answer__second_look=None, petition__historical=False,
        petition__disposed_at=None, petition__state__in=ENDED, answer=F("petition__answer"),
    ).exclude(how=Rating.How.SILENT)  # fmt: skip
    found = dict(bad.order_by("at").values_list("answer", "petition")[: 2 * limit])
    looks = [SecondLook(petition_id=petition, answer_id=answer, opened_at=now) for answer, petition in found.items()]
    SecondLook.objects.bulk_create(looks, ignore_conflicts=True)
    over = list(
        SecondLook.objects.select_for_update().filter(outcome="").exclude(pk__in=_standing().values("pk"))[:limit]
    )
    for look in over:
        look.outcome, look.decided_at = SecondLook.Outcome.OVERTAKEN, now
    SecondLook.objects.bulk_update(over, ["outcome", "decided_at"])
    log.write(
        [
            log.line(act, actor_kind="system", subject_kind="petition", subject_id=look.petition_id)
            for act, rows in (("open_second_look", looks), ("drop_second_look", over))
            for look in rows
        ]
    )
    return len(looks) + len(over)


def _standing() -> "QuerySet[SecondLook]":
    return SecondLook.objects.filter(STANDING, outcome="")


def looks_for(actor: Actor) -> "QuerySet[SecondLook]":
    """Return the second looks that somebody may take or read, those that wait and those decided.

    Petitions that they may see, of their offices; never where they wrote or approved the answer or handle the matter. Who
    recused themselves is found by :func:`why_not`.
    """
    own = Q(pk__in=[])
    for accusation in (False, True):
        for post in actor.posts_for(accusation=accusation):
            if post.role in LOOKERS and post.agency.is_office:
                purpose = Q(petition__purpose="accusation")
                own |= within(post.agency.path, "petition__office__path") & (purpose if accusation else ~purpose)
    me = actor.staff_id
    mine = Q(answer__drafted_by=me) | Q(answer__decided_by=me) | Q(petition__handler=me)
    others = SecondLook.objects.filter(own, petition__in=visible_to(actor).values("pk")).exclude(
        pk__in=SecondLook.objects.filter(mine).values("pk")
    )
    return others.select_related("petition__office", "petition__lead_agency", "petition__category", "answer__agency")


def waiting_for(actor: Actor) -> "QuerySet[SecondLook]":
    """Return those that wait for a decision, the oldest first."""
    return looks_for(actor).filter(STANDING, outcome="").order_by("id")


def decide(look_id: int, actor: Actor, outcome: str, reason: str, now: datetime | None = None) -> SecondLook:
    """Let the answer stand, or take the matter up again, with a reason that the petitioner is told.

    Raises NotFound for what the actor may not decide, and Refused: ``decided``, ``no_outcome``, ``recused``, ``often_enough``,
    and as `StandBy` and `Reopen` do (``no_reason``, ``under_review`` …). Nothing has changed then.
    """
    with transaction.atomic():
        look = looks_for(actor).select_for_update(of=("self",)).filter(pk=look_id).first()
        if look is None or actor.staff is None:
            raise NotFound
        petition = look.petition
        if look.outcome or petition.answer_id != look.answer_id or petition.state not in ENDED:
            raise Refused("decided", _("这份答复已经有人复看，或者已经重新办理。请刷新页面。"))
        if actor.staff_id in petition.recused:
            raise Refused("recused", _("您在这件信访上已经回避，请交别人复看。"))
        # Who may look again is settled above; the platform carries it out on their behalf.
        platform = Actor("system", staff=actor.staff)
        if outcome == SecondLook.Outcome.STANDS:
            StandBy(reason=reason).run(platform, petition.pk)
        elif outcome == SecondLook.Outcome.AGAIN:
            _refuse_often(look)
            Reopen(reason=reason).run(platform, petition.pk)
        else:
            raise Refused("no_outcome", _("请选择维持答复，还是重新办理。"))
        look.outcome, look.decided_by, look.decided_at = outcome, actor.staff, now or datetime.now(UTC)
        seal_under(petition.key, look, "sealed_reason", reason.strip())
        look.save(update_fields=["outcome", "decided_by", "decided_at", "sealed_reason"])
        log.write(
            [
                log.line(
                    "decide_second_look", actor_kind="staff", actor_id=actor.staff_id, subject_kind="petition",
                    subject_id=petition.pk, reason=outcome,
                )
            ]
        )  # fmt: skip
    return look


def _refuse_often(look: SecondLook) -> None:
    most = rules_now().second_looks
    times = SecondLook.objects.filter(petition=look.petition_id, outcome=SecondLook.Outcome.AGAIN).count()
    if times >= most:
        raise Refused(
            "often_enough",
            _("复看后已经重新办理过 %(times)d 次，到了本单位定的次数。可以维持答复，告诉信访人怎样申请复查。")
            % {"times": times},
        )
