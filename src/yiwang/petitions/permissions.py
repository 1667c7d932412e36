"""Whether an actor may take an action on a petition, read off the table in lifecycle.py."""

from yiwang.agencies.models import Post
from yiwang.petitions.actors import Actor
from yiwang.petitions.lifecycle import Relation, Transition, Who
from yiwang.petitions.models import Petition, Referral


def entitlement(
    transition: Transition, actor: Actor, petition: Petition, asked: frozenset[int] | None = None
) -> tuple[bool, Post | None]:
    """Tell whether the actor may, and from which of their posts.

    ``asked`` holds the ids of the agencies with an open referral; it is read from the database when a row of the table
    turns on it and it is not given.
    """
    if actor.kind == "system":
        return True, None
    if actor.kind == "citizen":
        own = actor.petition_id == petition.pk or transition.start == ("",)
        return own and Who(Relation.PETITIONER) in transition.by, None
    if actor.staff_id in petition.recused:
        return False, None  # art. 28: from none of their posts
    filing = transition.start == ("",)  # whoever receives an accusation enters it, and sees it no more
    for post in actor.posts_for(accusation=petition.is_accusation and not filing):
        for who in transition.by:
            if who.role != post.role:
                continue
            if who.relation == Relation.ASKED and asked is None:
                asked = agencies_asked(petition)
            if _stands(who.relation, post, petition, asked or frozenset()):
                return True, post
    return False, None


def agencies_asked(petition: Petition) -> frozenset[int]:
    """Return the ids of the agencies with an open referral of this petition."""
    return frozenset(petition.referrals.filter(state__in=Referral.OPEN).values_list("agency_id", flat=True))


def _stands(relation: Relation, post: Post, petition: Petition, asked: frozenset[int]) -> bool:
    if relation == Relation.OFFICE:
        return post.agency.is_office and petition.office.lies_within(post.agency)
    if relation == Relation.LEAD:
        return post.agency_id == petition.lead_agency_id
    if relation == Relation.ABOVE:
        lead = petition.lead_agency
        return lead is not None and post.agency_id != lead.pk and lead.lies_within(post.agency)
    if relation == Relation.ASKED:
        return post.agency_id in asked
    if relation == Relation.REVIEWER:
        review = petition.review
        if review is None:
            return False
        if review.agency_id is None:
            return post.agency.is_office and petition.office.lies_within(post.agency)
        return post.agency_id == review.agency_id
    return False
