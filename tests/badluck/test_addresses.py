"""Absurd ids, odd methods, cookies tampered with, sessions run out: a plain answer to each, and nothing lost or shown."""

from collections.abc import Iterator

import pytest
from django.core import signing
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.access.addresses import says_503
from tests.badluck.browser import filing
from tests.given import City

from yiwang.agencies.models import ADMINISTRATORS, Post, Role
from yiwang.logins.models import StaffSession
from yiwang.petitions.actors import READS_PETITIONS
from yiwang.petitions.models import Entry, Petition
from yiwang.petitions.numbers import lookup_code
from yiwang.portal.grants import OWN, RECEIPT

pytestmark = pytest.mark.django_db
NUMBERS = ("0", "1", "9223372036854775807", "9223372036854775808", "9" * 40)
TEXTS = (
    "%00",
    "a%00b",
    "2611-4827-3915-0",
    "9" * 300,
    "%ff%fe",
    "%ed%a0%80",
    "..%2f..",
    "%3Cscript%3E",
    "灯",
    "-1",
    "٣",
)
QUERIES = (
    "q=%00", "q=%ff%fe", "q=" + "9" * 3000, "before=9999999999999999999", "before=%D9%A3", "before=-1.5", "page=0",
    "after=9999999999.9223372036854775808", "state=%00&due=x&agency=99999999999999999999&category=-1&region=%D9%A3",
    "since=0000-00-00&until=9999-12-31", "since=0001-01-01", "since=9999-12-31&until=0001-01-01", "list=%00&insert=1", "day=0001-01-01",
    "phone=%00", "next=//evil.example", "subject=%00", "from=x&kind=%00", "q=%3Cscript%3Ealert(1)%3C/script%3E",
)  # fmt: skip


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """Yield every address of the house, each argument replaced by every absurd value."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if "admin/" not in str(pattern.pattern):
                yield from addresses(pattern.url_patterns, f"{before}{pattern.pattern}")
            continue
        route = f"{before}{pattern.pattern}"
        if "<" not in route:
            yield route
            continue
        for value in (*NUMBERS, *TEXTS) if "<str:" in route or "<slug:" in route else NUMBERS:
            parts = route.replace(">", "<").split("<")
            whole = [part if not place % 2 else _fitting(part, value) for place, part in enumerate(parts)]
            yield "".join(whole)


def _fitting(argument: str, value: str) -> str:
    kind = argument.split(":")[0]
    if kind == "int" and not (value.isascii() and value.isdigit()):
        return NUMBERS[-1]
    return value


@pytest.fixture
def everybody(city: City) -> dict[str, Client]:
    """A citizen, somebody who holds every post that reads petitions, and each of the administrators."""
    names = ["citizen", "staff", *ADMINISTRATORS]
    found = {name: Client(raise_request_exception=False) for name in names}
    person = city.who(city.office, Role.LEADER)
    for role in READS_PETITIONS - {Role.LEADER}:
        Post.objects.create(staff=person, agency=city.office, role=role)
    for role in ADMINISTRATORS:
        found[role].force_login(city.who(city.office, role))
    found["staff"].force_login(person)
    return found


def test_no_address_is_an_error_of_ours(everybody: dict[str, Client]) -> None:
    """Given every address with absurd arguments, when a citizen and staff ask for it and post to it, then never 5xx, never markup."""
    seen = 0
    for address in dict.fromkeys(addresses(get_resolver().url_patterns)):
        for client in everybody.values():
            for method in ("GET", "POST"):
                answer = client.generic(
                    method, address, b"x=%00&version=99999999999999999999", "application/x-www-form-urlencoded"
                )
                assert answer.status_code < 500 or says_503(address), (method, address)
                if "text/html" in answer.headers.get("Content-Type", "") and not answer.streaming:
                    assert b"<script>alert" not in answer.content
                seen += 1
    assert seen > 800


def test_no_query_is_an_error_of_ours(everybody: dict[str, Client], city: City) -> None:
    """Given every page without arguments, when it is asked for with absurd filters, then never 5xx, and markup comes back as words."""
    city.file()
    for address in dict.fromkeys(addresses(get_resolver().url_patterns)):
        if any(sign.isdigit() or sign == "%" for sign in address):
            continue
        for query in QUERIES:
            for name in ("staff", "system_administrator", "auditor"):
                answer = everybody[name].get(f"{address}?{query}")
                assert answer.status_code < 500 or says_503(address), (address, query)
                assert answer.streaming or b"<script>alert(1)" not in answer.content, (address, query)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_change_nothing(everybody: dict[str, Client], city: City, method: str) -> None:
    """Given a page of each kind, when it is asked in another way, then it is refused or only read: entries stay as they were."""
    petition = city.file()
    before = Entry.objects.count()
    pages = ["/", "/ask/", "/lookup/", "/answers/", f"/receipt/{petition.number}/", f"/my/{petition.number}/withdraw/",
             "/desk/", "/desk/petitions/", f"/desk/petitions/{petition.number}/",
             f"/desk/petitions/{petition.number}/do/note/", "/desk/logout/", "/desk/login/", "/language/setlang/"]  # fmt: skip
    for page in pages:
        for client in everybody.values():
            answer = client.generic(
                method, page, b"text=x&version=0&subject=x&name=x", "application/x-www-form-urlencoded"
            )
            assert answer.status_code < 500, page
    assert (Entry.objects.count(), Petition.objects.count()) == (before, 1)
    assert Petition.objects.get().state == "filed"


def test_a_receipt_opens_for_the_browser_that_filed_and_for_no_forged_cookie(city: City) -> None:
    """Given two petitions, when a cookie is altered, moved to the other number or signed for another use, then the way is to the lookup."""
    citizen = Client()
    numbers = []
    for subject in ("第一件路灯不亮", "第二件路灯不亮"):
        numbers.append(citizen.post("/ask/", filing(subject)).headers["Location"].split("/")[2])
    own = citizen.cookies[RECEIPT.cookie].value  # of the second
    assert citizen.get(f"/receipt/{numbers[1]}/").status_code == 200
    other = Petition.objects.get(number=numbers[0])
    forged = [
        own, "", "x", own[:-1], own + "x", own.replace(numbers[1], numbers[0]), f"{numbers[0]}.{other.pk}",
        signing.TimestampSigner(salt=f"yiwang.portal.{OWN.cookie}").sign(f"{numbers[0]}.{other.pk}"),
        signing.TimestampSigner(key="x" * 50, salt=f"yiwang.portal.{RECEIPT.cookie}").sign(f"{numbers[0]}.{other.pk}"),
        "ç¯", "\\000", "a:b:c", ":" * 500, "9" * 4000,
    ]  # fmt: skip
    for value in forged:
        for path, cookie in ((f"/receipt/{numbers[0]}/", RECEIPT.cookie), (f"/my/{numbers[0]}/", OWN.cookie)):
            stranger = Client(raise_request_exception=False)
            stranger.cookies[cookie] = value
            answer = stranger.get(path)
            if cookie == OWN.cookie and value == forged[7]:
                assert answer.status_code == 200  # that one is a true grant, for this page alone
                continue
            assert answer.status_code in {303, 400}, (path, value)
            assert answer.status_code == 400 or answer.headers["Location"] == "/lookup/"


def test_a_lookup_cookie_that_was_altered_acts_on_nothing(city: City) -> None:
    """Given an opened petition, when its cookie is altered, then it can neither be read nor withdrawn; with the true one it can."""
    petition = city.file()
    citizen = Client()
    opened = citizen.post("/lookup/", {"number": petition.number, "code": lookup_code(petition.number)})
    assert opened.status_code == 303
    true = citizen.cookies[OWN.cookie].value
    citizen.cookies[OWN.cookie] = true[:-2] + ("aa" if true[-2:] != "aa" else "bb")
    answer = citizen.post(f"/my/{petition.number}/withdraw/", {"reason": "x"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/lookup/")
    assert Petition.objects.get().state == "filed"
    citizen.cookies[OWN.cookie] = true
    assert citizen.post(f"/my/{petition.number}/withdraw/", {"reason": "x"}).status_code == 303
    assert Petition.objects.get().state == "withdrawn"


@pytest.mark.parametrize(
    "cookie",
    ["", "x", "abcdefgh", '"abcdefgh\\000"', "灯" * 20, "'; DROP TABLE petitions_petition; --" * 2, "9" * 4000],
)
def test_a_session_cookie_that_is_none_leads_to_the_login(city: City, cookie: str) -> None:
    """Given a made-up session, when the desk is asked for, then the login page, or 400 for what no browser sends."""
    stranger = Client(raise_request_exception=False)
    answer = stranger.generic("GET", "/desk/", HTTP_COOKIE=f"yiwang_session={cookie}".encode().decode("latin-1"))
    assert answer.status_code == (400 if "\\000" in cookie else 303)
    assert answer.status_code == 400 or answer.headers["Location"] == "/desk/login/?next=%2Fdesk%2F"


def test_a_session_that_ran_out_leads_to_the_login_and_back_with_nothing_lost_or_done(city: City) -> None:
    """Given a clerk who writes a note, when the session has run out, then to the login, which says that the words are kept, and back."""
    petition = city.file()
    person = city.clerk.staff
    assert person is not None
    person.set_password("a-long-enough-secret")
    person.must_change_password = False
    person.save()
    clerk = Client(enforce_csrf_checks=False)
    clerk.force_login(person)
    page = f"/desk/petitions/{petition.number}/do/note/"
    shown = clerk.get(page).content.decode()
    assert f'data-draft="desk-{person.pk}-{petition.number}' in shown  # the words lie in the browser meanwhile
    StaffSession.objects.all().delete()

    answer = clerk.post(page, {"version": "0", "text": "先电话核实。"}, HTTP_REFERER=f"http://testserver{page}")

    login = answer.headers["Location"]
    assert (answer.status_code, login.split("?")[0]) == (303, "/desk/login/")
    assert "kept=1" in login
    assert Entry.objects.filter(action="note").count() == 0
    assert "您刚才填写的内容没有丢" in clerk.get(login).content.decode()
    back = clerk.post(login, {"username": person.username, "password": "a-long-enough-secret", "next": page})
    assert (back.status_code, back.headers["Location"]) == (303, page)
    assert clerk.post(page, {"version": "0", "text": "先电话核实。"}).status_code == 303
    assert Entry.objects.filter(action="note").count() == 1
