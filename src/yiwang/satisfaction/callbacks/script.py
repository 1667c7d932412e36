"""What the operator reads out 回访话术: the version in use, and the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yiwang.agencies.models import Role, Staff
from yiwang.journal import log
from yiwang.petitions.actors import Actor
from yiwang.petitions.refusals import Refused
from yiwang.satisfaction.models import Script, ScriptLine

Kind = ScriptLine.Kind


@dataclass(frozen=True)
class Line:
    """One sentence as it is given: see `ScriptLine`."""

    code: str
    kind: str
    words: str
    words_en: str = ""


FIRST: tuple[Line, ...] = (
    Line(
        "greeting", Kind.SAY,
        "您好，这里是信访局回访组。您反映的事情已经答复，我们打电话来，是想听听您的看法。",
        "Hello, this is the follow-up desk of the office of letters and calls. What you brought to us has been answered, "
        "and we are calling to hear what you think of it.",
    ),
    Line(
        "may_ask", Kind.YES_NO,
        "大约要三分钟，回答不回答都不影响您的事情。现在方便吗？",
        "It takes about three minutes, and whether you answer makes no difference to your matter. Is now a good time?",
    ),
    Line(
        "office", Kind.OFFICE,
        "您对信访局的工作满意吗：满意、基本满意，还是不满意？",
        "Are you satisfied with the office of letters and calls: satisfied, basically satisfied, or dissatisfied?",
    ),
    Line("agency", Kind.AGENCY, "您对办理单位满意吗？", "Are you satisfied with the agency that handled it?"),
    Line("reason", Kind.REASON, "不满意，主要是因为什么？", "If not, what is the main reason?"),
    Line(
        "contacted", Kind.YES_NO,
        "办理的时候，有工作人员跟您联系过吗？",
        "While it was being handled, was anybody in touch with you?",
    ),
    Line("solved", Kind.YES_NO, "事情真的解决了吗？", "Is the matter really solved?"),
    Line("thanks", Kind.SAY, "谢谢您。以后有事，请随时找我们。", "Thank you. Come to us whenever there is something."),
)  # fmt: skip
"""The script of the house, Chinese and English."""
NEEDED = frozenset({Kind.OFFICE, Kind.AGENCY, Kind.REASON})
"""Without these no rating comes of a call: each stands in every script exactly once."""
MOST_LINES = 20
LONGEST, LONGEST_EN = 300, 400


def current() -> Script:
    """Return the script in use; that of the house is entered when it is first asked for."""
    return Script.objects.first() or _enter_first()


def _enter_first() -> Script:
    with transaction.atomic():
        script, made = Script.objects.get_or_create(version=1, defaults={"made_at": datetime.now(UTC)})
        if made:
            _enter_lines(script, FIRST)
    return script


def _enter_lines(script: Script, lines: Sequence[Line]) -> None:
    ScriptLine.objects.bulk_create(
        ScriptLine(script=script, position=number, **vars(line)) for number, line in enumerate(lines, 1)
    )


@transaction.atomic
def change(by: Staff, lines: Sequence[Line]) -> Script:
    """Enter the next version of the script, by a system administrator; calls under way keep the one that they began with.

    Raises Refused: ``not_entitled``, ``empty`` for a sentence without words, ``too_long``, ``needed`` when what makes a rating
    is missing or there twice.
    """
    if not Actor.of_staff(by).has(Role.SYSTEM_ADMINISTRATOR):
        raise Refused("not_entitled", _("只有系统管理员可以改回访话术。"))
    kinds = [line.kind for line in lines]
    if any(kinds.count(kind) != 1 for kind in NEEDED) or len({line.code for line in lines}) != len(lines):
        raise Refused("needed", _("话术里要有、也只能有一次：评价信访部门、评价办理单位、不满意的原因。"))
    if not all(line.words.strip() for line in lines):
        raise Refused("empty", _("话术不能空着；不要的问题可以删去。"))
    if len(lines) > MOST_LINES or any(len(line.words) > LONGEST or len(line.words_en) > LONGEST_EN for line in lines):
        raise Refused(
            "too_long", _("话术最多%(lines)d句，每句最多%(signs)d字。") % {"lines": MOST_LINES, "signs": LONGEST}
        )
    script = Script.objects.create(version=current().version + 1, made_by=by, made_at=datetime.now(UTC))
    _enter_lines(script, lines)
    log.write(
        [
            log.line(
                "change_call_script", actor_kind="staff", actor_id=by.pk, subject_kind="call_script", subject_id=script.version
            )
        ]
    )  # fmt: skip
    return script
