from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yiwang.people"
    label = "people"
