"""The case page and the pages of its actions: who reaches them, what they do, and when they stop being there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.acting import acting
from core.models import ReadLog
from core.workdays import STOCKHOLM, end_of
from individuals.actions import Receivers
from individuals.kinds import Category, ParticipantRole, Protection
from individuals.models import Participant, Person, Piece
from sip import actions
from sip.kinds import CallState, State
from sip.models import Call, SipCase
from tests import build
from tests.conftest import NOW, actor, as_owner, unit
from tests.pages import at_unit, client_for, without_token, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]

ACTS = [
    "case", "insight", "acknowledge", "redirect", "contact", "pause", "resume", "withdraw_consent", "withdraw", "close",
    "decline",
]  # fmt: skip
CONTACT = {"day": "2026-03-09", "time": "10:00", "manner": "phone", "version": "99"}


def page(name: str, case: SipCase) -> str:
    return reverse(f"sip:{name}", args=[case.pk])


def state_of(case: SipCase) -> str:
    with as_owner():
        return SipCase.objects.get(pk=case.pk).state


# --- who reaches it ---------------------------------------------------------------
def test_law3_participants_read_the_case_and_nobody_else(hylte, contact_centre):
    case = build.sent()
    for who in (hylte, actor("hylte-socialtjanst-barn-2"), contact_centre):
        assert client_for(who).get(page("case", case)).status_code == 200
    for username in ("hylte-socialtjanst-vuxna", "hylte-elevhalsa", "bup-halmstad"):
        assert client_for(actor(username)).get(page("case", case)).status_code == 404
    for username in ("admin.hylte", "drift", "logg.hylte"):
        assert client_for(actor(username)).get(page("case", case)).status_code == 403


def test_law3_a_draft_is_its_units_own(hylte, contact_centre):
    case = build.ready()
    assert client_for(hylte).get(page("case", case)).status_code == 200
    assert client_for(contact_centre).get(page("case", case)).status_code == 404


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_law3_a_foreign_case_answers_as_one_that_does_not_exist(name, method):
    case = build.sent()
    stranger = client_for(actor("hylte-socialtjanst-vuxna"))
    foreign = getattr(stranger, method)(page(name, case))
    missing = getattr(stranger, method)(reverse(f"sip:{name}", args=[uuid4()]))
    assert (foreign.status_code, missing.status_code) == (
        (405, 405) if method == "post" and name in ("case", "insight") else (404, 404)
    )
    assert without_token(foreign) == without_token(missing)


def test_law1_reading_and_being_refused_are_logged(hylte):
    case = build.sent()
    client_for(hylte).get(page("case", case))
    client_for(actor("hylte-elevhalsa")).get(page("case", case))
    with as_owner():
        seen, denied = ReadLog.objects.order_by("pk")
    assert (seen.action, seen.what, seen.matter_ids) == ("view", "sip.case", [case.pk])
    assert seen.person_ids == [case.matter.person_id]
    assert (denied.action, denied.matter_ids, denied.person_ids) == ("denied", [case.pk], [])


# --- when it stops being there ---------------------------------------------------------------
def test_ind8_a_withdrawn_consent_shuts_the_next_request_also_in_an_open_tab(hylte, contact_centre):
    case = build.sent()
    tab = client_for(contact_centre)
    assert tab.get(page("acknowledge", case)).status_code == 200
    answer = client_for(hylte).post(page("withdraw_consent", case), {"reason": "Ringde i dag"})
    assert answer.url == page("case", case)
    assert tab.post(page("acknowledge", case)).status_code == 404
    assert tab.get(page("case", case)).status_code == 404
    assert "Nils" not in words(tab.get("/")) + words(tab.get("/sip/"))
    assert state_of(case) == State.HALTED


@pytest.mark.parametrize(
    "last_day",
    [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25), date(2026, 6, 30)],
    ids=["before the short day", "the short day", "before the long day", "the long day", "any day"],
)
def test_ind8_a_consent_ends_at_midnight_in_sweden(last_day, hylte, contact_centre):
    case = build.draft()
    with acting(hylte, NOW):
        case = actions.record_basis(case_id=case.pk, consent=build.consent(case, until=last_day), by=hylte, now=NOW)
        actions.send(case_id=case.pk, version=case.version, by=hylte, now=NOW)
    midnight = end_of(last_day)
    assert (midnight.astimezone(STOCKHOLM).hour, midnight.astimezone(STOCKHOLM).minute) == (0, 0)
    with time_machine.travel(midnight - timedelta(microseconds=1), tick=False):
        assert client_for(contact_centre).get(page("case", case)).status_code == 200
    with time_machine.travel(midnight, tick=False):
        assert client_for(contact_centre).get(page("case", case)).status_code == 404
        assert client_for(contact_centre).get("/sip/").content.decode().count(str(case.pk)) == 0
        own = words(client_for(hylte).get(page("case", case)))
    assert "Ingen annan verksamhet ser ärendet längre." in own
    assert "Samtycke gick ut" in own


# --- what it says ---------------------------------------------------------------
def test_the_page_says_where_the_case_stands_and_what_comes_next(hylte, contact_centre):
    case = build.sent()
    own, called = (words(client_for(who).get(page("case", case))) for who in (hylte, contact_centre))
    assert "Väntar på att En väg in – kontaktcenter bekräftar, senast tis 10 mars 2026." in own
    assert "Väntar på att ni bekräftar, senast tis 10 mars 2026." in called
    assert "Bekräfta mottagandet" in called
    assert "Först behöver en kallad verksamhet bekräfta." in own


def test_ind7_each_party_sees_who_sees_what(hylte, contact_centre, child_psychiatry):
    case = build.sent()
    call = build.the_call(case, contact_centre)
    with acting(contact_centre, NOW):
        actions.redirect(call_id=call.pk, to_unit=unit("bup-halmstad"), reason="Rätt nivå", by=contact_centre, now=NOW)
    for who in (hylte, child_psychiatry):
        text = words(client_for(who).get(page("insight", case)))
        assert "Har fått: Varför samordning behövs, Personens egen åsikt, Kontaktuppgifter." in text
        assert "Ser inte längre ärendet sedan mån 9 mars 2026 kl. 10.00: lämnade över till en annan verksamhet." in text


def test_ind7_a_called_unit_reads_only_what_it_was_given(hylte, contact_centre):
    case = build.draft()
    with acting(hylte, NOW):
        case = actions.edit_case(
            case_id=case.pk,
            version=case.version,
            pieces={Category.SOCIAL: "Känd av oss sedan 2019."},
            by=hylte,
            now=NOW,
        )
        case = actions.record_basis(case_id=case.pk, consent=build.consent(case), by=hylte, now=NOW)
        actions.send(case_id=case.pk, version=case.version, by=hylte, now=NOW)
    assert "Känd av oss sedan 2019." in words(client_for(hylte).get(page("case", case)))
    called = words(client_for(contact_centre).get(page("case", case)))
    assert "Känd av oss" not in called
    assert "Social situation" not in called
    assert "Vill kunna vara i skolan igen." in called


def test_ind3_a_protected_identity_is_marked_and_its_texts_kept_to_named_staff(hylte, contact_centre):
    case = build.draft()
    with acting(hylte, NOW):
        Person.objects.filter(pk=case.matter.person_id).update(protection=Protection.MARKED)
        Piece.objects.filter(matter_id=case.pk, category=Category.CONTACT).delete()
        case = SipCase.objects.get(pk=case.pk)
        case = actions.edit_case(
            case_id=case.pk, version=case.version, pieces={Category.CONTACT: "Hemlig gata 1"}, by=hylte, now=NOW
        )
        case = actions.record_basis(case_id=case.pk, consent=build.consent(case), by=hylte, now=NOW)
        actions.send(case_id=case.pk, version=case.version, by=hylte, now=NOW)
    colleague = actor("hylte-socialtjanst-barn-2")
    pages = {who.name: words(client_for(who).get(page("case", case))) for who in (hylte, colleague, contact_centre)}
    assert all("Skyddade personuppgifter" in text for text in pages.values())
    assert [name for name, text in pages.items() if "Hemlig gata" in text] == [hylte.name]


def test_ind2_why_a_guardian_is_not_called_stays_with_the_unit_that_knows(hylte, contact_centre):
    case = build.sent()
    with acting(hylte, NOW):
        guardian = case.matter.person.guardians.first()
        type(guardian).objects.filter(pk=guardian.pk).update(is_called=False, not_called_reason="Hot om våld")
    assert "Hot om våld" in words(client_for(hylte).get(page("case", case)))
    called = words(client_for(contact_centre).get(page("case", case)))
    assert "Kallas inte" in called
    assert "Hot om våld" not in called


def test_law7_a_clock_explains_itself(hylte):
    case = build.sent()
    text = words(client_for(hylte).get(page("case", case)))
    assert "1 arbetsdag från mån 9 mars 2026. Portalens standardtid." in text
    assert "Samtycket går ut" in text


def test_text_from_people_is_never_markup(hylte):
    case = build.draft()
    with acting(hylte, NOW):
        actions.edit_case(
            case_id=case.pk,
            version=case.version,
            pieces={Category.NEED: "<script>alert(1)</script>"},
            by=hylte,
            now=NOW,
        )
    body = client_for(hylte).get(page("case", case)).content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)" in body


@pytest.mark.parametrize("who", ["hylte-socialtjanst-barn", "en-vag-in"])
def test_a_case_page_costs_the_same_however_much_has_happened(who, contact_centre):
    case = build.sent()

    def cost() -> int:
        client = client_for(actor(who))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page("case", case)).status_code == 200
        return len(queries)

    first = cost()
    with acting(contact_centre, NOW):
        for reason in ("Ett", "Två", "Tre"):
            actions.pause(case_id=case.pk, reason=reason, by=contact_centre, now=NOW)
            actions.resume(case_id=case.pk, by=contact_centre, now=NOW)
    assert cost() == first
    assert first <= 12 + 16  # The page's own, and what every request costs: session, assignment, transaction, log.


# --- answering a call ---------------------------------------------------------------
def test_sip4_the_called_unit_confirms(contact_centre):
    case = build.sent()
    client = client_for(contact_centre)
    assert "Det här har ni fått" in words(client.get(page("acknowledge", case)))
    assert client.post(page("acknowledge", case)).url == page("case", case)
    assert state_of(case) == State.ACKNOWLEDGED
    again = client.post(page("acknowledge", case), follow=True)
    assert "Ni har redan bekräftat" in words(again)


def test_sip4_the_initiator_is_told_who_confirms(hylte):
    case = build.sent()
    refused = client_for(hylte).get(page("acknowledge", case))
    assert refused.status_code == 403
    assert "Det här gör handläggare och närmaste chef hos en kallad verksamhet." in words(refused)


def test_sip4_a_manager_above_reads_but_does_not_answer():
    case = build.sent()
    head = at_unit("verksamhetschef.region-narsjukvard", "en-vag-in")
    client = client_for(head)
    assert client.get(page("case", case)).status_code == 200
    assert client.post(page("acknowledge", case)).status_code == 403
    assert state_of(case) == State.SENT


def test_sip4_handing_over_shows_who_will_see_what_before_anything_is_handed_over(contact_centre, child_psychiatry):
    case = build.sent()
    client, right = client_for(contact_centre), unit("bup-halmstad")
    chosen = {"to_unit": str(right.pk), "reason": "Behöver specialistvård"}
    shown = words(client.post(page("redirect", case), chosen))
    assert "BUP Halmstad får se" in shown
    assert "Personens egen åsikt" in shown
    assert client_for(child_psychiatry).get(page("case", case)).status_code == 404
    back = client.post(page("redirect", case), {**chosen, "change": "yes"})
    assert "Behöver specialistvård" in back.content.decode()
    done = client.post(page("redirect", case), {**chosen, "confirm": "yes"}, follow=True)
    assert "BUP Halmstad har tagit över kallelsen." in words(done)
    assert client.get(page("case", case)).status_code == 404
    assert client_for(child_psychiatry).get(page("case", case)).status_code == 200


@pytest.mark.parametrize("wrong", ["hylte-elevhalsa", "narsjukvard-forvaltning", "en-vag-in", None])
def test_sip4_a_unit_that_is_not_in_the_list_is_an_unknown_choice(wrong, contact_centre):
    case = build.sent()
    to_unit = str(unit(wrong).pk) if wrong else str(uuid4())
    answer = client_for(contact_centre).post(
        page("redirect", case), {"to_unit": to_unit, "reason": "Rätt nivå", "confirm": "yes"}
    )
    assert answer.status_code == 422
    assert "Välj en i listan." in words(answer)
    assert "Rätt nivå" in answer.content.decode()
    with acting(contact_centre, NOW):
        assert [call.state for call in Call.objects.filter(case_id=case.pk)] == [CallState.CALLED]


def test_sip4_only_units_the_consent_names_can_take_over(hylte, contact_centre):
    case = build.draft()
    receivers = Receivers([unit("en-vag-in")])
    with acting(hylte, NOW):
        case = actions.record_basis(
            case_id=case.pk, consent=build.consent(case, receivers=receivers), by=hylte, now=NOW
        )
        actions.send(case_id=case.pk, version=case.version, by=hylte, now=NOW)
    text = words(client_for(contact_centre).get(page("redirect", case)))
    assert "Det finns ingen verksamhet att lämna över till" in text


# --- the first contact ---------------------------------------------------------------
def test_sip2_the_first_contact_is_recorded(hylte, contact_centre):
    case = build.acknowledged()
    client = client_for(contact_centre)
    form = client.get(page("contact", case)).context["form"]
    answer = client.post(page("contact", case), {**CONTACT, "version": form["version"].value()})
    assert answer.url == page("case", case)
    assert state_of(case) == State.CONTACTED
    assert "Första kontakten togs mån 9 mars 2026 av er." in words(client.get(page("case", case)))
    told = words(client_for(hylte).get("/"))
    assert "registrerade att första kontakten är tagen." in told


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"day": "2026-03-10"}, "Tidpunkten har inte varit ännu."),
        ({"day": "2026-03-08"}, "Kontakten kan inte ha tagits innan initieringen skickades."),
        ({"day": "2025-03-30", "time": "02:30"}, "Den tiden finns inte"),
        ({"day": "i går"}, "Skriv dagen som 2026-03-09."),
        ({"time": "25:00"}, "Skriv tiden som 14.05."),
        ({"manner": "röksignal"}, "Välj ett av alternativen i listan."),
        ({"day": "", "time": "", "manner": ""}, "Ange vilken dag ni tog kontakten."),
    ],
)
def test_sip2_a_contact_that_can_not_be_is_refused_beside_its_field(changes, says, contact_centre):
    case = build.acknowledged()
    client = client_for(contact_centre)
    version = client.get(page("contact", case)).context["form"]["version"].value()
    answer = client.post(page("contact", case), {**CONTACT, "version": version, **changes})
    assert answer.status_code == 422
    assert answer.content.decode().count("<title>Fel: ") == 1
    assert says in words(answer)
    assert state_of(case) == State.ACKNOWLEDGED


def test_a_stale_contact_shows_both_versions_and_keeps_what_was_typed(hylte, contact_centre):
    case = build.acknowledged()
    client = client_for(hylte)
    version = client.get(page("contact", case)).context["form"]["version"].value()
    other = client_for(contact_centre)
    other.post(page("contact", case), {**CONTACT, "version": version, "manner": "video"})
    answer = client.post(page("contact", case), {**CONTACT, "version": version, "time": "09.55"})
    assert answer.status_code == 422
    text = words(answer)
    assert "Någon annan har ändrat ärendet sedan du öppnade sidan." in text
    assert "Kontakten är registrerad mån 9 mars 2026 kl. 10.00 (videosamtal) av En väg in" in text
    assert "09.55" in answer.content.decode()
    with as_owner():
        assert SipCase.objects.get(pk=case.pk).contact_manner == "video"


def test_sip2_a_pause_needs_a_reason_and_is_seen_by_all(hylte, contact_centre):
    case = build.acknowledged()
    client = client_for(contact_centre)
    assert client.post(page("pause", case), {"reason": "  "}).status_code == 422
    assert client.post(page("pause", case), {"reason": "Familjen är bortrest"}).status_code == 302
    own = words(client_for(hylte).get(page("case", case)))
    assert "Fristen är pausad: Familjen är bortrest" in own
    assert "Starta fristen igen" in own
    assert client_for(hylte).post(page("resume", case)).status_code == 302
    assert "pausad:" not in words(client.get(page("case", case)))


# --- ending ---------------------------------------------------------------
def test_ind8_withdrawing_says_beforehand_who_loses_access(hylte):
    case = build.sent()
    text = words(client_for(hylte).get(page("withdraw_consent", case)))
    assert "De här ser inte längre ärendet när du har registrerat: En väg in – kontaktcenter , Region Halland" in text


@pytest.mark.parametrize(
    ("name", "values", "becomes"),
    [
        ("withdraw", {"note": "Blev fel"}, State.WITHDRAWN),
        ("close", {"reason": "moved", "note": ""}, State.CLOSED),
        ("withdraw_consent", {"reason": ""}, State.HALTED),
    ],
)
def test_sip10_ending_a_sent_case(name, values, becomes, hylte, contact_centre):
    case = build.sent()
    assert client_for(hylte).post(page(name, case), values).url == page("case", case)
    assert state_of(case) == becomes
    assert client_for(hylte).get(page("case", case)).status_code == 200
    refused = client_for(contact_centre).post(page(name, case), values)
    assert refused.status_code == (404 if becomes == State.HALTED else 403)
    assert case.matter.reference in words(client_for(contact_centre).get("/"))


def test_ind10_called_units_see_an_ended_case_until_the_consent_ends(hylte, contact_centre):
    case = build.sent()
    client_for(hylte).post(page("close", case), {"reason": "moved"})
    text = words(client_for(contact_centre).get(page("case", case)))
    assert "Avslutat mån 9 mars 2026. Personen har flyttat." in text
    assert "Ni ser ärendet till och med" in text


@pytest.mark.parametrize("name", ["close", "withdraw"])
def test_sip10_ending_needs_a_reason(name, hylte):
    case = build.sent()
    answer = client_for(hylte).post(page(name, case), {"note": " "})
    assert answer.status_code == 422
    assert state_of(case) == State.SENT


def test_ind5_a_person_who_declines_ends_the_draft(hylte):
    case = build.draft()
    assert client_for(hylte).post(page("decline", case), {"note": ""}).status_code == 302
    assert state_of(case) == State.DECLINED
    assert "Personen tackade nej till SIP mån 9 mars 2026." in words(client_for(hylte).get(page("case", case)))


def test_200_000_characters_are_refused_with_the_limit(hylte):
    case = build.sent()
    answer = client_for(hylte).post(page("withdraw", case), {"note": "x" * 200_000})
    assert answer.status_code == 422
    assert "Skriv högst 2 000 tecken." in words(answer)
    assert state_of(case) == State.SENT


@pytest.mark.parametrize("name", [name for name in ACTS if name not in ("case", "insight")])
def test_an_ended_case_can_not_be_acted_on(name, hylte):
    case = build.sent()
    client = client_for(hylte)
    client.post(page("close", case), {"reason": "mistake"})
    assert client.post(page(name, case), {**CONTACT, "reason": "mistake", "note": "x"}).status_code in (403, 422)
    assert state_of(case) == State.CLOSED
    with acting(hylte, NOW):
        assert Participant.objects.get(matter_id=case.pk, role=ParticipantRole.INITIATOR).ended_at is None


def test_every_moment_shown_is_swedish_time(hylte):
    evening = datetime(2026, 3, 9, 23, 30, tzinfo=STOCKHOLM)
    with time_machine.travel(evening, tick=False):
        case = build.sent(now=evening)
        client = client_for(hylte)
        assert "Skickades mån 9 mars 2026." in words(client.get(page("case", case)))
        assert "kl. 23.30" in words(client.get(page("insight", case)))


def test_sip2_a_contact_in_the_minute_of_the_sending_is_not_before_it(contact_centre):
    case = build.sent(now=NOW + timedelta(seconds=40))
    with time_machine.travel(NOW + timedelta(seconds=50), tick=False):
        client = client_for(contact_centre)
        client.post(page("acknowledge", case))
        version = client.get(page("contact", case)).context["form"]["version"].value()
        assert client.post(page("contact", case), {**CONTACT, "version": version}).status_code == 302
