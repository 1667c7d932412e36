"""Django's name for this room: the petitioners' verdict."""

from django.apps import AppConfig


class SatisfactionConfig(AppConfig):
    name = "yiwang.satisfaction"
    label = "satisfaction"
