"""The check sample 抽查样本: announced with a sealed seed, then drawn; whoever doubts it draws it again."""

import zlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Staff
from yiwang.petitions.models import Answer, Petition
from yiwang.satisfaction.models.callbacks import Callback
from yiwang.store.ids import new_id
from yiwang.vault.sealing import SealedRow


class Sample(SealedRow):
    """One sample. What it is of is fixed when it is announced, and so is the seed, of which only the SHA-256 is shown then.

    Once drawn, seed and frame lie open. The frame is kept as it was (``drawing.frame_text``, compressed), since petitions go on living.
    """

    office = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    first_day = models.DateField(_("自"), help_text="day of the first answer")
    last_day = models.DateField(_("至"))
    within = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="+", db_index=False, help_text="lead agency, or one above it"
    )
    purpose = models.CharField(max_length=12, choices=Petition.Purpose.choices, blank=True)
    channel = models.CharField(max_length=16, choices=Petition.Channel.choices, blank=True)
    size = models.PositiveIntegerField(null=True, help_text="how many; or")
    share = models.PositiveSmallIntegerField(null=True, help_text="per cent of the frame")
    stratified = models.BooleanField(default=False, help_text="each agency has its part")
    algorithm = models.CharField(max_length=24)
    sealed_seed = models.BinaryField(default=b"")
    commitment = models.CharField(max_length=64, help_text="SHA-256 of the seed, in hexadecimal")
    announced_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    announced_at = models.DateTimeField()

    seed = models.CharField(max_length=32, blank=True, help_text="open once drawn")
    frame_size = models.PositiveIntegerField(null=True)
    frame_hash = models.CharField(max_length=64, blank=True)
    packed_frame = models.BinaryField(default=b"")
    drawn_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    drawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    @property
    def frame(self) -> str:
        """The frame's text, as its hash was made of it; empty before the draw."""
        return zlib.decompress(bytes(self.packed_frame)).decode() if self.packed_frame else ""

    @frame.setter
    def frame(self, text: str) -> None:
        self.packed_frame = zlib.compress(text.encode(), 9)


class SampleItem(models.Model):
    """One petition that was drawn, in the order of the draw, and the call-back that checks it."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    sample = models.ForeignKey(Sample, models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveIntegerField()
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="+", db_index=False)
    answer = models.ForeignKey(Answer, models.CASCADE, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", db_index=False)
    callback = models.ForeignKey(Callback, models.PROTECT, related_name="samples", db_index=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "petition"], name="satisfaction_drawn_once"),
            models.UniqueConstraint(fields=["sample", "position"], name="satisfaction_drawn_in_order"),
        ]
