"""What the scan remembers to see patterns over many petitions 规律: single observations, and prints of answers. No words of anybody.

Neither is a finding. Both are about agencies, never about whoever petitions, and hold nothing of accusations.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Staff
from yiwang.petitions.models import Answer, Petition
from yiwang.store.ids import new_id


class Threshold(models.Model):
    """A number that the office has set for a rule of the scan, other than the product's (`supervision/thresholds.py`)."""

    code = models.CharField(max_length=24, primary_key=True)
    number = models.PositiveIntegerField(_("数值"))
    changed_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class Observation(models.Model):
    """One event that alone means nothing, and often may mean something: kept as long as the rule looks back."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=24)
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+", db_index=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="+", db_index=False)
    about_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["petition", "kind", "about_id"], name="observations_once")]
        indexes = [models.Index(fields=["kind", "agency", "at"], name="observations_of_agency")]

    def __str__(self) -> str:
        return f"{self.kind} {self.petition_id}"


class AnswerPrint(models.Model):
    """The print of one approved answer 答复指纹, by which copies of it are found: hashes of what it says beside formulas.

    ``matter`` is the petition that it answers, or the one that this follows or repeats: one matter, however often it was
    brought. ``family`` is the answer whose copy it is, itself when it is the ``first`` of its kind. ``exact`` is equal where
    the words are, each ``band`` where nearly all of them are.
    """

    BANDS = ("band1", "band2", "band3", "band4")

    answer = models.OneToOneField(Answer, models.CASCADE, primary_key=True, related_name="+")
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+", db_index=False)
    matter = models.BigIntegerField()
    family = models.BigIntegerField()
    first = models.BooleanField()
    at = models.DateTimeField(help_text="when it was approved")
    exact = models.BigIntegerField()
    band1 = models.BigIntegerField()
    band2 = models.BigIntegerField()
    band3 = models.BigIntegerField()
    band4 = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["agency", "family", "at"], name="prints_of_family"),
            models.Index(fields=["at"], name="prints_by_age"),
            # Copies are compared with the first of each kind alone, which are few.
            *(
                models.Index(fields=["agency", name], name=f"prints_{name}", condition=models.Q(first=True))
                for name in ("exact", "band1", "band2", "band3", "band4")
            ),
        ]

    def __str__(self) -> str:
        return str(self.answer_id)
