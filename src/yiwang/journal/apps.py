"""Django's name for this room: the behaviour log."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "yiwang.journal"
    label = "journal"
