"""The grounds for supervision 督办 that article 40 of the Regulations names."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Ground(models.TextChoices):
    """Why the office steps in against an agency (art. 40, first paragraph)."""

    AGAINST_RULES = "against_rules", _("违反信访工作规定受理、办理")
    SHIFTING = "shifting", _("推诿")
    PERFUNCTORY = "perfunctory", _("敷衍")
    DELAY = "delay", _("拖延")
    FALSIFYING = "falsifying", _("弄虚作假")
    REFUSING = "refusing", _("拒不执行信访处理意见")
