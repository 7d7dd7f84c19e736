"""The walk for an adult without relatives, unknown to care: from filing to closing, each page of the plan inspected."""

from __future__ import annotations

from playwright.sync_api import expect

from sip.demo import check_digit
from sip.models import Measure
from tests import build_plan
from tests.browser import LivePortal, Window
from tests.conftest import as_owner

FILER, CENTRE = "hylte-socialtjanst-vuxna", "vc-hylte"
BORN, SERIAL = "19680122", "239"
NUMBER = f"{BORN[2:]}-{SERIAL}{check_digit(BORN[2:] + SERIAL)}"


def file(window: Window) -> str:
    """Describe, choose the health centre, take consent, send. Returns the address of the case."""
    page = window.page
    window.go("/sip/ny/")
    page.get_by_label("Personnummer eller samordningsnummer", exact=True).and_(page.get_by_role("textbox")).fill(NUMBER)
    page.get_by_label("Förnamn").fill("Rut")
    page.get_by_label("Efternamn").fill("Provsson")
    window.press("Fortsätt")
    page.get_by_label("Personer med psykisk funktionsnedsättning").check()
    page.get_by_label("När uppmärksammades behovet?").fill("2026-03-06")
    page.get_by_label("Varför behövs samordning?").fill("Är inte känd i vården. Vardagen fungerar inte.")
    window.press("Spara och fortsätt")
    page.get_by_label("Ja", exact=True).check()
    page.get_by_label("Vad säger personen?").fill("Jag vill bo kvar hemma.")
    window.press("Spara och fortsätt")
    window.press("Lägg till Vårdcentralen Hylte")
    page.get_by_label("Varför kallas Vårdcentralen Hylte?").fill("Bedöma vad som behövs")
    window.press("Spara och fortsätt")
    window.press("Spara och fortsätt")
    page.get_by_label("Samtycke", exact=True).check()
    theirs = page.get_by_role("group", name="Personen själv")
    theirs.get_by_label("Hur gavs samtycket?").select_option(label="Skriftligt")
    theirs.get_by_label("Vilken dag?").fill("2026-03-08")
    page.get_by_label("Vad ska uppgifterna användas till?").fill("Planera stödet tillsammans")
    window.press("Spara och fortsätt")
    window.press("Skicka initieringen")
    return page.url.removesuffix("skickat/").removeprefix(window.address)


def saved(window: Window, form: str) -> None:
    """Wait until a row has been saved in passing."""
    window.page.locator(f"{form} [data-saved]").filter(has_text="Sparat").wait_for()


def test_the_editor_by_keyboard_alone(live_portal: LivePortal):
    """Quality 21: a goal and two measures written without leaving the keyboard, each saved with Enter."""
    case = build_plan.contacted()
    window = live_portal.open("hylte-socialtjanst-barn")
    window.go(f"/sip/{case.pk}/plan/")
    page = window.page
    page.get_by_role("button", name="Börja skriva planen").press("Enter")
    page.get_by_role("textbox", name="Mål, med personens egna ord").focus()
    page.keyboard.type("Jag vill gå i skolan")
    page.keyboard.press("Enter")
    for text in ("Skjuts på morgonen", "Läxhjälp"):
        expect(page.locator("[name=what]:focus")).to_have_value("")
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        page.locator("textarea", has_text=text).wait_for()
    with as_owner():
        assert set(Measure.objects.values_list("what", flat=True)) == {"Skjuts på morgonen", "Läxhjälp"}
