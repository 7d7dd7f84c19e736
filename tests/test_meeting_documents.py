"""The call to a meeting and its notes on paper (SIP-6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import time_machine

from core.acting import Actor
from sip.models import Meeting
from tests import build_meeting
from tests.conftest import NOW
from tests.pages import client_for, words
from tests.papers import COST_WORDS, read_back

pytestmark = pytest.mark.django_db


def ask(meeting: Meeting, by: Actor, name: str, at: datetime, **kwargs: Any) -> Any:
    with time_machine.travel(at, tick=False):
        return client_for(by).get(f"/sip/{meeting.case_id}/dokument/{name}.pdf", **kwargs)


def test_sip6_the_call_tells_when_where_why_and_who_and_nothing_of_the_number(hylte: Actor) -> None:
    meeting = build_meeting.call()
    found = read_back(ask(meeting, hylte, "kallelse", NOW).content)
    assert found.is_readable
    for said in ("Kommunhuset, rum 3", "60 minuter", "skolgång och stöd hemma", "En väg in", "Nils Provsson"):
        assert said in found.text, said
    assert "20110108" not in found.text
    assert "Vill att mötet är kort" not in found.text, "what was said to the unit isn't everybody's"
    assert not [word for word in COST_WORDS if word in found.text.lower()]
    assert "inga färdiga anteckningar" in words(ask(meeting, hylte, "anteckningar", NOW, follow=True))


def test_sip5_the_notes_tell_who_was_there_and_whether_it_counts(hylte: Actor, contact_centre: Actor) -> None:
    meeting = build_meeting.held()
    after = meeting.ends_at
    build_meeting.noted(meeting)
    for by in (hylte, contact_centre):
        found = read_back(ask(meeting, by, "anteckningar", after, follow=True).content)
        assert found.is_readable
        assert "Någon från" in found.text
        assert "Räknas som SIP" in found.text
    assert "Inget möte är kallat" in words(ask(meeting, hylte, "kallelse", after, follow=True))
