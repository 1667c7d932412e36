"""Addresses of the log, within the portal's."""

from django.urls import path

from yiwang.portal.transparency import data, downloads, pages
from yiwang.ui.access import for_the_petitioner, public

urlpatterns = [
    path("transparency/", public(pages.index), name="transparency"),
    path("transparency/check/", public(pages.check), name="transparency_check"),
    path("transparency/heads/", public(data.heads), name="transparency_heads"),
    path("transparency/heads/latest/", public(data.head), name="transparency_latest"),
    path("transparency/heads/<int:size>/", public(data.head), name="transparency_head"),
    path("transparency/consistency/", public(data.consistency), name="transparency_consistency"),
    path("transparency/inclusion/", public(data.inclusion), name="transparency_inclusion"),
    path("transparency/keys/", public(data.keys), name="transparency_keys"),
    path("receipt/<str:number>/proof/", for_the_petitioner(downloads.from_receipt), name="receipt_proof"),
    path("my/<str:number>/proof/", downloads.from_own, name="own_proof"),
]
