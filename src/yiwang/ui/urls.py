"""Addresses of this room: the reader's own settings, and the developers' catalogue."""

from django.urls import path

from yiwang.ui import views
from yiwang.ui.access import public

app_name = "ui"
urlpatterns = [
    path("reading/", public(views.reading), name="reading"),
    path("catalogue/", public(views.catalogue), name="catalogue"),
]
