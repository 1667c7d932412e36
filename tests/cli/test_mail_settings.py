"""The one address of a mail server becomes what Django's mail backend asks for."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.engine_free
LINE = (
    "from django.conf import settings as s;"
    "print(s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_HOST_USER, s.EMAIL_HOST_PASSWORD, s.EMAIL_USE_SSL, s.EMAIL_USE_TLS,"
    " s.DEFAULT_FROM_EMAIL)"
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://localhost:2525", "localhost 2525   False False office@example.org"),
        ("smtps://of%40fice:p%3Aw@mail.example", "mail.example 465 of@fice p:w True False office@example.org"),
        ("smtp+starttls://office:pw@mail.example", "mail.example 587 office pw False True office@example.org"),
        ("", " 25   False False office@example.org"),
    ],
)
def test_the_mail_server_is_the_one_that_was_named(url: str, expected: str) -> None:
    """Given YIWANG_SMTP_URL, when Django starts, then mail goes there and nowhere else; without one nothing is ready to send."""
    more = {"YIWANG_SMTP_URL": url, "YIWANG_MAIL_FROM": "office@example.org"}
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "yiwang.cli.settings", **more}
    done = subprocess.run([sys.executable, "-c", LINE], env=environ, capture_output=True, text=True)
    assert (done.stdout.rstrip("\n"), done.stderr) == (expected, "")
