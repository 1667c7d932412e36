from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "yiwang.channels"
    label = "channels"

    def ready(self) -> None:
        from yiwang.channels.senders import register_senders

        register_senders()
