"""Django's name for this room: what is late or careless, and what is done about it."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "yiwang.supervision"
    label = "supervision"
