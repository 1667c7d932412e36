"""Papers 文书, their templates 模板, their numbers 文号, and their service 送达.

Offices, agencies, petitions, entries and staff are known here by their ids alone: this room stands beside theirs.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yiwang.papers.kinds import BY_CODE, Kind
from yiwang.store.ids import new_id
from yiwang.vault.sealing import SealedRow


class Series(models.Model):
    """How one body numbers one series of papers 文号: ``pattern`` holds {prefix}, {year} and {serial}."""

    PATTERN = "{prefix}〔{year}〕{serial}号"

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    issuer_id = models.BigIntegerField()
    code = models.CharField(max_length=16)
    prefix = models.CharField(max_length=20)
    pattern = models.CharField(max_length=60, default=PATTERN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer_id", "code"], name="papers_series_once")]


class Counter(models.Model):
    """The last number that a series gave out in a year; the year is the office's own, and begins again at one."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    series = models.ForeignKey(Series, models.CASCADE, related_name="counters", db_index=False)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="papers_one_counter_a_year")]


class Template(SealedRow):
    """One version of a template that a body uploaded for a kind of paper; the newest active one is used."""

    owner_id = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    language = models.CharField(max_length=8, default="zh-hans")
    version = models.PositiveIntegerField()
    file_id = models.BigIntegerField()
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file, in hexadecimal digits")
    active = models.BooleanField(default=True)
    uploaded_by_id = models.BigIntegerField()
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner_id", "kind", "language", "version"], name="papers_template_version_once"
            )
        ]


class Paper(SealedRow):
    """One paper 文书: owed by what happened, then numbered, then made and signed; never changed after that.

    What it says (``sealed_given``: what was typed when it was owed; ``sealed_facts``: all that was printed) and its files
    are sealed under its own key. A number that was given out stays with its paper, be it void.
    """

    class State(models.TextChoices):
        OWED = "owed", _("待制作")
        MADE = "made", _("已制作")
        VOID = "void", _("已作废")

    kind = models.CharField(max_length=16)
    petition_id = models.BigIntegerField()
    entry_id = models.BigIntegerField(null=True)
    review_id = models.BigIntegerField(null=True)
    issuer_id = models.BigIntegerField()
    issuer_name = models.CharField(max_length=80, blank=True, help_text="as it stood on the paper")
    language = models.CharField(max_length=8, default="zh-hans")
    state = models.CharField(max_length=4, choices=State.choices, default=State.OWED)
    owed_at = models.DateTimeField()
    sealed_given = models.BinaryField(default=b"")

    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField(null=True)
    serial = models.PositiveIntegerField(null=True)
    number = models.CharField(max_length=90, blank=True)
    code = models.CharField(max_length=16, unique=True, null=True, help_text="the verification code")  # noqa: DJ001

    template_version = models.CharField(
        max_length=64, blank=True, help_text="“default” or owner and version, and the file's digest"
    )
    sealed_facts = models.BinaryField(default=b"")
    docx_id = models.BigIntegerField(null=True)
    pdf_id = models.BigIntegerField(null=True, help_text="empty where no PDF could be drawn")
    no_pdf_because = models.CharField(max_length=16, blank=True)
    text_digest = models.CharField(max_length=64, blank=True)
    docx_digest = models.CharField(max_length=64, blank=True)
    pdf_digest = models.CharField(max_length=64, blank=True)
    signature = models.BinaryField(default=b"")
    key_id = models.CharField(max_length=16, blank=True)
    dated_on = models.DateField(null=True, help_text="the date on the paper, in the office's zone")
    made_at = models.DateTimeField(null=True)
    void_at = models.DateTimeField(null=True)
    void_because = models.CharField(max_length=24, blank=True, help_text="a code, never words")

    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(
        help_text="when the worker tries next; also the lease of the one that is at it"
    )
    hindrance = models.CharField(
        max_length=200, blank=True, help_text="a code, and names of fields; never words of a person"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year", "serial"], name="papers_serial_once", condition=Q(serial__isnull=False)
            ),
            models.UniqueConstraint(fields=["issuer_id", "number"], name="papers_number_once", condition=~Q(number="")),
        ]
        indexes = [
            models.Index(fields=["petition_id", "id"], name="papers_of_petition"),
            models.Index(fields=["next_attempt_at", "id"], name="papers_owed", condition=Q(state="owed")),
            models.Index(fields=["docx_id"], name="papers_by_docx", condition=Q(docx_id__isnull=False)),
            models.Index(fields=["pdf_id"], name="papers_by_pdf", condition=Q(pdf_id__isnull=False)),
        ]

    @property
    def row(self) -> Kind:
        """The row of the table of kinds."""
        return BY_CODE[self.kind]

    @property
    def is_made(self) -> bool:
        return self.state == self.State.MADE


class Service(SealedRow):
    """One record of how a paper was served 送达. Append-only: a later record says more, and takes nothing back."""

    class How(models.TextChoices):
        CHANNEL = "channel", _("网上送达")
        POST = "post", _("邮寄送达")
        HAND = "hand", _("当面送达")

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="services")
    how = models.CharField(_("送达方式"), max_length=8, choices=How.choices)
    sent_at = models.DateTimeField()
    delivered_on = models.DateField(
        null=True, help_text="the day on which it was received; empty while it is on its way"
    )
    tracking = models.CharField(_("邮件号"), max_length=40, blank=True)
    sealed_received_by = models.BinaryField(default=b"")
    scan_id = models.BigIntegerField(null=True, help_text="the sealed file of the proof of service")
    scan_type = models.CharField(max_length=80, blank=True)
    recorded_by_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["scan_id"], name="papers_by_scan", condition=Q(scan_id__isnull=False))]
