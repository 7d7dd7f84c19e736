"""What every template can use: icons, Swedish dates and time left in words, links that know where they are, buttons.

Loaded as a builtin: templates need no `{% load %}`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import forms, template
from django.template.context import Context
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core.authz import Button
from core.dates import day_of, swedish_date
from core.workdays import STOCKHOLM, last_day, local_day

register = template.Library()

_SOON_DAYS = 2


# --- icons --------------------------------------------------------------------------------------------------------
@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, label: str = "") -> SafeString:
    """Draw `templates/icons/<name>.svg`. Give `label` only where no text beside the icon says the same."""
    attributes = (
        format_html('<svg class="icon" role="img" aria-label="{}" ', label)
        if label
        else '<svg class="icon" aria-hidden="true" focusable="false" '
    )
    source = str(get_template(f"icons/{name}.svg").render()).strip()
    # The sources are the project's own files; only the label comes from outside and is escaped above.
    return mark_safe(source.replace("<svg ", attributes, 1))  # noqa: S308


# --- dates and time left --------------------------------------------------------------------------------------------
register.filter("swedish_date", swedish_date)


@register.filter
def short_date(value: date | datetime | None) -> str:
    """`ons 26 nov`: where the year is plain from what stands around it."""
    return swedish_date(value).rpartition(" ")[0]


@register.filter
def day_before(value: date | None) -> date | None:
    """The last day of a period that is stored with the first day after it."""
    return value - timedelta(days=1) if value else None


@register.filter
def swedish_time(value: datetime | None) -> str:
    """`kl. 14.05`, in Stockholm."""
    return value.astimezone(STOCKHOLM).strftime("kl. %H.%M") if value else ""


@register.filter
def swedish_moment(value: datetime | None) -> str:
    """`ons 26 nov 2025 kl. 14.05`."""
    return f"{swedish_date(value)} {swedish_time(value)}" if value else ""


@register.filter
def week(value: date | datetime | None) -> str:
    """`v. 48` (ISO week)."""
    return f"v. {day_of(value).isocalendar().week}" if value else ""


@register.filter
def last_date(due_at: datetime | None) -> str:
    """The last day on which something due at `due_at` is in time: `tis 25 nov 2025`."""
    return swedish_date(last_day(due_at)) if due_at else ""


def _ends_at_midnight(due_at: datetime) -> bool:
    local = due_at.astimezone(STOCKHOLM)
    return (local.hour, local.minute) == (0, 0)


@register.filter
def time_left(due_at: datetime | None, now: datetime) -> str:
    """Time left in words, counted in Stockholm days: `3 dagar kvar`, `i morgon`, `i dag`, `försenad 2 dagar`."""
    if due_at is None:
        return ""
    days = (last_day(due_at) - local_day(now)).days
    clock = "" if _ends_at_midnight(due_at) else f" {swedish_time(due_at)}"
    if now >= due_at:
        return f"försenad {plural(-days, 'dag', 'dagar')}" if days < 0 else f"försenad sedan{clock}"
    if days == 0:
        return f"i dag{clock}"
    if days == 1:
        return f"i morgon{clock}"
    return f"{days} dagar kvar"


@register.filter
def urgency(due_at: datetime | None, now: datetime) -> str:
    """`overdue`, `today`, `soon`, `later` or `none`: which icon and colour go with the words."""
    if due_at is None:
        return "none"
    if now >= due_at:
        return "overdue"
    days = (last_day(due_at) - local_day(now)).days
    return "today" if days == 0 else "soon" if days <= _SOON_DAYS else "later"


_URGENCY_ICONS = {"overdue": "alert", "later": "calendar"}


@register.simple_tag
def due(due_at: datetime | None, now: datetime) -> str:
    """Icon, words and date for a time limit: never colour alone. Without a template: lists show it in every row."""
    if due_at is None:
        return ""
    how = urgency(due_at, now)
    return format_html(
        '<span class="time-left" data-urgency="{}">{}<span><span class="time-left__words">{}</span>'
        ' <span class="time-left__date">senast {}</span></span></span>',
        how,
        icon(_URGENCY_ICONS.get(how, "clock")),
        time_left(due_at, now),
        last_date(due_at),
    )


# --- words ---------------------------------------------------------------------------------------------------------
def plural(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


@register.filter
def counted(count: int, words: str) -> str:
    """`{{ n|counted:"dag,dagar" }}` → `1 dag`, `2 dagar`."""
    one, _, many = words.partition(",")
    return plural(int(count), one, many or one)


# --- forms ---------------------------------------------------------------------------------------------------------
def _forms_in(context: Context, given: Iterable[Any]) -> list[Any]:
    candidates: list[Any] = list(given)
    if not candidates:
        candidates = [context.get("form"), context.get("formset"), *(context.get("forms") or [])]
    return [form for form in candidates if hasattr(form, "is_bound") and form.is_bound and form.errors]


@register.simple_tag(takes_context=True)
def error_prefix(context: Context, *given: Any) -> str:
    """`Fel: ` for the page title when a form on the page has errors."""
    return "Fel: " if any(_total_errors(form) for form in _forms_in(context, given)) else ""


def _total_errors(form: Any) -> int:
    return form.total_error_count() if isinstance(form, forms.BaseFormSet) else len(form.errors)


@register.inclusion_tag("components/error_summary.html", takes_context=True)
def error_summary(context: Context, *given: Any) -> dict[str, Any]:
    """What went wrong, with links to the fields. Without arguments: `form`, `formset` and `forms` of the page."""
    lines: list[tuple[str, str]] = []
    for found in _forms_in(context, given):
        members = [found]
        if isinstance(found, forms.BaseFormSet):
            lines += [("", str(message)) for message in found.non_form_errors()]
            members = list(found.forms)
        for form in members:
            lines += [("", str(message)) for message in form.non_field_errors()]
            for field in form:
                lines += [(_target(field), _labelled(field, str(message))) for message in field.errors]
    return {"lines": lines}


def _labelled(field: forms.BoundField, message: str) -> str:
    label = str(field.label)
    return f"{label} {message}" if label.endswith(("?", ".", "!")) else f"{label}: {message}"


def _target(field: forms.BoundField) -> str:
    """The id the summary links to: the first control of a group of radio buttons or boxes."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def help_text_id(field: forms.BoundField) -> str:
    return f"{field.auto_id}_helptext"


