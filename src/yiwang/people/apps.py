"""Django's name for this room: petitioners."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yiwang.people"
    label = "people"
