"""Small numbers are kept back, and can't be worked out from what is shown (FUP-6)."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import pytest

from followup.suppression import Table, to_hide

SMALLEST = 5
PLACES, SEXES, AGES = range(6), ("female", "male"), ("0-12", "13-17", "18-20")


def a_county(seed: int) -> tuple[Table, dict[object, int]]:
    """A year of two measures, one a part of the other, over municipalities, sex and age, drawn at random."""
    draw = random.Random(seed)
    table = Table()
    most = draw.choice([2, 4, 8, 30])
    boxes = {(p, s, a): draw.randint(0, most) for p, s, a in product(PLACES, SEXES, AGES)}
    in_time = {box: draw.randint(0, count) for box, count in boxes.items()}
    for measure, counts in (("due", boxes), ("in_time", in_time), ("late", {b: boxes[b] - in_time[b] for b in boxes})):
        ghost = measure == "late"
        for place in (None, *PLACES):

            def total(split: str, part: str, place=place, counts=counts) -> int:
                return sum(
                    n for (p, s, a), n in counts.items()
                    if place in (None, p) and (not split or part == (s if split == "sex" else a))
                )  # fmt: skip

            table.add((measure, place, "", ""), total("", ""), ghost=ghost)
            for split, parts in (("sex", SEXES), ("age", AGES)):
                for part in parts:
                    table.add((measure, place, split, part), total(split, part), ghost=ghost)
                table.relate([(measure, place, "", "")], [(measure, place, split, part) for part in parts])
        for split, part in [("", ""), *(("sex", s) for s in SEXES), *(("age", a) for a in AGES)]:
            table.relate([(measure, None, split, part)], [(measure, p, split, part) for p in PLACES])
    for place in (None, *PLACES):
        for split, part in [("", ""), *(("sex", s) for s in SEXES), *(("age", a) for a in AGES)]:
            table.relate([("due", place, split, part)], [(m, place, split, part) for m in ("in_time", "late")])
    return table, table.values


def worked_out(table: Table, hidden: set[object]) -> dict[object, Fraction]:
    """What a reader who knows how the figures hang together can work out: exact elimination, another way than ours."""
    unknown = sorted(hidden, key=repr)
    place = {name: i for i, name in enumerate(unknown)}
    rows = []
    for relation in table.relations:
        row, right = [Fraction(0)] * len(unknown), Fraction(0)
        for name, sign in [*((n, 1) for n in relation.left), *((n, -1) for n in relation.right)]:
            if name in place:
                row[place[name]] += sign
            else:
                right -= sign * table.values[name]
        rows.append([*row, right])
    at = 0
    for column in range(len(unknown)):
        pivot = next((r for r in range(at, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][column] for value in rows[at]]
        for r, row in enumerate(rows):
            if r != at and row[column]:
                rows[r] = [a - row[column] * b for a, b in zip(row, rows[at], strict=True)]
        at += 1
    found = {}
    for row in rows:
        columns = [i for i, value in enumerate(row[:-1]) if value]
        if len(columns) == 1:
            found[unknown[columns[0]]] = row[-1] / row[columns[0]]
    return found


@pytest.mark.parametrize("seed", range(6))
def test_fup6_no_small_number_is_shown_or_follows_from_what_is_shown(seed: int) -> None:
    table, values = a_county(seed)
    hidden = to_hide(table, SMALLEST)
    small = {name for name, value in values.items() if 0 < value < SMALLEST}
    assert small <= hidden
    assert not {name for name in worked_out(table, hidden) if name in small}


def test_fup6_the_attack_of_the_test_finds_what_simple_hiding_leaves_open() -> None:
    """The test above can fail: hiding only the small numbers themselves lets a subtraction find one."""
    table, values = a_county(3)
    only_small = {name for name, value in values.items() if 0 < value < SMALLEST} | table.ghosts
    assert {name for name in worked_out(table, only_small) if 0 < values[name] < SMALLEST}


def test_fup6_hidden_numbers_that_add_up_to_a_small_one_take_another_with_them() -> None:
    table = Table()
    for name, value in {"all": 22, "a": 1, "b": 1, "c": 8, "d": 12}.items():
        table.add(name, value)
    table.relate(["all"], ["a", "b", "c", "d"])
    assert to_hide(table, SMALLEST) == {"a", "b", "c"}


def test_fup6_nothing_is_hidden_where_nothing_is_small() -> None:
    table = Table()
    for name, value in {"all": 45, "a": 20, "b": 25, "none": 0}.items():
        table.add(name, value)
    table.relate(["all"], ["a", "b", "none"])
    assert to_hide(table, SMALLEST) == set()
