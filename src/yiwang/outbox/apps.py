"""Django's name for this room: messages to be sent."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "yiwang.outbox"
    label = "outbox"
