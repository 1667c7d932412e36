"""The kinds of findings as a table: to have another one found is to write its detector and one row."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.supervision.detectors import (
    Detector,
    answering,
    contact,
    copying,
    empty_phrase,
    last_minute,
    limits,
    ratings,
    reclassified,
    shifting,
)
from yiwang.supervision.grounds import Ground


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of finding.

    ``meaning`` says in one sentence what counts as one: those whom it is found at read it too. ``lasting``: it is an event,
    and stays until somebody has dealt with it or the petition is taken up again; any other ends by itself when it is no
    longer found. ``flag``: a hint of gaming, shown to supervisors alone. ``ground`` is that of article 40 which an order
    about it would name. ``history``: it can also be looked for in imported history.
    ``urges``: ``about_id`` is a limit, and whoever owes it is urged along the ladder. ``says`` tells one finding in
    words, its ``detail`` filled in: “%(times)d 次”.
    """

    code: str
    label: str | Promise
    detector: Detector
    ground: Ground
    meaning: str | Promise = ""
    lasting: bool = False
    flag: bool = False
    history: bool = False
    urges: bool = False
    says: str | Promise = ""


ROWS: tuple[Kind, ...] = (
    Kind(
        code="late", label=_("超期"), detector=limits.late, ground=Ground.DELAY, urges=True,
        meaning=_("法定或本单位规定的期限已过，应办的事还没有办。"),
    ),
    Kind(
        code="soon", label=_("即将到期"), detector=limits.soon, ground=Ground.DELAY, urges=True,
        meaning=_("期限的天数已用去设定的比例，应办的事还没有办。"),
    ),
    Kind(
        code="sent_back_twice", label=_("多次退回"), detector=answering.sent_back_twice, ground=Ground.PERFUNCTORY,
        lasting=True, says=_("退回 %(times)d 次"), meaning=_("答复在审核通过前被退回修改达到设定的次数。"),
    ),
    Kind(
        code="empty_phrase", label=_("空话答复"), detector=empty_phrase.empty_phrase, ground=Ground.PERFUNCTORY,
        lasting=True, history=True, says=_("%(length)d 字里除套话外只有 %(said)d 字"),
        meaning=_("已发出的答复除套话、转办、表态外，没有说到这件事：没有查明的情况、办理的结果、时间或理由。"),
    ),
    Kind(
        code="rated_badly", label=_("评价不满意"), detector=ratings.rated_badly, ground=Ground.PERFUNCTORY, lasting=True,
        meaning=_("信访人对现在的答复评价为不满意，分别记在被评价的信访部门或责任单位名下。"),
    ),
    Kind(
        code="reopened", label=_("答复后重办"), detector=answering.reopened, ground=Ground.PERFUNCTORY, lasting=True,
        says=_("第 %(times)d 次重新办理"),
        meaning=_("答复以后又重新办理：信访人要求、信访部门决定，或者复查复核责令；记在作出原答复的单位名下。"),
    ),
    Kind(
        code="shifted", label=_("单位间推转"), detector=shifting.shifted, ground=Ground.SHIFTING,
        says=_("主办单位 %(leads)d 个，异议 %(objections)d 次"),
        meaning=_("还没有答复，信访部门先后转给的主办单位或各单位提出的异议已达到设定的次数；单位依法转给下级的不算。"),
    ),
    Kind(
        code="closed_without_contact", label=_("未联系就答复"), detector=contact.closed_without_contact,
        ground=Ground.PERFUNCTORY, lasting=True, flag=True,
        meaning=_("申诉求决件在答复前没有联系信访人的记录：没有电话、走访、面谈的记录，没有要求补充或听证，也没有送达的告知。"),
    ),
    Kind(
        code="copied_answer", label=_("照搬答复"), detector=copying.copied_answer, ground=Ground.PERFUNCTORY,
        lasting=True, flag=True, history=True,
        meaning=_("同一单位在设定的天数内，把同样或几乎同样的答复用于设定件数以上不同的事；套话和标准答复不比对。"),
    ),
    Kind(
        code="last_minute_acceptance", label=_("踩点受理"), detector=last_minute.last_minute_acceptance,
        ground=Ground.DELAY, lasting=True, flag=True, says=_("离期限还有 %(minutes_left)d 分钟时受理"),
        meaning=_("在受理期限最后几小时才受理，而且这个单位按期受理的信访中这样的占到设定的比例。"),
    ),
    Kind(
        code="rated_from_office", label=_("本单位网络评价"), detector=ratings.rated_from_office,
        ground=Ground.FALSIFYING, lasting=True, flag=True,
        meaning=_("对现在的答复的满意评价，是从信访部门自己的网络在网上作出的；网络由信访部门登记，不记具体地址。"),
    ),
    Kind(
        code="reclassified", label=_("改类规避"), detector=reclassified.reclassified, ground=Ground.AGAINST_RULES,
        lasting=True, flag=True,
        meaning=_("登记后改了信访目的、分类或途径，随即不受理、导出或者脱离六十日期限，而且同一单位这样做达到设定的件数。"),
    ),
)  # fmt: skip
KINDS: dict[str, Kind] = {kind.code: kind for kind in ROWS}
"""Every kind by its code, in the order of the board."""
