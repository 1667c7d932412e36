"""Django's name for this room: who somebody at the desk is."""

from django.apps import AppConfig


class LoginsConfig(AppConfig):
    name = "yiwang.logins"
    label = "logins"
