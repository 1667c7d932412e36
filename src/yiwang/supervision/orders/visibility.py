"""Who sees an order: the office that issued it with those above, and the agency that it is addressed to with those that lead it.

Whoever may not see a petition that it is about does not see the order either, in no list and in no figure (art. 30).
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from yiwang.agencies.models import ADMINISTRATORS
from yiwang.petitions.actors import READS_PETITIONS, Actor
from yiwang.petitions.models import Petition
from yiwang.petitions.visibility import SEES_BELOW, visible_to
from yiwang.store.trees import within
from yiwang.supervision.models import Occasion, Order

NOBODY = Q(pk__in=[])


def issued_from(actor: Actor) -> Q:
    """Return the condition “issued by an office in which the actor has a post, or by one below it”."""
    found = NOBODY
    for office in actor.offices:
        found |= Q(issuer=office.pk) if office.parent_id else Q(issuer__isnull=False)
        if office.parent_id:
            found |= within(office.path, "issuer__path")
    return found


def addressed_to(actor: Actor, *, below: bool = True) -> Q:
    """Return the condition “addressed to an agency of the actor's”, for those who lead there with all below it.

    What lies below the office at the root is everything, and nobody's own: that office sees it as what was issued.
    """
    found = NOBODY
    for post in actor.posts:
        if post.role in READS_PETITIONS:
            found |= Q(agency=post.agency_id)
            if below and post.role in SEES_BELOW and post.agency.parent_id:
                found |= within(post.agency.path, "agency__path")
    return found


def seen_by(actor: Actor) -> QuerySet[Order]:
    """Return the orders that an actor may see."""
    if actor.kind == "system":
        return Order.objects.all()
    if actor.kind != "staff" or actor.has(*ADMINISTRATORS):
        return Order.objects.none()
    return _of_seen_petitions(Order.objects.filter(issued_from(actor) | addressed_to(actor)), actor)


def occasions_seen_by(actor: Actor) -> QuerySet[Occasion]:
    """Return the instructions, conferences and talks that an actor may see: their office's, those in which an agency of
    theirs took part, and those from which they have an order.
    """
    if actor.kind == "system":
        return Occasion.objects.all()
    if actor.kind != "staff" or actor.has(*ADMINISTRATORS):
        return Occasion.objects.none()
    took_part = Occasion.participants.through.objects.filter(
        occasion=OuterRef("pk"), agency__in=[post.agency_id for post in actor.posts if post.role in READS_PETITIONS]
    )
    has_order = seen_by(actor).filter(occasion=OuterRef("pk"))
    found = Occasion.objects.filter(
        issued_from(actor) | addressed_to(actor) | Q(Exists(took_part)) | Q(Exists(has_order))
    )
    unseen = ~Q(petition=None) & ~Q(Exists(visible_to(actor).filter(pk=OuterRef("petition"))))
    return found.exclude(unseen)


def without_accusations(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Return the orders about no accusation: those that figures may count."""
    return orders.exclude(on_accusations())


def on_accusations() -> Q:
    """Return the condition “about an accusation”."""
    among = Order.also.through.objects.filter(order=OuterRef("pk"), petition__purpose=Petition.Purpose.ACCUSATION)
    main = Petition.objects.filter(pk=OuterRef("petition"), purpose=Petition.Purpose.ACCUSATION)
    return Q(Exists(among)) | Q(Exists(main))


def _of_seen_petitions(orders: QuerySet[Order], actor: Actor) -> QuerySet[Order]:
    seen = visible_to(actor)
    main = Q(petition=None) | Q(Exists(seen.filter(pk=OuterRef("petition"))))
    unseen = Order.also.through.objects.filter(order=OuterRef("pk")).exclude(
        Q(Exists(seen.filter(pk=OuterRef("petition"))))
    )
    return orders.filter(main).exclude(Q(Exists(unseen)))
