"""The course of a meeting, below the pages: moved, cancelled, held, noted, chased; and plans elsewhere (SIP-12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core.acting import Actor, acting
from core.authz import NotAllowed, Refused
from core.models import Message
from core.transitions import Gone, Stale
from core.workdays import last_day
from deadlines.models import Clock
from individuals.kinds import Category
from sip import actions
from sip.kinds import (
    GuestKind,
    MeetingDo,
    MeetingState,
    OtherPlanKind,
    ReplyState,
    State,
    ViewAsked,
)  # fmt: skip
from sip.models import Attendee, Meeting, MeetingGuest, MeetingNotes, MeetingTime, OtherPlan, SipCase
from sip.permissions import MEETING_RULES
from tests import build, build_meeting
from tests.build_meeting import IN_TEN_DAYS, NOTES, answer, call, guest, held, noted, when
from tests.conftest import NOW, actor, as_jobs, as_owner, unit
from tests.meetings import again, messages, narrowed, running, states

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


# --- moving and cancelling --------------------------------------------------------------------------------------------
def moved(meeting: Meeting, by: Actor, *, version: int | None = None, **changes) -> Meeting:
    given = {"reason": "Krock", "when": when(IN_TEN_DAYS + DAY)} | changes
    with acting(by, NOW):
        return actions.reschedule(meeting_id=meeting.pk, version=version or meeting.version, by=by, now=NOW, **given)


def test_sip6_a_moved_meeting_keeps_its_times_and_asks_again(hylte, contact_centre):
    meeting = call()
    answer(meeting, deputy="Kim")
    meeting = moved(meeting, hylte)
    assert meeting.sequence == 1
    assert states(meeting)[build.CALLED] == ReplyState.WAITING
    assert (actions.MEETING_REPLY, build.CALLED) in running(meeting)
    assert messages("sip.meeting_moved") == [contact_centre.unit_id]
    with as_owner():
        kept = list(MeetingTime.objects.filter(meeting=meeting).values_list("starts_at", "reason"))
    assert kept == [(IN_TEN_DAYS, ""), (IN_TEN_DAYS + DAY, "Krock")]


def test_sip6_another_room_asks_nobody_again(hylte, contact_centre):
    meeting = call()
    answer(meeting)
    meeting = moved(meeting, hylte, when=when(place="Rum 7"), reason="")
    assert states(meeting)[build.CALLED] == ReplyState.COMES
    assert messages("sip.meeting_place") == [contact_centre.unit_id]


def test_two_people_moving_a_meeting_at_once_one_wins_and_the_other_reads_why(hylte, contact_centre):
    meeting = call(by=contact_centre)
    moved(meeting, hylte)
    with pytest.raises(Stale) as stale:
        moved(meeting, contact_centre, version=1, when=when(IN_TEN_DAYS + 2 * DAY))
    assert stale.value.current.starts_at == IN_TEN_DAYS + DAY


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reason": ""}, "varför mötet flyttas"),
        ({"when": when()}, "desamma som förut"),
        ({"when": when(NOW - DAY)}, "redan varit"),
    ],
)
def test_sip6_a_move_that_can_not_be_is_refused(changes, says, hylte):
    with pytest.raises(Refused, match=says):
        moved(call(), hylte, **changes)


def test_sip6_a_called_unit_does_not_move_what_it_did_not_call(contact_centre):
    with pytest.raises(NotAllowed):
        moved(call(), contact_centre)


def test_sip2_a_cancelled_meeting_stops_its_clocks_and_asks_for_a_new_one(hylte, contact_centre):
    meeting = call()
    with acting(hylte, NOW):
        with pytest.raises(Refused, match="varför"):
            actions.cancel_meeting(meeting_id=meeting.pk, reason=" ", by=hylte, now=NOW)
        actions.cancel_meeting(meeting_id=meeting.pk, reason="Sjukdom", by=hylte, now=NOW)
    assert running(meeting) == {(actions.MEETING, build.INITIATOR)}
    assert messages("sip.meeting_cancelled") == [contact_centre.unit_id]


def test_ind8_a_withdrawn_consent_cancels_the_meeting_and_hides_it(hylte, contact_centre):
    meeting = call()
    with acting(hylte, NOW):
        actions.withdraw_consent(case_id=meeting.case_id, reason="", by=hylte, now=NOW)
    assert again(meeting).state == MeetingState.CANCELLED
    assert running(meeting) == set()
    with acting(contact_centre, NOW):
        assert not Meeting.objects.exists()
        assert not MeetingGuest.objects.exists()


def test_ind4_a_narrower_consent_ends_the_call_to_the_meeting(hylte):
    case = build.contacted()
    meeting = call(case, units=[(unit(build.CALLED), ""), (unit("bup-halmstad"), "")])
    narrowed(case)
    assert states(meeting)["bup-halmstad"] == ReplyState.ENDED
    assert (actions.MEETING_REPLY, "bup-halmstad") not in running(meeting)


# --- guests -----------------------------------------------------------------------------------------------------------
def test_sip5_others_are_invited_when_the_person_agrees(hylte):
    meeting = call()
    with acting(hylte, NOW):
        made = actions.invite(meeting_id=meeting.pk, guest=guest(), by=hylte, now=NOW)
        with pytest.raises(Refused, match="inte varit"):
            actions.invite(meeting_id=meeting.pk, guest=guest(person_agreed_on=NOW.date() + DAY), by=hylte, now=NOW)
        with pytest.raises(IntegrityError, match="meeting_guest_person_agreed"), transaction.atomic():
            MeetingGuest.objects.filter(pk=made.pk).update(person_agreed_on=None)
        actions.uninvite(meeting_id=meeting.pk, guest_id=made.pk, by=hylte, now=NOW)
        assert not meeting.guests.filter(kind=GuestKind.RELATIVE).exists()


def test_sip5_the_person_and_the_guardians_are_not_uninvited(hylte):
    meeting = call()
    with acting(hylte, NOW):
        person = meeting.guests.get(kind=GuestKind.PERSON)
        with pytest.raises(Gone):
            actions.uninvite(meeting_id=meeting.pk, guest_id=person.pk, by=hylte, now=NOW)


# --- what came of it --------------------------------------------------------------------------------------------------
def test_sip5_a_meeting_with_region_and_municipality_counts_and_says_why():
    meeting = held()
    assert meeting.counts_as_sip is True
    assert meeting.why_counts.startswith("Med var Kommunen")
    assert "när minst 2 av 2 parter är med" in meeting.why_counts
    assert running(meeting) == {(actions.MEETING_NOTES, build.INITIATOR)}


def test_sip5_a_meeting_without_the_region_took_place_but_counts_not():
    meeting = held(units=[build.INITIATOR])
    assert (meeting.state, meeting.counts_as_sip) == (MeetingState.HELD, False)
    assert meeting.why_counts.endswith("Inte med: Region Halland.")


def test_sip5_a_meeting_is_held_when_it_has_begun_by_somebody(hylte):
    meeting = call()
    with pytest.raises(Refused, match="har inte börjat än"):
        held(meeting, now=meeting.starts_at - timedelta(minutes=1))
    with pytest.raises(Refused, match="minst en verksamhet"):
        held(meeting, units=[])
    with pytest.raises(Refused, match="inte kallad längre"):
        held(meeting, units=["bup-halmstad"])


@pytest.mark.parametrize("do", [do for do in MeetingDo if do != MeetingDo.WRITE_NOTES])
def test_sip6_a_held_meeting_is_not_changed(do, hylte):
    meeting = held()
    with acting(hylte, NOW):
        found = Meeting.objects.select_related("case__matter").get(pk=meeting.pk)
        assert not MEETING_RULES.may(hylte, do, found)


def test_sip6_nor_by_the_database(hylte):
    meeting = held()
    for changes in ({"purpose": "annat"}, {"starts_at": NOW + DAY}, {"counts_as_sip": False}, {"state": "called"}):
        with acting(hylte, NOW), pytest.raises(DatabaseError, match="never altered"):
            Meeting.objects.filter(pk=meeting.pk).update(**changes)
    with acting(hylte, NOW), pytest.raises(DatabaseError, match="permission denied"):
        Attendee.objects.filter(meeting=meeting).update(name="annan")


def test_law3_a_draft_of_the_notes_is_its_units_own(hylte, contact_centre):
    meeting = held()
    after = meeting.ends_at
    with acting(hylte, after):
        actions.save_notes(meeting_id=meeting.pk, texts=NOTES, view_asked="", version=None, by=hylte, now=after)
        assert MeetingNotes.objects.count() == 1
    with acting(contact_centre, after):
        assert not MeetingNotes.objects.exists()
    noted_ = noted_draft(meeting)
    assert noted_.number == 1
    with acting(contact_centre, after):
        assert MeetingNotes.objects.get().agreed == NOTES["agreed"]
    assert running(meeting) == set()
    assert contact_centre.unit_id in messages("sip.meeting_notes")


def noted_draft(meeting: Meeting) -> MeetingNotes:
    by = actor(build.INITIATOR)
    with acting(by, meeting.ends_at):
        return actions.save_notes(
            meeting_id=meeting.pk, texts=NOTES, view_asked=ViewAsked.YES, version=1, finish=True, by=by,
            now=meeting.ends_at,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "asked", "field"),
    [
        ({**NOTES, "agreed": ""}, "yes", "agreed"),
        ({**NOTES, "discussed": ""}, "yes", "discussed"),
        ({**NOTES, "own_words": ""}, "yes", "own_words"),
        (NOTES, "no", "view_not_asked_reason"),
        (NOTES, "", "view_asked"),
    ],
)
def test_ind2_finished_notes_hold_the_persons_own_words(texts, asked, field, hylte):
    meeting = held()
    with acting(hylte, meeting.ends_at), pytest.raises(Refused) as refused:
        actions.save_notes(
            meeting_id=meeting.pk, texts=texts, view_asked=asked, version=None, finish=True, by=hylte,
            now=meeting.ends_at,
        )  # fmt: skip
    assert refused.value.field == field


def test_finished_notes_are_corrected_by_a_new_version_never_altered(hylte):
    meeting = noted()
    later = meeting.ends_at + DAY
    corrected = {**NOTES, "agreed": "Annat"}

    def save(**changes):
        return actions.save_notes(
            meeting_id=meeting.pk, view_asked="yes", version=None, finish=True, by=hylte, now=later, **changes
        )

    with acting(hylte, later):
        with pytest.raises(Refused, match="varför anteckningarna rättas"):
            save(texts=corrected)
        assert save(texts={**corrected, "correction_reason": "Fel namn på skolan"}).number == 2
    with as_owner(), pytest.raises(DatabaseError, match=r"[Cc]annot"):
        MeetingNotes.objects.filter(meeting=meeting, number=1).update(agreed="annat")


def test_two_people_writing_the_same_draft_never_overwrite_each_other(hylte):
    meeting = held()
    with acting(hylte, meeting.ends_at):
        for seen in (None, 1):
            actions.save_notes(
                meeting_id=meeting.pk, texts=NOTES, view_asked="", version=seen, by=hylte, now=meeting.ends_at
            )
        with pytest.raises(Stale):
            actions.save_notes(meeting_id=meeting.pk, texts={}, view_asked="", version=1, by=hylte, now=meeting.ends_at)


# --- clocks -----------------------------------------------------------------------------------------------------------
def test_sip2_a_reply_is_due_before_the_meeting_begins():
    soon = NOW + timedelta(hours=5)
    meeting = call(when=when(soon))
    with as_owner():
        assert Clock.objects.get(kind=actions.MEETING_REPLY, matter_id=meeting.case_id).due_at == soon


def test_sip2_what_is_not_answered_or_noted_is_chased():
    from deadlines.sweep import sweep

    meeting = call()
    with as_jobs():
        sweep(meeting.ends_at + timedelta(days=30))
    with as_owner():
        lifted = Message.objects.filter(kind="deadline.manager").values_list("facts__what", "to_unit_id")
        told = {(what, to) for what, to in lifted}
    assert ("Svara på kallelse till SIP-möte", unit(build.CALLED).pk) in told
    assert ("Anteckningar från SIP-möte", unit(build.INITIATOR).pk) in told


def test_sip2_the_clock_the_process_has_come_to_is_paused_with_a_reason(hylte, contact_centre):
    case = build.contacted()
    with acting(hylte, NOW):
        actions.pause(case_id=case.pk, reason="Familjen är bortrest", by=hylte, now=NOW)
    with as_owner():
        before = Clock.objects.get(kind=actions.MEETING, matter_id=case.pk)
    assert (before.pause_reason, before.next_at) == ("Familjen är bortrest", None)
    later = NOW + 7 * DAY
    with acting(contact_centre, later):
        actions.resume(case_id=case.pk, by=contact_centre, now=later)
    with as_owner():
        after = Clock.objects.get(pk=before.pk)
    assert (after.paused_at, last_day(after.due_at)) == (None, last_day(before.due_at) + 7 * DAY)


# --- plans made elsewhere (SIP-12) ------------------------------------------------------------------------------------
def other_plan(case: SipCase, by: Actor, **changes) -> OtherPlan:
    given = {"kind": OtherPlanKind.OPT, "kept_in": "Lifecare", "since_on": NOW.date()} | changes
    with acting(by, NOW):
        return actions.note_other_plan(case_id=case.pk, by=by, now=NOW, **given)


def test_sip12_compulsory_open_care_is_watched_every_six_months(hylte):
    case = build.contacted()
    plan = other_plan(case, hylte)
    with as_owner():
        clock = Clock.objects.get(kind=actions.PLAN_RENEWAL, stopped_at=None)
    assert (clock.due_at - NOW).days in range(183, 186)
    later = NOW + timedelta(days=170)
    with acting(hylte, later):
        actions.review_other_plan(plan_id=plan.pk, reviewed_on=later.date(), by=hylte, now=later)
    with as_owner():
        assert Clock.objects.get(kind=actions.PLAN_RENEWAL, stopped_at=None).due_at > clock.due_at + timedelta(days=160)


def test_sip12_the_end_of_compulsory_care_proposes_a_meeting(hylte, contact_centre):
    meeting = held()
    plan = other_plan(SipCase(pk=meeting.case_id), hylte)
    assert (actions.MEETING, build.INITIATOR) not in running(meeting)
    with acting(hylte, NOW):
        actions.end_other_plan(plan_id=plan.pk, ended_on=NOW.date(), by=hylte, now=NOW)
    assert (actions.MEETING, build.INITIATOR) in running(meeting)
    assert messages("sip.other_plan_ended") == [], "the consent doesn't cover health: nobody else is told"
    with as_owner():
        assert not Clock.objects.filter(kind=actions.PLAN_RENEWAL, stopped_at=None).exists()


def test_sip12_discharge_planning_is_noted_without_a_watch(hylte):
    other_plan(build.sent(), hylte, kind=OtherPlanKind.DISCHARGE)
    with as_owner():
        assert not Clock.objects.filter(kind=actions.PLAN_RENEWAL).exists()


def test_wall2_that_such_care_exists_is_seen_by_others_only_when_the_consent_covers_health(hylte, contact_centre):
    case = build.acknowledged()
    other_plan(case, hylte)
    with acting(contact_centre, NOW):
        assert not OtherPlan.objects.exists()
        assert not OtherPlan.objects.visible_to(contact_centre, NOW).exists()
    with acting(hylte, NOW):
        health = build.consent(case, categories=[Category.NEED, Category.HEALTH])
        actions.record_basis(case_id=case.pk, consent=health, by=hylte, now=NOW)
    with acting(contact_centre, NOW):
        assert OtherPlan.objects.count() == OtherPlan.objects.visible_to(contact_centre, NOW).count() == 1


def test_the_case_stays_as_it_is_whatever_its_meetings_do():
    meeting = noted()
    with as_owner():
        assert SipCase.objects.get(pk=meeting.case_id).state == State.CONTACTED
    assert build_meeting.call(SipCase(pk=meeting.case_id), now=meeting.ends_at + DAY).state == MeetingState.CALLED
