"""What a petitioner may see after filing or after number and code: signed cookies, each for one petition and its own path.

There is no session for petitioners: nothing about them is stored, and closing the browser or half an hour ends it.
"""

from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

SECONDS = 30 * 60
RECEIPT_COOKIE = "yiwang_receipt"
OWN_COOKIE = "yiwang_my"


@dataclass(frozen=True)
class Grant:
    """One kind of permission: the name of its cookie, and of the address below which the cookie is sent."""

    cookie: str
    url_name: str

    def give(self, response: HttpResponse, number: str, petition_id: int, *, secure: bool) -> None:
        """Let whoever gets this response see that petition for half an hour."""
        response.set_cookie(
            self.cookie,
            self._signer.sign(f"{number}.{petition_id}"),
            max_age=SECONDS,
            path=reverse(self.url_name, args=[number]),
            secure=secure,
            httponly=True,
            samesite="Lax",
        )

    def petition_id(self, request: HttpRequest, number: str) -> int | None:
        """Return the id of the petition of that number if this request may see it, without asking the database."""
        try:
            said = self._signer.unsign(request.COOKIES.get(self.cookie, ""), max_age=SECONDS)
        except signing.BadSignature:
            return None
        granted, _stop, petition_id = said.rpartition(".")
        return int(petition_id) if granted == number else None

    def take_back(self, response: HttpResponse, number: str) -> None:
        """Forget the permission in the reader's browser."""
        response.delete_cookie(self.cookie, path=reverse(self.url_name, args=[number]), samesite="Lax")

    @property
    def _signer(self) -> signing.TimestampSigner:
        return signing.TimestampSigner(salt=f"yiwang.portal.{self.cookie}")


RECEIPT = Grant(RECEIPT_COOKIE, "portal:receipt")
OWN = Grant(OWN_COOKIE, "portal:my")
