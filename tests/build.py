"""Builders: reach a state by running the real actions, as the people who would."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from core.acting import Actor, acting
from individuals import actions as individuals
from individuals.actions import Receivers
from individuals.consent import Given
from individuals.identity import read_number
from individuals.kinds import BasisKind, Category, Giver, Manner
from individuals.models import Guardian, Person
from organisations.models import Huvudman
from sip import actions
from sip.kinds import ContactManner
from sip.models import Call, SipCase
from tests.conftest import NOW, actor, unit
from tests.kept import kept

CHILD_NUMBER = "20110108-2392"  # From the tax agency's series of test numbers.
INITIATOR = "hylte-socialtjanst-barn"
CALLED = "en-vag-in"


@kept
def draft(by: Actor | None = None, *, now: datetime = NOW, number: str = CHILD_NUMBER, guardians: int = 2) -> SipCase:
    """A draft with everything written but the consent: a child of 15 with two guardians, calling En väg in."""
    by = by or actor(INITIATOR)
    with acting(by, now):
        identity = read_number(number, today=now.date())
        person = individuals.register_person(
            person=Person(
                unit_id=by.unit_id,
                identity_kind=identity.kind,
                identity_number=identity.number,
                born_on=identity.born_on,
                sex=identity.sex,
                first_name="Nils",
                last_name="Provsson",
                created_at=now,
            ),
            by=by,
        )
        for i in range(guardians):
            Guardian.objects.get_or_create(person=person, name=f"Vårdnadshavare {i + 1} Provsson")
        case = actions.start_case(person=person, submission=uuid.uuid4(), by=by, now=now)
        return actions.edit_case(
            case_id=case.pk,
            version=case.version,
            facts={
                "need_noticed_at": now - timedelta(hours=2),
                "target_groups": ["children"],
                "view_asked": "yes",
            },
            pieces={
                Category.NEED: "Behöver samordnat stöd mellan skola, socialtjänst och vård.",
                Category.OWN_VIEW: "Vill kunna vara i skolan igen.",
                Category.CONTACT: "Nås på telefon kvällstid.",
            },
            calls=[(unit(CALLED), "Bedöma vårdnivå")],
            by=by,
            now=now,
        )


def consent(case: SipCase, *, now: datetime = NOW, until: date | None = None, **changes: Any) -> actions.Consent:
    """Both guardians consent, one orally and one in writing, to Region Halland as receiver."""
    guardians = list(case.matter.person.guardians.all())
    given = [
        Given(Giver.GUARDIAN, manner, now.date(), guardian_id=g.pk)
        for g, manner in zip(guardians, [Manner.ORAL, Manner.WRITTEN], strict=False)
    ]
    values: dict[str, Any] = {
        "kind": BasisKind.CONSENT,
        "purpose": "Samordna stödet",
        "categories": [Category.NEED, Category.OWN_VIEW, Category.CONTACT],
        "receivers": Receivers([Huvudman.objects.get(key="region-halland")]),
        "until": until or now.date() + timedelta(days=180),
        "given": given,
    }
    return actions.Consent(**(values | changes))


@kept
def ready(by: Actor | None = None, *, now: datetime = NOW, **kwargs: Any) -> SipCase:
    by = by or actor(INITIATOR)
    case = draft(by, now=now, **kwargs)
    with acting(by, now):
        return actions.record_basis(case_id=case.pk, consent=consent(case, now=now), by=by, now=now)


@kept
def sent(by: Actor | None = None, *, now: datetime = NOW, **kwargs: Any) -> SipCase:
    by = by or actor(INITIATOR)
    case = ready(by, now=now, **kwargs)
    with acting(by, now):
        return actions.send(case_id=case.pk, version=case.version, by=by, now=now)


def the_call(case: SipCase, by: Actor, now: datetime = NOW) -> Call:
    with acting(by, now):
        return Call.objects.select_related("unit__authority__huvudman", "case__matter").get(
            case_id=case.pk, unit_id=by.unit_id
        )


@kept
def acknowledged(*, now: datetime = NOW, **kwargs: Any) -> SipCase:
    case, centre = sent(now=now, **kwargs), actor(CALLED)
    call = the_call(case, centre, now)
    with acting(centre, now):
        actions.acknowledge(call_id=call.pk, by=centre, now=now)
        return SipCase.objects.get(pk=case.pk)


@kept
def contacted(*, now: datetime = NOW, **kwargs: Any) -> SipCase:
    case, centre = acknowledged(now=now, **kwargs), actor(CALLED)
    with acting(centre, now):
        return actions.record_contact(case_id=case.pk, contacted_at=now, manner=ContactManner.PHONE, by=centre, now=now)
