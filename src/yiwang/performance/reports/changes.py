"""What people change of a report: its words until it is signed, its signature, and whether everybody may read it.

Each checks who may, changes the locked row, and writes its line of the behaviour log in one transaction; or raises Refused.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.agencies.models import Role, Staff
from yiwang.journal import log
from yiwang.papers import workshop
from yiwang.papers.filling import TemplateFault
from yiwang.performance.models import Report, ReportSettings, Wording
from yiwang.performance.reports import signing
from yiwang.performance.reports.edition import edition
from yiwang.performance.reports.keeping import note, words_of
from yiwang.performance.reports.word import as_docx
from yiwang.petitions.actors import Actor
from yiwang.petitions.refusals import Refused

READS = (Role.OFFICE_HANDLER, Role.APPROVER, Role.SUPERVISOR, Role.LEADER)
SIGNS = (Role.APPROVER, Role.LEADER)
LONGEST_TEXT = 4000


def may(actor: Actor, *roles: Role) -> bool:
    """Tell whether somebody holds one of these posts at the office itself: reports are the whole office's, and nobody else's."""
    return any(
        post.role in roles and post.agency.is_office and post.agency.depth == 0 for post in actor.posts
    )  # fmt: skip


def reword(report_id: int, actor: Actor, texts: Mapping[str, str], version: int) -> Wording:
    """Keep other words as the next version. ``version`` is the one that was edited: of two at once the second is refused."""
    _demand(actor, READS)
    with transaction.atomic():
        report = _locked(report_id)
        present = words_of(report)
        if report.is_signed:
            raise Refused("signed", _("已经签发，文字不能再改。要改，请先更正。"))
        if present.version != version:
            raise Refused("changed_meanwhile", _("别人刚刚改过文字。请看过新的文字再改。"))
        told = {code: str(texts.get(code, old)).strip()[:LONGEST_TEXT] for code, old in present.texts.items()}
        if told == present.texts:
            return present
        wording = Wording.objects.create(
            report=report, version=version + 1, texts=told, written_at=datetime.now(UTC), written_by=actor.staff
        )
        note("reword_report", report, actor.staff)
    return wording


def sign(report_id: int, actor: Actor) -> Report:
    """Make the files from figures and words, sign them with the office's key, and keep them. Not for a transaction: it draws.

    Where no PDF can be drawn the DOCX alone is signed, and the row says why. Raises Refused; KeysMissing.
    """
    _demand(actor, SIGNS)
    report = Report.objects.get(pk=report_id)
    words = words_of(report)
    if report.is_signed:
        raise Refused("signed", _("这一版已经签发。"))
    report.signed_at, report.signed_by = datetime.now(UTC), actor.staff
    report.docx = as_docx(edition(report, words.texts))
    pdf, why_not = drawn(report.docx, edition(report, words.texts).title)
    report.pdf, report.no_pdf_because = pdf, why_not
    signing.sign(report, words)
    with transaction.atomic():
        present = _locked(report_id)
        if present.is_signed:
            raise Refused("signed", _("这一版已经签发。"))
        if words_of(present).version != words.version:
            raise Refused("changed_meanwhile", _("别人刚刚改过文字。请看过新的文字再签发。"))
        report.save(update_fields=signing.SIGNED)
        note("sign_report", report, actor.staff)
    return report


def drawn(docx: bytes, title: str) -> tuple[bytes, str]:
    """Return the PDF of a DOCX, or nothing and why: pango or font is missing, or the workshop failed."""
    try:
        made = workshop.draw(docx, title)
    except (workshop.WorkshopFailed, TemplateFault) as failed:
        return b"", failed.code
    return made.pdf, made.no_pdf


def publish(report_id: int, actor: Actor) -> Report:
    """Let everybody read a signed report on the portal, without counts below five; an earlier version is taken off there.

    Not for a transaction: it draws. Raises Refused.
    """
    _demand(actor, SIGNS)
    report = Report.objects.get(pk=report_id)
    if not report.is_signed:
        raise Refused("not_signed", _("先签发，再公开。"))
    told = edition(report, words_of(report).texts, public=True)
    docx = as_docx(told)
    pdf, _why_not = drawn(docx, told.title)
    with transaction.atomic():
        report = _locked(report_id)
        if report.published_at:
            return report
        versions = Report.objects.filter(kind=report.kind, first_day=report.first_day, language=report.language)
        if versions.filter(version__gt=report.version, published_at__isnull=False).exists():
            raise Refused("not_newest", _("更新的版本已经公开，旧的不再公开。"))
        versions.exclude(pk=report.pk).update(published_at=None, published_by=None)
        report.published_at, report.published_by = datetime.now(UTC), actor.staff
        report.public_docx, report.public_pdf = docx, pdf
        report.save(update_fields=["published_at", "published_by", "public_docx", "public_pdf"])
        note("publish_report", report, actor.staff)
    return report


def recall(report_id: int, actor: Actor) -> Report:
    """Take a report off the portal."""
    _demand(actor, SIGNS)
    with transaction.atomic():
        report = _locked(report_id)
        if report.published_at:
            report.published_at = report.published_by = None
            report.save(update_fields=["published_at", "published_by"])
            note("recall_report", report, actor.staff)
    return report


@transaction.atomic
def set_settings(by: Staff, **values: Any) -> ReportSettings:
    """Set what the office wants of its reports; those made before stay as they are."""
    row, _made = ReportSettings.objects.update_or_create(pk=1, defaults=values)
    log.write([log.line("set_reports", actor_kind="staff", actor_id=by.pk, subject_kind="reports")])
    return row


def _locked(report_id: int) -> Report:
    return Report.objects.select_for_update(of=("self",)).get(pk=report_id)


def _demand(actor: Actor, roles: tuple[Role, ...]) -> None:
    if not may(actor, *roles):
        raise Refused("not_entitled", _("您的岗位不能这样做。"))
