"""Django's name for this room: the core."""

from django.apps import AppConfig


class PetitionsConfig(AppConfig):
    name = "yiwang.petitions"
    label = "petitions"
