"""Django's name for this room: the log of petitions that anybody can check."""

from django.apps import AppConfig


class TransparencyConfig(AppConfig):
    name = "yiwang.transparency"
    label = "transparency"
