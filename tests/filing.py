"""Helpers for tests of filing a SIP: its pages, what is typed in them, and what is then stored."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from django.urls import reverse

from core.acting import Actor
from individuals.kinds import Category
from individuals.models import Basis, Guardian, Piece
from organisations.models import Huvudman, Unit
from sip.kinds import CallState
from sip.models import Call, SipCase
from tests import build
from tests.conftest import as_owner

CHILD, ADULT = "20110108-2392", "19800108-2380"
TOO_LONG = "å" * 200_000
NASTY = '<script>alert(1)</script> =HYPERLINK("x")'
STEPS = ["person", "need", "own_view", "receivers", "details", "consent", "review"]
START = {
    "kind": "number", "number": CHILD, "first_name": "Nils", "last_name": "Provsson", "protection": "none",
}  # fmt: skip
NEED = {"target_groups": ["children"], "noticed_on": "2026-03-06", "noticed_time": "09:30", "need": "Behöver en plan"}


PERSON = {"first_name": "Nils", "last_name": "Provsson", "protection": "none"}


def page(name: str, case: SipCase | UUID) -> str:
    return reverse(f"sip:{name}", args=[getattr(case, "pk", case)])


def start(client: Client, **changes: Any) -> Any:
    return client.post(reverse("sip:start"), {"submission": uuid4(), **START, **changes})


def seen(response: Any) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', response.content.decode())
    assert found is not None
    return found.group(1)


def post(client: Client, name: str, case: SipCase, data: dict[str, Any]) -> Any:
    """Open the page, fill it in, press the button."""
    mark = seen(client.get(page(name, case)))
    return client.post(page(name, case), {**data, "seen": mark})


def only_case() -> SipCase:
    with as_owner():
        return SipCase.objects.select_related("matter__person").get()


def the(case: SipCase) -> SipCase:
    with as_owner():
        return SipCase.objects.select_related("matter__person").get(pk=case.pk)


def text_of(case: SipCase, category: Category) -> str | None:
    with as_owner():
        piece = Piece.objects.filter(matter_id=case.pk, category=category).order_by("-version").first()
        return piece.text if piece else None


def an_adult(by: Actor) -> SipCase:
    return build.draft(by, number=ADULT, guardians=0)


def only_with(number: str) -> SipCase:
    with as_owner():
        return SipCase.objects.select_related("matter__person").get(
            matter__person__identity_number=number.replace("-", "")
        )


def offered(response: Any) -> set[str]:
    ids = re.findall(r'name="add"\s+value="([^"]+)"', response.content.decode())
    return set(Unit.objects.filter(pk__in=ids).values_list("key", flat=True))


def called(case: SipCase) -> dict[str, str]:
    with as_owner():
        calls = Call.objects.filter(case_id=case.pk, state=CallState.CALLED)
        return dict(calls.values_list("unit__key", "reason"))


def consent_data(case: SipCase, **changes: Any) -> dict[str, Any]:
    with as_owner():
        guardians = list(Guardian.objects.filter(person=case.matter.person))
    data: dict[str, Any] = {
        "kind": "consent",
        "purpose": "Planera stödet",
        "categories": ["need", "own_view"],
        "wider": [str(Huvudman.objects.get(key="region-halland").pk)],
        "until": "2026-09-09",
    }
    for one, manner in zip(guardians, ["oral", "written"], strict=False):
        data |= {f"guardian-{one.pk}-manner": manner, f"guardian-{one.pk}-on": "2026-03-08"}
    return {name: value for name, value in (data | changes).items() if value is not None}


def basis_of(case: SipCase) -> Basis | None:
    with as_owner():
        return Basis.objects.prefetch_related("scopes", "givers").filter(matter_id=case.pk, replaced_at=None).first()
