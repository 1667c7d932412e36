"""What tests of logins do again and again: log in, enrol an application, read the codes."""

import base64
import re
import time

from django.http import HttpResponse
from django.test import Client
from django_otp.oath import totp

from yiwang.agencies.models import Staff
from yiwang.journal.models import Record
from yiwang.logins.models import AuthenticatorApp

PASSWORD = "垂柳与春水二十里路上"
CODES = re.compile(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}")


def log_in(
    staff: Staff, client: Client | None = None, password: str = PASSWORD, **more: str
) -> tuple[Client, HttpResponse]:
    """Send the login form; return the browser and the answer."""
    client = client or Client()
    return client, client.post("/desk/login/", {"username": staff.username, "password": password}, **more)


def code_of(staff: Staff, *, steps: int = 0) -> str:
    """Return the code that somebody's application shows, so many steps of thirty seconds from now."""
    app = AuthenticatorApp.objects.filter(staff=staff).latest("made_at")
    secret = base64.b32decode(app.unseal("secret"))
    return f"{totp(secret, t0=-30 * steps):06}"


def enrol_app(staff: Staff, client: Client) -> list[str]:
    """Enrol an application by the pages, and return the recovery codes that were shown."""
    client.get("/desk/account/app/")
    answer = client.post("/desk/account/app/", {"given": code_of(staff)})
    assert answer.status_code in (200, 303), answer.content.decode()
    AuthenticatorApp.objects.filter(staff=staff).update(last_step=int(time.time()) // 30 - 2)
    return CODES.findall(answer.content.decode())


def lines(*acts: str) -> list[tuple[str, str, str]]:
    """Return act, reason and result of the lines of these acts, oldest first."""
    found = Record.objects.filter(act__in=acts).order_by("at", "pk")
    return [(record.act, record.reason, str(record.result)) for record in found]
