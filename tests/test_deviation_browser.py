"""A deviation in a browser, from the SIP it concerns to what the reporter hears of it (DEV-1…7)."""

from __future__ import annotations

import re

from deviations.models import SharedDeviation
from organisations.kinds import Role
from organisations.models import User
from tests import build, deviating
from tests.browser import LivePortal, Window
from tests.conftest import as_owner, unit
from tests.test_dispute_browser import at_work

NURSE, COLLEAGUE = "en-vag-in", "en-vag-in-2"
TOLD = (
    "Skolan kallades aldrig till mötet fast alla var överens om det. Nils själv frågade efter sin lärare. "
    "Pojken på Storgatan 4, 20110108-2392, nås på 070-123 45 67."
)
SECRETS = ("Nils", "Provsson", "Storgatan", "2392", "070-")


def test_dev3_from_the_nurses_report_to_what_the_group_learnt(live_portal: LivePortal) -> None:
    case = build.acknowledged()
    for reporter, colleague in (
        (deviating.REPORTER, deviating.COLLEAGUE), ("hylte-elevhalsa", "hylte-elevhalsa-2"),
    ):  # fmt: skip
        deviating.shared(deviating.actor(reporter), deviating.actor(colleague))
    nurse = live_portal.open(NURSE)
    address = reported(nurse, str(case.pk))
    handled(live_portal, nurse, address)
    deidentified(nurse, address)
    approved(live_portal, address)
    learnt(live_portal)
    nurse.go("/")
    nurse.follow("Läs vad gruppen kom fram till")
    assert "Skolan står nu alltid med i kallelsen." in nurse.page.inner_text("main")
    assert "En mall för kallelser" in nurse.page.inner_text("main")
    nurse.inspect("deviation-learnt")


def reported(nurse: Window, case: str) -> str:
    page = nurse.go(f"/sip/{case}/")
    nurse.follow("Rapportera en avvikelse")
    nurse.press("Rapportera")
    nurse.inspect("deviation-report-errors")
    # DEV-7, two minutes: one page, one text to write, four answers to choose. All else is known from the case.
    asked = page.locator(".error-summary a").all_inner_texts()
    assert len(asked) == 5, asked
    written = [one for one in page.locator("main textarea").all() if one.get_attribute("aria-invalid") == "true"]
    assert len(written) == 1
    for known in ("Vad i överenskommelsen följdes inte?", "Vilken målgrupp gäller det?", "Vilken kommun gäller det?"):
        assert page.get_by_label(known).input_value(), known
    page.get_by_label("Vad hände?").fill(TOLD)
    page.get_by_label("Vilken dag?").fill("2026-03-06")
    page.get_by_label("Det hände", exact=True).check()
    page.get_by_label("En person", exact=True).check()
    page.get_by_label("Måttlig").check()
    nurse.press("Rapportera")
    assert "Avvikelsen är rapporterad" in page.inner_text("main"), page.inner_text("main")
    nurse.inspect("deviation-reported")
    return page.url.removeprefix(nurse.address)


def handled(portal: LivePortal, nurse: Window, address: str) -> None:
    """The portal's own routine: the nurse judges and analyses, the chief decides and finishes."""
    for step, text in (("Ta emot och bedöm", "Vi tar upp den."), ("Analysera varför det hände", "Ingen äger listan.")):
        nurse.follow(step)
        nurse.page.get_by_role("textbox").last.fill(text)
        if text.startswith("Ingen"):
            nurse.inspect("deviation-step")
        nurse.press("Klart")
    chief = at_work(portal, NURSE, Role.NEAREST_MANAGER)
    chief.follow("Besluta om åtgärd")
    chief.follow("Besluta om åtgärd")
    chief.page.get_by_role("textbox").last.fill("En kollega läser listan innan kallelsen går.")
    chief.press("Klart")
    chief.inspect("deviation-handled")
    chief.follow("Markera som färdighanterad")
    chief.press("Markera som färdighanterad")
    assert "färdighanterad" in chief.page.inner_text("main")
    nurse.go(address)


