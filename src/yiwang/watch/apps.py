"""Django's name for this room: how the platform itself fares, and who is told when it does not."""

from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "yiwang.watch"
    label = "watch"
