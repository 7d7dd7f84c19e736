"""The walks of placements in a real browser, with axe on the pages they pass (PLC-3…PLC-11)."""

from __future__ import annotations

from datetime import timedelta

from core.acting import acting
from placements import actions
from placements.kinds import EndKind
from tests import build_placements as build
from tests.conftest import NOW


def test_the_planned_walk(live_portal):
    """From the editor to the signature of the head: refused at 99.9 percent, proposed, read and signed."""
    placement = build.shared()
    window = live_portal.open(build.PLACES)
    page = window.go(f"/placeringar/{placement.pk}/")
    window.inspect("placement")
    window.follow("Till ansvarsförbindelsen")
    window.inspect("placement-agreements")
    window.press("Upprätta ansvarsförbindelse")
    page.get_by_label("Insats", exact=True).fill("Samtalsbehandling")
    page.get_by_label("Innehåll").fill("KBT med legitimerad psykolog")
    page.get_by_label("Omfattning").fill("Varje vecka")
    page.get_by_label("Pris i kronor").fill("1 250,50")
    page.get_by_label("Regionens del").fill("59,9")
    page.get_by_label("Kommunens del").fill("40")
    window.press("Spara och lägg fram för den andra parten")
    window.inspect("placement-write-wrong")
    assert "99,9 procent" in page.inner_text("main")
    page.get_by_label("Regionens del").fill("60")
    window.press("Spara och lägg fram för den andra parten")
    assert "Förslaget är lagt." in page.inner_text("main")
    window.inspect("placement-version")
    head = live_portal.open(_head())
    head.go(f"{page.url.removeprefix(live_portal.address)}underteckna/")
    if "/uppdrag/" in head.page.url:
        head.page.get_by_role("button", name="Socialtjänsten vuxna, Varberg").first.click()
        head.go(f"{page.url.removeprefix(live_portal.address)}underteckna/")
    head.inspect("placement-sign")
    head.page.get_by_label("Jag har läst").check()
    head.press("Underteckna")
    assert "Undertecknat av den ena parten" in head.page.inner_text("main")


def _head() -> str:
    from organisations.models import User

    return User.objects.get(pk=build.head(build.PLACES).user_id).username


def test_the_unplanned_end_calls_the_other_party(live_portal):
    """Care finds the call on its landing page, follows up from there, without JavaScript."""
    placement, by = build.ongoing(now=NOW - timedelta(days=3)), build.placing()
    with acting(by, NOW):
        actions.end(placement_id=placement.pk, ended_at=NOW, kind=EndKind.UNPLANNED, note="Avvek", by=by, now=NOW)
    window = live_portal.open(build.CARES, script=False)
    window.follow("Följ upp det oplanerade slutet tillsammans nu")
    window.inspect("placement-follow-up")
    window.page.get_by_label("Både kommunen och vården var med").check()
    window.page.get_by_label("Vad kom ni fram till?").fill("Ny bedömning på måndag.")
    window.press("Registrera gemensam uppföljning")
    assert "Uppföljningen är registrerad." in window.page.inner_text("main")
    window.inspect("placement-ended")
