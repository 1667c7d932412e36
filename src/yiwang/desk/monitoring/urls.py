"""Addresses of 运行监控."""

from django.urls import URLPattern, path

from yiwang.desk.monitoring import page

urlpatterns: list[URLPattern] = [
    path("monitoring/", page.monitoring, name="monitoring"),
]
