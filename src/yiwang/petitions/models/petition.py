"""The petition 信访件, its representatives 代表 and its referrals 转送/交办."""

from datetime import UTC, datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import ADMINISTRATORS, Agency, Region, Role, Staff
from yiwang.people.models import Petitioner
from yiwang.petitions.models.reference import Category
from yiwang.store.ids import new_id
from yiwang.vault.sealing import SealedRow

TAKE_TURNS = [(role.value, role.label) for role in Role if role not in ADMINISTRATORS]
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Where no limit is open: both engines then sort such rows last."""


class Petition(SealedRow):
    """One matter that somebody brings 信访件.

    The columns are what lists filter on; what happened is in the entries. ``subject``, ``text`` and ``place`` are plain and
    indexed for ordinary matters; those of an accusation are sealed and stand in no index (art. 30): read them with
    :meth:`words` and :attr:`where`. The id is made from ``received_at``, so that its order is the order of receipt.
    """

    class State(models.TextChoices):
        FILED = "filed", _("待登记")
        REGISTERED = "registered", _("待转办")
        REFERRED = "referred", _("待受理")
        OBJECTED = "objected", _("异议待定")
        ACCEPTED = "accepted", _("办理中")
        DRAFTED = "drafted", _("待审核")
        ANSWERED = "answered", _("已答复")
        CLOSED = "closed", _("已办结")
        WITHDRAWN = "withdrawn", _("已撤回")
        NOT_TAKEN = "not_taken", _("不予受理")
        LED_OUT = "led_out", _("已导入其他程序")

    class Route(models.TextChoices):
        """The six routes of an appeal (art. 31)."""

        LITIGATION = "litigation", _("诉讼、复议等法律程序")
        ARBITRATION = "arbitration", _("仲裁")
        PARTY_APPEAL = "party_appeal", _("党员申诉、申请复审")
        ADMINISTRATIVE = "administrative", _("行政复议、裁决等行政程序")
        STATUTORY_DUTY = "statutory_duty", _("查处违法、履行保护职责")
        ORDINARY = "ordinary", _("信访程序")

    class Channel(models.TextChoices):
        HOTLINE = "hotline", _("热线电话")
        PORTAL = "portal", _("网站")
        SMS = "sms", _("短信")
        APP = "app", _("手机应用")
        WEIBO = "weibo", _("微博")
        PUBLIC_ACCOUNT = "public_account", _("公众号")
        WECHAT = "wechat", _("微信")
        MINI_PROGRAM = "mini_program", _("小程序")
        LETTER = "letter", _("来信")
        VISIT = "visit", _("来访")
        MAIL = "mail", _("电子邮件")
        HISTORY = "history", _("历史导入")

    class Purpose(models.TextChoices):
        SUGGESTION = "suggestion", _("建议意见")
        APPEAL = "appeal", _("申诉求决")
        ACCUSATION = "accusation", _("检举控告")

    class Occurrence(models.TextChoices):
        FIRST = "first", _("初次")
        REPEATED = "repeated", _("重复")

    # Unique by constraints below: with unique=True, PostgreSQL would get a second index of each, for LIKE.
    number = models.CharField(_("编号"), max_length=20, editable=False)
    intake_key = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001 - NULLs are many
    source = models.CharField(max_length=40, blank=True, help_text="the system that an import came from")
    source_number = models.CharField(max_length=80, blank=True)

    channel = models.CharField(_("渠道"), max_length=16, choices=Channel.choices)
    purpose = models.CharField(_("信访目的"), max_length=12, choices=Purpose.choices, default=Purpose.APPEAL)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("内容分类"), db_index=False
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("地区"), db_index=False
    )
    place = models.CharField(_("地点"), max_length=200, blank=True)
    subject = models.CharField(_("标题"), max_length=200, blank=True)
    text = models.TextField(_("内容"), blank=True)
    sealed_subject = models.BinaryField(default=b"")
    sealed_text = models.BinaryField(default=b"")
    sealed_place = models.BinaryField(default=b"")
    sealed_opening = models.BinaryField(default=b"", help_text="opens this filing's commitment (petitions/receipts.py)")
    sealed_filed = models.BinaryField(
        default=b"", help_text="the words as they were filed, once a clerk corrected them"
    )
    language = models.CharField(max_length=8, default="zh-hans")
    petitioner = models.OneToOneField(Petitioner, models.PROTECT, related_name="petition")
    persons = models.PositiveIntegerField(_("人次"), default=1)
    consents_to_publish = models.BooleanField(default=False)
    read_back = models.BooleanField(default=False, help_text="an oral petition was read back and confirmed (art. 19)")
    accused = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    office = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("信访部门"), db_index=False)
    lead_agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任单位"), db_index=False
    )
    handler = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("承办人"), db_index=False
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followers", db_index=False
    )
    occurrence = models.CharField(_("初重"), max_length=8, choices=Occurrence.choices, default=Occurrence.FIRST)
    repeats = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="repeated_by", db_index=False
    )
    split_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    route = models.CharField(_("办理途径"), max_length=16, choices=Route.choices, default=Route.ORDINARY)
    simple = models.BooleanField(_("简易办理"), default=False)
    extension_asked = models.BooleanField(default=False, help_text="the head has yet to decide on more time (art. 34)")
    recused = models.JSONField(_("回避"), default=list, help_text="ids of the staff who may not act on it (art. 28)")
    urgent = models.BooleanField(_("紧急"), default=False)
    rules = models.CharField(max_length=12, default="2022", help_text="the rule set under which it was registered")
    historical = models.BooleanField(default=False, help_text="imported: owes no notices, raises no warnings")

    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.FILED)
    turn_agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="+", db_index=False, help_text="whose turn it is"
    )
    turn_role = models.CharField(max_length=16, choices=TAKE_TURNS, blank=True)
    next_due_at = models.DateTimeField(
        default=NEVER, help_text="the end of the open limit that ends first; NEVER without one"
    )
    next_due_rule = models.CharField(max_length=24, blank=True)
    answer = models.ForeignKey(
        "petitions.Answer", models.SET_NULL, null=True, related_name="+", db_index=False, help_text="the present one"
    )
    review = models.ForeignKey(
        "petitions.Review", models.SET_NULL, null=True, related_name="+", db_index=False, help_text="the present one"
    )
    final_at = models.DateTimeField(null=True, help_text="since when the same facts are not taken again (art. 36)")
    reopened = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(
        default=0, help_text="counts actions, so that the second of two at once is refused"
    )

    received_at = models.DateTimeField(_("收到时间"))
    received_on = models.DateField(help_text="the day of receipt at the office")
    registered_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_on = models.DateField(null=True)
    days_to_answer = models.PositiveIntegerField(null=True, help_text="calendar days from receipt to the first answer")
    delivered_at = models.DateTimeField(
        null=True, help_text="when the petitioner had the present answer: appeals run from here"
    )
    closed_at = models.DateTimeField(null=True)
    disposed_at = models.DateTimeField(
        null=True, help_text="when its words and keys were destroyed (petitions/disposal.py)"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="petitions_number_once"),
            models.UniqueConstraint(fields=["intake_key"], name="petitions_filed_once"),
            models.UniqueConstraint(
                fields=["source", "source_number"], name="petitions_source_number_once", condition=~Q(source_number="")
            ),
        ]
        indexes = [
            models.Index(
                "turn_agency",
                "turn_role",
                F("urgent").desc(),
                "next_due_at",
                "id",
                name="worklist_turn",
                condition=~Q(turn_role=""),
            ),
            models.Index("state", "id", name="worklist_by_state"),
            models.Index("lead_agency", "id", name="worklist_by_agency"),
            models.Index("channel", "id", name="worklist_by_channel"),
            models.Index("category", "id", name="worklist_by_category"),
            models.Index("next_due_at", "id", name="worklist_by_deadline", condition=~Q(next_due_rule="")),
            models.Index("office", "id", name="worklist_by_office"),
            models.Index("region", "id", name="worklist_by_region"),
            models.Index("id", name="worklist_urgent", condition=Q(urgent=True)),
            # Of these, a petition just filed has none: filing does not touch them.
            models.Index("handler", name="petitions_in_hand", condition=Q(handler__isnull=False)),
            models.Index("merged_into", name="petitions_followers", condition=Q(merged_into__isnull=False)),
            models.Index("repeats", name="petitions_repeated_by", condition=Q(repeats__isnull=False)),
            # The figures of insight/monitoring.py are read off these alone, what visible_to asks for included.
            models.Index(
                "received_on", "channel", "category", "lead_agency", "purpose", "accused", "office", "id",
                name="monitoring_received",
            ),
            models.Index(
                "answered_on", "days_to_answer", "lead_agency", "purpose", "accused", "office", "id",
                name="monitoring_answered", condition=Q(answered_on__isnull=False),
            ),
            models.Index(
                "state", "lead_agency", "next_due_at", "urgent", "merged_into", "purpose", "accused", "office", "closed_at", "id",
                name="monitoring_open", condition=Q(closed_at__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def is_accusation(self) -> bool:
        return self.purpose == self.Purpose.ACCUSATION

    @property
    def is_over(self) -> bool:
        """Whether nothing more is owed: closed, withdrawn, not taken, or led into another procedure."""
        return self.state in {self.State.CLOSED, self.State.WITHDRAWN, self.State.NOT_TAKEN, self.State.LED_OUT}

    @property
    def review_state(self) -> str:
        """Where the review of the present answer stands; "" when none was asked for. An earlier answer's review is over."""
        return self.review.state if self.review and self.review.answer_id == self.answer_id else ""

    def words(self) -> tuple[str, str]:
        """Return subject and text, unsealing those of an accusation: for readers whom ``visible_to`` lets see it."""
        if self.is_accusation:
            return self.unseal("subject"), self.unseal("text")
        return self.subject, self.text

    @property
    def where(self) -> str:
        """The place that the petitioner named, unsealed for an accusation: where it happened may tell who told of it."""
        return self.unseal("place") if self.is_accusation else self.place

    def set_words(self, subject: str, text: str, place: str) -> None:
        """Set subject, text and place: in plain columns, or sealed when the petition is an accusation."""
        if self.is_accusation:
            self.subject = self.text = self.place = ""
            self.seal("subject", subject)
            self.seal("text", text)
            self.seal("place", place)
        else:
            self.subject, self.text, self.place = subject, text, place
            self.sealed_subject = self.sealed_text = self.sealed_place = b""

    def searchable(self) -> tuple[str, ...]:
        """Return the texts that the desk's search index holds, the subject first; none for an accusation (art. 30)."""
        return () if self.is_accusation else (self.subject, self.text, self.place)


