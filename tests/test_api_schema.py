"""The OpenAPI document, and the API against it: whatever is sent, the answer is one of those the document tells of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
import schemathesis
import time_machine
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, settings
from knox.models import AuthToken
from pytest_django import DjangoDbBlocker
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoveragePhaseData
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.acting import acting
from deviations.actions import decide_improvement
from deviations.models import SharedDeviation
from halland.wsgi import application
from organisations.kinds import Role
from organisations.models import CoordinationGroup, Unit, User
from sip.actions import save_view
from sip.models import SipCase
from tests import build, build_disputes, build_placements, deviating
from tests.access_groups import group_things
from tests.conftest import NOW, WHOLE, actor, as_owner, its_turn, settle, unit

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/schema/"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 6 if WHOLE else 2


@dataclass(frozen=True)
class There:
    """What there is to ask about, and a key to ask with."""

    token: str
    ids: dict[str, str]

    def aim(self, case: schemathesis.Case) -> None:
        """Let the example be about something that exists: nearly every made-up id would only answer 404."""
        parameters = case.path_parameters or {}
        place = case.operation.path.removeprefix("/api/v1/").split("/")[0]
        for name in parameters:
            known = {"call_id": self.ids["call"], "step_id": self.ids["step"], "number": "1"}
            known |= {"comment_id": self.ids["comment"], "view_id": self.ids["view"]}
            if place == "placeringar":
                known["version_id"] = self.ids["version"]
            parameters[name] = known.get(name, self.ids[place])


@pytest.fixture(scope="module")
def there(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[There]:
    """A sent case and its call, and a key of the unit that initiated it. Nothing of it stays."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # The examples share one connection, and its transaction.
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        case = build.sent()
        here = unit(build.INITIATOR)
        with acting(actor(build.INITIATOR), NOW):
            call = SipCase.objects.get(pk=case.pk).calls.get()
            view = save_view(name="Mina", query="vem=jag", by=actor(build.INITIATOR), now=NOW)
        ids = {
            "sip": case.pk,
            "call": call.pk,
            "view": view.pk,
            "huvudman": here.authority.huvudman_id,
            "myndigheter": here.authority_id,
            "verksamheter": here.pk,
            "samordningsgrupper": CoordinationGroup.objects.values_list("pk", flat=True)[0],
            "overenskommelser": case.matter.agreement.key,
            "tvister": build_disputes.opened().pk,
            **groups(here),
            **deviations(),
            **placements(),
        }
        secret = AuthToken.objects.create(user=User.objects.get(username=build.INITIATOR))[1]
        settle()
        yield There(str(secret), {name: str(value) for name, value in ids.items()})
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def groups(own: Unit) -> dict[str, Any]:
    """A meeting with minutes, this year's report of a group, and last year's for the county."""
    with as_owner():
        for role in (Role.GROUP_COORDINATOR, Role.GROUP_REPRESENTATIVE):
            build_disputes.hire(f"{role}.{own.key}", own.key, role)
    things = group_things(own)
    return {
        "gruppmoten": things["minuted"]["meeting_id"], "gruppuppfoljningar": things["report"]["report_id"],
        "lanets-uppfoljningar": things["version"]["version_id"], "gruppbeslut": things["decided"]["decision_id"],
        "adjungerade": things["co_opted"]["co_opted_id"], "uppdrag": things["task"]["task_id"],
        "lanets-sammanstallningar": things["regional"]["report_id"], "indikatorer": things["indicator"]["key"],
        "comment": things["said"]["comment_id"], "publicerat": things["published"]["publication_id"],
        "siffror": things["board_copy"]["copy_id"],
    }  # fmt: skip


def placements() -> dict[str, Any]:
    """A placement shared with psychiatry, the draft of its agreement, and the home in the register."""
    by = actor(build.INITIATOR)
    placement = build_placements.shared(by=by, number="20100103-2398", care="bup-halmstad")
    version = build_placements.written(placement, by)
    return {"placeringar": placement.pk, "version": version.pk, "boenden": build_placements.provider().pk}


def deviations() -> dict[str, Any]:
    """A deviation with a step, one handed to another party, and one that a group has decided a measure about."""
    handled = deviating.reported()
    with acting(actor(deviating.REPORTER), NOW):
        step = handled.steps.first()
    joint, lead, record_id = deviating.joined(handled), deviating.coordinator(), deviating.shared().shared_id
    with acting(lead, NOW):
        improvement = decide_improvement(
            what="Mall", owner=unit(build.INITIATOR), due_on=NOW.date(),
            record=SharedDeviation.objects.get(pk=record_id), by=lead, now=NOW,
        )  # fmt: skip
    assert step is not None
    return {
        "avvikelser": handled.pk, "step": step.pk, "gemensam-hantering": joint.pk, "gruppens-avvikelser": record_id,
        "forbattringar": improvement.pk,
    }  # fmt: skip


def document() -> Any:
    """The document, made here so that each operation is a test of its own."""
    loaded = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    loaded.app, loaded.location = application, ADDRESS
    loaded.config.phases.coverage.unexpected_methods = set()  # The access matrix asks each address with every method.
    return loaded


ASKED: set[tuple[object, ...]] = set()


def asked_before(case: schemathesis.Case) -> bool:
    """Whether a systematic example repeats an earlier one: the same kind of mistake in the same place.

    Schemathesis would send each field five wrong types. What it does to the address itself is lost when it is aimed.
    When not all is asked, one mistake in each place is enough.
    """
    meta = case.meta
    if meta is None or not isinstance(meta.phase.data, CoveragePhaseData):
        return False
    data = meta.phase.data
    place = (data.parameter_location, data.parameter, data.location)
    key = (case.operation.label, *place, case.media_type, data.scenario if WHOLE else None)
    if key in ASKED or data.parameter_location == ParameterLocation.PATH:
        return True
    ASKED.add(key)
    return False


def is_its_turn(operation: Any) -> bool:
    """An eighth of the operations, when not all is asked; which, their names tell."""
    return its_turn(operation.operation.label, 8)


schema = document().include(is_its_turn)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_api_answers_as_its_document_says(case: schemathesis.Case, there: There) -> None:
    if asked_before(case):
        return
    there.aim(case)
    with transaction.atomic():
        case.call_and_validate(headers={"Authorization": f"Token {there.token}"}, checks=CHECKS)
        transaction.set_rollback(True)


def test_the_document_is_valid_and_made_without_a_warning() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=StringIO())


def test_every_operation_tells_what_it_does_and_how_it_refuses(client: Client) -> None:
    document = client.get(ADDRESS, headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    for address, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation.get("summary") or operation.get("description"), (method, address)
            assert {"401", "403", "404", "422"} <= set(operation["responses"]), (method, address)


def test_the_reference_page_needs_nobody_else(client: Client) -> None:
    page = client.get("/api/v1/").content.decode()
    assert "/api/v1/sip/{case_id}/skicka/" in page
    assert "http://" not in page
    assert "https://" not in page
