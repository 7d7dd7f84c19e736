"""AGR-6: local agreements and routines hang under the regional agreement, with days of review."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from agreements.actions import add_local_document, change_local_document
from agreements.models import Agreement, LocalDocument
from core.acting import Actor, acting
from core.authz import NotAllowed, Refused
from core.transitions import Gone
from organisations.kinds import Role
from tests.conftest import NOW, actor, sign_in

pytestmark = pytest.mark.django_db

KEY = "halland-2025-2029"
FACTS: dict[str, Any] = {
    "kind": "routine",
    "title": "Rutin för akuta placeringar",
    "reference": "Dnr 2025/12",
    "decided_on": date(2025, 10, 1),
    "review_by": date(2026, 10, 1),
}


@pytest.fixture
def agreement() -> Agreement:
    return Agreement.objects.get(key=KEY)


@pytest.fixture
def hylte_admin(db: None) -> Actor:
    return actor("admin.hylte", Role.LOCAL_ADMINISTRATOR)


def add(agreement: Agreement, by: Actor, **changes: Any) -> LocalDocument:
    with acting(by, NOW):
        return add_local_document(agreement=agreement, facts=FACTS | changes, by=by, now=NOW)


def test_agr6_a_party_lists_changes_and_ends_its_own(agreement: Agreement, hylte_admin: Actor) -> None:
    document = add(agreement, hylte_admin)
    with acting(hylte_admin, NOW):
        later = FACTS | {"review_by": date(2027, 10, 1), "ended_on": NOW.date()}
        change_local_document(agreement=agreement, document_id=document.pk, facts=later, by=hylte_admin, now=NOW)
    document.refresh_from_db()
    assert (document.review_by, document.ended_on) == (date(2027, 10, 1), NOW.date())
    add(agreement, hylte_admin)  # One that has ended leaves its name free.


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"decided_on": NOW.date() + timedelta(days=1)}, "decided_on"),
        ({"review_by": date(2025, 10, 1)}, "review_by"),
        ({"ended_on": date(2025, 9, 30)}, "ended_on"),
    ],
)
def test_agr6_impossible_days_are_refused(
    agreement: Agreement, hylte_admin: Actor, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        add(agreement, hylte_admin, **changes)
    assert refused.value.field == field


def test_agr6_the_same_name_twice_is_refused(agreement: Agreement, hylte_admin: Actor) -> None:
    add(agreement, hylte_admin)
    with pytest.raises(Refused, match="redan"):
        add(agreement, hylte_admin)


def test_agr6_others_may_not_write(agreement: Agreement, hylte: Actor, hylte_admin: Actor) -> None:
    document, other = add(agreement, hylte_admin), actor("admin.laholm", Role.LOCAL_ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        add(agreement, hylte)
    with acting(other, NOW), pytest.raises(Gone):
        change_local_document(agreement=agreement, document_id=document.pk, facts=FACTS, by=other, now=NOW)
    with acting(other, NOW):
        assert LocalDocument.objects.filter(pk=document.pk).update(title="Annat") == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            LocalDocument.objects.create(agreement=agreement, huvudman_id=hylte_admin.huvudman_id, **FACTS)


def test_agr6_pages(client: Client, agreement: Agreement) -> None:
    admin = sign_in(client, "admin.hylte")
    address = reverse("agreements:local", args=[KEY])
    assert "Inget lokalt är registrerat" in admin.get(address).content.decode()
    new = reverse("agreements:local_new", args=[KEY])
    wrong = admin.post(new, FACTS | {"decided_on": "2025-10-01", "review_by": "2025-09-01"}).content.decode()
    assert "<title>Fel:" in wrong
    response = admin.post(new, FACTS | {"decided_on": "2020-10-01", "review_by": "2021-10-01"})
    assert response.status_code == 302
    text = admin.get(address).content.decode()
    assert "Dags att se över" in text
    change = reverse("agreements:local_change", args=[KEY, LocalDocument.objects.get().pk])
    assert change in text
    assert 'value="2021-10-01"' in admin.get(change).content.decode()
    other = sign_in(Client(), "admin.laholm")
    assert other.get(change).status_code == 404
    assert change not in other.get(address).content.decode()
    assert sign_in(Client(), "hylte-socialtjanst-barn").get(new).status_code == 403
