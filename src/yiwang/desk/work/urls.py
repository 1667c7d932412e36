"""Addresses of the daily work: the work-list, all petitions, one petition and what may be done with it."""

from django.urls import URLPattern, path

from yiwang.desk.work import mine

urlpatterns: list[URLPattern] = [
    path("", mine.work, name="work"),
    path("petitions/", mine.work, name="petitions"),
]
