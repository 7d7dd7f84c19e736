"""AGR-4…7 through the API, and permanent links to what it tells."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from agreements import actions
from agreements.models import Agreement, RevisionRound
from core.acting import acting
from organisations.kinds import Role
from tests.conftest import NOW, actor
from tests.pages import client_for

pytestmark = pytest.mark.django_db

KEY = "halland-2025-2029"
AT = f"/api/v1/overenskommelser/{KEY}/"


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(AT + path, body, content_type="application/json")


@pytest.fixture
def admin() -> Client:
    return client_for(actor("admin.hylte", Role.LOCAL_ADMINISTRATOR))


def test_agr1_what_the_public_reads_has_permanent_links(client: Client) -> None:
    agreement = client.get(AT).json()
    assert agreement["page"].endswith(f"/overenskommelser/{KEY}/")
    sections = client.get(AT + "avsnitt/?per_sida=200").json()["results"]
    assert {row["page"].rpartition("#")[2] for row in sections} == {row["number"] for row in sections}


def test_agr5_the_checklist_tells_where_or_why_not(client: Client) -> None:
    rows = client.get(AT + "checklista/").json()
    assert rows
    assert all(row["covered"] == bool(row["sections"]) and (row["covered"] or row["note"]) for row in rows)


def test_agr7_a_party_records_and_strikes_and_everybody_reads(client: Client, admin: Client) -> None:
    body = {"kind": "declines", "body": "Fullmäktige", "decided_on": "2026-01-01", "reference": "§ 1"}
    made = post(admin, "partsbeslut/", **body)
    assert made.status_code == 201
    again = post(admin, "partsbeslut/", **body)
    assert (again.status_code, list(again.json()["falt"])) == (422, ["reference"])

    def standing() -> dict[str, Any]:
        rows = client.get(AT + "beslut/").json()
        return next(row for row in rows if row["huvudman"] == made.json()["huvudman"])

    assert (standing()["standing"], standing()["binds"]) == ("declined", False)
    struck = post(admin, f"partsbeslut/{made.json()['id']}/stryk/", reason="Fel")
    assert struck.json()["struck_reason"] == "Fel"
    assert standing()["binds"]


def test_agr6_a_party_keeps_its_list(client: Client, admin: Client) -> None:
    body = {"kind": "routine", "title": "Rutin", "reference": "Dnr 1", "decided_on": "2025-10-01"}
    assert post(admin, "lokala-dokument/", **body).status_code == 422
    made = post(admin, "lokala-dokument/", **body, review_by="2026-10-01").json()
    later = body | {"review_by": "2027-10-01"}
    changed = admin.put(AT + f"lokala-dokument/{made['id']}/", later, content_type="application/json")
    assert changed.json()["review_by"] == "2027-10-01"
    assert [row["title"] for row in client.get(AT + "lokalt/").json()["results"]] == ["Rutin"]


def test_agr4_a_round_through_the_api() -> None:
    board = actor("rug", Role.BOARD_MEMBER)
    with acting(board, NOW):
        asked: RevisionRound = actions.open_round(
            agreement=Agreement.objects.get(key=KEY), title="Runda", question="Vad?", is_revision=False,
            closes_on=date(2099, 1, 1), by=board, now=NOW,
        )  # fmt: skip
    users = client_for(actor("brukare", Role.USER_REPRESENTATIVE))
    there = f"rundor/{asked.pk}/"
    assert post(users, there + "synpunkter/", text="Bra").json()["falt"].keys() == {"organisation"}
    made = post(users, there + "synpunkter/", text="Bra", organisation="Föreningen", provision="4.1")
    assert (made.status_code, made.json()["provision"]) == (201, "4.1")
    answer = {"outcome": "followed", "text": "Tack"}
    assert post(users, there + f"synpunkter/{made.json()['id']}/svar/", **answer).status_code == 403
    assert post(client_for(board), there + f"synpunkter/{made.json()['id']}/svar/", **answer).status_code == 200
    told = users.get(AT + there).json()["comments"]
    assert [(one["organisation"], one["answer"]) for one in told] == [("Föreningen", "Tack")]
