"""The walk of the first slice, below the pages: filed, sent, redirected, acknowledged, contacted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.acting import Actor, acting
from individuals.models import Disclosure, Matter, Participant, Person, Piece
from sip import actions
from sip.kinds import CallState, ContactManner, State
from sip.models import Call, SipCase
from tests import build
from tests.conftest import NOW, actor, unit

pytestmark = pytest.mark.django_db


def seen_by(who: Actor, now=NOW) -> tuple[int, int, int]:
    with acting(who, now):
        return SipCase.objects.visible_to(who, now).count(), Piece.objects.count(), Person.objects.count()


def test_the_whole_walk(hylte, contact_centre, child_psychiatry):
    case = build.ready()
    assert case.state == State.READY
    assert seen_by(contact_centre) == (0, 0, 0)
    with acting(hylte, NOW):
        actions.send(case_id=case.pk, version=case.version, by=hylte, now=NOW)
    assert seen_by(contact_centre) == (1, 3, 1)
    assert seen_by(child_psychiatry) == (0, 0, 0)

    later = NOW + timedelta(hours=1)
    call = build.the_call(case, contact_centre)
    with acting(contact_centre, later):
        actions.redirect(
            call_id=call.pk, to_unit=unit("bup-halmstad"), reason="Hör till BUP", by=contact_centre, now=later
        )
    assert seen_by(contact_centre, later) == (0, 0, 0)
    assert seen_by(child_psychiatry, later) == (1, 3, 1)

    call = build.the_call(case, child_psychiatry, later)
    with acting(child_psychiatry, later):
        actions.acknowledge(call_id=call.pk, by=child_psychiatry, now=later)
        actions.record_contact(
            case_id=case.pk, contacted_at=later, manner=ContactManner.PHONE, by=child_psychiatry, now=later
        )
    with acting(hylte, later):
        case = SipCase.objects.get(pk=case.pk)
        assert case.state == State.CONTACTED
        assert {c.state for c in Call.objects.filter(case=case)} == {CallState.REDIRECTED, CallState.ACKNOWLEDGED}
        assert Disclosure.objects.filter(matter_id=case.pk).count() == 6
        assert Participant.objects.filter(matter_id=case.pk, ended_at=None).count() == 2
        assert Matter.objects.get(pk=case.pk).next_due_at is not None  # The consent's expiry still runs.


def test_org2_the_same_municipality_sees_nothing(hylte):
    build.sent()
    for username in ("hylte-elevhalsa", "hylte-socialtjanst-vuxna", "admin.hylte", "drift", "bup-varberg"):
        assert seen_by(actor(username)) == (0, 0, 0), username
