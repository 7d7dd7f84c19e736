"""The plan's editor in a browser."""

from __future__ import annotations

from playwright.sync_api import expect

from sip.models import Measure
from tests import build_plan
from tests.browser import LivePortal
from tests.conftest import as_owner


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
