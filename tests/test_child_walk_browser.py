"""The walk for a child: Laholm's social services, the school and child psychiatry, from the filing to the child's own
rating, each at its own desk. What the pages look like is inspected where they are tested; here they are walked."""

from __future__ import annotations

import re
from datetime import timedelta

import time_machine

from sip.kinds import MeetingState, PlanState, State
from sip.models import Meeting, Plan, Rating, SipCase
from tests.browser import LivePortal, Window
from tests.conftest import as_owner
from tests.filing_walk import Filed, file
from tests.papers import read_back

SOCIAL, PSYCHIATRY, SCHOOL = "laholm-socialtjanst-barn", "bup-halmstad", "laholm-elevhalsa"
CALLED = {"BUP Halmstad": PSYCHIATRY, "Elevhälsan, Laholm": SCHOOL}
WORDS = "Att få vara i skolan med mina kompisar"


NILS = Filed(
    number="110108-2392",
    first_name="Nils",
    guardians=("Karin Provsson", "Jonas Provsson"),
    group="Barn som behöver insatser från flera håll",
    need="Är hemma de flesta dagar.",
    view="Vad säger barnet?",
    words="Jag vill börja med halva dagar.",
    calls=dict.fromkeys(CALLED, "Behövs för planen"),
)
"""A child of fifteen with two guardians."""


def call_to_meeting(window: Window, case: str) -> None:
    page = window.go(f"{case}moten/nytt/")
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
    window.press("Granska kallelsen")
    window.press("Skicka kallelsen")


def hold_meeting(window: Window) -> None:
    page = window.page
    window.follow("Registrera vilka som var med på SIP-mötet tors 19 mars 2026")
    for name in ("Socialtjänsten barn och unga, Laholm", *CALLED):
        page.get_by_label(name, exact=True).fill("En person")
    page.get_by_label("Personen själv").check()
    window.press("Spara och skriv anteckningar")
    page.get_by_label("Ja", exact=True).check()
    page.get_by_label("Vad sade barnet?").fill("Det gick bra")
    page.get_by_label("Vad gick ni igenom?").fill("Morgnarna")
    page.get_by_label("Vad kom ni överens om?").fill("Skolan möter vid grinden")
    window.press("Klart, dela med alla som deltar")


def add_measure(window: Window, case: str, what: str) -> None:
    """A unit's own measure for the one goal."""
    new = window.go(f"{case}plan/skriv/").locator(".row-form--new:not(.goal)")
    new.get_by_label("Vad ska göras?").fill(what)
    window.press("Lägg till insatsen")
    window.page.locator("textarea", has_text=what).wait_for()


def write_plan(social: Window, others: list[Window], case: str) -> None:
    page = social.go(f"{case}plan/")
    social.press("Börja skriva planen")
    page.get_by_label("Det här är viktigt för mig").fill(WORDS)
    page.locator("#text-matters").get_by_role("button", name="Spara").click()
    page.get_by_role("textbox", name="Mål, med personens egna ord").fill("Jag vill gå i skolan tre dagar i veckan")
    social.press("Lägg till målet")
    page.locator(".row-form--new:not(.goal)").wait_for()
    for window, what in zip([social, *others], ["Stöd hemma", "Samtal om oro", "Möter vid grinden"], strict=True):
        add_measure(window, case, what)
    social.go(f"{case}plan/skriv/")
    social.press("Spara dagen")
    social.follow("Granska och fastställ")
    social.press("Fastställ planen")


def rate(visitor: Window, code: str) -> None:
    page = visitor.go("/tyck-till/")
    page.get_by_label("Din kod").fill(code)
    visitor.press("Skicka mina svar")
    visitor.inspect("rating-errors")
    for answer in page.get_by_label("Ja, till stor del").all():
        answer.check()
    visitor.press("Skicka mina svar")
    assert "Tack för dina svar" in page.inner_text("main")
    visitor.inspect("rating-thanks")


def test_a_child_from_filing_to_the_rating(live_portal: LivePortal):
    social = live_portal.open(SOCIAL)
    case = file(social, NILS)
    for key in CALLED.values():
        called = live_portal.open(key, at=f"{case}bekrafta/")
        called.press("Ja, vi har tagit emot ärendet")
    called.go(f"{case}forsta-kontakt/")
    called.page.get_by_label("Telefon").check()
    called.press("Registrera kontakten")
    call_to_meeting(social, case)
    for key in CALLED.values():
        called = live_portal.open(key)
        called.follow("Svara på kallelsen till SIP-möte tors 19 mars 2026")
        called.page.get_by_label("Vi som har ärendet kommer").check()
        called.press("Skicka svaret")

    with as_owner():
        meeting = Meeting.objects.get()
    with time_machine.travel(meeting.ends_at + timedelta(minutes=5), tick=True):
        social, psychiatry, school = (live_portal.open(key) for key in (SOCIAL, PSYCHIATRY, SCHOOL))
        hold_meeting(social)
        write_plan(social, [psychiatry, school], case)
        for window in (psychiatry, school):
            window.go("/")
            window.follow("Bekräfta era insatser i planen")
            window.press("Ja, vi svarar för insatserna")
        assert "Skolan möter vid grinden" in school.go(f"{case}moten/{meeting.pk}/").inner_text("main")

        social.go(f"{case}avsluta/")
        social.page.get_by_label("Behovet av samordning finns inte längre").check()
        for done in social.page.get_by_label("Gjord", exact=True).all():
            done.check()
        social.press("Avsluta ärendet")
        assert "längst ner står koden" in social.page.inner_text("main")
        copy = read_back(social.page.request.get(f"{social.address}{case}dokument/min-plan.pdf").body())
        assert WORDS in re.sub(r"\s+", " ", copy.text)
        found = re.search(r"\b(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}\b", copy.text)
        assert found is not None
        rate(live_portal.open(None), found[0])
    with as_owner():
        assert SipCase.objects.get().state == State.CLOSED
        assert Meeting.objects.get().state == MeetingState.HELD
        assert Plan.objects.get().state == PlanState.ENDED
        assert Rating.objects.get().reader == "self"
