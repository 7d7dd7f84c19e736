"""Disputes: the ladder, the clock, the interim responsibility and the settlement (DIS-1…5)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from agreements.loader import load_pack
from agreements.models import Agreement
from core.acting import acting
from core.authz import NotAllowed, Refused
from core.models import Message
from core.transitions import Gone, Stale
from core.workdays import add_working_days, end_of
from deadlines.models import Clock
from deadlines.sweep import sweep
from disputes import actions
from disputes.kinds import Reached, Side, State
from disputes.models import Dispute, DisputeEvent, Guidance, Interim, Proposal, Rung
from disputes.permissions import standing_proposal
from organisations.kinds import Role
from organisations.models import Assignment
from tests import build as cases
from tests import build_disputes as build
from tests.build_disputes import OURS, THEIRS, manager
from tests.conftest import NOW, actor, as_jobs, as_owner, unit

pytestmark = pytest.mark.django_db
HEAD, TOP = Role.HEAD_OF_OPERATIONS, Role.HEAD_OF_ADMINISTRATION


def standing(dispute: Dispute) -> str:
    with as_owner():
        return Dispute.objects.select_related("level").get(pk=dispute.pk).level.held_by


def told(kind: str) -> set[tuple[str, str]]:
    with as_owner():
        from organisations.models import Unit

        names = dict(Unit.objects.values_list("pk", "key"))
        return {(names[m.to_unit_id], m.to_level) for m in Message.objects.filter(kind=kind)}


def run_out(dispute: Dispute) -> datetime:
    """Sweep at the minute when the present level's time is out. Returns it."""
    with as_owner():
        due: datetime = Clock.objects.get(subject=dispute.pk, stopped_at=None).due_at
    with as_jobs():
        sweep(due)
    return due


# --- opening ----------------------------------------------------------------------------------------------------------
def test_dis1_a_dispute_is_opened_with_the_nearest_managers_and_the_other_side_is_asked() -> None:
    dispute = build.opened()
    assert standing(dispute) == "nearest_manager"
    assert told("dispute.opened") == {(THEIRS, "nearest_manager")}
    assert told("dispute.informed") == {(OURS, ""), (THEIRS, "")}
    with as_owner():
        clock = Clock.objects.get(subject=dispute.pk)
    assert clock.due_at == end_of(add_working_days(NOW.date(), 10))


def test_dis1_a_repeated_post_makes_one_dispute() -> None:
    by, submission = manager(), uuid.uuid4()
    with acting(by, NOW):
        made = [actions.open_dispute(opening=build.opening(), submission=submission, by=by, now=NOW) for _ in range(2)]
    assert made[0].pk == made[1].pk


def test_dis1_units_of_the_same_huvudman_have_no_dispute_and_are_told_what_to_do() -> None:
    with pytest.raises(Refused, match="egen linje") as refused:
        build.opened(other_unit=unit("hylte-elevhalsa"))
    assert refused.value.field == "other_unit"


@pytest.mark.parametrize(("missing", "field"), [("interim_unit", "interim_unit"), ("interim_text", "interim_text")])
def test_dis4_no_dispute_without_interim_responsibility(missing: str, field: str) -> None:
    with pytest.raises(Refused, match="under tiden") as refused:
        build.opened(**{missing: None if missing == "interim_unit" else "  "})
    assert refused.value.field == field


@pytest.mark.parametrize("text", ["Gäller 20110108-2392 i Hylte", "pojken 110108-2392"])
@pytest.mark.parametrize("field", ["question", "position", "interim_text"])
def test_dis1_the_texts_that_others_read_hold_no_personal_number(field: str, text: str) -> None:
    with pytest.raises(Refused, match="personnummer") as refused:
        build.opened(**{field: text})
    assert refused.value.field == field


@pytest.mark.parametrize("role", [Role.HEAD_OF_OPERATIONS, Role.HEAD_OF_ADMINISTRATION])
def test_dis2_the_nearest_manager_opens_and_nobody_else(role: Role) -> None:
    for by in (actor(OURS), manager(OURS, role)):
        with pytest.raises(NotAllowed, match="närmaste chef"):
            build.opened(by=by)


# --- the ladder -------------------------------------------------------------------------------------------------------
def test_dis3_ten_working_days_pass_and_the_dispute_is_at_the_next_level_by_itself() -> None:
    dispute = build.opened()
    with as_owner():
        due = Clock.objects.get(subject=dispute.pk).due_at
    with as_jobs():
        sweep(due - timedelta(microseconds=1))
        assert standing(dispute) == "nearest_manager"
        sweep(due)
    assert standing(dispute) == "head_of_operations"
    assert told("dispute.lifted") == {(OURS, "head_of_operations"), (THEIRS, "head_of_operations")}
    assert told("dispute.moved") == {(OURS, ""), (THEIRS, "")}
    with as_owner():
        event = DisputeEvent.objects.get(dispute=dispute, what="reached", user=None)
        assert event.text.startswith("Tiden gick ut")
        assert Clock.objects.get(subject=dispute.pk, stopped_at=None).started_at == due


