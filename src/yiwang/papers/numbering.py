"""Numbers of papers 文号: each body's own scheme, one counter a series and year, no number twice and none lost in silence."""

import string
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.journal import log
from yiwang.papers.kinds import BY_CODE, SERIES
from yiwang.papers.models import Counter, Paper, Series

PARTS = frozenset({"prefix", "year", "serial"})


class NumberingRefused(Exception):
    """A numbering scheme is not taken; ``message`` says why and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def number_of(series: Series, year: int, serial: int) -> str:
    """Return the number as it is printed."""
    return series.pattern.format(prefix=series.prefix, year=year, serial=serial)


def allocate(paper: Paper, today: date) -> None:
    """Give a paper the next number of its issuer's series (the caller is in a transaction, holds the paper, and saves it).

    ``today`` is a day of the office's own zone: its year is the number's. Of two at once the second waits for the first
    one's row. A number that another series of the same issuer has used already, under an earlier scheme, is passed over.
    """
    series = series_of(paper.issuer_id, BY_CODE[paper.kind].series)
    Counter.objects.get_or_create(series=series, year=today.year)
    counter = Counter.objects.select_for_update().get(series=series, year=today.year)
    while True:
        counter.last += 1
        number = number_of(series, today.year, counter.last)
        if not Paper.objects.filter(issuer_id=paper.issuer_id, number=number).exists():
            break
    counter.save(update_fields=["last"])
    paper.series, paper.year, paper.serial, paper.number = series, today.year, counter.last, number


def series_of(issuer_id: int, code: str) -> Series:
    """Return a body's series, with the product's scheme until the body sets its own."""
    series, _made = Series.objects.get_or_create(
        issuer_id=issuer_id, code=code, defaults={"prefix": SERIES[code][1], "pattern": Series.PATTERN}
    )
    return series


def change_series(issuer_id: int, code: str, prefix: str, pattern: str, by_id: int) -> Series:
    """Set a body's scheme for a series; numbers that were given out stay. Raises :class:`NumberingRefused`."""
    prefix, pattern = prefix.strip(), pattern.strip()
    _check(prefix, pattern)
    with transaction.atomic():
        series = series_of(issuer_id, code)
        alike = Series.objects.filter(issuer_id=issuer_id, pattern=pattern, prefix=prefix).exclude(pk=series.pk)
        if alike.exists() or any(
            other != code and SERIES[other][1] == prefix and pattern == Series.PATTERN
            for other in SERIES
            if not Series.objects.filter(issuer_id=issuer_id, code=other).exists()
        ):
            raise NumberingRefused("alike", _("另一个序列已经这样编号，两份文书会得到同一个文号。请换一个代字。"))
        series.prefix, series.pattern = prefix, pattern
        series.save(update_fields=["prefix", "pattern"])
        log.write(
            [log.line("change_numbering", actor_kind="staff", actor_id=by_id, subject_kind="agency", subject_id=issuer_id, reason=code)]
        )  # fmt: skip
    return series


def _check(prefix: str, pattern: str) -> None:
    if not prefix or len(prefix) > 20 or any(sign in prefix for sign in "{}"):
        raise NumberingRefused("prefix", _("代字请写1到20个字，不能有大括号。"))
    try:
        parts = [part[1:] for part in string.Formatter().parse(pattern) if part[1] is not None]
    except ValueError:
        parts = [("", "", "")]
    names = [str(name) for name, _form, _conversion in parts]
    plain = all(not form and not conversion for _name, form, conversion in parts)
    if len(pattern) > 60 or not plain or set(names) - PARTS or names.count("serial") != 1 or names.count("year") != 1:
        raise NumberingRefused(
            "pattern",
            _("格式里要有一次 {year}（年份）和一次 {serial}（顺序号），可以有 {prefix}（代字），例如 %(example)s。")
            % {"example": Series.PATTERN},
        )
