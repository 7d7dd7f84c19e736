"""The meeting for a child in Laholm, in a browser: social services call, the school and child psychiatry answer, all
meet, and the notes reach everybody."""

from __future__ import annotations

import re
from datetime import timedelta

import time_machine

from core.acting import acting
from individuals.actions import Receivers
from organisations.models import Huvudman
from sip import actions
from sip.kinds import ContactManner
from sip.models import Meeting, SipCase
from tests import build
from tests.browser import LivePortal
from tests.conftest import NOW, actor, as_owner, only_whole, unit

LAHOLM, PSYCHIATRY, SCHOOL = "laholm-socialtjanst-barn", "bup-halmstad", "laholm-elevhalsa"


def contacted() -> SipCase:
    """Filed by Laholm's social services, acknowledged by both called units, and the first contact taken."""
    by = actor(LAHOLM)
    case = build.draft(by)
    with acting(by, NOW):
        case = actions.edit_case(
            case_id=case.pk, version=case.version, calls=[(unit(PSYCHIATRY), ""), (unit(SCHOOL), "")], by=by, now=NOW
        )
        receivers = Receivers([Huvudman.objects.get(key="region-halland"), unit(SCHOOL)])
        consent = build.consent(case, receivers=receivers)
        case = actions.record_basis(case_id=case.pk, consent=consent, by=by, now=NOW)
        case = actions.send(case_id=case.pk, version=case.version, by=by, now=NOW)
    for key in (PSYCHIATRY, SCHOOL):
        called = actor(key)
        mine = build.the_call(case, called)
        with acting(called, NOW):
            actions.acknowledge(call_id=mine.pk, by=called, now=NOW)
    with acting(by, NOW):
        return actions.record_contact(case_id=case.pk, contacted_at=NOW, manner=ContactManner.PHONE, by=by, now=NOW)


@only_whole
def test_sip6_the_meeting_of_a_child_from_call_to_notes(live_portal: LivePortal):
    case = contacted()
    social = live_portal.open(LAHOLM)
    page = social.go(f"/sip/{case.pk}/")
    social.inspect("case-contacted")
    page.get_by_role("link", name="Kalla till SIP-möte").first.click()
    social.press("Granska kallelsen")
    social.inspect("meeting-call-errors")
    page.get_by_label("Vad är syftet med mötet?").fill("Komma överens om skolgången")
    page.get_by_label("Vilka frågor behöver ni reda ut?").fill("Vem gör vad på morgnarna?")
    page.get_by_label("Vilken dag?").fill("2026-03-19")
    page.get_by_label("Vilken tid?").fill("13:00")
    page.get_by_label("Vi ses på plats").check()
    page.get_by_label("Var?", exact=True).fill("Rum Storån")
    page.get_by_label("Ja", exact=True).check()
    page.get_by_label("Vad vill barnet?").fill("Jag vill sitta bredvid mormor")
    page.get_by_label("Är med hela mötet").check()
    for how in page.get_by_label(re.compile("^Hur får .* kallelsen?")).all():
        how.select_option(label="Skriftligt")
    social.press("Granska kallelsen")
    assert "Inget är skickat än." in page.inner_text("main")
    social.inspect("meeting-preview")
    social.press("Skicka kallelsen")
    assert "Kallelsen är skickad." in page.inner_text("main")
    social.inspect("meeting-called")

    psychiatry = live_portal.open(PSYCHIATRY)
    psychiatry.follow("Svara på kallelsen till SIP-möte tors 19 mars 2026")
    psychiatry.page.get_by_label("En ersättare kommer").check()
    psychiatry.page.get_by_label("Ersättarens namn och funktion").fill("Kim Alm, psykolog")
    psychiatry.inspect("meeting-reply")
    psychiatry.press("Skicka svaret")
    school = live_portal.open(SCHOOL, script=False)
    school.follow("Svara på kallelsen till SIP-möte tors 19 mars 2026")
    school.page.get_by_label("Vi som har ärendet kommer").check()
    school.press("Skicka svaret")
    assert "Alla kallade verksamheter har svarat att de kommer." in school.page.inner_text("main")

    with as_owner():
        meeting = Meeting.objects.get()
    with time_machine.travel(meeting.ends_at + timedelta(minutes=5), tick=True):
        social = live_portal.open(LAHOLM)
        page = social.page
        social.follow("Registrera vilka som var med på SIP-mötet tors 19 mars 2026")
        for name in ("Socialtjänsten barn och unga, Laholm", "BUP Halmstad", "Elevhälsan, Laholm"):
            page.get_by_label(name, exact=True).fill("En person")
        page.get_by_label("Personen själv").check()
        social.inspect("meeting-hold")
        social.press("Spara och skriv anteckningar")
        page.get_by_label("Ja", exact=True).check()
        page.get_by_label("Vad sade barnet?").fill("Det gick bra")
        page.get_by_label("Vad gick ni igenom?").fill("Morgnarna")
        page.get_by_label("Vad kom ni överens om?").fill("Skolan möter vid grinden")
        page.get_by_text(re.compile(r"^Sparat \d")).wait_for()
        social.inspect("meeting-notes")
        social.press("Klart, dela med alla som deltar")
        assert "Räknas som SIP-möte." in page.inner_text("main")
        social.inspect("meeting-held")
        school = live_portal.open(SCHOOL, at=f"/sip/{case.pk}/moten/{meeting.pk}/")
        assert "Skolan möter vid grinden" in school.page.inner_text("main")
