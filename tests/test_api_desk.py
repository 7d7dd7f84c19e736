"""The unit's own work through the API: who carries what, filters, search, saved views, ratings (SIP-10, SIP-11)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from core.acting import Actor, acting
from core.audit import Action
from core.models import Message, ReadLog
from organisations.models import Assignment, Huvudman
from sip.actions.views import AT_MOST
from sip.models import Carrier, Rating, SavedView
from tests import build
from tests.conftest import NOW, actor, as_owner, settle, unit
from tests.pages import at_unit, client_for
from tests.test_lists import numbers

pytestmark = pytest.mark.django_db
API = "/api/v1/sip/"
ELSEWHERE = "laholm-socialtjanst-barn"


class Caller:
    """Somebody signed in, talking JSON."""

    def __init__(self, by: Actor) -> None:
        self.by, self.client = by, client_for(by)

    def get(self, path: str = "", **query: Any) -> Any:
        return self.client.get(API + path, query)

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(API + path, body or {}, content_type="application/json")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[SimpleNamespace]:
    """Two cases of one caseworker, one of them answered; a colleague, a manager, and somebody elsewhere. Made once."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOW, tick=False),
        override_settings(DEMO=True),
        transaction.atomic(),
    ):
        first, second = build.sent(number=numbers(2)[0]), build.contacted(number=numbers(2)[1])
        place = unit(build.INITIATOR)
        leads = Assignment.objects.filter(unit=place, role="nearest_manager").select_related("user").get()
        settle()
        yield SimpleNamespace(
            first=first,
            second=second,
            worker=Caller(actor(build.INITIATOR)),
            colleague=Caller(actor(f"{build.INITIATOR}-2")),
            manager=Caller(at_unit(leads.user.username, place.key)),
            centre=Caller(actor(build.CALLED)),
            elsewhere=Caller(actor(ELSEWHERE)),
        )
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _undone(world: SimpleNamespace, settings: Any) -> Iterator[None]:
    settings.DEMO = True
    with time_machine.travel(NOW, tick=False), transaction.atomic():
        yield
        transaction.set_rollback(True)


def references(answer: Any) -> set[str]:
    found = answer.json()
    return {row["reference"] for row in (found if isinstance(found, list) else found["results"])}


def test_sip11_one_case_is_handed_over_and_the_refusals_say_why(world: SimpleNamespace) -> None:
    here, to = f"{world.first.pk}/handlaggare/", str(world.colleague.by.user_id)
    told = world.worker.get(here).json()
    assert told["user"] == str(world.worker.by.user_id)
    assert to in {one["id"] for one in told["colleagues"]}
    assert world.centre.get(here).json()["user"] is None, "how the other unit divides its work is its own matter"
    assert world.elsewhere.get(here).status_code == 404
    assert world.elsewhere.post(here, {"to_user": to}).status_code == 404
    stranger, nobody = (world.worker.post(here, {"to_user": str(pk)}) for pk in (world.centre.by.user_id, uuid.uuid4()))
    assert (stranger.status_code, stranger.json()) == (422, nobody.json()), "the answer doesn't tell who exists"
    assert "kollega" in stranger.json()["falt"]["to_user"][0]
    given = world.worker.post(here, {"to_user": to, "reason": "Semester"}).json()
    assert (given["user"], given["reason"]) == (to, "Semester")
    again = world.worker.post(here, {"to_user": to})
    assert (again.status_code, list(again.json()["falt"])) == (422, ["to_user"])
    with as_owner():
        assert Message.objects.get(kind="sip.handed_over").to_user_id == world.colleague.by.user_id


def test_sip11_the_manager_sees_the_desk_and_hands_over_all_of_it(world: SimpleNamespace) -> None:
    mine, to = str(world.worker.by.user_id), str(world.colleague.by.user_id)
    loads = {one["user"]: one for one in world.manager.get("handlaggare/").json()}
    assert (loads[mine]["count"], loads[mine]["works_here"], loads[to]["count"]) == (2, True, 0)
    assert world.worker.get("handlaggare/").status_code == 403
    given = {"from_user": mine, "to_user": to, "reason": "Sjuk"}
    assert world.worker.post("handlaggare/", given).status_code == 403
    for wrong, field in (
        ({**given, "to_user": mine}, "to_user"),
        ({**given, "to_user": str(world.centre.by.user_id)}, "to_user"),
        ({**given, "from_user": str(world.centre.by.user_id)}, "from_user"),
        ({**given, "from_user": None}, "from_user"),
        ({"to_user": to}, "from_user"),
    ):
        answer = world.manager.post("handlaggare/", wrong)
        assert (answer.status_code, list(answer.json()["falt"])) == (422, [field]), wrong
    assert world.manager.post("handlaggare/", given).json() == {"count": 2}
    with acting(world.worker.by, NOW):
        assert set(Carrier.objects.values_list("user_id", flat=True)) == {world.colleague.by.user_id}
    # Who has left still stands there until somebody takes over.
    with as_owner():
        Assignment.objects.filter(user_id=to).update(ends_on=NOW.date())
    loads = {one["user"]: one for one in world.manager.get("handlaggare/").json()}
    assert (loads[to]["works_here"], loads[to]["count"]) == (False, 2)


