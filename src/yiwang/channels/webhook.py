"""Webhooks as a way out: a signed JSON document is posted to an address that an administrator gave.

The receiver knows us by ``Yiwang-Signature: v1=…``, the HMAC-SHA256 in hexadecimal of ``Yiwang-Timestamp``, a full stop and
the body, under the secret that both have; ``Yiwang-Id`` is the same for a repeat. The address is looked up once, judged,
and connected to as judged, so that a name that changes its mind leads nowhere else; redirects are not followed.
"""

import hmac
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings

from yiwang.outbox.senders import DeliveryFailed, Message

TIMEOUT_SECONDS = 10
ANSWER_BYTES = 1024
AGAIN = frozenset({408, 425, 429})
"""Refusals that pass."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Target:
    """Where to connect: scheme, name, port, path with query."""

    scheme: str
    host: str
    port: int
    path: str


class WebhookSender:
    """Posts the notice's body, which is JSON already, to the notice's address."""

    route = "webhook"

    def ready(self) -> bool:
        """Whether the office has a secret to sign with (YIWANG_WEBHOOK_SECRET)."""
        return bool(settings.WEBHOOK_SECRET)

    def send(self, message: Message) -> None:
        """Post one message; anything but 2xx is a failure.

        Raises DeliveryFailed: lasting when the address is none that may be called, or the other side refuses it for good.
        """
        target = target_of(message.address)
        place = judged(target)
        body = message.body.encode()
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Yiwang",
            "Yiwang-Id": message.idempotency_key,
            "Yiwang-Timestamp": stamp,
            "Yiwang-Signature": f"v1={signature(settings.WEBHOOK_SECRET, stamp, body)}",
        }
        connection = _connection(target, place)
        try:
            connection.request("POST", target.path, body=body, headers=headers)
            answer = connection.getresponse()
            answer.read(ANSWER_BYTES)
            status = answer.status
        except (OSError, HTTPException) as away:
            raise DeliveryFailed(type(away).__name__) from away
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise DeliveryFailed(f"http-{status}", lasting=400 <= status < 500 and status not in AGAIN)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return what a body is signed with at an instant (seconds since the epoch, as text)."""
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, "sha256").hexdigest()


def target_of(address: str) -> Target:
    """Read an address. Raises DeliveryFailed, lasting: http is for this very machine alone, and not in production."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise DeliveryFailed("webhook-address", lasting=True) from None
    odd = any(sign.isspace() or not sign.isprintable() for sign in address)
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.password or odd:
        raise DeliveryFailed("webhook-address", lasting=True)
    if parts.scheme == "http" and (settings.ENV == "production" or not _is_loopback(host)):
        raise DeliveryFailed("webhook-not-https", lasting=True)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise DeliveryFailed("webhook-address", lasting=True)
    return Target(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)


def judged(target: Target) -> str:
    """Return the network address to connect to: one of the public net, of a network that the office named, or this machine in development.

    Raises DeliveryFailed: lasting when the name leads only where it may not.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as away:
        raise DeliveryFailed("webhook-no-such-host") from away
    places = [str(entry[4][0]) for entry in found]
    for place in places:
        if _allowed(ipaddress.ip_address(place.partition("%")[0])):
            return place
    raise DeliveryFailed("webhook-private-address", lasting=True)


def _allowed(place: Address) -> bool:
    if isinstance(place, ipaddress.IPv6Address) and place.ipv4_mapped:
        place = place.ipv4_mapped
    if any(place in network for network in settings.WEBHOOK_NETWORKS):
        return True
    if place.is_loopback:
        return bool(settings.ENV != "production")
    return place.is_global and not place.is_multicast


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _connection(target: Target, place: str) -> HTTPConnection:
    """Return a connection that goes to the judged address, and asks for the name."""
    connection: HTTPConnection
    if target.scheme == "https":
        connection = HTTPSConnection(
            target.host, target.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    else:
        connection = HTTPConnection(target.host, target.port, timeout=TIMEOUT_SECONDS)

    def straight(_address: object, timeout: float, _source: object) -> socket.socket:
        return socket.create_connection((place, target.port), timeout)

    connection._create_connection = straight  # type: ignore[attr-defined]
    return connection
