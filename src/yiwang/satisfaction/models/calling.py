"""How the office calls back, as data with versions: what is read out 回访话术, and when a number is dialled again 重拨规则."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Staff


class Outcome(models.TextChoices):
    """How one attempt ended 拨打结果."""

    RATED = "rated", _("接通，已评价")
    DECLINED = "declined", _("接通，不愿评价")
    LATER = "later", _("请改时间再打")
    NO_ANSWER = "no_answer", _("无人接听")
    BUSY = "busy", _("占线")
    WRONG_NUMBER = "wrong_number", _("打错了，不是本人")
    NO_SUCH_NUMBER = "no_such_number", _("空号、停机")
    OTHER_WAY = "other_way", _("语言或听力不便，要换方式")


class CallRules(models.Model):
    """One version of the rules by which calls are made 回访规则; the latest holds. Never changed, only followed by the next."""

    version = models.PositiveIntegerField(unique=True)
    wait_days = models.PositiveSmallIntegerField(
        help_text="days after the answer in which the petitioner may rate first"
    )
    forget_days = models.PositiveSmallIntegerField(
        help_text="days after the answer when nobody is called about it any more"
    )
    attempts = models.PositiveSmallIntegerField(help_text="attempts that count, after which the list lets go")
    hours = models.CharField(max_length=80, help_text="e.g. 09:00-11:30 14:30-17:30, on working days")
    lease_minutes = models.PositiveSmallIntegerField(help_text="how long a taken call stays with its operator")
    made_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]


class OutcomeRule(models.Model):
    """What follows on one outcome: whether the number is dialled again, and when at the earliest."""

    rules = models.ForeignKey(CallRules, models.CASCADE, related_name="outcomes")
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    again = models.BooleanField()
    minutes = models.PositiveIntegerField(help_text="after the attempt, at the earliest")
    other_day = models.BooleanField(help_text="not on the same day")
    counts = models.BooleanField(help_text="counts towards the attempts")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["rules", "outcome"], name="satisfaction_one_rule_per_outcome")]


class Script(models.Model):
    """One version of what the operator reads out 回访话术; the latest is used, the others say what was asked back then."""

    version = models.PositiveIntegerField(unique=True)
    made_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]


class ScriptLine(models.Model):
    """One sentence of the script, and what it asks for."""

    class Kind(models.TextChoices):
        SAY = "say", _("只念，不提问")
        YES_NO = "yes_no", _("是或否")
        OFFICE = "office", _("评价信访部门")
        AGENCY = "agency", _("评价每个办理单位")
        REASON = "reason", _("不满意的原因")

    script = models.ForeignKey(Script, models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    words = models.CharField(max_length=300)
    words_en = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["script", "code"], name="satisfaction_script_asks_once")]

    @property
    def spoken(self) -> str:
        """The sentence in the language of the page; the Chinese one where there is no other."""
        return self.words_en if self.words_en and (get_language() or "").startswith("en") else self.words
