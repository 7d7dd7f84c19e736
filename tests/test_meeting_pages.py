"""The pages of a meeting, its calendar file and its API: what is shown to whom, and what happens to bad input."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from core.acting import acting
from sip import actions
from sip.calendars import calendar_file
from sip.kinds import MeetingState, OtherPlanKind, ReplyState
from sip.models import Meeting, MeetingNotes, OtherPlan, SipCase
from tests import build, build_meeting, build_plan
from tests.build_meeting import IN_TEN_DAYS, NOTES, agenda, answer, call, held, noted, when
from tests.conftest import NOW, actor, as_owner, unit
from tests.pages import client_for, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def page(name: str, meeting: Meeting, *more: Any) -> str:
    return reverse(f"sip:{name}", args=[meeting.case_id, meeting.pk, *more])


def filled(case: SipCase, **changes: Any) -> dict[str, Any]:
    """The form of a call as a caseworker fills it in."""
    with as_owner():
        guardians = {f"told-{g.pk}": "written" for g in case.matter.person.guardians.all()}
    values = {
        "submission": str(uuid.uuid4()), "purpose": "Komma överens om skolgången", "questions": "Vem gör vad?",
        "day": "2026-03-19", "time": "13:00", "minutes": "60", "place_kind": "room", "place": "Rum 3",
        "units": [str(unit(build.CALLED).pk)], "view_asked": "yes", "own_view": "Vill att det går fort",
        "part": "all", "told_how": "oral",
    }  # fmt: skip
    return values | guardians | changes


def the_meeting() -> Meeting:
    with as_owner():
        return Meeting.objects.get()


# --- calling ----------------------------------------------------------------------------------------------------------
def test_sip6_a_call_shows_who_gets_to_know_what_before_it_is_sent(hylte, contact_centre):
    case = build.contacted()
    client, address = client_for(hylte), reverse("sip:meeting_call", args=[case.pk])
    assert client.get(address).status_code == 200
    shown = words(client.post(address, filled(case)))
    assert "Granska kallelsen" in shown
    assert unit(build.CALLED).name in shown
    assert "tors 19 mars 2026 kl. 13.00" in shown
    with as_owner():
        assert not Meeting.objects.exists()
    sent = filled(case, confirm="yes")
    answers = [client.post(address, sent) for _ in range(2)]
    assert {response.status_code for response in answers} == {302}
    meeting = the_meeting()
    assert answers[0].url == answers[1].url == page("meeting", meeting)
    assert "Väntar på svar från er." in words(client_for(contact_centre).get(page("meeting", meeting)))


def test_sip3_the_page_says_what_comes_first(hylte):
    response = client_for(hylte).get(reverse("sip:meeting_call", args=[build.acknowledged().pk]))
    assert response.status_code == 403
    assert "Registrera första kontakten först." in words(response)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"day": "2026-03-08"}, "Tiden har redan varit."),
        ({"day": "2026-03-29", "time": "02:30"}, "Den tiden finns inte"),
        ({"place": ""}, "Skriv var ni ses."),
        ({"place_kind": "video", "link": "javascript:alert(1)"}, "https://"),
        ({"units": []}, "räknas som en SIP först när"),
        ({"own_view": ""}, "Skriv vad personen själv vill med mötet."),
        ({"units": ["00000000-0000-4000-8000-000000000000"]}, "går inte att kalla längre"),
        ({"purpose": "x" * 4001}, "4000"),
    ],
)
def test_sip6_bad_input_is_refused_beside_its_field_and_what_was_typed_stays(changes, says, hylte):
    case = build.contacted()
    response = client_for(hylte).post(
        reverse("sip:meeting_call", args=[case.pk]), filled(case, confirm="yes", **changes)
    )
    assert response.status_code == 422
    assert says in words(response)
    assert "Vem gör vad?" in response.content.decode()
    assert "<title>Fel: " in response.content.decode()


def test_ind2_why_a_guardian_is_not_told_stays_with_the_unit_that_knows(hylte, contact_centre):
    case = build.contacted()
    with as_owner():
        first = case.matter.person.guardians.first()
    secret = {f"told-{first.pk}": "not", f"reason-{first.pk}": "Hotbild mot barnet", "confirm": "yes"}
    client_for(hylte).post(reverse("sip:meeting_call", args=[case.pk]), filled(case, **secret))
    meeting = the_meeting()
    assert "Hotbild mot barnet" in words(client_for(hylte).get(page("meeting", meeting)))
    theirs = words(client_for(contact_centre).get(page("meeting", meeting)))
    assert "Får inte kallelsen" in theirs
    assert "Hotbild" not in theirs


# --- answering and changing -------------------------------------------------------------------------------------------
def test_sip6_a_unit_answers_and_there_is_no_plain_no(contact_centre):
    meeting = call()
    client = client_for(contact_centre)
    assert "lämna över till rätt verksamhet" in words(client.get(page("meeting_reply", meeting)))
    assert client.post(page("meeting_reply", meeting), {"answer": "no"}).status_code == 422
    assert client.post(page("meeting_reply", meeting), {"answer": "deputy"}).status_code == 422
    client.post(page("meeting_reply", meeting), {"answer": "deputy", "deputy": "Kim, kurator"})
    assert "Ersättare kommer: Kim, kurator" in words(client.get(page("meeting", meeting)))


def test_a_stale_move_shows_both_versions_and_keeps_what_was_typed(hylte, contact_centre):
    meeting = call(by=contact_centre)
    with acting(hylte, NOW):
        actions.reschedule(
            meeting_id=meeting.pk,
            version=1,
            when=when(IN_TEN_DAYS + timedelta(days=1)),
            reason="Krock",
            by=hylte,
            now=NOW,
        )
    typed = {
        "day": "2026-03-24", "time": "09:00", "minutes": "60", "place_kind": "room", "place": "Rum 8",
        "reason": "Sjukdom", "version": "1",
    }  # fmt: skip
    response = client_for(contact_centre).post(page("meeting_reschedule", meeting), typed)
    assert response.status_code == 422
    assert "fre 20 mars 2026 kl. 13.00" in words(response)
    assert "2026-03-24" in response.content.decode()
    again = client_for(contact_centre).post(page("meeting_reschedule", meeting), typed | {"version": "2"})
    assert again.status_code == 302
    assert "Ändrat mån 9 mars 2026" in words(client_for(hylte).get(page("meeting", meeting)))


def test_sip5_a_guest_is_invited_and_taken_off(hylte):
    meeting, client = call(), client_for(hylte)
    given = {
        "kind": "forsakringskassan", "name": "Handläggaren", "gets": ["time"], "told_how": "written",
        "agreed_on": "2026-03-09",
    }  # fmt: skip
    assert client.post(page("meeting_invite", meeting), given | {"agreed_on": ""}).status_code == 422
    client.post(page("meeting_invite", meeting), given)
    assert "Handläggaren , försäkringskassan Får: bara tid och plats." in words(client.get(page("meeting", meeting)))
    with as_owner():
        guest = meeting.guests.get(name="Handläggaren")
    assert client.post(page("meeting_uninvite", meeting, guest.pk)).status_code == 302
    assert client.post(page("meeting_uninvite", meeting, guest.pk)).status_code == 404


def test_sip6_one_more_unit_is_called_or_the_page_says_that_nobody_is_left(hylte, child_psychiatry):
    meeting, client = call(), client_for(hylte)
    chosen = {"unit": str(unit("bup-halmstad").pk), "reason": "Bedömning"}
    assert client.post(page("meeting_call_unit", meeting), chosen).status_code == 302
    assert client_for(child_psychiatry).get(page("meeting_reply", meeting)).status_code == 200
    foreign = {"unit": str(unit("laholm-elevhalsa").pk), "reason": "x"}
    assert client.post(page("meeting_call_unit", meeting), foreign).status_code == 422


# --- what came of it --------------------------------------------------------------------------------------------------
def later(meeting: Meeting) -> time_machine.travel:
    return time_machine.travel(meeting.ends_at, tick=False)


def test_sip5_the_page_tells_whether_it_counts_and_why(hylte):
    meeting = call()
    assert client_for(hylte).get(page("meeting_hold", meeting)).status_code == 403
    with later(meeting):
        client = client_for(hylte)
        empty = client.post(page("meeting_hold", meeting), {})
        assert (empty.status_code, "minst en verksamhet" in words(empty)) == (422, True)
        client.post(page("meeting_hold", meeting), {f"unit-{hylte.unit_id}": "Kim Alm, socialsekreterare"})
        shown = words(client.get(page("meeting", meeting)))
    assert "Räknas inte som SIP-möte." in shown
    assert "Inte med: Region Halland." in shown


def test_notes_are_saved_as_one_writes_and_shared_when_they_are_finished(hylte, contact_centre):
    meeting = held()
    with later(meeting):
        client, theirs = client_for(hylte), client_for(contact_centre)
        seen = client.get(page("meeting_notes", meeting)).context["seen"]
        typed = {**NOTES, "view_asked": "yes", "seen": seen}
        assert client.post(page("meeting_notes", meeting), {**typed, "agreed": "", "autosave": "1"}).status_code == 204
        assert client.post(page("meeting_notes", meeting), {**typed, "autosave": "1"}).status_code == 204
        assert NOTES["agreed"] not in words(theirs.get(page("meeting", meeting)))
        assert client.post(page("meeting_notes", meeting), {**typed, "finish": "yes"}).status_code == 302
        assert NOTES["agreed"] in words(theirs.get(page("meeting", meeting)))


def test_two_writers_of_the_notes_never_overwrite_each_other(hylte):
    meeting = held()
    with later(meeting):
        one, two = client_for(hylte), client_for(actor("hylte-socialtjanst-barn-2"))
        seen = [client.get(page("meeting_notes", meeting)).context["seen"] for client in (one, two)]
        one.post(page("meeting_notes", meeting), {**NOTES, "seen": seen[0], "save": "yes"})
        mine = {**NOTES, "agreed": "Något helt annat", "seen": seen[1]}
        assert two.post(page("meeting_notes", meeting), {**mine, "autosave": "1"}).status_code == 422
        shown = two.post(page("meeting_notes", meeting), {**mine, "finish": "yes"})
    assert shown.status_code == 422
    assert NOTES["agreed"] in words(shown)
    assert "Något helt annat" in shown.content.decode()
    with as_owner():
        assert MeetingNotes.objects.get().agreed == NOTES["agreed"]


def test_finished_notes_that_lack_something_say_what(hylte):
    meeting = held()
    with later(meeting):
        client = client_for(hylte)
        seen = client.get(page("meeting_notes", meeting)).context["seen"]
        response = client.post(page("meeting_notes", meeting), {"discussed": "Skolan", "seen": seen, "finish": "yes"})
    assert response.status_code == 422
    assert "Skriv vad ni kom överens om." in words(response)


# --- the calendar -----------------------------------------------------------------------------------------------------
def entry(body: bytes) -> Any:
    (found,) = Calendar.from_ical(body).walk("VEVENT")
    return found


def test_law6_a_calendar_file_holds_no_personal_data(contact_centre):
    meeting = call()
    response = client_for(contact_centre).get(page("meeting_calendar", meeting))
    text = response.content.decode()
    for secret in ("Nils", "Provsson", "2011", meeting.purpose, meeting.questions, meeting.place, "Hylte", "BUP"):
        assert secret not in text
    assert entry(response.content)["dtstart"].dt == IN_TEN_DAYS
    assert response["Content-Type"].startswith("text/calendar")


def test_sip6_a_moved_meeting_replaces_its_entry_and_a_cancelled_one_removes_it(hylte):
    meeting = call()
    files = [calendar_file(meeting, "https://x/", NOW)]
    with acting(hylte, NOW):
        moved = when(IN_TEN_DAYS + timedelta(days=1))
        meeting = actions.reschedule(meeting_id=meeting.pk, version=1, when=moved, reason="Krock", by=hylte, now=NOW)
        files.append(calendar_file(meeting, "https://x/", NOW))
        meeting = actions.cancel_meeting(meeting_id=meeting.pk, reason="Sjukdom", by=hylte, now=NOW)
        files.append(calendar_file(meeting, "https://x/", NOW))
    assert len({str(entry(one)["uid"]) for one in files}) == 1
    assert [int(entry(one)["sequence"]) for one in files] == [0, 1, 2]
    assert [str(entry(one)["status"]) for one in files] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert b"METHOD:CANCEL" in files[2]


# --- where it shows ---------------------------------------------------------------------------------------------------
def home_of(who: Any) -> str:
    return words(client_for(who).get("/"))


def test_what_a_meeting_waits_for_is_said_in_mitt_att_gora(hylte, contact_centre):
    case = build.contacted()
    assert "Kalla till SIP-möte" in home_of(hylte)
    meeting = call(case)
    assert "Kalla till SIP-möte" not in home_of(hylte)
    assert "Svara på kallelsen till SIP-möte tors 19 mars 2026" in home_of(contact_centre)
    answer(meeting)
    assert "Svara på kallelsen" not in home_of(contact_centre)
    with later(meeting):
        assert "Registrera vilka som var med på SIP-mötet tors 19 mars 2026" in home_of(hylte)
        held(meeting)
        assert "Skriv anteckningar från SIP-mötet tors 19 mars 2026" in home_of(hylte)
        noted(meeting, now=meeting.ends_at)
        assert "Skriv anteckningar" not in home_of(hylte)


def test_the_case_page_tells_of_its_meetings_and_leads_on(hylte, contact_centre):
    case = build.contacted()
    address = reverse("sip:case", args=[case.pk])
    assert "Kalla till SIP-möte" in words(client_for(hylte).get(address))
    meeting = call(case)
    assert "Väntar på svar från En väg in" in words(client_for(hylte).get(address))
    assert page("meeting_reply", meeting) in client_for(contact_centre).get(address).content.decode()


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_pages_cost_the_same_for_2_meetings_and_for_20(hylte):
    case = build.contacted()
    client, address = client_for(hylte), reverse("sip:case", args=[case.pk])
    costs = []
    for count in (2, 18):
        for _ in range(count):
            meeting = call(case)
        client.get(address)
        costs.append(
            (queries_of(client, address), queries_of(client, page("meeting", meeting)), queries_of(client, "/"))
        )
    assert costs[0] == costs[1]


def test_law3_a_meeting_is_reached_through_its_own_case_only(hylte):
    mine, other = call(), call(build.contacted(number="20100315-2392"))
    address = reverse("sip:meeting", args=[mine.case_id, other.pk])
    assert client_for(hylte).get(address).status_code == 404


# --- plans made elsewhere ---------------------------------------------------------------------------------------------
def test_sip12_a_plan_is_noted_tried_anew_and_ended():
    case = build_plan.planned()
    hylte, client = case.lead, client_for(case.lead)
    address = reverse("sip:other_plan", args=[case.pk])
    assert "bara ni ser noteringen" in words(client.get(address))
    given = {"kind": OtherPlanKind.ORV, "kept_in": "Lifecare", "since_on": "2026-01-12"}
    assert client.post(address, given | {"since_on": "2026-03-10"}).status_code == 422
    slip = client.post(address, given | {"since_on": "0206-01-12"})
    assert (slip.status_code, "Kontrollera årtalet" in words(slip)) == (422, True)
    assert "Ny prövning bevakas till" in words(client.post(address, given, follow=True))
    with as_owner():
        plan = OtherPlan.objects.get()
    with time_machine.travel(NOW + timedelta(days=121), tick=False):  # A few days before the six months are over.
        waits = client_for(hylte).get("/").content.decode()
    assert reverse("sip:other_plan_review", args=[case.pk, plan.pk]) in waits
    on_case = words(client.get(reverse("sip:case", args=[case.pk])))
    assert "Vårdplan för öppen rättspsykiatrisk vård (ÖRV)" in on_case
    review = reverse("sip:other_plan_review", args=[case.pk, plan.pk])
    assert client.post(review, {"reviewed_on": "2025-01-01"}).status_code == 422
    assert client.post(review, {"reviewed_on": "2026-03-02"}).status_code == 302
    ended = client.post(reverse("sip:other_plan_end", args=[case.pk, plan.pk]), {"ended_on": "2026-03-12"}, follow=True)
    assert "Kalla till SIP-möte senast" in words(ended)
    page = client.get(reverse("sip:case", args=[case.pk]))
    assert "Upphör tors 12 mars 2026" in words(page)
    assert "Kom överens om en tid för SIP-mötet" in words(page)
    primary = re.search(r'<a class="ds-button action"\s+data-variant="primary"[^>]*>', page.content.decode())
    assert primary is not None
    assert reverse("sip:meeting_call", args=[case.pk]) in primary[0], "the care has ended: a meeting is the next step"


# --- the API ----------------------------------------------------------------------------------------------------------
def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/sip/{path}", body, content_type="application/json")


def test_a_meeting_is_called_answered_held_and_noted_through_the_api(hylte, contact_centre):
    case, mine, theirs = build.contacted(), client_for(hylte), client_for(contact_centre)
    with as_owner():
        told = [{"guardian": str(g.pk), "told_how": "written"} for g in case.matter.person.guardians.all()]
    given = {
        "submission": str(uuid.uuid4()), "purpose": "Skolgång", "questions": "Vem?", "minutes": 60,
        "starts_at": IN_TEN_DAYS.isoformat(), "place_kind": "phone", "view_asked": "yes", "own_view": "Kort",
        "part": "all", "told_how": "oral", "guardians": told, "units": [{"unit": str(unit(build.CALLED).pk)}],
    }  # fmt: skip
    assert post(mine, f"{case.pk}/moten/", **given | {"starts_at": NOW.isoformat()}).json()["falt"].keys() == {
        "starts_at"
    }
    made = post(mine, f"{case.pk}/moten/", **given)
    assert made.status_code == 201, made.json()
    path = f"{case.pk}/moten/{made.json()['id']}"
    assert post(theirs, f"{path}/svara/", deputy="Kim").json()["calls"][0]["state"] in (
        ReplyState.DEPUTY,
        ReplyState.COMES,
    )
    assert post(theirs, f"{path}/stall-in/", reason="Nej").status_code == 403
    assert theirs.get(f"/api/v1/sip/{path}/kalender/").content.startswith(b"BEGIN:VCALENDAR")
    with time_machine.travel(IN_TEN_DAYS, tick=False):
        mine, theirs = client_for(hylte), client_for(contact_centre)
        present = [{"unit": str(hylte.unit_id), "name": "Kim"}, {"unit": str(contact_centre.unit_id), "name": "Bo"}]
        assert post(mine, f"{path}/genomfort/", present=present).json()["counts_as_sip"] is True
        assert post(mine, f"{path}/flytta/", **given, reason="x", version=2).status_code == 409
        written = post(mine, f"{path}/anteckningar/", **NOTES, view_asked="yes", finish=True)
        assert written.json()["state"] == MeetingState.HELD
        assert theirs.get(f"/api/v1/sip/{path}/").json()["notes"][0]["agreed"] == NOTES["agreed"]


def test_the_api_tells_no_guardians_secret(hylte, contact_centre):
    case = build.contacted()
    with as_owner():
        first, second = case.matter.person.guardians.all()
    told = [actions.ToldGuardian(first.pk, "written"), actions.ToldGuardian(second.pk, not_told_reason="Hotbild")]
    meeting = build_meeting.call(case, agenda=agenda(case, guardians=told))
    answer_ = client_for(contact_centre).get(f"/api/v1/sip/{case.pk}/moten/{meeting.pk}/")
    assert answer_.status_code == 200
    assert "Hotbild" not in answer_.content.decode()
