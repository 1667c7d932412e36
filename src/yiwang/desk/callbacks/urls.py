"""Addresses of call-backs: the operator's list and call, the overview, check samples, and their set-up."""

from django.urls import path

from yiwang.desk.callbacks import calling, overview, sampling, setup

urlpatterns = [
    path("callbacks/", calling.waiting_list, name="callbacks"),
    path("callbacks/next/", calling.take_next, name="callbacks_next"),
    path("callbacks/overview/", overview.overview, name="callbacks_overview"),
    path("callbacks/overview/samples/", sampling.samples, name="samples"),
    path("callbacks/overview/samples/<int:sample_id>/", sampling.sample, name="sample"),
    path("callbacks/overview/samples/<int:sample_id>/frame/", sampling.frame, name="sample_frame"),
    path("callbacks/<int:callback_id>/", calling.call, name="callback"),
    path("callbacks/<int:callback_id>/take/", calling.take, name="callback_take"),
    path("callbacks/<int:callback_id>/back/", calling.give_back, name="callback_back"),
    path("callbacks/<int:callback_id>/keep/", calling.keep, name="callback_keep"),
    path("setup/calls/", setup.rules_page, name="setup_calls"),
    path("setup/calls/script/", setup.script_page, name="setup_call_script"),
]
