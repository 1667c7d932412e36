"""What a matter is about, and the standard answers that editors start from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yiwang.agencies.models import Agency, Named
from yiwang.store.ids import new_id


class Category(Named):
    """A node of the category tree 内容分类, up to three levels."""

    default_agency = models.ForeignKey(
        Agency, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("通常的责任单位")
    )


class StandardAnswer(models.Model):
    """A paragraph that an answer may start from 标准答复; of one agency, or of everybody."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(_("标题"), max_length=80)
    text = models.TextField(_("内容"))
    category = models.ForeignKey(
        Category, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("分类")
    )
    agency = models.ForeignKey(Agency, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("单位"))
    active = models.BooleanField(_("启用"), default=True)

    def __str__(self) -> str:
        return self.title
