"""What supervision leaves behind on a petition: an entry of each step that an order 督办 about it took (art. 40)."""

from dataclasses import dataclass
from typing import ClassVar

from yiwang.agencies.models import Post
from yiwang.petitions.actions.action import Action
from yiwang.petitions.actions.work import Work
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Petition


@dataclass(kw_only=True)
class Supervise(Action):
    """Note a step of an order by its number, kind and code; the order's words stay with the order.

    Who may take the step is the orders' own table (supervision/orders/steps.py); it gives the ``post`` from which it was
    taken. Without one, only the platform itself may.
    """

    code: ClassVar[str] = "supervise"
    order: str
    kind: str
    step: str
    post: Post | None = None

    def apply(self, work: Work) -> None:
        work.data.update(order=self.order, kind=self.kind, step=self.step)

    def _check_entitled(self, actor: Actor, petition: Petition) -> Post | None:
        if self.post and self.post in actor.posts_for(accusation=petition.is_accusation):
            return self.post
        return super()._check_entitled(actor, petition)
