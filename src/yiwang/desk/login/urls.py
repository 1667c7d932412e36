"""Addresses of logging in, and of one's own login."""

from django.urls import URLPattern, path

from yiwang.desk.login import account, begin, entering, outside, second

urlpatterns: list[URLPattern] = [
    path("login/", entering.log_in, name="login"),
    path("login/second/", second.second, name="second"),
    path("login/passkey/", entering.passkey_login, name="passkey_login"),
    path("login/passkey/question/", entering.passkey_question, name="passkey_question"),
    path("login/outside/", outside.away, name="outside"),
    path("login/outside/back/", outside.back, name="outside_back"),
    path("begin/", begin.begin, name="begin"),
    path("begin/<str:token>/", begin.open_one, name="begin_link"),
    path("logout/", entering.log_out, name="logout"),
    path("password/", entering.password, name="password"),
    path("account/", account.account, name="account"),
    path("account/prove/", second.prove, name="prove"),
    path("account/app/", account.app, name="account_app"),
    path("account/passkey/", account.passkey, name="account_passkey"),
    path("account/codes/", account.codes, name="account_codes"),
    path("account/remove/", account.remove, name="account_remove"),
]
