"""Which face answers under which path."""

from importlib.util import find_spec

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path


def alive(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns: list[URLPattern | URLResolver] = [
    path("alive", alive, name="alive"),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
if find_spec("yiwang.ui.views") and find_spec("yiwang.ui.catalogue"):
    urlpatterns.append(path("ui/", include("yiwang.ui.urls")))
if find_spec("yiwang.desk.urls"):
    urlpatterns.append(path("desk/", include("yiwang.desk.urls")))
if find_spec("yiwang.portal.urls"):
    urlpatterns.append(path("", include("yiwang.portal.urls")))
