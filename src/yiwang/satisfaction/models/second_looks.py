"""A second look 复看 at an answer that its petitioner rated badly."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Staff
from yiwang.petitions.models import Answer, Petition
from yiwang.store.ids import new_id


class SecondLook(models.Model):
    """One for each answer, by somebody who neither wrote nor approved it nor handled the matter."""

    class Outcome(models.TextChoices):
        STANDS = "stands", _("维持答复")
        AGAIN = "again", _("重新办理")
        OVERTAKEN = "overtaken", _("不再需要")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="second_looks")
    answer = models.OneToOneField(Answer, models.CASCADE, related_name="second_look")
    opened_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, help_text="empty while it waits")
    sealed_reason = models.BinaryField(default=b"", help_text="told to the petitioner; sealed under the petition's key")
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], name="second_looks_waiting", condition=Q(outcome=""))
        ]
