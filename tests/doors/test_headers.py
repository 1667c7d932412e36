"""What every answer tells the browser: exact, on every address, by every method, whatever comes out."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image
from tests.doors.addresses import every_address
from tests.given import City, staff

import yiwang.ui
from yiwang.agencies.models import Role
from yiwang.cli.outermost import around
from yiwang.petitions.attachments import check_upload
from yiwang.petitions.numbers import lookup_code

EXACT = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=31536000",
}
FILE_POLICY = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PERSONAL = ("/desk/", "/admin/", "/my/", "/mine/", "/receipt/", "/lookup/", "/verify/")
METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")


def wrong(headers: Any, path: str, **other: str) -> dict[str, str]:
    """Return the headers that are not as promised, with what they are."""
    found = {name: headers.get(name, "—") for name, value in {**EXACT, **other}.items() if headers.get(name) != value}
    if not headers.get("Permissions-Policy", "").startswith("accelerometer=(), autoplay=(), "):
        found["Permissions-Policy"] = headers.get("Permissions-Policy", "—")
    if path.startswith(PERSONAL) and "no-store" not in headers.get("Cache-Control", ""):
        found["Cache-Control"] = headers.get("Cache-Control", "—")
    return found


def wrong_cookies(answer: HttpResponse) -> list[str]:
    """Return the cookies that lack a mark."""
    return [
        str(cookie.key)
        for cookie in answer.cookies.values()
        if not (cookie["httponly"] and cookie["secure"] and cookie["samesite"] in {"Lax", "Strict"})
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("method", METHODS)
def test_a_stranger_s_every_request(method: str) -> None:
    """Given nobody logged in, when any address is asked by any method, then the headers are exact and nothing breaks.

    Whatever may change something is refused without a form's token, but for how somebody wants to read.
    """
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    refusals: dict[str, int] = {}
    for name, (address, _pattern) in every_address().items():
        answer = getattr(browser, method)(address, secure=True)
        refusals[name] = answer.status_code
        assert wrong(answer.headers, address) == {}, (name, method, answer.status_code)
        assert wrong_cookies(answer) == [], (name, method)
        # The health page says itself, by 503, that no worker runs here.
        assert answer.status_code < 500 or name.startswith("health"), (name, method)
    assert len(refusals) > 80
    if method in {"post", "put", "patch", "delete"}:
        assert {name for name, status in refusals.items() if status != 403} == {"ui:reading"}


def test_a_member_of_staff_s_every_page(city: City) -> None:
    """Given somebody with every role, when each address is opened, then the headers are exact, found or not."""
    browser = Client(raise_request_exception=False)
    browser.force_login(staff("全能", *[(city.office, role) for role in Role]))
    statuses = set()
    for name, (address, _pattern) in every_address().items():
        answer = browser.get(address, secure=True)
        statuses.add(answer.status_code)
        own = {"Content-Security-Policy": FILE_POLICY} if "Content-Disposition" in answer.headers else {}
        assert wrong(answer.headers, address, **own) == {}, (name, answer.status_code)
        assert wrong_cookies(answer) == [], name
    assert {200, 302, 303, 404} <= statuses
    assert 500 not in statuses


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "method", "address", "more"),
    [
        (404, "get", "/no/such/page/", {}),
        (404, "get", "/my/no-number/no-page/", {}),
        (301, "get", "/about", {}),
        (400, "get", "/?a=%00", {}),
        (400, "get", "/", {"headers": {"host": "elsewhere.example"}}),
        (403, "post", "/ask/", {}),
        (413, "post", "/ask/", {"data": b"x" * 11, "content_type": "text/plain"}),
    ],
)
def test_refusals_bear_them_too(settings: LazySettings, status: int, method: str, address: str, more: Any) -> None:
    """Given what is refused before any page is reached, then the headers are exact as well."""
    if status == 413:
        settings.REQUEST_MAX_BYTES = 10
    answer = getattr(Client(enforce_csrf_checks=True), method)(address, secure=True, **more)
    assert (answer.status_code, wrong(answer.headers, address)) == (status, {})


def test_how_one_reads_is_not_changed_from_another_site() -> None:
    """Given another site that posts there, when a browser says so, then no cookie is set."""
    browser = Client(enforce_csrf_checks=True)
    mine = browser.post("/ui/reading/", {"mode": "elder"}, secure=True, headers={"sec-fetch-site": "same-origin"})
    assert (mine.cookies["mode"].value, mine.cookies["mode"]["secure"]) == ("elder", True)
    other = browser.post("/ui/reading/", {"mode": "elder"}, secure=True, headers={"sec-fetch-site": "cross-site"})
    assert not other.cookies


@pytest.mark.parametrize(("error", "status"), [(RuntimeError("a mistake"), 500), (OSError(28, "full"), 503)])
def test_mishaps_bear_them_too(monkeypatch: pytest.MonkeyPatch, error: Exception, status: int) -> None:
    """Given a page that breaks, then the page that says so has exact headers."""
    import yiwang.portal.pages

    def broken(*_args: Any, **_more: Any) -> None:
        raise error

    monkeypatch.setattr(yiwang.portal.pages, "render", broken)
    answer = Client(raise_request_exception=False).get("/", secure=True)
    assert (answer.status_code, wrong(answer.headers, "/")) == (status, {})


def test_plain_http_has_no_hsts_and_cookies_stay_usable() -> None:
    """Given an office in development without https, then no answer says that https must be used."""
    answer = Client().get("/alive")
    assert "Strict-Transport-Security" not in answer.headers


def whole_server(environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    """Ask what stands around Django as a server does; what would reach Django itself is answered 204."""

    def django(_environ: Any, start: Any) -> list[bytes]:
        start("204 No Content", [])
        return []

    house = yiwang.ui.__path__[0]
    application = around(django, f"{house}/static")
    said: list[Any] = []
    basic = {
        "REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.url_scheme": "https", "wsgi.input": io.BytesIO(), "REMOTE_ADDR": "203.0.113.7",
    }  # fmt: skip
    body = application({**basic, **environ}, lambda status, headers, *_more: said.extend([status, dict(headers)]))  # type: ignore[arg-type, func-returns-value]
    return said[0], said[1], b"".join(body)


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"PATH_INFO": "/static/ui/css/page.css"}, "200 OK"),
        ({"PATH_INFO": "/static/ui/css/page.css", "REQUEST_METHOD": "POST"}, "405 Method Not Allowed"),
        ({"PATH_INFO": "/static/ui/css/page.css", "HTTP_RANGE": "bytes=0-9"}, "206 Partial Content"),
        ({"PATH_INFO": "/ask/", "CONTENT_TYPE": "text/plain; charset=base64"}, "400 Bad Request"),
        ({"PATH_INFO": "/"}, "204 No Content"),
    ],
)
def test_what_never_reaches_a_page_bears_them_too(environ: dict[str, Any], status: str) -> None:
    """Given static files, and requests that are refused before Django, then the headers are exact."""
    said, headers, _body = whole_server(environ)
    assert said == status
    assert wrong(headers, "/") == {}
    assert "Access-Control-Allow-Origin" not in headers


def files_of(city: City) -> Iterator[tuple[Client, str]]:
    """File a petition with a picture and a PDF, and yield who may open them, each with the addresses."""
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(drawn, "PNG")
    uploads = [check_upload("灯.png", drawn.getvalue()), check_upload("灯.pdf", b"%PDF-1.7 <script>alert(1)</script>")]
    petition = city.file(uploads=uploads)
    clerk, owner = Client(), Client()
    clerk.force_login(city.who(city.office, Role.INTAKE_CLERK))
    owner.post("/lookup/", {"number": petition.number, "code": lookup_code(petition.number)}, secure=True)
    for row in petition.attachments.all():
        yield clerk, reverse("desk:attachment", args=[petition.number, row.pk])
        yield owner, reverse("portal:file", args=[petition.number, row.pk])


def test_files_are_caged(city: City) -> None:
    """Given files that somebody sent, when opened by staff or by the petitioner, then each is caged, unkept, and saved unless a picture."""
    seen = set()
    for browser, address in files_of(city):
        answer = browser.get(address, secure=True)
        assert answer.status_code == 200
        assert wrong(answer.headers, address, **{"Content-Security-Policy": FILE_POLICY}) == {}
        way = answer.headers["Content-Disposition"].partition(";")[0]
        seen.add((address.split("/")[1], answer.headers["Content-Type"], way))
    assert seen == {
        ("desk", "image/png", "inline"),
        ("desk", "application/pdf", "attachment"),
        ("my", "image/png", "attachment"),
        ("my", "application/pdf", "attachment"),
    }


def test_logging_out_forgets_what_the_browser_kept(city: City) -> None:
    """Given somebody logged in, when they log out, then browser and session forget, and no other site's cookies are touched."""
    browser = Client()
    browser.force_login(city.who(city.office, Role.INTAKE_CLERK))
    answer = browser.post(reverse("desk:logout"), secure=True)
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.cookies["yiwang_session"]["max-age"] == 0
    assert wrong_cookies(answer) == []


def test_every_cookie_is_marked(city: City, written: dict[str, str]) -> None:
    """Given all that sets a cookie, then each is closed to scripts and to other sites, and kept to https."""
    petition = city.file()
    browser = Client()
    browser.force_login(city.who(city.office, Role.INTAKE_CLERK))
    answers = {
        "filing": browser.post("/ask/", {**written, "files": SimpleUploadedFile("灯.pdf", b"%PDF-1.7")}, secure=True),
        "lookup": browser.post(
            "/lookup/", {"number": petition.number, "code": lookup_code(petition.number)}, secure=True
        ),
        "leave": browser.post(f"/my/{petition.number}/leave/", secure=True),
        "form": browser.get("/ask/", secure=True),
        "language": browser.post("/language/setlang/", {"language": "en", "next": "/"}, secure=True),
        "login": browser.get("/desk/", secure=True),
        "logout": browser.post("/desk/logout/", secure=True),
    }
    names = {cookie for answer in answers.values() for cookie in answer.cookies}
    assert {"yiwang_receipt", "yiwang_my", "yiwang_csrf", "django_language", "messages", "yiwang_session"} <= names
    assert {name: wrong_cookies(answer) for name, answer in answers.items() if wrong_cookies(answer)} == {}
