from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "yiwang.store"
    label = "store"
