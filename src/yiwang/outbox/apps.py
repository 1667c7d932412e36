from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "yiwang.outbox"
    label = "outbox"
