from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "yiwang.vault"
    label = "vault"
