"""The plan's editor in a browser, and the walk for an adult without relatives, unknown to care, to the closed case."""

from __future__ import annotations

from playwright.sync_api import expect

from sip.demo import check_digit
from sip.kinds import PlanState, State
from sip.models import Measure, Plan, PlanText, SipCase
from tests import build_plan
from tests.browser import LivePortal, Window
from tests.conftest import as_owner, only_whole
from tests.filing_walk import Filed, file

FILER, CENTRE = "hylte-socialtjanst-vuxna", "vc-hylte"
BORN, SERIAL = "19680122", "239"
NUMBER = f"{BORN[2:]}-{SERIAL}{check_digit(BORN[2:] + SERIAL)}"


RUT = Filed(
    number=NUMBER,
    first_name="Rut",
    group="Personer med psykisk funktionsnedsättning",
    need="Är inte känd i vården. Vardagen fungerar inte.",
    view="Vad säger personen?",
    words="Jag vill bo kvar hemma.",
    calls={"Vårdcentralen Hylte": "Bedöma vad som behövs"},
)
"""An adult without relatives, unknown to care."""


def saved(window: Window, form: str) -> None:
    """Wait until a row has been saved in passing."""
    window.page.locator(f"{form} [data-saved]").filter(has_text="Sparat").wait_for()


@only_whole
def test_an_adult_from_filing_to_closing(live_portal: LivePortal):
    """SIP-1, SIP-4, SIP-7, SIP-9…11: both write at once, from each its own desk, and nobody's words are lost."""
    social, care = live_portal.open(FILER), live_portal.open(CENTRE)
    case = file(social, RUT)
    care.go(f"{case}bekrafta/")
    care.press("Ja, vi har tagit emot ärendet")
    care.go(f"{case}forsta-kontakt/")
    care.page.get_by_label("Telefon").check()
    care.press("Registrera kontakten")

    # The plan is written by both at once, saved as they write.
    social.go(f"{case}plan/")
    social.press("Börja skriva planen")
    page = social.page
    page.get_by_label("Det här är viktigt för mig").fill("Att bo kvar hemma och slippa ringa runt.")
    saved(social, "#text-matters")
    page.get_by_role("textbox", name="Mål, med personens egna ord").fill("Jag vill sova hela natten")
    social.press("Lägg till målet")
    new = page.locator(".row-form--new:not(.goal)")
    new.get_by_label("Vad ska göras?").fill("Boendestöd hemma två gånger i veckan")
    new.get_by_text("Socialtjänsten", exact=True).first.wait_for()
    social.inspect("editor-suggestion")
    social.press("Lägg till insatsen")
    new.get_by_label("Vad ska göras?").fill("Utreda sömnen")
    new.get_by_label("Vem gör det?").select_option(label="Vårdcentralen Hylte")
    social.press("Lägg till insatsen")
    page.locator("textarea", has_text="Utreda sömnen").wait_for()

    care.go(f"{case}plan/skriv/")
    care.inspect("editor-proposed")
    care.page.get_by_role("button", name="Ja, vi tar insatsen").click()
    care.page.get_by_label("Det här är viktigt för mig").fill("Att bo kvar hemma.")
    saved(care, "#text-matters")
    page.get_by_label("Det här är viktigt för mig").fill("Att bo kvar hemma, absolut.")
    page.get_by_text("Någon annan har ändrat det här.").wait_for()
    page.locator("#text-matters").get_by_role("button").click()
    assert "Att bo kvar hemma." in page.locator(".conflict").inner_text()
    social.inspect("editor-conflict")
    page.locator("#text-matters").get_by_role("button").click()
    social.press("Spara dagen")
    saved(social, "#dag")
    social.follow("Granska och fastställ")
    # The link waits for what is being saved.
    page.get_by_role("button", name="Fastställ planen", exact=True).wait_for()
    social.inspect("establish")
    social.press("Fastställ planen")

    care.go("/")
    care.follow("Bekräfta era insatser i planen")
    care.inspect("confirm")
    care.press("Ja, vi svarar för insatserna")
    social.go(case)
    social.inspect("case-planned")

    # Followed up: a new version, with what is open carried over.
    social.follow("Följ upp planen")
    social.press("Registrera uppföljningen")
    social.inspect("follow-up-errors")
    for group in page.get_by_role("group").filter(has=page.get_by_label("Delvis nått")).all():
        group.get_by_label("Delvis nått").check()
    for group in page.get_by_role("group").filter(has=page.get_by_label("Pågår")).all():
        group.get_by_label("Pågår").check()
    page.get_by_label("Skriv en ny version av planen").check()
    social.press("Registrera uppföljningen")
    page.get_by_label("Det här är vi inte överens om").fill("Boendestödet vill komma oftare.")
    saved(social, "#text-dissent")
    social.press("Spara dagen")
    saved(social, "#dag")
    social.follow("Granska och fastställ")
    social.press("Fastställ planen")
    social.follow("Det här ändrades i version 2")
    social.inspect("changes")

    # The responsibility moves when the other says yes; then they close.
    social.go(f"{case}ansvar/")
    page.get_by_label("Vårdcentralen Hylte, Region Halland").check()
    page.get_by_label("Varför behöver ansvaret gå över?").fill("Vården har nu mest kontakt.")
    social.inspect("lead")
    social.press("Fråga verksamheten")
    care.go("/")
    care.follow("Svara om ni kan ta över det övergripande ansvaret")
    care.inspect("lead-answer")
    care.page.get_by_label("Ja, vi tar över").check()
    care.press("Skicka svaret")
    care.go(f"{case}avsluta/")
    care.inspect("close-plan")
    care.page.get_by_label("Behovet av samordning finns inte längre").check()
    for done in care.page.get_by_label("Gjord", exact=True).all():
        done.check()
    care.press("Avsluta ärendet")
    assert "Ärendet är avslutat." in care.page.inner_text("main")
    care.go(case)
    assert "Avslutat" in care.page.inner_text("main")
    care.inspect("case-closed")
    with as_owner():
        assert SipCase.objects.get().state == State.CLOSED
        assert [plan.state for plan in Plan.objects.all()] == [PlanState.REPLACED, PlanState.ENDED]


