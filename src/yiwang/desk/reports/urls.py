"""Addresses of reports."""

from django.urls import URLPattern, path

from yiwang.desk.reports import pages

urlpatterns: list[URLPattern] = [
    path("setup/reports/", pages.settings, name="setup_reports"),
    path("reports/", pages.reports, name="reports"),
    path("reports/<int:report_id>/", pages.report, name="report"),
    path("reports/<int:report_id>/words/", pages.words, name="report_words"),
    path("reports/<int:report_id>/<slug:form>/", pages.file, name="report_file"),
]
