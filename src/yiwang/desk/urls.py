"""The desk's addresses, below /desk/."""

from django.urls import include, path

from yiwang.desk import login

app_name = "desk"

urlpatterns = [
    path("login/", login.log_in, name="login"),
    path("logout/", login.log_out, name="logout"),
    path("password/", login.password, name="password"),
    path("", include("yiwang.desk.work.urls")),
    path("", include("yiwang.desk.intake.urls")),
    path("", include("yiwang.desk.monitoring.urls")),
    path("", include("yiwang.desk.papers.urls")),
    path("", include("yiwang.desk.setup.urls")),
    path("", include("yiwang.desk.audit.urls")),
]
