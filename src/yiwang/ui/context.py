"""What every page knows about its reader and its office, without asking the database."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

MODE_COOKIE = "mode"
THEME_COOKIE = "theme"
MODES = ("", "elder")
THEMES = ("", "light", "dark")
DEFAULT_OFFICE_NAME = "信访局"
DEFAULT_TELEPHONE = "12343"


@dataclass(frozen=True, slots=True)
class Page:
    """One page's reader and office.

    mode: "" or "elder" (长者版). theme: "" (as the device says), "light" or "dark".
    language: "zh-hans" or "en"; lang: the same as an HTML lang value. path: where a switch of these comes back to.
    """

    mode: str
    theme: str
    language: str
    lang: str
    path: str
    office_name: str
    office_telephone: str

    @property
    def elder(self) -> bool:
        return self.mode == "elder"

    @property
    def english(self) -> bool:
        return self.language == "en"


def office_name(language: str) -> str:
    """The office's name: OFFICE_NAME, or OFFICE_NAME_EN for an English page where the office has set one."""
    name: str = getattr(settings, "OFFICE_NAME", "") or DEFAULT_OFFICE_NAME
    if language == "en":
        return getattr(settings, "OFFICE_NAME_EN", "") or name
    return name


def page_of(request: HttpRequest | None) -> Page:
    """The page's reader as told by cookies and the active language; unknown cookie values count as unset."""
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    mode = request.COOKIES.get(MODE_COOKIE, "") if request is not None else ""
    theme = request.COOKIES.get(THEME_COOKIE, "") if request is not None else ""
    return Page(
        mode=mode if mode in MODES else "",
        theme=theme if theme in THEMES else "",
        language=language,
        lang="en" if language == "en" else "zh-CN",
        path=request.get_full_path() if request is not None and request.method == "GET" else "",
        office_name=office_name(language),
        office_telephone=getattr(settings, "OFFICE_TELEPHONE", "") or DEFAULT_TELEPHONE,
    )


def page(request: HttpRequest) -> dict[str, Page]:
    """Context processor: gives templates ``{{ ui }}`` (the name ``page`` belongs to paginated views)."""
    return {"ui": page_of(request)}
