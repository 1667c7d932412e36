"""Why somebody looks at an identity: codes that the behaviour log keeps, and their words."""

from django.utils.translation import gettext_lazy as _

REASONS = (
    ("contact", _("联系信访人")),
    ("verify", _("核对身份")),
    ("repeated", _("核对是否重复反映")),
    ("deliver", _("送达文书")),
    ("inquiry", _("信访人来电来访询问")),
    ("supervision", _("督查、检查")),
)
