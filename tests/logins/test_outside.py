"""Login by an OpenID provider, against one that really runs: oidc-provider-mock serves discovery, keys, codes and tokens on loopback."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client
from oidc_provider_mock import User, run_server_in_thread
from tests.logins.device import text
from tests.logins.visits import code_of, enrol_app, lines, log_in

from yiwang.agencies.models import Staff
from yiwang.logins import outside
from yiwang.logins import provider as talk
from yiwang.logins.models import OutsideName
from yiwang.logins.refusals import LoginRefused

if TYPE_CHECKING:
    from tests.given import City

BACK = "/desk/login/outside/back/"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The issuer of a running provider that knows four people."""
    people = [
        User(sub="u-1", claims={"preferred_username": "zhang"}),
        User(sub="u-2", claims={"preferred_username": "zhang"}),
        User(sub="u-3", claims={"preferred_username": "zhang", "amr": ["pwd", "mfa"]}),
        User(sub="u-9", claims={"preferred_username": "stranger"}),
    ]
    with run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(autouse=True)
def _offered(settings: Any, provider: str) -> None:
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = (
        provider,
        "yiwang",
        "secret-of-the-client",
    )


@pytest.fixture
def zhang(clerk: Staff) -> Staff:
    Staff.objects.filter(pk=clerk.pk).update(username="zhang")
    clerk.refresh_from_db()
    return clerk


