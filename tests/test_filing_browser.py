"""Filing in a real browser: the whole walk with axe on every page, by keyboard, and without JavaScript."""

from __future__ import annotations

from typing import Any

from individuals.models import Disclosure, Piece
from sip.models import SipCase
from tests.browser import LivePortal, Window
from tests.conftest import as_owner

FILER = "hylte-socialtjanst-barn"
NEED = "Hög frånvaro och ångest. Skolan, vi och vården behöver en gemensam plan."


def the_case() -> SipCase:
    with as_owner():
        return SipCase.objects.select_related("matter__person").get()


def look(window: Window, name: str) -> None:
    """Inspect the page where it can be: axe is itself a script."""
    if window.script:
        window.inspect(f"initiera-{name}")


def file(window: Window) -> None:
    """From the empty form to the receipt, for a child of 15 whose two guardians consent in different ways."""
    page = window.page
    window.go("/sip/ny/")
    look(window, "1-vem")
    page.get_by_label("Personnummer eller samordningsnummer", exact=True).and_(page.get_by_role("textbox")).fill(
        "110108-2392"
    )
    page.get_by_label("Förnamn").fill("Nils")
    page.get_by_label("Efternamn").fill("Provsson")
    window.press("Fortsätt")

    look(window, "1-vardnadshavare")
    page.get_by_label("Vårdnadshavare 1").fill("Karin Provsson")
    page.get_by_label("Vårdnadshavare 2").fill("Jonas Provsson")
    window.press("Spara och fortsätt")

    look(window, "2-behov")
    page.get_by_label("Barn som behöver insatser från flera håll").check()
    page.get_by_label("När uppmärksammades behovet?").fill("2026-03-06")
    page.get_by_label("Varför behövs samordning?").fill(NEED)
    window.press("Spara och fortsätt")

    page.get_by_label("Ja", exact=True).check()
    page.get_by_label("Vad säger barnet?").fill("Jag vill orka gå till skolan.")
    look(window, "3-egen-asikt")
    window.press("Spara och fortsätt")

    look(window, "4-mottagare")
    window.press("Lägg till En väg in – kontaktcenter")
    page.get_by_label("Varför kallas En väg in – kontaktcenter?").fill("Bedöma vilken mottagning som passar")
    look(window, "4-mottagare-vald")
    window.press("Spara och fortsätt")

    look(window, "5-uppgifter")
    page.get_by_label("Social situation och stöd").fill("Öppenvård sedan i våras.")
    page.get_by_label("Kontaktuppgifter").fill("Nås på kvällen.")
    window.press("Spara och fortsätt")

    look(window, "6-samtycke-tom")
    page.get_by_label("Samtycke", exact=True).check()
    consents(window, "Karin Provsson", "Muntligt")
    consents(window, "Jonas Provsson", "Skriftligt")
    page.get_by_role("group", name="Vilka uppgifter får lämnas över?").get_by_label("Kontaktuppgifter").uncheck()
    page.get_by_label("Ja, inom Region Halland").check()
    look(window, "6-samtycke")
    window.press("Spara och fortsätt")

    look(window, "7-granska")
    told = page.locator("main").inner_text()
    assert "Kontaktuppgifter: samtycket omfattar det inte" in told
    window.press("Skicka initieringen")

    assert page.url.endswith("/skickat/"), page.url
    look(window, "8-skickat")
    assert "Senast tis 10 mars 2026" in page.locator("main").inner_text()


def consents(window: Window, who: str, how: str) -> None:
    theirs = window.page.get_by_role("group", name=who)
    theirs.get_by_label("Hur gavs samtycket?").select_option(label=how)
    theirs.get_by_label("Vilken dag?").fill("2026-03-08")


def assert_handed_over() -> None:
    with as_owner():
        given = set(Disclosure.objects.values_list("category", "to_unit__key"))
    assert given == {(category, "en-vag-in") for category in ("need", "own_view", "social")}


def test_filing_from_the_person_to_the_receipt(live_portal: LivePortal) -> None:
    file(live_portal.open(FILER))
    assert_handed_over()


