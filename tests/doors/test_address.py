"""Where a request comes from: what proxies say is believed of those that were named, and of nobody else."""

from ipaddress import ip_network

import pytest
from django.test import RequestFactory

from yiwang.doors.address import SAID_BY_PROXIES, client_of, settle

PROXIES = (ip_network("10.0.3.0/24"), ip_network("127.0.0.1"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "said", "client"),
    [
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.3.9", "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, no address, 10.0.3.9", "10.0.3.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "10.0.3.9", "10.0.3.9"),
        ("10.0.3.9:41234", "198.51.100.1:5000", "198.51.100.1"),
        ("[fd00::1]:41234", "[2001:db8::7]:99", "2001:db8::7"),
        ("::ffff:127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("fd00::1", "fe80::1%eth0", "fe80::1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_the_client_is_the_first_that_no_proxy_of_ours_is(peer: str, said: str, client: str) -> None:
    """Given a chain of proxies, when read from its end, then the client is the first address that is none of ours."""
    environ = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": said}
    settle(environ, PROXIES)
    request = RequestFactory().get("/")
    request.META["REMOTE_ADDR"] = environ["REMOTE_ADDR"]
    assert client_of(request) == client


@pytest.mark.parametrize(
    ("peer", "said", "scheme"),
    [
        ("127.0.0.1", "https", "https"),
        ("127.0.0.1", "http, https", "https"),
        ("127.0.0.1", "gopher", "http"),
        ("203.0.113.7", "https", "http"),
    ],
)
def test_https_is_believed_of_our_proxies_alone(peer: str, said: str, scheme: str) -> None:
    """Given somebody who says that they came by https, then it counts when a proxy of ours says so."""
    environ = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_PROTO": said, "wsgi.url_scheme": "http"}
    settle(environ, PROXIES)
    assert environ["wsgi.url_scheme"] == scheme


@pytest.mark.parametrize("peer", ["127.0.0.1", "203.0.113.7"])
def test_nothing_that_was_said_reaches_a_page(peer: str) -> None:
    """Given headers that name addresses and hosts, then none is left for anything behind to believe by mistake."""
    environ = {"REMOTE_ADDR": peer, **dict.fromkeys(SAID_BY_PROXIES, "evil.example")}
    settle(environ, PROXIES)
    assert not set(environ) & set(SAID_BY_PROXIES)


def test_a_long_chain_is_not_read_without_end() -> None:
    """Given a header of a million addresses, then the last twenty are looked at."""
    environ = {
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_X_FORWARDED_FOR": "198.51.100.1," * 100_000 + ",".join(["10.0.3.9"] * 20),
    }
    settle(environ, PROXIES)
    assert environ["REMOTE_ADDR"] == "10.0.3.9"
