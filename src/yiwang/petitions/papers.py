"""Papers 文书 of petitions: which are owed, what they say, who may issue them, and who reads them.

papers/ numbers, fills in, draws and signs; what a petition is and who may see it is known here.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yiwang.agencies.models import Agency, Role
from yiwang.journal import log
from yiwang.journal.models import Record
from yiwang.papers import making
from yiwang.papers.kinds import BY_CODE, Issuer, Kind, To
from yiwang.papers.models import Paper
from yiwang.papers.workshop import Made
from yiwang.petitions.actors import Actor
from yiwang.petitions.models import Entry, Petition
from yiwang.petitions.paper_facts import common, facts_of, name_of
from yiwang.store.inserting import insert
from yiwang.store.trees import ids_on
from yiwang.vault.sealing import SealBroken

ISSUERS = frozenset({Role.INTAKE_CLERK, Role.OFFICE_HANDLER, Role.AGENCY_HANDLER, Role.APPROVER})
"""Roles from which papers are written, made and served."""
WITH_THE_ANSWER = frozenset({"opinion", "suggestion"})
"""Papers that the petitioner gets once the answer was opened: opening it is a step of its own, and counts as delivery (art. 35)."""


class PaperRefused(Exception):
    """Something was not done with a paper, and nothing changed; ``message`` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def owed_by(
    kinds: Iterable[str],
    petition: Petition,
    entry: Entry,
    *,
    issuer_id: int | None = None,
    review_id: int | None = None,
    given: Mapping[str, object] | None = None,
) -> list[Paper]:
    """Return the unsaved papers that an entry owes, for `Work.finish` to insert with it; history owes none. No statement.

    ``issuer_id`` names the body for kinds that a reviewer issues; ``given`` what cannot be read off the rows later.
    """
    if petition.historical:
        return []
    return [
        making.owe(
            code, petition_id=petition.pk, issuer_id=issuer_id or _issuer_id(BY_CODE[code], petition, entry),
            at=entry.recorded_at, entry_id=entry.pk, review_id=review_id, given=given,
            compartment=petition.is_accusation,
        )
        for code in kinds
    ]  # fmt: skip


def _issuer_id(kind: Kind, petition: Petition, entry: Entry | None) -> int:
    if kind.issuer == Issuer.OFFICE:
        return petition.office_id
    if entry is not None and entry.referral is not None:
        return entry.referral.agency_id
    return petition.lead_agency_id or petition.office_id


def make_owed(limit: int = 5) -> int:
    """Make papers that are owed, those that have waited longest first; the worker calls it. Return how many were made.

    Few at a time, for each takes a second or two and messages wait meanwhile. One that cannot be made is noted as such and
    tried again later; it keeps no other from its turn.
    """
    made = 0
    for paper in making.due(limit, datetime.now(UTC)):
        try:
            made += _make(paper).is_made
        except making.CannotMake:
            continue
    return made


def _make(paper: Paper) -> Paper:
    try:
        facts = facts_of(paper)
    except (ObjectDoesNotExist, SealBroken) as lost:
        raise making.hindered(paper, "facts", type(lost).__name__) from lost
    return making.make(paper.pk, facts, owners_of(paper.issuer_id))


def owners_of(issuer_id: int) -> list[int]:
    """Return whose templates a body uses: its own, then those of the bodies above it; one statement."""
    path = Agency.objects.filter(pk=issuer_id).values_list("path", flat=True).first()
    return ids_on(path)[::-1] if path else [issuer_id]


def papers_of(petition: Petition) -> QuerySet[Paper]:
    """Return all papers of a petition, the oldest first; for readers whom ``visible_to`` lets see it."""
    return Paper.objects.filter(petition_id=petition.pk).order_by("id")


def own_papers(petition: Petition) -> list[Paper]:
    """Return the papers that the petitioner may download: those made and addressed to them; one statement."""
    return [
        paper
        for paper in papers_of(petition).filter(state=Paper.State.MADE)
        if paper.row.to == To.PETITIONER and (paper.kind not in WITH_THE_ANSWER or petition.delivered_at)
    ]


def bodies_of(actor: Actor, petition: Petition) -> list[int]:
    """Return the bodies in whose name an actor may issue papers on a petition: the office's, or the leading agency's, and only their own."""
    posts = [post for post in actor.posts_for(accusation=petition.is_accusation) if post.role in ISSUERS]
    held = {post.agency_id for post in posts}
    over = {post.agency for post in posts if post.agency.is_office}
    bodies = [petition.office_id, *([petition.lead_agency_id] if petition.lead_agency_id else [])]
    office = any(petition.office.lies_within(agency) for agency in over)
    return [body for body in bodies if body in held or (office and body == petition.office_id)]


def may_issue(actor: Actor, petition: Petition, paper: Paper) -> bool:
    """Tell whether an actor may make, serve or void a paper: from a post in the body that issues it, or in the office that has the petition."""
    posts = actor.posts_for(accusation=petition.is_accusation)
    held = {post.agency_id for post in posts if post.role in ISSUERS}
    return paper.issuer_id in held or petition.office_id in bodies_of(actor, petition)


def writable_kinds(actor: Actor, petition: Petition) -> list[Kind]:
    """Return the kinds that an actor may write by hand on a petition."""
    bodies = set(bodies_of(actor, petition))
    lead = petition.lead_agency_id or petition.office_id
    may = {Issuer.OFFICE: petition.office_id in bodies, Issuer.AGENCY: lead in bodies, Issuer.REVIEWER: bool(bodies)}
    return [kind for kind in BY_CODE.values() if kind.kept and may[kind.issuer]]


