"""Pages of placements, as caseworkers, physicians and heads meet them (PLC-1…PLC-12)."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.acting import acting
from placements import actions, documents
from placements.kinds import EndKind, Law, Stage, State
from placements.models import Ansvarsforbindelse, Placement
from tests import build_placements as build
from tests.conftest import NOW, actor
from tests.pages import client_for, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


def page(by, name, *args):
    return client_for(by).get(reverse(f"placements:{name}", args=args))


PAGES = (
    "placement", "person", "home", "purpose", "care", "consent", "share", "start", "examine", "review", "hide",
    "move", "follow_up", "plan_end", "aftercare", "hand_over", "end", "close", "cancel", "withdraw_consent",
    "agreements", "refer", "assess", "reveal", "name_reader",
)  # fmt: skip


def test_every_page_answers_in_every_state():
    """200 where it can be done, 403 with the reason where not: never an error."""
    people = (build.placing(), build.caring(), build.physician(), build.head(build.CARES))
    clients = [(by, client_for(by)) for by in people]
    for placement in (build.draft(), build.ongoing(number="20050104-2394"), build.ended(number="20050105-2393")):
        for by, client in clients:
            if by.unit_id != placement.matter.initiator_id and placement.state == State.DRAFT:
                continue
            for name in PAGES:
                answer = client.get(reverse(f"placements:{name}", args=[placement.pk]))
                assert answer.status_code in (200, 403), (name, placement.state, by.role)


COSTS = ("kostnad", "kronor", " kr", "pris", "1 200", "1200", "145", "Läkemedelsgenomgång", "Dosett")


def test_plc8_costs_and_measures_reach_neither_the_person_nor_other_participants():
    """Over every page of the placement and everything the person gets: for a school that takes part, and on paper."""
    placement = build.shared("varberg-elevhalsa")
    version = build.signed(placement)
    school = client_for(actor("varberg-elevhalsa"))
    for name in PAGES:
        answer = school.get(reverse(f"placements:{name}", args=[placement.pk]))
        assert answer.status_code in (200, 403, 404)
        if answer.status_code != 404:
            told = words(answer).replace("\N{NO-BREAK SPACE}", " ").lower()
            assert not [word for word in COSTS if word.lower() in told], name
    for name in ("version", "write", "sign", "decline"):
        assert school.get(reverse(f"placements:{name}", args=[placement.pk, version.pk])).status_code == 404
    assert school.get(reverse("placements:agreements", args=[placement.pk])).status_code == 404
    by = build.placing()
    with acting(by, NOW):
        placement = Placement.objects.get(pk=placement.pk)
        html = documents.information_document(placement, by, NOW).html(documents.information_context(placement, by))
    assert not [word for word in COSTS if word.lower() in html.lower()]
    assert "Ekbackens" in html


def test_ind3_a_hidden_placement_is_not_told_to_guardians_nor_to_colleagues():
    """LVU 14 §: the paper, the pages and the API of everybody but the named staff are silent about where it is."""
    placement, by = build.ongoing(law=Law.LVU, agreement_needed="no"), build.placing()
    with acting(by, NOW):
        actions.hide(placement_id=placement.pk, decided_on=NOW.date(), by=by, now=NOW)
        placement = Placement.objects.get(pk=placement.pk)
        html = documents.information_document(placement, by, NOW).html(documents.information_context(placement, by))
    assert "Ekbacken" not in html
    assert "Alingsås" not in html
    for reader, sees in ((by, True), (actor(f"{build.PLACES}-2"), False), (build.caring(), False)):
        told = words(page(reader, "placement", placement.pk))
        assert ("Ekbacken" in told) == sees, reader.name
        assert ("Bara namngiven personal" in told) != sees


def test_plc6_the_form_has_no_such_reason_and_refuses_it_in_words():
    version = build.proposed()
    client = client_for(build.caring())
    address = reverse("placements:decline", args=[version.placement_id, version.pk])
    answer = client.post(address, {"reason": "price", "note": "Placeringen har redan skett."})
    assert answer.status_code == 422
    assert "Ingen part får avvisa kostnaden" in words(answer)
    assert client.post(address, {"reason": "already_placed", "note": "Nej"}).status_code == 422
    assert "redan skett" in answer.content.decode()  # What was typed stays.


def test_the_planned_walk_through_the_pages():
    """The guide says that an agreement is needed; drafted, refused at 99.9 %, proposed, signed by both; it starts."""
    placement = build.shared()
    mine = client_for(build.placing())
    begun = mine.post(reverse("placements:draw_up", args=[placement.pk]))
    write = begun["Location"]
    typed = {
        "version": "1", "rows": "1", "valid_from": str(build.STARTS), "valid_to": str(build.ENDS), "terms": "",
        "title-1": "Samtal", "content-1": "KBT", "extent-1": "Varje vecka", "performer-1": "housing",
        "starts_on-1": str(build.STARTS), "ends_on-1": str(build.ENDS), "price-1": "1 250,50", "per-1": "day",
        "split_by-1": "percent", "region-1": "59,9", "municipality-1": "40",
    }  # fmt: skip
    wrong = mine.post(write, typed)
    assert wrong.status_code == 422
    assert "99,9 procent" in words(wrong)
    assert "1 250,50" in wrong.content.decode()
    right = mine.post(write, {**typed, "region-1": "60", "propose": "1"})
    assert right.status_code == 302, words(right)
    with acting(build.placing(), NOW):
        version = Ansvarsforbindelse.objects.get()
        assert version.state == Stage.PROPOSED
    for key in (build.PLACES, build.CARES):
        sign = client_for(build.head(key)).post(
            reverse("placements:sign", args=[placement.pk, version.pk]),
            {"document_hash": version.content_hash, "has_read": "on"},
        )
        assert sign.status_code == 302, words(sign)
    assert mine.get(reverse("placements:version", args=[placement.pk, version.pk])).status_code == 200
    started = mine.post(reverse("placements:start", args=[placement.pk]), {"day": str(NOW.date()), "time": "09:30"})
    assert started.status_code == 302, words(started)
    with acting(build.placing(), NOW):
        placement = Placement.objects.get(pk=placement.pk)
        assert placement.state == State.ONGOING
        ended = NOW
        actions.end(
            placement_id=placement.pk, ended_at=ended, kind=EndKind.PLANNED, note="", by=build.placing(), now=ended
        )
        assert Ansvarsforbindelse.objects.get().state == Stage.ENDED
    code = version.content_hash[:12]
    assert "oförändrat" in words(
        mine.post(reverse("placements:verify"), {"code": f"{code[:4]}-{code[4:8]}-{code[8:]}"})
    )
    stranger = client_for(actor("laholm-socialtjanst-vuxna"))
    assert stranger.post(reverse("placements:verify"), {"code": code}).status_code == 422


def test_fup_the_overview_tells_what_comes_and_costs_the_same_queries():
    build.ongoing()
    manager = client_for(actor(f"chef.{build.PLACES}"))
    told = words(manager.get(reverse("placements:overview")))
    assert "1 placering pågår" in told
    assert "145 200 kr" in told.replace("\N{NO-BREAK SPACE}", " ")
    file = manager.get(reverse("placements:overview_export"))
    assert file.content[:2] == b"PK"
    with CaptureQueriesContext(connection) as few:
        manager.get(reverse("placements:overview"))
    for number in ("20050104-2394", "20050105-2393"):
        build.ongoing(number=number)
    with CaptureQueriesContext(connection) as many:
        manager.get(reverse("placements:overview"))
    assert len(many) == len(few)
