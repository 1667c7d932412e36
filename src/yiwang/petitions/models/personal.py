"""What somebody asks about the data kept on them 个人信息请求: a copy, a correction, a deletion."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Staff
from yiwang.petitions.models.petition import Petition
from yiwang.store.ids import new_id


class DataRequest(models.Model):
    """One request under the Personal Information Protection Law (arts. 45 to 47), decided by the office with a reason (art. 50)."""

    class Kind(models.TextChoices):
        COPY = "copy", _("查阅、复制")
        CORRECTION = "correction", _("更正、补充")
        DELETION = "deletion", _("删除")

    class State(models.TextChoices):
        ASKED = "asked", _("待答复")
        GRANTED = "granted", _("已同意")
        REFUSED = "refused", _("未同意")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="data_requests", db_index=False)
    kind = models.CharField(_("请求"), max_length=12, choices=Kind.choices)
    what = models.CharField(max_length=12, blank=True, help_text="which column a correction is of, as people/ names it")
    sealed_words = models.BinaryField(default=b"", help_text="the right value, or why it is asked for")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    due_on = models.DateField(help_text="the last day on which an answer is in time")
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    sealed_reason = models.BinaryField(default=b"", help_text="why it was decided so, told to whoever asked")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "kind"], name="data_requests_one_open_each", condition=Q(state="asked")
            )
        ]
        indexes = [models.Index(fields=["due_on", "id"], name="data_requests_open", condition=Q(state="asked"))]
