"""Django's name for this room: the database engines and what rows are made of."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "yiwang.store"
    label = "store"
