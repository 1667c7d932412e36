"""A form as a browser would send it: read from the page, filled in, encoded as the page says.

Peer and product go through the same code: every hidden field of the page goes back, an empty file field goes as the
empty part that browsers send, and the CSRF token of the page goes with its cookie.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

TOKEN = "csrfmiddlewaretoken"
MULTIPART = "multipart/form-data"


@dataclass
class Form:
    """One ``<form>`` of a page: where it goes, how it is encoded, and what the page put into it."""

    action: str = ""
    enctype: str = "application/x-www-form-urlencoded"
    method: str = "get"
    given: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    choices: dict[str, list[str]] = field(default_factory=dict)
    """The values that each ``<select>`` offers."""

    def encode(self, filled: Mapping[str, str]) -> tuple[str, bytes]:
        """Return content type and body with the page's own values, overridden by those filled in.

        Raises KeyError when a value is filled into a field that the page does not have: the form has changed.
        """
        unknown = filled.keys() - self.names
        if unknown:
            raise KeyError(f"the page's form has no field {', '.join(sorted(unknown))}; it has {sorted(self.names)}")
        values = {**self.given, **filled}
        if self.enctype != MULTIPART:
            return self.enctype, urlencode({**values, **dict.fromkeys(self.files, "")}).encode()
        boundary = "----bench" + secrets.token_hex(12)
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in values.items()
        ]
        parts += [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename=""\r\n'
            "Content-Type: application/octet-stream\r\n\r\n\r\n"
            for name in self.files
        ]
        return f"{MULTIPART}; boundary={boundary}", ("".join(parts) + f"--{boundary}--\r\n").encode()


def read_form(page: str, having: str) -> Form:
    """Return the page's form that has a field ``having``. Raises LookupError when there is none."""
    reader = _Forms()
    reader.feed(page)
    for form in reader.forms:
        if having in form.names and form.method == "post":
            return form
    raise LookupError(f"no form with a field {having} among {[sorted(form.names) for form in reader.forms]}")


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.select: str | None = None
        self.area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "form":
            enctype = held.get("enctype", "").lower() or "application/x-www-form-urlencoded"
            self.open = Form(held.get("action", ""), enctype, held.get("method", "get").lower())
            self.forms.append(self.open)
        elif self.open is not None:
            self._field(self.open, tag, held, {name for name, _ in attrs})

    def handle_data(self, data: str) -> None:
        if self.open is not None and self.area:
            self.open.given[self.area] += data.removeprefix("\r\n").removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None

    def _field(self, form: Form, tag: str, held: Mapping[str, str], flags: set[str]) -> None:
        name, kind = held.get("name", ""), held.get("type", "text").lower()
        if tag == "option" and self.select:
            form.choices.setdefault(self.select, []).append(held.get("value", ""))
            if "selected" in flags or self.select not in form.given:
                form.given[self.select] = held.get("value", "")
            return
        if not name or "disabled" in flags or tag not in {"input", "select", "textarea"}:
            return
        form.names.add(name)
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area = name
            form.given[name] = ""
        elif kind == "file":
            form.files.append(name)
        elif kind in {"checkbox", "radio"}:
            if "checked" in flags:
                form.given[name] = held.get("value") or "on"
        elif kind not in {"submit", "button", "image", "reset"}:
            form.given[name] = held.get("value", "")
