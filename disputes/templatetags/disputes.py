"""What templates of disputes need: names of roles, days in words, the clock's reason, the way to a case."""

from __future__ import annotations

from django import template
from django.urls import NoReverseMatch, reverse

from agreements.values import TermUnit
from core.dates import swedish_date
from core.templatetags.portal import plural
from deadlines.models import Clock
from individuals.models import Matter
from organisations.kinds import Role

register = template.Library()

CASE_PAGES = {"sip": "sip:case", "placement": "placements:placement"}


@register.filter
def role_name(role: str) -> str:
    """`närmaste chef`, inside a sentence."""
    return str(Role(role).label).lower()


@register.filter
def whole_days(days: float) -> str:
    """`12 dagar`; less than a day is the same day."""
    return plural(round(days), "dag", "dagar") if days >= 0.5 else "samma dag"


@register.filter
def counted_from(clock: Clock) -> str:
    """Why a level's time ends when it does, from the stored row (LAW-7)."""
    unit = {TermUnit.WORKING_DAYS: ("arbetsdag", "arbetsdagar"), TermUnit.DAYS: ("dag", "dagar")}.get(
        TermUnit(clock.term_unit), (str(TermUnit(clock.term_unit).label),) * 2
    )
    return f"{plural(clock.term_value, *unit).capitalize()} från {swedish_date(clock.started_at)}."


@register.simple_tag
def case_address(matter: Matter) -> str:
    """The page of a case, whichever chapter it is of; nothing where it has none."""
    try:
        return reverse(CASE_PAGES[matter.kind], args=[matter.pk])
    except (KeyError, NoReverseMatch):
        return ""
