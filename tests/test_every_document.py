"""Every kind of document that the portal prints, read back. A new kind fails here until it is told how it is made.

What each tells is the matter of its chapter's tests; this is what holds for all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings

from core.acting import Actor, acting
from disputes.models import Dispute
from followup import documents as of_followup
from placements import documents as of_placements
from sip.documents import SHEETS
from sip.models import Meeting
from tests import build_disputes, build_groups, build_meeting, build_placements
from tests.conftest import NOW
from tests.pages import client_for
from tests.papers import COST_WORDS, Paper, read_back
from tests.test_plan_documents import guardians, written

pytestmark = pytest.mark.django_db

TEMPLATES = Path(django_settings.BASE_DIR) / "templates"
FOR_THE_RECORD = {"plan", "anteckningar"}
"""What a party files. All else is given to the person, the guardians or those who come: no money, whoever wrote it."""
TELLS_WHERE = FOR_THE_RECORD | {"min-plan"}
"""All others may end up with a guardian who isn't called: where the child is stands in none of them."""


def fetched(by: Actor, path: str, now: Any) -> bytes:
    with time_machine.travel(now, tick=False):
        answer = client_for(by).get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), path
    return bytes(answer.content)


def test_every_document_of_a_sip_is_tagged_titled_in_swedish_and_tells_neither_costs_nor_where() -> None:
    """Quality 26, SIP-13, IND-3, for each that there is."""
    case = written()
    case.establish()
    called, held = build_meeting.call(case.case(), by=case.lead, now=case.now), _noted()
    guardians(case, called=False)
    places = dict.fromkeys(SHEETS, (case.pk, case.now)) | {"anteckningar": (held.case_id, held.ends_at)}
    assert called.case_id == case.pk
    for name, sheet in SHEETS.items():
        case_id, now = places[name]
        here = f"/sip/{case_id}/dokument/{name}.pdf"
        found = read_back(fetched(case.lead, here, now))
        assert found.is_readable, name
        assert sheet.title.split()[0] in found.title, name
        if sheet.has_large:
            assert read_back(fetched(case.lead, f"{here}?stor=1", now)).is_readable, name
        if sheet.is_filed:
            assert read_back(fetched(case.lead, f"{here}?arkiv=1", now)).is_for_filing, name
        assert name in FOR_THE_RECORD or not _money(found), name
        assert name in TELLS_WHERE or "Storgatan" not in found.text, name


def _noted() -> Meeting:
    held = build_meeting.held()
    build_meeting.noted(held)
    return held


def _money(found: Paper) -> list[str]:
    return [word for word in COST_WORDS if word in found.text.lower()]


# --- the other chapters -----------------------------------------------------------------------------------------------
def _ansvarsforbindelse() -> bytes:
    version, by = build_placements.proposed(), build_placements.placing()
    with acting(by, NOW):
        made = of_placements.agreement(placement=version.placement, version=version, for_filing=False, by=by, now=NOW)
    return made.content


def _information() -> bytes:
    placement, by = build_placements.shared(), build_placements.placing()
    with acting(by, NOW):
        return of_placements.information(placement=placement, by=by, now=NOW).content


def _dispute() -> bytes:
    dispute: Dispute = build_disputes.opened()
    return fetched(build_disputes.manager(), f"/tvister/{dispute.pk}/dokument/lasa/", NOW)


def _meeting_of_a_group() -> bytes:
    meeting, by = build_groups.held(), build_groups.coordinator()
    with acting(by, NOW):
        return of_followup.of_meeting(meeting, [], for_filing=False, now=NOW)[0]


def _report() -> bytes:
    return of_followup.as_pdf(
        title="Årlig uppföljning", reference="ssgb-hylte-2025", sender=("SSGB", "Hylte"), panels=[], now=NOW,
        texts=[("Framgångsfaktorer", "Fler möten i tid.")],
    )  # fmt: skip


OTHERS: dict[str, Callable[[], bytes]] = {
    "documents/placements/ansvarsforbindelse.html": _ansvarsforbindelse,
    "documents/placements/information.html": _information,
    "documents/disputes/dispute.html": _dispute,
    "documents/followup/meeting.html": _meeting_of_a_group,
    "documents/followup/report.html": _report,
}


@pytest.mark.parametrize("template", OTHERS)
def test_every_document_of_the_other_chapters_is_tagged_titled_and_in_swedish(template: str, settings: Any) -> None:
    settings.DEMO = True
    found = read_back(OTHERS[template]())
    assert found.is_readable
    assert template != "documents/placements/information.html" or not _money(found), "PLC-8"


def test_no_kind_of_document_is_left_out() -> None:
    printed = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if re.search(r'{%-? *extends +"documents/', path.read_text(encoding="utf-8"))
    }
    assert printed == {sheet.template for sheet in SHEETS.values()} | set(OTHERS)
