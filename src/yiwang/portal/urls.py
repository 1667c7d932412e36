"""The portal's addresses, at the root."""

from django.urls import path

from yiwang.portal import asking, own

app_name = "portal"

urlpatterns = [
    path("ask/", asking.ask, name="ask"),
    path("ask/similar/", asking.similar, name="similar"),
    path("receipt/<str:number>/", asking.receipt, name="receipt"),
    path("lookup/", own.lookup, name="lookup"),
    path("my/<str:number>/", own.my, name="my"),
]
