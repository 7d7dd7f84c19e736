"""The walk in a browser: sent by Hylte, seen and redirected by En väg in, confirmed and contacted by BUP Halmstad."""

from __future__ import annotations

from deadlines.sweep import sweep
from sip.kinds import State
from sip.models import SipCase
from tests import build
from tests.browser import LivePortal, Window
from tests.conftest import NOW, as_jobs, as_owner


def send(window: Window, case: SipCase) -> None:
    """From the case page of a filed case: look at who gets what, and send."""
    window.go(f"/sip/{case.pk}/")
    window.inspect("case-ready")
    window.follow("Granska och skicka")
    window.press("Skicka initieringen")


def test_the_walk(live_portal: LivePortal):
    case = build.ready()
    filed = live_portal.open("hylte-socialtjanst-barn")
    filed.inspect("home-ready")
    send(filed, case)

    centre = live_portal.open("en-vag-in")
    centre.inspect("home-called")
    centre.follow("Bekräfta att ni har tagit emot SIP-initieringen från Socialtjänsten barn och unga, Hylte")
    centre.inspect("acknowledge")
    centre.follow("lämna över till rätt verksamhet")
    centre.press("Fortsätt")
    centre.inspect("redirect-errors")
    centre.page.get_by_label("Vilken verksamhet är rätt?").select_option(label="BUP Halmstad")
    centre.page.get_by_label("Varför är den rätt?").fill("Behöver bedömas inom barn- och ungdomspsykiatrin")
    centre.press("Fortsätt")
    centre.inspect("redirect-preview")
    centre.press("Lämna över")
    assert "BUP Halmstad har tagit över kallelsen." in centre.page.inner_text("main")
    centre.inspect("home-redirected")
    centre.go(f"/sip/{case.pk}/")
    assert centre.page.title().startswith("Sidan finns inte")

    psychiatry = live_portal.open("bup-halmstad")
    psychiatry.follow("Bekräfta att ni har tagit emot SIP-initieringen från Socialtjänsten barn och unga, Hylte")
    psychiatry.press("Ja, vi har tagit emot ärendet")
    psychiatry.inspect("case-acknowledged")
    psychiatry.follow("Registrera första kontakten")
    psychiatry.inspect("contact")
    psychiatry.press("Registrera kontakten")
    psychiatry.inspect("contact-errors")
    psychiatry.page.get_by_label("Telefon").check()
    psychiatry.press("Registrera kontakten")
    assert "Första kontakten är registrerad." in psychiatry.page.inner_text("main")
    psychiatry.inspect("case-contacted-called")

    filed.go(f"/sip/{case.pk}/")
    assert "Första kontakten togs mån 9 mars 2026 av BUP Halmstad." in filed.page.inner_text("main")
    filed.inspect("case-contacted")
    filed.go(f"/sip/{case.pk}/insyn/")
    filed.inspect("case-insight")
    for step in ("aterkalla-samtycke", "dra-tillbaka", "avsluta"):
        filed.go(f"/sip/{case.pk}/{step}/")
        filed.inspect(step)
    with as_owner():
        assert SipCase.objects.get(pk=case.pk).state == State.CONTACTED


def test_a_colleague_in_another_unit_of_the_same_municipality_sees_nothing(live_portal: LivePortal):
    case = build.sent()
    other = live_portal.open("hylte-socialtjanst-vuxna")
    assert "Inget väntar på er just nu." in other.page.inner_text("main")
    other.inspect("home-empty")
    other.go("/sip/?lage=alla")
    assert "0 ärenden" in other.page.inner_text("main")
    other.inspect("list-empty")
    for text in ("Nils", build.CHILD_NUMBER, case.matter.reference):
        other.page.get_by_label("Sök bland ärendena ni ser").fill(text)
        other.press("Sök")
        assert "0 träffar" in other.page.inner_text("main")
    other.inspect("search-empty")
    other.go(f"/sip/{case.pk}/")
    assert other.page.title().startswith("Sidan finns inte")


def test_the_list_its_filters_and_the_search(live_portal: LivePortal):
    case = build.sent()
    window = live_portal.open("hylte-socialtjanst-barn")
    window.follow("SIP")
    window.inspect("list")
    window.page.get_by_label("Läge").select_option(label="Avslutade")
    window.press("Visa")
    assert "lage=avslutade" in window.page.url
    assert "0 ärenden" in window.page.inner_text("main")
    window.page.go_back()
    assert "1 ärende," in window.page.inner_text("main")
    window.press("Sök")
    window.inspect("search-errors")
    window.page.get_by_label("Sök bland ärendena ni ser").fill("20110108-2392")
    window.press("Sök")
    assert "2011" not in window.page.url
    window.inspect("search")
    window.follow("Nils Provsson")
    assert window.page.url.endswith(f"/sip/{case.pk}/")


def test_had_nobody_the_manager_would_know(live_portal: LivePortal):
    build.sent()
    with as_jobs():
        sweep(NOW.replace(day=13))
    manager = live_portal.open("chef.en-vag-in")
    assert "En frist i din verksamhet har gått ut" in manager.page.inner_text("main")
    manager.inspect("home-manager")
    manager.page.get_by_role("button", name="Markera som läst").first.click()
    assert "Meddelandet är läst." in manager.page.inner_text("main")


def test_answering_by_keyboard_alone(live_portal: LivePortal):
    case = build.sent()
    page = live_portal.open("en-vag-in").page

    def tab_to(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.innerText || ''").strip() == name:
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
                return
        raise AssertionError(f"the keyboard does not reach {name!r}")

    tab_to("Bekräfta att ni har tagit emot SIP-initieringen från Socialtjänsten barn och unga, Hylte")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bekrafta/")
    tab_to("Ja, vi har tagit emot ärendet")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/sip/{case.pk}/")
    tab_to("Registrera första kontakten")
    page.keyboard.press("Enter")
    page.wait_for_url("**/forsta-kontakt/")
    page.get_by_label("Telefon").focus()
    page.keyboard.press("Space")
    tab_to("Registrera kontakten")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/sip/{case.pk}/")
    with as_owner():
        assert SipCase.objects.get(pk=case.pk).state == State.CONTACTED


def test_the_walk_without_javascript(live_portal: LivePortal):
    case = build.sent()
    window = live_portal.open("en-vag-in", script=False)
    window.follow("Bekräfta att ni har tagit emot SIP-initieringen från Socialtjänsten barn och unga, Hylte")
    window.press("Ja, vi har tagit emot ärendet")
    window.inspect()
    window.follow("Registrera första kontakten")
    window.page.get_by_label("Möte").check()
    window.press("Registrera kontakten")
    assert window.page.url.endswith(f"/sip/{case.pk}/")
    window.follow("Verksamheter som ser ärendet, och dess händelser")
    assert "Första kontakten" in window.page.inner_text("main .timeline")
    window.go("/sip/")
    window.page.get_by_label("Sök bland ärendena ni ser").fill("nils")
    window.press("Sök")
    assert "1 träff" in window.page.inner_text("main")
