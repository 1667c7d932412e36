"""Django's name for this room: figures by which agencies are measured."""

from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    name = "yiwang.performance"
    label = "performance"
