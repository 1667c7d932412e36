"""Dates, times, sums and counts as people read them, in Chinese or English. No templates, no database."""

import datetime as dt
import re
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NUMERALS = "零一二三四五六七八九"
SOON_DAYS = 3
TEN_THOUSAND = Decimal(10_000)
_HAN_THEN_LATIN = re.compile(r"([\u3400-\u9fff])([A-Za-z0-9])")
_LATIN_THEN_HAN = re.compile(r"([A-Za-z0-9%])([\u3400-\u9fff])")
THIN_SPACE = "\u2009"


def english() -> bool:
    """Whether the active language is English; everything else reads Chinese."""
    return (get_language() or "").startswith("en")


def as_local(value: dt.date) -> dt.date:
    """An aware datetime in the office's zone; a date or a naive datetime unchanged."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def day(value: dt.date) -> str:
    """2026年11月23日, or 23 November 2026."""
    local = as_local(value)
    if english():
        return f"{local.day} {ENGLISH_MONTHS[local.month - 1]} {local.year}"
    return f"{local.year}年{local.month}月{local.day}日"


def short_day(value: dt.date) -> str:
    """11月23日 or 23 Nov within this year, with the year otherwise: for lists."""
    local = as_local(value)
    if local.year != timezone.localdate().year:
        return f"{local.day} {ENGLISH_MONTHS[local.month - 1][:3]} {local.year}" if english() else day(local)
    return f"{local.day} {ENGLISH_MONTHS[local.month - 1][:3]}" if english() else f"{local.month}月{local.day}日"


def clock(value: dt.datetime | dt.time) -> str:
    """14:05, always of 24 hours."""
    local = as_local(value) if isinstance(value, dt.datetime) else value
    return local.strftime("%H:%M")


def moment(value: dt.datetime) -> str:
    """2026年11月23日 14:05."""
    return f"{day(value)} {clock(value)}"


def as_date(value: dt.date) -> dt.date:
    """The office's calendar day of a date or instant."""
    local = as_local(value)
    return local.date() if isinstance(local, dt.datetime) else local


def days_until(value: dt.date, today: dt.date | None = None) -> int:
    """Calendar days from today until that day; negative once it has passed."""
    return (as_date(value) - (today or timezone.localdate())).days


def days_left(value: dt.date, today: dt.date | None = None) -> str:
    """How long is left, in words: 今天到期, 明天到期, 还有 5 天, 已超期 3 天."""
    days = days_until(value, today)
    if days == 0:
        return gettext("今天到期")
    if days == 1:
        return gettext("明天到期")
    if days > 0:
        return ngettext("还有 %(days)d 天", "还有 %(days)d 天", days) % {"days": days}
    return ngettext("已超期 %(days)d 天", "已超期 %(days)d 天", -days) % {"days": -days}


def due_state(value: dt.date, today: dt.date | None = None) -> str:
    """late, today, soon (within three days) or ok."""
    days = days_until(value, today)
    if days < 0:
        return "late"
    if days == 0:
        return "today"
    return "soon" if days <= SOON_DAYS else "ok"


def numeral(number: int) -> str:
    """A whole number from 0 to 99 as the law writes it: 二十二."""
    tens, ones = divmod(number, 10)
    return f"{NUMERALS[tens] if tens > 1 else ''}{'十' if tens else ''}{NUMERALS[ones] if ones or not tens else ''}"


def article(number: str) -> str:
    """An article as people cite it: 第二十二条, art. 22; "" for none."""
    if not number:
        return ""
    return f"art. {number}" if english() else f"第{numeral(int(number))}条"


def money(value: Decimal | float) -> str:
    """A sum in yuan: 980.00 元, from ten thousand on 1,234.56 万元; in English ¥12,345,600.00."""
    amount = Decimal(str(value))
    if english():
        return f"¥{amount:,.2f}"
    if abs(amount) >= TEN_THOUSAND:
        return f"{amount / TEN_THOUSAND:,.2f} 万元"
    return f"{amount:,.2f} 元"


def capped(value: int, cap: int = 1000) -> str:
    """A count that was not counted beyond the cap: 1,000+; below it the figure with thousands marked."""
    return f"{cap:,}+" if value > cap else f"{value:,}"


def masked(value: str) -> str:
    """What may be shown of a personal value: 138****5678, 张**, 11************34; never the whole, however short."""
    text = value.strip()
    if not text:
        return ""
    if len(text) <= 4:
        return text[0] + "*" * max(len(text) - 1, 1)
    head, tail = (3, 4) if len(text) == 11 else (2, 2) if len(text) > 11 else (1, 1)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]


def grouped(value: str, size: int = 4) -> str:
    """A code in groups that a person can read out: K7M29QXD → K7M2 9QXD."""
    return " ".join(value[start : start + size] for start in range(0, len(value), size))


def spaced(value: str) -> str:
    """Thin spaces between Chinese characters and Latin letters or figures, for print and mail where CSS gives none."""
    return _LATIN_THEN_HAN.sub(rf"\1{THIN_SPACE}\2", _HAN_THEN_LATIN.sub(rf"\1{THIN_SPACE}\2", value))
