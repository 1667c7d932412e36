"""Addresses of the auditor's desk."""

from django.urls import URLPattern, path

from yiwang.desk.audit import journal, questions

urlpatterns: list[URLPattern] = [
    path("audit/", journal.journal, name="journal"),
    path("audit/export/", journal.export, name="journal_export"),
    path("audit/petition/<str:number>/", questions.who_saw, name="who_saw"),
    path("audit/person/<int:staff_id>/", questions.what_seen, name="what_seen"),
    path("audit/without-task/", questions.no_task, name="no_task"),
]
