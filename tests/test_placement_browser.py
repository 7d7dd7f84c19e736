"""The three walks of placements in a real browser, with axe on the pages they pass (PLC-3…PLC-11)."""

from __future__ import annotations

from datetime import timedelta

from core.acting import acting
from individuals.kinds import BasisKind
from organisations.models import User
from placements import actions
from placements.kinds import EndKind, Law
from placements.models import Placement
from tests import build_placements as build
from tests.conftest import NOW, actor, unit

IN_THE_NIGHT = NOW - timedelta(hours=8)
KUNGSBACKA, THEIR_CARE = "kungsbacka-socialtjanst-barn", "bup-kungsbacka"


def test_the_planned_walk(live_portal):
    """Refused at 99.9 percent, proposed, signed by the heads of both parties, and the placement begins."""
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
    version = page.url.removeprefix(live_portal.address)
    for party, then in ((build.PLACES, "Undertecknat av den ena parten"), (build.CARES, "Gäller")):
        head = _open(live_portal, User.objects.get(pk=build.head(party).user_id).username, party, "Verksamhetschef")
        head.go(f"{version}underteckna/")
        if party == build.PLACES:
            head.inspect("placement-sign")
        head.page.get_by_label("Jag har läst").check()
        head.press("Underteckna")
        assert then in head.page.inner_text("main")
    window.go(version)
    window.inspect("placement-version-in-force")
    window.go(f"/placeringar/{placement.pk}/")
    window.follow("Registrera att placeringen har börjat")
    page.get_by_label("Vilken tid?").fill("09:30")
    window.press("Registrera att placeringen har börjat")
    assert "Pågår sedan" in page.inner_text("main")


def _open(live_portal, username, unit_key, role):
    """Somebody in one role at one unit: managers have several assignments to choose from."""
    window = live_portal.open(username)
    if "/uppdrag/" in window.page.url:
        choices = window.page.get_by_role("button").filter(has_text=unit(unit_key).name)
        choices.filter(has_text=role).first.click()
    return window


def test_the_acute_walk(live_portal):
    """A girl of 16 placed in the night: referral and judgement chased, cost not refused, a dispute begins."""
    placement = _placed_in_the_night()
    window = live_portal.open(KUNGSBACKA)
    window.follow("Skicka remissen till psykiatrin eller beroendeteamet")
    window.press("Registrera att remissen är skickad")
    window.inspect("placement-acute")
    doctor = live_portal.open(f"lakare.{THEIR_CARE}")
    doctor.go(f"/placeringar/{placement.pk}/bedomning/")
    doctor.inspect("placement-assess")
    doctor.page.get_by_label("Ja, en ansvarsförbindelse behövs").check()
    doctor.press("Registrera läkarens bedömning")
    assert "Bedömningen är registrerad" in doctor.page.inner_text("main")
    version = _proposed(placement)
    care = live_portal.open(THEIR_CARE)
    care.go(f"/placeringar/{placement.pk}/ansvarsforbindelse/{version.pk}/avvisa/")
    care.page.get_by_label("Priset").check()
    care.page.get_by_label("Vad behöver ändras?").fill("Placeringen har redan skett.")
    care.press("Avvisa förslaget")
    care.inspect("placement-decline-wrong")
    assert "Ingen part får avvisa kostnaden" in care.page.inner_text("main")
    manager = _open(live_portal, f"chef.{KUNGSBACKA}", KUNGSBACKA, "Närmaste chef")
    manager.go(f"/placeringar/{placement.pk}/")
    manager.follow("Öppna tvist")
    form = manager.page.inner_text("main")
    assert "Ville Vuxenprov" in form
    assert "Vem ansvarar under tiden?" in form


def _placed_in_the_night():
    by = actor(KUNGSBACKA)
    placement = build.draft(
        by, now=IN_THE_NIGHT, number=build.CHILD_NUMBER, care=THEIR_CARE, is_acute=True, law=Law.LVU,
        planned_start=None, planned_end=None, agreement_needed="unknown",
    )  # fmt: skip
    ground = build.ground(THEIR_CARE, now=IN_THE_NIGHT)
    assert ground.kind == BasisKind.CHILD_AT_RISK
    with acting(by, IN_THE_NIGHT):
        begun = actions.start(placement_id=placement.pk, started_at=IN_THE_NIGHT, reason="", by=by, now=IN_THE_NIGHT)
        actions.record_basis(placement_id=begun.pk, consent=ground, by=by, now=IN_THE_NIGHT)
        begun = Placement.objects.select_related("matter").get(pk=begun.pk)
        actions.share(placement_id=begun.pk, version=begun.version, units=[unit(THEIR_CARE)], by=by, now=IN_THE_NIGHT)
    return begun


def _proposed(placement):
    by, today = actor(KUNGSBACKA), NOW.date()
    last = today + timedelta(days=60)
    with acting(by, NOW):
        made = actions.draw_up(placement_id=placement.pk, by=by, now=NOW)
        made = actions.write(
            version_id=made.pk, version=made.version, facts={"valid_from": today, "valid_to": last},
            measures=[build.measure(starts_on=today, ends_on=last)], by=by, now=NOW,
        )  # fmt: skip
        return actions.propose(version_id=made.pk, version=made.version, by=by, now=NOW)


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