def test_dis2_it_climbs_to_the_heads_of_administration_and_no_further_where_it_is_chased() -> None:
    dispute = build.opened()
    for expected in ("head_of_operations", "head_of_administration", "head_of_administration"):
        run_out(dispute)
        assert standing(dispute) == expected
    run_out(dispute)
    chased = told("dispute.chased")
    assert {(OURS, "head_of_administration"), (THEIRS, "head_of_administration")} < chased
    assert "board_member" in {level for _, level in chased}
    with as_owner():
        assert DisputeEvent.objects.filter(dispute=dispute, what="chased").count() == 2
        assert Rung.objects.filter(dispute=dispute).count() == 3


def test_dis3_either_side_lifts_at_once_and_the_other_one_can_not_lift_the_same_level_again() -> None:
    dispute = build.opened()
    stale = build.seen(dispute, manager(THEIRS)).version
    build.lifted(dispute, Role.NEAREST_MANAGER, side=Side.ANSWERING)
    assert standing(dispute) == "head_of_operations"
    by = manager(OURS)
    with acting(by, NOW), pytest.raises(Stale):
        actions.lift(dispute_id=dispute.pk, version=stale, by=by, now=NOW)
    with acting(by, NOW), pytest.raises(NotAllowed, match="hanterar tvisten"):
        actions.lift(dispute_id=dispute.pk, version=stale + 1, by=by, now=NOW)


def test_dis2_lifting_past_the_top_is_refused_and_says_who_answers() -> None:
    dispute = build.opened()
    build.lifted(dispute, Role.NEAREST_MANAGER)
    build.lifted(dispute, HEAD)
    with pytest.raises(Refused, match=r"högsta nivå\. Förvaltningschefer svarar ytterst"):
        build.lifted(dispute, TOP)


def test_dis2_the_database_lifts_no_dispute_past_the_top_nor_back() -> None:
    dispute = build.opened()
    first = dispute.level_id
    build.lifted(dispute, Role.NEAREST_MANAGER)
    with as_owner(), pytest.raises(DatabaseError, match="climbs the ladder"), transaction.atomic():
        Dispute.objects.filter(pk=dispute.pk).update(level_id=first)


def test_dis3_the_background_role_can_lift_and_nothing_else() -> None:
    dispute = build.opened()
    with as_jobs(), pytest.raises(DatabaseError, match="only lift"), transaction.atomic():
        Dispute.objects.filter(pk=dispute.pk).update(deviation_reference="annat")


# --- the line: vacancies, deputies ------------------------------------------------------------------------------------
def vacate(unit_key: str, role: Role) -> None:
    with as_owner():
        Assignment.objects.filter(unit__key=unit_key, role=role).update(ends_on=NOW.date() - timedelta(days=1))


def test_dis2_where_a_line_lacks_a_manager_the_next_one_stands_in_and_the_administrator_is_told() -> None:
    vacate(THEIRS, Role.NEAREST_MANAGER)
    dispute = build.opened()
    assert standing(dispute) == "nearest_manager"
    assert told("dispute.opened") == {(THEIRS, "head_of_operations")}
    assert {level for _, level in told("dispute.vacant")} == {"local_administrator"}
    stand_in = manager(THEIRS, HEAD)
    with acting(stand_in, NOW):
        assert Dispute.objects.handled_by(stand_in, NOW).filter(pk=dispute.pk).exists()
        actions.take_position(dispute_id=dispute.pk, text="Vi ser det annorlunda.", by=stand_in, now=NOW)


def test_dis2_a_level_that_nobody_can_handle_is_passed_by_and_nothing_is_lost() -> None:
    for role in (Role.NEAREST_MANAGER, HEAD, TOP):
        vacate(THEIRS, role)
    dispute = build.opened()
    assert standing(dispute) == "head_of_administration"
    with as_owner():
        assert Rung.objects.filter(dispute=dispute, is_passed_by=True).count() == 2
        assert Rung.objects.get(dispute=dispute, left_at=None).reached_by == Reached.OPENED


