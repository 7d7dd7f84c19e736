"""Pages of placements, as caseworkers, physicians and heads meet them (PLC-1…PLC-12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.acting import acting
from organisations.models import Assignment
from placements import actions, documents
from placements.content import code_of, fingerprint
from placements.kinds import Law, Stage
from placements.models import Ansvarsforbindelse, Measure, Placement, Signature
from tests import build_placements as build
from tests.conftest import NOW, actor, as_owner, unit
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
    states = (
        (build.draft(), 1), (build.ongoing(number="20050104-2394"), 4), (build.ended(number="20050105-2393"), 2),
    )  # fmt: skip
    for placement, readers in states:
        for by, client in clients[:readers]:
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


def test_bad_input_is_refused_in_words_and_nothing_is_lost():
    """The draft, the proposal, the signatures and what is signed: each slip is told where it is, nothing changes."""
    placement = build.shared()
    mine = client_for(build.placing())
    here = reverse("placements:home", args=[placement.pk])
    kept = {
        "version": str(placement.version), "law": "sol", "planned_start": str(build.STARTS), "housing": "hvb",
        "provider": str(build.provider().pk), "registration": "none",
    }  # fmt: skip
    for end, says in ((NOW.date(), "sluta innan den börjar"), ("0202-05-01", "årtalet"), ("9999-12-31", "årtalet")):
        answer = mine.post(here, {**kept, "planned_end": str(end)})
        assert (answer.status_code, says in words(answer)) == (422, True)

    write = mine.post(reverse("placements:draw_up", args=[placement.pk]))["Location"]
    typed = {
        "version": "1", "rows": "1", "valid_from": str(build.STARTS), "valid_to": str(build.ENDS), "terms": "",
        **row(1),
    }  # fmt: skip
    before = str(build.STARTS - timedelta(days=1))
    slips = (
        ({"region-1": "59,9"}, "99,9 procent"),
        ({"ends_on-1": before}, "slutar innan den börjar"),
        ({"valid_to": before}, "kan inte sluta innan den börjar"),
        ({"rows": "2", **row(2), "title-2": "samtal"}, "två gånger för samma tid"),
    )
    for slip, says in slips:
        wrong = mine.post(write, typed | slip)
        assert (wrong.status_code, says in words(wrong)) == (422, True), says
        assert "1 250,50" in wrong.content.decode()
    with acting(build.placing(), NOW):
        assert not Measure.objects.exists()
    assert mine.post(write, typed | {"propose": "1"}).status_code == 302

    care = build.caring()
    with acting(care, NOW):
        old = Ansvarsforbindelse.objects.get()
        draft = actions.counter(version_id=old.pk, by=care, now=NOW)
        new = actions.propose(version_id=draft.pk, version=draft.version, by=care, now=NOW)
    head = client_for(build.head(build.PLACES))
    assert "ersatt av ett motförslag" in words(sign(head, old)).lower()
    outgoing = client_for(actor(f"undertecknare.{build.PLACES}"))
    with as_owner():
        Assignment.objects.filter(user__username=f"undertecknare.{build.PLACES}").update(ends_on=NOW.date())
    assert sign(outgoing, new).status_code in (302, 403)
    with acting(care, NOW):
        assert not Signature.objects.exists()
    assert sign(head, new).status_code == sign(client_for(build.head(build.CARES)), new).status_code == 302

    with acting(care, NOW):
        signed = Ansvarsforbindelse.objects.get(pk=new.pk)
    over = {**typed, "version": str(signed.version), "price-1": "1"}
    changed = client_for(care).post(reverse("placements:write", args=[placement.pk, new.pk]), over)
    assert (changed.status_code, "ändras aldrig" in words(changed)) == (422, True)
    with acting(care, NOW):
        signed = Ansvarsforbindelse.objects.get(pk=new.pk)
        assert (signed.state, signed.content_hash) == (Stage.IN_FORCE, fingerprint(signed))
    code = code_of(signed.content_hash)
    assert "oförändrat" in words(mine.post(reverse("placements:verify"), {"code": code}))
    stranger = client_for(actor("laholm-socialtjanst-vuxna"))
    assert stranger.post(reverse("placements:verify"), {"code": code}).status_code == 422


def row(place):
    """A measure as the editor's fields give it."""
    values = {
        "title": "Samtal", "content": "KBT", "extent": "Varje vecka", "performer": "housing",
        "starts_on": str(build.STARTS), "ends_on": str(build.ENDS), "price": "1 250,50", "per": "day",
        "split_by": "percent", "region": "60", "municipality": "40",
    }  # fmt: skip
    return {f"{name}-{place}": value for name, value in values.items()}


def sign(client, version):
    address = reverse("placements:sign", args=[version.placement_id, version.pk])
    return client.post(address, {"document_hash": version.content_hash, "has_read": "on"})


def test_ind4_the_school_is_let_in_by_the_consent_and_reads_nothing_of_what_is_agreed():
    """PLC-1: from the page of consent to the school's own page, through the check of who gets what."""
    placement, school = build.draft(), unit("varberg-elevhalsa")
    mine = client_for(build.placing())
    consent = reverse("placements:consent", args=[placement.pk])
    assert "Förbereda och följa placeringen" in mine.get(consent).content.decode()
    given = {
        "kind": "consent", "purpose": "Planera tillsammans", "categories": ["need", "own_view", "school"],
        "more": [str(school.pk)], "until": str(NOW.date() + timedelta(days=100)), "self-manner": "written",
        "self-on": str(NOW.date()),
    }  # fmt: skip
    share = mine.post(consent, given)["Location"]
    assert school.name in words(mine.get(share))
    with acting(build.placing(), NOW):
        version = Placement.objects.get().version
    mine.post(share, {"version": version, "units": [str(school.pk), str(build.caring_unit().pk)]})
    theirs = client_for(actor("varberg-elevhalsa"))
    assert "Fortsätter på distans" in words(theirs.get(reverse("placements:placement", args=[placement.pk])))
    assert theirs.get(reverse("placements:agreements", args=[placement.pk])).status_code == 404


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
