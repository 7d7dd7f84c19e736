"""The cost of a placement that is over: that it has already happened is no reason not to agree on it (PLC-5, PLC-6)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from core.acting import Actor, acting
from core.authz import Refused
from deadlines.models import Clock
from placements import actions, clocks, documents, overview, panels
from placements.content import measures_of
from placements.kinds import CloseReason, DeclineReason, EndKind, Stage, State
from placements.models import Ansvarsforbindelse, Placement
from tests import build_placements as build
from tests.conftest import NOW, actor
from tests.pages import client_for, words
from tests.papers import read_back

pytestmark = pytest.mark.django_db
FIRST, LAST = NOW.date(), NOW.date() + timedelta(days=9)
LATER = NOW + timedelta(days=9)


def over(*, shared: bool = True) -> Placement:
    """Placed in the night, and over nine days later, before anything was agreed on."""
    by, placement = build.placing(), build.acute()
    with acting(by, NOW):
        if shared:
            share(placement, by, NOW)
    with acting(by, LATER):
        return actions.end(placement_id=placement.pk, ended_at=LATER, kind=EndKind.PLANNED, note="", by=by, now=LATER)


def share(placement: Placement, by: Actor, now: datetime) -> None:
    actions.record_basis(placement_id=placement.pk, consent=build.consent(), by=by, now=now)
    version = Placement.objects.get(pk=placement.pk).version
    actions.share(placement_id=placement.pk, version=version, units=[build.caring_unit()], by=by, now=now)


def proposal(placement: Placement, by: Actor) -> Ansvarsforbindelse:
    with acting(by, LATER):
        draft = actions.draw_up(placement_id=placement.pk, by=by, now=LATER)
        draft = actions.write(
            version_id=draft.pk, version=draft.version, facts={},
            measures=[build.measure(starts_on=FIRST, ends_on=LAST)], by=by, now=LATER,
        )  # fmt: skip
        return actions.propose(version_id=draft.pk, version=draft.version, by=by, now=LATER)


def sign(version: Ansvarsforbindelse, *units: str) -> Ansvarsforbindelse:
    for unit in units:
        by = build.head(unit)
        with acting(by, LATER):
            version = actions.sign(version_id=version.pk, document_hash=version.content_hash, by=by, now=LATER)
    return version


def chased(placement: Placement) -> set[tuple[str, str]]:
    with acting(build.placing(), LATER):
        found = Clock.objects.filter(matter_id=placement.pk, stopped_at=None, kind__in=clocks.OF_THE_PARTIES)
        return set(found.values_list("kind", "unit__key"))


def test_plc6_what_was_is_negotiated_and_signed_after_the_end() -> None:
    """Both are chased until they agree; the parties' pages, the paper and the overview tell of it; then it is done."""
    placement = over()
    assert chased(placement) == {(clocks.AFTER_ACUTE, build.PLACES), (clocks.AFTER_ACUTE, build.CARES)}
    made = proposal(placement, build.placing())
    assert (made.valid_from, made.valid_to) == (FIRST, LAST)
    care, why = build.caring(), "Placeringen har redan skett"
    with acting(care, LATER), pytest.raises(Refused, match="redan har skett"):
        actions.decline_proposal(version_id=made.pk, reason=DeclineReason.PRICE, note=why, by=care, now=LATER)
    manager = build.head(build.PLACES)
    with acting(manager, LATER):
        (row,) = overview.make(manager, LATER).rows
    assert (row.agreement, row.days_unsigned) == ("Saknas", 9)

    signed = sign(made, build.PLACES, build.CARES)
    assert (signed.state, signed.in_force_at, signed.ended_at) == (Stage.ENDED, LATER, LATER)
    assert not chased(placement)
    with acting(manager, LATER):
        (row,) = overview.make(manager, LATER).rows
        assert (row.agreement, row.days_unsigned) == ("Upphörde med placeringen", None)
        assert panels.costs_of(measures_of(signed)).total.region == 7_200  # 10 days à 1 200 kr, 60 percent.
    by = build.placing()
    with acting(by, LATER):
        with pytest.raises(Refused, match="kan inte göras om"):
            actions.draw_up(placement_id=placement.pk, by=by, now=LATER)
        closed = actions.close(placement_id=placement.pk, reason=CloseReason.NO_NEED, by=by, now=LATER)
    assert closed.state == State.CLOSED


