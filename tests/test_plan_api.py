"""The plan through the API: written together, established, followed up, closed; the rules of the pages hold."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.acting import Actor
from core.models import ReadLog
from sip.kinds import State
from tests import build_plan
from tests.conftest import as_owner
from tests.pages import client_for
from tests.papers import read_back

pytestmark = pytest.mark.django_db


class Machine:
    """One unit's own system, talking JSON about one case at the case's time."""

    def __init__(self, case: build_plan.Case, by: Actor) -> None:
        self.case, self.by = case, by
        self.client: Client = client_for(by)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        address = f"/api/v1/sip/{self.case.pk}/{path}"
        with time_machine.travel(self.case.now, tick=False):
            if method == "get":
                return self.client.get(address)
            return getattr(self.client, method)(address, body or {}, content_type="application/json")

    def get(self, path: str) -> Any:
        answer = self.ask("get", path)
        assert answer.status_code == 200, (path, answer.content.decode())
        return answer.json()

    def post(self, path: str, *, method: str = "post", **body: Any) -> Any:
        answer = self.ask(method, path, body)
        assert answer.status_code in (200, 201), (path, answer.content.decode())
        return answer.json()

    def refused(self, status: int, path: str, *, method: str = "post", **body: Any) -> Any:
        answer = self.ask(method, path, body)
        assert answer.status_code == status, (path, answer.content.decode())
        return answer.json()


def goal(**more: Any) -> dict[str, Any]:
    return {"words": "Jag vill vara i skolan", "line": str(uuid.uuid4()), **more}


def measure(unit_id: Any = None, **more: Any) -> dict[str, Any]:
    who = {"doer": "unit", "unit": str(unit_id)} if unit_id else {"doer": "person"}
    return {"what": "Samtal varje vecka", "line": str(uuid.uuid4()), **who, **more}


def test_sip7_sip9_sip10_a_plan_from_its_first_word_to_closing():
    case = build_plan.contacted()
    lead, region = Machine(case, case.lead), Machine(case, case.region)
    assert lead.get("plan/") == []
    plan = lead.post("plan/")
    assert (plan["number"], plan["state"]) == (1, "draft")
    assert "Vad som är viktigt för personen, med egna ord." in plan["missing"]

    lead.post("plan/texter/", kind="matters", text="Lugn och ro", version=0)
    plan = lead.post("plan/mal/", **goal())
    (first,) = plan["goals"]
    lead.post(f"plan/mal/{first['id']}/insatser/", **measure(case.lead.unit_id))
    plan = lead.post(f"plan/mal/{first['id']}/insatser/", **measure(case.region.unit_id, what="Utredning"))
    proposed = next(one for one in plan["goals"][0]["measures"] if one["is_proposal"])
    plan = region.post(f"plan/insatser/{proposed['id']}/ta/", version=proposed["version"])
    region.post("plan/kontaktperson/", name="Ann Provsson", phone="010-000 00 00", version=1)
    assert plan["missing"] == ["Dag för nästa uppföljning."]
    plan = lead.post("plan/uppfoljningsdag/", day="2026-06-01", version=plan["version"])
    assert plan["missing"] == []

    plan = lead.post("plan/faststall/", version=plan["version"])
    assert plan["state"] == "established"
    states = {one["unit"]: one["state"] for one in plan["commitments"]}
    assert states == {str(case.lead.unit_id): "confirmed", str(case.region.unit_id): "waiting"}
    plan = region.post("plan/bekrafta/", number=1)
    assert {one["state"] for one in plan["commitments"]} == {"confirmed"}
    region.post(f"plan/insatser/{proposed['id']}/lage/", result="going_on")

    rows = [one for each in plan["goals"] for one in each["measures"]]
    facts = {
        "number": 1, "held_on": case.now.date().isoformat(), "decision": "new_version",
        "goals": [{"goal": first["id"], "result": "partly"}],
        "measures": [{"measure": one["id"], "result": "going_on"} for one in rows],
    }  # fmt: skip
    plan = lead.post("plan/folj-upp/", **facts)
    assert (plan["number"], plan["state"]) == (2, "draft")
    assert len(plan["goals"][0]["measures"]) == 2, "what is open is carried over"
    plan = lead.post("plan/uppfoljningsdag/", day="2026-09-01", version=plan["version"])
    lead.post("plan/faststall/", version=plan["version"])
    assert "Nästa uppföljning" in [one["about"] for one in lead.get("plan/2/andringar/")]
    assert [one["state"] for one in lead.get("plan/")] == ["established", "replaced"]

    refused = lead.refused(409, "avsluta/", reason="no_need")
    assert "öppna insatser" in refused["fel"]
    ended = [
        {"measure": one["id"], "result": "done"} for each in lead.get("plan/2/")["goals"] for one in each["measures"]
    ]
    assert lead.post("avsluta/", reason="no_need", measures=ended)["state"] == State.CLOSED


def test_quality15_a_stale_edit_is_409_with_the_version_that_stands():
    case = build_plan.drafted()
    lead, school = Machine(case, case.lead), Machine(case, case.school)
    (first,) = lead.get("plan/1/")["goals"]
    school.post(f"plan/mal/{first['id']}/", method="patch", words="Jag vill trivas i skolan", version=1)
    refused = lead.refused(409, f"plan/mal/{first['id']}/", method="patch", words="Något annat", version=1)
    assert refused["version"] == 2
    assert lead.get("plan/1/")["goals"][0]["words"] == "Jag vill trivas i skolan"


def test_sip7_only_the_unit_itself_writes_its_measures_and_others_are_told_before_the_input():
    case = build_plan.drafted()
    school = Machine(case, case.school)
    rows = school.get("plan/1/")["goals"][0]["measures"]
    foreign = next(one for one in rows if one["unit"] == str(case.region.unit_id))
    assert "svarar för den" in school.refused(403, f"plan/insatser/{foreign['id']}/", method="patch")["fel"]
    school.refused(403, f"plan/insatser/{foreign['id']}/ta-bort/", version=foreign["version"])
    assert "handläggare" in school.refused(403, "plan/faststall/")["fel"], "the lead establishes (SIP-11)"


def test_ind4_a_withheld_measure_is_not_in_what_the_other_unit_is_told():
    case = build_plan.drafted()
    lead, region = Machine(case, case.lead), Machine(case, case.region)
    (first,) = lead.get("plan/1/")["goals"]
    hidden = measure(case.lead.unit_id, what="Hemlig insats", withheld_from=[str(case.region.unit_id)])
    plan = lead.post(f"plan/mal/{first['id']}/insatser/", **hidden)
    made = next(one for one in plan["goals"][0]["measures"] if one["what"] == "Hemlig insats")
    assert "Hemlig insats" not in str(region.get("plan/1/"))
    region.refused(404, f"plan/insatser/{made['id']}/ta-bort/", version=1)


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"unit": None}, 422, "Välj vilken verksamhet"),
        ({"doer": "other", "unit": None}, 422, "Skriv vem som gör det"),
        ({"unit": "stranger"}, 422, "deltar inte i ärendet"),
        ({"withheld_from": [str(uuid.uuid4())]}, 422, "finns inte"),
        ({"what": " "}, 422, "får inte vara"),
    ],
)
def test_a_wrong_measure_is_told_by_its_field(change: dict[str, Any], status: int, says: str):
    case = build_plan.drafted()
    lead = Machine(case, case.lead)
    (first,) = lead.get("plan/1/")["goals"]
    if change.get("unit") == "stranger":
        change = {"unit": str(build_plan.unit("laholm-socialtjanst-barn").pk)}
    body = measure(case.lead.unit_id) | change
    assert says in str(lead.refused(status, f"plan/mal/{first['id']}/insatser/", **body))


def test_sip11_the_responsibility_moves_when_the_other_says_yes():
    case = build_plan.planned()
    lead, region = Machine(case, case.lead), Machine(case, case.region)
    assert str(case.region.unit_id) in lead.get("ansvar/")["candidates"]
    asked = lead.post("ansvar/", to_unit=str(case.region.unit_id), reason="Mest kontakt")
    assert (asked["unit"], asked["offer"]["state"]) == (str(case.lead.unit_id), "offered")
    lead.refused(403, "ansvar/svar/", accept=True)
    assert region.post("ansvar/svar/", accept=True)["unit"] == str(case.region.unit_id)
    assert "har ansvaret" in lead.refused(409, "ansvar/ta-over/")["fel"]


def test_law1_reading_a_plan_is_on_the_record_and_costs_the_same_for_many_rows():
    case = build_plan.planned()
    lead = Machine(case, case.lead)
    with as_owner():
        before = ReadLog.objects.count()
    lead.get("plan/1/")
    with as_owner():
        assert ReadLog.objects.count() > before
    with CaptureQueriesContext(connection) as few:
        lead.get("plan/1/")
    case.run(case.lead, build_plan.actions.open_plan, case_id=case.pk)
    more = case.goal(case.lead, "Ett mål till")
    for n in range(12):
        case.measure(case.lead, more, f"Insats {n}")
    case.follow_up_in(30)
    case.establish()
    lead = Machine(case, case.lead)  # Hours have gone: the first session has ended.
    lead.get("plan/2/")
    with CaptureQueriesContext(connection) as many:
        lead.get("plan/2/")
    assert len(many) == len(few)


def test_ind10_each_party_fetches_its_copy_for_the_record_and_says_that_it_is_filed():
    case = build_plan.planned()
    school = Machine(case, case.school)
    offers = {one["name"]: one for one in school.get("dokument/")}
    assert offers["plan"]["version"] == 1
    assert offers["kallelse"]["missing"], "no meeting is called"
    assert "Ladda först ner" in school.refused(409, "dokument/plan/ford-till-akt/", version=1)["fel"]
    copy = school.ask("get", "dokument/plan/?arkiv=1")
    assert read_back(copy.content).is_for_filing
    receipt = school.post("dokument/plan/ford-till-akt/", version=1)
    assert (receipt["unit"], receipt["version"]) == (str(case.school.unit_id), 1)
    exported = school.ask("get", "dokument/plan-fhir/")
    assert exported["Content-Type"].startswith("application/fhir+json")
    assert "CarePlan" in exported.content.decode()
    school.refused(404, "dokument/samtycke/ford-till-akt/", version=1)
