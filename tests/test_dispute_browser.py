"""A dispute in a browser, from the SIP it arose in to the heads of administration and the same text (DIS-1…5)."""

from __future__ import annotations

from disputes.kinds import State
from disputes.models import Dispute, Interim
from organisations.kinds import Role
from tests import build
from tests.browser import LivePortal, Window
from tests.build_disputes import OURS, THEIRS
from tests.conftest import as_owner, unit
from tests.dispute_windows import at_work, time_is_out

TEXT = "Regionen betalar samtalsbehandlingen från och med april. Kommunen betalar boendet."


def test_dis3_hallands_ladder_climbs_by_itself_and_ends_in_the_same_text(live_portal: LivePortal) -> None:
    case = build.sent()
    ours = at_work(live_portal, OURS, Role.NEAREST_MANAGER)
    dispute = opened(ours, str(case.pk))
    theirs = at_work(live_portal, THEIRS, Role.NEAREST_MANAGER)
    theirs.follow("Svara på tvisten med Hylte kommun")
    theirs.press("Spara ståndpunkten")
    theirs.inspect("dispute-position-errors")
    theirs.page.get_by_label("Hur ser ni på frågan?").fill("Vi ser behandlingen som en del av boendets uppdrag.")
    theirs.press("Spara ståndpunkten")
    theirs.inspect("dispute-theirs")
    assert "Behandlingen som saken gäller" not in theirs.page.inner_text("main")
    theirs.follow("Lägg till en handling")
    theirs.press("Lägg till handlingen")
    theirs.inspect("dispute-enclose-errors")
    theirs.page.get_by_label("Fil", exact=True).set_input_files(
        {"name": "Bedömning.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n"}
    )
    theirs.press("Lägg till handlingen")
    assert "Bedömning.pdf" in theirs.page.inner_text("main")
    theirs.inspect("dispute-enclosed")

    with time_is_out():
        head = at_work(live_portal, OURS, Role.HEAD_OF_OPERATIONS)
        assert "Försök enas med Region Halland" in head.page.inner_text("main")
        head.go(dispute)
        assert "Ligger hos verksamhetschefer" in head.page.inner_text("main")
        head.inspect("dispute-second-level")
        below = at_work(live_portal, OURS, Role.NEAREST_MANAGER)
        assert "En tvist har lyfts till nästa nivå" in below.page.inner_text("main")

    with time_is_out():
        top = at_work(live_portal, OURS, Role.HEAD_OF_ADMINISTRATION)
        top.go(dispute)
        assert "där blir tvisten kvar tills parterna är överens" in top.page.inner_text("main")

    with time_is_out():
        board = live_portal.open("rug")
        board.inspect("dispute-board-home")
        board.go("/tvister/")
        board.inspect("dispute-list")
        assert "Förvaltningschefer" in board.page.inner_text("main")
        board.go(dispute)
        assert "Vem betalar" in board.page.inner_text("main")
        assert "Vi ser behandlingen" not in board.page.inner_text("main")
        settled(live_portal, dispute)
        board.go("/tvister/statistik/")
        board.inspect("dispute-statistics")
    with as_owner():
        assert Dispute.objects.get().state == State.SETTLED
        assert Interim.objects.get().ended_at is not None


def opened(ours: Window, case: str) -> str:
    """From the SIP's page through the check to the dispute. Returns its address."""
    page = ours.go(f"/sip/{case}/")
    ours.follow("Öppna en tvist")
    ours.press("Granska")
    ours.inspect("dispute-new-errors")
    page.get_by_label("Vilken verksamhet är motparten?").select_option(label=unit(THEIRS).name)
    page.get_by_label("Barn och unga", exact=True).check()
    page.get_by_label("Vilket avsnitt i överenskommelsen gäller frågan?").select_option(index=5)
    question = page.get_by_label("Vilken fråga är ni inte överens om?")
    question.fill("Vem betalar för Nils samtal?")
    page.get_by_label("Hur ser ni på frågan?").fill("Samtalen är en medicinsk åtgärd som regionen svarar för.")
    page.get_by_label("Vi", exact=True).check()
    page.get_by_label("Vem gör vad tills ni är överens?").fill("Socialtjänsten betalar så länge. Samtalen fortsätter.")
    page.get_by_label("Uppgifter om ärendet").fill("Behandlingen som saken gäller är KBT varje vecka.")
    ours.press("Granska")
    assert "är ett namn ur era ärenden" in page.inner_text("main")
    question.fill("Vem betalar för samtalsbehandlingen?")
    ours.press("Granska")
    ours.inspect("dispute-check")
    ours.press("Öppna tvisten")
    assert "Tvisten är öppnad." in page.inner_text("main")
    ours.inspect("dispute-opened")
    return page.url.removeprefix(ours.address)


def settled(portal: LivePortal, dispute: str) -> None:
    """The heads of administration: one proposes, both have confirmed the same text."""
    ours = at_work(portal, OURS, Role.HEAD_OF_ADMINISTRATION)
    ours.go(dispute)
    ours.inspect("dispute-top")
    ours.go(f"{dispute}forslag/")
    ours.page.get_by_label("Vad kommer ni överens om?").fill(TEXT)
    ours.page.get_by_label("Lösningen ska också vara vägledning för andra").check()
    ours.inspect("dispute-propose")
    ours.press("Lämna förslaget")
    theirs = at_work(portal, THEIRS, Role.HEAD_OF_ADMINISTRATION)
    theirs.follow("Ta ställning till lösningen som Hylte kommun föreslår")
    theirs.inspect("dispute-confirm")
    theirs.press("Bekräfta lösningen")
    assert "Tvisten är löst." in theirs.page.inner_text("main")
    theirs.inspect("dispute-settled")
    theirs.go("/tvister/vagledning/halland-2025-2029/")
    assert TEXT in theirs.page.inner_text("main")
    theirs.inspect("dispute-guidance")
