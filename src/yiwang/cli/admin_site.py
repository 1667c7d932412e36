"""Django's admin for the few tables that no desk page edits; closed to everybody but administrators."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AdministratorSite(AdminSite):
    """An admin that asks for the administrator's role, not for Django's staff flag."""

    site_header = site_title = _("系统管理")
    index_title = _("数据表")

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether whoever asks is an administrator who may still log in."""
        return bool(request.user.is_active and getattr(request.user, "is_administrator", False))
