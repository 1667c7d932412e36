"""How what was asked is refused: with a code for programs and a sentence for people, and nothing has changed."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _


class Refused(Exception):
    """An action was not done, and nothing changed. ``code`` is for programs, ``message`` for whoever asked."""

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(code)
        self.code = code
        self.message = str(message)


class NotFound(Refused):
    """There is no such petition, or this actor may not see it: the two are told alike."""

    def __init__(self) -> None:
        super().__init__("not_found", _("没有找到这件信访，或者您无权查看。"))
