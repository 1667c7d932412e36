"""Messages to be sent 待发消息: written in the transaction of what they tell, delivered by the worker, never doubled."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yiwang.vault.sealing import SealedRow


class Notice(SealedRow):
    """One message to one petitioner, or (``petition_id`` None) to somebody about their way in. Address and words
    are sealed under the notice's own key.

    ``route`` is the name of a registered sender (mail, sms …); “person” means that staff tell it by telephone or post and
    tick it off; “lookup” that nobody could be told and the words wait on the lookup page.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("待发送")
        DELIVERED = "delivered", _("已送达")
        GIVEN_UP = "given_up", _("已放弃")

    PERSON = "person"
    LOOKUP = "lookup"

    kind = models.CharField(max_length=24)
    petition_id = models.BigIntegerField(null=True, db_index=True)
    office_id = models.BigIntegerField(null=True, help_text="the agency on whose list “to tell” it stands")
    route = models.CharField(max_length=16)
    language = models.CharField(max_length=8, default="zh-hans")
    sealed_address = models.BinaryField(default=b"")
    sealed_subject = models.BinaryField(default=b"")
    sealed_body = models.BinaryField(default=b"")
    # Unique by the constraint below: with unique=True, PostgreSQL would get a second index of it, for LIKE.
    idempotency_key = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    last_error = models.CharField(
        max_length=200, blank=True, help_text="the class and code of the failure, never an address"
    )
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    told_by_id = models.BigIntegerField(null=True, help_text="the member of staff who told it")
    told_how = models.CharField(max_length=12, blank=True, help_text="telephone, post or in_person")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idempotency_key"], name="outbox_told_once")]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="outbox_due", condition=models.Q(state="pending")),
            models.Index(
                fields=["office_id", "id"], name="outbox_to_tell", condition=models.Q(state="pending", route="person")
            ),
        ]


class Tally(models.Model):
    """How many attempts of one way out ended in one way in ten minutes; ``code`` is empty for a delivery. Names no message."""

    route = models.CharField(max_length=16)
    code = models.CharField(max_length=40, blank=True)
    lasting = models.BooleanField(default=False, help_text="the other side refused this message for good")
    slot = models.DateTimeField(help_text="the beginning of the ten minutes")
    number = models.PositiveBigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["route", "code", "lasting", "slot"], name="outbox_tally_once")]