def through(client: Client, subject: str) -> str:
    """Go to the provider, say yes there as that person, and return the address that leads back."""
    away = client.get("/desk/login/outside/?next=/desk/absences/")
    assert away.status_code == 302, away.content.decode()
    answer = requests.post(away["Location"], data={"sub": subject}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    assert (back.netloc, back.path) == ("testserver", BACK)
    return f"{back.path}?{back.query}"


def test_the_way_there_bears_pkce_state_and_nonce(client: Client, db: None, provider: str) -> None:
    address = urlsplit(client.get("/desk/login/outside/")["Location"])
    given = parse_qs(address.query)
    assert f"{address.scheme}://{address.netloc}" == provider
    assert (given["response_type"], given["code_challenge_method"], given["scope"]) == (
        ["code"],
        ["S256"],
        ["openid profile"],
    )
    assert given["redirect_uri"] == [f"http://testserver{BACK}"]
    assert all(re.fullmatch(r"[\w-]{43}", given[name][0]) for name in ("state", "nonce", "code_challenge"))
    verifier = client.session["journey"]["verifier"]
    assert verifier not in address.query
    assert given["code_challenge"] == [text(sha256(verifier.encode()).digest())]


def test_somebody_known_comes_in(zhang: Staff) -> None:
    """Given an active member of staff, when the provider says it is them, then they are in, and known by subject from then on."""
    client = Client()
    assert client.get(through(client, "u-1"))["Location"] == "/desk/absences/"
    assert client.get("/desk/").status_code == 200
    known = OutsideName.objects.get()
    assert (known.staff, known.subject) == (zhang, "u-1")
    assert lines("oidc_login", "bind_outside_name", "login") == [
        ("bind_outside_name", "", "done"),
        ("oidc_login", "", "done"),
        ("login", "", "done"),
    ]
    # a new name there is the same person here
    Staff.objects.filter(pk=zhang.pk).update(username="zhang.wei")
    again = Client()
    assert again.get(through(again, "u-1")).status_code == 303
    assert again.get("/desk/").status_code == 200


def test_somebody_who_took_over_a_name_is_not_that_person(zhang: Staff) -> None:
    first, other = Client(), Client()
    first.get(through(first, "u-1"))
    answer = other.get(through(other, "u-2"))
    assert answer.status_code == 422
    assert "还不是这里的工作人员" in answer.content.decode()
    assert other.get("/desk/").status_code == 303
    assert OutsideName.objects.count() == 1
    assert lines("oidc_login")[-1] == ("oidc_login", "unknown_user", "refused")


def test_a_binding_that_was_removed_is_made_anew(zhang: Staff, city: "City") -> None:
    """Given somebody bound to one subject, when the security administrator removes that on their page, then their sessions
    end and their next subject is bound; nobody removes their own."""
    first, keeper, other = Client(), Client(), Client()
    first.get(through(first, "u-1"))
    security = city.who(city.office, "security_administrator")
    keeper.force_login(security)
    assert keeper.post(f"/desk/setup/staff/{zhang.pk}/", {"do": "unbind"}).status_code == 303
    assert first.get("/desk/").status_code == 303
    assert lines("unbind_outside_name") == [("unbind_outside_name", "", "done")]
    assert other.get(through(other, "u-2")).status_code == 303
    assert OutsideName.objects.get().subject == "u-2"
    with pytest.raises(LoginRefused, match="oneself"):
        outside.unbind(zhang, zhang)
    assert OutsideName.objects.count() == 1


@pytest.mark.parametrize("who", ["stranger", "left"])
def test_nobody_is_added_and_nobody_comes_back(zhang: Staff, who: str) -> None:
    client = Client()
    if who == "left":
        client.get(through(client, "u-1"))
        client = Client()
        Staff.objects.filter(pk=zhang.pk).update(is_active=False)
    number = Staff.objects.count()
    answer = client.get(through(client, "u-9" if who == "stranger" else "u-1"))
    assert answer.status_code == 422
    assert Staff.objects.count() == number
    assert client.get("/desk/").status_code == 303
    assert lines("oidc_login")[-1] == ("oidc_login", "inactive" if who == "left" else "unknown_user", "refused")


def test_our_second_factor_is_asked_for_as_after_a_password(zhang: Staff) -> None:
    own, _answer = log_in(zhang)
    enrol_app(zhang, own)
    client = Client()
    answer = client.get(through(client, "u-1"))
    assert answer["Location"] == "/desk/login/second/?next=%2Fdesk%2Fabsences%2F"
    assert client.get("/desk/").status_code == 303
    assert client.post(answer["Location"], {"given": code_of(zhang)}).status_code == 303
    assert client.get("/desk/").status_code == 200


def test_a_trusted_factor_of_the_provider_counts(zhang: Staff, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given “mfa” trusted, when the ID token says so, then nothing more is asked; where it does not say so, ours is."""
    settings.SECOND_FACTOR_REQUIRED, settings.OIDC_TRUSTED_FACTORS = True, ("mfa", "hwk")
    real = talk.claims_of
    said: dict[str, Any] = {}

    def saying(*given: Any) -> dict[str, Any]:
        return {**real(*given), **said}

    monkeypatch.setattr(talk, "claims_of", saying)
    weak = Client()
    weak.get(through(weak, "u-1"))
    assert weak.get("/desk/")["Location"].startswith("/desk/account/")
    said["amr"] = ["pwd", "mfa"]
    strong = Client()
    strong.get(through(strong, "u-1"))
    assert strong.get("/desk/").status_code == 200
    assert strong.session["factor"] == "outside"


def test_a_way_back_that_nobody_went_is_refused(zhang: Staff) -> None:
    """Given somebody's way back, when another browser opens it, or it is opened twice, then nobody is let in."""
    client, victim = Client(), Client()
    back = through(client, "u-1")
    assert victim.get(back).status_code == 422
    assert victim.get("/desk/").status_code == 303
    assert client.get(back).status_code == 303
    client.post("/desk/logout/")
    assert client.get(back).status_code == 422
    assert client.get("/desk/").status_code == 303
    assert {line[1] for line in lines("oidc_login") if line[2] == "refused"} == {"bad_state"}


def test_the_code_is_exchanged_with_the_verifier(zhang: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given the way back, then the request for the token bears the secret of the way there (RFC 7636, section 4.5)."""
    sent: list[dict[str, str]] = []
    real = talk.OAuth2Session.fetch_token

    def noted(self: Any, *given: Any, **more: Any) -> Any:
        sent.append(more)
        return real(self, *given, **more)

    monkeypatch.setattr(talk.OAuth2Session, "fetch_token", noted)
    client = Client()
    back = through(client, "u-1")
    verifier = client.session["journey"]["verifier"]
    client.get(back)
    assert [request["code_verifier"] for request in sent] == [verifier]


@pytest.mark.parametrize("fault", ["nonce", "audience"])
def test_a_token_that_does_not_fit_the_journey_is_refused(zhang: Staff, settings: Any, fault: str) -> None:
    client = Client()
    back = through(client, "u-1")
    session = client.session
    if fault == "audience":
        settings.OIDC_CLIENT_ID = "another"
    else:
        session["journey"] = {**session["journey"], fault: "another-one-entirely-another-one-entirely-one"}
        session.save()
    assert client.get(back).status_code == 422
    assert client.get("/desk/").status_code == 303
    assert lines("oidc_login") == [("oidc_login", "bad_token", "refused")]


def test_a_no_at_the_provider_is_told(client: Client, zhang: Staff) -> None:
    client.get("/desk/login/outside/")
    state = client.session["journey"]["state"]
    answer = client.get(f"{BACK}?error=access_denied&state={state}")
    assert "没有同意登录" in answer.content.decode()
    assert lines("oidc_login") == [("oidc_login", "provider_refused", "refused")]


def test_a_provider_that_is_away_is_told_and_passwords_still_work(zhang: Staff, settings: Any) -> None:
    settings.OIDC_ISSUER = "http://localhost:9"
    client = Client()
    answer = client.get("/desk/login/outside/")
    assert answer.status_code == 422
    assert "现在连不上" in answer.content.decode()
    assert log_in(zhang, client)[1].status_code == 303
    assert lines("oidc_login") == [("oidc_login", "provider_away", "refused")]


def test_without_a_provider_there_is_no_such_page(client: Client, db: None, settings: Any) -> None:
    settings.OIDC_ISSUER = ""
    assert client.get("/desk/login/outside/").status_code == 404
    assert client.get(BACK).status_code == 404
    assert "统一身份认证" not in client.get("/desk/login/").content.decode()


@pytest.mark.engine_free
def test_the_answer_must_come_from_the_issuer_that_was_named(provider: str, settings: Any) -> None:
    settings.OIDC_ISSUER = provider.replace("localhost", "LOCALHOST")
    with pytest.raises(LoginRefused) as refused:
        talk.begin("http://testserver/")
    assert refused.value.code == "wrong_issuer"
