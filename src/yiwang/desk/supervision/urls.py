"""Addresses of supervision: the board, one finding, pauses, the ladder and what the office has set."""

from django.urls import URLPattern, path

from yiwang.desk.supervision import board, ladder, pauses

urlpatterns: list[URLPattern] = [
    path("supervision/", board.page, name="supervision"),
    path("supervision/findings/<int:finding_id>/", board.deal, name="finding"),
    path("supervision/pauses/", pauses.pauses, name="urging_pauses"),
    path("supervision/pauses/add/", pauses.add, name="urging_pause"),
    path("supervision/pauses/<int:pause_id>/end/", pauses.end, name="urging_pause_end"),
    path("supervision/ladder/", ladder.steps, name="urging_ladder"),
    path("supervision/ladder/add/", ladder.add, name="urging_step_add"),
    path("supervision/ladder/<int:step_id>/", ladder.change, name="urging_step"),
    path("supervision/settings/", ladder.settings_page, name="supervision_settings"),
]
