"""Quality 1–3: every address × method × role × distance, against `access_matrix.toml`.

The addresses come from the URL resolver: one that isn't in the table fails, and so does a line without its address.
With `--whole`, as CI runs it, every role is asked. Otherwise, where the table says the same of several roles, one of
them answers for all: another one at the next address, so that each is asked of a good part. Of those groups that an
address isn't first of all for, a third answers. So it is with how near they are, where that makes no difference to
them; a method that an address doesn't know is asked of a third of them, and what a stranger can tell of every other.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from core.policy import Access
from organisations.kinds import Role
from tests.access import ANONYMOUS, DISTANCES, METHODS, ROLES, Address, World, addresses, make_world, outcome
from tests.conftest import NOW, WHOLE, settle

pytestmark = pytest.mark.django_db
TABLE: dict[str, Any] = tomllib.loads((Path(__file__).parent / "access_matrix.toml").read_text(encoding="utf-8"))
GROUPS: dict[str, list[str]] = TABLE.pop("groups")
FAR = {ANONYMOUS, str(Role.LOG_REVIEWER), str(Role.USER_REPRESENTATIVE), str(Role.SYSTEM_ADMINISTRATOR)}
"""Those whose unit brings them no nearer to anything."""
BESIDE = {str(Role.SIGNATORY), str(Role.PHYSICIAN), str(Role.CHIEF_PHYSICIAN)}
"""Those who judge and sign in placements only."""
ADDRESSES = {address.route: address for address in addresses()}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOW, tick=False),
        override_settings(DEMO=True),
        transaction.atomic(),
    ):
        world = make_world()
        settle()
        yield world
        transaction.set_rollback(True)


def turn_of(route: str, method: str) -> int:
    """A number that says whose turn it is at this address: another one at the next, the same in every run."""
    return crc32(f"{method} {route}".encode())


def expected(entry: dict[str, Any], method: str) -> dict[tuple[str, str], str]:
    """What the table says of one method: (role, distance) → word. One word says the same of all distances."""
    lines: dict[str, str] = dict(entry.get(method, {}))
    words: dict[tuple[str, str], str] = {}
    rest = lines.pop("others", None)
    for name, line in lines.items():
        for role in GROUPS.get(name, [name]):
            words |= _spread(role, line)
    if rest is not None:
        for role in ROLES:
            if role != ANONYMOUS and (role, "own") not in words:
                words |= _spread(role, rest)
    return words


def _spread(role: str, line: str) -> dict[tuple[str, str], str]:
    found = line.split()
    assert len(found) in (1, len(DISTANCES)), line
    return {(role, d): word for d, word in zip(DISTANCES, found * (4 if len(found) == 1 else 1), strict=True)}


def at_the_door(who: str, should: dict[tuple[str, str], str]) -> str:
    """The word of the outer door for one whom it leaves out. It knows the role only: neither thing nor method."""
    words = {should.get((who, distance), "") for distance in DISTANCES}
    return words.pop() if words in ({"no"}, {"login"}) else ""


def asked(entry: dict[str, Any], who: str, should: dict[tuple[str, str], str], turn: int) -> tuple[str, ...]:
    """The distances to ask at. That what doesn't exist answers as what is foreign has a test of its own (LAW-3)."""
    if not entry.get("thing") or who in FAR or at_the_door(who, should):
        return ("own",)
    if who == let_in(entry):
        return DISTANCES if WHOLE else by_turns(entry, who, should, turn)
    alike = len({should.get((who, distance)) for distance in DISTANCES[:3]}) == 1
    if entry.get("known") and alike:
        return ("own",)
    if alike and not WHOLE:
        return (DISTANCES[(turn >> 8) % 3],)
    placement = "placement" in entry["thing"] or "ansvarsforbindelse" in entry["thing"]
    return ("own", "foreign") if who in BESIDE and not placement else DISTANCES[:3]


def by_turns(entry: dict[str, Any], who: str, should: dict[tuple[str, str], str], turn: int) -> tuple[str, ...]:
    """Of the own unit and one it was handed to, when alike, one; strangers where the test of LAW-3 doesn't ask."""
    near = DISTANCES[:2]
    if should.get((who, near[0])) == should.get((who, near[1])):
        near = (near[(turn >> 4) % 2],)
    if entry.get("known") or who not in strangers(should):
        return near + DISTANCES[2:]
    return near if is_told_apart(turn) else (*near, "foreign")


def is_told_apart(turn: int) -> bool:
    """Whether it is the turn of this address and method to answer what a stranger can tell (LAW-3)."""
    return WHOLE or bool(turn % 2)


