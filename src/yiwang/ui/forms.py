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


def _sentence(template: str, label: object) -> str:
    return gettext(template) % {"label": label}


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
    """Gives every field of a new form class an error sentence that names the field."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> Any:
        made = super().__new__(mcs, name, bases, attrs)
        for field_name, field in made.base_fields.items():
            label = field.label or field_name
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _lazy_sentence(_required_words(field), label)
        return made


def _required_words(field: forms.Field) -> str:
    """The Chinese sentence (a msgid) that asks for this field: choose, upload or fill in."""
    if isinstance(field, forms.FileField):
        return CHOOSE_FILE
    if isinstance(field, forms.BooleanField):
        return TICK
    return CHOOSE if isinstance(field, forms.ChoiceField) else FILL_IN


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
