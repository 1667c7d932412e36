"""Django's name for this room: papers 文书, their templates and numbers."""

from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "yiwang.papers"
    label = "papers"