def test_filing_without_javascript(live_portal: LivePortal) -> None:
    file(live_portal.open(FILER, script=False))
    assert_handed_over()


def test_errors_are_told_first_and_the_way_to_them_is_a_link(live_portal: LivePortal) -> None:
    window = live_portal.open(FILER)
    page = window.page
    window.go("/sip/ny/")
    page.locator("#id_number").fill("20110108-2393")
    window.press("Fortsätt")
    window.inspect("initiera-fel-vem")
    assert page.title().startswith("Fel: ")
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    page.locator("[data-error-summary] a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_number"
    assert page.locator("#id_number").input_value() == "20110108-2393"

    page.locator("#id_number").fill("20110108-2392")
    page.get_by_label("Förnamn").fill("Nils")
    page.get_by_label("Efternamn").fill("Provsson")
    window.press("Fortsätt")
    window.press("Spara och fortsätt")  # No guardians yet: the consent page will say so.
    window.press("Spara och fortsätt")
    window.inspect("initiera-fel-behov")
    case = the_case()
    for step in ("egen-asikt", "mottagare", "samtycke"):
        window.go(f"/sip/{case.pk}/{step}/")
        if step != "mottagare":
            window.press("Spara och fortsätt")
        else:
            with page.expect_navigation():
                page.evaluate("document.getElementById('kallade').submit()")
        window.inspect(f"initiera-fel-{step}")
    window.go(f"/sip/{case.pk}/granska/")
    window.inspect("initiera-saknas")
    assert page.get_by_role("button", name="Skicka initieringen").is_disabled()


def test_what_is_written_is_saved_in_the_background(live_portal: LivePortal) -> None:
    window = live_portal.open(FILER)
    page = window.page
    start(window)
    page.get_by_label("Vårdnadshavare 1").fill("Karin Provsson")
    window.press("Spara och fortsätt")
    page.get_by_label("Varför behövs samordning?").fill(NEED)
    page.locator("[data-saved]", has_text="Sparat").wait_for()
    case = the_case()
    with as_owner():
        assert Piece.objects.get(matter_id=case.pk).text == NEED
    page.get_by_label("Barn som behöver insatser från flera håll").check()
    page.get_by_label("När uppmärksammades behovet?").fill("2026-03-06")
    window.press("Spara och fortsätt")
    assert page.url.endswith("/egen-asikt/"), page.locator("main").inner_text()


def start(window: Window) -> None:
    window.go("/sip/ny/")
    window.page.locator("#id_number").fill("20110108-2392")
    window.page.get_by_label("Förnamn").fill("Nils")
    window.page.get_by_label("Efternamn").fill("Provsson")
    window.press("Fortsätt")


def test_the_draft_survives_signing_out_and_is_found_again(live_portal: LivePortal) -> None:
    window = live_portal.open(FILER)
    start(window)
    window.press("Spara och gör klart senare")
    assert "Utkastet är sparat" in window.page.locator("main").inner_text()
    window.press("Logga ut")
    again = live_portal.open(FILER, at=f"/sip/{the_case().pk}/fortsatt/")
    assert again.page.url.endswith("/behov/")


def test_the_first_step_by_keyboard_alone(live_portal: LivePortal) -> None:
    window = live_portal.open(FILER)
    page = window.page
    window.go("/sip/ny/")
    page.locator("#id_kind_0").focus()
    for typed in ("201101082392", "Nils", "Provsson"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    for _ in range(2):
        page.keyboard.press("Tab")  # Past the question about protection, to the interpreter.
    page.keyboard.press("Enter")
    page.wait_for_url("**/personen/")
    page.locator("#innehall").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement !== document.body")


def test_ind9_a_colleague_elsewhere_in_the_municipality_sees_nothing(live_portal: LivePortal) -> None:
    start(live_portal.open(FILER))
    case = the_case()
    stranger = live_portal.open("hylte-socialtjanst-vuxna")
    for step in ("personen", "behov", "granska", "skickat"):
        response: Any = stranger.page.goto(f"{stranger.address}/sip/{case.pk}/{step}/")
        assert response.status == 404
        assert "Provsson" not in stranger.page.content()
