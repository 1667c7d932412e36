"""What every answer tells the browser, whoever made it: a page, a file, a refusal before any page (docs/security.md).

One table; what an answer brings itself stays, so that a page may be stricter. Sources: W3C Content Security Policy 3, Fetch
(CORP), HTML (COOP, COEP), RFC 6797 (HSTS), RFC 9111 (Cache-Control).
"""

from collections.abc import Iterable

CONTENT_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    ]
)
FILE_POLICY = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For a file that somebody sent: it may run nothing and reach nothing, should a browser show it after all."""
DENIED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "screen-wake-lock", "serial", "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip
OWN = ("clipboard-write", "fullscreen", "publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS = ", ".join([*(f"{name}=()" for name in DENIED), *(f"{name}=(self)" for name in OWN)])
HSTS = f"max-age={365 * 24 * 3600}"

ALWAYS: tuple[tuple[str, str], ...] = (
    ("Content-Security-Policy", CONTENT_POLICY),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", PERMISSIONS),
    # An address may hold a petition's number: it is told to nobody else. Our own pages need it (CSRF, the desk's way back).
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)
PERSONAL = ("/desk/", "/admin/", "/my/", "/mine/", "/receipt/", "/lookup/", "/verify/")
"""Addresses below which nothing is kept by a cache, nor by a browser's history, whatever is answered there."""
UNKEPT = "no-store"
FORGET = '"cache", "storage"'
"""Clear-Site-Data at logout: pages, and drafts of them. Not “cookies” (W3C Clear Site Data, section 3.1): that would take those of
all sister sites under the same registered domain, and here the language and that this device is known; the session's is deleted."""


def missing(present: Iterable[str], *, https: bool) -> list[tuple[str, str]]:
    """Return the headers that an answer still lacks; ``present`` are the names of those it has."""
    there = {name.lower() for name in present}
    wanted = [*ALWAYS, ("Strict-Transport-Security", HSTS)] if https else ALWAYS
    return [pair for pair in wanted if pair[0].lower() not in there]


def is_personal(path: str) -> bool:
    """Tell whether what stands under a path belongs to one person or to staff."""
    return path.startswith(PERSONAL)
