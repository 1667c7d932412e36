"""What is sent to a real server by hand, past any browser: it answers or hangs up, and serves the next one."""

import contextlib
import socket

import pytest
from tests.badluck.browser import MULTIPART, PDF, Browser, Processes, filing, multipart
from tests.offices import Office

COUNTS = "from yiwang.petitions.models import Petition; print(Petition.objects.count())"
CHARSETS = ("base64", "hex", "utf-16", "idna", "undefined", "no-such", "utf-7", "gbk", "\x01")


def raw(port: int, request: bytes) -> bytes:
    """Send bytes, say that no more will come, and return the first line of what comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
        try:
            return connection.recv(65536).split(b"\r\n")[0]
        except OSError:
            return b""


@pytest.mark.slow
def test_a_server_withstands_what_no_browser_sends(office: Office, serve: Processes, free_port: int) -> None:
    """Given a running server, when garbled requests arrive, then none is an error of its own, nothing is filed, and it goes on."""
    browser = Browser(free_port)
    fields = {**filing("灯"), **browser.form("/ask/")}
    large = multipart(fields, {"files": ("大.pdf", PDF + b"x" * 900_000)})
    whole = multipart(fields, {"files": ("灯.pdf", PDF)})

    for kind in ("application/x-www-form-urlencoded", MULTIPART, "text/plain"):
        for charset in CHARSETS:
            for method, path in (("POST", "/ask/"), ("GET", "/answers/?q=%E7%81%AF")):
                answer = browser.ask(method, path, whole, Content_Type=f"{kind}; charset={charset}")
                assert answer.status == 400, (kind, charset, method)
                assert "没有保存任何东西" in answer.text or answer.body == b""

    head = f"POST /ask/ HTTP/1.1\r\nHost: localhost:{free_port}\r\nContent-Type: {MULTIPART}\r\n".encode()
    for cookie in (b"", f"Cookie: yiwang_csrf={browser.cookies['yiwang_csrf']}\r\n".encode()):
        for request in (
            head + cookie + f"Content-Length: {len(whole) + 10_000}\r\n\r\n".encode() + whole,  # cut short
            head + cookie + f"Content-Length: {len(whole)}\r\n\r\n".encode() + whole[:-90],  # in the middle of the file
            head + cookie + f"Content-Length: {len(whole)}\r\n\r\n".encode() + whole[:200],
            head + cookie + b"Content-Length: 999999999999\r\n\r\n" + whole[:200],
            head + cookie + b"Content-Length: -5\r\n\r\n",
            head + cookie + b"Content-Length: abc\r\n\r\n",
            head + cookie + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
            b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: " + b"y" * 70_000 + b"\r\n\r\n",
            b"GET / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n",
            b"GET /\xff\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b'GET /desk/ HTTP/1.1\r\nHost: localhost\r\nCookie: yiwang_session="abcdefgh\\000"\r\n\r\n',
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,  # TLS spoken to a plain port
            b"\r\n\r\n",
        ):
            line = raw(free_port, request)
            assert b" 50" not in line, (line, request[:120])
    line = raw(free_port, head + cookie + f"Content-Length: {len(large)}\r\n\r\n".encode() + large[:-500_000])
    assert line in {b"", b"HTTP/1.1 400 Bad Request", b"HTTP/1.1 403 Forbidden"}

    assert browser.ask("GET", "/alive").body == b"ok\n"
    assert browser.ask("GET", "/lookup/").status == 200
    assert office.python(COUNTS) == "0"
    assert browser.ask("POST", "/ask/", large, Content_Type=MULTIPART).status == 303
    assert office.python(COUNTS) == "1"
    assert list((office.var / "uploads").iterdir()) == []
