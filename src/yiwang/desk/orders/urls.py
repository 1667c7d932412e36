"""Addresses of what is asked of agencies and followed to its finish."""

from django.urls import URLPattern, path

from yiwang.desk.orders import issuing, limits, lists, pages, sources

urlpatterns: list[URLPattern] = [
    path("orders/", lists.orders, name="orders"),
    path("orders/waiting/", lists.waiting, name="orders_waiting"),
    path("orders/board/", lists.board, name="orders_board"),
    path("orders/new/", issuing.new, name="order_new"),
    path("orders/limits/", limits.limits_page, name="order_limits"),
    path("orders/sources/", sources.sources, name="order_sources"),
    path("orders/sources/new/<slug:kind>/", sources.new, name="order_source_new"),
    path("orders/sources/<int:source_id>/", sources.source, name="order_source"),
    path("orders/<str:number>/", pages.order, name="order"),
    path("orders/<str:number>/do/<slug:action>/", pages.do, name="order_do"),
]
