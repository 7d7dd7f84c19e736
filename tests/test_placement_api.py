"""Placements through the API: the same rows, rules and actions as the pages; money to its two parties only."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.acting import acting
from placements import actions
from placements.content import code_of
from placements.models import Placement, Remark
from tests import build_placements as build
from tests.conftest import NOW, actor, unit
from tests.pages import client_for
from tests.papers import read_back

pytestmark = pytest.mark.django_db
CODES = "/api/v1/kontrollkoder/"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


class Caller:
    """Someone signed in, talking JSON about one placement."""

    def __init__(self, by: Any) -> None:
        self.client = client_for(by)

    def get(self, path: str = "", **query: Any) -> Any:
        return self.client.get(f"/api/v1/placeringar/{path}", query)

    def post(self, path: str = "", body: Any = None, *, method: str = "post") -> Any:
        return getattr(self.client, method)(
            path if path.startswith("/") else f"/api/v1/placeringar/{path}", body or {}, content_type="application/json"
        )


def start() -> dict[str, Any]:
    person = {
        "identity_kind": "personnummer", "identity_number": build.ADULT_NUMBER, "first_name": "Ville",
        "last_name": "Vuxenprov",
    }  # fmt: skip
    return {"submission": str(uuid.uuid4()), "person": person}


def prepared(version: int) -> dict[str, Any]:
    return {
        "version": version, "law": "sol", "target_groups": ["young_placed"], "planned_start": str(build.STARTS),
        "planned_end": str(build.ENDS), "resources_exhausted": True, "least_intrusive": True,
        "agreement_needed": "yes", "medical_unit": str(unit(build.CARES).pk),
        "home": {"housing": "hvb", "provider": str(build.provider().pk)},
        "pieces": [
            {"category": "need", "text": "Behöver en trygg vardag."},
            {"category": "own_view", "text": "Vill till eget boende."},
        ],
    }  # fmt: skip


def consenting() -> dict[str, Any]:
    return {
        "kind": "consent", "purpose": "Planera placeringen", "categories": ["need", "own_view"],
        "receivers": {"units": [str(unit(build.CARES).pk)]}, "until": str(NOW.date() + timedelta(days=100)),
        "given": [{"giver": "self", "manner": "written", "given_on": str(NOW.date())}],
    }  # fmt: skip


def measure(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Samtal", "content": "KBT", "extent": "Varje vecka", "performer": "housing",
        "starts_on": str(build.STARTS), "ends_on": str(build.ENDS), "price": "1200.00", "per": "day",
        "split_by": "percent", "region": "60", "municipality": "40",
    } | changes  # fmt: skip


def test_a_placement_is_prepared_shared_and_agreed_on_through_the_api() -> None:
    mine, care = Caller(build.placing()), Caller(build.caring())
    made = mine.post("", start()).json()
    here = f"{made['id']}/"
    assert made["state"] == "draft"
    assert made["missing"]
    assert care.get(here).status_code == 404
    made = mine.post(here, prepared(made["version"]), method="patch").json()
    who = f"{here}personen/"
    assert care.post(who, {"interpreter": "Arabiska"}, method="patch").status_code == 404
    refused = mine.post(who, {"last_name": "Fel", "guardians": [{"name": "Vera Vuxenprov"}]}, method="patch")
    assert (refused.status_code, "under 18 år" in refused.json()["fel"]) == (409, True)
    person = mine.post(who, {"interpreter": "Arabiska"}, method="patch").json()["person"]
    assert (person["interpreter"], person["last_name"]) == ("Arabiska", "Vuxenprov")
    made = mine.post(f"{here}samtycke/", consenting()).json()
    assert made["missing"] == []
    made = mine.post(f"{here}dela/", {"version": made["version"], "units": [str(unit(build.CARES).pk)]}).json()
    assert made["state"] == "planned"
    assert care.get(here).json()["stays"][0]["municipality"] == "Alingsås"

    draft = mine.post(f"{here}ansvarsforbindelser/").json()
    version = f"{here}ansvarsforbindelser/{draft['id']}/"
    uneven = mine.post(version, {"version": 1, "measures": [measure(region="59.90")]}, method="patch")
    assert uneven.status_code == 422
    assert "99,9 procent" in uneven.json()["fel"]
    assert care.get(version).status_code == 404
    written = mine.post(version, {"version": 1, "measures": [measure()]}, method="patch").json()
    assert written["total"] == {"total": "145200.00", "region": "87120.00", "municipality": "58080.00"}
    assert [month["total"] for month in written["months"]][:2] == ["10800.00", "36000.00"]
    laid = mine.post(f"{version}lagg-fram/", {"version": written["version"]}).json()
    assert (laid["state"], laid["number"]) == ("proposed", 1)
    counter = care.post(f"{version}motforslag/").json()
    assert counter["measures"][0]["region"] == "60.00"
    assert care.post(f"{version}kommentera/", {"text": "Kan vi dela jämnt?"}).json()["remarks"][0]["text"]


def test_plc6_the_api_has_no_such_reason_and_refuses_it_in_words() -> None:
    version = build.proposed()
    care = Caller(build.caring())
    here = f"{version.placement_id}/ansvarsforbindelser/{version.pk}/avvisa/"
    assert care.post(here, {"reason": "already_placed", "note": "Nej"}).status_code == 422
    refused = care.post(here, {"reason": "price", "note": "Placeringen har redan skett."})
    assert refused.status_code == 422
    assert "Ingen part får avvisa kostnaden" in refused.json()["fel"]


def test_plc8_costs_and_measures_are_not_told_to_another_participant() -> None:
    placement = build.shared("varberg-elevhalsa")
    version = build.signed(placement)
    school = Caller(actor("varberg-elevhalsa"))
    told = school.get(f"{placement.pk}/")
    assert told.status_code == 200
    assert not {"agreement_needed", "without_agreement_reason"} & set(told.json())
    assert "agreement_needed" in Caller(build.caring()).get(f"{placement.pk}/").json()
    for path in ("", f"{version.pk}/"):
        assert school.get(f"{placement.pk}/ansvarsforbindelser/{path}").status_code == 404
    kinds = {one["kind"] for one in school.get(f"{placement.pk}/frister/").json()}
    assert not [kind for kind in kinds if "agreement" in kind]


def test_plc4_a_versions_paper_and_its_code_are_for_the_two_parties() -> None:
    """The printed code leads a party to what was signed, unaltered; for anybody else there is no such code."""
    version = build.signed(build.shared("varberg-elevhalsa"))
    mine, care, school = (Caller(by) for by in (build.placing(), build.caring(), actor("varberg-elevhalsa")))
    here = f"{version.placement_id}/ansvarsforbindelser/{version.pk}/"
    assert school.get(f"{here}dokument/").status_code == 404
    paper = care.get(f"{here}dokument/", arkiv="1")
    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    read = read_back(paper.content)
    assert read.is_for_filing
    code = code_of(version.content_hash)
    assert code in read.text
    draft = mine.post(f"{here}forhandla-om/").json()
    unlaid = mine.get(f"{version.placement_id}/ansvarsforbindelser/{draft['id']}/dokument/")
    assert (unlaid.status_code, "läggs fram" in unlaid.json()["fel"]) == (409, True)

    told = mine.post(CODES, {"code": code.upper()}).json()
    assert (told["version"]["id"], told["is_unaltered"], len(told["signatures"])) == (str(version.pk), True, 2)
    for asks, typed in ((school, code), (mine, code[:8]), (mine, "ffff-ffff-ffff")):
        refused = asks.post(CODES, {"code": typed})
        assert (refused.status_code, list(refused.json()["falt"])) == (422, ["code"])


def test_ind3_hidden_whereabouts_are_told_to_named_staff_only() -> None:
    placement, by = build.ongoing(law="lvu", agreement_needed="no"), build.placing()
    with acting(by, NOW):
        actions.hide(placement_id=placement.pk, decided_on=NOW.date(), by=by, now=NOW)
    assert Caller(by).get(f"{placement.pk}/").json()["stays"]
    for other in (actor(f"{build.PLACES}-2"), build.caring()):
        answer = Caller(other).get(f"{placement.pk}/")
        assert answer.json()["stays"] == []
        assert "Alingsås" not in answer.content.decode()
    here = f"{placement.pk}/lasratt/"
    told = {one["user"]: one["may_read"] for one in Caller(by).get(here).json()}
    carer = str(build.caring().user_id)
    assert (told[str(by.user_id)], told[carer]) == (True, False)
    assert Caller(build.caring()).get(here).status_code == 403
    assert Caller(by).post(here, {"user": str(actor("laholm-elevhalsa").user_id)}).status_code == 422
    assert Caller(by).post(here, {"user": carer}).status_code == 200
    assert Caller(build.caring()).get(f"{placement.pk}/").json()["stays"]
    paper = Caller(by).get(f"{placement.pk}/information/")
    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    assert Caller(build.caring()).get(f"{placement.pk}/information/").status_code == 403


def test_plc1_the_register_of_homes_is_kept_through_the_api_by_those_who_keep_it_on_the_pages() -> None:
    """A physician only reads it; private homes, care that isn't run, another age and doubles are refused in words."""
    mine, doctor = client_for(build.placing()), client_for(build.physician())
    home = {"name": "Lövhagens HVB", "housing": "hvb", "municipality": "Varberg", "county": "Hallands län"}

    def post(client: Any, **changes: Any) -> Any:
        return client.post("/api/v1/boenden/", home | changes, content_type="application/json")

    assert post(doctor).status_code == 403
    assert post(mine, housing="family_home").status_code == 422
    assert post(mine, permit_until="0202-01-01").status_code == 422
    assert post(mine, health_care="Sjuksköterska").json()["falt"].keys() == {"own_health_care"}
    made = post(mine, takes=["Unga 16–20 år"])
    assert (made.status_code, made.json()["takes"]) == (201, ["Unga 16–20 år"])
    assert "finns redan" in post(mine).json()["fel"]
    here = f"/api/v1/boenden/{made.json()['id']}/"
    changed = mine.patch(here, {"permit": "8.4-1/2026"}, content_type="application/json")
    assert changed.json() == made.json() | {"permit": "8.4-1/2026"}
    assert doctor.patch(here, {"permit": "x"}, content_type="application/json").status_code == 403
    assert doctor.get(here).json()["permit"] == "8.4-1/2026"


