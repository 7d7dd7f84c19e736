"""Deviations through the API: the same rules and actions as the pages, and no way from the group to a report."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.acting import Actor
from organisations.middleware import SESSION_ASSIGNMENT
from organisations.models import User
from tests import build, deviating
from tests.conftest import NOW, actor, as_owner, sign_in, unit

pytestmark = pytest.mark.django_db
OWN = "/api/v1/avvikelser/"


@pytest.fixture(autouse=True)
def _today(settings: Any) -> Iterator[None]:
    settings.DEMO = True  # The demonstration accounts skip the second factor.
    with time_machine.travel(NOW, tick=False):
        yield


class Caller:
    """Somebody acting by one assignment, talking JSON."""

    def __init__(self, by: Actor) -> None:
        self.client = sign_in(Client(), User.objects.get(pk=by.user_id).username)
        session = self.client.session
        session[SESSION_ASSIGNMENT] = str(by.assignment_id)
        session.save()

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def send(self, path: str, body: Any = None, *, method: str = "post") -> Any:
        return getattr(self.client, method)(path, json.dumps(body or {}), content_type="application/json")


def report(**changes: Any) -> dict[str, Any]:
    facts = deviating.facts(description="Nils Provsson, 20110108-2392. " + deviating.STORY)
    sent = {name: str(getattr(value, "pk", value)) for name, value in facts.items()}
    return sent | {"submission": str(uuid.uuid4())} | changes


def test_dev4_from_a_case_to_the_group_and_back_through_the_api() -> None:
    case = build.sent()
    nurse, colleague = Caller(actor(deviating.REPORTER)), Caller(actor(deviating.COLLEAGUE))
    chief = Caller(actor(deviating.CHIEF))
    made = nurse.send(OWN, report(matter=str(case.pk)))
    assert made.status_code == 201
    again = f"{OWN}{made.json()['id']}/"
    assert made.json()["matter"] == str(case.pk)
    handled = nurse.send(f"{again}rapportera/").json()
    assert handled["state"] == "reported"
    for step in handled["steps"]:
        by = nurse if step["may_take"] else chief
        answer = by.send(f"{again}steg/{step['id']}/", {"text": "Ingen äger listan."})
        assert answer.status_code == 200, answer.json()
    assert nurse.send(f"{again}fardig/").status_code == 403
    assert chief.send(f"{again}fardig/").json()["state"] == "finished"
    text = nurse.send(f"{again}avidentifiera/").json()
    assert {hit["passage"] for hit in text["hits"]} >= {"Nils Provsson", "20110108-2392"}
    early = nurse.send(f"{again}lamna/", {"edition": text["edition"]})
    assert early.status_code == 409
    assert "inte avgjorda" in early.json()["fel"]
    while hits := [hit for hit in text["hits"] if hit["resolution"] == ""]:
        answers = [{"id": hit["id"], "resolution": "replaced", "text": hit["suggestion"]} for hit in hits]
        text = nurse.send(f"{again}avgor/", {"edition": text["edition"], "hits": answers}).json()
    assert nurse.send(f"{again}lamna/", {"edition": text["edition"]}).json()["state"] == "proposed"
    edition = nurse.get(f"{again}text/").json()["edition"]
    own = nurse.send(f"{again}dela/", {"edition": edition})
    assert own.status_code == 403
    assert "själv" in own.json()["fel"]
    shared = colleague.send(f"{again}dela/", {"edition": edition}).json()
    assert shared["state"] == "shared"

    group = Caller(deviating.coordinator())
    [row] = group.get("/api/v1/gruppens-avvikelser/").json()["results"]
    assert row["id"] == shared["shared"]["id"]
    told = json.dumps(group.get(f"/api/v1/gruppens-avvikelser/{row['id']}/").json())
    for secret in (
        "Nils",
        "Provsson",
        "2392",
        shared["id"],
        shared["reference"],
        str(case.pk),
        str(unit("bup-halmstad").pk),
    ):
        assert secret not in told
    assert group.get(again).status_code == 403
    desk = f"/api/v1/gruppens-avvikelser/{row['id']}/"
    assert group.send(f"{desk}analys/", {"text": "Ingen mall.", "version": row["version"]}).status_code == 200
    lesson = {"text": "Skolan står nu i mallen.", "version": row["version"] + 1}
    assert group.send(f"{desk}lardom/", lesson).status_code == 200
    assert nurse.get(again).json()["shared"]["lesson"] == "Skolan står nu i mallen."


def test_dev1_attachments_come_and_go_through_the_api() -> None:
    deviation = deviating.reported()
    nurse, stranger = Caller(actor(deviating.REPORTER)).client, Caller(actor("bup-halmstad")).client
    here = f"{OWN}{deviation.pk}/bilagor/"
    assert stranger.post(here, {"file": SimpleUploadedFile("bild.txt", b"Listan.")}).status_code == 404
    refused = nurse.post(here, {"file": SimpleUploadedFile("bild.png", b"%PDF-1.7\n")})
    assert refused.status_code == 422
    assert list(refused.json()["falt"]) == ["file"]
    [one] = nurse.post(here, {"file": SimpleUploadedFile("lista.txt", b"Listan.")}).json()["attachments"]
    assert nurse.get(f"{here}{one['id']}/", headers={"accept": "text/plain"}).content == b"Listan."
    assert stranger.get(f"{here}{one['id']}/").status_code == 404
    assert stranger.delete(f"{here}{one['id']}/").status_code == 404
    assert nurse.delete(f"{here}{one['id']}/").json()["attachments"] == []
    assert nurse.delete(f"{here}{one['id']}/").status_code == 404


def test_what_belongs_to_another_agreement_or_is_missing_is_told_by_its_field() -> None:
    nurse = Caller(actor(deviating.REPORTER))
    with as_owner():
        from agreements.models import Provision

        older = Provision.objects.exclude(agreement=deviating.facts()["provision"].agreement).first()
    assert older is not None
    refused = nurse.send(OWN, report(provision=str(older.pk)))
    assert refused.status_code == 422
    assert list(refused.json()["falt"]) == ["provision"]
    made = nurse.send(OWN, {"submission": str(uuid.uuid4())}).json()
    lacking = nurse.send(f"{OWN}{made['id']}/rapportera/")
    assert lacking.status_code == 422
    assert lacking.json()["falt"] == {"description": ["Beskriv vad som hände."]}
    assert nurse.send(f"{OWN}{made['id']}/", {"description": "20110108-2392"}, method="patch").status_code == 200


def test_law3_somebody_elses_report_is_not_there() -> None:
    deviation = deviating.reported()
    stranger = Caller(actor("bup-halmstad"))
    assert stranger.get(f"{OWN}{deviation.pk}/").status_code == 404
    assert stranger.get(OWN).json()["count"] == 0


def test_dev5_the_two_parties_agree_and_answer_through_the_api() -> None:
    joint = deviating.joined(deviating.reported())
    mine, other = Caller(actor(deviating.REPORTER)), Caller(actor("bup-halmstad"))
    address = f"/api/v1/gemensam-hantering/{joint.pk}/"
    own = mine.send(f"{address}godta/", {"version": 1})
    assert own.status_code == 403
    assert "Förslaget är ert" in own.json()["fel"]
    assert other.send(f"{address}godta/", {"version": 1}).json()["state"] == "interim_agreed"
    assert other.send(f"{address}aterkoppla/", {"version": 1, "text": "Ny rutin."}).status_code == 409
    assert other.send(f"{address}aterkoppla/", {"version": 2, "text": "Ny rutin."}).json()["answer"] == "Ny rutin."


def test_lists_cost_the_same_for_few_and_many() -> None:
    nurse = Caller(actor(deviating.REPORTER))

    def cost() -> int:
        nurse.get(OWN)
        with CaptureQueriesContext(connection) as asked:
            assert nurse.get(OWN).status_code == 200
        return len(asked)

    deviating.reported()
    few = cost()
    for _ in range(5):
        deviating.reported()
    assert cost() == few
