"""From owed to made 制作: number, fill in, draw, seal, sign.

``kill -9`` between any two steps loses nothing and doubles nothing: the number is given in a transaction of its own and
stays with its paper; files are written and synced before the row that names them, and those that got no row are swept
away; the paper becomes “made” in one last transaction. Whatever is done again begins where the rows say.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from yiwang.papers import signing, workshop
from yiwang.papers.codes import grouped, new_code, qr_of
from yiwang.papers.filling import TemplateFault
from yiwang.papers.kinds import BY_CODE, Kind, context_of, missing
from yiwang.papers.models import Paper
from yiwang.papers.numbering import allocate
from yiwang.papers.templates import choose, names_of
from yiwang.store.ids import new_id
from yiwang.vault import files
from yiwang.vault.keys import KeysMissing
from yiwang.vault.sealing import SealBroken

LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
OWN = frozenset({"number", "date", "code", "verify_address", "qr"})
"""Facts that making itself knows."""


class CannotMake(Exception):
    """A paper was not made now, and stays owed. ``code``: facts, template, workshop, disk or keys; ``detail``: which."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def owe(
    kind: str,
    *,
    petition_id: int,
    issuer_id: int,
    at: datetime,
    entry_id: int | None = None,
    review_id: int | None = None,
    language: str = "zh-hans",
    given: Mapping[str, object] | None = None,
    compartment: bool = False,
) -> Paper:
    """Return the unsaved row of a paper that is owed; the caller writes it in the transaction of what owes it (store.inserting).

    ``given`` holds what the kind's fields are to say and cannot be read elsewhere later; it is sealed, under
    a key of the compartment for a paper on an accusation. No statement.
    """
    if not BY_CODE[kind].kept:
        raise ValueError(f"{kind} is printed and not kept")
    paper = Paper(
        kind=kind, petition_id=petition_id, issuer_id=issuer_id, entry_id=entry_id, review_id=review_id,
        language=language, owed_at=at, next_attempt_at=at,
    )  # fmt: skip
    paper.in_compartment = compartment
    paper.seal("given", json.dumps(dict(given), ensure_ascii=False) if given else "")
    if not paper.data_key:
        _ = paper.key
    return paper


def given_of(paper: Paper) -> dict[str, object]:
    """Return what was known when the paper was owed."""
    text = paper.unseal("given")
    return dict(json.loads(text)) if text else {}


def facts_of(paper: Paper) -> dict[str, object]:
    """Return all that was printed on a made paper."""
    text = paper.unseal("facts")
    return dict(json.loads(text)) if text else {}


