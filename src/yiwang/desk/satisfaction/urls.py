"""Addresses of satisfaction; before those of the settings, whose trees take any word."""

from django.urls import URLPattern, path

from yiwang.desk.satisfaction import looks, rates, rules

urlpatterns: list[URLPattern] = [
    path("satisfaction/", rates.rates_page, name="satisfaction"),
    path("satisfaction/list/", rates.list_page, name="satisfaction_list"),
    path("second-looks/", looks.looks_page, name="second_looks"),
    path("second-looks/<int:look_id>/", looks.look_page, name="second_look"),
    path("setup/ratings/", rules.rules_page, name="setup_ratings"),
]
