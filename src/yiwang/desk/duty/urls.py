"""Addresses of the duty desk 值班台."""

from django.urls import URLPattern, path

from yiwang.desk.duty import alerts, page

urlpatterns: list[URLPattern] = [
    path("duty/", page.duty, name="duty"),
    path("duty/machine/", page.machine, name="duty_machine"),
    path("duty/alerts/", alerts.alerts, name="alerts"),
    path("duty/alerts/add/", alerts.rule, name="alert_add"),
    path("duty/alerts/<int:rule_id>/", alerts.rule, name="alert_rule"),
    path("duty/alerts/<int:rule_id>/remove/", alerts.remove, name="alert_remove"),
    path("duty/alerts/<int:rule_id>/test/", alerts.test, name="alert_test"),
]
