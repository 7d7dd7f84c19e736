"""The clocks of placements, by the agreement in force (PLC-5, PLC-9…PLC-11)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from core.acting import acting
from core.authz import NotAllowed, Refused
from core.workdays import STOCKHOLM, end_of
from deadlines.models import Clock
from placements import actions, clocks
from placements.kinds import (
    Answer,
    CloseReason,
    Do,
    EndKind,
    ExaminationKind,
    ExaminationState,
    Outcome,
    ReviewKind,
    State,
)
from placements.models import Placement
from placements.permissions import PLACEMENT_RULES
from placements.states import OWNERS, TRANSITIONS
from tests import build_placements as build
from tests.conftest import NOW, actor

pytestmark = pytest.mark.django_db


def running(placement, by=None):
    with acting(by or build.placing(), NOW):
        found = Clock.objects.filter(matter_id=placement.pk, stopped_at=None, kind__in=clocks.KINDS)
        return {(one.kind, one.unit.key): one.due_at for one in found.select_related("unit")}


def kinds(placement):
    return {kind for kind, _ in running(placement)}


def test_every_state_has_an_owner_and_a_way_in():
    assert set(OWNERS) == set(State)
    assert set(TRANSITIONS.values()) == set(State)
    assert {do for _, do in TRANSITIONS} == set(Do)


def test_plc4_a_planned_placement_is_to_be_signed_when_it_begins():
    placement = build.shared()
    due = running(placement)
    start = datetime.combine(build.STARTS, datetime.min.time(), tzinfo=STOCKHOLM)
    assert due[clocks.BEFORE, build.PLACES] == due[clocks.BEFORE, build.CARES] == start
    build.signed(placement)
    assert clocks.BEFORE not in kinds(placement)


def test_plc5_an_acute_placement_is_chased_by_the_clock():
    """H25 D: referral within 4 hours, judgement within a working day, the agreement within 5 working days."""
    placement = build.acute()
    due = running(placement)
    assert due[clocks.REFERRAL, build.PLACES] == NOW + timedelta(hours=4)
    assert due[clocks.ASSESSMENT, build.PLACES] == end_of(date(2026, 3, 10))
    assert due[clocks.AFTER_ACUTE, build.PLACES] == end_of(date(2026, 3, 16))
    by = build.placing()
    with acting(by, NOW):
        actions.refer(placement_id=placement.pk, sent_at=NOW, by=by, now=NOW)
    assert clocks.REFERRAL not in kinds(placement)


def test_plc3_the_physicians_judgement_moves_to_the_care_and_can_end_the_need():
    placement, by = build.acute(), build.placing()
    with acting(by, NOW):
        actions.record_basis(placement_id=placement.pk, consent=build.consent(), by=by, now=NOW)
        fresh = Placement.objects.get(pk=placement.pk)
        actions.share(placement_id=fresh.pk, version=fresh.version, units=[fresh.medical_unit], by=by, now=NOW)
    assert (clocks.ASSESSMENT, build.CARES) in running(placement)
    doctor = build.physician()
    with acting(doctor, NOW):
        actions.assess(placement_id=placement.pk, needed=Answer.NO, by=doctor, now=NOW)
    assert not {clocks.ASSESSMENT, clocks.AFTER_ACUTE} & kinds(placement)


def test_plc3_a_childs_needs_are_judged_by_the_chief_physician():
    placement = build.shared(by=actor("hylte-socialtjanst-barn"), care="bup-halmstad", number=build.CHILD_NUMBER)
    chief = actor("lakare.bup-halmstad")
    with acting(chief, NOW):
        actions.assess(placement_id=placement.pk, needed=Answer.YES, by=chief, now=NOW)
    placement = build.shared(
        by=actor("halmstad-socialtjanst-barn"), care="beroendeteam-halmstad", number="20100104-2397"
    )
    doctor = actor("lakare.beroendeteam-halmstad")
    with acting(doctor, NOW), pytest.raises(NotAllowed, match="chefsöverläkaren"):
        actions.assess(placement_id=placement.pk, needed=Answer.YES, by=doctor, now=NOW)


def test_plc10_reviews_are_counted_from_the_last_one():
    placement, by = build.ongoing(law="lvu", agreement_needed="no"), build.placing()
    assert running(placement)[clocks.REVIEW, build.PLACES] == end_of(date(2026, 9, 9))
    later = NOW + timedelta(days=60)
    with acting(by, later):
        actions.review(
            placement_id=placement.pk, kind=ReviewKind.CARE, on=date(2026, 5, 1), outcome=Outcome.CONTINUES, by=by,
            now=later,
        )  # fmt: skip
        actions.hide(placement_id=placement.pk, decided_on=date(2026, 5, 4), by=by, now=later)
    due = running(placement)
    assert due[clocks.REVIEW, build.PLACES] == end_of(date(2026, 11, 1))
    assert due[clocks.WHEREABOUTS, build.PLACES] == end_of(date(2026, 8, 4))


def test_plc10_lvm_lasts_six_months_at_most():
    assert running(build.ongoing(law="lvm", agreement_needed="no"))[clocks.LVM_END, build.PLACES] == end_of(
        date(2026, 9, 9)
    )


def test_plc9_examinations_are_offered_up_to_20_and_only_that_they_are_done_is_kept():
    placement = build.acute(number="20070104-2392")
    by = build.placing()
    assert clocks.HEALTH in kinds(placement)
    with acting(by, NOW):
        for kind in (ExaminationKind.HEALTH, ExaminationKind.DENTAL):
            actions.examine(
                placement_id=placement.pk, kind=kind, state=ExaminationState.DONE, on=NOW.date(), by=by, now=NOW
            )
    assert clocks.HEALTH not in kinds(placement)


def test_plc11_an_unplanned_end_calls_both_parties_at_once():
    placement = build.ended()
    due = running(placement)
    assert set(due) == {(clocks.UNPLANNED_END, build.PLACES), (clocks.UNPLANNED_END, build.CARES)}
    assert due[clocks.UNPLANNED_END, build.CARES] == end_of(date(2026, 3, 12))
    by, later = build.placing(), NOW + timedelta(days=1)
    with acting(by, later):
        with pytest.raises(Refused, match="gemensamma uppföljningen"):
            actions.close(placement_id=placement.pk, reason=CloseReason.NO_NEED, by=by, now=later)
        actions.follow_up(
            placement_id=placement.pk, on=later.date(), came_to="Ny placering planeras", with_medical_party=True,
            next_on=None, by=by, now=later,
        )  # fmt: skip
        closed = actions.close(placement_id=placement.pk, reason=CloseReason.NO_NEED, by=by, now=later)
    assert closed.state == State.CLOSED
    assert not running(placement)


def test_plc11_aftercare_is_planned_thirty_days_before_and_expiry_is_warned():
    placement = build.ongoing()
    assert running(placement)[clocks.AFTERCARE, build.PLACES] == end_of(build.ENDS - timedelta(days=30))
    assert clocks.EXPIRY not in kinds(placement)
    by = build.placing()
    with acting(by, NOW):
        actions.plan_end(placement_id=placement.pk, planned_end=build.ENDS + timedelta(days=30), by=by, now=NOW)
    assert running(placement)[clocks.EXPIRY, build.CARES] == end_of(build.ENDS)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"planned_end": build.STARTS - timedelta(days=1)}, "sluta innan den börjar"),
        ({"medical_unit": "en-vag-in"}, "psykiatrisk mottagning"),
    ],
)
def test_bad_input_is_refused_clearly(changes, says):
    placement, by = build.draft(), build.placing()
    if "medical_unit" in changes:
        from tests.conftest import unit

        changes = {"medical_unit": unit(changes["medical_unit"])}
    with acting(by, NOW), pytest.raises(Refused, match=says):
        actions.edit(placement_id=placement.pk, version=placement.version, facts=changes, by=by, now=NOW)


def test_plc4_a_start_without_the_agreement_needs_its_reason():
    placement, by = build.shared(), build.placing()
    with acting(by, NOW):
        with pytest.raises(Refused, match="varför starten inte kan vänta"):
            actions.start(placement_id=placement.pk, started_at=NOW, reason="", by=by, now=NOW)
        actions.start(placement_id=placement.pk, started_at=NOW, reason="Personen kan inte vänta.", by=by, now=NOW)
    assert clocks.AFTER_ACUTE in kinds(placement)


def test_ind8_withdrawn_consent_shows_everybody_else_out():
    placement, by, care = build.ongoing(), build.placing(), build.caring()
    with acting(by, NOW):
        actions.withdraw_consent(placement_id=placement.pk, reason="Muntligt", by=by, now=NOW)
    with acting(care, NOW):
        assert not Placement.objects.exists()


def test_only_what_the_table_allows():
    placement = build.draft()
    people = [build.placing(), build.caring(), build.physician()]
    for state in State:
        placement.state = state
        for do in Do:
            able = any(PLACEMENT_RULES.may(by, do, placement) for by in people)
            assert able == ((state, do) in TRANSITIONS), (state, do)


def test_an_end_is_not_before_the_start():
    placement, by = build.ongoing(), build.placing()
    with acting(by, NOW), pytest.raises(Refused, match="innan den började"):
        actions.end(
            placement_id=placement.pk, ended_at=NOW - timedelta(days=1), kind=EndKind.PLANNED, note="", by=by, now=NOW
        )
