"""Tags and filters that the components and the faces' own templates share."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms, template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from yiwang.ui import charts, words
from yiwang.ui.forms import Complaint, complaints, first_input_id

register = template.Library()

SPRITE = "ui/img/icons.svg"
HANDLER = "on"


class ForbiddenAttribute(ValueError):
    """A component was given an attribute that the Content-Security-Policy forbids (style, on…)."""


def asset_url(path: str) -> str:
    """A static file's address; its plain one where the manifest is missing, so that pages of mishap still render."""
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL or '/static/'}{path}"


register.simple_tag(asset_url, name="asset")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One sign of the sprite; hidden from screen readers unless it carries a label of its own."""
    if not name:
        return mark_safe("")
    url = asset_url(SPRITE)
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', label, url, name
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', url, name)


@register.filter
def html_attrs(attrs: Mapping[str, Any]) -> SafeString:
    """A component's remaining attributes, each value escaped; False and None are left out, True is a bare name.

    Raises ForbiddenAttribute for style and on…: the policy would drop them silently.
    """
    pairs = attrs.attrs_dict() if hasattr(attrs, "attrs_dict") else dict(attrs)
    parts = []
    for name, value in pairs.items():
        if name == "style" or name.startswith(HANDLER):
            raise ForbiddenAttribute(name)
        if value is True:
            parts.append(format_html(" {}", name))
        elif value is not None and value is not False:
            parts.append(format_html(' {}="{}"', name, value))
    return mark_safe("".join(parts))  # noqa: S308 each part was escaped by format_html  # nosec B703


@register.simple_tag(takes_context=True)
def query_with(context: template.Context, **changes: Any) -> str:
    """The page's query string with some keys changed; None or "" drops a key. Begins with "?"."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = str(value)
    return "?" + query.urlencode()


# --- words -----------------------------------------------------------------------------------------------------------


def _when_set(value: Any) -> bool:
    return isinstance(value, (dt.date, dt.time))


@register.filter
def day(value: Any) -> str:
    """2026年11月23日 / 23 November 2026; "" for nothing."""
    return words.day(value) if _when_set(value) else ""


@register.filter
def short_day(value: Any) -> str:
    """11月23日 / 23 Nov, with the year when it is not this one."""
    return words.short_day(value) if _when_set(value) else ""


@register.filter
def clock(value: Any) -> str:
    """14:05."""
    return words.clock(value) if _when_set(value) else ""


@register.filter
def moment(value: Any) -> str:
    """2026年11月23日 14:05."""
    return words.moment(value) if isinstance(value, dt.datetime) else day(value)


@register.filter
def machine_time(value: Any) -> str:
    """The value of a <time datetime>: ISO 8601 in the office's zone."""
    return words.as_local(value).isoformat() if isinstance(value, dt.date) else ""


@register.filter
def days_left(value: Any, today: dt.date | None = None) -> str:
    """今天到期, 还有 5 天, 已超期 3 天."""
    return words.days_left(value, today) if _when_set(value) else ""


@register.filter
def due_state(value: Any, today: dt.date | None = None) -> str:
    """late, today, soon or ok."""
    return words.due_state(value, today or None) if _when_set(value) else ""


@register.filter
def money(value: Decimal | float | None) -> str:
    """1,234.56 万元."""
    return "" if value is None or value == "" else words.money(value)


@register.filter
def capped(value: int | None, cap: int = 1000) -> str:
    """1,000+ when there are more than the cap."""
    return "" if value is None else words.capped(value, cap)


@register.filter
def thousands(value: Any) -> str:
    """1,234 for numbers; anything else as it is."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{value:,}" if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) else str(value)


@register.filter
def masked(value: str | None) -> str:
    """138****5678."""
    return words.masked(str(value or ""))


@register.filter
def grouped(value: str | None) -> str:
    """K7M2 9QXD."""
    return words.grouped(str(value or ""))


@register.filter
def spaced(value: Any) -> SafeString:
    """Thin spaces between Chinese and Latin; the text is escaped first."""
    return mark_safe(words.spaced(str(conditional_escape(value))))  # noqa: S308 escaped on this line  # nosec B703


# --- fields ----------------------------------------------------------------------------------------------------------

KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.SelectMultiple, "select"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file"),
    (forms.DateInput, "date"),
)


@register.filter
def kind(field: BoundField) -> str:
    """What sort of input draws this field: text, textarea, select, radios, checkboxes, checkbox, file, date, hidden."""
    if field.is_hidden:
        return "hidden"
    return next((name for widget, name in KINDS if isinstance(field.field.widget, widget)), "text")


@register.filter
def why(field: BoundField) -> Any:
    """The form's own reason for asking this field, or ""."""
    return getattr(field.form, "why", {}).get(field.name, "")


@register.simple_tag
def widget(field: BoundField, described_by: str = "", **attrs: Any) -> SafeString:
    """The field's input, tied to its help, its reason and its error by aria-describedby."""
    given = {name.replace("_", "-"): value for name, value in attrs.items() if value not in ("", None, False)}
    if described_by:
        given["aria-describedby"] = described_by
    if field.errors:
        given["aria-invalid"] = "true"
    return mark_safe(field.as_widget(attrs=given))  # noqa: S308 Django's widgets escape  # nosec B703


@register.simple_tag
def described_by(field: BoundField, why: Any = "", help: Any = "") -> str:
    """The ids of what explains this field, in reading order: help, reason, error."""
    base = field.auto_id
    parts = [(help or field.help_text, "help"), (why, "why"), (field.errors, "error")]
    return " ".join(f"{base}_{name}" for present, name in parts if present)


@register.filter
def complaints_of(form: forms.BaseForm | Iterable[Any] | None) -> list[Complaint]:
    """All that is wrong with a form, or with several, for the error summary."""
    if not form:
        return []
    listed = [form] if isinstance(form, forms.BaseForm) else list(form)
    return [complaint for each in listed if each.is_bound for complaint in complaints(each)]


@register.filter
def input_id(field: BoundField) -> str:
    """The id of the field's input, or of the first one of a group."""
    return first_input_id(field)


# --- charts ----------------------------------------------------------------------------------------------------------


@register.filter
def laid_out(rows: Iterable[Sequence[Any]]) -> charts.Chart:
    """Rows of (label, value[, href[, tone]]) as a column or line chart."""
    return charts.lay_out(rows or [])


@register.filter
def bars(rows: Iterable[Sequence[Any]]) -> list[charts.Bar]:
    """Rows of (label, value[, href[, tone]]) as horizontal bars."""
    return charts.shares(rows or [])


@register.filter
def characters(value: str) -> list[str]:
    """The characters of a seal's inscription, one by one."""
    return list(str(value))


@register.simple_tag
def joined(separator: str, *parts: Any) -> SafeString:
    """The parts that are not empty, escaped, with a separator between them."""
    return format_html_join(separator, "{}", ((part,) for part in parts if part not in ("", None)))