def test_plc6_what_reached_past_the_end_begins_again_from_what_was_written() -> None:
    """Proposed for four months, over in ten days: a new draft with the same measures, for the days that were."""
    by = build.placing()
    placement = build.shared(is_acute=True, planned_start=FIRST)
    made = build.proposed(placement)
    with acting(by, NOW):
        actions.start(placement_id=placement.pk, started_at=NOW, reason="", by=by, now=NOW)
    with acting(by, LATER):
        ended = actions.end(
            placement_id=placement.pk, ended_at=LATER, kind=EndKind.UNPLANNED, note="Avvek", by=by, now=LATER
        )
        assert Ansvarsforbindelse.objects.get(pk=made.pk).state == Stage.WITHDRAWN
        draft = actions.draw_up(placement_id=placement.pk, by=by, now=LATER)
        assert draft.valid_to == LAST
        assert draft.answers_id == made.pk
        beyond = {"valid_from": FIRST, "valid_to": LAST + timedelta(days=1)}
        with pytest.raises(Refused, match="Välj en tid inom den") as refused:
            actions.write(version_id=draft.pk, version=draft.version, facts=beyond, measures=[], by=by, now=LATER)
        assert refused.value.field == "valid_to"
    assert ended.state == State.ENDED


def test_plc6_a_placement_never_shared_is_shared_and_settled_on_the_pages() -> None:
    """From the placement's page to the paper, as the caseworker, the heads and the care meet it."""
    placement = over(shared=False)
    by, care = build.placing(), build.caring()
    with time_machine.travel(LATER, tick=False):
        page = reverse("placements:placement", args=[placement.pk])
        assert "Kostnaden för tiden är inte uppgjord." in words(client_for(by).get(page))
        with acting(by, LATER):
            share(placement, by, LATER)
        made = proposal(placement, care)
        told = words(client_for(by).get(reverse("placements:agreements", args=[placement.pk])))
        assert "Gör upp kostnaden för tiden som var" in told
        chief = client_for(actor(f"chef.{build.PLACES}"))
        dispute = chief.get(reverse("disputes:new"), {"matter": placement.pk})
        assert (dispute.status_code, "Vem ansvarar under tiden?" in words(dispute)) == (200, True)  # DIS-4
        close = client_for(by).post(reverse("placements:close", args=[placement.pk]), {"reason": "no_need"})
        assert close.status_code == 422
        assert "Version 1 av ansvarsförbindelsen ligger framme." in words(close)
        assert "stannar hos kommunen" in words(close)
        for unit in (build.PLACES, build.CARES):
            answer = client_for(build.head(unit)).post(
                reverse("placements:sign", args=[placement.pk, made.pk]),
                {"document_hash": made.content_hash, "has_read": "on"},
            )
            assert answer.status_code == 302
        version = client_for(care).get(reverse("placements:version", args=[placement.pk, made.pk]))
        assert "Undertecknad av båda parter i efterhand, för tiden som var." in words(version)
        with acting(by, LATER):
            whole = Ansvarsforbindelse.objects.get(pk=made.pk)
            file = documents.agreement(placement=whole.placement, version=whole, for_filing=True, by=by, now=LATER)
        assert "när placeringen var slut, för tiden som var" in read_back(file.content).text
        told = words(client_for(by).get(page))
        assert "Version 1 undertecknades" in told
        assert "Kostnaden för tiden är inte uppgjord." not in told


def test_plc7_what_ran_out_before_the_end_leaves_only_the_days_after_it() -> None:
    """Signed to the planned end; the placement went on for ten days more. Those days are what is left to settle."""
    placement, by = build.ongoing(), build.placing()
    end = NOW + timedelta(days=(build.ENDS - NOW.date()).days + 10)
    with acting(by, end):
        actions.end(placement_id=placement.pk, ended_at=end, kind=EndKind.PLANNED, note="", by=by, now=end)
        assert Ansvarsforbindelse.objects.get(placement=placement).state == Stage.EXPIRED
        running = Clock.objects.filter(matter_id=placement.pk, stopped_at=None, kind__in=clocks.OF_THE_PARTIES)
        assert {one.kind for one in running} == {clocks.EXPIRY}
        draft = actions.draw_up(placement_id=placement.pk, by=by, now=end)
        (measure,) = measures_of(draft)
        after = build.ENDS + timedelta(days=1)
        assert (draft.valid_from, draft.valid_to) == (measure.starts_on, measure.ends_on) == (after, end.date())
