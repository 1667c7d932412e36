"""Django's admin for the few tables that no desk page edits; closed to everybody but system administrators."""

from typing import Any, cast

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yiwang.logins.factors import lacks_factor
from yiwang.logins.sessions import SessionStore


class AdministratorSite(AdminSite):
    """An admin that asks for the system administrator's role, not for Django's staff flag, and whose door is the desk's."""

    site_header = site_title = _("系统管理")
    index_title = _("数据表")

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether whoever asks is a system administrator who may still log in, and showed the second factor demanded."""
        may_log_in = request.user.is_active and not lacks_factor(request.session)
        if not may_log_in or not getattr(request.user, "is_system_administrator", False):
            return False
        cast(SessionStore, request.session).touch()
        return True

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send strangers to the desk's login, and refuse staff who are no system administrators."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(reverse("admin:index"), settings.LOGIN_URL)
