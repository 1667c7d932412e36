from django.apps import AppConfig


class PetitionsConfig(AppConfig):
    name = "yiwang.petitions"
    label = "petitions"
