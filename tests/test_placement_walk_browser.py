"""The planned placement in a browser, whole: from the first question to a planned end with aftercare (PLC-1…PLC-11)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import time_machine

from core.workdays import STOCKHOLM
from deadlines.sweep import sweep
from organisations.kinds import Role
from placements.models import Ansvarsforbindelse, Placement
from tests import build
from tests import build_placements as placements
from tests.browser import LivePortal, Window
from tests.conftest import as_jobs, as_owner, unit
from tests.dispute_windows import at_work

STARTS, ENDS = "2026-03-09", "2026-12-31"
GUIDE = ("Gäller det hälso- och sjukvård?", "Räcker en sjuksköterska för vården?")


def test_the_planned_walk(live_portal: LivePortal) -> None:
    """Varberg and psychiatry, from the guide's answer to signatures, follow-up, review and a planned end."""
    placements.provider()
    case = build.draft(placements.placing(), number=placements.ADULT_NUMBER, guardians=0)
    mine = live_portal.open(placements.PLACES)
    place = prepared(mine, case.matter.reference)
    judged(live_portal, place)
    version = negotiated(live_portal, mine, place)
    signed(live_portal, version)
    mine.go(place)
    mine.follow("Registrera att placeringen har börjat")
    mine.page.get_by_label("Vilken tid?").fill("09:30")
    mine.press("Registrera att placeringen har börjat")
    assert "Pågår sedan" in mine.page.inner_text("main")
    assert "Placering" in mine.go(f"/placeringar/sip/{case.pk}/").inner_text("main")
    chased_to_its_end(live_portal, place)


def prepared(mine: Window, sip: str) -> str:
    """Every page of the preparation. Returns the placement's address."""
    page = mine.go("/placeringar/")
    mine.follow("Förbered en placering")
    page.locator("#id_number").fill(placements.ADULT_NUMBER)
    page.get_by_label("Förnamn").fill("Ville")
    page.get_by_label("Efternamn").fill("Vuxenprov")
    mine.press("Spara och fortsätt")

    page.get_by_label("Socialtjänstlagen (SoL)").check()
    page.get_by_label("När ska den börja?").fill(STARTS)
    page.get_by_label("När ska den sluta?").fill("0202-12-31")
    page.get_by_label("Hem för vård eller boende (HVB)").check()
    page.get_by_label("Vilket boende?").select_option(label="Ekbackens behandlingshem")
    page.get_by_label("Folkbokföringen ändras inte").check()
    mine.press("Spara och fortsätt")
    assert "Kontrollera årtalet." in page.inner_text("main")
    mine.inspect("walk-home-wrong")
    page.get_by_label("När ska den sluta?").fill(ENDS)
    mine.press("Spara och fortsätt")

    page.get_by_label("Personer med psykisk funktionsnedsättning").check()
    page.get_by_label("Vad ska placeringen leda till?").fill("En trygg vardag, behandling och väg till eget boende.")
    page.get_by_label("Vad vill personen själv?").fill("Jag vill bo själv till nästa vår.")
    page.get_by_label("Det stöd som finns på hemmaplan räcker inte").check()
    page.get_by_label("Vi har prövat om en mindre ingripande form räcker").check()
    page.get_by_label("Hur fortsätter skola eller sysselsättning?").fill("Komvux på distans.")
    mine.inspect("walk-purpose")
    mine.press("Spara och fortsätt")

    page.get_by_role("group", name="Ska boendet, eller personal").get_by_label("Ja", exact=True).check()
    for question, answer in zip(GUIDE, ("Ja", "Nej"), strict=True):
        page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
    page.get_by_label("Vilken vård förbereder ni").select_option(label=unit(placements.CARES).name)
    page.get_by_label("Vilken SIP hör till?").select_option(label=f"SIP {sip}")
    mine.inspect("walk-care")
    mine.press("Spara och fortsätt")
    assert "Det behövs en ansvarsförbindelse." in page.inner_text("body")

    page.get_by_label("Samtycke", exact=True).check()
    himself = page.get_by_role("group", name="Personen själv")
    himself.get_by_label("Hur gavs samtycket?").select_option(label="Skriftligt")
    himself.get_by_label("Vilken dag?").fill("2026-03-09")
    page.get_by_label("Gäller till och med").fill("2027-03-01")
    mine.inspect("walk-consent")
    mine.press("Spara och fortsätt")
    mine.inspect("walk-share")
    mine.press("Dela placeringen")
    told = page.inner_text("main")
    assert "en ansvarsförbindelse" in told.lower()
    assert "Vård som kräver mer än en sjuksköterska är regionens" in told
    assert f"SIP {sip}" in told
    return page.url.removeprefix(mine.address)


def judged(portal: LivePortal, place: str) -> None:
    """The physician of the care says that the home is to perform medical measures."""
    doctor = portal.open(f"lakare.{placements.CARES}", at=f"{place}bedomning/")
    doctor.page.get_by_label("Ja, en ansvarsförbindelse behövs").check()
    doctor.press("Registrera läkarens bedömning")
    assert "Bedömningen är registrerad" in doctor.page.inner_text("main")


