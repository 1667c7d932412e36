"""Forms whose fields are drawn by the field component, and whose errors are sentences.

Filing is a hot path: a POST that is answered by 303 builds, cleans and forgets a form, so nothing here is done per
instance that can be done once per class, and no template is touched until something is rendered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.forms.forms import DeclarativeFieldsMetaclass
from django.forms.renderers import BaseRenderer, DjangoTemplates
from django.template import loader
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_noop

BUILT_IN = "django/forms/"
FILL_IN = gettext_noop("请填写“%(label)s”。")
CHOOSE = gettext_noop("请选择“%(label)s”。")
CHOOSE_FILE = gettext_noop("请选择要上传的文件：“%(label)s”。")
TICK = gettext_noop("请勾选“%(label)s”。")
EMPTY_FILE = gettext_noop("“%(label)s”里的文件是空的，请换一个。")
CHOOSE_LISTED = gettext_noop("请从列出的里面选择“%(label)s”。")
FILL_DATE = gettext_noop("“%(label)s”请写成日期，例如 2026-11-23。")
FILL_NUMBER = gettext_noop("“%(label)s”请写数字。")
TOO_LONG = gettext_noop("“%(label)s”最多 %%(limit_value)d 个字，现在有 %%(show_value)d 个字，请写短一些。")
TOO_SHORT = gettext_noop("“%(label)s”至少 %%(limit_value)d 个字，现在有 %%(show_value)d 个字。")


def _sentence(template: str, label: object) -> str:
    """The sentence with the field's name in it; Django fills in the figures (%%) later, so the name must bear that."""
    name = str(label).replace("%", "%%") if "%%" in template else label
    return gettext(template) % {"label": name}


_lazy_sentence = lazy(_sentence, str)


class Renderer(BaseRenderer):
    """Draws forms and fields with the project's templates, and widgets with Django's own."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"

    def __init__(self) -> None:
        self._built_in = DjangoTemplates()

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith(BUILT_IN):
            return self._built_in.get_template(template_name)
        return loader.get_template(template_name)


class _FormMeta(DeclarativeFieldsMetaclass):
    """Gives every field of a new form class error sentences that name the field."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> Any:
        made: Any = super().__new__(mcs, name, bases, attrs)
        for field_name, field in made.base_fields.items():
            speak_plainly(field, field_name)
        return made


def speak_plainly(field: forms.Field, name: str = "") -> forms.Field:
    """Give a field error sentences that name it, where it has none of its own; for a field that a form adds when it is made."""
    given = field.error_messages
    django_says = _default_messages(type(field))
    for code, sentence in _sentences(field).items():
        if code not in given or given[code] == django_says.get(code):
            given[code] = _lazy_sentence(sentence, field.label or name)
    return field


def _default_messages(field_class: type[forms.Field]) -> dict[str, Any]:
    """What Django would say for this class of field."""
    messages: dict[str, Any] = {}
    for each in reversed(field_class.__mro__):
        messages.update(getattr(each, "default_error_messages", {}))
    return messages


def _sentences(field: forms.Field) -> dict[str, str]:
    """Error code → Chinese sentence (a msgid) for this kind of field."""
    if isinstance(field, forms.FileField):
        return {"required": CHOOSE_FILE, "empty": EMPTY_FILE, "missing": CHOOSE_FILE}
    if isinstance(field, forms.BooleanField):
        return {"required": TICK}
    if isinstance(field, (forms.ChoiceField, forms.ModelChoiceField)):
        return {"required": CHOOSE, "invalid_choice": CHOOSE_LISTED, "invalid_list": CHOOSE_LISTED}
    if isinstance(field, (forms.DateField, forms.DateTimeField)):
        return {"required": FILL_IN, "invalid": FILL_DATE}
    if isinstance(field, (forms.IntegerField, forms.DecimalField)):
        return {"required": FILL_IN, "invalid": FILL_NUMBER}
    return {"required": FILL_IN, "max_length": TOO_LONG, "min_length": TOO_SHORT}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One line of the error summary: what is wrong, and the id of the input that mends it ("" for the whole form)."""

    message: str
    target: str


class Form(forms.Form, metaclass=_FormMeta):
    """The base of every form that a person sees.

    ``why`` maps field names to one short sentence saying why we ask; it is shown next to the field.
    """

    why: ClassVar[Mapping[str, Any]] = {}
    default_renderer = Renderer()
    error_css_class = "has-error"
    required_css_class = "is-required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


def complaints(form: forms.BaseForm) -> Iterator[Complaint]:
    """Everything wrong with a bound form, the whole form's complaints first, then in the order of its fields."""
    for message in form.non_field_errors():
        yield Complaint(str(message), "")
    for bound in form:
        if bound.errors:
            target = first_input_id(bound)
            for message in bound.errors:
                yield Complaint(str(message), target)


def first_input_id(bound: BoundField) -> str:
    """The id of the input that a link to this field should reach: of a group, its first choice."""
    html_id = bound.auto_id
    if bound.use_fieldset and html_id:
        return f"{html_id}_0"
    return str(bound.field.widget.attrs.get("id") or bound.id_for_label or html_id)
