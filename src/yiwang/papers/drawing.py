"""Drawing HTML as PDF, through WeasyPrint, which needs Pango and a Chinese typeface of the system. Nothing here needs Django."""

import shutil
import subprocess
from functools import cache
from typing import Any


class CannotDraw(Exception):
    """No PDF can be drawn here. ``code`` says what is missing: “pango” or “font”."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def draw(html: str) -> bytes:
    """Return the page as PDF, its typefaces embedded; raises :class:`CannotDraw`. It reaches nothing outside of the page."""
    weasyprint = _weasyprint()
    if not has_chinese_font():
        raise CannotDraw("font")
    from weasyprint.urls import URLFetcher

    within = URLFetcher(allowed_protocols=["data"], allow_redirects=False)
    pdf: bytes = weasyprint.HTML(string=html, url_fetcher=within).write_pdf()
    return pdf


def _weasyprint() -> Any:
    try:
        import weasyprint
    except OSError as missing:  # the library's own way to say that Pango is not there
        raise CannotDraw("pango") from missing
    return weasyprint


@cache
def has_chinese_font() -> bool:
    """Tell whether the system knows a typeface with simplified Chinese; true where nobody can say."""
    tool = shutil.which("fc-list")
    if tool is None:
        return True
    done = subprocess.run([tool, ":lang=zh-cn", "family"], capture_output=True, timeout=30, check=False)  # noqa: S603
    return bool(done.stdout.strip())
