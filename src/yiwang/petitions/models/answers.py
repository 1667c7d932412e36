"""Answers 答复, and answers that everybody may read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Region, Staff
from yiwang.petitions.models.petition import Petition
from yiwang.petitions.models.reference import Category
from yiwang.store.ids import new_id


class Answer(models.Model):
    """One version of an answer: drafted, then sent back or approved; an approved one is never changed.

    The text is plain for ordinary matters and sealed under the petition's key for accusations.
    """

    class Outcome(models.TextChoices):
        SUPPORT = "support", _("支持")
        EXPLAIN = "explain", _("解释说明")
        DECLINE = "decline", _("不支持")
        ADOPTED = "adopted", _("采纳")
        PARTLY = "partly", _("部分采纳")
        NOT_ADOPTED = "not_adopted", _("未采纳")
        SETTLED = "settled", _("调解、和解")

    class State(models.TextChoices):
        DRAFTED = "drafted", _("待审核")
        SENT_BACK = "sent_back", _("已退回修改")
        APPROVED = "approved", _("已通过")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="answers")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(_("处理意见"), max_length=12, choices=Outcome.choices)
    basis = models.TextField(_("法律法规依据"), blank=True, help_text="what the outcome rests on (art. 32)")
    text = models.TextField(_("答复内容"), blank=True)
    sealed_text = models.BinaryField(default=b"")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFTED)
    drafted_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    drafted_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    sealed_reason = models.BinaryField(default=b"", help_text="why it was sent back")

    class Meta:
        ordering = ["id"]

    def words(self, petition: Petition) -> str:
        """Return the text, unsealing that of an accusation."""
        if petition.is_accusation:
            return petition.key.open(self.sealed_text, self._meta.db_table, "sealed_text", self.pk)
        return self.text


OUTCOMES: dict[str, tuple[str, ...]] = {
    Petition.Purpose.APPEAL: (Answer.Outcome.SUPPORT, Answer.Outcome.EXPLAIN, Answer.Outcome.DECLINE),
    Petition.Purpose.SUGGESTION: (Answer.Outcome.ADOPTED, Answer.Outcome.PARTLY, Answer.Outcome.NOT_ADOPTED),
    Petition.Purpose.ACCUSATION: (Answer.Outcome.SUPPORT, Answer.Outcome.EXPLAIN, Answer.Outcome.DECLINE),
}
"""What an answer may say, by purpose: an appeal's three outcomes (art. 32), a suggestion's (art. 29)."""


class PublishedAnswer(models.Model):
    """An answer that everybody may read 公开答复: the petitioner agreed, an approver released it, names are masked."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.OneToOneField(Petition, models.CASCADE, related_name="published")
    slug = models.CharField(max_length=16, unique=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    answer_text = models.TextField()
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    received_on = models.DateField()
    answered_on = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    recalled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def searchable(self) -> tuple[str, ...]:
        """Return the texts that the portal's search index holds, the subject first."""
        return self.subject, self.text, self.answer_text