def test_the_managers_overview_is_told_to_managers() -> None:
    build.ongoing()
    told = client_for(actor(f"chef.{build.PLACES}")).get("/api/v1/placeringsoversikt/").json()
    assert (told["running"], told["near_days"], told["total"]["municipality"]) == (1, 60, "58080.00")
    assert [month["region"] for month in told["by_unit"][0]["months"]][:2] == ["6480.00", "21600.00"]
    assert told["rows"][0]["agreement"] == "Gäller"
    assert client_for(build.placing()).get("/api/v1/placeringsoversikt/").status_code == 403


def test_lists_cost_the_same_for_one_row_and_for_many() -> None:
    mine, costs = Caller(build.placing()), []
    mine.get()  # The first request of a session writes when it was seen.
    for number in (build.ADULT_NUMBER, "20050104-2394", "20050105-2393"):
        build.draft(number=number)
        with CaptureQueriesContext(connection) as queries:
            assert mine.get().status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[-1]
    assert mine.get("", state="ongoing").json()["count"] == 0
    assert Caller(build.caring()).get().json()["count"] == 0


def test_nested_things_are_reached_through_their_own_placement_only() -> None:
    """A version of one placement isn't found under another, and nothing is written there."""
    version, other = build.proposed(), build.shared(number="20050104-2394")
    mine = Caller(build.placing())
    assert mine.get(f"{other.pk}/ansvarsforbindelser/{version.pk}/").status_code == 404
    assert mine.post(f"{other.pk}/ansvarsforbindelser/{version.pk}/kommentera/", {"text": "x"}).status_code == 404
    with acting(build.placing(), NOW):
        assert not Remark.objects.exists()
        assert Placement.objects.count() == 2
