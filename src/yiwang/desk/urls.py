"""The desk's addresses, below /desk/."""

from django.urls import include, path

app_name = "desk"

urlpatterns = [
    path("", include("yiwang.desk.login.urls")),
    path("", include("yiwang.desk.work.urls")),
    path("", include("yiwang.desk.intake.urls")),
    path("", include("yiwang.desk.monitoring.urls")),
    path("", include("yiwang.desk.flags.urls")),
    path("", include("yiwang.desk.supervision.urls")),
    path("", include("yiwang.desk.orders.urls")),
    path("", include("yiwang.desk.duty.urls")),
    path("", include("yiwang.desk.papers.urls")),
    path("", include("yiwang.desk.personal.pages")),
    path("", include("yiwang.desk.reports.urls")),  # before setup/<slug>/
    path("", include("yiwang.desk.retention.pages")),  # before setup/<slug>/
    path("", include("yiwang.desk.callbacks.urls")),  # before setup/<slug>/
    path("", include("yiwang.desk.satisfaction.urls")),  # before setup/<slug>/
    path("", include("yiwang.desk.setup.urls")),
    path("", include("yiwang.desk.audit.urls")),
    path("", include("yiwang.desk.assessment.urls")),
]
