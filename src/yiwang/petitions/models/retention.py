"""How long petitions are kept 保管期限, what holds single ones 冻结, and their disposal 销毁 by two persons."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Staff
from yiwang.petitions.models.petition import Petition
from yiwang.store.ids import new_id


class Retention(models.Model):
    """For how many years petitions of one kind are kept after they were over; a kind without a row is kept as `KINDS` says."""

    kind = models.CharField(max_length=16, primary_key=True)
    years = models.PositiveSmallIntegerField(_("年"))
    basis = models.CharField(_("依据"), max_length=200)
    entered_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    entered_at = models.DateTimeField()


class Hold(models.Model):
    """A legal hold 冻结: while it is not lifted, the petition is not disposed of. The reason is sealed under its key."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="holds", db_index=False)
    sealed_reason = models.BinaryField(default=b"")
    placed_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["petition"], name="holds_one_at_a_time", condition=Q(lifted_at=None))
        ]


class Disposal(models.Model):
    """A list of petitions whose time is over 销毁清册: frozen when one person proposes it, carried out when another confirms it."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    proposed_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    cancelled_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("proposed_by")),
                name="disposals_by_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(cancelled_at=None), name="disposals_confirmed_or_cancelled"
            ),
        ]


class DisposalItem(models.Model):
    """One petition of such a list. ``open`` while the list is neither cancelled nor done with it: it stands on one such list alone."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("待销毁")
        DONE = "done", _("已销毁")
        HELD = "held", _("已冻结，未销毁")
        DROPPED = "dropped", _("不再到期，未销毁")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    disposal = models.ForeignKey(Disposal, models.CASCADE, related_name="items")
    petition = models.ForeignKey(Petition, models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    ended_at = models.DateTimeField(null=True)
    open = models.BooleanField(default=True)

    class Meta:
        ordering = ["petition_id"]
        constraints = [
            models.UniqueConstraint(fields=["petition"], name="disposals_one_list_each", condition=Q(open=True))
        ]
