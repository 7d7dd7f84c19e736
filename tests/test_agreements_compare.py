"""AGR-4: two agreements beside each other, section by section and term by term."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.compare import Change, Comparison, compare
from agreements.models import Agreement
from agreements.values import Origin
from tests.conftest import as_owner, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def old() -> Agreement:
    return Agreement.objects.get(key="halland-2022-2024")


@pytest.fixture
def new() -> Agreement:
    return Agreement.objects.get(key="halland-2025-2029")


def between(before: Agreement, after: Agreement) -> Comparison:
    return compare(before, after, before_on=before.valid_to, after_on=after.valid_to)


def test_agr4_an_agreement_differs_nowhere_from_itself(new: Agreement) -> None:
    result = between(new, new)
    assert {pair.change for pair in result.sections + result.terms} == {Change.SAME}
    assert {pair.change for _, pairs in result.rules for pair in pairs} == {Change.SAME}


def test_agr4_every_section_is_there_once(old: Agreement, new: Agreement) -> None:
    pairs = between(old, new).sections
    assert {p.before.number for p in pairs if p.before} == set(old.provisions.values_list("number", flat=True))
    assert {p.after.number for p in pairs if p.after} == set(new.provisions.values_list("number", flat=True))
    assert len([p for p in pairs if p.before]) == old.provisions.count()
    assert {p.change for p in pairs} >= {Change.CHANGED, Change.NEW}


def test_agr4_the_other_way_round_new_and_gone_change_places(old: Agreement, new: Agreement) -> None:
    there, back = between(old, new), between(new, old)
    assert len(_keys(there, Change.NEW)) == len(_keys(back, Change.GONE))


def _keys(result: Comparison, change: Change) -> list[str]:
    return [(p.after or p.before).key for p in result.terms if p.change == change]


def test_agr4_a_term_changed_by_the_board_differs_between_two_days(new: Agreement) -> None:
    with as_owner():
        version = new.term_versions.get(key="sip.first_contact")
        version.pk, version._state.adding = uuid4(), True
        version.value, version.origin, version.valid_from = 2, Origin.BOARD, date(2026, 6, 1)
        version.save()
    result = compare(new, new, before_on=date(2026, 5, 31), after_on=date(2026, 6, 1))
    assert _keys(result, Change.CHANGED) == ["sip.first_contact"]
    assert {p.change for p in result.sections} == {Change.SAME}


def test_agr4_page(client: Client) -> None:
    reader, address = sign_in(client, "hylte-socialtjanst-barn"), reverse("agreements:comparison")
    assert 'id="villkor"' not in reader.get(address).content.decode()
    with CaptureQueriesContext(connection) as asked:
        text = reader.get(address, {"fran": "halland-2022-2024", "till": "halland-2025-2029"}).content.decode()
    assert len([query for query in asked if "agreements_" in query["sql"]]) <= 8
    assert "Tvistetrappan" in text
    assert "Borttaget" in text or "Nytt" in text
    refused = reader.get(address, {"fran": "finns-inte", "till": "halland-2025-2029"}).content.decode()
    assert "<title>Fel: Jämför" in refused