@register.filter
def input_kind(field: forms.BoundField) -> str:
    """`checkbox` for a single box, `group` for several controls under one legend, else `single`."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "group" if field.use_fieldset else "single"


# --- links and buttons ---------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def nav_link(context: Context, name: str, label: str, roles: str = "") -> str:
    """A link of the main menu. Nothing when the address isn't there or `roles` (names, spaced) lack the actor's.

    Without a template: every page has a dozen of them.
    """
    actor = context.get("actor")
    if roles and (actor is None or actor.role not in roles.split()):
        return ""
    if not (url := url_or_nothing(name)):
        return ""
    path = context["request"].path if "request" in context else ""
    here = path == url if url == "/" else path.startswith(url)
    current = "page" if path == url else "true" if here else ""
    mark = format_html(' aria-current="{}"', current) if current else ""
    return format_html('<li><a href="{}"{}>{}</a></li>', url, mark, label)


@register.simple_tag
def url_or_nothing(name: str, *args: Any) -> str:
    """`{% url %}` that gives an empty string where the address isn't there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.inclusion_tag("components/action_button.html", takes_context=True)
def action_button(
    context: Context, button: Button, href: str, variant: str = "secondary", method: str = "get", icon_name: str = ""
) -> dict[str, Any]:
    """A `core.authz.Button`: a link (or a form when `method` is post), or disabled with the reason visible."""
    return {
        "button": button,
        "href": href,
        "variant": variant,
        "method": method,
        "icon_name": icon_name,
        "csrf_token": context.get("csrf_token"),
        "reason_id": f"varfor-{getattr(button.do, 'value', button.do)}",
    }


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """This page's query string with some values changed; an empty value removes its key. For pages and filters."""
    values = context["request"].GET.copy()
    for key, value in changes.items():
        values.pop(key, None)
        if value not in (None, ""):
            values[key] = str(value)
    return f"?{values.urlencode()}" if values else "?"
