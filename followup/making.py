"""The job that makes the figures: sums from the chapters, indicators from sums, small numbers kept back, stored.

Runs as the background role, at most a minute apart. Years whose sums and definitions are the same as last time are
left alone, so an ordinary round makes only the year that is going on.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import date, datetime
from time import perf_counter
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from agreements.effects import FEWEST_TOLD
from agreements.models import Agreement, UnknownTerm
from agreements.values import Coordination, FigureUnit
from core.workdays import local_day
from followup.agreement import municipalities
from followup.definitions import Definition, Definitions
from followup.figures import round_half_up
from followup.measures import MEASURES, PARTS_OF, SPLITS_ADD_UP
from followup.models import Cell, Fact, FactRun, UnitFact
from followup.population import inhabitants
from followup.sources import SOURCES
from followup.suppression import Table, to_hide

COUNTY = None
Key = tuple[str, UUID | None, str, str]
"""Measure, municipality (or the county), split, part."""


def refresh(now: datetime) -> int:
    """Make the figures anew. Returns how many figures were written. Safe to run twice at once: the second waits."""
    started = perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('followup.refresh'))")
        _store_facts(now)
        written = 0
        for agreement in Agreement.objects.in_force(local_day(now)):
            written += _make(agreement, now, started)
    return written


def _store_facts(now: datetime) -> None:
    rows: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for source in SOURCES:
            cursor.execute(f"SELECT * FROM {source.name}(%s)", [now])  # noqa: S608  Names of our own functions.
            rows += cursor.fetchall()
    Fact.objects.all().delete()
    UnitFact.objects.all().delete()
    UnitFact.objects.bulk_create(
        (
            UnitFact(measure=measure, unit_id=unit, year=year, count=count, amount=amount)
            for measure, unit, municipality, _c, year, _s, _p, count, amount in rows
            if unit is not None
        ),
        batch_size=2000,
    )
    Fact.objects.bulk_create(
        (
            Fact(
                measure=measure,
                municipality_id=municipality,
                coordination=coordination,
                year=year,
                split=split,
                part=part,
                count=count,
                amount=amount,
            )
            for measure, unit, municipality, coordination, year, split, part, count, amount in rows
            if unit is None
        ),
        batch_size=2000,
    )


def _make(agreement: Agreement, now: datetime, started: float) -> int:
    places = [one.pk for one in municipalities(agreement)]
    codes = {one.pk: one.municipality_code for one in municipalities(agreement)}
    facts: dict[tuple[str, int], list[Fact]] = defaultdict(list)
    for fact in Fact.objects.filter(municipality_id__in=places):
        facts[fact.coordination, fact.year].append(fact)
    years = {year for _, year in facts}
    definitions = Definitions(agreement)
    last = FactRun.objects.filter(agreement=agreement).first()
    old = last.checksums if last else {}
    new: dict[str, str] = {}
    written = 0
    for coordination in Coordination.values:
        for year in sorted(years):
            of_year = facts[coordination, year]
            asked = [one for one in definitions.of(year, coordination) if one.has_figure]
            smallest = _smallest(agreement, year, now)
            name = f"{coordination}:{year}"
            new[name] = _checksum(of_year, asked, smallest, places)
            if old.get(name) == new[name]:
                continue
            sums = Sums(of_year, places)
            cells = cells_of(asked, sums, smallest, {pk: inhabitants(code, year) for pk, code in codes.items()})
            Cell.objects.filter(agreement=agreement, coordination=coordination, year=year).delete()
            for cell in cells:
                cell.agreement, cell.coordination, cell.year = agreement, coordination, year
            written += len(Cell.objects.bulk_create(cells, batch_size=2000))
    gone = [name for name in old if name not in new]
    for name in gone:
        coordination, _, year = name.partition(":")
        Cell.objects.filter(agreement=agreement, coordination=coordination, year=int(year)).delete()
    FactRun.objects.update_or_create(
        agreement=agreement,
        defaults={"at": now, "checksums": new, "seconds": perf_counter() - started},
    )
    return written


def _smallest(agreement: Agreement, year: int, now: datetime) -> int:
    try:
        return agreement.term(FEWEST_TOLD, on=local_day(now)).value
    except UnknownTerm:
        return agreement.term(FEWEST_TOLD, on=max(agreement.valid_from, date(year, 1, 1))).value


def _checksum(facts: Iterable[Fact], asked: Iterable[Definition], smallest: int, places: Iterable[UUID]) -> str:
    content = [
        sorted([f.measure, str(f.municipality_id), f.split, f.part, f.count, round(f.amount, 6)] for f in facts),
        [one.as_dict() for one in asked],
        smallest,
        sorted(map(str, places)),
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


class Sums:
    """The sums of one year and kind of group, the county's included; what isn't there is nothing."""

    def __init__(self, facts: Iterable[Fact], places: Iterable[UUID]) -> None:
        self.places: list[UUID] = list(places)
        self.counts: dict[Key, int] = defaultdict(int)
        self.amounts: dict[Key, float] = defaultdict(float)
        self.parts: dict[str, list[str]] = {"": [""]}
        for fact in facts:
            for place in (fact.municipality_id, COUNTY):
                key = (fact.measure, place, fact.split, fact.part)
                self.counts[key] += fact.count
                self.amounts[key] += fact.amount
            if fact.part not in self.parts.setdefault(fact.split, []):
                self.parts[fact.split].append(fact.part)
        for split in self.parts.values():
            split.sort()

    def count(self, measure: str, place: UUID | None, split: str = "", part: str = "") -> int:
        return self.counts.get((measure, place, split, part), 0)

    def amount(self, measure: str, place: UUID | None, split: str = "", part: str = "") -> float:
        return self.amounts.get((measure, place, split, part), 0.0)


def cells_of(asked: Iterable[Definition], sums: Sums, smallest: int, people: Mapping[UUID, int | None]) -> list[Cell]:
    """The figures of one year and kind of group, with what must be kept back left empty."""
    asked = list(asked)
    hidden = {name for table in _tables(asked, sums) for name in to_hide(table, smallest)}
    cells = []
    for one in asked:
        for split in ("", *one.breakdowns):
            for part in sums.parts.get(split, []):
                for place in (COUNTY, *sums.places):
                    value, count = _figure(one, sums, place, split, part, people)
                    keep_back = _of_persons(one) and _kept_back(one, sums, hidden, smallest, (place, split, part))
                    cells.append(
                        Cell(
                            indicator=one.key,
                            municipality_id=place,
                            split=split,
                            part=part,
                            value=None if keep_back else value,
                            count=None if keep_back else count,
                            is_hidden=keep_back,
                        )
                    )
    return cells


def _kept_back(
    one: Definition, sums: Sums, hidden: set[Hashable], smallest: int, box: tuple[UUID | None, str, str]
) -> bool:
    if _is_mean(one):
        return 0 < sums.count(one.denominator, *box) < smallest
    return any((measure, *box) in hidden for measure in (one.numerator, one.denominator) if measure)


def _is_mean(one: Definition) -> bool:
    return one.unit in (FigureUnit.DAYS, FigureUnit.SCORE)


def _figure(
    one: Definition, sums: Sums, place: UUID | None, split: str, part: str, people: Mapping[UUID, int | None]
) -> tuple[float | None, int | None]:
    """Value, and how many it is reckoned on. Nothing to divide by gives no value: never a wrong figure."""
    if one.unit == FigureUnit.COUNT:
        count = sums.count(one.numerator, place, split, part)
        return float(count), count
    if one.unit == FigureUnit.PER_10000:
        base = sum(v or 0 for v in people.values()) if place is None else people.get(place)
        if not base or (place is None and not all(people.values())):
            return None, None
        return sums.count(one.numerator, place, split, part) * 10_000 / base, base
    below = sums.count(one.denominator, place, split, part)
    if not below:
        return None, 0
    if one.unit == FigureUnit.PERCENT:
        return sums.count(one.numerator, place, split, part) * 100 / below, below
    # A mean is told rounded, and without the number it is reckoned on: other figures can't be subtracted from that.
    return round_half_up(sums.amount(one.numerator, place, split, part) / below, 1), None


def _of_persons(one: Definition) -> bool:
    """Whether small numbers are kept back. What a measure counts decides: no definition can switch it off."""
    return one.counts_persons or any(
        MEASURES[measure].of_persons for measure in (one.numerator, one.denominator) if measure in MEASURES
    )


def _is_amount(measure: str) -> bool:
    return measure in MEASURES and MEASURES[measure].is_amount


def _tables(asked: Iterable[Definition], sums: Sums) -> Iterator[Table]:
    """All numbers of persons that these figures tell, or could give away, and how they hang together.

    One table for each family of measures: nothing ties one family to another.
    """
    asked = [one for one in asked if _of_persons(one)]
    told = {m for one in asked for m in (one.numerator, one.denominator) if m and not _is_amount(m)}
    shown = {m for one in asked if not _is_mean(one) for m in (one.numerator, one.denominator) if m}
    for family in _families(_known(told)):
        of_family = [one for one in asked if family & {one.numerator, one.denominator}]
        splits = sorted({"", *(split for one in of_family for split in one.breakdowns)})
        yield _table(sorted(family), shown, splits, sums)


def _table(family: list[str], shown: set[str], splits: list[str], sums: Sums) -> Table:
    table = Table()
    boxes = [(split, part) for split in splits for part in sums.parts.get(split, [])]
    for measure in family:
        for place in (COUNTY, *sums.places):
            for split, part in boxes:
                count = _count(measure, sums, place, split, part)
                table.add((measure, place, split, part), count, ghost=measure not in shown)
    for measure in family:
        for split, part in boxes:
            table.relate([(measure, COUNTY, split, part)], [(measure, p, split, part) for p in sums.places])
        for split in splits:
            for place in (COUNTY, *sums.places):
                if split:
                    _relate_split(table, measure, place, split, sums.parts.get(split, []))
    for whole, *parts in PARTS_OF:
        if {whole, *parts} <= set(family):
            for place in (COUNTY, *sums.places):
                for split, part in boxes:
                    table.relate([(whole, place, split, part)], [(one, place, split, part) for one in parts])
    return table


def _relate_split(table: Table, measure: str, place: UUID | None, split: str, parts: list[str]) -> None:
    if not parts:
        return
    whole: list[Hashable] = [(measure, place, "", "")]
    if split not in SPLITS_ADD_UP:
        # Somebody may be in two target groups: how many are is a number of persons too.
        twice = (measure, place, split, "in several")
        total = sum(table.values[measure, place, split, part] for part in parts)
        table.add(twice, total - table.values[measure, place, "", ""], ghost=True)
        whole.append(twice)
    table.relate(whole, [(measure, place, split, part) for part in parts])


def _known(told: set[str]) -> set[str]:
    """The measures told, and those that follow from two of them."""
    wanted = set(told)
    grew = True
    while grew:
        grew = False
        for whole, known, rest in PARTS_OF:
            if whole in wanted and known in wanted and rest not in wanted:
                wanted.add(rest)
                grew = True
    return wanted


def _families(measures: set[str]) -> list[set[str]]:
    """Measures that are parts of one another, together."""
    found: list[set[str]] = []
    for tied in [*({one} for one in sorted(measures)), *(set(row) for row in PARTS_OF if set(row) <= measures)]:
        joined = [family for family in found if family & tied]
        found = [family for family in found if not family & tied] + [tied.union(*joined)]
    return found


def _count(measure: str, sums: Sums, place: UUID | None, split: str, part: str) -> int:
    for whole, known, rest in PARTS_OF:
        if measure == rest and measure not in MEASURES:
            return _count(whole, sums, place, split, part) - _count(known, sums, place, split, part)
    return sums.count(measure, place, split, part)
