"""One walk through the pages, as those who sit there would: from a meeting to the board's feedback (FUP-1…7)."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client, override_settings
from openpyxl import load_workbook

from core.acting import acting
from core.workdays import STOCKHOLM
from followup.definitions import Definitions
from followup.models import BoardTask, Campaign, Decision, GroupReport, Meeting, RegionalVersion
from followup.printing import print_waiting
from tests import build_groups as build
from tests.conftest import NOW, actor, as_jobs
from tests.papers import read_back
from tests.test_followup_groups import sign_in

pytestmark = pytest.mark.django_db


def sent(client: Client, address: str, **values: Any) -> str:
    """Open a form, send it, and expect to be led on. Returns where to."""
    page = client.get(address)
    assert page.status_code == 200, (address, page.status_code)
    answer = client.post(address, values)
    assert answer.status_code == 302, (address, _errors(answer))
    return str(answer["Location"])


def _errors(answer: HttpResponse) -> object:
    form = (getattr(answer, "context", None) or {}).get("form")
    return form.errors if form else answer.status_code


def seen(client: Client, address: str, *words: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    page = answer.content.decode()
    for word in words:
        assert word in page, (address, word)
    return page


def test_from_a_meeting_to_the_boards_feedback() -> None:
    lead, other, board = build.coordinator(), build.representative(), build.board()
    group = build.group()
    root = "/uppfoljning"
    with override_settings(DEMO=True), time_machine.travel(NOW, tick=False) as clock:
        coordinator, member, rug = sign_in(Client(), lead), sign_in(Client(), other), sign_in(Client(), board)
        meets = (NOW + timedelta(days=7)).astimezone(STOCKHOLM)
        at = sent(
            coordinator, f"{root}/grupper/{group.pk}/moten/nytt/", day=meets.date().isoformat(), time="13:00",
            minutes_long="120", place="=Stadshuset", repeats="2", weeks="8",
        )  # fmt: skip
        seen(coordinator, at, "Kallelsen är inte skickad", "Avvikelser")
        sent(member, f"{at}punkt/", heading="Sommaren", text="Vem är på plats?")
        sent(coordinator, f"{at}kalla/", version=Meeting.objects.get(pk=at.split("/")[-2]).version)
        seen(member, at, "Sommaren", "kallades")
        assert member.get(f"{at}kalender.ics").status_code == 200

        clock.move_to(meets.replace(hour=16))
        coordinator, member, rug = sign_in(Client(), lead), sign_in(Client(), other), sign_in(Client(), board)
        meeting = Meeting.objects.get(pk=at.split("/")[-2])
        people = list(group.members.all())
        other_name = people[1].user
        notes = {f"note_{item.pk}": "Genomgånget." for item in meeting.items.all()}
        sent(
            coordinator, f"{at}protokoll/", version=meeting.version, present=[one.pk for one in people],
            user_participation="Brukarrådet var med.", **notes,
        )  # fmt: skip
        sent(coordinator, f"{at}beslut/", text="Skriv rutin", owner=people[0].pk, due_on="2026-05-04", item="")
        assert coordinator.get(f"{at}justera/").status_code == 403
        meeting.refresh_from_db()
        sent(member, f"{at}justera/", version=meeting.version)
        seen(rug, at, "Genomgånget.", "Skriv rutin")
        minutes = read_back(rug.get(f"{at}handling.pdf").content)
        assert minutes.is_readable
        for words in ("Protokoll", "Genomgånget.", "Skriv rutin", "Brukarrådet var med.", str(other_name), "Justerat"):
            assert words in minutes.text
        assert read_back(rug.get(f"{at}arkiv.pdf").content).is_for_filing
        decision = Decision.objects.get()
        step = f"{root}/beslut/{decision.pk}/"
        seen(member, step, "Skriv rutin")
        sent(coordinator, f"{step}genomfort/", version=1, note="Rutinen är skriven")
        sent(coordinator, f"{step}effekt/", version=2, effect="Färre undrar")
        sent(coordinator, f"{root}/grupper/{group.pk}/adjungera/", name="Polisen", why="Nära", starts_on="2026-03-16")
        seen(coordinator, f"{root}/grupper/{group.pk}/", "Polisen", "Justerat", "Skriv rutin")

        year = sent(rug, f"{root}/arligt/oppna/", year="2026")
        seen(coordinator, year, "SSGB Falkenberg", "Öppen")
        report = GroupReport.objects.select_related("campaign", "group").get(group=group)
        page = f"{root}/rapporter/{report.pk}/"
        texts = build.texts(report)
        empty = coordinator.post(f"{page}skriv/", {**texts, "deviations": "", "version": 1, "submit": ""})
        assert empty.status_code == 422
        assert texts["structures"] in empty.content.decode()
        sent(coordinator, f"{page}skriv/", **texts, version=1)
        report.refresh_from_db()
        sent(coordinator, f"{page}skriv/", **texts, version=report.version, submit="")
        seen(rug, page, "Inlämnad", texts["deviations"])

        whole = Campaign.objects.get().regional_reports.get(coordination="children")
        place = f"{root}/lanet/{whole.pk}/"
        seen(coordinator, place, "har inte lämnat in")
        for key, text in texts.items():
            seen(coordinator, f"{place}text/{key}/", text)
            sent(coordinator, f"{place}text/{key}/", text=f"Länet: {text}", version=0)
        sent(coordinator, f"{place}klar/", version=whole.version)
        whole.refresh_from_db()
        sent(coordinator, f"{place}lamna-over/", version=whole.version)
        version = RegionalVersion.objects.get()
        shown = f"{root}/overlamnat/{version.pk}/"
        seen(rug, shown, "Länet:", "SSGB Hylte: har inte lämnat in")
        waits = rug.get(f"{shown}fil.pdf", follow=True)
        assert "Väntar på sin tur" in waits.content.decode()
        with as_jobs():
            print_waiting()
        seen(rug, f"{shown}pdf/", "PDF:en är klar", f"{shown}fil.pdf")
        handed_over = read_back(rug.get(f"{shown}fil.pdf").content)
        assert handed_over.is_readable
        assert "SSGB Hylte: har inte lämnat in" in handed_over.text
        book = load_workbook(io.BytesIO(rug.get(f"{shown}fil.xlsx").content))
        assert ("SSGB Hylte", "har inte lämnat in") in list(book["Grupper"].values)
        assert "SSGB Hylte;;;;;;;;har inte lämnat in" in rug.get(f"{shown}fil.csv").content.decode("utf-8-sig")
        api = f"/api/v1/lanets-uppfoljningar/{version.pk}/"
        assert {"name": "SSGB Hylte", "version": None} in rug.get(api).json()["groups"]
        sent(sign_in(Client(), actor("brukare")), f"{shown}synpunkt/", text="Fråga oss tidigare")
        with acting(board, NOW):
            said = version.comments.get()
        sent(rug, f"{root}/synpunkter/{said.pk}/svara/", answer="Ja")

        # Opened again with a reason, what was handed over stands on every path until a new version is handed over.
        before = [rug.get(api).json()[name] for name in ("texts", "figures")]
        whole.refresh_from_db()
        assert coordinator.post(f"{place}ratta/", {"version": whole.version, "reason": " "}).status_code == 422
        sent(coordinator, f"{place}ratta/", version=whole.version, reason="Ett fel ord")
        sent(coordinator, f"{place}text/deviations/", text="Ändrat ord", version=1)
        assert "Ändrat ord" not in seen(rug, shown, "Länet:")
        assert [rug.get(api).json()[name] for name in ("texts", "figures")] == before
        again = load_workbook(io.BytesIO(rug.get(f"{shown}fil.xlsx").content))
        assert [list(sheet.values) for sheet in again] == [list(sheet.values) for sheet in book]
        for step in ("klar", "lamna-over"):
            whole.refresh_from_db()
            sent(coordinator, f"{place}{step}/", version=whole.version)
        newest = whole.versions.last()
        seen(rug, shown, "Det finns en nyare", f"/overlamnat/{newest.pk}/")
        seen(rug, f"{root}/overlamnat/{newest.pk}/", "Ändrat ord", "Version 2: Ett fel ord")

        sent(rug, f"{page}aterkoppla/", text="Bra arbete")
        seen(coordinator, page, "Bra arbete")
        sent(rug, f"{root}/arligt/prioritering/", year="2027", name="Sommaren", text="Planera")
        sent(rug, f"{root}/arligt/uppdrag/", groups=[group.pk], name="Kartlägg", text="Gör", due_on="2026-09-01")
        task = BoardTask.objects.get()
        with acting(lead, NOW):
            coming = Meeting.objects.filter(group=group, state="planned").get()
        seen(coordinator, f"{root}/moten/{coming.pk}/", "Kartlägg")
        sent(coordinator, f"{root}/uppdrag/{task.pk}/redovisa/", version=1, result="Klart")
        sent(rug, f"{root}/uppdrag/{task.pk}/godkann/", version=2, answer="Tack")
        sent(
            rug, f"{root}/arligt/indikator/", name="Kallade i tid", from_year="2027", asks_text="on",
            numerator="first_contacts_in_time", denominator="first_contacts_due", definition="Andel", aim="higher",
            target="90", reason="Vi vill se det",
        )  # fmt: skip
        assert "kallade_i_tid" in {one.key for one in Definitions(build.agreement()).of(2027)}
        seen(rug, f"{root}/arligt/", "Kallade i tid", "Sommaren")
        for reader in (coordinator, member, rug):
            seen(reader, f"{root}/", "Uppföljning")