def negotiated(portal: LivePortal, mine: Window, place: str) -> str:
    """Refused at 99.9 percent, proposed, answered with a comment and a counter-proposal. Returns its address."""
    page = mine.go(place)
    mine.follow("Till ansvarsförbindelsen")
    mine.inspect("walk-agreements")
    mine.press("Upprätta ansvarsförbindelse")
    page.get_by_label("Insats", exact=True).fill("Samtalsbehandling")
    page.get_by_label("Innehåll").fill("KBT med legitimerad psykolog")
    page.get_by_label("Omfattning").fill("Varje vecka")
    page.get_by_label("Pris i kronor").fill("1 250,50")
    page.get_by_label("Regionens del").fill("59,9")
    page.get_by_label("Kommunens del").fill("40")
    mine.press("Spara och lägg fram för den andra parten")
    mine.inspect("walk-write-wrong")
    assert "99,9 procent" in page.inner_text("main")
    page.get_by_label("Regionens del").fill("60")
    mine.press("Spara och lägg fram för den andra parten")
    assert "Förslaget är lagt." in page.inner_text("main")

    care = portal.open(placements.CARES)
    care.follow("Ta ställning till ett förslag till ansvarsförbindelse")
    care.page.get_by_label("Kommentar till den andra parten").fill("Boendet har egen psykolog. Kan vi dela jämnt?")
    care.press("Skicka kommentaren")
    care.press("Lägg ett motförslag")
    care.page.get_by_label("Regionens del").fill("50")
    care.page.get_by_label("Kommunens del").fill("50")
    care.press("Spara och lägg fram för den andra parten")
    assert "Förslaget är lagt." in care.page.inner_text("main")
    version = care.page.url.removeprefix(care.address)
    mine.go(version)
    assert "Regionen 50" in page.inner_text("main")
    return version


def signed(portal: LivePortal, version: str) -> None:
    """The heads of both parties, each by the mandate they act with."""
    with as_owner():
        laid = Ansvarsforbindelse.objects.get(number=2)
    for party, then in ((placements.PLACES, "Undertecknat av den ena parten"), (placements.CARES, "Gäller")):
        head = at_work(portal, party, Role.HEAD_OF_OPERATIONS)
        head.go("/")
        head.page.get_by_role("link", name="Läs och underteckna ansvarsförbindelsen").first.click()
        assert head.page.url.endswith(f"{laid.pk}/underteckna/")
        if party == placements.PLACES:
            head.inspect("walk-sign")
        head.page.get_by_label("Jag har läst").check()
        head.press("Underteckna")
        assert then in head.page.inner_text("main")
    told = head.page.inner_text("main")
    assert all(f"Verksamhetschef, {unit(key).name}" in told for key in (placements.PLACES, placements.CARES))
    head.inspect("walk-in-force")


def chased_to_its_end(portal: LivePortal, place: str) -> None:
    """The calendar asks for the joint follow-up, the review and the aftercare; each is recorded; the end comes."""
    with later(datetime(2026, 6, 8, 9, 0, tzinfo=STOCKHOLM)):
        care = portal.open(placements.CARES)
        care.follow("Följ upp placeringen tillsammans")
        care.page.get_by_label("Både kommunen och vården var med").check()
        care.page.get_by_label("Vad kom ni fram till?").fill("Behandlingen hjälper. Studierna går framåt.")
        care.page.get_by_label("När följer ni upp nästa gång?").fill("2026-11-02")
        care.press("Registrera gemensam uppföljning")
        assert "Uppföljningen är registrerad." in care.page.inner_text("main")
    with later(datetime(2026, 9, 1, 9, 0, tzinfo=STOCKHOLM)):
        mine = portal.open(placements.PLACES)
        mine.follow("Ompröva vården")
        mine.page.get_by_label("Vården enligt SoL eller LVU").check()
        mine.page.get_by_label("Fortsätter").check()
        mine.press("Registrera omprövning")
        mine.go(f"{place}planerat-slut/")
        mine.page.get_by_label("När ska placeringen sluta?").fill("2026-10-09")
        mine.press("Bestäm planerat slut")
    with later(datetime(2026, 9, 8, 9, 0, tzinfo=STOCKHOLM)):
        mine = portal.open(placements.PLACES)
        mine.follow("Planera eftervården tillsammans")
        mine.page.get_by_label("Vad har ni planerat?").fill("Egen lägenhet med boendestöd. Samtal på mottagningen.")
        mine.press("Registrera planen för eftervård")
        assert "Planen för eftervård är registrerad." in mine.page.inner_text("main")
    with later(datetime(2026, 10, 9, 9, 0, tzinfo=STOCKHOLM)):
        mine = portal.open(placements.PLACES, at=f"{place}slut/")
        mine.page.get_by_label("Som planerat").check()
        mine.page.get_by_label("Vilken tid?").fill("08:30")
        mine.press("Registrera att placeringen är slut")
        mine.inspect("walk-ended")
        mine.go(f"{place}avsluta/")
        mine.page.get_by_label("Fortsätter med planerad eftervård").check()
        mine.press("Avsluta ärendet")
        assert "Version 2 gällde till slutet." in mine.page.inner_text("main")
    with as_owner():
        ended = Placement.objects.get()
        states = dict(Ansvarsforbindelse.objects.values_list("number", "state"))
    assert (ended.state, ended.end_kind) == ("closed", "planned")
    assert states == {1: "countered", 2: "ended"}


@contextmanager
def later(at: datetime) -> Iterator[None]:
    """The portal some months on, after the sweep of that morning."""
    with as_jobs():
        sweep(at)
    with time_machine.travel(at, tick=True):
        yield
