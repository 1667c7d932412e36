"""What lies outside and is read now and then: until when the website's certificate is good. The worker does it every hour."""

import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings

from yiwang.watch.models import Reading
from yiwang.watch.signals import CERTIFICATE

TIMEOUT_SECONDS = 10


def read_certificate(now: datetime | None = None) -> float | None:
    """Read for how many days the certificate at the office's own address is still good, note it, and return it.

    None without https, or where nobody answers: the reason is noted. The certificate is read and not judged.
    """
    now = now or datetime.now(UTC)
    address = urlsplit(settings.BASE_URL)
    if address.scheme != "https" or not address.hostname:
        return None
    days, why = None, ""
    try:
        pem = ssl.get_server_certificate((address.hostname, address.port or 443), timeout=TIMEOUT_SECONDS)
        ends = x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc
        days = (ends - now).total_seconds() / 86_400
    except (OSError, ValueError) as error:
        why = type(error).__name__
    Reading.objects.update_or_create(name=CERTIFICATE, defaults={"value": days, "why": why, "at": now})
    return days
