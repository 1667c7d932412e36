"""Webhooks leave signed, only to where they may, and follow nobody elsewhere."""

import hmac
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from threading import Thread

import pytest
from django.conf import LazySettings

from yiwang.channels import webhook
from yiwang.channels.webhook import WebhookSender, judged, target_of
from yiwang.outbox.senders import DeliveryFailed, Message

pytestmark = pytest.mark.engine_free
SECRET = "a secret that both sides have"


@dataclass
class Receiver:
    """A real HTTP server on the loopback that keeps what it is sent, and answers as a test says."""

    status: int = 204
    location: str = ""
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?team=duty"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.got.append((self.path, dict(self.headers.items()), body))
            self.send_response(kept.status)
            if kept.location:
                self.send_header("Location", kept.location)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _secret(settings: LazySettings) -> None:
    settings.WEBHOOK_SECRET = SECRET


def message(address: str) -> Message:
    return Message(address, "告警", json.dumps({"event": "raised", "text": "告警：磁盘"}), "zh-hans", "alert-1-r0-0")


def test_it_is_posted_with_a_signature_that_the_receiver_can_check(receiver: Receiver) -> None:
    """Given a receiver, when an alert is sent, then path, id and body are there, and the HMAC over time and body fits."""
    WebhookSender().send(message(receiver.address))
    ((path, headers, body),) = receiver.got
    assert (path, headers["Yiwang-Id"], json.loads(body)["event"]) == ("/hook?team=duty", "alert-1-r0-0", "raised")
    signed = hmac.new(SECRET.encode(), headers["Yiwang-Timestamp"].encode() + b"." + body, "sha256").hexdigest()
    assert headers["Yiwang-Signature"] == f"v1={signed}"


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    """Given a receiver that sends elsewhere, then it is asked once, and the delivery failed."""
    receiver.status, receiver.location = 302, f"http://127.0.0.1:{receiver.port}/elsewhere"
    with pytest.raises(DeliveryFailed) as failed:
        WebhookSender().send(message(receiver.address))
    assert (failed.value.code, failed.value.lasting, len(receiver.got)) == ("http-302", False, 1)


@pytest.mark.parametrize(
    ("status", "lasting"), [(500, False), (503, False), (429, False), (408, False), (404, True), (410, True)]
)
def test_what_passes_and_what_lasts(receiver: Receiver, status: int, lasting: bool) -> None:
    """Given an answer that is no success, then it is tried again, unless the other side refuses it for good."""
    receiver.status = status
    with pytest.raises(DeliveryFailed) as failed:
        WebhookSender().send(message(receiver.address))
    assert (failed.value.code, failed.value.lasting) == (f"http-{status}", lasting)


def test_a_receiver_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a receiver that takes the connection and says nothing, then it is a failure that passes."""
    monkeypatch.setattr(webhook, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as deaf, pytest.raises(DeliveryFailed) as failed:
        WebhookSender().send(message(f"http://127.0.0.1:{deaf.getsockname()[1]}/"))
    assert (failed.value.code, failed.value.lasting) == ("TimeoutError", False)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("ftp://hooks.example.org/", "webhook-address"), ("https://user:word@hooks.example.org/", "webhook-address"),
        ("https:///path", "webhook-address"), ("https://hooks.example.org:port/", "webhook-address"),
        ("https://hooks.example.org/a b", "webhook-address"), ("https://hooks.example.org/\r\nX: y", "webhook-address"),
        ("http://hooks.example.org/", "webhook-not-https"), ("http://10.0.0.1/", "webhook-not-https"),
    ],
)  # fmt: skip
def test_an_address_that_may_not_be_called(address: str, code: str) -> None:
    """Given an address that is none, or not https, then the failure is for good, and nothing is looked up."""
    with pytest.raises(DeliveryFailed) as failed:
        target_of(address)
    assert (failed.value.code, failed.value.lasting) == (code, True)


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "[::]", "[fe80::1]",
        "[fd00::1]", "[::ffff:10.0.0.1]",
    ],
)  # fmt: skip
def test_a_private_address_is_not_called_unless_it_was_named(address: str, settings: LazySettings) -> None:
    """Given a private address, then it is refused for good; named by the operator, it is allowed."""
    target = target_of(f"https://{address}/")
    with pytest.raises(DeliveryFailed) as failed:
        judged(target)
    assert (failed.value.code, failed.value.lasting) == ("webhook-private-address", True)
    settings.WEBHOOK_NETWORKS = (ip_network("10.0.0.0/8"),)
    if address.endswith("10.0.0.1]") or address == "10.0.0.1":
        assert judged(target)
    else:
        with pytest.raises(DeliveryFailed):
            judged(target)


def test_this_machine_is_called_in_development_alone(receiver: Receiver, settings: LazySettings) -> None:
    """Given production, then neither http nor the loopback is called."""
    settings.ENV = "production"
    with pytest.raises(DeliveryFailed, match="webhook-not-https"):
        WebhookSender().send(message(receiver.address))
    with pytest.raises(DeliveryFailed, match="webhook-private-address"):
        WebhookSender().send(message(f"https://127.0.0.1:{receiver.port}/"))
    assert receiver.got == []


def test_the_address_that_was_judged_is_the_one_that_is_called(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a name that is looked up differently a second time, then it is looked up once, and called as judged."""
    looked: list[str] = []

    def once(host: str, port: int, **_more: object) -> list[tuple[object, ...]]:
        looked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if len(looked) == 1 else "10.0.0.1", port))]

    monkeypatch.setattr(webhook.socket, "getaddrinfo", once)
    place = judged(target_of(f"http://localhost:{receiver.port}/"))
    assert (place, looked) == ("127.0.0.1", ["localhost"])
    monkeypatch.undo()
    WebhookSender().send(message(f"http://localhost:{receiver.port}/"))
    assert len(receiver.got) == 1


def test_without_a_secret_none_is_sent(settings: LazySettings) -> None:
    """Given no secret, then the sender is not ready."""
    assert WebhookSender().ready()
    settings.WEBHOOK_SECRET = ""
    assert not WebhookSender().ready()
