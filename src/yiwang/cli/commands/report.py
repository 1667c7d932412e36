"""`yiwang report`: the bulletin, summary, ranking or yearly report of the last whole period, as a file and as figures."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from yiwang.performance.models import Report

LANGUAGES = {"zh": "zh-hans", "en": "en"}


@click.group()
def command() -> None:
    """Weekly bulletins, monthly summaries, quarterly rankings and yearly reports (art. 41 of the Regulations).

    Each is made once, and kept with its figures: the same call gives the same figures later, whatever happened since.
    """


def _kind(kind: str, what: str) -> None:
    @command.command(
        kind, help=f"{what} of the last whole period that ended before a day. The last line is JSON with --json."
    )
    @click.option("--at", "at", metavar="DATE", required=True, help="The day, as 2026-11-23.")
    @click.option(
        "--out", "out", type=click.Path(path_type=Path), required=True, help="Where to write it: FILE.docx or FILE.pdf."
    )
    @click.option("--language", type=click.Choice(list(LANGUAGES)), default="zh", show_default=True)
    @click.option("--json", "as_json", is_flag=True, help="Print the figures as the last line.")
    def run(at: str, out: Path, language: str, as_json: bool) -> None:
        _run(kind, at, out, LANGUAGES[language], as_json)


_kind("weekly", "The bulletin 周简报")
_kind("monthly", "The summary 月小结")
_kind("quarterly", "The ranking 季排名")
_kind("yearly", "The yearly report 年度报告")


def _run(kind: str, at: str, out: Path, language: str, as_json: bool) -> None:
    day = _day(at)
    _refuse_place(out)
    from yiwang.cli.config import current_config
    from yiwang.cli.main import start_django
    from yiwang.cli.web import refuse_unready

    refuse_unready(current_config())
    start_django()
    report = _made(kind, day, language)
    written = _write(report, out)
    click.echo(
        f"{written}: {report.first_day} – {report.last_day}, version {report.version}, SHA-256 of the figures {report.digest}"
    )
    if as_json:
        click.echo(report.figures)


def _day(text: str) -> date:
    from yiwang.cli.main import PlainError

    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise PlainError(f"“{text}” is no day: write it as 2026-11-23. Nothing was made.") from None
    if day.year < 1971:
        raise PlainError(f"{text} lies before anything that an office keeps. Nothing was made.")
    return day


def _refuse_place(out: Path) -> None:
    """Refuse a file that cannot be written before anything is counted."""
    import os

    from yiwang.cli.main import PlainError

    if out.suffix.lower() not in {".docx", ".pdf"}:
        raise PlainError(f"{out} is neither .docx nor .pdf: the name's end says which is made. Nothing was made.")
    folder = out.parent
    if not folder.is_dir():
        raise PlainError(f"There is no folder {folder}: make it, or name another with --out. Nothing was made.")
    if not os.access(out if out.exists() else folder, os.W_OK) or out.is_dir():
        raise PlainError(f"{out} cannot be written: make it writable, or name another with --out. Nothing was made.")


def _made(kind: str, day: date, language: str) -> "Report":
    """Return the report, counted now when it was not made before; progress goes to standard error."""
    from datetime import UTC, datetime

    from tqdm import tqdm

    from yiwang.cli.main import PlainError
    from yiwang.performance.models import ReportSettings
    from yiwang.performance.reports import keeping
    from yiwang.performance.reports.figures import steps
    from yiwang.performance.reports.periods import last_whole
    from yiwang.workdays.counting import office_date

    period = last_whole(kind, day, ReportSettings.current().imported)
    if period.last_day >= office_date(datetime.now(UTC)):
        raise PlainError(f"The period from {period.first_day} to {period.last_day} is not over yet. Nothing was made.")
    with tqdm(total=steps(kind), unit="step", desc="counting", disable=keeping.kept(kind, period) is not None) as bar:
        return keeping.make(kind, period, language=language, tick=bar.update)


def _write(report: "Report", out: Path) -> Path:
    """Write the file that was signed, or one made from the same figures and words; return where it lies."""
    from yiwang.cli.main import PlainError
    from yiwang.performance.reports.files import docx_of, pdf_of

    wants_pdf = out.suffix.lower() == ".pdf"
    content, why_not = pdf_of(report) if wants_pdf else (docx_of(report), "")
    if why_not:
        raise PlainError(
            f"No PDF can be drawn here ({why_not} is missing): the report was made and is kept; "
            f"take it as DOCX with --out {out.with_suffix('.docx')}, or mend what “yiwang doctor” names."
        )
    draft = out.with_name(f".{out.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise PlainError(
            f"{out} could not be written ({error.strerror}). The report is kept; name another place with --out."
        ) from None
    return out
