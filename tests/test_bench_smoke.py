"""The bench measures what it says: the same rows found in every way, and a database left as it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from bench import dashboards, lists, load, pages, rights, saving, server_times, sweeping, timing
from bench.desk import Desk
from bench.results import Ratio, Results
from core.models import Message
from core.workdays import local_day
from deadlines.models import Clock
from followup import figures
from followup.agreement import agreement_of
from individuals.models import Matter
from organisations.kinds import HuvudmanKind
from organisations.models import Huvudman, Unit
from tests import build
from tests.conftest import as_owner, only_whole

pytestmark = [only_whole, pytest.mark.usefixtures("transactional_db")]

CASES = 3_000


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> Iterator[load.Loaded]:
    for module in (lists, pages, rights):
        monkeypatch.setattr(module, "medians", once)
    for module in (saving, server_times, sweeping):
        monkeypatch.setattr(module, "ROUNDS", 2)
    with as_owner():
        yield load.load(CASES, timezone.now())
        load.empty()


def once(things: Mapping[str, Callable[[], object]], **_: int) -> dict[str, float]:
    return timing.medians(things, rounds=1, warm_up=0)


def shape() -> set[Any]:
    """Every constraint, index and trigger of the tables that are filled."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
            " UNION SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
            " UNION SELECT tgname, tgenabled::text || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
        )
        return set(cursor.fetchall())


def test_loading_and_emptying_leave_the_database_as_it_was() -> None:
    before, units = shape(), Unit.objects.count()
    with as_owner():
        load.load(200, timezone.now())
        assert Matter.objects.count() == 200
        assert Unit.objects.count() == load.UNITS
    tables = {"bench_load", "bench_unit"}
    assert {one for one in shape() if one[0] not in tables} == before
    with as_owner():
        load.empty()
    assert shape() == before
    assert (Unit.objects.count(), Matter.objects.count()) == (units, 0)


def test_a_database_with_cases_of_its_own_is_left_alone() -> None:
    build.draft()
    with as_owner():
        with pytest.raises(load.NotEmpty):
            load.load(10, timezone.now())
        assert Matter.objects.count() == 1


def test_what_was_kept_is_used_again(loaded: load.Loaded) -> None:
    assert load.load(CASES, timezone.now() + timedelta(days=1)) == loaded


def test_every_way_finds_the_same_cases(loaded: load.Loaded) -> None:
    now = timezone.now()
    desk = Desk(now)
    lists.check_same_rows(desk, now)
    found = list(rights.ours(desk, now))
    assert found
    assert [row[0] for row in lists.bare_rows(desk, now)] == found
    # Guardian knows no end of a right: it finds those that have ended besides.
    for others in (rights.guardian_direct(desk), rights.guardian_generic(desk)):
        both = [pk for pk in others if pk in found]
        assert both == found[: len(both)]


def test_the_sweep_and_the_bare_statement_do_the_same(loaded: load.Loaded) -> None:
    told = []
    for run in (sweeping._sweep, sweeping._bare):
        sweeping.set_back()
        assert run(loaded.at) == Clock.objects.filter(stage=1).count() > CASES / 20
        told.append(set(Message.objects.values_list("dedupe_key", "kind", "to_unit_id", "facts__due_at")))
    assert told[0] == told[1]


def test_all_is_measured_and_told(loaded: load.Loaded) -> None:
    now = timezone.now()
    results = Results(loaded.cases)
    desk = Desk(now)
    found, facts = lists.measure(desk, now)
    results.ratios += found + rights.measure(desk, now)
    results.facts |= facts
    before = shape()
    results.ratios += pages.measure(desk, now) + saving.measure(now)
    assert shape() == before
    found, facts = sweeping.measure(loaded.at)
    results.ratios += found
    results.facts |= facts
    found, facts = dashboards.measure(loaded.at)
    results.ratios += found
    results.facts |= facts
    # Equal results are asked for: figures that the cases don't give are found out.
    agreement = agreement_of(Huvudman.objects.get(kind=HuvudmanKind.REGION).pk, local_day(loaded.at))
    assert agreement is not None
    with pytest.raises(AssertionError):
        dashboards.compare(figures.board(agreement, "children", this_year=local_day(loaded.at).year), {})
    assert [ratio.key for ratio in results.ratios] == ["P1", "P3", "P4", "P2", "P2", "P2", "P2", "P5", "P8", "P6", "P7"]
    told = json.loads(json.dumps(results.as_json()))
    assert told["list_queries"] <= 12
    assert any("Index" in line for line in told["list_plan"])
    assert told["clocks"] == CASES
    assert len(results.table().splitlines()) == len(results.ratios) + 1
    results.server_times = server_times.measure(desk, now)
    assert len(results.times_table().splitlines()) == len(results.server_times) + 1 == 7
    assert all(one.median_ms <= one.p95_ms for one in results.server_times)


def test_a_missed_target_is_said() -> None:
    slow, quick = (Ratio("P9", "sidan", "inget", seconds, 1.0, 1.5) for seconds in (2.0, 1.0))
    assert not slow.reached
    assert quick.reached
    assert Results(1, [slow, quick]).table().count("missat") == 1


def test_things_are_measured_in_turns() -> None:
    calls: list[str] = []
    times = timing.medians({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, rounds=3, warm_up=1)
    assert calls == ["a", "b"] * 4
    assert set(times) == {"a", "b"}
