"""The measures, one row each. To say more exactly what is counted is to change the row, its sentence and its condition together."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yiwang.performance.measures import sources
from yiwang.performance.measures.measure import Measure, Median, Ratio
from yiwang.petitions.exemptions import HANDLING_RULES
from yiwang.petitions.models import Petition, Rating, Review

C = Petition.Channel
NET = (C.PORTAL, C.APP, C.MAIL, C.SMS, C.WEIBO, C.PUBLIC_ACCOUNT, C.WECHAT, C.MINI_PROGRAM)
ACCEPTING = Q(action__in=("accept", "accept_simply")) | Q(action="merge", to_state__in=("accepted", "drafted"))
ANSWERING = Q(action__in=sources.ANSWERING)
IN_TIME = Q(met_at__lt=F("due_at"))
NOT_IN_TIME = Q(met_at=None) | Q(met_at__gte=F("due_at"))
OF_AGENCY, OF_OFFICE = Q(about=Rating.About.AGENCY), Q(about=Rating.About.OFFICE)
NOTICE, REFER, HANDLING = Q(rule="notice"), Q(rule="refer"), Q(rule__in=tuple(sorted(HANDLING_RULES)))
REVIEWING = Q(rule__in=("review", "re-review"))


_TABLE: tuple[Measure, ...] = (
    # What came, by the day of receipt. The office that received it answers for it.
    Measure(
        code="received", label=_("收到信访件"), source=sources.RECEIVED, condition=~Q(channel=C.HOTLINE),
        definition=_("收到日在期内的来访、来信和网上来件，不含热线电话和检举控告，计在收件的信访部门名下。"),
    ),
    Measure(
        code="received_visits", label=_("来访"), source=sources.RECEIVED, condition=Q(channel=C.VISIT),
        definition=_("收到日在期内、渠道为来访的信访件，不含检举控告，计在收件的信访部门名下。"),
    ),
    Measure(
        code="received_letters", label=_("来信"), source=sources.RECEIVED, condition=Q(channel=C.LETTER),
        definition=_("收到日在期内、渠道为来信的信访件，不含检举控告，计在收件的信访部门名下。"),
    ),
    Measure(
        code="received_net", label=_("网上来件"), source=sources.RECEIVED, condition=Q(channel__in=NET),
        definition=_("收到日在期内、由网站、手机应用、电子邮件、短信、微博、公众号、微信或小程序来的信访件，不含检举控告，计在收件的信访部门名下。"),
    ),
    Measure(
        code="received_hotline", label=_("热线来电"), source=sources.RECEIVED, condition=Q(channel=C.HOTLINE),
        definition=_("收到日在期内、渠道为热线电话的信访件，不含检举控告，计在收件的信访部门名下。"),
    ),
    Measure(
        code="received_all", label=_("全部来件"), source=sources.RECEIVED,
        definition=_("收到日在期内的全部信访件，热线电话在内，不含检举控告，计在收件的信访部门名下。"),
    ),
    Measure(
        code="repeated", label=_("重复件"), source=sources.RECEIVED,
        condition=Q(occurrence=Petition.Occurrence.REPEATED),
        definition=_("收到日在期内、登记为重复的信访件，不含检举控告，计在收件的信访部门名下。"),
    ),
    Measure(
        code="urgent", label=_("紧急件"), source=sources.RECEIVED, condition=Q(urgent=True),
        definition=_("收到日在期内、统计时标为紧急的信访件，不含检举控告，计在收件的信访部门名下。"),
    ),
    Measure(
        code="accusations", label=_("检举控告（全办合计）"), source=sources.ACCUSATIONS, whole_only=True,
        definition=_("收到日在期内的检举控告件，只计全办一个总数，不分单位、不分地区。"),
    ),
    # To whom it went.
    Measure(
        code="referred", label=_("转办件"), source=sources.REFERRED,
        definition=_("期内转送、交办、转下级或直接送到主办单位的信访件，不含检举控告，计在当时接到的主办单位名下。"),
    ),
    Measure(
        code="referred_repeated", label=_("转办的重复件"), source=sources.REFERRED,
        condition=Q(petition__occurrence=Petition.Occurrence.REPEATED),
        definition=_("期内转到主办单位、登记为重复的信访件，不含检举控告，计在当时接到的主办单位名下。"),
    ),
    Measure(
        code="refer_due", label=_("应转办"), source=sources.DUE, condition=REFER,
        definition=_("登记转办期限在期内到期的信访件，到期前已取消期限的除外，不含检举控告，计在应当转办的信访部门名下。"),
    ),
    Measure(
        code="refer_in_time", label=_("按期转办"), source=sources.DUE, condition=REFER & IN_TIME,
        definition=_("登记转办期限在期内到期、到期日或以前已转办的信访件，不含检举控告，计在应当转办的信访部门名下。"),
    ),
    Measure(
        code="objections", label=_("提出异议"), source=sources.EVENTS, condition=Q(action="object"),
        definition=_("期内责任单位提出异议的信访件，不含检举控告，计在提出异议的单位名下。"),
    ),
    Measure(
        code="objections_upheld", label=_("异议成立"), source=sources.EVENTS, condition=Q(action="uphold_objection"),
        definition=_("期内同意异议的信访件，不含检举控告，计在提出异议的单位名下。"),
    ),
    # Accepted and answered.
    Measure(
        code="accepted", label=_("受理"), source=sources.EVENTS, condition=ACCEPTING,
        definition=_("期内受理的信访件，并入已受理的主件也算，不含检举控告，计在受理时的责任单位名下。"),
    ),
    Measure(
        code="notice_due", label=_("应告知受理"), source=sources.DUE, condition=NOTICE,
        definition=_("告知受理期限在期内到期的信访件，到期前已取消期限的除外，不含检举控告，计在应当告知的责任单位名下。"),
    ),
    Measure(
        code="notice_in_time", label=_("按期受理"), source=sources.DUE, condition=NOTICE & IN_TIME,
        definition=_("告知受理期限在期内到期、到期日或以前已告知的信访件，不含检举控告，计在应当告知的责任单位名下。"),
    ),
    Measure(
        code="answered", label=_("答复"), source=sources.EVENTS, condition=ANSWERING,
        definition=_("期内答复审核通过或达成调解、和解的信访件，不含检举控告，计在答复时的责任单位名下。"),
    ),
    Measure(
        code="handling_due", label=_("应办结"), source=sources.DUE, condition=HANDLING,
        definition=_("办理期限（含批准的延期）在期内到期的信访件，到期前已取消期限的除外，不含检举控告，计在应当办理的责任单位名下。"),
    ),
    Measure(
        code="handling_in_time", label=_("按期办结"), source=sources.DUE, condition=HANDLING & IN_TIME,
        definition=_("办理期限（含批准的延期）在期内到期、到期日或以前已答复或导入其他程序的信访件，不含检举控告，计在应当办理的责任单位名下。"),
    ),
    Measure(
        code="handling_late", label=_("逾期办理"), source=sources.DUE, condition=HANDLING & NOT_IN_TIME,
        definition=_("办理期限（含批准的延期）在期内到期、到期日没有答复的信访件，不含检举控告，计在应当办理的责任单位名下。"),
    ),
    Measure(
        code="extended", label=_("批准延期"), source=sources.EXTENDED,
        definition=_("期内批准延长办理期限的信访件，不含检举控告，计在延期时的责任单位名下。"),
    ),
    Measure(
        code="sent_back", label=_("退回修改"), source=sources.EVENTS, condition=Q(action="send_back"),
        definition=_("期内答复稿被退回修改过的信访件，不含检举控告，计在起草答复的责任单位名下。"),
    ),
    Measure(
        code="closed", label=_("办结"), source=sources.EVENTS, condition=Q(action="close"),
        definition=_("期内办结归档的信访件，不含检举控告，计在办结时的责任单位名下。"),
    ),
    Measure(
        code="reopened", label=_("重新办理"), source=sources.EVENTS, condition=Q(action="reopen"),
        definition=_("期内重新办理的信访件，不含检举控告，计在原来答复的责任单位名下。"),
    ),
    Measure(
        code="open", label=_("期末在办"), source=sources.STANDING,
        definition=_("期末最后一天结束时还没有答复、撤回或不予受理的信访件，不含检举控告，计在当时的责任单位名下，没有转办的计在信访部门名下。"),
    ),
    Measure(
        code="late", label=_("期末超期"), source=sources.OVERDUE,
        definition=_("期末最后一天结束时有期限已过而没有完成的信访件，不含检举控告，计在负有该期限义务的单位名下。"),
    ),
    # What the petitioners said.
    Measure(
        code="reviews_asked", label=_("申请复查复核"), source=sources.REVIEW_ASKED,
        definition=_("期内申请复查或复核的信访件，不含检举控告，计在作出原答复的责任单位名下。"),
    ),
    Measure(
        code="reviews_changed", label=_("复查复核变更或撤销"), source=sources.REVIEW_DECIDED,
        condition=Q(state=Review.State.DECIDED, outcome__in=(Review.Outcome.CHANGED, Review.Outcome.REVOKED)),
        definition=_("期内复查或复核意见变更、撤销原答复的信访件，不含检举控告，计在作出原答复的责任单位名下。"),
    ),
    Measure(
        code="review_due", label=_("应作出复查复核意见"), source=sources.DUE, condition=REVIEWING,
        definition=_("复查或复核期限在期内到期的信访件，到期前已取消期限的除外，不含检举控告，计在复查复核机关名下。"),
    ),
    Measure(
        code="review_in_time", label=_("按期复查复核"), source=sources.DUE, condition=REVIEWING & IN_TIME,
        definition=_("复查或复核期限在期内到期、到期日或以前已作出意见的信访件，不含检举控告，计在复查复核机关名下。"),
    ),
    Measure(
        code="rated", label=_("对责任单位的评价"), source=sources.RATED, condition=OF_AGENCY,
        definition=_("期内信访人评价了责任单位的信访件，不含检举控告和没有评价的，计在被评价的单位名下。"),
    ),
    Measure(
        code="rated_satisfied", label=_("对责任单位满意"), source=sources.RATED,
        condition=OF_AGENCY & Q(satisfied=True),
        definition=_("期内信访人对责任单位评价算满意（默认是满意和基本满意）的信访件，不含检举控告，计在被评价的单位名下。"),
    ),
    Measure(
        code="rated_dissatisfied", label=_("对责任单位不满意"), source=sources.RATED,
        condition=OF_AGENCY & Q(satisfied=False),
        definition=_("期内信访人对责任单位评价算不满意的信访件，不含检举控告，计在被评价的单位名下。"),
    ),
    Measure(
        code="unrated",
        label=_("答复后没有评价"),
        source=sources.NOT_RATED,
        definition=_("期内答复、到期末信访人没有评价责任单位的信访件，不算满意也不算不满意，不含检举控告，计在答复时的责任单位名下。"),
    ),
    Measure(
        code="office_rated", label=_("对信访部门的评价"), source=sources.RATED, condition=OF_OFFICE,
        definition=_("期内信访人评价了信访部门的信访件，不含检举控告和没有评价的，计在被评价的信访部门名下。"),
    ),
    Measure(
        code="office_satisfied", label=_("对信访部门满意"), source=sources.RATED,
        condition=OF_OFFICE & Q(satisfied=True),
        definition=_("期内信访人对信访部门评价算满意（默认是满意和基本满意）的信访件，不含检举控告，计在被评价的信访部门名下。"),
    ),
)  # fmt: skip

MEASURES: dict[str, Measure] = {measure.code: measure for measure in _TABLE}
"""Every count by its code."""

DAYS_TO_ANSWER = Median(
    code="days_to_answer", label=_("答复用时中位数"), source=sources.ANSWERED_FIRST, days="days_to_answer",
    definition=_("期内首次答复的信访件从收到到答复的日历天数的中位数，不含检举控告，计在首次答复时的责任单位名下。"),
)  # fmt: skip
MEDIANS: dict[str, Median] = {DAYS_TO_ANSWER.code: DAYS_TO_ANSWER}
"""Every median by its code."""


def _ratio(code: str, label: object, numerator: str, denominator: str) -> Ratio:
    return Ratio(code=code, label=label, numerator=MEASURES[numerator], denominator=MEASURES[denominator])  # type: ignore[arg-type]


RATIOS: dict[str, Ratio] = {
    ratio.code: ratio
    for ratio in (
        _ratio("refer_rate", _("转办及时率"), "refer_in_time", "refer_due"),
        _ratio("notice_rate", _("受理及时率"), "notice_in_time", "notice_due"),
        _ratio("handling_rate", _("按期办结率"), "handling_in_time", "handling_due"),
        _ratio("satisfied_rate", _("群众对责任单位满意率"), "rated_satisfied", "rated"),
        _ratio("office_satisfied_rate", _("群众对信访部门满意率"), "office_satisfied", "office_rated"),
        _ratio("repeated_rate", _("重复信访率"), "referred_repeated", "referred"),
        _ratio("reopened_rate", _("重新办理率"), "reopened", "answered"),
        _ratio("sent_back_rate", _("答复退回率"), "sent_back", "answered"),
        _ratio("objection_rate", _("异议成立率"), "objections_upheld", "objections"),
        _ratio("review_rate", _("复查复核改变率"), "reviews_changed", "reviews_asked"),
        _ratio("review_in_time_rate", _("复查复核及时率"), "review_in_time", "review_due"),
    )
}
"""Shares that are asked for often, by their codes."""
