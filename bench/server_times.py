"""What the server takes to answer with the pages that people open most. Told, not judged: machines differ."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.urls import reverse

from agreements.values import Coordination
from bench.desk import Desk, as_role, signed_in
from bench.results import ServerTime
from individuals.kinds import MatterKind
from individuals.querysets import on_desk
from organisations.kinds import Role
from organisations.models import Assignment

ROUNDS, WARM_UP = 60, 3


def measure(desk: Desk, now: datetime) -> list[ServerTime]:
    """Each page in turns, so that a busy moment of the machine falls on all of them alike."""
    case = on_desk(desk.actor, now, MatterKind.SIP).order_by("next_due_at").values_list("content_object", flat=True)[0]
    member = Assignment.objects.filter(role=Role.BOARD_MEMBER).select_related("user").order_by("pk")[0]
    cases, board = desk.client, signed_in(member)
    pages: dict[str, tuple[int | None, Callable[[], Any]]] = {
        "Mitt att göra": (None, lambda: cases.get(reverse("home"))),
        "ärendelistan": (150, lambda: cases.get(reverse("sip:list"))),
        "ärendelistan, alla": (150, lambda: cases.get(reverse("sip:list"), {"lage": "alla"})),
        "sökning på namn": (None, lambda: cases.post(reverse("sip:search"), {"q": "Alva Dahlsson"})),
        "ett ärende": (120, lambda: cases.get(reverse("sip:case", args=[case]))),
        "länets översikt": (
            200, lambda: board.get(reverse("followup:dashboard", args=[Coordination.CHILDREN.value]))
        ),
    }  # fmt: skip
    times: dict[str, list[float]] = {name: [] for name in pages}
    with as_role("portal_app"):
        for turn in range(WARM_UP + ROUNDS):
            for name, (_, ask) in pages.items():
                started = time.perf_counter()
                answer = ask()
                seconds = time.perf_counter() - started
                assert answer.status_code == 200, (name, answer.status_code)
                if turn >= WARM_UP:
                    times[name].append(seconds)
    return [ServerTime.of(name, times[name], limit) for name, (limit, _) in pages.items()]
