"""Where a request comes from: the address of the other side, or what a trusted proxy says of it.

Only a proxy whose address was named in ``YIWANG_PROXIES`` is believed; what anybody else writes into ``X-Forwarded-…`` is
thrown away before anything can read it.
"""

from collections.abc import Iterable, MutableMapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from django.http import HttpRequest

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

SAID_BY_PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT",
                   "HTTP_X_FORWARDED_SERVER", "HTTP_X_REAL_IP", "HTTP_FORWARDED")  # fmt: skip
MOST_HOPS = 20
HOME_BITS = 64
"""A household or telephone has a whole /64 of IPv6 addresses and changes them as it likes: it counts as one."""


def client_of(request: HttpRequest) -> str:
    """Return the network address from which a request came; empty where it is not known (a Unix socket without proxy)."""
    found = _address(str(request.META.get("REMOTE_ADDR", "")))
    return str(found) if found else ""


def household(address: str) -> str:
    """Return what is counted as one place: an IPv4 address, or the /64 network of an IPv6 address."""
    found = _address(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, HOME_BITS), strict=False))
    return str(found) if found else address


def settle(environ: MutableMapping[str, Any], proxies: Iterable[Network]) -> None:
    """Put the client's own address and scheme into a WSGI environment, and take out what a stranger may have written.

    ``X-Forwarded-For`` is read from its end: what the nearest proxy added is true, what stands left of the first stranger
    is hearsay. Raises nothing: what cannot be read counts as not said.
    """
    known = tuple(proxies)
    peer = _address(str(environ.get("REMOTE_ADDR", "")))
    # Over a Unix socket there is no address: who may write to the socket is a matter of the folder's permissions.
    trusted = peer is not None and _within(peer, known)
    if trusted:
        client = peer
        for hop in reversed(str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")[-MOST_HOPS:]):
            found = _address(hop)
            if found is None:
                break
            client = found
            if not _within(found, known):
                break
        environ["REMOTE_ADDR"] = str(client)
        scheme = str(environ.get("HTTP_X_FORWARDED_PROTO", "")).rpartition(",")[2].strip().lower()
        if scheme in {"http", "https"}:
            environ["wsgi.url_scheme"] = scheme
    for name in SAID_BY_PROXIES:
        environ.pop(name, None)


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def _address(text: str) -> Address | None:
    """Read an address as servers and proxies write it: with a port, in brackets, as IPv4 within IPv6."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
