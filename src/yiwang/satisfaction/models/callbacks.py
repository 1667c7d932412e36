"""Call-backs 回访: whom to call about which answer, who has the call, each attempt, and what was said."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Staff
from yiwang.petitions.models import Answer, Petition, Rating
from yiwang.satisfaction.models.calling import Outcome, Script, ScriptLine
from yiwang.store.ids import new_id


class Callback(models.Model):
    """One call-back 回访 about one answer: open until ``ended_as`` says how it ended.

    ``taken_by`` has the call until ``leased_until``; whose time has run out, has lost it to whoever takes it next.
    """

    class Kind(models.TextChoices):
        RATING = "rating", _("请评价")
        CHECK = "check", _("抽查")

    class End(models.TextChoices):
        RATED = "rated", _("接通，已评价")
        DECLINED = "declined", _("接通，不愿评价")
        OTHER_WAY = "other_way", _("要换方式")
        NO_NUMBER = "no_number", _("号码不对")
        LET_GO = "let_go", _("多次没有接通")
        RATED_MEANWHILE = "meanwhile", _("信访人已自己评价")
        ASKED_NOT = "asked_not", _("信访人请不要打")
        COVERED = "covered", _("已并入抽查")
        MOOT = "moot", _("答复已变或过期")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.RATING)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="callbacks", db_index=False)
    answer = models.ForeignKey(Answer, models.CASCADE, related_name="+", db_index=False)
    office = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="+", db_index=False, help_text="the one that had the lead"
    )
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="when it may be dialled, at the earliest")
    asked_for = models.DateTimeField(null=True, help_text="when the petitioner asked to be called")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="those that count")
    last_outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    taken_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    leased_until = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=10, choices=End.choices, blank=True)
    ended_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=8, blank=True, help_text="by which other way, once it was asked for")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["petition", "answer", "kind"], name="satisfaction_called_once"),
            # Whatever the program does: one operator has one call, and one petition one operator.
            models.UniqueConstraint(
                fields=["taken_by"], name="satisfaction_one_call_each", condition=Q(taken_by__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["petition"], name="satisfaction_never_two_ring", condition=Q(taken_by__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="callbacks_waiting", condition=Q(ended_as="")),
            models.Index(fields=["made_at"], name="callbacks_of_period"),
        ]

    def held_by(self, staff_id: int | None) -> bool:
        """Whether this person has the call, and nobody took it meanwhile."""
        return staff_id is not None and self.taken_by_id == staff_id and not self.ended_as

    def is_free(self, now: datetime) -> bool:
        """Whether nobody has the call, or who had it is gone."""
        return self.taken_by_id is None or self.leased_until is None or self.leased_until <= now


class Attempt(models.Model):
    """One attempt to reach somebody 拨打记录."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    callback = models.ForeignKey(Callback, models.CASCADE, related_name="tries")
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="+", db_index=False)
    script = models.ForeignKey(Script, models.PROTECT, null=True, related_name="+", db_index=False)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    asked_for = models.DateTimeField(null=True)
    sealed_note = models.BinaryField(default=b"")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["at"], name="callbacks_attempts_at")]


class Said(models.Model):
    """What was answered to one question of the script: a code, and the petitioner's own words, sealed under the petition's key."""

    class Code(models.TextChoices):
        YES = "yes", _("是")
        NO = "no", _("否")
        UNCLEAR = "unclear", _("说不清")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="said")
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="+", db_index=False)
    line = models.ForeignKey(ScriptLine, models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=12, help_text="yes, no, unclear; of a verdict, its level")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", db_index=False)
    sealed_words = models.BinaryField(default=b"")

    class Meta:
        ordering = ["id"]


class Checked(models.Model):
    """A verdict that a check 抽查 heard, kept beside the rating that was given before, if any; neither changes the other."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    callback = models.ForeignKey(Callback, models.CASCADE, related_name="checked")
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="+", db_index=False)
    about = models.CharField(max_length=6, choices=Rating.About.choices)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    level = models.CharField(max_length=12)
    satisfied = models.BooleanField(help_text="as the rules read the level when it was said")
    rated = models.CharField(max_length=12, blank=True, help_text="the level rated before; empty when there was none")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["callback", "about", "agency"], name="satisfaction_checked_once"),
        ]
        indexes = [models.Index(fields=["at"], name="callbacks_checked_at")]


class NoCalls(models.Model):
    """The petitioner of this petition asked not to be called about it 请勿来电. It holds for the petition, for no number."""

    petition = models.OneToOneField(Petition, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()


class CallDesk(models.Model):
    """One row, locked by whoever takes a call or lengthens the list: entries up to ``position`` have been looked at."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    position = models.BigIntegerField(default=0)
