"""Django's name for this room: keys and sealing."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "yiwang.vault"
    label = "vault"
