"""All ways out that this installation knows; called once when a process starts."""

from yiwang.channels.mail import MailSender
from yiwang.channels.webhook import WebhookSender
from yiwang.outbox.senders import register


def register_senders() -> None:
    """Register every sender of this room with the outbox."""
    register(MailSender())
    register(WebhookSender())
