"""Limits on how often something may be done 访问限制, as rows that an administrator edits; and what was spent of them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Limit(models.Model):
    """How often one address (account, telephone number …) may do one thing: ``most`` at once, then as many in ``seconds``.

    A thing may have several limits for the same: few a minute, and not many a day. All of them hold.
    """

    class Name(models.TextChoices):
        """What is done."""

        LOGIN = "login", _("工作人员登录")
        SECOND = "second", _("第二验证方式")
        FILING = "filing", _("提交信访")
        LOOKUP = "lookup", _("凭编号和查询码查询")
        OWN = "own", _("评价、补充材料等")
        RATING = "rating", _("用消息里的链接评价")
        UPLOAD = "upload", _("上传文件")
        VERIFY = "verify", _("核验文书和回执")
        SEARCH = "search", _("搜索已公开的答复")
        CODE = "code", _("发送一次性验证码")
        QUESTION = "question", _("用算术题代替小计算")

    class Per(models.TextChoices):
        """Whose doings are counted together."""

        ADDRESS = "address", _("同一网络地址")
        ACCOUNT = "account", _("同一账号")
        TELEPHONE = "telephone", _("同一电话号码")
        PAIR = "pair", _("同一账号和网络地址")
        EVERYBODY = "everybody", _("所有人合计")

    class Then(models.TextChoices):
        """What happens beyond it."""

        WAIT = "wait", _("请稍后再试")
        CHALLENGE = "challenge", _("先做一道小计算")

    name = models.CharField(max_length=12, choices=Name.choices)
    per = models.CharField(max_length=12, choices=Per.choices)
    most = models.PositiveBigIntegerField(validators=[MinValueValidator(1), MaxValueValidator(10**9)])
    seconds = models.PositiveBigIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7 * 86400)])
    then = models.CharField(max_length=12, choices=Then.choices, default=Then.WAIT)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name", "per", "seconds"]
        constraints = [models.UniqueConstraint(fields=["name", "per", "then", "seconds"], name="doors_limit_once")]


class Spent(models.Model):
    """What one key has spent of one limit. The key is a keyed hash: neither address nor number can be read from it.

    ``until`` is the instant (milliseconds since the epoch) at which all is paid back: a row that has passed it says no
    more than a missing one, and is swept. Nothing here names a petition, nor can be led to one.
    """

    pk = models.CompositePrimaryKey("key", "limit_id")
    key = models.BinaryField(max_length=16)
    limit_id = models.BigIntegerField()
    until = models.BigIntegerField()
    cost = models.BigIntegerField(help_text="milliseconds that doing it once costs")
    span = models.BigIntegerField(help_text="milliseconds that may be owed")
    challenge = models.SmallIntegerField(help_text="1 where a challenge may stand in for waiting")
    refused = models.SmallIntegerField(help_text="1 when the last attempt was refused")
