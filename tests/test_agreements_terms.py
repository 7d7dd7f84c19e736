"""AGR-1, AGR-2: the regional board changes a default from a day on; nobody else does, and nothing running changes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from agreements import effects
from agreements.actions import change_term
from agreements.models import Agreement, TermVersion
from core.acting import Actor, acting
from core.authz import NotAllowed, Refused
from organisations.kinds import Role
from tests import build
from tests.conftest import NOW, actor, as_owner, sign_in

pytestmark = pytest.mark.django_db

KEY, TERM, FIXED = "halland-2025-2029", "sip.first_contact", "compulsory_care.plan_renewal"


@pytest.fixture
def agreement() -> Agreement:
    return Agreement.objects.get(key=KEY)


@pytest.fixture
def board(db: None) -> Actor:
    return actor("rug", Role.BOARD_MEMBER)


@pytest.fixture
def change(agreement: Agreement, board: Actor) -> Callable[..., TermVersion]:
    def run(by: Actor | None = None, key: str = TERM, **changes: Any) -> TermVersion:
        values: dict[str, Any] = {"value": 2, "valid_from": date(2026, 4, 1), "reason": "Kortare väntan"}
        values["seen"] = agreement.term_versions.filter(key=key).order_by("-valid_from").first().pk
        with acting(by or board, NOW):
            return change_term(agreement=agreement, key=key, **(values | changes), by=by or board, now=NOW)

    return run


def test_agr2_a_term_changes_from_the_day(agreement: Agreement, change: Callable[..., TermVersion]) -> None:
    change()
    assert agreement.term(TERM, on=date(2026, 3, 31)).value == 3
    assert agreement.term(TERM, on=date(2026, 4, 1)).value == 2
    with connection.cursor() as cursor, as_owner():
        cursor.execute(
            "SELECT new->>'reason', user_id FROM core_changelog WHERE table_name = 'agreements_termversion'"
            " AND new->>'origin' = 'board'"
        )
        assert cursor.fetchall() == [("Kortare väntan", actor("rug", Role.BOARD_MEMBER).user_id)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": 3}, "value"),
        ({"value": 10_001}, "value"),
        ({"valid_from": NOW.date()}, "valid_from"),
        ({"valid_from": date(2030, 1, 1)}, "valid_from"),
        ({"seen": uuid.uuid4()}, None),
        ({"key": "group.annual_report_month", "value": 13}, "value"),
        ({"key": "placement.cost_shares_total", "value": 101}, "value"),
    ],
)
def test_agr1_impossible_changes_are_refused(
    change: Callable[..., TermVersion], changes: dict[str, Any], field: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        change(**changes)
    assert refused.value.field == field


def test_agr4_what_the_agreement_says_is_not_the_boards_to_change(change: Callable[..., TermVersion]) -> None:
    with pytest.raises(Refused, match="alla parter är överens"):
        change(key=FIXED, value=5)


def test_agr1_only_the_board_changes_terms(change: Callable[..., TermVersion], hylte: Actor) -> None:
    with pytest.raises(NotAllowed):
        change(by=hylte)


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"is_default": False}, {"origin": "file"}, {"decided_by_id": None}, {"by": "hylte"}]
)
def test_agr1_the_database_refuses_it_too(agreement: Agreement, board: Actor, hylte: Actor, wrong: dict) -> None:
    by = hylte if wrong.pop("by", None) else board
    standing = agreement.term_versions.get(key=TERM)
    values = {
        "agreement": agreement, "key": TERM, "label": standing.label, "value": 1, "unit": standing.unit,
        "provision": standing.provision, "valid_from": date(2026, 4, 1), "is_default": True, "origin": "board",
        "reason": "Skäl", "decided_by_id": by.user_id, "decided_at": NOW,
    }  # fmt: skip
    with acting(by, NOW):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            TermVersion.objects.create(**(values | wrong))
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            TermVersion.objects.filter(pk=standing.pk).update(value=1)


def test_agr2_the_board_is_told_how_many_clocks_run_but_no_small_numbers(
    agreement: Agreement, board: Actor, hylte: Actor
) -> None:
    build.draft(hylte)
    with acting(board, NOW):
        assert effects.running_in_words(agreement, TERM, 5).startswith("Färre än 5 frister")
        assert effects.running_in_words(agreement, TERM, 1).startswith("1 frister")
        assert effects.running_in_words(agreement, "dispute.level", 5).startswith("Ingen frist")
    with acting(hylte, NOW):
        assert effects.running_in_words(agreement, TERM, 1).startswith("Ingen frist")


def test_agr1_two_steps_in_the_browser(client: Client, agreement: Agreement) -> None:
    board = sign_in(client, "rug")
    address = reverse("agreements:term_change", args=[KEY, TERM])
    page = board.get(address).content.decode()
    assert "Nytt tal, i arbetsdagar" in page
    seen = str(agreement.term_versions.get(key=TERM).pk)
    values = {"value": "2", "valid_from": "2027-06-01", "reason": "Kortare väntan", "seen": seen}
    page = board.post(address, values).content.decode()
    assert "Bekräfta ändringen" in page
    assert "tis 1 juni 2027" in page
    assert agreement.term_versions.filter(key=TERM).count() == 1
    response = board.post(address, values | {"confirmed": "1"})
    assert response.url == reverse("agreements:term_history", args=[KEY, TERM])
    page = board.get(response.url).content.decode()
    assert "Kortare väntan" in page
    assert "Kommande" in page
    assert "<title>Fel:" in board.post(address, values | {"confirmed": "1"}).content.decode()


def test_agr1_pages_for_those_who_may_only_read(client: Client) -> None:
    reader = sign_in(client, "hylte-socialtjanst-barn")
    assert reader.get(reverse("agreements:term_change", args=[KEY, TERM])).status_code == 403
    page = reader.get(reverse("agreements:term_history", args=[KEY, TERM])).content.decode()
    assert "En ledamot i RUG kan ändra det" in page
    assert reader.get(reverse("agreements:term_history", args=[KEY, "finns.inte"])).status_code == 404


def test_agr1_the_board_is_told_why_a_fixed_number_stays(client: Client) -> None:
    board = sign_in(client, "rug")
    response = board.get(reverse("agreements:term_change", args=[KEY, FIXED]), follow=True)
    assert "Det ändras bara när alla parter är överens" in response.content.decode()
    assert board.get(reverse("agreements:term_change", args=[KEY, "finns.inte"])).status_code == 404
