"""Keeping back small numbers, also against subtraction (FUP-6). Pure: numbers in, names to hide out.

The published figures are quantities tied together by relations: a county is the sum of its municipalities, a
municipality the sum of women and men, those due the sum of those in time and those late. A number of persons between 1
and the smallest that is told is hidden; then others are hidden with it, until nobody who solves the relations can work
it out. Quantities that are never shown (those who were late) take part too: they must not come out of a subtraction.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)

_PRIME = 2_147_483_647  # Solving modulo a large prime keeps the numbers small and gives the same answer.


@dataclass(frozen=True, slots=True)
class Relation:
    """The sum of `left` equals the sum of `right`."""

    left: tuple[Hashable, ...]
    right: tuple[Hashable, ...]

    @property
    def names(self) -> tuple[Hashable, ...]:
        return self.left + self.right


@dataclass(slots=True)
class Table:
    """Quantities and how they hang together. `ghosts` are never shown; `counted` are numbers of persons."""

    values: dict[Hashable, int] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    ghosts: set[Hashable] = field(default_factory=set)

    def add(self, name: Hashable, value: int, *, ghost: bool = False) -> None:
        self.values[name] = value
        if ghost:
            self.ghosts.add(name)

    def relate(self, left: Iterable[Hashable], right: Iterable[Hashable]) -> None:
        self.relations.append(Relation(tuple(left), tuple(right)))


def to_hide(table: Table, smallest: int) -> set[Hashable]:
    """Names of the quantities that must not be shown, ghosts included.

    Guarantees: every quantity from 1 to `smallest` − 1 is hidden, and none of them follows from what is shown.
    """
    sensitive = {name for name, value in table.values.items() if 0 < value < smallest}
    hidden = sensitive | table.ghosts
    while True:
        _hide_beside(table, hidden, sensitive, smallest)
        exposed = solved(table.relations, hidden) & sensitive
        if not exposed:
            return hidden
        before = len(hidden)
        for name in sorted(exposed, key=repr):
            if (helper := _nearest_helper(table, name, hidden)) is not None:
                hidden.add(helper)
        if len(hidden) == before:
            raise ValueError("the quantities don't add up as their relations say")


def _nearest_helper(table: Table, name: Hashable, hidden: set[Hashable]) -> Hashable | None:
    """What to hide so that `name` no longer follows: from its own relations, or those tied to it by hidden numbers."""
    reached, tried = {name}, set()
    while True:
        near = [i for i, one in enumerate(table.relations) if i not in tried and reached & set(one.names)]
        if not near:
            return None
        found = [helper for i in near if (helper := _helper(table, table.relations[i], hidden)) is not None]
        if found:
            return min(found, key=lambda one: (table.values[one] == 0, table.values[one], repr(one)))
        tried |= set(near)
        reached |= {one for i in near for one in table.relations[i].names}


def _hide_beside(table: Table, hidden: set[Hashable], sensitive: set[Hashable], smallest: int) -> None:
    """In each relation, what is hidden must be more than one number and not add up to a small one."""
    changed = True
    while changed:
        changed = False
        for relation in table.relations:
            inside = [name for name in relation.names if name in hidden]
            if not any(name in sensitive for name in inside):
                continue
            alone = len(inside) == 1
            same_side = all(name in relation.right for name in inside) or all(name in relation.left for name in inside)
            together = sum(table.values[name] for name in inside)
            small = alone or (same_side and together < smallest)
            if small and (helper := _helper(table, relation, hidden)) is not None:
                hidden.add(helper)
                changed = True


def _helper(table: Table, relation: Relation, hidden: set[Hashable]) -> Hashable | None:
    """The smallest shown quantity of a relation, and not an empty one if there is a choice: it hides the most."""
    shown = [name for name in relation.names if name not in hidden]
    return min(shown, key=lambda name: (table.values[name] == 0, table.values[name], repr(name)), default=None)


def solved(relations: Iterable[Relation], hidden: set[Hashable]) -> set[Hashable]:
    """Which hidden quantities follow from the shown ones: the unknowns that the relations determine."""
    rows = []
    for relation in relations:
        row: dict[Hashable, int] = {}
        for name, sign in [*((n, 1) for n in relation.left), *((n, -1) for n in relation.right)]:
            if name in hidden:
                row[name] = (row.get(name, 0) + sign) % _PRIME
        row = {name: value for name, value in row.items() if value}
        if row:
            rows.append(row)
    return {next(iter(row)) for row in _reduce(rows).values() if len(row) == 1}


def _reduce(rows: list[dict[Hashable, int]]) -> Mapping[Hashable, dict[Hashable, int]]:
    """Gauss–Jordan on sparse rows: pivot → its row, with no other pivot in it."""
    pivots: dict[Hashable, dict[Hashable, int]] = {}
    for row in sorted(rows, key=len):
        row = dict(row)
        for name in [name for name in row if name in pivots]:
            if name in row:
                _subtract(row, pivots[name], row[name])
        if not row:
            continue
        pivot = next(iter(row))
        inverse = pow(row[pivot], _PRIME - 2, _PRIME)
        row = {name: value * inverse % _PRIME for name, value in row.items()}
        for other in pivots.values():
            if pivot in other:
                _subtract(other, row, other[pivot])
        pivots[pivot] = row
    return pivots


def _subtract(row: dict[Hashable, int], other: Mapping[Hashable, int], factor: int) -> None:
    for name, value in other.items():
        left = (row.get(name, 0) - factor * value) % _PRIME
        if left:
            row[name] = left
        else:
            row.pop(name, None)