class Representative(models.Model):
    """A further person of a joint petition: at most five speak for it (art. 20)."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="representatives")
    petitioner = models.OneToOneField(Petitioner, models.PROTECT, related_name="represents")


class Referral(models.Model):
    """One row for each agency that was asked 转送/交办; nested below the referral by which its superior got it."""

    class Kind(models.TextChoices):
        TRANSFER = "transfer", _("转送")
        ASSIGN = "assign", _("交办")
        DIRECT = "direct", _("直接收到")
        REVIEW = "review", _("复查复核")

    class State(models.TextChoices):
        SENT = "sent", _("待接收")
        RECEIVED = "received", _("已接收")
        OBJECTED = "objected", _("已提异议")
        PASSED_ON = "passed_on", _("已转下级")
        RETURNED = "returned", _("已退回")
        REPORTED = "reported", _("已反馈")
        DONE = "done", _("已办结")

    OPEN = (State.SENT, State.RECEIVED, State.OBJECTED, State.PASSED_ON)

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="referrals")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    lead = models.BooleanField(default=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.TRANSFER)
    report_due = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    sent_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index("agency", "state", "id", name="referrals_of_agency"),
            # With the state, visible_to reads who was asked, and has not handed it back, off the index alone.
            models.Index("agency", "petition", "state", name="referrals_seen_by_agency"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
