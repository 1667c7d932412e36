"""The kinds of paper 文书种类, one row each: who issues it, by which article, what its template may say, and how it is served.

A template names a field by its Chinese word, ``{{ 信访人 }}``, or by its name, ``{{ petitioner }}``. To let templates say
more is to add a field here and a fact in petitions/papers.py.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Issuer(StrEnum):
    """Who issues a paper 发文单位."""

    OFFICE = "office"  # the office of letters and calls that has the petition
    AGENCY = "agency"  # the agency that has the lead
    REVIEWER = "reviewer"  # the body that reviews 复查、复核机关


class To(StrEnum):
    """To whom a paper is addressed."""

    PETITIONER = "petitioner"
    BODY = "body"  # an agency or an office: never shown to the petitioner
    NOBODY = "nobody"  # a form that goes with another paper


@dataclass(frozen=True)
class Field:
    """One thing that a template may say. ``needed``: the paper is not made without it. ``typed``: staff write it."""

    name: str
    word: str
    meaning: str | Promise
    needed: bool = True
    typed: bool = False
    many: bool = False
    """A list, that a template may go through: ``{% for 材料 in 材料清单 %}``."""


@dataclass(frozen=True)
class Kind:
    """One row of the table. ``proven``: its service 送达 is proven, for limits run from it. ``series`` numbers it."""

    code: str
    title: str
    label: str | Promise
    issuer: Issuer
    to: To
    article: str
    series: str
    own: tuple[Field, ...]
    proven: bool = False

    @property
    def kept(self) -> bool:
        """Whether it is numbered, signed and kept; a form that goes with another paper is only printed."""
        return self.to != To.NOBODY

    @property
    def fields(self) -> tuple[Field, ...]:
        return (*COMMON, *(PROVABLE if self.kept else ()), *self.own)

    @property
    def typed(self) -> tuple[Field, ...]:
        """What staff write when they make this paper by hand."""
        return tuple(field for field in self.own if field.typed)


COMMON = (
    Field("number", "文号", _("发文字号，按本单位的编号规则"), needed=False),
    Field("date", "日期", _("成文日期")),
    Field("issuer", "发文单位", _("发文单位的名称")),
    Field("issuer_telephone", "联系电话", _("发文单位的电话"), needed=False),
    Field("issuer_address", "联系地址", _("发文单位的地址"), needed=False),
    Field("petition_number", "信访编号", _("信访件的编号")),
    Field("petitioner", "信访人", _("信访人的姓名或者名称；匿名的写“来信人”")),
    Field("subject", "信访事项", _("信访件的标题")),
    Field("received_on", "收到日期", _("信访部门收到信访件的日期")),
)
PROVABLE = (
    Field("code", "核验码", _("核验文书真伪的码")),
    Field("verify_address", "核验网址", _("核验文书真伪的网址")),
    Field("qr", "二维码", _("核验网址的二维码图片")),
)

_ADDRESSEE = Field("addressee", "受文单位", _("收文的机关、单位"))
_MATERIALS = Field("materials", "材料清单", _("随文的材料，一份一条"), needed=False, many=True)
_CO_AGENCIES = Field("co_agencies", "协办单位", _("一起办理的单位，一个一条"), needed=False, many=True)
_REQUEST = Field("request", "投诉请求", _("信访人提出的请求"), typed=True)
_FINDINGS = Field("findings", "事实和理由", _("查明的事实和理由"), typed=True)
_BASIS = Field("legal_basis", "法律依据", _("所依据的法律、法规、规章和其他有关规定"), typed=True)
_DECISION = Field("decision", "处理意见", _("支持、解释说明或者不支持，和具体意见"), typed=True)
_REVIEW_BODY = Field("review_body", "复查机关", _("可以向哪里请求复查"), needed=False)
_REASON = Field("reason", "理由", _("为什么这样处理"), typed=True)
_TERMS = Field("terms", "协议内容", _("双方达成的协议"), typed=True)
_PARTIES = Field("parties", "当事人", _("争议双方的姓名或者名称，一方一条"), typed=True, many=True)
_OPINION_NUMBER = Field("opinion_number", "原文号", _("信访处理意见书的文号"), needed=False, typed=True)

OFFICE, AGENCY, REVIEWER = Issuer.OFFICE, Issuer.AGENCY, Issuer.REVIEWER
PETITIONER, BODY, NOBODY = To.PETITIONER, To.BODY, To.NOBODY

TABLE: tuple[Kind, ...] = (
    Kind("receipt", "信访事项登记回执", _("登记回执"), OFFICE, PETITIONER, "22", "receipt", (
        Field("channel", "信访渠道", _("怎样提出的：网站、来信、来访……")),
        Field("registered_on", "登记日期", _("登记的日期")),
        Field("due_on", "转办期限", _("哪天以前转送、交办或者告知")),
        Field("lookup_code", "查询码", _("和编号一起查询进展的码")),
        Field("lookup_address", "查询网址", _("查询进展的网址")),
    )),
    Kind("notice", "信访事项受理告知书", pgettext_lazy("paper", "受理告知书"), AGENCY, PETITIONER, "23", "notice", (
        Field("accepted_on", "受理日期", _("受理的日期")),
        Field("due_on", "办结期限", _("哪天以前办结")),
    ), proven=True),
    Kind("referral", "信访事项转送函", _("转送函"), OFFICE, BODY, "22", "letter", (
        _ADDRESSEE, _CO_AGENCIES, _MATERIALS,
        Field("notice_due", "告知期限", _("哪天以前告知信访人")),
        Field("objection_due", "异议期限", _("哪天以前可以提出异议")),
    )),
    Kind("assignment", "信访事项交办函", _("交办函"), OFFICE, BODY, "22", "letter", (
        _ADDRESSEE, _CO_AGENCIES, _MATERIALS,
        Field("notice_due", "告知期限", _("哪天以前告知信访人")),
        Field("objection_due", "异议期限", _("哪天以前可以提出异议")),
        Field("report_due", "报告期限", _("哪天以前提交办结报告")),
    )),
    Kind("objection", "信访事项异议书", _("异议书"), AGENCY, BODY, "23", "letter", (
        _ADDRESSEE,
        Field("referred_on", "转办日期", _("收到转送、交办的日期")),
        _REASON,
    )),
    Kind("return", "信访材料退回函", _("材料退回函"), AGENCY, BODY, "23", "letter", (_ADDRESSEE, _MATERIALS, _REASON)),
    Kind("not_taken", "信访事项不予受理告知书", _("不予受理告知书"), OFFICE, PETITIONER, "23", "notice", (
        _REASON,
        Field("where", "有权机关", _("可以向哪里提出"), needed=False, typed=True),
    ), proven=True),
    Kind("no_longer", "信访事项不再受理告知书", _("不再受理告知书"), OFFICE, PETITIONER, "36", "notice", (
        Field("re_review_number", "复核文号", _("复核意见书的文号"), needed=False, typed=True),
        _REASON,
    ), proven=True),
    Kind("guidance", "信访事项程序导入告知书", _("程序导入告知书"), AGENCY, PETITIONER, "31", "notice", (
        Field("procedure", "适用程序", _("应当通过什么程序处理：诉讼、仲裁、行政复议……"), typed=True),
        Field("where", "有权机关", _("向哪里提出"), typed=True),
        _BASIS,
    ), proven=True),
    Kind("extension", "信访事项延期办理告知书", _("延期告知书"), AGENCY, PETITIONER, "34", "notice", (
        Field("due_on", "原办结期限", _("原来哪天以前办结")),
        Field("extended_to", "延长后期限", _("延长后哪天以前办结"), typed=True),
        _REASON,
    ), proven=True),
    Kind("opinion", "信访处理意见书", _("信访处理意见书"), AGENCY, PETITIONER, "32", "opinion", (
        _REQUEST, _FINDINGS, _DECISION, _BASIS, _REVIEW_BODY,
    ), proven=True),
    Kind("suggestion", "人民建议答复函", _("建议答复函"), AGENCY, PETITIONER, "29", "letter", (
        Field("reply", "答复内容", _("对建议的研究论证和采纳情况"), typed=True),
    )),
    Kind("mediation", "调解协议书", _("调解协议书"), AGENCY, PETITIONER, "33", "agreement", (
        _PARTIES, _TERMS,
        Field("mediator", "调解人", _("主持调解的人"), needed=False, typed=True),
    ), proven=True),
    Kind("settlement", "和解协议书", _("和解协议书"), AGENCY, PETITIONER, "33", "agreement", (_PARTIES, _TERMS), proven=True),
    Kind("hearing", "信访听证通知书", _("听证通知书"), REVIEWER, PETITIONER, "36", "notice", (
        Field("held_at", "听证时间", _("哪天几点"), typed=True),
        Field("place", "听证地点", _("在哪里"), typed=True),
        Field("chair", "主持人", _("谁主持"), needed=False, typed=True),
    ), proven=True),
    Kind("review", "信访事项复查意见书", _("复查意见书"), REVIEWER, PETITIONER, "35", "review", (
        _OPINION_NUMBER, _REQUEST, _FINDINGS,
        Field("decision", "复查意见", _("维持、变更或者撤销，和具体意见"), typed=True),
        _BASIS,
        Field("re_review_body", "复核机关", _("可以向哪里请求复核"), needed=False),
    ), proven=True),
    Kind("re_review", "信访事项复核意见书", _("复核意见书"), REVIEWER, PETITIONER, "36", "review", (
        Field("review_number", "原文号", _("复查意见书的文号"), needed=False, typed=True),
        _REQUEST, _FINDINGS,
        Field("decision", "复核意见", _("维持、变更或者撤销，和具体意见"), typed=True),
        _BASIS,
    ), proven=True),
    Kind("report", "信访事项办结报告", _("办结报告"), AGENCY, BODY, "22", "letter", (
        _ADDRESSEE,
        Field("handling", "办理情况", _("怎样办理的"), typed=True),
        Field("result", "办理结果", _("支持、解释说明或者不支持")),
    )),
    Kind("service", "送达回证", _("送达回证"), OFFICE, NOBODY, "35", "", (
        Field("served_title", "送达文书", _("送达的文书的名称")),
        Field("served_number", "送达文号", _("送达的文书的文号"), needed=False),
        Field("receiver", "受送达人", _("送给谁")),
        Field("address", "送达地点", _("送到哪里"), needed=False),
    )),
    Kind("label", "信封标签", _("信封标签"), OFFICE, NOBODY, "23", "", (
        Field("receiver", "收件人", _("寄给谁")),
        Field("address", "收件地址", _("寄到哪里")),
    )),
)  # fmt: skip

BY_CODE: dict[str, Kind] = {kind.code: kind for kind in TABLE}

SERIES: dict[str, tuple[str | Promise, str]] = {
    "receipt": (_("登记回执"), "信登"),
    "notice": (_("告知书、通知书"), "信告"),
    "letter": (_("函件、报告"), "信函"),
    "opinion": (_("处理意见书"), "信意"),
    "agreement": (_("协议书"), "信协"),
    "review": (_("复查、复核意见书"), "信复"),
}
"""The series 文号序列 in which papers are numbered: what each is for, and the word that its numbers begin with until an office sets another."""


def context_of(kind: Kind, facts: dict[str, object]) -> dict[str, object]:
    """Return the facts of a paper under both names of each field; what is left out is empty."""
    context: dict[str, object] = {}
    for field in kind.fields:
        value = facts.get(field.name) or ([] if field.many else "")
        context[field.name] = context[field.word] = value
    return context


def missing(kind: Kind, facts: dict[str, object]) -> list[str]:
    """Return the words of the fields that are needed and not given."""
    return [field.word for field in kind.fields if field.needed and not facts.get(field.name)]