def office_today(now: datetime) -> date:
    """Return the day at the office."""
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def in_words(day: date) -> str:
    """Return a date as official papers write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def make(paper_id: int, facts: Mapping[str, object], owners: Sequence[int]) -> Paper:
    """Make a paper that is owed and return it; one that is made or void is returned as it is.

    ``owners`` are the bodies whose templates are looked for, the nearest first. Not for a transaction: it takes a second
    or two. Raises :class:`CannotMake`, which is also noted on the row.
    """
    now = datetime.now(UTC)
    paper = Paper.objects.get(pk=paper_id)
    if paper.state != Paper.State.OWED:
        return paper
    kind = paper.row
    lacking = missing(kind, {**facts, **dict.fromkeys(OWN, "…")})
    if lacking:
        raise hindered(paper, "facts", "、".join(lacking), now)
    paper = _begin(paper_id, now)
    if paper.state != Paper.State.OWED:
        return paper
    told = {name: facts[name] for name in {field.name for field in kind.fields} & set(facts)}
    paper.dated_on = office_today(now)
    told |= {"number": paper.number, "date": in_words(paper.dated_on)}
    told |= {"code": grouped(str(paper.code)), "verify_address": f"{settings.BASE_URL}/verify/"}
    paper.issuer_name = str(facts["issuer"])[:80]
    try:
        chosen = choose(paper.kind, paper.language, owners)
        made = _drawn(kind, told, chosen.content, qr_of(str(paper.code)))
        paper.template_version = chosen.version
        return _finish(paper, made, told, now)
    except (SealBroken, FileNotFoundError) as lost:
        raise hindered(paper, "template", type(lost).__name__, now) from lost
    except TemplateFault as fault:
        raise hindered(paper, "template", fault.code, now) from fault
    except workshop.WorkshopFailed as failed:
        raise hindered(paper, "workshop", failed.code, now) from failed
    except KeysMissing as lost:
        raise hindered(paper, "keys", "", now) from lost
    except OSError as full:
        raise hindered(paper, "disk", type(full).__name__, now) from full


def print_form(kind: str, facts: Mapping[str, object], owners: Sequence[int]) -> workshop.Made:
    """Print a form that goes with another paper (送达回证, 信封标签): neither numbered nor kept. Raises :class:`CannotMake`."""
    row = BY_CODE[kind]
    told = {**facts, "number": "", "date": in_words(office_today(datetime.now(UTC)))}
    if lacking := missing(row, told):
        raise CannotMake("facts", "、".join(lacking))
    try:
        return _drawn(row, told, choose(kind, "zh-hans", owners).content, b"")
    except TemplateFault as fault:
        raise CannotMake("template", fault.code) from fault
    except workshop.WorkshopFailed as failed:
        raise CannotMake("workshop", failed.code) from failed


def add_pdf(paper_id: int) -> Paper:
    """Draw the PDF of a paper that was made where none could be drawn, and sign anew over both files. Raises :class:`CannotMake`."""
    paper = Paper.objects.get(pk=paper_id)
    if not paper.is_made or paper.pdf_id or paper.docx_id is None:
        return paper
    try:
        pdf = workshop.draw(files.read_sealed(paper.key, paper.docx_id), paper.row.title)
    except (workshop.WorkshopFailed, TemplateFault) as failed:
        raise CannotMake("workshop", failed.code) from failed
    if not pdf.pdf:
        raise CannotMake("workshop", pdf.no_pdf)
    pdf_id = new_id()
    files.write_sealed(paper.key, pdf_id, pdf.pdf)
    with transaction.atomic():
        paper = Paper.objects.select_for_update().get(pk=paper_id)
        if paper.pdf_id or not paper.is_made:
            files.remove(pdf_id)
            return paper
        paper.pdf_id, paper.pdf_digest, paper.no_pdf_because = pdf_id, _digest(pdf.pdf), ""
        signing.sign(paper)
        paper.save(update_fields=["pdf_id", "pdf_digest", "no_pdf_because", "key_id", "signature"])
    return paper


def void(paper_id: int, because: str) -> Paper:
    """Make a paper void 作废: it stays on record with its number, so that the gap in the series is explained. ``because`` is a code."""
    with transaction.atomic():
        paper = Paper.objects.select_for_update().get(pk=paper_id)
        if paper.state != Paper.State.VOID:
            paper.state, paper.void_at, paper.void_because = Paper.State.VOID, datetime.now(UTC), because
            paper.save(update_fields=["state", "void_at", "void_because"])
    return paper


def read_docx(paper: Paper) -> bytes:
    """Return the DOCX of a made paper; raises FileNotFoundError or SealBroken."""
    if paper.docx_id is None:
        raise FileNotFoundError(f"paper {paper.pk} has no DOCX")
    return files.read_sealed(paper.key, paper.docx_id)


def read_pdf(paper: Paper) -> bytes:
    """Return the PDF of a made paper; raises FileNotFoundError (there is none) or SealBroken."""
    if paper.pdf_id is None:
        raise FileNotFoundError(f"paper {paper.pk} has no PDF")
    return files.read_sealed(paper.key, paper.pdf_id)


def _begin(paper_id: int, now: datetime) -> Paper:
    """Lease the paper and give it number and code, which it keeps whatever comes."""
    with transaction.atomic():
        paper = Paper.objects.select_for_update().get(pk=paper_id)
        if paper.state != Paper.State.OWED:
            return paper
        if not paper.number:
            allocate(paper, office_today(now))
            paper.code = new_code()
        paper.attempts += 1
        paper.next_attempt_at = now + LEASE
        paper.save(
            update_fields=["series", "year", "serial", "number", "code", "attempts", "next_attempt_at"],
        )
    return paper


def _drawn(kind: Kind, told: Mapping[str, object], template: bytes, qr: bytes) -> workshop.Made:
    return workshop.make(template, names_of(kind), context_of(kind, dict(told)), qr=qr, title=kind.title)


def _finish(paper: Paper, made: workshop.Made, told: Mapping[str, object], now: datetime) -> Paper:
    docx_id, pdf_id = new_id(), new_id() if made.pdf else None
    files.write_sealed(paper.key, docx_id, made.docx)
    try:
        if pdf_id:
            files.write_sealed(paper.key, pdf_id, made.pdf)
        paper.docx_id, paper.pdf_id, paper.no_pdf_because = docx_id, pdf_id, made.no_pdf
        paper.text_digest, paper.docx_digest = made.text_digest, _digest(made.docx)
        paper.pdf_digest = _digest(made.pdf) if made.pdf else ""
        paper.seal("facts", json.dumps(dict(told), ensure_ascii=False))
        signing.sign(paper)
        with transaction.atomic():
            present = Paper.objects.select_for_update().get(pk=paper.pk)
            if present.state != Paper.State.OWED:
                _forget(docx_id, pdf_id)
                return present
            paper.state, paper.made_at, paper.hindrance = Paper.State.MADE, now, ""
            paper.save()
    except (OSError, KeysMissing):
        _forget(docx_id, pdf_id)
        raise
    return paper


def _forget(*file_ids: int | None) -> None:
    for file_id in file_ids:
        if file_id:
            files.remove(file_id)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def hindered(paper: Paper, code: str, detail: str, now: datetime | None = None) -> CannotMake:
    """Note on the row why a paper could not be made, and when it is tried next: later each time, up to six hours."""
    now = now or datetime.now(UTC)
    wait = min(LONGEST_WAIT, timedelta(minutes=1) * 2 ** min(paper.attempts, 10))
    with transaction.atomic():
        row = Paper.objects.select_for_update().get(pk=paper.pk)
        if row.state == Paper.State.OWED:
            row.hindrance, row.next_attempt_at = f"{code}:{detail}"[:200], now + wait
            row.attempts = min(row.attempts + (code == "facts"), 30_000)
            row.save(update_fields=["hindrance", "next_attempt_at", "attempts"])
    return CannotMake(code, detail)


def due(limit: int, now: datetime) -> list[Paper]:
    """Return the papers that the worker is to make now, those that have waited longest first."""
    rows = Paper.objects.filter(state=Paper.State.OWED, next_attempt_at__lte=now)
    return list(rows.order_by("next_attempt_at", "id")[:limit])
