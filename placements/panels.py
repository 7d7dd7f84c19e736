"""What pages of placements show beside the placement: the versions with their costs, as tables and a small chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Prefetch

from core.acting import Actor
from organisations.models import Assignment, User
from placements import costs
from placements.content import CODE_LENGTH, code_of, fingerprint
from placements.costs import Cost, Priced
from placements.kinds import Move, Per, Side, SplitBy
from placements.models import Ansvarsforbindelse, CostShare, Measure, Placement
from placements.permissions import AGREEMENT_RULES

MEASURES = Prefetch("measures", Measure.objects.prefetch_related("shares").order_by("position"))
UNKNOWN_CODE = "Koden hör inte till någon ansvarsförbindelse som ni är part i."
MONTHS = ("jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec")
_HEIGHT, _BAR, _GAP, _TOP = 120, 28, 12, 8


@dataclass(frozen=True, slots=True)
class Line:
    """A measure with what it costs in all."""

    measure: Measure
    price: str
    split: str
    cost: Cost


@dataclass(frozen=True, slots=True)
class Bar:
    """One month of the chart: two parts on top of each other, in pixels from the top."""

    label: str
    x: int
    middle: int
    municipality_y: float
    municipality_height: float
    region_y: float
    region_height: float


@dataclass(frozen=True, slots=True)
class Costs:
    """What a version costs: by measure, by month, in all; and the same as bars."""

    lines: list[Line]
    months: list[tuple[str, Cost]]
    total: Cost
    bars: list[Bar]
    width: int
    summary: str
    height: int = _HEIGHT + _TOP + 20


def kronor(amount: Decimal) -> str:
    """`1 250,50 kr`; whole kronor without decimals."""
    text = f"{amount:,.2f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
    return f"{text.removesuffix(',00')}\N{NO-BREAK SPACE}kr"


def month_words(month: date) -> str:
    return f"{MONTHS[month.month - 1]} {month.year}"


def priced(measure: Measure, shares: Sequence[CostShare]) -> Priced:
    """The measure as its cost is counted."""
    region = next(one for one in shares if one.side == Side.REGION)
    part = costs.regions_part(measure.price, percent=region.percent, amount=region.amount)
    return Priced(measure.title, measure.starts_on, measure.ends_on, measure.price, Per(measure.per), part)


def costs_of(measures: Sequence[Measure]) -> Costs:
    """Everything a version says of money. Its measures carry their shares (`prefetch_related("shares")`)."""
    pairs = [(one, priced(one, list(one.shares.all()))) for one in measures]
    months = costs.by_month(one for _, one in pairs)
    total = costs.total(months)
    lines = [Line(one, _price(one), _split(one), costs.in_all(money)) for one, money in pairs]
    summary = ""
    if months:
        dearest = max(months, key=lambda month: months[month].total)
        summary = (
            f"Tillsammans {kronor(total.total)}: regionen {kronor(total.region)}, kommunen "
            f"{kronor(total.municipality)}. Mest i {month_words(dearest)}, {kronor(months[dearest].total)}."
        )
    bars = _bars(months)
    width = len(bars) * (_BAR + _GAP) + _GAP
    return Costs(lines, [(month_words(m), cost) for m, cost in months.items()], total, bars, width, summary)


def _price(one: Measure) -> str:
    return f"{kronor(one.price)} {one.get_per_display()}"


def _split(one: Measure) -> str:
    shares = {share.side: share for share in one.shares.all()}
    region, municipality = shares[Side.REGION], shares[Side.MUNICIPALITY]
    if one.split_by == SplitBy.PERCENT:
        return f"Regionen {percent(region.percent)}, kommunen {percent(municipality.percent)}"
    return f"Regionen {kronor(region.amount or Decimal(0))}, kommunen {kronor(municipality.amount or Decimal(0))}"


def percent(value: Decimal | None) -> str:
    return f"{value or 0:.2f}".rstrip("0").rstrip(".").replace(".", ",") + "\N{NO-BREAK SPACE}%"


def _bars(months: dict[date, Cost]) -> list[Bar]:
    top = costs.highest(list(months.values()))
    found = []
    for place, (month, cost) in enumerate(months.items()):
        x = _GAP + place * (_BAR + _GAP)
        region = float(cost.region / top) * _HEIGHT if top else 0.0
        municipality = float(cost.municipality / top) * _HEIGHT if top else 0.0
        bottom = _TOP + _HEIGHT
        found.append(
            Bar(
                MONTHS[month.month - 1], x, x + _BAR // 2, round(bottom - municipality, 1), round(municipality, 1),
                round(bottom - municipality - region, 1), round(region, 1),
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """A version as its page and its document show it."""

    version: Ansvarsforbindelse
    costs: Costs
    code: str
    is_unaltered: bool


def shown(version: Ansvarsforbindelse) -> Shown:
    """The version with its measures, costs, and whether the content still has the fingerprint it was proposed with."""
    measures = list(version.measures.all())
    same = bool(version.content_hash) and fingerprint(version, measures) == version.content_hash
    return Shown(version, costs_of(measures), code_of(version.content_hash), same)


def verified(code: str, by: Actor, now: datetime) -> Ansvarsforbindelse | None:
    """The version a printed code stands for, if the acting unit is a party to it. Others learn nothing (PLC-8)."""
    if len(code) < CODE_LENGTH:
        return None
    reached = Placement.objects.visible_to(by, now)
    found = Ansvarsforbindelse.objects.visible_to(by).filter(placement__in=reached, content_hash__startswith=code)
    together = ("placement__matter__person", "placing_unit", "medical_unit")
    return found.select_related(*together).prefetch_related(MEASURES, "signatures__user").first()


def versions_of(placement: Placement, by: Actor) -> list[Ansvarsforbindelse]:
    """The versions the acting unit may see, newest first: none for anybody but the two parties (PLC-8)."""
    found = Ansvarsforbindelse.objects.visible_to(by).filter(placement=placement)
    found = found.select_related("placing_unit", "medical_unit", "drafted_by_unit", "proposed_by").prefetch_related(
        "signatures__user"
    )
    versions = sorted(found, key=lambda one: one.number or 10_000, reverse=True)
    for one in versions:
        one.placement = placement
    return versions


def possible_readers(placement: Placement, today: date) -> list[tuple[User, str, bool]]:
    """Staff of the units that take part, each with the unit, and whether they are named to read the whereabouts."""
    units = placement.matter.participants.filter(ended_at=None).values("unit_id")
    named = set(placement.stay_readers.values_list("user_id", flat=True))
    staff = Assignment.objects.in_force(today).filter(unit_id__in=units).select_related("user", "unit")
    found = {one.user_id: one for one in staff.order_by("unit__name", "user__last_name")}
    return [(one.user, one.unit.name, one.user_id in named) for one in found.values()]


def moves(version: Ansvarsforbindelse, by: Actor) -> list[Move]:
    """What the page offers for a version."""
    offered = (Move.SIGN, Move.COUNTER, Move.DECLINE, Move.WITHDRAW, Move.RENEGOTIATE, Move.WRITE)
    return [move for move in offered if (version.state, move) in AGREEMENT_RULES.transitions]
