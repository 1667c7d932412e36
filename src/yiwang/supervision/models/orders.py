"""Orders 督办事项: what is asked of an agency and followed to its finish, what it comes from, and what happened to it."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Staff
from yiwang.petitions.models import Petition
from yiwang.store.ids import new_id
from yiwang.supervision.grounds import Ground
from yiwang.supervision.orders.kinds import CHOICES, KINDS, Adoption, Kind, Source
from yiwang.supervision.orders.steps import OWED, State
from yiwang.vault.sealing import DataKey, SealedRow, open_under, seal_under


class Worded(SealedRow):
    """A row with words of staff. Where it is about a petition they are sealed under the petition's key, so that they go with
    it into the compartment and to its disposal; elsewhere under a key of the row's own.
    """

    petition = models.ForeignKey(Petition, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        abstract = True

    @property
    def words_key(self) -> DataKey:
        return self.petition.key if self.petition else self.key

    def set_words(self, what: str, text: str) -> None:
        """Seal a text into ``sealed_<what>``."""
        seal_under(self.words_key, self, f"sealed_{what}", text)

    def words(self, what: str) -> str:
        """Return the text of ``sealed_<what>``; "" where nothing was said, or where it was disposed of."""
        column = f"sealed_{what}"
        return open_under(self.words_key, self, column) if getattr(self, column) else ""


class Occasion(Worded):
    """What several orders come from: a leader's instruction 批示, a joint conference 联席会议, or a talk 约谈.

    ``sealed_who`` names by their office who instructed, chaired, or was talked to; ``agency`` is the one talked to.
    """

    kind = models.CharField(max_length=12, choices=Source.choices)
    issuer = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", db_index=False)
    participants = models.ManyToManyField(Agency, related_name="+")
    held_on = models.DateField()
    sealed_title = models.BinaryField(default=b"")
    sealed_who = models.BinaryField(default=b"")
    sealed_text = models.BinaryField(default=b"", help_text="the instruction, the agenda, or why there was a talk")
    entered_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    entered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["issuer", "id"], name="occasions_of_office")]

    @property
    def title(self) -> str:
        return self.words("title")

    @property
    def who(self) -> str:
        return self.words("who")

    @property
    def text(self) -> str:
        return self.words("text")


class Order(Worded):
    """One thing asked of one agency, or reported to a body above, with its own limit 督办事项.

    ``petition`` is the one that it is about, ``also`` further ones; who cannot see all of them does not see the order. The
    columns are what lists filter on; what happened is in the steps. ``in_time`` says of the first answer whether it came
    within the limit.
    """

    OWED: ClassVar[tuple[str, ...]] = OWED
    State: ClassVar[type[State]] = State

    number = models.CharField(_("编号"), max_length=24, editable=False)
    kind = models.CharField(_("种类"), max_length=16, choices=CHOICES)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.ISSUED)
    issuer = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    issued_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="+", db_index=False, help_text="None: a body outside"
    )
    about = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="+", db_index=False, help_text="the agency at fault, where it is another"
    )  # fmt: skip
    also = models.ManyToManyField(Petition, related_name="+")
    occasion = models.ForeignKey(Occasion, models.PROTECT, null=True, related_name="orders", db_index=False)
    ground = models.CharField(_("督办情形"), max_length=16, choices=Ground.choices, blank=True)
    finding_id = models.BigIntegerField(null=True, help_text="the finding that it was issued on")
    entry_id = models.BigIntegerField(null=True, help_text="the entry by which it was reported upward")
    attempt = models.CharField(max_length=40, null=True, help_text="one filled-in form issues one order")  # noqa: DJ001
    sealed_subject = models.BinaryField(default=b"")
    sealed_text = models.BinaryField(default=b"")

    issued_at = models.DateTimeField()
    issued_on = models.DateField(help_text="the day of issuing at the office")
    due_on = models.DateField(help_text="the last day on which the answer is in time")
    due_at = models.DateTimeField(help_text="the next local midnight, in UTC")
    provisional = models.BooleanField(default=False, help_text="暂定: a year of the calendar is missing")
    days = models.PositiveSmallIntegerField(
        null=True, help_text="what it was counted from; None: somebody named its last day"
    )
    unit = models.CharField(max_length=12, blank=True)
    extension_asked = models.BooleanField(default=False)
    sent_back = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, help_text="when it was answered for the first time")
    in_time = models.BooleanField(null=True)
    adoption = models.CharField(max_length=8, choices=Adoption.choices, blank=True)
    ended_at = models.DateTimeField(null=True)
    lifted_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="orders_number_once"),
            models.UniqueConstraint(fields=["attempt"], name="orders_issued_once"),
            models.UniqueConstraint(fields=["entry_id"], name="orders_followed_once"),
        ]
        indexes = [
            models.Index(fields=["issuer", "state", "id"], name="orders_of_issuer"),
            models.Index(fields=["agency", "state", "id"], name="orders_of_agency"),
            models.Index(fields=["due_at"], name="orders_owed", condition=Q(state__in=OWED)),
            models.Index(fields=["id"], name="orders_provisional", condition=Q(state__in=OWED, provisional=True)),
            models.Index(fields=["issued_on", "agency"], name="orders_issued_on"),
            models.Index(fields=["occasion", "id"], name="orders_of_occasion", condition=Q(occasion__isnull=False)),
            models.Index(fields=["petition", "id"], name="orders_of_petition", condition=Q(petition__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def row(self) -> Kind:
        return KINDS[self.kind]

    @property
    def subject(self) -> str:
        return self.words("subject")

    @property
    def text(self) -> str:
        return self.words("text")

    @property
    def is_accusation(self) -> bool:
        return bool(self.petition and self.petition.is_accusation)

    def is_late(self, now: datetime) -> bool:
        """Whether the agency owes an answer whose time has passed for certain."""
        return self.state in OWED and self.due_at <= now and not self.provisional


class OrderStep(models.Model):
    """What happened to an order: who, when, what, from and to. Append-only; words are sealed as the order's are."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="steps", db_index=False)
    petition = models.ForeignKey(
        Petition, models.PROTECT, null=True, related_name="+", db_index=False, help_text="whose disposal takes the words along"
    )  # fmt: skip
    action = models.CharField(max_length=20)
    actor = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", db_index=False)
    stood_in_for = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    at = models.DateTimeField()
    until = models.DateField(null=True, help_text="the last day that was asked for or set")
    adoption = models.CharField(max_length=8, choices=Adoption.choices, blank=True)
    sealed_text = models.BinaryField(default=b"")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["order", "id"], name="orders_steps")]


class OrderLimit(models.Model):
    """How long the answer to a kind of order may take, where the office has set it."""

    kind = models.CharField(max_length=16, choices=CHOICES)
    number = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=12)
    set_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind"], name="orders_limit_once")]