def test_the_list_is_filtered_as_on_the_page_and_searched_without_an_address(world: SimpleNamespace) -> None:
    one, two = world.first.matter.reference, world.second.matter.reference
    worker, centre = world.worker, world.centre
    assert references(worker.get(carrier=str(worker.by.user_id))) == {one, two}
    assert references(worker.get(carrier=str(world.colleague.by.user_id))) == set()
    assert references(centre.get(uncarried="true")) == {one}
    assert references(worker.get(clock="bekrafta")) == {one}
    assert references(worker.get(clock="mote")) == {two}
    assert references(worker.get(unit=str(unit(build.CALLED).pk))) == {one, two}
    assert references(worker.get(unit=str(unit("bup-halmstad").pk))) == set()
    assert references(worker.get(target_group="children")) == {one, two}
    assert references(worker.get(target_group="addiction")) == set()
    assert worker.get(clock="hittepå").status_code == 422
    assert references(worker.post("sok/", {"q": "provsson"})) == {one, two}
    assert references(worker.post("sok/", {"q": two.lower()})) == {two}
    assert references(world.elsewhere.post("sok/", {"q": one})) == set()
    assert worker.post("sok/", {"q": " "}).status_code == 422
    with as_owner():
        logged = ReadLog.objects.filter(action=Action.SEARCH).order_by("pk")
        assert [set(row.matter_ids) for row in logged if row.matter_ids] == [
            {world.first.pk, world.second.pk},
            {world.second.pk},
        ], "LAW-1"


def test_sip11_views_are_saved_replaced_and_forgotten_by_their_user_alone(world: SimpleNamespace) -> None:
    worker = world.worker
    saved = worker.post("vyer/", {"name": "Brådskar", "query": "forsenade=1&q=Nils"})
    assert (saved.status_code, saved.json()["query"]) == (201, "forsenade=1"), "what was sought is never kept"
    worker.post("vyer/", {"name": "Brådskar", "query": "vem=jag"})
    (view,) = worker.get("vyer/").json()
    assert (view["name"], view["query"]) == ("Brådskar", "vem=jag")
    assert world.colleague.get("vyer/").json() == []
    assert world.colleague.post(f"vyer/{view['id']}/ta-bort/").status_code == 404
    with acting(worker.by, NOW):
        SavedView.objects.bulk_create(
            SavedView(user_id=worker.by.user_id, unit_id=worker.by.unit_id, name=f"Vy {i}") for i in range(AT_MOST - 1)
        )
    refused = worker.post("vyer/", {"name": "En till", "query": ""})
    assert (refused.status_code, list(refused.json()["falt"])) == (422, ["name"])
    assert worker.post(f"vyer/{view['id']}/ta-bort/").status_code == 204
    assert worker.post(f"vyer/{view['id']}/ta-bort/").status_code == 404


def test_sip10_ratings_of_fewer_than_five_and_of_the_running_year_are_told_by_no_machine_either(
    world: SimpleNamespace,
) -> None:
    halmstad, hylte, region = (Huvudman.objects.get(key=key) for key in ("halmstad", "hylte", "region-halland"))
    with as_owner():
        for huvudman, year, count in ((halmstad, 2025, 5), (hylte, 2025, 4), (halmstad, 2026, 9)):
            Rating.objects.bulk_create(
                Rating(
                    year=year, municipality=huvudman, region=region, target_groups=["children"], reader="self",
                    participation=3, clarity=4, usefulness=2,
                )
                for _ in range(count)
            )  # fmt: skip
    assert world.worker.get("omdomen/").json() == [
        {
            "year": 2025, "municipality": str(halmstad.pk), "target_group": "children", "answers": 5,
            "participation": 3.0, "clarity": 4.0, "usefulness": 2.0,
        }
    ]  # fmt: skip
