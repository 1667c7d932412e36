"""Mails about orders: to those of an agency, or of the issuing office, who may see the order; never its words."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from yiwang.agencies.models import Post, Role, Staff
from yiwang.outbox.changes import write_to
from yiwang.outbox.senders import sender_for
from yiwang.petitions.actors import Actor
from yiwang.supervision.models import Order, OrderStep
from yiwang.supervision.orders.steps import ANSWERERS, BY_ACTION, Side
from yiwang.supervision.orders.visibility import seen_by
from yiwang.workdays.counting import office_date
from yiwang.workdays.wording import day_in_words

KIND = "order"


def tell(order: Order, step: OrderStep, now: datetime) -> int:
    """Owe a mail to everybody whom the step's row names, but for who took it; return how many, within the caller's transaction."""
    side = BY_ACTION[step.action].tells
    if side is None or sender_for("mail") is None:
        return 0
    told = [person for person in readers(order, side, now) if person.pk != step.actor_id]
    with translation.override(settings.LANGUAGE_CODE):
        for person in told:
            write_to(KIND, f"{step.pk}-{person.pk}", person.email, *_mail(order, step), now)
    return len(told)


def readers(order: Order, side: Side, now: datetime) -> list[Staff]:
    """Return who acts for a side of the order, has left a mail address, and may see the order.

    Each is asked for as they would ask themselves, so that nobody is told of what their lists hide.
    """
    agency = order.issuer_id if side == Side.ISSUER else order.agency_id
    roles: tuple[Role, ...] = (Role.SUPERVISOR, *order.row.issuers) if side == Side.ISSUER else ANSWERERS
    held = Post.objects.filter(
        Post.held_on(office_date(now)), agency=agency, role__in=roles, staff__is_active=True
    ).exclude(staff__email="")
    people = Staff.objects.filter(pk__in=held.values("staff")).order_by("pk")
    return [person for person in people if seen_by(Actor.of_staff(person, now)).filter(pk=order.pk).exists()]


def _mail(order: Order, step: OrderStep) -> tuple[str, str]:
    words = {
        "kind": order.row.label, "number": order.number, "step": BY_ACTION[step.action].label,
        "due": day_in_words(order.due_on), "address": f"{settings.BASE_URL}/desk/orders/{order.number}/",
        "office": settings.OFFICE_NAME,
    }  # fmt: skip
    subject = _("%(kind)s %(number)s：%(step)s") % words
    body = (
        _("%(kind)s %(number)s：%(step)s。\n期限：%(due)s。\n内容请登录工作台查看：\n%(address)s\n\n%(office)s\n")
        % words
    )
    return subject, body
