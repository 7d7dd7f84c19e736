"""The rules of chapter 3.5 below the pages: states, what the database refuses, clocks, and that no way leads back."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from core.acting import Actor, acting
from core.authz import NotAllowed, Refused
from core.models import Message
from deadlines.models import Clock
from deadlines.sweep import sweep
from deviations import actions, routines
from deviations.actions.shared import FEEDBACK_TERM, INTERIM_TERM, SHARE_TERM
from deviations.actions.sharing import Answer
from deviations.kinds import ImprovementState, JointState, Resolution, SharedState, State, StepKind
from deviations.models import (
    CheckHit,
    DeidentifiedText,
    Deviation,
    Improvement,
    JointHandling,
    Pattern,
    SharedDeviation,
)
from deviations.permissions import IMPROVEMENT_RULES, JOINT_RULES, RULES, SHARED_RULES
from deviations.states import DIAGRAMS
from individuals.models import Matter, Person
from organisations.kinds import Role
from organisations.models import User
from tests import build, deviating
from tests.conftest import NOW, actor, as_jobs, as_owner, unit

pytestmark = pytest.mark.django_db
TABLES = [
    (RULES, State), (JOINT_RULES, JointState), (SHARED_RULES, SharedState), (IMPROVEMENT_RULES, ImprovementState),
]  # fmt: skip
GROUP_SIDE = (SharedDeviation, Pattern, Improvement)
UNIT_SIDE = (
    "deviation",
    "handlingstep",
    "attachment",
    "deviationevent",
    "deidentifiedtext",
    "checkhit",
    "jointhandling",
)


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return int(cursor.fetchone()[0])


def refused_by_database(words: str) -> Any:
    return pytest.raises(DatabaseError, match=words)


# --- states -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("rules", "states"), TABLES, ids=lambda value: getattr(value, "__name__", ""))
def test_every_state_is_reached_and_every_action_has_a_rule(rules: Any, states: Any) -> None:
    assert {states.values[0], *rules.transitions.values()} == set(states)
    assert {do for _, do in rules.transitions} == set(rules.rules)
    for rule in rules.rules.values():
        assert rule.roles <= set(map(str, Role))


def test_no_state_is_without_an_owner_and_all_are_in_the_glossary() -> None:
    glossary = (Path(__file__).parent.parent / "docs" / "glossary.md").read_text(encoding="utf-8")
    for diagram in DIAGRAMS.values():
        for state in type(diagram.first):
            assert diagram.owners[state]
            assert f"| {state.label} |" in glossary
            assert f"`{state.value}`" in glossary


@pytest.mark.parametrize("state", [state for state in State if (state, "share") not in RULES.transitions])
def test_dev4_nothing_is_shared_from_any_other_state(state: State) -> None:
    deviation = Deviation(state=state, unit_id=uuid.uuid4())
    by = actor(deviating.REPORTER)
    deviation.unit_id = by.unit_id
    assert not RULES.may(by, "share", deviation)


# --- the routine ------------------------------------------------------------------------------------------------------
def test_dev2_what_is_being_handled_keeps_the_routine_it_began_with() -> None:
    before = deviating.reported()
    admin = actor("admin.hylte")
    steps = [
        routines.Step("Läs", StepKind.TASK, Role.CASEWORKER, True),
        routines.Step("Varför", StepKind.ANALYSIS, Role.HEAD_OF_OPERATIONS, True),
        routines.Step("Gör", StepKind.MEASURE, Role.HEAD_OF_OPERATIONS, True),
    ]
    with acting(admin, NOW):
        actions.decide_routine(name="Ny", finished_by=Role.HEAD_OF_OPERATIONS, steps=steps, by=admin, now=NOW)
    after = deviating.reported()
    with as_owner():
        assert [step.title for step in after.steps.all()] == ["Läs", "Varför", "Gör"]
        assert before.steps.get(position=0).title == "Ta emot och bedöm"
        assert Deviation.objects.get(pk=after.pk).finished_by_role == Role.HEAD_OF_OPERATIONS


def test_dev2_nobody_but_the_huvudmans_administrator_decides_the_routine() -> None:
    by = actor(deviating.CHIEF, Role.NEAREST_MANAGER)
    with acting(by, NOW), pytest.raises(NotAllowed):
        actions.decide_routine(name="Min", finished_by=Role.CASEWORKER, steps=[], by=by, now=NOW)


def test_dev2_it_is_finished_when_the_routine_says_so_and_not_before() -> None:
    chief = actor(deviating.CHIEF, Role.NEAREST_MANAGER)
    deviation = deviating.reported()
    with acting(chief, NOW):
        first = deviation.steps.order_by("position")[0]
        actions.record_step(deviation_id=deviation.pk, step_id=first.pk, text="", by=chief, now=NOW)
        with pytest.raises(Refused, match="Enligt er rutin återstår"):
            actions.finish(deviation_id=deviation.pk, by=chief, now=NOW)


# --- clocks -----------------------------------------------------------------------------------------------------------
def running(by: Actor, kind: str) -> list[Clock]:
    with acting(by, NOW):
        return list(Clock.objects.filter(kind=kind, stopped_at=None))


def test_dev3_ten_working_days_to_share_start_when_it_is_finished_and_stop_when_it_is_shared() -> None:
    by = actor(deviating.REPORTER)
    deviating.handled()
    [clock] = running(by, SHARE_TERM)
    assert (clock.term_value, clock.term_unit, clock.matter_id) == (10, "working_days", None)
    assert clock.due_at.date().isoformat() == "2026-03-23"
    with as_jobs():
        sweep(clock.due_at)
    with acting(by, clock.due_at):
        assert {m.kind for m in Message.objects.filter(facts__clock=str(clock.pk))} == {"deadline.warn", "deadline.due"}
    deviating.shared(by)
    assert [one.pk for one in running(by, SHARE_TERM)] == [clock.pk]


def test_dev5_the_other_party_has_a_day_for_interim_responsibility_and_a_time_for_its_answer() -> None:
    deviation, other = deviating.reported(), actor("bup-halmstad")
    joint = deviating.joined(deviation)
    assert len(running(other, INTERIM_TERM)) == len(running(other, FEEDBACK_TERM)) == 1
    assert running(actor(deviating.REPORTER), INTERIM_TERM) == []
    with acting(other, NOW):
        actions.propose_interim(joint_id=joint.pk, interim="Vi gör båda.", version=1, by=other, now=NOW)
    assert running(other, INTERIM_TERM) == []
    mine = actor(deviating.REPORTER)
    assert len(running(mine, INTERIM_TERM)) == 1
    with acting(mine, NOW):
        actions.agree_interim(joint_id=joint.pk, version=2, by=mine, now=NOW)
    assert running(mine, INTERIM_TERM) == []
    with acting(other, NOW):
        actions.answer(joint_id=joint.pk, text="Nu finns en reserv.", version=3, by=other, now=NOW)
    assert running(other, FEEDBACK_TERM) == []


def test_dev5_two_other_parties_each_have_a_time_of_their_own() -> None:
    deviation, mine = deviating.reported(), actor(deviating.REPORTER)
    for username in ("bup-halmstad", "en-vag-in"):
        other, joint = actor(username), deviating.joined(deviation, username)
        with acting(other, NOW):
            actions.propose_interim(joint_id=joint.pk, interim="Vi gör det.", version=1, by=other, now=NOW)
    assert len(running(mine, INTERIM_TERM)) == 2
    with acting(mine, NOW):
        actions.agree_interim(joint_id=joint.pk, version=2, by=mine, now=NOW)
    assert len(running(mine, INTERIM_TERM)) == 1


def test_dev5_the_same_huvudman_handles_it_by_its_own_routine() -> None:
    with pytest.raises(Refused, match="samma huvudman"):
        deviating.joined(deviating.reported(), "hylte-elevhalsa")


def test_dev5_a_report_is_not_taken_back_while_another_party_is_to_answer() -> None:
    deviation, by = deviating.reported(), actor(deviating.REPORTER)
    deviating.joined(deviation)
    with acting(by, NOW), pytest.raises(Refused, match="Vänta in"):
        actions.withdraw(deviation_id=deviation.pk, reason="Fel", by=by, now=NOW)


def test_wall2_the_cases_number_goes_along_only_to_one_who_takes_part_in_it() -> None:
    case, by = build.sent(), actor(deviating.REPORTER)
    with acting(by, NOW):
        matter = Matter.objects.select_related("agreement").get(pk=case.pk)
    deviation = deviating.reported(matter=matter)
    assert deviating.joined(deviation, build.CALLED).case_reference == matter.reference
    assert deviating.joined(deviation, "bup-halmstad").case_reference == ""


# --- de-identification and sharing ------------------------------------------------------------------------------------
def test_dev4_a_text_is_not_proposed_while_a_hit_is_unresolved() -> None:
    by = actor(deviating.REPORTER)
    deviation = deviating.handled(description=f"Gäller 20110108-2392. {deviating.STORY}")
    with acting(by, NOW):
        text = actions.begin_text(deviation_id=deviation.pk, by=by, now=NOW)
        with pytest.raises(Refused, match="inte avgj"):
            actions.propose(deviation_id=deviation.pk, edition=text.edition, by=by, now=NOW)


def test_dev4_nobody_approves_ones_own() -> None:
    deviation, by = deviating.proposed(), actor(deviating.REPORTER)
    with acting(by, NOW):
        edition = DeidentifiedText.objects.get(pk=deviation.pk).edition
        with pytest.raises(NotAllowed, match="själv"):
            actions.share(deviation_id=deviation.pk, edition=edition, by=by, now=NOW)


def test_dev4_the_database_asks_for_two_pairs_of_eyes() -> None:
    deviation, by = deviating.proposed(), actor(deviating.REPORTER)
    with acting(by, NOW), refused_by_database("two_pairs_of_eyes"), transaction.atomic():
        DeidentifiedText.objects.filter(pk=deviation.pk).update(approved_by_id=by.user_id, approved_at=NOW)


def test_dev4_the_database_shares_nothing_unapproved_unresolved_or_altered() -> None:
    deviation, by = deviating.shared(), actor(deviating.REPORTER)
    with as_owner():
        record = SharedDeviation.objects.get()
        values = {f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields}
    fresh = deviating.proposed()
    with acting(by, NOW):
        text = DeidentifiedText.objects.get(pk=fresh.pk)
        shared_id = Deviation.objects.get(pk=fresh.pk).shared_id
        for changes in (
            {"id": uuid.uuid4()},
            {"id": shared_id},
            {"id": shared_id, "happened": "Nils bor på Storgatan 4"},
        ):
            with refused_by_database("not approved|row-level security"), transaction.atomic():
                SharedDeviation.objects.create(**(values | changes))
        colleague = User.objects.get(username=deviating.COLLEAGUE)
        DeidentifiedText.objects.filter(pk=fresh.pk).update(approved_by=colleague, approved_at=NOW)
        CheckHit.objects.create(
            text=text, field="happened", kind="date", start=0, end=1, passage="x", resolution=Resolution.OPEN
        )
        with refused_by_database("not approved"), transaction.atomic():
            SharedDeviation.objects.create(**(values | {"id": shared_id}))
    assert deviation.shared_id == record.pk


@pytest.mark.parametrize("kind", ["number", "contact", "phone", "reference"])
def test_dev4_the_database_keeps_no_number_whatever_the_reason(kind: str) -> None:
    deviation, by = deviating.proposed(), actor(deviating.REPORTER)
    with acting(by, NOW), refused_by_database("never_kept"), transaction.atomic():
        CheckHit.objects.create(
            text_id=deviation.pk, field="happened", kind=kind, start=0, end=1, passage="x", resolution="kept",
            reason="För att", resolved_by_id=by.user_id,
        )  # fmt: skip


def test_dev4_a_name_that_the_unit_learns_later_stops_the_sharing() -> None:
    by, colleague = actor(deviating.REPORTER), actor(deviating.COLLEAGUE)
    deviation = deviating.proposed(description=f"Trots påminnelse kallades inte skolan. Provsson. {deviating.STORY}")
    fresh = deviating.proposed(description=f"Planen för bruksort saknades. {deviating.STORY}")
    with acting(by, NOW):
        Person.objects.create(
            unit_id=by.unit_id, identity_kind="unidentified", first_name="Bruksort", last_name="", created_at=NOW
        )
    with acting(colleague, NOW):
        edition = DeidentifiedText.objects.get(pk=fresh.pk).edition
        with pytest.raises(Refused, match="inte avgj"):
            actions.share(deviation_id=fresh.pk, edition=edition, by=colleague, now=NOW)
    assert deviation.pk != fresh.pk


def test_dev4_what_is_kept_with_a_reason_stays_kept_when_the_text_changes_elsewhere() -> None:
    by = actor(deviating.REPORTER)
    deviation = deviating.handled(description=f"Det hände på julafton, och numret var 20110108-2392. {deviating.STORY}")
    with acting(by, NOW):
        text = actions.begin_text(deviation_id=deviation.pk, by=by, now=NOW)
        answers = {
            hit.pk: Answer(Resolution.KEPT, "Samma för alla") if hit.kind == "date" else Answer(Resolution.REPLACED, "")
            for hit in text.hits.all()
        }
        text = actions.resolve_hits(deviation_id=deviation.pk, edition=text.edition, answers=answers, by=by, now=NOW)
        assert {hit.resolution for hit in text.hits.exclude(resolution=Resolution.REPLACED)} == {Resolution.KEPT}
        assert "2392" not in text.happened


def test_dev3_children_go_to_ssgb_and_adults_to_ssgv_of_the_municipality_concerned() -> None:
    agreement_groups = deviating.facts()["provision"].agreement.target_groups
    for key, kind in (("children", "ssgb"), ("substance_use", "ssgv")):
        deviation = deviating.shared(target_group=agreement_groups.get(key=key))
        with as_owner():
            record = SharedDeviation.objects.select_related("group__municipality").get(pk=deviation.shared_id)
            assert (record.group.kind, record.group.municipality.key) == (kind, "hylte")


# --- no way back ------------------------------------------------------------------------------------------------------
def leads_to(model: type[models.Model]) -> set[type[models.Model]]:
    """Every model that foreign keys lead to, directly or through others."""
    found: set[type[models.Model]] = set()
    waiting = [model]
    while waiting:
        for field in waiting.pop()._meta.concrete_fields:
            if field.is_relation and field.related_model not in found:
                found.add(field.related_model)
                waiting.append(field.related_model)
    return found


@pytest.mark.parametrize("model", GROUP_SIDE, ids=lambda model: model.__name__)
def test_dev4_no_key_of_the_groups_tables_leads_to_a_person_a_case_or_a_report(model: Any) -> None:
    own = {apps.get_model("deviations", name) for name in UNIT_SIDE}
    assert not leads_to(model) & {Person, Matter, *own}
    assert User not in {field.related_model for field in model._meta.concrete_fields if field.is_relation}


def test_dev4_row_security_shows_the_group_its_record_and_nothing_of_the_reporters() -> None:
    deviation = deviating.shared()
    lead = deviating.coordinator()
    with acting(lead, NOW):
        assert count("deviations_shareddeviation") == 1
        for name in UNIT_SIDE:
            assert count(f"deviations_{name}") == 0, name
        assert count("core_changelog") == count("core_readlog") == 0
        assert [(one.kind, one.facts, one.matter_id) for one in Message.objects.all()] == [
            ("deviation.received", {}, None)
        ]
    with acting(actor("chef.hylte-socialtjanst-vuxna", Role.NEAREST_MANAGER), NOW):
        assert count("deviations_shareddeviation") == count("deviations_deviation") == 0
    assert deviation.shared_id is not None


def test_dev4_no_trace_in_the_record_says_when_or_who() -> None:
    deviating.shared()
    with as_owner():
        record = SharedDeviation.objects.get()
    moments = [f.name for f in record._meta.concrete_fields if isinstance(f, models.DateTimeField)]
    assert moments == ["changed_at"]
    assert record.changed_at is None


def test_dev4_the_reporter_reads_the_record_but_can_not_change_it() -> None:
    deviation, by = deviating.shared(), actor(deviating.REPORTER)
    with acting(by, NOW):
        assert SharedDeviation.objects.filter(pk=deviation.shared_id).exists()
        assert SharedDeviation.objects.filter(pk=deviation.shared_id).update(lesson="Min egen") == 0


def test_dev4_not_even_the_group_rewrites_what_was_approved() -> None:
    deviating.shared()
    with acting(deviating.coordinator(), NOW), refused_by_database("Cannot update"), transaction.atomic():
        SharedDeviation.objects.update(happened="Något annat")


def test_wall1_a_unit_of_another_municipality_sees_no_deviation_and_no_joint_handling() -> None:
    deviating.joined(deviating.reported())
    for username in ("laholm-socialtjanst-barn", "hylte-socialtjanst-vuxna"):
        with acting(actor(username), NOW):
            for name in UNIT_SIDE:
                assert count(f"deviations_{name}") == 0, (username, name)
    with acting(actor("bup-halmstad"), NOW):
        assert count("deviations_jointhandling") == 1
        assert count("deviations_deviation") == count("deviations_attachment") == 0
        with refused_by_database("Cannot update"), transaction.atomic():
            JointHandling.objects.update(question="En annan fråga")


# --- the group --------------------------------------------------------------------------------------------------------
def test_dev6_a_lesson_holds_no_number_and_needs_an_analysis_first() -> None:
    deviation, lead = deviating.shared(), deviating.coordinator()
    record_id = deviation.shared_id
    assert record_id is not None
    with acting(lead, NOW):
        with pytest.raises(Refused):
            actions.tell_lesson(record_id=record_id, text="Lärdom", version=1, by=lead, now=NOW)
        actions.analyse(record_id=record_id, text="Ingen mall", version=1, by=lead, now=NOW)
        with pytest.raises(Refused, match="utan uppgifter om personer"):
            actions.tell_lesson(record_id=record_id, text="Ring 070-123 45 67", version=2, by=lead, now=NOW)


def test_dev6_a_measure_is_chased_at_its_owner_until_it_is_told_how_it_went() -> None:
    deviation, lead, owner = deviating.shared(), deviating.coordinator(), actor("bup-halmstad")
    with acting(lead, NOW):
        record = SharedDeviation.objects.get(pk=deviation.shared_id)
        improvement = actions.decide_improvement(
            what="Mall", owner=unit("bup-halmstad"), due_on=NOW.date(), record=record, by=lead, now=NOW
        )
    [clock] = running(owner, "deviation.improvement")
    assert clock.due_at.date().isoformat() == "2026-03-09"
    with acting(owner, NOW):
        with pytest.raises(Refused, match="varför det inte gick"):
            actions.report_improvement(
                improvement_id=improvement.pk, is_done=False, note="", version=1, by=owner, now=NOW
            )
        actions.report_improvement(improvement_id=improvement.pk, is_done=True, note="", version=1, by=owner, now=NOW)
    assert running(owner, "deviation.improvement") == []
