"""Addresses of this room: the reader's own settings, and the developers' catalogue."""

from django.urls import path

from yiwang.ui import views

app_name = "ui"
urlpatterns = [
    path("reading/", views.reading, name="reading"),
    path("catalogue/", views.catalogue, name="catalogue"),
]
