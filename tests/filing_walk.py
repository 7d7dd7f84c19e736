"""Filing a SIP in a browser, from the first page to the receipt: how the long walks begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.browser import Window


@dataclass(frozen=True, kw_only=True)
class Filed:
    """Whom a SIP is filed for, and what is written. `view` is the label of the own view; `calls`: unit → why."""

    number: str
    first_name: str
    group: str
    need: str
    view: str
    words: str
    calls: Mapping[str, str]
    guardians: tuple[str, ...] = ()


def file(window: Window, filed: Filed) -> str:
    """Describe, choose whom to call, take consent in writing of each who gives it, send. Returns the case's address."""
    page = window.page
    window.go("/sip/ny/")
    number = page.get_by_label("Personnummer eller samordningsnummer", exact=True)
    number.and_(page.get_by_role("textbox")).fill(filed.number)
    page.get_by_label("Förnamn").fill(filed.first_name)
    page.get_by_label("Efternamn").fill("Provsson")
    window.press("Fortsätt")
    if filed.guardians:
        for place, name in enumerate(filed.guardians, start=1):
            page.get_by_label(f"Vårdnadshavare {place}").fill(name)
        window.press("Spara och fortsätt")
    page.get_by_label(filed.group).check()
    page.get_by_label("När uppmärksammades behovet?").fill("2026-03-06")
    page.get_by_label("Varför behövs samordning?").fill(filed.need)
    window.press("Spara och fortsätt")
    page.get_by_label("Ja", exact=True).check()
    page.get_by_label(filed.view).fill(filed.words)
    window.press("Spara och fortsätt")
    for unit, why in filed.calls.items():
        window.press(f"Lägg till {unit}")
        page.get_by_label(f"Varför kallas {unit}?").fill(why)
    window.press("Spara och fortsätt")
    window.press("Spara och fortsätt")
    page.get_by_label("Samtycke", exact=True).check()
    for name in filed.guardians or ("Personen själv",):
        theirs = page.get_by_role("group", name=name)
        theirs.get_by_label("Hur gavs samtycket?").select_option(label="Skriftligt")
        theirs.get_by_label("Vilken dag?").fill("2026-03-08")
    page.get_by_label("Vad ska uppgifterna användas till?").fill("Planera stödet tillsammans")
    window.press("Spara och fortsätt")
    window.press("Skicka initieringen")
    return page.url.removesuffix("skickat/").removeprefix(window.address)
