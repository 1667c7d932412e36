from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "yiwang.journal"
    label = "journal"
