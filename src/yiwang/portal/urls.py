"""The portal's addresses, at the root."""

from django.urls import URLPattern

app_name = "portal"

urlpatterns: list[URLPattern] = []