def deidentified(nurse: Window, address: str) -> None:
    """The check stops the number, the phone, the boy's name and his street; each is decided."""
    page = nurse.page
    nurse.follow("Avidentifiera")
    nurse.press("Börja")
    nurse.inspect("deviation-deidentify")
    marked = page.locator("mark").all_inner_texts()
    for passage in ("Nils", "Storgatan 4", "20110108-2392", "070-123 45 67"):
        assert any(passage in one for one in marked), passage
    assert page.get_by_role("radio", checked=True).count() == 0
    nurse.press("Spara det jag har avgjort")
    assert "Inget är avgjort ännu." in page.inner_text("main")
    nurse.inspect("deviation-deidentify-nothing")
    while page.get_by_role("button", name="Spara det jag har avgjort").count():
        # By keyboard alone: the first choice of each passage, in turn.
        for choice in page.get_by_label("Ersätt", exact=True).all():
            choice.focus()
            page.keyboard.press("Space")
        nurse.press("Spara det jag har avgjort")
    nurse.inspect("deviation-deidentified")
    nurse.press("Lämna till en kollega för godkännande")
    nurse.go(f"{address}godkann/")
    assert "Du har själv avidentifierat texten." in page.inner_text("main")


def approved(portal: LivePortal, address: str) -> None:
    colleague = portal.open(COLLEAGUE)
    colleague.follow("Läs och godkänn texten")
    colleague.inspect("deviation-approve")
    assert not [word for word in SECRETS if word in colleague.page.inner_text("main")]
    colleague.press("Godkänn och dela")
    assert "Texten är delad med SSGB Hylte." in colleague.page.inner_text("main")
    colleague.inspect("deviation-shared")


def learnt(portal: LivePortal) -> None:
    """The group: the record without a way back, the pattern of three, the measure, the lesson."""
    leads = User.objects.get(pk=deviating.coordinator().user_id).username
    with as_owner():
        place = deviating.coordinator().unit_name
        record = SharedDeviation.objects.get(from_huvudman__key="region-halland")
    group = portal.open(leads, at="/uppdrag/")
    group.page.get_by_role("button").filter(has_text=place).filter(has_text=Role.GROUP_COORDINATOR.label).first.click()
    group.page.wait_for_load_state()
    group.inspect("deviation-group-home")
    page = group.go("/avvikelser/grupp/")
    group.inspect("deviation-desk")
    group.go(f"/avvikelser/grupp/avvikelse/{record.pk}/")
    group.inspect("deviation-record")
    text = page.inner_text("main")
    assert not [word for word in SECRETS if word in text]
    assert unit(NURSE).name not in text
    group.follow("Samla i ett mönster")
    page.get_by_label("Vad är mönstret?").fill("Skolan kallas inte")
    for box in page.get_by_role("checkbox").all():
        box.check()
    group.inspect("deviation-new-pattern")
    group.press("Samla")
    assert "3 avvikelser hör hit" in page.inner_text("main")
    group.follow("Besluta en åtgärd")
    page.get_by_label("Vad ska göras?").fill("En mall för kallelser där skolan alltid finns med.")
    page.get_by_label("Vilken verksamhet genomför det?").select_option(value=str(unit("hylte-elevhalsa").pk))
    page.get_by_label("Klart senast").fill("2026-05-04")
    group.inspect("deviation-new-improvement")
    group.press("Besluta")
    group.inspect("deviation-pattern")
    group.go(f"/avvikelser/grupp/avvikelse/{record.pk}/")
    page.get_by_label("Gruppens analys").fill("Ingen mall säger vem som kallas.")
    group.press("Spara analysen")
    page.get_by_label("Vad har ni lärt er och beslutat?").fill("Skolan står nu alltid med i kallelsen.")
    group.press("Återkoppla lärdomen")
    assert re.search("Lärdomen återkopplad", page.inner_text("main"))
    group.inspect("deviation-record-learnt")


def test_dev2_the_administrator_finds_and_decides_the_routine(live_portal: LivePortal) -> None:
    admin = live_portal.open("admin.hylte", at="/administration/")
    admin.page.get_by_role("link", name="Rutin för avvikelser").click()
    admin.inspect("deviation-routine")
    admin.page.get_by_label("Vad steget ger").nth(1).select_option(label="Att göra")
    admin.press("Besluta rutinen")
    assert "precis ett steg av slaget" in admin.page.inner_text("main")
    admin.inspect("deviation-routine-errors")
