"""The acute placement and the unplanned end in a browser, with axe on the pages they pass (PLC-5, PLC-6, PLC-11)."""

from __future__ import annotations

import re
from datetime import timedelta

from agreements.models import Provision
from core.acting import acting
from disputes.kinds import Origin
from disputes.models import Dispute, Interim
from individuals.kinds import BasisKind
from organisations.kinds import Role
from placements import actions
from placements.kinds import EndKind, Law
from placements.models import Placement
from tests import build_placements as build
from tests.conftest import NOW, actor, as_owner, only_whole, unit
from tests.dispute_windows import at_work

IN_THE_NIGHT = NOW - timedelta(hours=8)
KUNGSBACKA, THEIR_CARE = "kungsbacka-socialtjanst-barn", "bup-kungsbacka"


@only_whole
def test_the_acute_walk(live_portal):
    """A girl of 16 placed in the night: referral and judgement chased, cost not refused, a dispute begins."""
    placement = _placed_in_the_night()
    window = live_portal.open(KUNGSBACKA)
    window.follow("Skicka remissen till psykiatrin eller beroendeteamet")
    window.press("Registrera att remissen är skickad")
    window.inspect("placement-acute")
    chased = window.page.get_by_label("Frister").inner_text()
    for what in (
        "Bedömning av medicinska behov", "Hälso- och tandhälsoundersökning", "Ansvarsförbindelse efter akut placering",
    ):  # fmt: skip
        assert what in chased
    doctor = live_portal.open(f"lakare.{THEIR_CARE}", at=f"/placeringar/{placement.pk}/bedomning/")
    doctor.inspect("placement-assess")
    doctor.page.get_by_label("Ja, en ansvarsförbindelse behövs").check()
    doctor.press("Registrera läkarens bedömning")
    assert "Bedömningen är registrerad" in doctor.page.inner_text("main")
    version = _proposed(placement)
    care = live_portal.open(THEIR_CARE, at=f"/placeringar/{placement.pk}/ansvarsforbindelse/{version.pk}/avvisa/")
    care.page.get_by_label("Priset").check()
    care.page.get_by_label("Vad behöver ändras?").fill("Placeringen har redan skett.")
    care.press("Avvisa förslaget")
    care.inspect("placement-decline-wrong")
    assert "Ingen part får avvisa kostnaden" in care.page.inner_text("main")
    # They don't agree: the manager opens a dispute from here. Who does what meanwhile has to be set.
    manager = at_work(live_portal, KUNGSBACKA, Role.NEAREST_MANAGER)
    page = manager.go(f"/placeringar/{placement.pk}/")
    manager.follow("Öppna tvist")
    assert "Ville Vuxenprov" in page.inner_text("main")
    chosen = page.get_by_label("Vilken verksamhet är motparten?").locator("option:checked").inner_text()
    assert chosen == unit(THEIR_CARE).name
    page.get_by_label("Vilket avsnitt i överenskommelsen gäller frågan?").select_option(
        value=str(Provision.objects.get(agreement=placement.matter.agreement, number="4.9").pk)
    )
    page.get_by_label("Vilken fråga är ni inte överens om?").fill("Hur delas kostnaden för samtalsbehandlingen?")
    page.get_by_label("Hur ser ni på frågan?").fill("Behandlingen är vård som regionen svarar för.")
    manager.press("Granska")
    assert "Välj vem som ansvarar." in page.inner_text("main")
    page.get_by_label("Vi", exact=True).check()
    page.get_by_label("Vem gör vad tills ni är överens?").fill("Vi betalar boendet. Behandlingen fortsätter.")
    manager.press("Granska")
    manager.press("Öppna tvisten")
    assert "Tvisten är öppnad." in page.inner_text("main")
    manager.inspect("placement-dispute")
    with as_owner():
        dispute, interim = Dispute.objects.get(), Interim.objects.get()
        assert (dispute.arose_from, dispute.interim_id) == (Origin.PLACEMENT, interim.pk)
        assert (interim.unit.key, interim.ended_at) == (KUNGSBACKA, None)
    manager.go(f"/placeringar/{placement.pk}/ansvarsforbindelse/")
    page.get_by_role("link", name=re.compile("Hur delas kostnaden|Tvist ")).first.wait_for()


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
