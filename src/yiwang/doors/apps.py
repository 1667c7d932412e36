"""Django's name for this room: how often anybody may knock, and from where they come."""

from django.apps import AppConfig


class DoorsConfig(AppConfig):
    name = "yiwang.doors"
    label = "doors"
