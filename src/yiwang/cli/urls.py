"""Which face answers under which path."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from yiwang.cli import watching
from yiwang.ui.access import public


def alive(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns: list[URLPattern | URLResolver] = [
    path("alive", public(alive), name="alive"),
    path("health/", watching.health, name="health"),
    path("health/ready", watching.health_ready, name="health_ready"),
    path("metrics", watching.metrics, name="metrics"),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("ui/", include("yiwang.ui.urls")),
    path("desk/", include("yiwang.desk.urls")),
    path("", include("yiwang.portal.urls")),
]

handler500 = "yiwang.cli.middleware.mishap"
