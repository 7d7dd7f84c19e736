"""Two who act at the same moment, each with a connection of their own: one wins, the other reads why (quality 15)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client, override_settings

from core.models import Message
from followup.models import GroupReport, RegionalReport, RegionalVersion, ReportVersion
from tests import build_groups as build
from tests.conftest import NOW, as_owner
from tests.pages import client_for, words

pytestmark = pytest.mark.usefixtures("transactional_db")


def at_once(*requests: Callable[[], Any]) -> list[Any]:
    """Send the requests from threads that wait for one another. Returns the answers, the one that won first."""
    together, answers = threading.Barrier(len(requests)), []

    def send(request: Callable[[], Any]) -> None:
        try:
            together.wait(timeout=20)
            answers.append(request())
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[request]) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(answers, key=lambda answer: answer.status_code)


def test_fup2_fup3_of_two_who_hand_in_or_hand_over_at_once_one_wins_and_the_other_reads_why() -> None:
    with override_settings(DEMO=True), time_machine.travel(NOW, tick=True):
        campaign = build.campaign()
        report = GroupReport.objects.select_related("campaign", "group").get(campaign=campaign, group__key=build.GROUP)
        by, texts = build.coordinator(), build.texts(report)
        windows = [client_for(by), client_for(by)]
        address = f"/uppfoljning/rapporter/{report.pk}/skriv/"

        def hands_in(client: Client, said: str) -> Callable[[], Any]:
            return lambda: client.post(address, {**texts, "deviations": said, "version": 1, "submit": ""})

        won, lost = at_once(hands_in(windows[0], "Mitt ena fönster"), hands_in(windows[1], "Mitt andra fönster"))
        assert (won.status_code, lost.status_code) == (302, 422)
        version = ReportVersion.objects.get(report=report)
        (kept,) = [row["text"] for row in version.content["texts"] if row["definition"]["key"] == "deviations"]
        read = words(lost)
        assert f"Uppföljningen är redan inlämnad av {version.by}" in read
        # What stands and what was typed are both there to read.
        assert "Mitt ena fönster" in read
        assert "Mitt andra fönster" in read
        assert kept in ("Mitt ena fönster", "Mitt andra fönster")

        whole = RegionalReport.objects.get(campaign=campaign, coordination="children")
        coordinators = [client_for(by), client_for(build.coordinator("ssgb-hylte"))]
        at = f"/api/v1/lanets-sammanstallningar/{whole.pk}/"
        for key in texts:
            sent = {"indicator": key, "text": "Gemensamt", "version": 0}
            assert coordinators[0].post(f"{at}text/", sent, content_type="application/json").status_code == 200
        assert coordinators[0].post(f"{at}klar/", {"version": 1}, content_type="application/json").status_code == 200
        whole.refresh_from_db()
        hand_over = {"version": whole.version}

        def hands_over(client: Client) -> Callable[[], Any]:
            return lambda: client.post(f"{at}lamna-over/", hand_over, content_type="application/json")

        won, lost = at_once(*[hands_over(one) for one in coordinators])
        assert (won.status_code, lost.status_code) == (200, 409)
        assert "Någon annan har ändrat" in lost.json()["fel"]
        assert RegionalVersion.objects.filter(report=whole).count() == 1
    with as_owner():
        told = Message.objects.filter(kind="group.presented")
        assert {one.to_level for one in told} == {"board_member", "education_group"}
        assert told.count() == len({(one.to_unit_id, one.to_level) for one in told})
