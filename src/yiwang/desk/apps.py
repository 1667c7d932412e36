from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "yiwang.desk"
    label = "desk"
