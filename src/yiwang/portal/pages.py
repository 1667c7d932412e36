"""The pages that stand still: the three doors, the guide that article 18 asks for, the law, and what is kept and why."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from yiwang.agencies.models import Agency
from yiwang.petitions.deadlines import RULES, Rule, rules_of, version_on
from yiwang.petitions.personal import REGISTER
from yiwang.portal.grants import SECONDS
from yiwang.workdays.counting import office_date

LAW_FILE = Path(__file__).parent / "law" / "regulations.txt"
NUMERALS = {sign: value for value, sign in enumerate("一二三四五六七八九", start=1)}
_ARTICLE = re.compile(r"第([一二三四五六七八九十]+)条\s+(.*)")
SECURITY_DAYS = 180


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Three doors. Asks nothing of the database: it stands open when all else is away."""
    return render(request, "portal/home.html")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """The guide 信访指南 (art. 18): channels, address, telephone, reception hours, procedure, limits."""
    offices = list(Agency.objects.filter(kind=Agency.Kind.OFFICE, active=True).order_by("depth", "position", "id"))
    context = {"main": offices[0] if offices else None, "offices": offices[1:], "rules": _limits(offices)}
    return render(request, "portal/about.html", context)


def _limits(offices: list[Agency]) -> list[tuple[Rule, bool]]:
    """Return the limits that the Regulations set, each with whether the office has a stricter one of its own in its place."""
    version = version_on(offices[0].local_limits if offices else 0, office_date(datetime.now(UTC)))
    present = rules_of(version)
    return [(present[code], present[code] != rule) for code, rule in RULES.items() if not rule.of_the_house]


@require_safe
def law(request: HttpRequest) -> HttpResponse:
    """The Regulations themselves, each article with an address of its own (#a22)."""
    return render(request, "portal/law.html", {"law": regulations()})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept, why, and for how long the reader's browser keeps what."""
    return render(request, "portal/privacy.html", {"minutes": SECONDS // 60, "register": REGISTER})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Published answers may be found by search engines; what belongs to one person may not."""
    closed = ("/ask/", "/receipt/", "/lookup/", "/my/", "/mine/", "/desk/", "/admin/", "/ui/", "/answers/?")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Where somebody who found a hole can tell it (RFC 9116)."""
    until = (datetime.now(UTC) + timedelta(days=SECURITY_DAYS)).strftime("%Y-%m-%dT00:00:00Z")
    contact = f"mailto:{settings.MAIL_FROM}" if "@" in settings.MAIL_FROM else f"{settings.BASE_URL}/about/"
    lines = [f"Contact: {contact}", f"Expires: {until}", "Preferred-Languages: zh, en", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponsePermanentRedirect(static("ui/img/favicon.svg"))


@dataclass(frozen=True)
class Article:
    """One article: its number in figures and in words, and its paragraphs."""

    number: int
    title: str
    paragraphs: list[str]


@dataclass(frozen=True)
class Chapter:
    title: str
    articles: list[Article] = field(default_factory=list)


@dataclass(frozen=True)
class Law:
    """The Regulations on the Work of Letters and Calls 信访工作条例."""

    title: str
    passed: list[str]
    chapters: list[Chapter]


@cache
def regulations() -> Law:
    """Read the text of the Regulations, which comes with the program."""
    lines = [line.strip() for line in LAW_FILE.read_text(encoding="utf-8").splitlines() if line.strip()]
    read = Law(lines[0].removeprefix("# "), [], [])
    for line in lines[1:]:
        if line.startswith("<!--"):
            continue
        if line.startswith("## "):
            read.chapters.append(Chapter(line.removeprefix("## ")))
        elif not read.chapters:
            read.passed.append(line)
        elif begun := _ARTICLE.match(line):
            articles = read.chapters[-1].articles
            articles.append(Article(in_figures(begun[1]), f"第{begun[1]}条", [begun[2]]))
        else:
            read.chapters[-1].articles[-1].paragraphs.append(line)
    return read


def in_figures(numeral: str) -> int:
    """Return a Chinese numeral below one hundred as a number: 二十三 → 23."""
    tens, ten, ones = numeral.rpartition("十")
    return (NUMERALS.get(tens, 1) * 10 if ten else 0) + NUMERALS.get(ones, 0)
