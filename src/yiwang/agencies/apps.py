from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "yiwang.agencies"
    label = "agencies"
