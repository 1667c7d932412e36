"""How a reader wants to read is kept in cookies, with and without script."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from yiwang.ui.context import page_of


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=True)


def test_elder_mode_is_kept_and_the_reader_comes_back(visitor):
    response = visitor.post(reverse("ui:reading"), {"mode": "elder", "next": "/answers/?q=公交"})
    assert (response.status_code, response["Location"]) == (302, "/answers/?q=%E5%85%AC%E4%BA%A4")
    assert response.cookies["mode"].value == "elder"
    assert response.cookies["mode"]["max-age"] == 31_536_000
    assert response.cookies["mode"]["samesite"] == "Lax"


def test_elder_mode_is_left_by_an_empty_value(visitor):
    assert visitor.post(reverse("ui:reading"), {"mode": "", "next": "/"}).cookies["mode"].value == ""


def test_language_and_theme_are_kept(visitor, settings):
    response = visitor.post(reverse("ui:reading"), {"theme": "dark", "language": "en"})
    assert response.cookies["theme"].value == "dark"
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_nobody_is_led_to_another_house(visitor, target):
    assert visitor.post(reverse("ui:reading"), {"mode": "elder", "next": target})["Location"] == "/"


def test_unknown_values_are_not_kept(visitor):
    response = visitor.post(reverse("ui:reading"), {"mode": "huge", "theme": "pink", "language": "xx"})
    assert not response.cookies


def test_looking_changes_nothing(visitor):
    assert visitor.get(reverse("ui:reading")).status_code == 405


def test_a_forged_cookie_counts_as_none(rf: RequestFactory):
    request = rf.get("/x?y=1")
    request.COOKIES = {"mode": '"><script>', "theme": "pink"}
    page = page_of(request)
    assert (page.mode, page.theme, page.path) == ("", "", "/x?y=1")


def test_the_office_has_a_name_and_a_telephone_in_each_language(rf: RequestFactory, settings):
    from django.utils.translation import override

    settings.OFFICE_NAME, settings.OFFICE_NAME_EN, settings.OFFICE_TELEPHONE = "云川市信访局", "Yunchuan Office", ""
    with override("zh-hans"):
        page = page_of(rf.get("/"))
        assert (page.office_name, page.office_telephone, page.lang) == ("云川市信访局", "12343", "zh-CN")
    with override("en"):
        assert page_of(rf.get("/")).office_name == "Yunchuan Office"