def test_org3_a_deputy_who_takes_over_during_a_level_handles_the_dispute() -> None:
    dispute = build.opened()
    with as_owner():
        deputy = Assignment.objects.get(user__username=OURS, role=Role.CASEWORKER).user
        Assignment.objects.filter(unit__key=OURS, role=Role.NEAREST_MANAGER).update(ends_on=NOW.date())
        Assignment.objects.create(
            user=deputy, unit=unit(OURS), role=Role.NEAREST_MANAGER, starts_on=NOW.date(),
            ends_on=NOW.date() + timedelta(days=14),
        )  # fmt: skip
    by = actor(OURS, Role.NEAREST_MANAGER)
    with acting(by, NOW):
        actions.take_position(dispute_id=dispute.pk, text="Som ersättare skriver jag.", by=by, now=NOW)


# --- settling ---------------------------------------------------------------------------------------------------------
def test_dis5_settled_when_both_sides_have_confirmed_the_same_text_and_the_interim_ends() -> None:
    dispute = build.settled()
    assert dispute.state == State.SETTLED
    with as_owner():
        assert Interim.objects.get(pk=dispute.interim_id).ended_at == NOW
        assert not Clock.objects.filter(subject=dispute.pk, stopped_at=None).exists()
    assert {(OURS, ""), (THEIRS, "")} <= told("dispute.settled")


def test_dis5_one_side_alone_settles_nothing() -> None:
    dispute, ours = build.opened(), manager()
    with acting(ours, NOW):
        version = Dispute.objects.get(pk=dispute.pk).version
        proposal = actions.propose(
            dispute_id=dispute.pk, text="Regionen betalar.", as_guidance=False, version=version, by=ours, now=NOW
        )
        with pytest.raises(Refused, match="redan bekräftat"):
            actions.confirm(dispute_id=dispute.pk, digest=proposal.digest, by=ours, now=NOW)
        with pytest.raises(DatabaseError, match="both sides"), transaction.atomic():
            Dispute.objects.filter(pk=dispute.pk).update(state=State.SETTLED, ended_at=NOW, settlement=proposal)


def test_dis5_confirming_a_text_that_has_been_altered_is_refused_and_shows_the_one_that_stands() -> None:
    dispute, ours, theirs = build.opened(), manager(OURS), manager(THEIRS)
    digests = []
    for text in ("Regionen betalar hälften.", "Regionen betalar allt."):
        with acting(ours, NOW):
            version = Dispute.objects.get(pk=dispute.pk).version
            made = actions.propose(
                dispute_id=dispute.pk, text=text, as_guidance=False, version=version, by=ours, now=NOW
            )
            digests.append(made.digest)
    with acting(theirs, NOW), pytest.raises(Stale) as stale:
        actions.confirm(dispute_id=dispute.pk, digest=digests[0], by=theirs, now=NOW)
    with acting(theirs, NOW):
        latest = standing_proposal(stale.value.current)
        assert latest is not None
        assert latest.text == "Regionen betalar allt."
        actions.confirm(dispute_id=dispute.pk, digest=digests[1], by=theirs, now=NOW)


def test_dis5_the_database_takes_no_confirmation_of_another_text() -> None:
    dispute, ours, theirs = build.opened(), manager(OURS), manager(THEIRS)
    with acting(ours, NOW):
        version = Dispute.objects.get(pk=dispute.pk).version
        made = actions.propose(dispute_id=dispute.pk, text="A", as_guidance=False, version=version, by=ours, now=NOW)
    values = {"dispute": dispute, "proposal": made, "unit_id": theirs.unit_id, "confirmed_at": NOW}
    values |= {"confirmed_by_id": theirs.user_id}
    with acting(theirs, NOW):
        from disputes.models import Confirmation

        with pytest.raises(DatabaseError, match="not the text"), transaction.atomic():
            Confirmation.objects.create(huvudman_id=theirs.huvudman_id, digest="0" * 64, **values)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Confirmation.objects.create(huvudman_id=ours.huvudman_id, digest=made.digest, **values)


def test_dis5_a_proposed_text_is_never_altered() -> None:
    dispute = build.settled()
    with acting(manager(), NOW), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Proposal.objects.filter(dispute=dispute).update(text="Något annat")


def test_dis5_the_outcome_becomes_guidance_when_both_sides_say_so_or_the_board_does() -> None:
    build.settled(as_guidance=True)
    other = build.settled()
    board = actor("rug", Role.BOARD_MEMBER)
    with acting(board, NOW):
        actions.give_guidance(dispute_id=other.pk, text="Regionen bekostar behandling.", by=board, now=NOW)
        with pytest.raises(Refused, match="redan vägledning"):
            actions.give_guidance(dispute_id=other.pk, text="Igen", by=board, now=NOW)
        assert list(Guidance.objects.order_by("by_board").values_list("by_board", flat=True)) == [False, True]


