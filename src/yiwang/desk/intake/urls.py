"""Addresses of the entry forms."""

from django.urls import URLPattern, path

from yiwang.desk.intake import entry

urlpatterns: list[URLPattern] = [
    path("intake/", entry.choose, name="intake"),
    path("intake/earlier/", entry.earlier, name="intake_earlier"),
    path("intake/done/<int:petition_id>/", entry.done, name="intake_done"),
    path("intake/<slug:way>/", entry.enter, name="intake_form"),
]
