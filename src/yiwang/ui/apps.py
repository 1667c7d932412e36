"""The room of what the faces share to the eye: tokens, components, base pages."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, static files and template tags of portal and desk; no models."""

    name = "yiwang.ui"
    label = "ui"
    verbose_name = "界面"
