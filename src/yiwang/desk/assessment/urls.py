"""The addresses of the assessment, below /desk/assessment/."""

from django.urls import path

from yiwang.desk.assessment import disputes, results, schemes

urlpatterns = [
    path("assessment/", results.overview, name="assessment"),
    path("assessment/schemes/<int:scheme_id>/", schemes.scheme_page, name="assessment_scheme"),
    path("assessment/schemes/<int:scheme_id>/indicator/", schemes.indicator_page, name="assessment_new_indicator"),
    path(
        "assessment/schemes/<int:scheme_id>/indicator/<int:indicator_id>/",
        schemes.indicator_page,
        name="assessment_indicator",
    ),
    path("assessment/disputes/<int:dispute_id>/", disputes.dispute_page, name="assessment_dispute"),
    path("assessment/<int:assessment_id>/", results.ranking_page, name="assessment_ranking"),
    path("assessment/<int:assessment_id>/<int:agency_id>/", results.arithmetic_page, name="assessment_arithmetic"),
    path("assessment/<int:assessment_id>/<int:agency_id>/dispute/", disputes.new_page, name="assessment_new_dispute"),
    path(
        "assessment/<int:assessment_id>/<int:agency_id>/<int:indicator_id>/<slug:measure>/",
        results.petitions_page,
        name="assessment_petitions",
    ),
]
