"""Days in words, in the reader's language: 2026年11月23日, 23 November 2026."""

from datetime import date

from django.utils.translation import get_language

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day_in_words(day: date) -> str:
    """Return a date as plain people write it, in the active language."""
    if (get_language() or "").startswith("en"):
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def month_in_words(day: date) -> str:
    """Return the month of a date for the axis of a chart: 11月, Nov."""
    if (get_language() or "").startswith("en"):
        return MONTHS[day.month - 1][:3]
    return f"{day.month}月"
