"""Django's name for this room: monitoring and open figures."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "yiwang.insight"
    label = "insight"
