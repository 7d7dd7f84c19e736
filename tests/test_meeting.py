"""Calling to a meeting and answering, below the pages: what may be called, and what the database refuses."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from core.acting import acting
from core.authz import NotAllowed, Refused
from core.transitions import Gone
from individuals.actions import Receivers
from individuals.kinds import BasisKind, Category, Manner
from individuals.models import Disclosure
from organisations.models import Huvudman
from sip import actions
from sip.kinds import (
    CallState,
    Gets,
    GuestKind,
    MeetingPlace,
    MeetingState,
    ReplyState,
    ViewAsked,
)  # fmt: skip
from sip.models import Call, Meeting, MeetingCall, SipCase
from tests import build
from tests.build_meeting import agenda, answer, call, reply_of, when
from tests.conftest import NOW, actor, as_owner, unit
from tests.meetings import again, messages, narrowed, running, states

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


# --- calling ----------------------------------------------------------------------------------------------------------
def test_sip6_a_called_meeting_asks_every_unit_and_runs_its_clocks(hylte, contact_centre):
    case = build.contacted()
    assert (actions.MEETING, build.INITIATOR) in running(Meeting(case_id=case.pk))
    meeting = call(case)
    assert states(meeting) == {build.INITIATOR: ReplyState.COMES, build.CALLED: ReplyState.WAITING}
    assert running(meeting) == {(actions.MEETING_REPLY, build.CALLED), (actions.MEETING_NOTES, build.INITIATOR)}
    assert messages("sip.meeting_called") == [contact_centre.unit_id]
    with acting(contact_centre, NOW):
        assert Meeting.objects.get().questions


@pytest.mark.parametrize("make", [build.sent, build.acknowledged])
def test_sip3_no_meeting_before_the_first_contact(make):
    with pytest.raises(Refused, match="föregås alltid av en kontakt"):
        call(make())


def test_sip6_a_meeting_in_the_past_is_refused(hylte):
    with pytest.raises(Refused, match="redan varit") as refused:
        call(when=when(NOW))
    assert refused.value.field == "starts_at"


def test_sip5_a_call_that_could_never_count_as_a_sip_is_refused():
    case = build.contacted()
    with pytest.raises(Refused, match="räknas som en SIP först när") as refused:
        call(case, units=[])
    assert refused.value.field == "units"


def test_wall2_a_unit_the_basis_does_not_cover_is_not_called(hylte):
    case = build.contacted()
    with pytest.raises(Refused, match="Samtycket omfattar inte BUP Halmstad"):
        call(narrowed(case), units=[(unit("bup-halmstad"), ""), (unit(build.CALLED), "")])


def test_wall2_the_database_refuses_a_call_outside_the_basis(hylte):
    meeting = call(narrowed(build.contacted()))
    with acting(hylte, NOW):
        mine = MeetingCall.objects.get(meeting=meeting, unit__key=build.CALLED)
        for basis in (mine.basis, None):
            with pytest.raises(DatabaseError, match="does not cover"), transaction.atomic():
                MeetingCall.objects.create(
                    case_id=meeting.case_id, meeting=meeting, unit=unit("bup-halmstad"), basis=basis, asked_at=NOW,
                    changed_at=NOW,
                )  # fmt: skip


def test_wall2_an_expired_basis_calls_nobody(hylte):
    case = build.contacted()
    later = NOW + timedelta(days=200)
    with pytest.raises(Refused, match="gäller inte längre"):
        call(case, now=later)


def test_ind7_a_unit_new_to_the_case_is_let_in_with_what_the_basis_lets_and_no_more(hylte, child_psychiatry):
    case = build.contacted()
    call(case, units=[(unit(build.CALLED), ""), (unit("bup-halmstad"), "Bedömning")])
    with acting(child_psychiatry, NOW):
        assert Call.objects.get(case_id=case.pk, unit__key="bup-halmstad").state == CallState.CALLED
        given = set(Disclosure.objects.filter(to_unit__key="bup-halmstad").values_list("category", flat=True))
    assert given == {Category.NEED, Category.OWN_VIEW, Category.CONTACT}


def test_org2_the_boundary_between_pupil_health_and_school_health_care_holds():
    """EMI is an operation of its own: a call to one gives the other nothing."""
    case = _case_with("hylte-elevhalsa")
    call(case, units=[(unit(build.CALLED), ""), (unit("hylte-elevhalsa"), "")])
    school_nurse = actor("hylte-emi")
    with acting(school_nurse, NOW):
        assert not SipCase.objects.exists()
        assert not Meeting.objects.exists()
        assert not MeetingCall.objects.exists()


def _case_with(key: str) -> SipCase:
    """A contacted case whose consent names one more unit."""
    case, by = build.contacted(), actor(build.INITIATOR)
    with acting(by, NOW):
        receivers = Receivers([Huvudman.objects.get(key="region-halland"), unit(key)])
        return actions.record_basis(case_id=case.pk, consent=build.consent(case, receivers=receivers), by=by, now=NOW)


def test_a_repeated_submission_calls_one_meeting():
    case, submission = build.contacted(), uuid.uuid4()
    assert call(case, submission=submission) == call(case, submission=submission)
    with as_owner():
        assert Meeting.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"place": ""}, "place"), ({"place_kind": MeetingPlace.VIDEO}, "link")],
)
def test_sip6_a_meeting_says_where(changes, field):
    with pytest.raises(Refused) as refused:
        call(when=when(**changes))
    assert refused.value.field == field


def test_sip6_a_stranger_can_not_call():
    case = build.contacted()
    given = {"case_id": case.pk, "submission": uuid.uuid4(), "when": when(), "agenda": _no_agenda(), "units": []}
    stranger = actor("hylte-elevhalsa")
    with acting(stranger, NOW), pytest.raises(Gone):
        actions.call_meeting(by=stranger, now=NOW, **given)


def _no_agenda() -> actions.Agenda:
    return actions.Agenda("", "", "all", Manner.ORAL, ViewAsked.YES)  # type: ignore[arg-type]


# --- the person and the guardians -------------------------------------------------------------------------------------
def test_ind2_a_guardian_is_told_or_there_is_a_reason():
    case = build.contacted()
    with as_owner():
        first, second = case.matter.person.guardians.all()
    with pytest.raises(Refused, match="Ange hur") as refused:
        call(case, agenda=agenda(case, guardians=[actions.ToldGuardian(first.pk, Manner.WRITTEN)]))
    assert refused.value.field == "guardians"
    kept_out = actions.ToldGuardian(second.pk, not_told_reason="Hotbild")
    meeting = call(case, agenda=agenda(case, guardians=[actions.ToldGuardian(first.pk, Manner.WRITTEN), kept_out]))
    with as_owner():
        gets = {g.who: (g.is_told, g.gets) for g in meeting.guests.filter(kind=GuestKind.GUARDIAN)}
    assert gets[first.name] == (True, [Gets.CALL, Gets.NOTES, Gets.PLAN])
    assert gets[second.name] == (False, [Gets.MEASURES]), "still gets to know which measures are planned"


def test_ind2_somebody_answers_for_the_child_unless_it_goes_on_alone_by_law():
    case = build.contacted()
    with as_owner():
        nobody = [actions.ToldGuardian(g.pk, not_told_reason="Hotbild") for g in case.matter.person.guardians.all()]
    with pytest.raises(Refused, match="Minst en vårdnadshavare"):
        call(case, agenda=agenda(case, guardians=nobody))
    by = actor(build.INITIATOR)
    with acting(by, NOW):
        ground = build.consent(
            case, kind=BasisKind.CHILD_AT_RISK, given=[], decided_by="Socialnämnden", purpose="Barnet far illa"
        )
        actions.record_basis(case_id=case.pk, consent=ground, by=by, now=NOW)
    assert call(case, agenda=agenda(case, guardians=nobody)).state == MeetingState.CALLED


def test_ind2_one_who_is_not_called_by_decision_is_not_told_of_the_meeting():
    case, by = build.contacted(), actor(build.INITIATOR)
    with acting(by, NOW):
        guardian = case.matter.person.guardians.first()
        guardian.is_called, guardian.not_called_reason = False, "Skyddsskäl"
        guardian.save()
    with pytest.raises(Refused, match="kallas inte, enligt det som är beslutat"):
        call(case)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"own_view": ""}, "own_view"),
        ({"view_asked": ViewAsked.NO}, "view_not_asked_reason"),
    ],
)
def test_ind2_the_persons_view_of_the_meeting_is_asked_for_and_recorded(changes, field):
    case = build.contacted()
    with pytest.raises(Refused) as refused:
        call(case, agenda=agenda(case, **changes))
    assert refused.value.field == field


# --- answering --------------------------------------------------------------------------------------------------------
def test_sip6_a_unit_comes_or_names_its_deputy_and_may_change_its_answer(contact_centre, hylte):
    meeting = call()
    assert answer(meeting).state == ReplyState.COMES
    assert (actions.MEETING_REPLY, build.CALLED) not in running(meeting)
    changed = answer(meeting, deputy="Kim Ersättare, kurator", now=NOW + DAY)
    assert (changed.state, changed.deputy) == (ReplyState.DEPUTY, "Kim Ersättare, kurator")
    assert messages("sip.meeting_reply") == [hylte.unit_id]


def test_sip4_answering_says_that_the_initiation_has_been_received(child_psychiatry):
    case = build.contacted()
    meeting = call(case, units=[(unit(build.CALLED), ""), (unit("bup-halmstad"), "")])
    answer(meeting, child_psychiatry)
    with acting(child_psychiatry, NOW):
        assert Call.objects.get(case_id=case.pk, unit_id=child_psychiatry.unit_id).state == CallState.ACKNOWLEDGED


def test_sip6_nobody_answers_for_another(hylte):
    meeting = call()
    theirs = reply_of(meeting, actor(build.CALLED))
    with acting(hylte, NOW), pytest.raises(NotAllowed):
        actions.reply(call_id=theirs.pk, by=hylte, now=NOW)


def test_sip4_handing_the_case_over_hands_the_meeting_over(contact_centre, child_psychiatry):
    meeting = call()
    answer(meeting)
    mine = build.the_call(SipCase(pk=meeting.case_id), contact_centre)
    with acting(contact_centre, NOW):
        actions.redirect(call_id=mine.pk, to_unit=unit("bup-halmstad"), reason="Hör dit", by=contact_centre, now=NOW)
    assert states(meeting) == {
        build.INITIATOR: ReplyState.COMES, build.CALLED: ReplyState.REDIRECTED, "bup-halmstad": ReplyState.WAITING,
    }  # fmt: skip
    assert (actions.MEETING_REPLY, "bup-halmstad") in running(meeting)
    assert answer(meeting, child_psychiatry).state == ReplyState.COMES
    with acting(contact_centre, NOW):
        assert not Meeting.objects.exists()


def test_sip11_a_meeting_called_by_a_unit_that_hands_over_is_led_by_the_next(contact_centre, child_psychiatry):
    meeting = call(build.contacted(), by=contact_centre)
    mine = build.the_call(SipCase(pk=meeting.case_id), contact_centre)
    with acting(contact_centre, NOW):
        actions.redirect(call_id=mine.pk, to_unit=unit("bup-halmstad"), reason="Hör dit", by=contact_centre, now=NOW)
    assert again(meeting).called_by_unit_id == child_psychiatry.unit_id
    assert (actions.MEETING_NOTES, "bup-halmstad") in running(meeting)
    assert (actions.MEETING_NOTES, build.CALLED) not in running(meeting)
