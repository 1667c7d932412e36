"""Addresses of papers: those of a petition, and the templates and numbers that administrators keep."""

from django.urls import URLPattern, path

from yiwang.desk.papers import library, pages, serving

PAPER = "petitions/<str:number>/papers/<int:paper_id>/"

urlpatterns: list[URLPattern] = [
    path("petitions/<str:number>/papers/", pages.papers, name="papers"),
    path("petitions/<str:number>/papers/write/<slug:kind>/", pages.write, name="paper_write"),
    path(f"{PAPER}do/<slug:what>/", pages.do, name="paper_do"),
    path(f"{PAPER}file/<slug:form>/", pages.file, name="paper_file"),
    path(f"{PAPER}print/<slug:code>/", serving.print_form, name="paper_print"),
    path(f"{PAPER}service/", serving.service, name="paper_service"),
    path(f"{PAPER}service/<int:service_id>/", serving.proof, name="paper_proof"),
    path("setup/papers/", library.index, name="setup_papers"),
    path("setup/papers/numbering/<slug:code>/", library.numbering, name="setup_numbering"),
    path("setup/papers/<slug:kind>/", library.kind_page, name="setup_paper_kind"),
    path("setup/papers/<slug:kind>/<int:version>.docx", library.download, name="setup_paper_template"),
]
