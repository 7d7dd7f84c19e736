"""The plan as structured data for a party's own record: FHIR R4 CarePlan, Goal and Consent (IND-10; docs/fhir.md).

It holds what the acting unit may read in the plan, as its PDF for the record does. Every resource is built with a
validating library: what doesn't fit FHIR never leaves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from core.authz import Refused
from core.workdays import STOCKHOLM
from individuals import documents
from individuals.documents import File
from individuals.identity import written
from individuals.kinds import BasisKind, IdentityKind, Sex
from individuals.models import Basis, Person
from organisations.models import Unit
from sip.documents.plan import NO_PLAN
from sip.documents.sheets import Desk
from sip.kinds import Doer, GoalResult, GoalSpan, MeasureResult, PlanState, PlanTextKind
from sip.models import Goal, GoalOutcome, Measure, MeasureOutcome, Plan, PlanText
from sip.panels import category_labels

MEDIA_TYPE = "application/fhir+json; charset=utf-8"
PERSONNUMMER, SAMORDNINGSNUMMER = "urn:oid:1.2.752.129.2.1.3.1", "urn:oid:1.2.752.129.2.1.3.3"
_NUMBERS = {IdentityKind.PERSONNUMMER: PERSONNUMMER, IdentityKind.SAMORDNINGSNUMMER: SAMORDNINGSNUMMER}
_SEXES = {Sex.FEMALE: "female", Sex.MALE: "male", Sex.UNKNOWN: "unknown"}
_PLAN_STATUS = {PlanState.ESTABLISHED: "active", PlanState.REPLACED: "revoked", PlanState.ENDED: "completed"}
_ACHIEVED = {
    GoalResult.REACHED: "achieved", GoalResult.PARTLY: "in-progress", GoalResult.NOT_REACHED: "not-achieved",
}  # fmt: skip
_DONE = {
    MeasureResult.DONE: "completed", MeasureResult.GOING_ON: "in-progress", MeasureResult.NOT_DONE: "not-started",
    MeasureResult.DROPPED: "cancelled",
}  # fmt: skip
_CODES = "http://terminology.hl7.org/CodeSystem"
_RESTRICTED = {"system": f"{_CODES}/v3-Confidentiality", "code": "R", "display": "restricted"}


def make(desk: Desk) -> File:
    """The plan as a file, noted as the PDFs are. Raises `Refused` without a plan, `Gone` as `documents.keep`."""
    if desk.plan is None:
        raise Refused(NO_PLAN)
    content = bundle(desk)
    documents.keep(
        matter=desk.case.matter, kind="plan_export", version=desk.plan.number, content=content, for_filing=False,
        by=desk.by, now=desk.now,
    )  # fmt: skip
    return File(content, f"{desk.case.matter.reference}-plan-v{desk.plan.number}.json".lower())


def bundle(desk: Desk) -> bytes:
    """The plan of the desk as a FHIR R4 collection, as JSON. Needs a plan. Raises the library's error when invalid."""
    # Imported when needed: the library takes seconds that no page should wait for.
    from fhir.resources.R4B.bundle import Bundle

    plan = desk.plan
    assert plan is not None
    basis = desk.basis if desk.basis and desk.basis.kind == BasisKind.CONSENT else None
    resources = _resources(desk, plan, basis)
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources]
    made = Bundle.model_validate(
        {
            "resourceType": "Bundle",
            "type": "collection",
            "timestamp": _instant(desk.now),
            "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{plan.pk}"},
            "entry": entries,
        }
    )
    return json.dumps(json.loads(made.model_dump_json()), ensure_ascii=False, indent=1).encode()


def _resources(desk: Desk, plan: Plan, basis: Basis | None) -> list[dict[str, Any]]:
    person = desk.case.matter.person
    goals = list(Goal.objects.filter(plan=plan))
    measures = list(Measure.objects.filter(plan=plan).select_related("unit__authority__huvudman"))
    assert plan.lead_unit is not None
    units = {one.pk: one for one in [plan.lead_unit, desk.case.matter.initiator, *(m.unit for m in measures if m.unit)]}
    if basis is not None:
        units |= {scope.unit.pk: scope.unit for scope in basis.scopes.all() if scope.unit}
    made = [_patient(person), *(_organisation(unit) for unit in units.values())]
    made += _goals(plan, person, goals)
    made.append(_care_plan(desk, plan, goals, measures))
    if basis is not None:
        made.append(_consent(desk, basis))
    if person.is_protected:
        for one in made:
            one["meta"] = {"security": [_RESTRICTED]}
    return made


def _patient(person: Person) -> dict[str, Any]:
    """Name, number and birth date: never an address, a phone number or a school (IND-3)."""
    patient: dict[str, Any] = {
        "resourceType": "Patient",
        "id": str(person.pk),
        "name": [{"use": "official", "text": str(person)}],
        "gender": _SEXES[Sex(person.sex)],
    }
    if system := _NUMBERS.get(IdentityKind(person.identity_kind)):
        number = written(person.identity_number).replace("-", "")
        patient["identifier"] = [{"system": system, "value": number}]
    if person.born_on:
        patient["birthDate"] = person.born_on.isoformat()
    return patient


def _organisation(unit: Unit) -> dict[str, Any]:
    return {
        "resourceType": "Organization",
        "id": str(unit.pk),
        "name": unit.name,
        "partOf": {"display": str(unit.authority.huvudman)},
    }


