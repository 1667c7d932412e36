"""What delivers a notice: the Sender interface and the registry that the modules in channels/ fill when the process starts."""

from dataclasses import dataclass
from typing import Protocol


class DeliveryFailed(Exception):
    """The other side did not take the message; it will be tried again. ``lasting`` says that trying again is useless."""

    def __init__(self, code: str, lasting: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.lasting = lasting


@dataclass(frozen=True)
class Message:
    """A notice, opened for its sender. ``idempotency_key`` names it at the other side, so that a repeat can be told."""

    address: str
    subject: str
    body: str
    language: str
    idempotency_key: str


class Sender(Protocol):
    """One way out. ``route`` is what notices name it by; ``ready`` is false while it lacks settings."""

    route: str

    def ready(self) -> bool: ...

    def send(self, message: Message) -> None:
        """Hand the message over, or raise :class:`DeliveryFailed`."""


_SENDERS: dict[str, Sender] = {}


def register(sender: Sender) -> None:
    """Make a sender known under its route; a second one of the same route replaces the first."""
    _SENDERS[sender.route] = sender


def sender_for(route: str) -> Sender | None:
    """Return the sender of a route, when there is one and it has its settings."""
    sender = _SENDERS.get(route)
    return sender if sender and sender.ready() else None


def registered() -> list[Sender]:
    """Return every sender that this process knows, whether it has its settings or not, in the order of their routes."""
    return [_SENDERS[route] for route in sorted(_SENDERS)]
