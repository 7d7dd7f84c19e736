"""What the calendar does with an ansvarsförbindelse, and what an acute placement can mend afterwards (PLC-5, PLC-7)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from core.acting import acting
from core.authz import Refused
from core.models import Message
from core.workdays import end_of
from deadlines.models import Clock
from deadlines.sweep import sweep
from individuals.kinds import Category
from organisations.models import Unit
from placements import actions, clocks
from placements.actions import Home
from placements.kinds import Answer, Housing, Law, Stage, State
from placements.models import Ansvarsforbindelse, Placement
from tests import build_placements as build
from tests.conftest import NOW, as_jobs, as_owner

pytestmark = pytest.mark.django_db
DAY_AFTER = end_of(build.ENDS) + timedelta(hours=1)


def swept(now: datetime) -> list[tuple[str, str]]:
    """Let the sweep run, and return the messages about expiry it planned: kind and unit, sorted."""
    with as_jobs():
        sweep(now)
    with as_owner():
        found = Message.objects.filter(facts__what="Ansvarsförbindelse som tar slut före placeringen")
        keys = dict(Unit.objects.values_list("pk", "key"))
        return sorted((one.kind, keys[one.to_unit_id]) for one in found)


def stage_of(version: Ansvarsforbindelse) -> str:
    with acting(build.placing(), NOW):
        return Ansvarsforbindelse.objects.get(pk=version.pk).state


def agreed() -> tuple[Placement, Ansvarsforbindelse]:
    placement = build.ongoing()
    with acting(build.placing(), NOW):
        return placement, Ansvarsforbindelse.objects.in_force().get(placement=placement)


def test_plc7_it_runs_out_on_its_day_by_itself_and_the_parties_are_told() -> None:
    """Nobody touches the placement: the sweep lets it run out, tells both, and the duty stays until a new one."""
    placement, version = agreed()
    assert swept(end_of(build.ENDS) - timedelta(days=5)) == []  # It is to end with the placement: no warning.
    assert stage_of(version) == Stage.IN_FORCE
    told = swept(DAY_AFTER)
    assert stage_of(version) == Stage.EXPIRED
    assert told == [("deadline.due", build.PLACES), ("deadline.due", build.CARES)]
    by = build.placing()
    with acting(by, DAY_AFTER):
        actions.plan_end(placement_id=placement.pk, planned_end=build.ENDS + timedelta(days=90), by=by, now=DAY_AFTER)
        running = Clock.objects.filter(matter_id=placement.pk, stopped_at=None, kind=clocks.EXPIRY)
        assert {one.due_at for one in running} == {end_of(build.ENDS)}
        draft = actions.renegotiate(version_id=version.pk, by=by, now=DAY_AFTER)
        assert draft.state == Stage.DRAFT


def test_plc7_a_longer_placement_is_warned_about_before() -> None:
    placement, version = agreed()
    by = build.placing()
    with acting(by, NOW):
        actions.plan_end(placement_id=placement.pk, planned_end=build.ENDS + timedelta(days=30), by=by, now=NOW)
    told = swept(end_of(build.ENDS) - timedelta(days=29))
    assert told == [("deadline.warn", build.PLACES), ("deadline.warn", build.CARES)]
    assert stage_of(version) == Stage.IN_FORCE


def test_plc7_two_sweeps_tell_once_and_an_ended_placement_is_left_alone() -> None:
    placement, _ = agreed()
    assert len(swept(DAY_AFTER)) == len(swept(DAY_AFTER)) == 2
    assert placement.state == State.ONGOING


def test_plc7_only_the_calendars_own_role_may_let_one_run_out() -> None:
    placement, _ = agreed()
    with acting(build.placing(), NOW), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("SELECT portal_agreement_runs_out(%s, %s)", [placement.pk, DAY_AFTER])


def test_plc7_the_day_of_renegotiation_is_watched() -> None:
    placement, by = build.shared(), build.placing()
    made = build.written(placement, by)
    day = build.STARTS + timedelta(days=60)
    with acting(by, NOW):
        made = actions.write(
            version_id=made.pk, version=made.version, facts={"renegotiate_on": day}, measures=[build.measure()], by=by,
            now=NOW,
        )  # fmt: skip
        made = actions.propose(version_id=made.pk, version=made.version, by=by, now=NOW)
    for signer in (build.head(build.PLACES), build.head(build.CARES)):
        with acting(signer, NOW):
            actions.sign(version_id=made.pk, document_hash=made.content_hash, by=signer, now=NOW)
    with acting(by, NOW):
        actions.start(placement_id=placement.pk, started_at=NOW, reason="", by=by, now=NOW)
        running = Clock.objects.filter(matter_id=placement.pk, stopped_at=None, kind=clocks.RENEGOTIATION)
        assert {one.due_at for one in running} == {end_of(day)}


# --- what the night left out ------------------------------------------------------------------------------------------
def test_plc5_what_an_acute_placement_lacked_is_filled_in_while_it_goes_on() -> None:
    """Placed in the night without knowing which care: that is chosen the day after, and then it is shared."""
    by = build.placing()
    placement = build.draft(by, is_acute=True, planned_start=None, planned_end=None, medical_unit=None)
    with acting(by, NOW):
        started = actions.start(placement_id=placement.pk, started_at=NOW, reason="", by=by, now=NOW)
        changed = actions.edit(
            placement_id=placement.pk, version=started.version, facts={"medical_unit": build.caring_unit()},
            pieces={Category.NEED: "Skydd nu."}, by=by, now=NOW,
        )  # fmt: skip
        actions.record_basis(placement_id=placement.pk, consent=build.consent(), by=by, now=NOW)
        changed = Placement.objects.get(pk=placement.pk)
        shared = actions.share(
            placement_id=placement.pk, version=changed.version, units=[build.caring_unit()], by=by, now=NOW
        )
    assert shared.state == State.ONGOING
    with acting(build.caring(), NOW):
        assert Placement.objects.filter(pk=placement.pk).exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"facts": {"is_acute": True}}, "har börjat"),
        ({"home": Home(Housing.OTHER, name="Hos en moster")}, "Registrera en flytt"),
    ],
)
def test_plc1_what_was_true_at_the_start_is_not_written_over(change: dict, says: str) -> None:
    placement, by = build.ongoing(), build.placing()
    with acting(by, NOW), pytest.raises(Refused, match=says):
        actions.edit(placement_id=placement.pk, version=placement.version, by=by, now=NOW, **change)


def test_plc3_a_caseworker_does_not_overrule_the_physician() -> None:
    placement, by, doctor = build.shared(), build.placing(), build.physician()
    with acting(doctor, NOW):
        assessed = actions.assess(placement_id=placement.pk, needed=Answer.YES, by=doctor, now=NOW)
    with acting(by, NOW), pytest.raises(Refused, match="Läkaren har bedömt"):
        actions.edit(
            placement_id=placement.pk, version=assessed.version, facts={"agreement_needed": Answer.NO}, by=by, now=NOW
        )


def test_ind3_the_law_does_not_change_under_a_hidden_placement() -> None:
    placement, by = build.ongoing(law=Law.LVU, agreement_needed="no"), build.placing()
    with acting(by, NOW):
        hidden = actions.hide(placement_id=placement.pk, decided_on=NOW.date(), by=by, now=NOW)
        with pytest.raises(Refused, match="hålls hemlig"):
            actions.edit(placement_id=placement.pk, version=hidden.version, facts={"law": Law.SOL}, by=by, now=NOW)
