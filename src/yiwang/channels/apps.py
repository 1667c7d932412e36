"""Django's name for this room: ways in and out; its senders are registered when the process starts."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "yiwang.channels"
    label = "channels"

    def ready(self) -> None:
        from yiwang.channels.senders import register_senders

        register_senders()
