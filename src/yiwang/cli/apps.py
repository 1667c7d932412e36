"""The command line as a Django application, and the administrators' own site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class CliConfig(AppConfig):
    """The wiring room: holds no models."""

    name = "yiwang.cli"


class OfficeAdminConfig(AdminConfig):
    """Django's admin, open to system administrators alone."""

    default_site = "yiwang.cli.admin_site.AdministratorSite"
