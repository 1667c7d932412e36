"""What papers say: the facts of each kind, read off a petition's rows. A new kind of paper gets its facts here."""

from collections.abc import Callable

from django.conf import settings
from django.utils import translation

from yiwang.agencies.models import Agency
from yiwang.papers import making
from yiwang.papers.models import Paper
from yiwang.petitions.models import Answer, Deadline, Entry, Petition, Referral
from yiwang.petitions.numbers import lookup_code
from yiwang.vault.sealing import open_under
from yiwang.workdays.counting import office_date

NAMELESS = "来信人"
BASIS = "《信访工作条例》第三十二条第一款第（%s）项"
OUTCOMES: dict[str, tuple[str, str]] = {
    Answer.Outcome.SUPPORT: ("对您的投诉请求予以支持。", BASIS % "一"),
    Answer.Outcome.EXPLAIN: ("您的请求事由合理但缺乏法律依据，现作出解释说明。", BASIS % "二"),
    Answer.Outcome.DECLINE: ("对您的投诉请求不予支持。", BASIS % "三"),
}
RESULTS: dict[str, str] = {
    Answer.Outcome.SUPPORT: "予以支持。",
    Answer.Outcome.EXPLAIN: "作出解释说明。",
    Answer.Outcome.DECLINE: "不予支持。",
}


def facts_of(paper: Paper) -> dict[str, object]:
    """Return what a paper is to say, read off the rows as they are now; what was given when it was owed comes first.

    In the official language, whoever asks. Raises ObjectDoesNotExist, or SealBroken when the petition's key was destroyed.
    """
    petition = Petition.objects.select_related("petitioner", "office", "lead_agency", "answer").get(
        pk=paper.petition_id
    )
    entry = Entry.objects.select_related("referral").filter(pk=paper.entry_id).first() if paper.entry_id else None
    with translation.override("zh-hans"):
        facts = common(petition, Agency.objects.get(pk=paper.issuer_id))
        if reads := FACTS.get(paper.kind):
            facts |= reads(petition, entry)
    return facts | {name: value for name, value in making.given_of(paper).items() if value}


def common(petition: Petition, issuer: Agency) -> dict[str, object]:
    return {
        "issuer": issuer.name,
        "issuer_telephone": issuer.telephone or settings.OFFICE_TELEPHONE,
        "issuer_address": issuer.address,
        "petition_number": petition.number,
        "petitioner": name_of(petition),
        "subject": petition.words()[0],
        "received_on": making.in_words(petition.received_on),
    }


def name_of(petition: Petition) -> str:
    """Return how a paper addresses whoever petitions: the name, with “等…人” for several; never a name that was not left."""
    person = petition.petitioner
    name = "" if person.anonymous else person.unseal("name")
    if not name:
        return NAMELESS
    return f"{name}等{petition.persons}人" if petition.persons > 1 else name


def _due(petition: Petition, rule: str) -> str:
    row: Deadline | None = petition.deadlines.filter(rule=rule).order_by("-started_at", "-id").first()
    return making.in_words(row.due_on) if row else ""


def _note(petition: Petition, entry: Entry | None) -> str:
    return open_under(petition.key, entry, "sealed_note").strip() if entry else ""


def _receipt(petition: Petition, _entry: Entry | None) -> dict[str, object]:
    registered = office_date(petition.registered_at) if petition.registered_at else petition.received_on
    return {
        "channel": str(petition.get_channel_display()),
        "registered_on": making.in_words(registered),
        "due_on": _due(petition, "refer"),
        "lookup_code": lookup_code(petition.number),
        "lookup_address": f"{settings.BASE_URL}/lookup/",
    }


def _notice(petition: Petition, _entry: Entry | None) -> dict[str, object]:
    accepted = making.in_words(office_date(petition.accepted_at)) if petition.accepted_at else ""
    return {"accepted_on": accepted, "due_on": _due(petition, "handling")}


def _referral(petition: Petition, entry: Entry | None) -> dict[str, object]:
    referral = (entry.referral if entry else None) or petition.referrals.filter(lead=True).order_by("-id").first()
    data = entry.data if entry else {}
    helping = Agency.objects.filter(pk__in=[int(one) for one in data.get("co", [])]).order_by("path")
    return {
        "addressee": referral.agency.name if referral else "",
        "co_agencies": [agency.name for agency in helping],
        "materials": _materials(petition),
        "notice_due": _due(petition, "notice"),
        "objection_due": _due(petition, "objection"),
        "report_due": making.in_words(referral.report_due) if referral and referral.report_due else "",
    }


def _materials(petition: Petition) -> list[str]:
    return [open_under(petition.key, row, "sealed_name") for row in petition.attachments.all()]


def _objection(petition: Petition, entry: Entry | None) -> dict[str, object]:
    referral: Referral | None = (
        entry.referral if entry else petition.referrals.filter(lead=True).order_by("-id").first()
    )
    sent = making.in_words(office_date(referral.sent_at)) if referral else ""
    return {"addressee": petition.office.name, "referred_on": sent, "reason": _note(petition, entry)}


def _return(petition: Petition, _entry: Entry | None) -> dict[str, object]:
    objection = petition.entries.filter(action="object").order_by("-id").first()
    return {
        "addressee": petition.office.name,
        "reason": _note(petition, objection),
        "materials": _materials(petition),
    }


def _not_taken(petition: Petition, entry: Entry | None) -> dict[str, object]:
    reason, _stop, where = _note(petition, entry).rpartition("\n")
    return {"reason": reason or where, "where": where if reason else ""}


def _answer(petition: Petition, entry: Entry | None) -> Answer | None:
    told = entry.data.get("answer") if entry else None
    return petition.answers.filter(pk=int(told)).first() if told else petition.answer


def _opinion(petition: Petition, entry: Entry | None) -> dict[str, object]:
    answer = _answer(petition, entry)
    decision, basis = OUTCOMES[answer.outcome] if answer else ("", "")
    return {
        "request": petition.words()[1],
        "findings": answer.words(petition) if answer else "",
        "decision": decision,
        "legal_basis": basis,
    }


def _suggestion(petition: Petition, entry: Entry | None) -> dict[str, object]:
    answer = _answer(petition, entry)
    return {"reply": answer.words(petition) if answer else ""}


def _extension(petition: Petition, entry: Entry | None) -> dict[str, object]:
    return {"due_on": _due(petition, "handling"), "reason": _note(petition, entry)}


def _report(petition: Petition, entry: Entry | None) -> dict[str, object]:
    answer = _answer(petition, entry)
    return {
        "addressee": petition.office.name,
        "handling": answer.words(petition) if answer else "",
        "result": RESULTS[answer.outcome] if answer else "",
    }


FACTS: dict[str, Callable[[Petition, Entry | None], dict[str, object]]] = {
    "receipt": _receipt,
    "notice": _notice,
    "referral": _referral,
    "assignment": _referral,
    "objection": _objection,
    "return": _return,
    "not_taken": _not_taken,
    "no_longer": lambda petition, entry: {"reason": _note(petition, entry)},
    "extension": _extension,
    "opinion": _opinion,
    "suggestion": _suggestion,
    "report": _report,
}
"""What each kind says besides what all say. Kinds that are missing here say what was given when they were owed."""