def write(actor: Actor, petition: Petition, code: str, given: Mapping[str, object], issuer_id: int) -> Paper:
    """Owe a paper that staff ask for by hand, with what they typed; it is then made as any other. Raises :class:`PaperRefused`."""
    if BY_CODE[code] not in writable_kinds(actor, petition) or issuer_id not in bodies_of(actor, petition):
        raise PaperRefused("not_entitled", _("您的岗位不能出具这种文书。"))
    last = petition.entries.order_by("-id").only("id").first()
    paper = making.owe(
        code, petition_id=petition.pk, issuer_id=issuer_id, at=datetime.now(UTC), entry_id=last.pk if last else None, given=given,
        compartment=petition.is_accusation,
    )  # fmt: skip
    with transaction.atomic():
        insert(paper, _line("write_paper", actor, paper, code))
    return paper


def make_now(actor: Actor, petition: Petition, paper: Paper) -> Paper:
    """Make one paper at once. Raises :class:`PaperRefused`; the paper then stays owed, and the worker tries again."""
    refuse_strangers(actor, petition, paper)
    try:
        made = _make(paper)
    except making.CannotMake as cannot:
        raise PaperRefused(cannot.code, why_not(f"{cannot.code}:{cannot.detail}")) from cannot
    log.write([_line("make_paper", actor, paper)])
    return made


def draw_pdf(actor: Actor, petition: Petition, paper: Paper) -> Paper:
    """Draw the PDF that could not be drawn before. Raises :class:`PaperRefused`."""
    refuse_strangers(actor, petition, paper)
    try:
        drawn = making.add_pdf(paper.pk)
    except making.CannotMake as cannot:
        raise PaperRefused(cannot.code, why_not(f"pdf:{cannot.detail}")) from cannot
    log.write([_line("make_paper", actor, paper, "pdf")])
    return drawn


def void(actor: Actor, petition: Petition, paper: Paper) -> Paper:
    """Make a paper void; its number stays used. Raises :class:`PaperRefused`."""
    refuse_strangers(actor, petition, paper)
    done = making.void(paper.pk, "by_staff")
    log.write([_line("void_paper", actor, paper)])
    return done


def read(actor: Actor, paper: Paper, form: str) -> bytes:
    """Return the file of a made paper, “docx” or “pdf”, with its line of the behaviour log. Raises FileNotFoundError or SealBroken."""
    content = making.read_pdf(paper) if form == "pdf" else making.read_docx(paper)
    log.write([_line("open_paper", actor, paper, form)])
    return content


def print_form(actor: Actor, petition: Petition, paper: Paper, code: str) -> Made:
    """Print the proof of service or the envelope's label that goes with a paper, with its line of the log. Raises :class:`PaperRefused`."""
    refuse_strangers(actor, petition, paper)
    person = petition.petitioner
    to_body = paper.row.to == To.BODY
    facts = common(petition, Agency.objects.get(pk=paper.issuer_id))
    if to_body:
        addressee = making.facts_of(paper).get("addressee", "") if paper.is_made else ""
        body = Agency.objects.filter(name=addressee).first() if addressee else None
        facts |= {"receiver": addressee, "address": body.address if body else ""}
    else:
        facts |= {"receiver": name_of(petition), "address": person.unseal("address")}
    facts |= {"served_title": paper.row.title, "served_number": paper.number}
    try:
        made = making.print_form(code, facts, owners_of(paper.issuer_id))
    except making.CannotMake as cannot:
        raise PaperRefused(cannot.code, why_not(f"{cannot.code}:{cannot.detail}")) from cannot
    log.write([_line("print_form", actor, paper, code)])
    return made


def why_not(hindrance: str) -> str:
    """Return, in the reader's language, why a paper could not be made and what to do; empty without a hindrance."""
    code, _stop, detail = hindrance.partition(":")
    if not code:
        return ""
    return {
        "facts": _("还缺：%(what)s。补上以后再制作。") % {"what": detail},
        "template": _("模板有问题（%(what)s），没有做成。请管理员在“文书模板”里换一份。") % {"what": detail},
        "workshop": _("制作用时太长，没有做成。过一会儿会自动再试。"),
        "keys": _("找不到签名的密钥，没有做成。请管理员运行 yiwang doctor 查看。"),
        "disk": _("文件写不进磁盘，没有做成。请管理员查看磁盘空间。"),
        "pdf": no_pdf_words(detail),
    }.get(code, _("没有做成。过一会儿会自动再试。"))


def no_pdf_words(because: str) -> str:
    """Return why there is no PDF, and what to do; empty when nothing is missing."""
    return {
        "pango": _("这台服务器没有装 Pango，不能生成 PDF；请用 DOCX。"),
        "font": _("这台服务器没有中文字体，不能生成 PDF；请用 DOCX。"),
        "": "",
    }.get(because, _("PDF 没有做成；请用 DOCX，或者过一会儿再试。"))


def refuse_strangers(actor: Actor, petition: Petition, paper: Paper) -> None:
    """Refuse, with :class:`PaperRefused`, whoever may not issue this paper."""
    if paper.petition_id != petition.pk or not may_issue(actor, petition, paper):
        raise PaperRefused("not_entitled", _("您的岗位不能办理这份文书。"))


def _line(act: str, actor: Actor, paper: Paper, reason: str = "") -> Record:
    return log.line(
        act, actor_kind=actor.kind, actor_id=actor.staff_id, subject_kind="paper", subject_id=paper.pk, reason=reason
    )