def _goals(plan: Plan, person: Person, goals: list[Goal]) -> list[dict[str, Any]]:
    outcomes = {one.goal_id: one for one in GoalOutcome.objects.filter(goal__plan=plan).order_by("at")}
    made = []
    for goal in goals:
        one: dict[str, Any] = {
            "resourceType": "Goal",
            "id": str(goal.pk),
            "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{goal.line}"}],
            "lifecycleStatus": "active" if plan.state == PlanState.ESTABLISHED else "completed",
            "category": [{"text": str(GoalSpan(goal.span).label)}],
            "description": {"text": goal.words},
            "subject": _to(person.pk),
            "expressedBy": _to(person.pk),
        }
        if goal.elaboration:
            one["note"] = [{"text": goal.elaboration}]
        if outcome := outcomes.get(goal.pk):
            code = _ACHIEVED[GoalResult(outcome.result)]
            one["achievementStatus"] = {
                "coding": [{"system": f"{_CODES}/goal-achievement", "code": code}],
                "text": outcome.get_result_display(),
            }
            one["statusDate"] = outcome.at.astimezone(STOCKHOLM).date().isoformat()
            one["lifecycleStatus"] = "completed" if outcome.result == GoalResult.REACHED else one["lifecycleStatus"]
        made.append(one)
    return made


def _care_plan(desk: Desk, plan: Plan, goals: list[Goal], measures: list[Measure]) -> dict[str, Any]:
    person, matter = desk.case.matter.person, desk.case.matter
    results = {one.measure_id: one for one in MeasureOutcome.objects.filter(measure__plan=plan).order_by("at")}
    assert plan.established_at is not None
    assert plan.next_follow_up_on is not None
    period = {"start": _instant(plan.established_at)} | ({"end": _instant(plan.ended_at)} if plan.ended_at else {})
    texts = {one.kind: one.text for one in PlanText.objects.filter(plan=plan)}
    made: dict[str, Any] = {
        "resourceType": "CarePlan",
        "id": str(plan.pk),
        "identifier": [{"value": f"{matter.reference}-{plan.number}"}],
        "status": _PLAN_STATUS[PlanState(plan.state)],
        "intent": "plan",
        "category": [{"text": "Samordnad individuell plan (SIP)"}],
        "title": f"SIP {matter.reference}, version {plan.number}",
        "subject": _to(person.pk),
        "period": period,
        "created": _instant(plan.established_at),
        "author": _to(plan.lead_unit_id),
        "contributor": [_to(unit_id) for unit_id in dict.fromkeys(m.unit_id for m in measures if m.unit_id)],
        "goal": [_to(goal.pk) for goal in goals],
        "activity": [{"detail": _activity(one, results, person)} for one in measures],
        "note": [{"text": f"{kind.label}: {texts[kind]}"} for kind in PlanTextKind if kind in texts]
        + [{"text": f"Nästa uppföljning: {plan.next_follow_up_on.isoformat()}"}],
    }
    return {key: value for key, value in made.items() if value != []}


def _activity(measure: Measure, results: Mapping[UUID, MeasureOutcome], person: Person) -> dict[str, Any]:
    result = results.get(measure.pk)
    made: dict[str, Any] = {
        "status": _DONE[MeasureResult(result.result)] if result else "not-started",
        "description": measure.what,
        "goal": [_to(measure.goal_id)],
    }
    if measure.doer == Doer.UNIT:
        made["performer"] = [_to(measure.unit_id)]
    elif measure.doer == Doer.PERSON:
        made["performer"] = [_to(person.pk)]
    else:
        made["performer"] = [{"display": measure.who}]
    if measure.due_on:
        made["scheduledPeriod"] = {"end": measure.due_on.isoformat()}
    if result and result.why:
        made["statusReason"] = {"text": result.why}
    return made


def _consent(desk: Desk, basis: Basis) -> dict[str, Any]:
    """The consent on which the plan is shared. Whom it excludes is told to the one who took it only (IND-4)."""
    provision: dict[str, Any] = {
        "type": "permit",
        "period": {"start": _instant(basis.valid_from), "end": _instant(basis.expires_at)},
        "purpose": [{"display": basis.purpose}],
        "code": [{"text": label} for label in category_labels(basis)],
        "actor": [_actor(scope) for scope in basis.scopes.all() if not scope.is_excluded],
    }
    excluded = [_actor(scope) for scope in basis.scopes.all() if scope.is_excluded]
    if excluded and desk.initiated:
        provision["provision"] = [{"type": "deny", "actor": excluded}]
    return {
        "resourceType": "Consent",
        "id": str(basis.pk),
        "status": "active" if basis.in_force(desk.now) else "inactive",
        "scope": {"coding": [{"system": f"{_CODES}/consentscope", "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0", "display": "Consent Document"}]}],
        "patient": _to(desk.case.matter.person_id),
        "dateTime": _instant(basis.recorded_at),
        "organization": [_to(desk.case.matter.initiator_id)],
        "policyRule": {"text": f"{desk.case.matter.agreement}, samtycke"},
        "provision": provision,
    }


def _actor(scope: Any) -> dict[str, Any]:
    receiver = _to(scope.unit_id) if scope.unit_id else {"display": str(scope)}
    role = {"coding": [{"system": f"{_CODES}/v3-ParticipationType", "code": "IRCP"}]}
    return {"role": role, "reference": receiver}


def _to(pk: Any) -> dict[str, str]:
    return {"reference": f"urn:uuid:{pk}"}


def _instant(at: datetime) -> str:
    return at.astimezone(STOCKHOLM).isoformat(timespec="seconds")
