"""What petitioners are told 告知, in plain words and in their language, and by which route."""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from yiwang.outbox.models import Notice
from yiwang.outbox.senders import sender_for
from yiwang.people.models import Petitioner
from yiwang.petitions import rating_links
from yiwang.petitions.models import Entry, Petition
from yiwang.workdays.wording import day_in_words

SEEN_ON_SCREEN = frozenset({"filed", "withdrawn", "reopened"})
"""Kinds that answer what the petitioner has just done: whoever filed by net has them on the screen, and nobody must telephone."""
RATED = frozenset({"answered", "settled"})
"""Kinds that tell of an answer: they carry the link with which it is rated."""
ON_SCREEN_CHANNELS = frozenset(
    {Petition.Channel.PORTAL, Petition.Channel.APP, Petition.Channel.WECHAT, Petition.Channel.MINI_PROGRAM}
)


def owed(
    petition: Petition, entry: Entry, tellings: Iterable[tuple[str, dict[str, object]]], now: datetime
) -> list[Notice]:
    """Return the unsaved notices that an entry owes; the caller writes them in the entry's own transaction."""
    return [_notice(petition, entry, kind, facts, now) for kind, facts in tellings]


def route_to(petitioner: Petitioner, kind: str, channel: str) -> tuple[str, str]:
    """Return (route, address): mail, else SMS where the office can send it, else a person; the lookup page as the last."""
    email = petitioner.unseal("email")
    if email:
        return "mail", email
    phone = petitioner.unseal("phone")
    if phone and sender_for("sms"):
        return "sms", phone
    if kind in SEEN_ON_SCREEN and channel in ON_SCREEN_CHANNELS:
        return Notice.LOOKUP, ""
    if phone or petitioner.sealed_address:
        return Notice.PERSON, phone
    return Notice.LOOKUP, ""


def _notice(petition: Petition, entry: Entry, kind: str, facts: dict[str, object], now: datetime) -> Notice:
    route, address = route_to(petition.petitioner, kind, petition.channel)
    if kind in RATED and petition.answer_id and route not in (Notice.PERSON, Notice.LOOKUP):
        # Only where no person reads it: whoever tells an answer by telephone could use the link themselves.
        facts = {**facts, "rate": rating_links.address_of(rating_links.token_for(petition.pk, petition.answer_id, now))}
    with translation.override(petition.language):
        subject, body = words(kind, petition, facts)
    notice = Notice(
        kind=kind, petition_id=petition.pk, office_id=petition.office_id, route=route, language=petition.language,
        idempotency_key=f"{kind}-{entry.pk}", created_at=now, next_attempt_at=now,
        state=Notice.State.DELIVERED if route == Notice.LOOKUP else Notice.State.PENDING,
        delivered_at=now if route == Notice.LOOKUP else None,
    )  # fmt: skip
    notice.in_compartment = petition.is_accusation
    notice.seal("address", address)
    notice.seal("subject", subject)
    notice.seal("body", body)
    return notice


