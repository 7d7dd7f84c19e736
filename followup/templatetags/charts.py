"""Charts in templates: `{% trend_chart panel %}` and `{% places_chart panel %}`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from followup import charts
from followup.figures import Panel

register = template.Library()


@register.filter
def quiet(panels: Sequence[Panel]) -> list[Panel]:
    """The panels with nothing counted in any year or place."""
    return [panel for panel in panels if panel.is_quiet]


@register.inclusion_tag("followup/charts/columns.html")
def trend_chart(panel: Panel) -> dict[str, Any]:
    """Columns, year by year."""
    return {"chart": charts.trend(panel), "id": f"ar-{panel.key}"}


@register.inclusion_tag("followup/charts/bars.html")
def places_chart(panel: Panel) -> dict[str, Any]:
    """Bars, municipality by municipality."""
    return {"chart": charts.places(panel), "id": f"kommun-{panel.key}"}