def test_typed_words_stay_whatever_happens_to_the_other_rows(live_portal: LivePortal):
    """Quality 15 and 23: not while the page loads, nor while another row is on its way, is anything typed lost."""
    case = build_plan.drafted()
    window = live_portal.open("hylte-socialtjanst-barn")
    page, held = window.page, []
    page.route("**/writing*.js", lambda route: held.append(route))
    page.goto(f"{live_portal.address}/sip/{case.pk}/plan/skriv/", wait_until="commit")
    needs = page.get_by_label("Det här behöver jag stöd med")
    needs.fill("Skrivet innan sidan var färdig")
    held.pop().continue_()
    saved(window, "#text-needs")

    page.route("**/plan/skriv/mal/", lambda route: held.append(route))
    half = page.locator(".row-form--new:not(.goal)").first.get_by_label("Vad ska göras?")
    half.fill("Halvskriven insats")
    page.get_by_role("textbox", name="Mål, med personens egna ord").last.fill("Ett mål till")
    with page.expect_request("**/plan/skriv/mal/"):
        window.press("Lägg till målet")
    needs.fill("Skrivet medan målet var på väg")
    goals = page.locator("article.goal")
    before = goals.count()
    held.pop().continue_()
    expect(goals).to_have_count(before + 1)
    expect(needs).to_have_value("Skrivet medan målet var på väg")
    expect(needs).to_be_focused()
    expect(half).to_have_value("Halvskriven insats")
    saved(window, "#text-needs")
    with as_owner():
        assert PlanText.objects.get(kind="needs").text == "Skrivet medan målet var på väg"


def test_the_editor_by_keyboard_alone(live_portal: LivePortal):
    """Quality 21: a goal and two measures written without leaving the keyboard, each saved with Enter."""
    case = build_plan.contacted()
    window = live_portal.open("hylte-socialtjanst-barn", at=f"/sip/{case.pk}/plan/")
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