def strangers(should: dict[tuple[str, str], str]) -> list[str]:
    """Those of another municipality who are asked whether they can tell what is foreign from what doesn't exist."""
    roles = [str(role) for role in (Role.CASEWORKER, Role.LOCAL_ADMINISTRATOR) if should[role, "foreign"] == "none"]
    return roles if WHOLE else roles[:1]


def let_in(entry: dict[str, Any]) -> str:
    """A role that the address is for."""
    for method in METHODS:
        for (role, _), word in expected(entry, method).items():
            if word == "ok" and role != ANONYMOUS:
                return role
    return str(Role.CASEWORKER)


def spokesmen(should: dict[tuple[str, str], str], turn: int, always: str) -> list[str]:
    """One role for each group that the table treats alike: `always` for its own, and for a third of the rest."""
    alike: dict[tuple[str | None, ...], list[str]] = {}
    for who in ROLES:
        alike.setdefault(tuple(should.get((who, distance)) for distance in DISTANCES), []).append(who)
    rest = [roles for roles in alike.values() if always not in roles]
    return [always, *(roles[turn % len(roles)] for roles in rest[turn % 3 :: 3])]


def unknown_methods(route: str, entry: dict[str, Any]) -> list[str]:
    """Methods the address doesn't know."""
    unknown = [method for method in METHODS if method not in entry]
    turn = crc32(route.encode())
    if WHOLE or not unknown:
        return unknown
    return [unknown[turn % len(unknown)]] if (turn >> 8) % 3 == 0 else []


# --- the table is whole -----------------------------------------------------------------------------------------------
def test_every_address_is_in_the_table_and_the_table_holds_no_other() -> None:
    assert sorted(ADDRESSES) == sorted(TABLE)


@pytest.mark.parametrize("route", sorted(ADDRESSES))
def test_every_view_declares_who_reaches_it(route: str) -> None:
    assert isinstance(getattr(ADDRESSES[route].view, "policy", None), Access)


@pytest.mark.parametrize("route", sorted(TABLE))
def test_the_table_answers_for_every_role(route: str) -> None:
    entry = TABLE[route]
    for method in METHODS:
        if method in entry:
            assert {role for role, _ in expected(entry, method)} == set(ROLES), method


# --- the portal answers as the table says -----------------------------------------------------------------------------
@pytest.mark.parametrize("route", sorted(ADDRESSES))
def test_wall1_address(world: World, route: str) -> None:
    entry, address = TABLE.get(route, {}), ADDRESSES[route]
    thing, wrong = entry.get("thing", ""), []
    for method in unknown_methods(route, entry):
        was = outcome(world.ask(let_in(entry), "own", address, method, thing))
        if was not in ("never", "no"):
            wrong.append(f"{method} {let_in(entry)}: {was}, isn't in the table")
    left_out: dict[str, set[str]] = {}  # Those are asked once, not with each method.
    at_the_gate = False  # Whom the view's own list leaves out: one is asked, of the others the list.
    for method in (method for method in METHODS if method in entry):
        should, turn = expected(entry, method), turn_of(route, method)
        for who in ROLES if WHOLE else spokesmen(should, turn, let_in(entry)):
            door = at_the_door(who, should)
            listed = door == "no" and address.view.policy.leaves_out(who)
            if door in left_out.get(who, ()) or (listed and at_the_gate):
                continue
            for distance in asked(entry, who, should, turn):
                was = outcome(world.ask(who, distance, address, method, thing))
                if was != should.get((who, distance)):
                    wrong.append(f"{method} {who} {distance}: {was}, the table says {should.get((who, distance))}")
            left_out[who] = {door} - {""}
            at_the_gate |= listed
    assert not wrong, "\n".join(wrong)


PAGE_NOISE = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"|nonce="[^"]*"'
    rb"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)


@pytest.mark.parametrize(
    ("route", "method"),
    [
        (route, method)
        for route in sorted(TABLE)
        if TABLE[route].get("thing") and not TABLE[route].get("known")
        for method in METHODS
        if method in TABLE[route] and is_told_apart(turn_of(route, method))
    ],
)
def test_law3_what_is_somebody_elses_and_what_does_not_exist_answer_alike(
    world: World, route: str, method: str
) -> None:
    """404, the same body, the same number of queries: neither can be told from the other."""
    entry, address = TABLE[route], ADDRESSES[route]
    for who in strangers(expected(entry, method)):
        foreign, missing = (
            _told(world, who, distance, address, method, entry["thing"]) for distance in ("foreign", "missing_foreign")
        )
        assert foreign == missing, who
        assert foreign[0] == 404, who


def _told(world: World, who: str, distance: str, address: Address, method: str, thing: str) -> tuple[int, int, bytes]:
    cost, answer = world.cost(who, distance, address, method, thing)
    return answer.status_code, cost, PAGE_NOISE.sub(b"", answer.content)
