"""What papers say: the facts of each kind, read off a petition's rows. A new kind of paper gets its facts here."""

from collections.abc import Callable

from django.conf import settings
from django.utils import translation

from yiwang.agencies.models import Agency, body_above
from yiwang.papers import making
from yiwang.papers.models import Paper
from yiwang.petitions.exemptions import handling_rule
from yiwang.petitions.models import Agreement, Answer, Deadline, Entry, Petition, Referral, Review
from yiwang.petitions.numbers import lookup_code
from yiwang.vault.sealing import open_under
from yiwang.workdays.counting import office_date

NAMELESS = "来信人"
BASIS = "《信访工作条例》第三十二条第一款第（%s）项"
OUTCOMES: dict[str, tuple[str, str]] = {
    Answer.Outcome.SUPPORT: ("对您的投诉请求予以支持。", BASIS % "一"),
    Answer.Outcome.EXPLAIN: ("您的请求事由合理但缺乏法律依据，现作出解释说明。", BASIS % "二"),
    Answer.Outcome.DECLINE: ("对您的投诉请求不予支持。", BASIS % "三"),
    Answer.Outcome.SETTLED: ("双方已达成协议。", "《信访工作条例》第三十三条"),
}
RESULTS: dict[str, str] = {
    Answer.Outcome.SUPPORT: "予以支持。",
    Answer.Outcome.EXPLAIN: "作出解释说明。",
    Answer.Outcome.DECLINE: "不予支持。",
    Answer.Outcome.ADOPTED: "采纳。",
    Answer.Outcome.PARTLY: "部分采纳。",
    Answer.Outcome.NOT_ADOPTED: "未采纳。",
    Answer.Outcome.SETTLED: "双方达成协议。",
}
REVIEWED: dict[str, str] = {
    Review.Outcome.UPHELD: "维持原处理意见。",
    Review.Outcome.CHANGED: "变更原处理意见。",
    Review.Outcome.REVOKED: "撤销原处理意见，由原办理机关、单位重新办理。",
}
ROUTES: dict[str, str] = {
    Petition.Route.LITIGATION: "一",
    Petition.Route.ARBITRATION: "二",
    Petition.Route.PARTY_APPEAL: "三",
    Petition.Route.ADMINISTRATIVE: "四",
}


def facts_of(paper: Paper) -> dict[str, object]:
    """Return what a paper is to say, read off the rows as they are now; what was given when it was owed comes first.

    In the official language, whoever asks. Raises ObjectDoesNotExist, or SealBroken when the petition's key was destroyed.
    """
    petition = Petition.objects.select_related("petitioner", "office", "lead_agency", "answer").get(
        pk=paper.petition_id
    )
    entry = (
        Entry.objects.select_related("referral", "review__agency", "review__earlier").filter(pk=paper.entry_id).first()
        if paper.entry_id
        else None
    )
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
    return {"accepted_on": accepted, "due_on": _due(petition, handling_rule(petition))}


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
    decision, basis = OUTCOMES.get(answer.outcome, ("", "")) if answer else ("", "")
    above, outside = body_above(answer.agency) if answer else (None, "")
    return {
        "review_body": above.name if above else outside,
        "request": petition.words()[1],
        "findings": answer.words(petition) if answer else "",
        "decision": decision,
        "legal_basis": "；".join(part for part in (answer.basis.strip() if answer else "", basis) if part),
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
        "result": RESULTS.get(answer.outcome, "") if answer else "",
    }


def _guidance(petition: Petition, entry: Entry | None) -> dict[str, object]:
    reason, _stop, where = _note(petition, entry).rpartition("\n")
    item = ROUTES.get(petition.route, "")
    basis = f"《信访工作条例》第三十一条第（{item}）项" if item else ""
    return {
        "procedure": f"{petition.get_route_display()}。{reason}" if item else reason,
        "where": where,
        "legal_basis": basis,
    }


def _no_longer(petition: Petition, entry: Entry | None) -> dict[str, object]:
    earlier = entry.data.get("earlier") if entry else None
    return {
        "reason": _note(petition, entry) or "同一事实和理由，已经复核。",
        "re_review_number": _number_of("re_review", int(earlier)) if earlier else "",
    }


def _number_of(kind: str, petition_id: int) -> str:
    made = Paper.objects.filter(kind=kind, petition_id=petition_id, state=Paper.State.MADE).order_by("-id")
    return made.values_list("number", flat=True).first() or ""


def _agreement(petition: Petition, entry: Entry | None) -> dict[str, object]:
    told = entry.data.get("agreement") if entry else None
    row: Agreement | None = petition.agreements.filter(pk=int(told)).first() if told else petition.agreements.last()
    if row is None:
        return {}
    return {
        "parties": [name_of(petition), open_under(petition.key, row, "sealed_other_party")],
        "terms": open_under(petition.key, row, "sealed_terms"),
        "mediator": row.agency.name if row.agency else "",
    }


def _review(petition: Petition, entry: Entry | None) -> dict[str, object]:
    review = entry.review if entry else petition.review
    if review is None:
        return {}
    again = review.stage == Review.Stage.RE_REVIEW
    above, outside = body_above(review.agency) if review.agency else (None, "")
    return {
        "request": open_under(petition.key, review, "sealed_grounds"),
        "findings": open_under(petition.key, review, "sealed_text"),
        "decision": REVIEWED.get(review.outcome, ""),
        "legal_basis": f"《信访工作条例》第三十{'六' if again else '五'}条",
        "opinion_number": _number_of("opinion", petition.pk),
        "review_number": _number_of("review", petition.pk) if again else "",
        "re_review_body": above.name if above else outside,
    }


FACTS: dict[str, Callable[[Petition, Entry | None], dict[str, object]]] = {
    "receipt": _receipt,
    "notice": _notice,
    "referral": _referral,
    "assignment": _referral,
    "objection": _objection,
    "return": _return,
    "not_taken": _not_taken,
    "no_longer": _no_longer,
    "guidance": _guidance,
    "mediation": _agreement,
    "settlement": _agreement,
    "review": _review,
    "re_review": _review,
    "extension": _extension,
    "opinion": _opinion,
    "suggestion": _suggestion,
    "report": _report,
}
"""What each kind says besides what all say. Kinds that are missing here say what was given when they were owed."""
