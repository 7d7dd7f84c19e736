"""From a meeting of a local group to the board's feedback, in a browser, as those who sit there would (FUP-1…4)."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from django.db import connection

from core.workdays import STOCKHOLM
from followup.making import refresh
from organisations.kinds import Role
from organisations.models import GroupMember
from tests import build_groups as build
from tests.browser import LivePortal, Window
from tests.conftest import NOW, as_jobs, only_whole
from tests.generated_years import draw_years


def seated(portal: LivePortal, member: GroupMember, role: Role) -> Window:
    """A window of a member, in the assignment that the seat in the group gives."""
    window = portal.open(member.user.username, at="/uppdrag/")
    window.page.locator("button.choice").filter(has_text=str(role.label)).first.click()
    window.page.wait_for_load_state()
    return window


def press(window: Window, button: str) -> None:
    """Press a button and wait for the page it leads to."""
    with window.page.expect_navigation(timeout=30_000):
        window.press(button)


def follow(window: Window, link: str) -> None:
    with window.page.expect_navigation(timeout=30_000):
        window.follow(link)


def send(window: Window, button: str, **fields: str) -> None:
    """Fill fields by label and press the button of the page's form."""
    for label, text in fields.items():
        window.page.get_by_label(label.replace("_", " "), exact=True).fill(text)
    press(window, button)


@only_whole  # `test_followup_walk` goes the same way without a browser.
def test_fup1_to_fup4_a_meeting_a_report_the_countys_report_and_the_boards_feedback(live_portal: LivePortal) -> None:
    draw_years()
    group = build.group()
    lead_seat = GroupMember.objects.select_related("user").get(group=group, is_coordinator=True)
    other_seat = GroupMember.objects.select_related("user").filter(group=group, is_coordinator=False)[0]
    lead = seated(live_portal, lead_seat, Role.GROUP_COORDINATOR)
    page = lead.go("/uppfoljning/")
    lead.inspect("followup-home")
    lead.go(f"/uppfoljning/grupper/{group.pk}/")
    lead.inspect("followup-group-empty")

    # A meeting is planned, called, held, written down and approved by another member.
    follow(lead, "Planera möten")
    press(lead, "Planera")
    lead.inspect("followup-plan-errors")
    meets = (NOW + timedelta(days=7)).astimezone(STOCKHOLM)
    send(lead, "Planera", **{
        "Vilken dag?": meets.date().isoformat(), "Vilken tid?": "13:00", "Var, eller vilken länk?": "Stadshuset",
        "Hur många möten?": "1",
    })  # fmt: skip
    lead.inspect("followup-meeting-planned")
    meeting = page.url
    follow(lead, "Kalla till mötet")
    press(lead, "Skicka kallelsen")
    after = NOW + timedelta(days=7, hours=8)
    with time_machine.travel(after, tick=True):
        # The session has ended meanwhile.
        lead = seated(live_portal, lead_seat, Role.GROUP_COORDINATOR)
        page = lead.page
        page.goto(meeting)
        follow(lead, "Skriv protokoll")
        page.get_by_role("checkbox").first.check()
        page.get_by_label("Avvikelser", exact=True).fill("En avvikelse gicks igenom.")
        lead.inspect("followup-minutes")
        press(lead, "Spara protokollet")
        follow(lead, "Anteckna ett beslut")
        page.get_by_label("Vad beslutade ni?").fill("Skriv en rutin för sommaren")
        page.get_by_label("Vem svarar för det?").select_option(index=1)
        page.get_by_label("Klart senast").fill((after + timedelta(days=30)).date().isoformat())
        press(lead, "Spara beslutet")
        lead.inspect("followup-meeting-held")
        other = seated(live_portal, other_seat, Role.GROUP_REPRESENTATIVE)
        other.page.goto(meeting)
        follow(other, "Justera protokollet")
        press(other, "Justera")
        other.inspect("followup-meeting-approved")

        # The board opens the year; the group writes and hands in; figures freeze.
        rug = live_portal.open("rug", at="/uppfoljning/arligt/oppna/")
        press(rug, "Öppna")
        rug.inspect("followup-year")
        with as_jobs():
            refresh(after)
        connection.commit()
        lead.go(f"/uppfoljning/grupper/{group.pk}/")
        page.get_by_role("complementary").get_by_role("link", name="2026").click()
        follow(lead, "Skriv")
        lead.inspect("followup-write")
        press(lead, "Lämna in")
        lead.inspect("followup-write-errors")
        for area in page.locator("form textarea").all():
            area.fill("Vi har arbetat med vägarna in och sommarens rutiner.")
        press(lead, "Lämna in")
        lead.inspect("followup-report")
        report = page.url

        # The coordinators compile the county's report; a group that has not handed in is marked.
        lead.go("/uppfoljning/arligt/")
        follow(lead, "2026")
        follow(lead, "Sammanställ barn och unga")
        lead.inspect("followup-regional")
        regional = page.url
        questions = page.locator("main table th a").all_inner_texts()
        for number, question in enumerate(questions):
            page.goto(regional)
            follow(lead, question)
            if not number:
                lead.inspect("followup-side-by-side")
            press(lead, "Spara")
        follow(lead, "Sammanställningen är klar")
        press(lead, "Klar att lämna över")
        follow(lead, "Lämna över")
        press(lead, "Lämna över")

        # The board reads it, answers the group and gives an assignment.
        rug.go("/uppfoljning/arligt/")
        follow(rug, "2026")
        rug.page.get_by_role("link", name="Överlämnad", exact=False).first.click()
        rug.inspect("followup-presented")
        assert "har inte lämnat in" in rug.page.content()
        rug.page.goto(report)
        follow(rug, "Återkoppla till gruppen")
        send(rug, "Skicka återkopplingen", Återkoppling_till_gruppen="Tack för en tydlig uppföljning.")
        rug.inspect("followup-report-answered")
        # A user organisation reads what the group has published and comments; the coordinator answers.
        brukare = live_portal.open("brukare", at="/uppfoljning/publicerat/")
        brukare.inspect("followup-published")
        brukare.page.get_by_role("link", name="Uppföljning 2026", exact=False).first.click()
        follow(brukare, "Lämna en synpunkt")
        press(brukare, "Skicka")
        brukare.inspect("followup-comment-errors")
        send(brukare, "Skicka", Er_synpunkt="Fråga oss före sommaren.")
        brukare.inspect("followup-publication")
        lead.go("/uppfoljning/")
        follow(lead, "Svara på en synpunkt från en brukarorganisation")
        lead.inspect("followup-answer")
        send(lead, "Svara", **{"Hur har synpunkten mötts?": "Ja, i maj."})
        lead.inspect("followup-answered")
        rug.go("/uppfoljning/siffror/barn/?ar=2025")
        rug.inspect("followup-dashboard")
        press(rug, "PDF")
        rug.inspect("followup-dashboard-pdf")
        lead.page.goto(report)
        assert "Tack för en tydlig uppföljning." in lead.page.content()