def test_dis4_the_interim_ends_with_its_dispute_and_not_before() -> None:
    dispute = build.opened()
    with as_owner(), pytest.raises(DatabaseError, match="ends with its dispute"), transaction.atomic():
        Interim.objects.filter(pk=dispute.interim_id).update(ended_at=NOW)


def test_a_withdrawn_dispute_climbs_no_further() -> None:
    dispute, by = build.opened(), manager()
    with acting(by, NOW):
        version = Dispute.objects.get(pk=dispute.pk).version
        actions.withdraw(dispute_id=dispute.pk, reason="Frågan är löst", version=version, by=by, now=NOW)
    with as_jobs():
        sweep(NOW + timedelta(days=60))
    assert standing(dispute) == "nearest_manager"
    theirs = manager(THEIRS)
    with acting(theirs, NOW), pytest.raises(Refused, match="återkallad"):
        actions.take_position(dispute_id=dispute.pk, text="Men", by=theirs, now=NOW)


def test_wall1_a_stranger_to_the_dispute_finds_nothing() -> None:
    dispute, stranger = build.opened(), manager("laholm-socialtjanst-barn")
    with acting(stranger, NOW), pytest.raises(Gone):
        actions.take_position(dispute_id=dispute.pk, text="Hej", by=stranger, now=NOW)


# --- another agreement ------------------------------------------------------------------------------------------------
def test_dis2_the_same_code_climbs_blekinges_ladder_by_its_groups() -> None:
    """BL 8.2: nearest managers, the municipality's group, the county's. The members of each act for their side."""
    ours, theirs, local, county = (
        "ronneby-socialtjanst-barn", "bup-karlskrona", "samverkan-barn-ronneby", "att-vaxa-upp",
    )  # fmt: skip
    with as_owner():
        load_pack("blekinge", now=NOW)
        opens, answers = (build.hire(f"chef.{place}", place, Role.NEAREST_MANAGER) for place in (ours, theirs))
        in_local = [build.hire(f"lokal.{place}", place, Role.GROUP_REPRESENTATIVE, local) for place in (ours, theirs)]
        in_county = [build.hire(f"lan.{place}", place, Role.GROUP_REPRESENTATIVE, county) for place in (ours, theirs)]
        agreement = Agreement.objects.get(key="blekinge-2023-2026")
        provision = agreement.provisions.order_by("position").first()
    dispute = build.opened(by=opens, other_unit=unit(theirs), provision=provision, interim_unit=unit(ours))
    for by in (*in_local, *in_county):
        with acting(by, NOW):
            assert not Dispute.objects.handled_by(by, NOW).exists()
    later = run_out(dispute)
    assert standing(dispute) == "local_group"
    assert told("dispute.lifted") == {(place, "group_representative") for place in (ours, theirs)}
    with acting(opens, later), pytest.raises(NotAllowed):
        actions.lift(dispute_id=dispute.pk, version=2, by=opens, now=later)
    with acting(in_local[1], later):
        version = Dispute.objects.get(pk=dispute.pk).version
        actions.lift(dispute_id=dispute.pk, version=version, by=in_local[1], now=later)
    assert standing(dispute) == "regional_group"
    later = run_out(dispute)
    assert standing(dispute) == "regional_group"
    assert told("dispute.chased") >= {(place, "group_representative") for place in (ours, theirs)}
    with acting(in_county[0], later):
        version = Dispute.objects.get(pk=dispute.pk).version
        proposal = actions.propose(
            dispute_id=dispute.pk, text="Vi delar.", as_guidance=False, version=version, by=in_county[0], now=later
        )
    with acting(in_county[1], later):
        ended = actions.confirm(dispute_id=dispute.pk, digest=proposal.digest, by=in_county[1], now=later)
    assert ended.state == State.SETTLED
    with acting(answers, later):
        assert Dispute.objects.get(pk=dispute.pk).settlement_id == proposal.pk


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Vem betalar för Provssons samtal?", "är ett namn ur era ärenden"),
        ("Gäller familjen på Storgatan 4.", "ser ut som en adress"),
        ("Ring mamman på 070-123 45 67.", "ser ut som ett telefonnummer"),
    ],
)
def test_dis1_the_question_is_checked_as_deviations_are(text: str, reason: str) -> None:
    cases.sent()
    with pytest.raises(Refused, match=reason) as refused:
        build.opened(question=text)
    assert refused.value.field == "question"


def test_dis1_who_works_with_a_question_and_how_it_is_numbered_is_no_secret() -> None:
    who = manager(THEIRS)
    dispute = build.opened(
        position=f"{who.name} har svarat att regionen inte betalar.", deviation_reference="DNR-2026-118"
    )
    assert dispute.deviation_reference == "DNR-2026-118"
