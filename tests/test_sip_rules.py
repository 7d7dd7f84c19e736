"""What a SIP refuses: the table of states, bad input, and two people acting at once."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from core.acting import acting
from core.authz import NotAllowed, Refused
from core.models import Message
from core.transitions import Gone, Stale
from deadlines.models import Clock
from individuals.actions import Receivers
from individuals.models import Matter, Person
from organisations.kinds import Role
from organisations.models import Unit
from sip import actions
from sip.kinds import CallState, CloseReason, ContactManner, Do, State
from sip.models import Call, SipCase
from sip.permissions import CASE_RULES
from sip.states import CALL_TRANSITIONS, OWNERS, TRANSITIONS
from tests import build
from tests.conftest import NOW, actor, as_owner, unit

LATER = NOW + timedelta(hours=1)


def test_every_state_has_an_owner_and_a_way_in():
    assert set(OWNERS) == set(State)
    assert set(State) - set(TRANSITIONS.values()) == set()
    assert set(CallState) - set(CALL_TRANSITIONS.values()) == {CallState.CALLED, CallState.ENDED}


@pytest.mark.django_db
@pytest.mark.parametrize("do", Do)
@pytest.mark.parametrize("state", State)
def test_sip_only_what_the_table_allows(hylte, state, do):
    """In each state every action outside the table is refused with a reason, for the one who could do it elsewhere."""
    case = SipCase(state=state, matter=Matter(initiator_id=hylte.unit_id))
    case._prefetched_objects_cache = {"calls": [Call(unit_id=hylte.unit_id, state=CallState.ACKNOWLEDGED)]}
    decision = CASE_RULES.may(hylte, do, case)
    assert bool(decision) == ((state, do) in TRANSITIONS)
    assert decision or decision.reason


@pytest.mark.django_db
def test_sip_a_called_unit_may_not_do_what_the_initiator_does(contact_centre):
    case = build.sent()
    with acting(contact_centre, NOW), pytest.raises(NotAllowed, match="har tagit initiativet"):
        actions.withdraw(case_id=case.pk, note="Nej", by=contact_centre, now=NOW)


@pytest.mark.django_db
def test_sip_a_stranger_finds_nothing_to_act_on():
    case, stranger = build.sent(), actor("hylte-elevhalsa")
    with acting(stranger, NOW), pytest.raises(Gone):
        actions.withdraw(case_id=case.pk, note="Nej", by=stranger, now=NOW)


@pytest.mark.django_db
def test_sip1_only_those_who_work_with_people_begin_one(hylte):
    representative = actor("brukare", Role.USER_REPRESENTATIVE)
    with acting(representative, NOW), pytest.raises(NotAllowed):
        actions.start_case(person=Person(), submission=uuid.uuid4(), by=representative, now=NOW)


@pytest.mark.django_db
class TestSending:
    def send(self, case, by, now=NOW):
        with acting(by, now):
            case = SipCase.objects.get(pk=case.pk)
            return actions.send(case_id=case.pk, version=case.version, by=by, now=now)

    def test_sip5_region_and_municipality_must_both_be_there(self, hylte):
        case = build.ready(hylte)
        with acting(hylte, NOW):
            case = actions.edit_case(
                case_id=case.pk, version=case.version, calls=[(unit("hylte-elevhalsa"), "")], by=hylte, now=NOW
            )
        with pytest.raises(Refused, match="Minst en part till"):
            self.send(case, hylte)

    def test_a_receiver_closed_yesterday_is_refused(self, hylte):
        case = build.ready(hylte)
        with as_owner():
            Unit.objects.filter(key="en-vag-in").update(closed_on=NOW.date() - timedelta(days=1))
        with pytest.raises(Refused, match="En väg in – kontaktcenter är stängd"):
            self.send(case, hylte)

    def test_everything_missing_is_named_at_once(self, hylte):
        with acting(hylte, NOW):
            person = Person.objects.create(unit_id=hylte.unit_id, identity_kind="unidentified", created_at=NOW)
            case = actions.start_case(person=person, submission=uuid.uuid4(), by=hylte, now=NOW)
            missing = actions.whats_missing(case, NOW)
        assert len(missing) == 6

    def test_the_need_was_not_noticed_tomorrow(self, hylte):
        case = build.draft(hylte)
        with acting(hylte, NOW), pytest.raises(Refused, match="inte varit ännu") as refused:
            actions.edit_case(
                case_id=case.pk,
                version=case.version,
                facts={"need_noticed_at": NOW + timedelta(days=1)},
                by=hylte,
                now=NOW,
            )
        assert refused.value.field == "need_noticed_at"

    def test_sending_twice_makes_one_of_everything(self, hylte):
        case = build.ready(hylte)
        with acting(hylte, NOW):
            actions.send(case_id=case.pk, version=case.version, by=hylte, now=NOW)
            again = actions.send(case_id=case.pk, version=case.version, by=hylte, now=NOW)
        assert again.state == State.SENT
        with as_owner():
            assert Message.objects.filter(kind="sip.called").count() == 1

    def test_a_repeated_post_makes_one_draft(self, hylte):
        submission = uuid.uuid4()
        with acting(hylte, NOW):
            person = Person.objects.create(unit_id=hylte.unit_id, identity_kind="unidentified", created_at=NOW)
            first, second = (
                actions.start_case(person=person, submission=submission, by=hylte, now=NOW) for _ in range(2)
            )
        assert first.pk == second.pk

    def test_an_old_form_is_refused_and_shown_the_new(self, hylte):
        case = build.draft(hylte)
        with acting(hylte, NOW):
            actions.edit_case(case_id=case.pk, version=case.version, facts={"is_urgent": True}, by=hylte, now=NOW)
            with pytest.raises(Stale) as stale:
                actions.edit_case(case_id=case.pk, version=case.version, facts={"is_urgent": False}, by=hylte, now=NOW)
        assert stale.value.current.is_urgent is True


@pytest.mark.django_db
class TestRedirect:
    def redirect(self, case, by, to, reason="Hör dit"):
        call = build.the_call(case, by)
        with acting(by, LATER):
            return actions.redirect(call_id=call.pk, to_unit=unit(to), reason=reason, by=by, now=LATER)

    @pytest.mark.parametrize("to", ["hylte-elevhalsa", "en-vag-in", "hylte-socialtjanst-barn"])
    def test_sip4_only_within_the_own_huvudman_and_never_back(self, contact_centre, to):
        with pytest.raises(Refused, match="kan inte ta över"):
            self.redirect(build.sent(), contact_centre, to)

    def test_sip4_the_reason_is_required(self, contact_centre):
        with pytest.raises(Refused, match="varför"):
            self.redirect(build.sent(), contact_centre, "bup-halmstad", reason=" ")

    def test_sip4_not_to_a_unit_the_consent_leaves_out(self, hylte, contact_centre):
        case = build.draft(hylte)
        with acting(hylte, NOW):
            only = build.consent(case, receivers=Receivers([unit("en-vag-in")]))
            case = actions.record_basis(case_id=case.pk, consent=only, by=hylte, now=NOW)
            case = actions.send(case_id=case.pk, version=case.version, by=hylte, now=NOW)
        with pytest.raises(Refused, match="omfattas inte av samtycket"):
            self.redirect(case, contact_centre, "bup-halmstad")

    def test_sip4_the_clock_keeps_its_due_time(self, hylte, contact_centre, child_psychiatry):
        case = build.sent(hylte)
        with acting(hylte, NOW):
            before = Clock.objects.get(matter_id=case.pk, kind=actions.FIRST_CONTACT, stopped_at=None)
        self.redirect(case, contact_centre, "bup-halmstad")
        with acting(hylte, LATER):
            after = Clock.objects.get(matter_id=case.pk, kind=actions.FIRST_CONTACT, stopped_at=None)
        assert (after.due_at, after.started_at, after.next_at) == (before.due_at, before.started_at, before.next_at)
        assert after.unit_id == child_psychiatry.unit_id

    def test_sip4_the_one_who_handed_over_is_out(self, hylte, contact_centre):
        case = build.sent(hylte)
        self.redirect(case, contact_centre, "bup-halmstad")
        with acting(contact_centre, LATER):
            assert not SipCase.objects.exists()
            assert not Person.objects.exists()


@pytest.mark.django_db
class TestContact:
    def contact(self, case, by, at, now=LATER):
        with acting(by, now):
            return actions.record_contact(case_id=case.pk, contacted_at=at, manner=ContactManner.PHONE, by=by, now=now)

    def test_sip3_not_before_it_is_acknowledged(self, hylte):
        with pytest.raises(Refused, match="bekräfta"):
            self.contact(build.sent(hylte), hylte, LATER)

    @pytest.mark.parametrize(
        ("at", "says"), [(LATER + timedelta(minutes=1), "inte varit"), (NOW - timedelta(days=1), "innan")]
    )
    def test_sip2_the_time_must_be_possible(self, hylte, at, says):
        with pytest.raises(Refused, match=says):
            self.contact(build.acknowledged(), hylte, at)

    def test_sip2_the_clocks_stop(self, hylte):
        case = build.acknowledged()
        self.contact(case, hylte, LATER)
        with acting(hylte, LATER):
            assert not Clock.objects.filter(kind=actions.FIRST_CONTACT, stopped_at=None).exists()


@pytest.mark.django_db
def test_a_closed_case_has_a_reason_in_the_database(hylte):
    case = build.sent(hylte)
    with acting(hylte, NOW):
        with pytest.raises(IntegrityError), transaction.atomic():
            SipCase.objects.filter(pk=case.pk).update(state=State.CLOSED, ended_at=NOW)
        closed = actions.close(case_id=case.pk, reason=CloseReason.MISTAKE, note="", by=hylte, now=NOW)
        assert closed.state == State.CLOSED
        assert not Clock.objects.filter(matter_id=case.pk, stopped_at=None).exists()


def test_two_people_acting_at_once_one_wins(transactional_db):
    """Quality 15: two caseworkers of the called unit acknowledge at the same moment: one record, one clear refusal."""
    case = build.sent()
    colleagues = [actor("en-vag-in"), actor("en-vag-in-2")]
    call = build.the_call(case, colleagues[0])
    together, outcomes = threading.Barrier(2), []

    def acknowledge(by):
        try:
            with acting(by, NOW):
                together.wait(timeout=10)
                actions.acknowledge(call_id=call.pk, by=by, now=NOW)
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.reason)
        finally:
            connection.close()

    threads = [threading.Thread(target=acknowledge, args=[by]) for by in colleagues]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(outcomes) == ["Det går inte nu: ärendet är ”bekräftad”.", "done"]
    with as_owner():
        assert Message.objects.filter(kind="sip.acknowledged").count() == 1
