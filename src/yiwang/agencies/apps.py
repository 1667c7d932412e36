"""Django's name for this room: agencies, regions and staff."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "yiwang.agencies"
    label = "agencies"
