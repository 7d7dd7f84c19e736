"""The API: the same rows, rules and actions as the pages; refusals in words; reads on the record."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from knox.models import AuthToken

from core.audit import Action
from core.models import ReadLog
from individuals.models import Guardian
from organisations.models import Assignment, Huvudman, User
from sip.models import SipCase
from tests import build
from tests.conftest import NOW, actor, as_owner, sign_in, unit

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture(autouse=True)
def _today(settings: Any) -> Iterator[None]:
    settings.DEMO = True  # The demonstration accounts skip the second factor.
    with time_machine.travel(NOW, tick=False):
        yield


class Caller:
    """Someone signed in, talking JSON."""

    def __init__(self, username: str) -> None:
        self.client = sign_in(Client(), username)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(API + path, query)

    def post(self, path: str, body: Any = None, *, method: str = "post") -> Any:
        return getattr(self.client, method)(API + path, body or {}, content_type="application/json")


@pytest.fixture
def hylte_api() -> Caller:
    return Caller(build.INITIATOR)


@pytest.fixture
def centre_api() -> Caller:
    return Caller(build.CALLED)


def start(**changes: Any) -> dict[str, Any]:
    return {
        "submission": str(uuid.uuid4()),
        "person": {
            "identity_kind": "personnummer",
            "identity_number": build.CHILD_NUMBER,
            "first_name": "Nils",
            "last_name": "Provsson",
        },
        "guardians": [{"name": "Anna Provsson"}, {"name": "Bo Provsson"}],
    } | changes


def filled(version: int) -> dict[str, Any]:
    return {
        "version": version,
        "need_noticed_at": (NOW - timedelta(hours=1)).isoformat(),
        "target_groups": ["children"],
        "view_asked": "yes",
        "pieces": [{"category": "need", "text": "Behöver samordnat stöd."}],
        "calls": [{"unit": str(unit(build.CALLED).pk), "reason": "Bedöma vårdnivå"}],
    }


def consenting(case: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "kind": "consent",
        "purpose": "Samordna stödet",
        "categories": ["need"],
        "receivers": {"huvudmen": [str(Huvudman.objects.get(key="region-halland").pk)]},
        "until": str(NOW.date() + timedelta(days=100)),
        "given": [
            {"giver": "guardian", "guardian": one["id"], "manner": "oral", "given_on": str(NOW.date())}
            for one in case["guardians"]
        ],
    } | changes


# --- the walk ---------------------------------------------------------------------------------------------------------
def test_a_case_is_filed_sent_and_answered_through_the_api(hylte_api: Caller, centre_api: Caller) -> None:
    case = hylte_api.post("/sip/", start()).json()
    here = f"/sip/{case['id']}"
    assert case["state"] == "draft"
    allowed = {one["do"] for one in case["actions"] if one["allowed"]}
    assert allowed == {"edit", "record_basis", "note_other_plan", "decline", "close"}
    assert case["missing"]
    case = hylte_api.post(f"{here}/", filled(case["version"]), method="patch").json()
    case = hylte_api.post(f"{here}/samtycke/", consenting(case)).json()
    assert (case["state"], case["missing"]) == ("ready", [])
    assert centre_api.get(f"{here}/").status_code == 404
    case = hylte_api.post(f"{here}/skicka/", {"version": case["version"]}).json()
    assert case["state"] == "sent"

    seen = centre_api.get(f"{here}/").json()
    assert [piece["category"] for piece in seen["pieces"]] == ["need"]
    call = seen["calls"][0]["id"]
    assert centre_api.post(f"{here}/kallelser/{call}/bekrafta/").json()["state"] == "acknowledged"
    contact = {"contacted_at": NOW.isoformat(), "manner": "phone"}
    assert centre_api.post(f"{here}/kontakt/", contact).json()["state"] == "contacted"
    for part in ("frister", "handelser", "vem-ser-vad"):
        assert centre_api.get(f"{here}/{part}/").json(), part


def test_a_call_is_handed_over_and_the_sender_sees_the_case_no_more(centre_api: Caller) -> None:
    case = build.sent()
    call = build.the_call(case, actor(build.CALLED))
    here = f"/sip/{case.pk}/kallelser/{call.pk}"
    targets = {one["key"]: one["id"] for one in centre_api.get(f"{here}/mottagare/").json()}
    given = {"to_unit": targets["bup-halmstad"], "reason": "Hör dit"}
    assert centre_api.post(f"{here}/lamna-over/", given).status_code == 204
    assert centre_api.get(f"/sip/{case.pk}/").status_code == 404
    assert Caller("bup-halmstad").get(f"/sip/{case.pk}/").status_code == 200


# --- what is told -----------------------------------------------------------------------------------------------------
def test_what_only_the_initiator_knows_is_not_told_to_the_called(hylte_api: Caller, centre_api: Caller) -> None:
    case = build.sent()
    mine, theirs = (caller.get(f"/sip/{case.pk}/").json() for caller in (hylte_api, centre_api))
    assert {"withheld", "givers", "scopes"} <= set(mine["basis"])
    assert not {"withheld", "givers", "scopes", "decided_by", "child_alone_reason"} & set(theirs["basis"])
    assert "not_called_reason" in mine["guardians"][0]
    assert "not_called_reason" not in theirs["guardians"][0]


def test_lists_hold_what_the_unit_takes_part_in(hylte_api: Caller, centre_api: Caller) -> None:
    case, draft = build.sent(), build.draft(number="20100315-2392")
    assert {one["id"] for one in hylte_api.get("/sip/").json()["results"]} == {str(case.pk), str(draft.pk)}
    assert [one["id"] for one in centre_api.get("/sip/").json()["results"]] == [str(case.pk)]
    assert centre_api.get("/sip/").json()["count"] == 1
    assert [one["case"] for one in centre_api.get("/frister/").json()["results"]] == [str(case.pk)] * 2
    for stranger in ("hylte-elevhalsa", "hylte-socialtjanst-vuxna", "bup-varberg"):
        assert Caller(stranger).get("/sip/").json()["count"] == 0
        assert Caller(stranger).get("/frister/").json()["count"] == 0


def test_lists_are_filtered(hylte_api: Caller) -> None:
    case, draft = build.sent(), build.draft(number="20100315-2392")

    def found(**query: Any) -> set[str]:
        return {one["id"] for one in hylte_api.get("/sip/", **query).json()["results"]}

    assert found(state="sent") == {str(case.pk)}
    assert found(state=["sent", "draft"]) == {str(case.pk), str(draft.pk)}
    assert found(overdue="true") == set()
    assert found(initiated="false") == set()
    assert hylte_api.get("/sip/", state="påhittad").status_code == 422


@pytest.mark.parametrize("path", ["/sip/", "/frister/"])
def test_lists_cost_the_same_for_two_rows_and_for_many(hylte_api: Caller, path: str) -> None:
    numbers = ["20110108-2392", "20100315-2392", "20120202-2388"]
    costs = []
    for number in numbers:
        build.draft(number=number)
        with CaptureQueriesContext(connection) as queries:
            assert hylte_api.get(path).status_code == 200
        costs.append(sum("SAVEPOINT" not in query["sql"] for query in queries))
    assert costs[1] == costs[2]
    assert costs[2] <= 12


def test_law1_every_read_is_logged_as_read_through_the_api(hylte_api: Caller) -> None:
    case = build.sent()
    with as_owner():
        before = set(ReadLog.objects.values_list("pk", flat=True))
    hylte_api.get("/sip/")
    hylte_api.get(f"/sip/{case.pk}/")
    hylte_api.get("/frister/")
    hylte_api.get(f"/sip/{uuid.uuid4()}/")
    with as_owner():
        rows = list(ReadLog.objects.exclude(pk__in=before).order_by("pk"))
    assert [(row.action, row.what) for row in rows] == [
        (Action.API, "sip.list"),
        (Action.API, "sip.case"),
        (Action.API, "clocks"),
        (Action.DENIED, "sip.case"),
    ]
    assert [row.matter_ids for row in rows[:3]] == [[case.pk]] * 3


# --- refusals ---------------------------------------------------------------------------------------------------------
def test_ind9_a_foreign_case_and_one_that_does_not_exist_answer_alike() -> None:
    case, stranger = build.sent(), Caller("bup-varberg")
    answers = [stranger.get(f"/sip/{pk}/") for pk in (case.pk, uuid.uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_a_foreign_call_can_not_be_answered_through_ones_own_case(centre_api: Caller) -> None:
    mine = build.sent(number="20120202-2388")
    other = build.sent(actor("laholm-socialtjanst-barn"), number="20100315-2392")
    with as_owner():
        foreign = SipCase.objects.get(pk=other.pk).calls.get()
    answer = centre_api.post(f"/sip/{mine.pk}/kallelser/{foreign.pk}/bekrafta/")
    assert answer.status_code == 404


def test_403_when_the_rules_say_no(centre_api: Caller) -> None:
    case = build.sent()
    answer = centre_api.post(f"/sip/{case.pk}/dra-tillbaka/", {"note": "Nej"})
    assert answer.status_code == 403
    assert "initiativet" in answer.json()["fel"]


def test_403_for_those_who_take_no_part_in_matters() -> None:
    for username in ("admin.hylte", "logg.hylte", "drift", "rug"):
        assert Caller(username).get("/sip/").status_code == 403, username


def test_409_when_the_state_says_no(hylte_api: Caller) -> None:
    case = build.draft()
    answer = hylte_api.post(f"/sip/{case.pk}/skicka/", {"version": case.version})
    assert answer.status_code == 409
    assert "utkast" in answer.json()["fel"]


def test_409_with_the_version_that_stands_when_somebody_changed_it_first(hylte_api: Caller) -> None:
    case = build.draft()
    hylte_api.post(f"/sip/{case.pk}/", {"version": case.version, "is_urgent": True}, method="patch")
    answer = hylte_api.post(f"/sip/{case.pk}/", {"version": case.version, "is_urgent": False}, method="patch")
    assert answer.status_code == 409
    assert answer.json()["version"] == case.version + 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"need_noticed_at": (NOW + timedelta(days=1)).isoformat()}, "need_noticed_at"),
        ({"need_noticed_at": "0001-01-01T00:00:00Z"}, "need_noticed_at"),
        ({"target_groups": ["påhittad"]}, "target_groups"),
        ({"calls": [{"unit": str(uuid.uuid4())}]}, "calls"),
        ({"pieces": [{"category": "need", "text": "x" * 200_000}]}, "pieces"),
        ({"pieces": [{"category": "need", "text": "med \x00 noll"}]}, "pieces"),
        ({"version": "ett"}, "version"),
    ],
)
def test_422_names_the_field_to_mend(hylte_api: Caller, changes: dict[str, Any], field: str) -> None:
    case = build.draft()
    body = {"version": case.version} | changes
    answer = hylte_api.post(f"/sip/{case.pk}/", body, method="patch")
    assert answer.status_code == 422, answer.content
    assert field in answer.json()["falt"]


@pytest.mark.parametrize("number", ["20110108-2393", "20991231-0000", "abc", ""])
def test_422_for_a_number_that_is_none(hylte_api: Caller, number: str) -> None:
    person = start()["person"] | {"identity_number": number}
    answer = hylte_api.post("/sip/", start(person=person))
    assert answer.status_code == 422
    assert "identity_number" in answer.json()["falt"]["person"]


def test_ind2_a_foreign_guardian_can_not_be_named_as_giver(hylte_api: Caller) -> None:
    build.draft(actor("laholm-socialtjanst-barn"))
    with as_owner():
        foreign = Guardian.objects.exclude(person__unit__key=build.INITIATOR).first()
    assert foreign is not None
    case = hylte_api.get(f"/sip/{build.draft().pk}/").json()
    body = consenting(case)
    body["given"].append({"giver": "guardian", "guardian": str(foreign.pk), "manner": "oral", "given_on": "2026-03-01"})
    answer = hylte_api.post(f"/sip/{case['id']}/samtycke/", body)
    assert answer.status_code == 422
    assert "guardian" in str(answer.json()["falt"])


def test_extra_fields_are_ignored(hylte_api: Caller) -> None:
    case = build.draft()
    body = {"version": case.version, "state": "sent", "sent_at": NOW.isoformat(), "matter": str(uuid.uuid4())}
    answer = hylte_api.post(f"/sip/{case.pk}/", body, method="patch")
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["id"]) == ("draft", str(case.pk))


def test_400_for_a_body_that_is_no_json(hylte_api: Caller) -> None:
    answer = hylte_api.client.post(f"{API}/sip/", "{", content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["fel"]
    assert hylte_api.client.post(f"{API}/sip/", {"a": 1}).status_code == 415


def test_a_refused_request_leaves_nothing_behind(hylte_api: Caller) -> None:
    case = build.draft(guardians=2)
    told = hylte_api.get(f"/sip/{case.pk}/").json()
    body = consenting(told, given=consenting(told)["given"][:1])
    assert hylte_api.post(f"/sip/{case.pk}/samtycke/", body).status_code == 422
    assert hylte_api.get(f"/sip/{case.pk}/").json() == told


def test_a_repeated_submission_makes_one_case_and_one_person(hylte_api: Caller) -> None:
    body = start(person={"identity_kind": "unidentified", "first_name": "Okänd"}, guardians=[])
    first, again = hylte_api.post("/sip/", body).json(), hylte_api.post("/sip/", body).json()
    assert first["id"] == again["id"]
    assert first["person"]["id"] == again["person"]["id"]
    assert hylte_api.get("/sip/").json()["count"] == 1


# --- logging in -------------------------------------------------------------------------------------------------------
def token(username: str) -> str:
    return str(AuthToken.objects.create(user=User.objects.get(username=username))[1])


def by_token(client: Client, secret: str, path: str, **headers: str) -> Any:
    return client.get(API + path, headers={"Authorization": f"Token {secret}", **headers})


def test_a_token_reaches_what_its_assignment_reaches(client: Client) -> None:
    case = build.sent()
    assert by_token(client, token(build.INITIATOR), f"/sip/{case.pk}/").status_code == 200
    assert by_token(client, token("bup-varberg"), f"/sip/{case.pk}/").status_code == 404


def test_org4_a_token_of_several_assignments_names_one(client: Client) -> None:
    build.sent()
    user = User.objects.get(username=build.INITIATOR)
    other = Assignment.objects.create(
        user=user, unit=unit("hylte-elevhalsa"), role="caseworker", starts_on=NOW.date() - timedelta(days=1)
    )
    mine = Assignment.objects.get(user=user, unit__key=build.INITIATOR)
    foreign = Assignment.objects.get(user__username=build.CALLED)
    secret = token(build.INITIATOR)
    assert by_token(client, secret, "/sip/").status_code == 403
    assert by_token(client, secret, "/sip/", **{"X-Uppdrag": str(mine.pk)}).json()["count"] == 1
    assert by_token(client, secret, "/sip/", **{"X-Uppdrag": str(other.pk)}).json()["count"] == 0
    assert by_token(client, secret, "/sip/", **{"X-Uppdrag": str(foreign.pk)}).status_code == 403


@pytest.mark.parametrize("header", ["Token fel", "Token ", "Bearer x"])
def test_a_forged_token_is_nobody(client: Client, header: str) -> None:
    answer = client.get(f"{API}/sip/", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json() == {"fel": "Logga in först."}


def test_a_token_ends_with_its_user_and_with_time(client: Client) -> None:
    secret = token(build.INITIATOR)
    with time_machine.travel(NOW + timedelta(hours=11)):
        assert by_token(client, secret, "/sip/").status_code == 401
    User.objects.filter(username=build.INITIATOR).update(is_active=False)
    assert by_token(client, secret, "/sip/").status_code == 401


def test_a_session_must_bring_its_csrf_token() -> None:
    client = sign_in(Client(enforce_csrf_checks=True), build.INITIATOR)
    answer = client.post(f"{API}/sip/", start(), content_type="application/json")
    assert answer.status_code == 403
    assert answer.json()["fel"]


# --- organisations and agreements -------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/huvudman/", "/myndigheter/", "/verksamheter/", "/samordningsgrupper/"])
def test_organisations_are_told_to_those_who_are_signed_in(hylte_api: Caller, client: Client, path: str) -> None:
    assert client.get(API + path).status_code == 401
    first = hylte_api.get(path).json()["results"][0]
    assert hylte_api.get(f"{path}{first['id']}/").json()["key"] == first["key"]
    assert hylte_api.get(f"{path}{uuid.uuid4()}/").status_code == 404


def test_units_are_found_by_huvudman_kind_and_name(hylte_api: Caller) -> None:
    region = Huvudman.objects.get(key="region-halland")
    found = hylte_api.get("/verksamheter/", huvudman=str(region.pk), kind="child_psychiatry", name="halm").json()
    assert [one["key"] for one in found["results"]] == ["bup-halmstad"]
    assert hylte_api.get("/verksamheter/", kind="påhittad").status_code == 422
    assert hylte_api.get("/verksamheter/", sida="99").status_code == 404


def test_agr1_agreements_are_open_to_everybody(client: Client) -> None:
    key = client.get(f"{API}/overenskommelser/").json()["results"][0]["key"]
    for part in ("", "avsnitt/", "villkor/", "malgrupper/", "begrepp/", "forkortningar/", "ansvar/"):
        answer = client.get(f"{API}/overenskommelser/{key}/{part}")
        assert answer.status_code == 200, part
    terms = client.get(f"{API}/overenskommelser/{key}/villkor/", {"on": "2026-03-09"}).json()["results"]
    assert "sip.first_contact" in {term["key"] for term in terms}
    found = client.get(f"{API}/overenskommelser/{key}/ansvar/", {"party": "region"}).json()["results"]
    assert {one["party"] for one in found} == {"region"}
    assert client.get(f"{API}/overenskommelser/{key}/ansvar/", {"party": "x"}).status_code == 422
