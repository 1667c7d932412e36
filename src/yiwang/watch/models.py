"""How the platform itself fares 平台运行: workers' heartbeats, how long answers took, readings, and alerts 告警 with their rules."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from yiwang.store.ids import new_id
from yiwang.vault.sealing import SealedRow


class Heartbeat(models.Model):
    """What one worker last said of itself. A worker that is ended takes its row along; a silent one's row runs out."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    host = models.CharField(max_length=80)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    at = models.DateTimeField()
    jobs = models.JSONField(default=dict, help_text="name of each job: when it last ran, and whether it went well")
    disk_free_mb = models.PositiveBigIntegerField(null=True)
    clock_off_ms = models.BigIntegerField(null=True, help_text="how far its clock is ahead of the database's")


class Timing(models.Model):
    """How long one process took for its answers since it last told: a histogram for each page and status.

    A page is the name of its address, never the address itself: no number of a petition, and nobody, stands here.
    ``process`` is empty for the sum of all that is older.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    process = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField(db_index=True)
    counts = models.JSONField(default=dict)


class Reading(models.Model):
    """What was last read of something outside that is not asked each time, as the days that the certificate is still good."""

    name = models.CharField(max_length=40, unique=True)
    value = models.FloatField(null=True, help_text="empty: it could not be read")
    why = models.CharField(max_length=80, blank=True, help_text="why it could not be read: a class or code")
    at = models.DateTimeField()


class AlertRule(SealedRow):
    """When somebody is to be told 告警规则: what (`signals.SIGNALS`), from which value on, lasting how long, whom, how often.

    To whom are mail addresses, telephone numbers and addresses of webhooks, one a line, sealed.
    """

    signal = models.CharField(_("监测什么"), max_length=32)
    about = models.CharField(_("只看哪一个"), max_length=80, blank=True)
    threshold = models.PositiveIntegerField(_("达到多少"), validators=[MaxValueValidator(10**9)])
    minutes = models.PositiveIntegerField(_("持续几分钟"), default=5, validators=[MaxValueValidator(10_080)])
    repeat_hours = models.PositiveIntegerField(
        _("最多几小时提醒一次"), default=4, validators=[MinValueValidator(1), MaxValueValidator(720)]
    )
    quiet_from = models.TimeField(_("免打扰从"), null=True, blank=True)
    quiet_until = models.TimeField(_("免打扰到"), null=True, blank=True)
    active = models.BooleanField(_("启用"), default=True)
    sealed_mails = models.BinaryField(default=b"")
    sealed_telephones = models.BinaryField(default=b"")
    sealed_webhooks = models.BinaryField(default=b"")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Alert(models.Model):
    """One event of a rule 告警: from when its value was first beyond the threshold to its end.

    ``raised_at`` is when it had lasted long enough; ``told`` counts how often people were told; ``about`` says of which
    channel, way out, machine or job. Of one rule and one thing there is one open event, whoever finds it.
    """

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    rule = models.ForeignKey(AlertRule, models.CASCADE, related_name="alerts")
    about = models.CharField(max_length=80, blank=True)
    value = models.FloatField()
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    raised_at = models.DateTimeField(null=True)
    told = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    well_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "about"], name="watch_one_open_alert", condition=models.Q(ended_at=None)
            )
        ]
        indexes = [models.Index(fields=["-began_at"], name="watch_alerts_lately")]
