"""Addresses of the daily work: the work-list, all petitions, one petition and what may be done with it."""

from django.urls import URLPattern, path

from yiwang.desk.work import bulk, listing, mine, pages, papers

urlpatterns: list[URLPattern] = [
    path("", mine.work, name="work"),
    path("petitions/", listing.petitions, name="petitions"),
    path("petitions/by-person/", listing.by_person, name="by_person"),
    path("petitions/refer/", bulk.refer, name="bulk_refer"),
    path("petitions/<str:number>/", pages.petition, name="petition"),
    path("petitions/<str:number>/do/<slug:action>/", pages.do, name="do"),
    path("petitions/<str:number>/identity/", papers.unseal, name="unseal"),
    path("petitions/<str:number>/files/<int:file_id>/", papers.attachment, name="attachment"),
]
