"""Review 复查 and re-review 复核 (arts. 35, 36), hearings 听证, and what the parties agreed 调解/和解 (art. 33)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Staff
from yiwang.petitions.models.answers import Answer
from yiwang.petitions.models.petition import Petition
from yiwang.store.ids import new_id


class Review(models.Model):
    """One request that a higher body look at an answer again. Its words are sealed under the petition's key.

    ``agency`` is the body that decides; without one it is the body outside that ``outside`` names, whose decision the office
    records by hand.
    """

    class Stage(models.TextChoices):
        REVIEW = "review", _("复查")
        RE_REVIEW = "re-review", _("复核")

    class State(models.TextChoices):
        ASKED = "asked", _("待审查")
        TAKEN = "taken", _("审查中")
        DRAFTED = "drafted", _("意见待审核")
        DECIDED = "decided", _("已作出意见")
        REFUSED = "refused", _("不予受理")
        WITHDRAWN = "withdrawn", _("已撤回")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("维持")
        CHANGED = "changed", _("变更")
        REVOKED = "revoked", _("撤销，责令重新办理")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="reviews", db_index=False)
    answer = models.ForeignKey(Answer, models.CASCADE, related_name="+", db_index=False)
    earlier = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    stage = models.CharField(_("程序"), max_length=10, choices=Stage.choices)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.ASKED)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", db_index=False)
    outside = models.CharField(_("审查机关"), max_length=80, blank=True)
    outcome = models.CharField(_("审查结果"), max_length=8, choices=Outcome.choices, blank=True)
    sealed_grounds = models.BinaryField(default=b"", help_text="why the petitioner asks")
    sealed_text = models.BinaryField(default=b"", help_text="the opinion's words")
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    drafted_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "stage"],
                name="reviews_once_for_each_answer",
                condition=~models.Q(state__in=("refused", "withdrawn")),
            )
        ]
        indexes = [models.Index(fields=["petition", "id"], name="reviews_of_petition")]

    @property
    def body(self) -> str:
        """The name of the body that decides."""
        return str(self.agency) if self.agency else self.outside


class Hearing(models.Model):
    """A hearing 听证 on a matter, or on its re-review: both days belong to it, and these do not count there (art. 36)."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="hearings", db_index=False)
    review = models.ForeignKey(Review, models.CASCADE, null=True, related_name="hearings", db_index=False)
    first_day = models.DateField(_("第一天"))
    last_day = models.DateField(_("最后一天"))
    place = models.CharField(_("地点"), max_length=120)
    by = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["first_day", "id"]
        indexes = [models.Index(fields=["petition", "id"], name="hearings_of_petition")]


class Agreement(models.Model):
    """What the parties agreed on by mediation 调解 or settlement 和解 (art. 33); sealed under the petition's key."""

    class Kind(models.TextChoices):
        MEDIATION = "mediation", _("调解")
        SETTLEMENT = "settlement", _("和解")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="agreements", db_index=False)
    kind = models.CharField(_("方式"), max_length=10, choices=Kind.choices)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", db_index=False)
    sealed_other_party = models.BinaryField(default=b"")
    sealed_terms = models.BinaryField(default=b"")
    agreed_on = models.DateField(_("达成日期"))

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["petition", "id"], name="agreements_of_petition")]
