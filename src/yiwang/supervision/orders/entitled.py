"""Whether somebody may take a step with an order, and from which of their posts: read off the table in steps.py."""

from yiwang.agencies.models import Agency, Post
from yiwang.petitions.actors import Actor
from yiwang.supervision.models import Order
from yiwang.supervision.orders.kinds import Kind
from yiwang.supervision.orders.steps import STEPS, Side, Step


def issuing_post(kind: Kind, actor: Actor, agency: Agency | None, *, accusation: bool) -> Post | None:
    """Return the post in an office from which the actor may issue such an order to that agency: one below that office."""
    for post in actor.posts_for(accusation=accusation):
        below = agency is None or (agency.pk != post.agency_id and agency.lies_within(post.agency))
        if post.role in kind.issuers and post.agency.is_office and below:
            return post
    return None


def post_for(step: Step, order: Order, actor: Actor) -> Post | None:
    """Return the post from which the actor may take a step with the order, or None. Whoever stepped back (art. 28) has none."""
    if order.petition and actor.staff_id in order.petition.recused:
        return None
    roles = step.roles_of(order.row)
    for post in actor.posts_for(accusation=order.is_accusation):
        if post.role not in roles:
            continue
        if step.by == Side.ADDRESSEE and post.agency_id == order.agency_id:
            return post
        if step.by == Side.ISSUER and post.agency.is_office and order.issuer.lies_within(post.agency):
            return post
    return None


def next_steps(order: Order, actor: Actor) -> list[Step]:
    """Return what the actor may do next with the order, in the order of the table."""
    return [
        step
        for step in STEPS
        if step.start != ("",) and not hindered(step, order) and post_for(step, order, actor) is not None
    ]


def hindered(step: Step, order: Order) -> bool:
    """Whether the step does not fit the order as it stands."""
    if not step.fits(order.row) or order.state not in step.start:
        return True
    return step.action == ("ask_extension" if order.extension_asked else "refuse_extension")
