"""What somebody filed, found by the contact that they left: for themselves, once they proved that it is theirs."""

from django.db.models import QuerySet

from yiwang.people.models import Petitioner, found_by
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition
from yiwang.petitions.visibility import visible_to


def filed_under(kind: str, contact: str) -> QuerySet[Petition]:
    """Return the petitions whose petitioner left this mail address or telephone number (``kind``: email, phone), newest first.

    Accusations 检举控告 are not among them: a telephone or mail box may be shared, and whoever shares it may be the accused.
    They open by number and code alone.
    """
    people = Petitioner.objects.filter(found_by(kind, contact)).values("pk")
    return (
        visible_to(Actor.system())
        .filter(petitioner__in=people)
        .exclude(purpose=Petition.Purpose.ACCUSATION)
        .order_by("-received_at", "-pk")
    )
