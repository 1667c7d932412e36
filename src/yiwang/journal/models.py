"""The behaviour log 系统行为日志: who did what to which record, when, with what result."""

from django.db import models

from yiwang.store.ids import new_id


class Record(models.Model):
    """One line of the behaviour log. Append-only; holds ids, never words; bound by a keyed MAC of its own."""

    class Result(models.TextChoices):
        DONE = "done", "完成"
        REFUSED = "refused", "拒绝"

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    act = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=60, blank=True, help_text="a code of the reason, never words of a person")
    result = models.CharField(max_length=8, choices=Result.choices, default=Result.DONE)
    mac = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="journal_who_saw_this"),
            models.Index(fields=["actor_kind", "actor_id", "id"], name="journal_what_was_seen_by"),
        ]
