"""The staff's face: one room for all that is done at a desk."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Holds no models."""

    name = "yiwang.desk"
    label = "desk"
