"""The frame and the administrator's pages in a real browser. Reads only: staff and units stay as they are."""

from __future__ import annotations

import pytest

from tests.browser import NARROW, LivePortal
from tests.conftest import its_turn

ADMINISTRATOR = "admin.hylte"
PAGES = {
    "administration": "/administration/",
    "units": "/administration/verksamheter/",
    "new-unit": "/administration/verksamheter/ny/",
    "managers": "/administration/chefer/",
    "people": "/administration/personer/?q=a",
    "invite": "/administration/personer/ny/",
    "groups": "/administration/grupper/",
    "account": "/konto/",
    "assignments": "/uppdrag/",
    "contact": "/om/kontakt/",
    "accessibility": "/om/tillganglighet/",
    "privacy": "/om/uppgifter/",
    "missing": "/finns-inte/",
}


def test_every_page_of_the_administrator_is_accessible_wide_and_narrow(live_portal: LivePortal) -> None:
    window = live_portal.open(ADMINISTRATOR)
    for name, path in PAGES.items():
        if its_turn(name, 2):
            window.go(path)
            window.inspect(name)
    window.go("/administration/verksamheter/").locator("tbody a").first.click()
    window.inspect("unit")
    window.follow("Stäng")
    window.inspect("close-unit")
    window.go("/administration/personer/").locator("tbody a").nth(1).click()
    window.inspect("person")
    window.follow("Ge uppdrag")
    window.press("Ge uppdrag")
    window.inspect("assignment-errors")


def test_the_page_of_the_system_administrator_is_accessible(live_portal: LivePortal) -> None:
    window = live_portal.open("drift", at="/drift/")
    window.inspect("operations")


def test_a_failed_login_moves_focus_to_the_summary(live_portal: LivePortal) -> None:
    window = live_portal.open(None)
    page = window.go("/logga-in/")
    window.inspect("login")
    page.get_by_label("Användarnamn").fill(ADMINISTRATOR)
    window.press("Logga in")
    window.inspect("login-error")
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    page.get_by_role("link", name="Lösenord: Fyll i det här.").click()
    assert page.evaluate("document.activeElement.name") == "password"
    assert page.get_by_label("Användarnamn").input_value() == ADMINISTRATOR


@pytest.mark.parametrize("script", [True, False])
def test_the_menu_opens_on_a_narrow_screen_also_without_javascript(live_portal: LivePortal, script: bool) -> None:
    window = live_portal.open(ADMINISTRATOR, script=script, width=NARROW)
    page = window.go("/administration/")
    link = page.get_by_role("link", name="Överenskommelsen")
    assert not link.is_visible()
    page.locator("summary", has_text="Meny").click()
    assert link.is_visible()


def test_the_skip_link_leads_past_the_header(live_portal: LivePortal) -> None:
    page = live_portal.open(ADMINISTRATOR).go("/administration/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Hoppa till innehållet"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "innehall"


def test_a_warning_comes_two_minutes_before_the_session_ends(live_portal: LivePortal) -> None:
    window = live_portal.open(ADMINISTRATOR)
    page = window.page
    page.clock.install()
    window.go("/administration/")
    page.clock.fast_forward("26:00")
    page.clock.run_for(6_000)
    dialog = page.get_by_role("dialog", name="Du loggas snart ut")
    assert not dialog.is_visible()
    page.clock.fast_forward("01:30")
    page.clock.run_for(6_000)
    dialog.wait_for()
    window.inspect("session-ending")
    with page.expect_response("**/konto/forlang/") as answer:
        window.press("Fortsätt")
    assert answer.value.status == 204
    dialog.wait_for(state="hidden")
