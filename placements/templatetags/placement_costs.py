"""Money and numbers as pages and drawings write them."""

from __future__ import annotations

from decimal import Decimal

from django import template

from placements import panels, signing
from placements.content import code_of

register = template.Library()
register.filter("kronor", panels.kronor)
register.filter("month_words", panels.month_words)
register.filter("code_of", code_of)
register.filter("service_name", signing.name_of)


@register.filter
def dot(value: float | Decimal) -> str:
    """A number for a drawing: with a point, whatever the language."""
    return f"{value:.1f}"
