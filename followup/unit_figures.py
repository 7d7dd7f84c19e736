"""A unit's own figures, for its own managers: the same measures and definitions, not kept back (FUP-6).

Row security shows a unit's sums to that unit alone.
"""

from __future__ import annotations

from uuid import UUID

from agreements.models import Agreement
from agreements.values import FigureUnit
from followup.definitions import Definition, Definitions
from followup.figures import Figure, Panel, round_half_up
from followup.models import UnitFact

Sums = dict[tuple[str, int], tuple[int, float]]


def panels(agreement: Agreement, unit_id: UUID, this_year: int) -> list[Panel]:
    """The indicators that are counted per unit, year by year, in three queries."""
    # What falls due next year is counted there already: it is no figure of this one.
    so_far = UnitFact.objects.filter(unit_id=unit_id, year__lte=this_year)
    rows = so_far.values_list("measure", "year", "count", "amount")
    sums: Sums = {(measure, year): (count, amount) for measure, year, count, amount in rows}
    measured = {measure for measure, _ in sums}
    years = sorted({year for _, year in sums} | {this_year})
    found = []
    for one in Definitions(agreement).of(this_year):
        if one.unit in ("", FigureUnit.PER_10000) or one.numerator not in measured:
            continue
        trend = [_figure(one, sums, year, this_year) for year in years]
        found.append(Panel(definition=one, year=this_year, figure=trend[-1], trend=trend))
    return found


def _figure(one: Definition, sums: Sums, year: int, this_year: int) -> Figure:
    count, amount = sums.get((one.numerator, year), (0, 0.0))
    label, here = str(year), year == this_year
    if one.unit == FigureUnit.COUNT:
        return Figure(label, one.unit, float(count), count, is_here=here)
    below, _ = sums.get((one.denominator, year), (0, 0.0))
    if not below:
        return Figure(label, one.unit, None, 0, is_here=here)
    if one.unit == FigureUnit.PERCENT:
        return Figure(label, one.unit, count * 100 / below, below, is_here=here)
    return Figure(label, one.unit, round_half_up(amount / below, 1), below, is_here=here)
