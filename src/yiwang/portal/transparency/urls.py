"""Addresses of the log, within the portal's."""

from django.urls import path

from yiwang.portal.transparency import data, downloads, pages

urlpatterns = [
    path("transparency/", pages.index, name="transparency"),
    path("transparency/check/", pages.check, name="transparency_check"),
    path("transparency/heads/", data.heads, name="transparency_heads"),
    path("transparency/heads/latest/", data.head, name="transparency_latest"),
    path("transparency/heads/<int:size>/", data.head, name="transparency_head"),
    path("transparency/consistency/", data.consistency, name="transparency_consistency"),
    path("transparency/inclusion/", data.inclusion, name="transparency_inclusion"),
    path("transparency/keys/", data.keys, name="transparency_keys"),
    path("receipt/<str:number>/proof/", downloads.from_receipt, name="receipt_proof"),
    path("my/<str:number>/proof/", downloads.from_own, name="own_proof"),
]
