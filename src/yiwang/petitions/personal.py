"""Personal information 个人信息: a register of what is kept and why, the rows of the law for requests, and the copy of it all.

The law is the Personal Information Protection Law of 2021 (PIPL). A guard-rail test sees that every sealed column is registered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Role
from yiwang.people.models import SEALED
from yiwang.petitions.lifecycle import Relation, Transition, Who
from yiwang.petitions.models import Answer, Petition, Review
from yiwang.vault.sealing import open_under

Words = str | Promise

ROWS: dict[str, Transition] = {
    row.action: row
    for row in (
        Transition("ask_data", _("提出个人信息请求"), tuple(Petition.State), "", (Who(Relation.PETITIONER),)),
        Transition(
            "decide_data",
            _("答复个人信息请求"),
            tuple(Petition.State),
            "",
            (Who(Relation.OFFICE, Role.OFFICE_HANDLER),),
        ),
    )
}
"""Who may do what with such requests. They stand beside the table of the Regulations: they move no petition."""


@dataclass(frozen=True)
class Kept:
    """One thing that is kept about a person: in which columns, what for, on what basis, who sees it, for how long."""

    columns: tuple[str, ...]
    label: Words
    purpose: Words
    basis: Words
    seen_by: Words
    how_long: Words


_REGULATIONS = _("《信访工作条例》第十九条；《个人信息保护法》第十三条第一款第（三）项（履行法定职责）")
_DUTY = _("《个人信息保护法》第十三条第一款第（三）项（履行法定职责）")
_CONSENT = _("您的同意（《个人信息保护法》第十三条第一款第（一）项），可以不填，也可以要求删除")
_HANDLERS = _("平时只显示几个字；办理人员写明理由才看得全，每次都有记录")
_THOSE_ON_IT = _("办理这件信访的人员；检举控告只有检举控告专办人员")
_RETENTION = _("与信访件相同，到期销毁")

REGISTER: tuple[Kept, ...] = (
    Kept(("people_petitioner.sealed_name",), _("姓名"), _("书面答复写给您本人"), _REGULATIONS, _HANDLERS, _RETENTION),
    Kept(
        ("people_petitioner.sealed_address",),
        _("地址"),
        _("邮寄文书，判断属于哪个地方"),
        _REGULATIONS,
        _HANDLERS,
        _RETENTION,
    ),
    Kept(
        ("people_petitioner.sealed_phone", "people_petitioner.sealed_email"),
        _("电话、邮箱"),
        _("告诉您进展，向您了解情况"),
        _CONSENT,
        _HANDLERS,
        _RETENTION,
    ),
    Kept(
        ("people_petitioner.sealed_id_number",),
        _("证件号码"),
        _("当面来访时核对身份"),
        _REGULATIONS,
        _HANDLERS,
        _RETENTION,
    ),
    Kept(
        ("people_petitioner.sealed_guardian",),
        _("监护人"),
        _("未成年人反映的，也告诉监护人"),
        _("《个人信息保护法》第三十一条"),
        _HANDLERS,
        _RETENTION,
    ),
    Kept(
        (
            "petitions_petition.sealed_subject",
            "petitions_petition.sealed_text",
            "petitions_petition.sealed_place",
            "petitions_petition.sealed_filed",
        ),
        _("您反映的事"),
        _("查清和办理"),
        _REGULATIONS,
        _THOSE_ON_IT,
        _RETENTION,
    ),
    Kept(
        ("petitions_petition.sealed_opening",),
        _("存证凭据"),
        _("证明收到的内容没有改过"),
        _DUTY,
        _("只有您"),
        _RETENTION,
    ),
    Kept(("petitions_attachment.sealed_name",), _("照片和材料"), _("查清事情"), _REGULATIONS, _THOSE_ON_IT, _RETENTION),
    Kept(
        (
            "petitions_entry.sealed_note",
            "petitions_answer.sealed_text",
            "petitions_answer.sealed_reason",
            "petitions_agreement.sealed_other_party",
            "petitions_agreement.sealed_terms",
            "satisfaction_secondlook.sealed_reason",
            "supervision_order.sealed_subject",
            "supervision_order.sealed_text",
            "supervision_orderstep.sealed_text",
        ),
        _("办理记录、答复和协议"),
        _("办理和答复"),
        _DUTY,
        _THOSE_ON_IT,
        _RETENTION,
    ),
    Kept(("petitions_rating.sealed_comment",), _("评价"), _("改进工作"), _CONSENT, _THOSE_ON_IT, _RETENTION),
    Kept(
        ("satisfaction_attempt.sealed_note", "satisfaction_said.sealed_words"),
        _("电话回访时说的话"),
        _("听取您对办理的评价"),
        _CONSENT,
        _THOSE_ON_IT,
        _RETENTION,
    ),
    Kept(
        ("petitions_review.sealed_grounds", "petitions_review.sealed_text"),
        _("复查复核"),
        _("审查原来的答复"),
        _("《信访工作条例》第三十五、三十六条"),
        _THOSE_ON_IT,
        _RETENTION,
    ),
    Kept(
        ("papers_paper.sealed_given", "papers_paper.sealed_facts", "papers_service.sealed_received_by"),
        _("文书和送达记录"),
        _("按条例出具、送达文书"),
        _REGULATIONS,
        _THOSE_ON_IT,
        _RETENTION,
    ),
    Kept(
        ("outbox_notice.sealed_address", "outbox_notice.sealed_subject", "outbox_notice.sealed_body"),
        _("发给您的消息"),
        _("告诉您进展"),
        _CONSENT,
        _("只有发送程序；邮寄、电话告知时是办理人员"),
        _RETENTION,
    ),
    Kept(
        ("petitions_datarequest.sealed_words", "petitions_datarequest.sealed_reason"),
        _("您对个人信息的请求"),
        _("答复您的请求"),
        _("《个人信息保护法》第五十条"),
        _THOSE_ON_IT,
        _RETENTION,
    ),
    Kept(
        ("petitions_hold.sealed_reason",),
        _("冻结的原因"),
        _("法院、审计等需要时不销毁"),
        _("《个人信息保护法》第四十七条第二款"),
        _THOSE_ON_IT,
        _RETENTION,
    ),
)
"""What is kept about those who petition. /privacy/ shows it, and docs/privacy.md tells of it."""

OF_STAFF: dict[str, str] = {
    "logins_authenticatorapp.sealed_secret": "the second factor of a member of staff",
    "satisfaction_sample.sealed_seed": "the seed of a check sample, until it is drawn",
    "supervision_finding.sealed_reason": "what a supervisor did about an agency",
    "supervision_pause.sealed_reason": "why a supervisor paused urging an agency",
    "supervision_occasion.sealed_title": "what a conference, an instruction or a talk of agencies was about",
    "supervision_occasion.sealed_text": "what was said there of agencies",
    "supervision_occasion.sealed_who": "who of an agency was talked to, by office",
    "watch_alertrule.sealed_mails": "where alerts about the platform go",
    "watch_alertrule.sealed_telephones": "where alerts about the platform go",
    "watch_alertrule.sealed_webhooks": "where alerts about the platform go",
}
"""Sealed columns that say nothing of a petitioner, and what they are."""


def copy_of(petition: Petition) -> dict[str, Any]:
    """Return all that is kept of a person under one petition and that they may have (PIPL art. 45), as JSON takes it.

    What colleagues wrote for each other is not among it, nor what would name others.
    """
    key, person = petition.key, petition.petitioner
    subject, text = petition.words()
    return {
        "number": petition.number,
        "received_at": petition.received_at.isoformat(),
        "state": petition.state,
        "channel": petition.channel,
        "purpose": petition.purpose,
        "identity": {what: value for what in SEALED if (value := person.unseal(what))},
        "anonymous": person.anonymous,
        "language": person.language,
        "consents_to_publish": petition.consents_to_publish,
        "subject": subject,
        "text": text,
        "place": petition.where,
        "representatives": petition.representatives.count(),
        "attachments": [
            {"name": open_under(key, row, "sealed_name"), "type": row.content_type, "bytes": row.size}
            for row in petition.attachments.filter(from_petitioner=True)
        ],
        "happened": list(_happened(petition)),
        "answers": [
            {"at": row.decided_at.isoformat() if row.decided_at else "", "outcome": row.outcome, "text": row.words(petition)}
            for row in petition.answers.filter(state=Answer.State.APPROVED)
        ],
        "ratings": [
            {
                "about": row.about, "of": str(row.agency), "level": row.level, "how": row.how,
                "reason": str(row.reason) if row.reason else "", "comment": open_under(key, row, "sealed_comment"),
            }
            for row in petition.ratings.select_related("agency", "reason").order_by("id")
        ],
        "reviews": [
            {
                "stage": row.stage, "asked_at": row.asked_at.isoformat(), "grounds": open_under(key, row, "sealed_grounds"),
                "text": open_under(key, row, "sealed_text") if row.state == Review.State.DECIDED else "",
            }
            for row in petition.reviews.order_by("id")
        ],
        "requests": [
            {"kind": row.kind, "asked_at": row.asked_at.isoformat(), "state": row.state, "words": open_under(key, row, "sealed_words")}
            for row in petition.data_requests.order_by("id")
        ],
    }  # fmt: skip


def _happened(petition: Petition) -> Iterator[dict[str, str]]:
    for entry in petition.entries.filter(shown_to_petitioner=True).order_by("happened_at", "id"):
        found = {"at": entry.happened_at.isoformat(), "action": entry.action}
        if entry.actor_kind == "citizen" and (note := open_under(petition.key, entry, "sealed_note")):
            found["note"] = note
        yield found
