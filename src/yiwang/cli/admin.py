"""Which tables system administrators may edit: reference rows alone, never a petition nor what happened to it."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from yiwang.agencies.models import Agency, Region
from yiwang.doors.address import client_of
from yiwang.journal import log
from yiwang.petitions.models.reference import Category
from yiwang.workdays.models import Day


class ReferenceAdmin(admin.ModelAdmin):
    """A table that whoever passed the site's door may edit: roles come from posts, so Django's permissions are not asked."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether whoever asks passed the site's door."""
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As for the whole table."""
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """As for the whole table."""
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As for the whole table."""
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return no: what petitions refer to is switched off, never removed."""
        return False

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Leave a line in the behaviour log beside the admin's own."""
        _note(request, "admin_add", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Leave a line in the behaviour log beside the admin's own."""
        _note(request, "admin_change", obj)
        return super().log_change(request, obj, message)


def _note(request: HttpRequest, act: str, row: Any) -> None:
    """Write the line within the transaction of the change. A row whose key is no number (a day) is named by its kind alone."""
    row_id = row.pk if isinstance(row.pk, int) else None
    line = log.line(
        act, actor_kind="staff", actor_id=request.user.pk, subject_kind=row._meta.model_name, subject_id=row_id,
        origin=client_of(request),
    )  # fmt: skip
    log.write([line])


class TreeAdmin(ReferenceAdmin):
    """Agencies, regions, categories: by their place in the tree."""

    list_display = ("name", "code", "parent", "active")
    list_select_related = ("parent",)
    search_fields = ("name", "code")


class DayAdmin(ReferenceAdmin):
    """The calendar of workdays."""

    list_display = ("date", "working", "name")
    date_hierarchy = "date"


admin.site.unregister(Group)
for model in (Agency, Region, Category):
    admin.site.register(model, TreeAdmin)
admin.site.register(Day, DayAdmin)
