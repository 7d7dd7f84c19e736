"""PLC-5, PLC-11: what an acute placement is chased by is its own agreement's, in every county (AGR-2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from agreements.loader import load_pack
from core.acting import Actor, acting
from core.workdays import STOCKHOLM, end_of
from deadlines.models import Clock
from organisations.kinds import Role
from placements import actions, clocks
from placements.kinds import EndKind
from placements.models import Placement
from tests import build_placements as build
from tests.build_disputes import hire
from tests.conftest import NOW, actor, as_owner, settle, unit

pytestmark = pytest.mark.django_db


class County(NamedTuple):
    """Who places and who cares there, when it happens, and by which day the agreement is to be signed."""

    agreement: str
    places: str
    cares: str
    at: datetime
    signed_by: date
    target_group: str


AUTUMN_2024 = datetime(2024, 10, 7, 10, 0, tzinfo=STOCKHOLM)
COUNTIES = (
    # Five working days from a Monday; thirty days; two months. Halland's older agreement keeps its own cases.
    County("halland-2025-2029", build.PLACES, build.CARES, NOW, date(2026, 3, 16), "young_placed"),
    County("halland-2022-2024", build.PLACES, build.CARES, AUTUMN_2024, date(2024, 10, 14), "young_placed"),
    County(
        "blekinge-2023-2026", "ronneby-socialtjanst-vuxna", "vuxenpsykiatri-ronneby", NOW, date(2026, 4, 8),
        "substance_use",
    ),
    County(
        "dalarna-hvb-2025-2033", "falun-socialtjanst-vuxna", "vuxenpsykiatri-falun", NOW, date(2026, 5, 9), "adults"
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def all_packs(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Blekinge and Dalarna beside Halland, with a caseworker at each unit; rolled back after these tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        with as_owner():
            for name in ("blekinge", "dalarna"):
                load_pack(name, now=NOW)
            for county in COUNTIES[2:]:
                for key in (county.places, county.cares):
                    hire(key, key, Role.CASEWORKER)
        settle()
        yield
        transaction.set_rollback(True)


def running(placement: Placement, by: Actor, now: datetime) -> dict[tuple[str, str], datetime]:
    with acting(by, now):
        found = Clock.objects.filter(matter_id=placement.pk, stopped_at=None, kind__in=clocks.KINDS)
        return {(one.kind, one.unit.key): one.due_at for one in found.select_related("unit")}


@pytest.mark.parametrize("county", COUNTIES, ids=lambda county: county.agreement)
def test_plc5_an_acute_placement_is_chased_by_its_own_agreement(all_packs: None, county: County) -> None:
    by, now = actor(county.places), county.at
    placement = build.draft(
        by, now=now, care=county.cares, is_acute=True, planned_start=None, planned_end=None,
        agreement_needed="unknown", target_groups=[county.target_group],
    )  # fmt: skip
    assert placement.matter.agreement.key == county.agreement
    with acting(by, now):
        begun = actions.start(placement_id=placement.pk, started_at=now, reason="", by=by, now=now)
        actions.record_basis(placement_id=begun.pk, consent=build.consent(county.cares, now=now), by=by, now=now)
        begun = Placement.objects.select_related("matter").get(pk=begun.pk)
        actions.share(placement_id=begun.pk, version=begun.version, units=[unit(county.cares)], by=by, now=now)
    due = running(placement, by, now)
    for key in (county.places, county.cares):
        assert due[clocks.AFTER_ACUTE, key] == end_of(county.signed_by)
    assert due[clocks.REFERRAL, county.places] == now + timedelta(hours=4)

    with acting(by, now):
        actions.end(placement_id=placement.pk, ended_at=now, kind=EndKind.UNPLANNED, note="Avvek", by=by, now=now)
    called = {key for kind, key in running(placement, by, now) if kind == clocks.UNPLANNED_END}
    assert called == {county.places, county.cares}
