"""The plan as FHIR R4: valid, whole, and never more than the unit may read (IND-10)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import time_machine
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.careplan import CarePlan
from fhir.resources.R4B.consent import Consent
from fhir.resources.R4B.goal import Goal

from core.acting import Actor, acting
from individuals import actions as individuals
from individuals.kinds import Protection
from tests import build_plan
from tests.build_plan import Case
from tests.conftest import unit
from tests.pages import client_for, words

pytestmark = pytest.mark.django_db


def ask(case: Case, by: Actor) -> Any:
    with time_machine.travel(case.now, tick=False):
        return client_for(by).get(f"/sip/{case.pk}/dokument/plan.json", follow=True)


def resources(case: Case, by: Actor) -> dict[str, list[dict[str, Any]]]:
    answer = ask(case, by)
    assert answer["Content-Type"] == "application/fhir+json; charset=utf-8"
    assert answer["Cache-Control"] == "no-store, private"
    found: dict[str, list[dict[str, Any]]] = {}
    bundle = json.loads(answer.content)
    Bundle.model_validate(bundle)
    for entry in bundle["entry"]:
        assert entry["fullUrl"] == f"urn:uuid:{entry['resource']['id']}"
        found.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
    return found


def test_ind10_the_plan_is_valid_fhir_and_every_reference_leads_somewhere() -> None:
    case = build_plan.planned()
    build_plan.followed_up(case)
    found = resources(case, case.lead)
    ((plan,), (consent,), (goal,), (patient,)) = (found[kind] for kind in ("CarePlan", "Consent", "Goal", "Patient"))
    for model, one in ((CarePlan, plan), (Consent, consent), (Goal, goal)):
        model.model_validate(one)
    ids = {one["id"] for kind in found.values() for one in kind}
    text = json.dumps(found)
    assert {part.split('"')[0] for part in text.split('"reference": "urn:uuid:')[1:]} <= ids
    assert (plan["status"], plan["intent"]) == ("active", "plan")
    assert {one["detail"]["description"] for one in plan["activity"]} >= {"Anpassat schema", "Samtal på mottagningen"}
    assert {one["detail"]["status"] for one in plan["activity"]} == {"in-progress"}
    assert goal["description"]["text"] == "Jag vill vara i skolan varje dag"
    assert goal["achievementStatus"]["coding"][0]["code"] == "in-progress"
    assert patient["identifier"] == [{"system": "urn:oid:1.2.752.129.2.1.3.1", "value": "201101082392"}]
    assert consent["status"] == "active"
    assert consent["provision"]["type"] == "permit"


def test_ind4_what_is_withheld_from_a_unit_is_not_in_its_export() -> None:
    case = build_plan.drafted()
    goal = case.goal(case.lead, "Må bättre")
    case.measure(case.region, goal, "Traumabehandling", withheld_from=frozenset([unit(build_plan.SCHOOL)]))
    case.establish()
    assert "Traumabehandling" in json.dumps(resources(case, case.region))
    assert "Traumabehandling" not in json.dumps(resources(case, case.school))


def test_ind3_protected_identity_is_labelled_and_no_address_or_phone_goes_along() -> None:
    case = build_plan.planned()
    person = case.case().matter.person
    with acting(case.lead, case.now):
        individuals.describe_person(
            person=person, first_name="Nils", last_name="Provsson", interpreter="", protection=Protection.MARKED,
            by=case.lead,
        )  # fmt: skip
    found = resources(case, case.lead)
    for one in (one for kind in found.values() for one in kind):
        assert one["meta"]["security"][0]["code"] == "R"
        assert not {"address", "telecom", "contact"} & set(one)
    assert "Nås på telefon" not in json.dumps(found)


def test_without_an_established_plan_there_is_nothing_to_export() -> None:
    case = build_plan.drafted()
    assert "ingen fastställd plan" in words(ask(case, case.lead))