def words(kind: str, petition: Petition, facts: dict[str, object]) -> tuple[str, str]:
    """Return subject and body of a notice in the active language. An answer is not mailed: the notice says where it is."""
    plain = {name: day_in_words(fact) if isinstance(fact, date) else fact for name, fact in facts.items()}
    given = {
        "number": petition.number,
        "office": settings.OFFICE_NAME,
        "telephone": settings.OFFICE_TELEPHONE,
        "url": f"{settings.BASE_URL}/lookup/",
        **plain,
    }
    subject, body = {
        "filed": (
            _("您的来信已收到，编号 %(number)s"),
            _("您的来信已收到，编号 %(number)s。%(day)s前，我们会告诉您由谁来办理。"),
        ),
        "referred": (
            _("您反映的事项已转办，编号 %(number)s"),
            _("您反映的事项已转给%(agency)s办理。%(day)s前，他们会告诉您是否受理和怎样办理。"),
        ),
        "accepted": (
            _("您反映的事项已受理，编号 %(number)s"),
            _("%(agency)s已受理您反映的事项，正在办理。%(day)s前给您书面答复。"),
        ),
        "request_more": (_("请您补充材料，编号 %(number)s"), _("为办好您反映的事项，请您补充：%(note)s")),
        "answered": (
            _("您反映的事项已有答复，编号 %(number)s"),
            _("%(agency)s已经答复您反映的事项。请用编号和查询码查看答复，也请您评价。"),
        ),
        "not_taken": (
            _("您反映的事项的处理告知，编号 %(number)s"),
            _("您反映的事项不属于我们受理的范围。原因：%(note)s。您可以向这里反映：%(where)s。"),
        ),
        "merged": (
            _("您反映的事项已并案办理，编号 %(number)s"),
            _("您反映的事项与另一件相同，已合在一起办理。您的编号不变，进展和答复会分别告诉您。"),
        ),
        "withdrawn": (_("您已撤回信访事项，编号 %(number)s"), _("您反映的事项已按您的意思撤回，不再办理。")),
        "filed_directly": (
            _("您的来信已收到，编号 %(number)s"),
            _("%(agency)s已收到您的来信，编号 %(number)s。%(day)s前，会告诉您是否受理和怎样办理。"),
        ),
        "split": (
            _("您反映的事项分为两件办理，新编号 %(number)s"),
            _(
                "您在 %(first)s 中反映的不止一件事，归不同单位办理，已分为两件。新的一件编号 %(number)s，查询码 %(code)s。"
                "原来那件的编号和查询码不变。"
            ),
        ),
        "not_taken_running": (
            _("您反映的事项正在办理，编号 %(number)s"),
            _("您反映的事项%(agency)s正在办理，不另行受理（《信访工作条例》第十九条）。那一件办完后会给您答复。"),
        ),
        "not_taken_again": (
            _("您反映的事项不再受理，编号 %(number)s"),
            _(
                "您反映的事项已在%(day)s作出复核意见。以同一事实和理由提出的，不再受理（《信访工作条例》第三十六条）。"
                "如果有新的事实或理由，请写明后再提出。"
            ),
        ),
        "led_out": (
            _("您反映的事项应通过其他程序处理，编号 %(number)s"),
            _("您反映的事项应当通过%(procedure)s处理。原因：%(note)s。请这样提出：%(where)s。"),
        ),
        "route_chosen": (
            _("您反映的事项按法定职责办理，编号 %(number)s"),
            _("您反映的事项由%(agency)s依照法定职责办理，依据：%(note)s。%(day)s前给您书面答复。"),
        ),
        "converted": (
            _("您反映的事项转为普通程序办理，编号 %(number)s"),
            _("您反映的事项转为普通程序办理，原因：%(note)s。%(day)s前给您书面答复。"),
        ),
        "extended": (
            _("您反映的事项延期办理，编号 %(number)s"),
            _("您反映的事项情况复杂，办理期限延长到%(day)s。理由：%(note)s。"),
        ),
        "hearing": (
            _("听证通知，编号 %(number)s"),
            _("您反映的事项定于%(day)s举行听证，地点：%(note)s。您可以到场陈述，也可以带上证据和一位陪同的人。"),
        ),
        "settled": (
            _("您反映的事项已达成协议，编号 %(number)s"),
            _("您反映的事项经%(agency)s调解或双方和解，已经达成协议。请用编号和查询码查看。"),
        ),
        "review_asked": (
            _("您的%(stage)s申请已收到，编号 %(number)s"),
            _("您的%(stage)s申请已交%(body)s。%(day)s前会给您书面意见。"),
        ),
        "review_taken": (
            _("您的%(stage)s申请已受理，编号 %(number)s"),
            _("%(body)s已受理您的%(stage)s申请，正在审查。"),
        ),
        "review_refused": (
            _("您的%(stage)s申请的处理告知，编号 %(number)s"),
            _("%(body)s没有受理您的%(stage)s申请。原因：%(note)s。"),
        ),
        "review_decided": (
            _("您的%(stage)s申请已有意见，编号 %(number)s"),
            _("%(body)s已作出%(stage)s意见。请用编号和查询码查看。"),
        ),
        "answer_stands": (
            _("您不满意的答复已经另由他人复看，编号 %(number)s"),
            _("您评价不满意以后，另一位工作人员把答复重新看了一遍，决定维持。原因：%(note)s"),
        ),
        "reopened": (
            _("您反映的事项已重新办理，编号 %(number)s"),
            _("您反映的事项已重新办理。%(day)s前，我们会告诉您由谁来办理。"),
        ),
    }[kind]
    if plain.get("rate"):
        body += "\n" + _("不用编号和查询码也能评价，%(days)d天内有效：%(rate)s")
        given["days"] = rating_links.DAYS
    footer = _("查询进展：%(url)s，或拨打 %(telephone)s。\n%(office)s")
    return subject % given, f"{body % given}\n\n{footer % given}\n"
