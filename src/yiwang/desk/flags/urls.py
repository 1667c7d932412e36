"""Addresses of what counts as a finding: the definitions with their numbers, and an answer read by the rules of empty phrases."""

from django.urls import URLPattern, path

from yiwang.desk.flags import pages

urlpatterns: list[URLPattern] = [
    path("supervision/kinds/", pages.kinds, name="finding_kinds"),
    path("supervision/kinds/<slug:code>/", pages.number, name="finding_number"),
    path("petitions/<str:number>/answer-read/", pages.answer_read, name="answer_read"),
]
