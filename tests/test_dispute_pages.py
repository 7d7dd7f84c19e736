"""Pages and API of disputes, as the people at each end meet them (DIS-1…5)."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import Provision
from core.acting import Actor, acting
from core.models import ReadLog
from deadlines.models import Clock
from disputes import actions
from disputes.models import CaseLink, Dispute, DisputeEvent, Enclosure, Position
from individuals.models import Matter
from organisations.acting import actor_for
from organisations.kinds import Role
from organisations.middleware import SESSION_ASSIGNMENT
from organisations.models import Assignment
from tests import build, build_disputes
from tests.build_disputes import OURS, THEIRS, manager
from tests.conftest import NOW, actor, as_owner, sign_in, unit
from tests.papers import read_back

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.fixture
def at_now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def window(by: Actor) -> Client:
    """A browser of somebody who acts by that assignment."""
    from organisations.models import User

    client = sign_in(Client(), User.objects.get(pk=by.user_id).username)
    session = client.session
    session[SESSION_ASSIGNMENT] = str(by.assignment_id)
    session.save()
    return client


def opening(**changes: Any) -> dict[str, Any]:
    values = {
        "other_unit": str(unit(THEIRS).pk),
        "coordination": "children",
        "arose_from": "cost",
        "provision": str(Provision.objects.get(agreement__key="halland-2025-2029", number="4.9").pk),
        "question": "Vem betalar?",
        "position": "Regionen.",
        "interim_side": "opening",
        "interim_text": "Vi betalar så länge.",
        "submission": str(uuid.uuid4()),
    }
    return values | changes


def address(dispute: Dispute, what: str = "") -> str:
    return f"/tvister/{dispute.pk}/{what}"


# --- opening ----------------------------------------------------------------------------------------------------------
def test_dis1_nothing_crosses_before_the_page_that_shows_who_sees_what() -> None:
    client, values = window(manager()), opening()
    checked = client.post("/tvister/ny/", values)
    assert b"Granska innan tvisten" in checked.content
    with as_owner():
        assert not Dispute.objects.exists()
    answer = client.post("/tvister/ny/", values | {"confirm": "yes"})
    again = client.post("/tvister/ny/", values | {"confirm": "yes"})
    assert answer.status_code == again.status_code == 302
    assert answer["Location"] == again["Location"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"other_unit": "hylte-elevhalsa"}, "En tvist är mellan två huvudmän"),
        ({"interim_text": ""}, "personens stöd ska fortsätta"),
        ({"interim_side": ""}, "personens stöd ska fortsätta"),
        ({"question": "Gäller 20110108-2392"}, "ser ut som ett personnummer"),
        ({"position": ""}, "Skriv hur ni ser på frågan"),
    ],
)
def test_bad_input_is_told_by_the_field_and_what_was_typed_stays(changes: dict[str, str], reason: str) -> None:
    if "other_unit" in changes:
        changes = {"other_unit": str(unit(changes["other_unit"]).pk)}
    answer = window(manager()).post("/tvister/ny/", opening(interim_text="Kommunen så länge.") | changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert reason in page
    assert "<title>Fel: " in re.sub(r"\s+", " ", page).replace("<title> ", "<title>")
    with as_owner():
        assert not Dispute.objects.exists()


def test_dis1_a_case_that_the_unit_does_not_reach_can_not_be_named() -> None:
    case = build.draft(actor("laholm-socialtjanst-barn"))
    assert window(manager()).get(f"/tvister/ny/?matter={case.pk}").status_code == 404


# --- who sees what ----------------------------------------------------------------------------------------------------
def with_case() -> Dispute:
    case = build.sent()
    with acting(manager(), NOW):
        matter = Matter.objects.get(pk=case.pk)
    return build_disputes.opened(
        matter=matter, details="Nils behandling hos boendet.", arose_from="sip", position="Så här ser vi det."
    )


def test_wall1_everyone_reads_their_part_of_a_dispute_and_no_more() -> None:
    dispute = with_case()
    page = window(manager()).get(address(dispute)).content.decode()
    assert "Nils behandling" in page
    with as_owner():
        assert ReadLog.objects.filter(what="disputes.dispute", matter_ids__len=1).count() == 1
    # Child psychiatry is the other side, and takes no part in the case.
    page = window(manager(THEIRS)).get(address(dispute)).content.decode()
    assert "Så här ser vi det." in page
    assert "Nils behandling" not in page
    with acting(manager(THEIRS), NOW):
        assert not CaseLink.objects.exists()
    the_board_reads_the_question_and_when_its_time_is_out(dispute)
    the_paper_tells_the_whole_dispute_and_nothing_of_the_case(dispute)


def the_board_reads_the_question_and_when_its_time_is_out(dispute: Dispute) -> None:
    """DIS-1: the question, where it stands and when the next step falls due; not the parties' words nor the case."""
    board = actor("rug", Role.BOARD_MEMBER)
    page = window(board).get(address(dispute)).content.decode()
    assert dispute.question in page
    assert "senast mån 23 mars 2026 går frågan vidare till verksamhetschefer" in page
    assert "Så här ser vi det." not in page
    assert "Nils behandling" not in page
    listed = window(board).get("/tvister/").content.decode()
    assert dispute.question in listed
    assert "23 mars" in listed
    with acting(board, NOW):
        assert not Position.objects.exists()
        assert not DisputeEvent.objects.exists()
        assert not CaseLink.objects.exists()
    other = actor("laholm-socialtjanst-barn")
    with acting(other, NOW):
        assert not Clock.objects.filter(subject=dispute.pk).exists()


def the_paper_tells_the_whole_dispute_and_nothing_of_the_case(dispute: Dispute) -> None:
    paper = read_back(window(manager(THEIRS)).get(address(dispute, "dokument/lasa/")).content)
    assert paper.is_readable
    assert dispute.question in paper.text
    assert "Så här ser vi det." in paper.text
    own = read_back(window(manager()).get(address(dispute, "dokument/arkiv/")).content)
    assert own.is_for_filing
    assert "Nils" not in own.text
    board = window(actor("rug", Role.BOARD_MEMBER))
    assert board.get(address(dispute, "dokument/lasa/")).status_code == 403


def test_wall1_both_walls_let_the_same_people_see_a_dispute() -> None:
    """The queryset and the row policy, for everyone who could be concerned, on every level."""
    dispute = build_disputes.opened()
    people = [actor(OURS), actor(THEIRS), actor("laholm-socialtjanst-barn"), actor("rug", Role.BOARD_MEMBER)]
    people += [manager(place, role) for place in (OURS, THEIRS, "laholm-socialtjanst-barn") for role in _LINE]
    with as_owner():
        from organisations.acting import actor_for
        from organisations.models import Assignment

        found = Assignment.objects.select_related("user", "unit__authority__huvudman")
        people += [actor_for(one) for one in found.filter(role__startswith="group_", unit__key__startswith="h")]
    for level in (Role.NEAREST_MANAGER, Role.HEAD_OF_OPERATIONS, None):
        for one in people:
            with acting(one, NOW):
                rows = set(Dispute.objects.values_list("pk", flat=True))
                seen = set(Dispute.objects.visible_to(one, NOW).values_list("pk", flat=True))
                part = set(Dispute.objects.taken_part_in_by(one, NOW).values_list("pk", flat=True))
                words = set(Position.objects.values_list("dispute_id", flat=True))
            assert rows == seen, one
            assert words == part, one
        if level is not None:
            build_disputes.lifted(dispute, level)


_LINE = (Role.NEAREST_MANAGER, Role.HEAD_OF_OPERATIONS, Role.HEAD_OF_ADMINISTRATION)


# --- documents --------------------------------------------------------------------------------------------------------
def a_file(name: str = "berakning.txt", content: bytes = b"Halva kostnaden.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_dis1_documents_about_the_question_are_the_parties_and_those_about_the_case_of_whoever_reaches_it() -> None:
    dispute = with_case()
    ours, theirs = window(manager()), window(manager(THEIRS))
    page = ours.get(address(dispute, "handlingar/"))
    assert b"checked" not in page.content
    for wrong, reason in (
        ({"file": a_file()}, "Det avgör vem som läser den"),
        ({"about": "question"}, "Välj en fil"),
        ({"about": "question", "file": a_file("Nils_plan.txt")}, "är ett namn ur era ärenden"),
        ({"about": "question", "file": a_file(content=b"Pojken 20110108-2392")}, "ser ut som ett personnummer"),
        ({"about": "question", "file": a_file("arkiv.zip", b"PK\x03\x04")}, "går inte att ta emot"),
    ):
        answer = ours.post(address(dispute, "handlingar/"), wrong)
        assert answer.status_code == 422
        assert reason in answer.content.decode()
    for about, name in (("question", "berakning.txt"), ("case", "Nils bedömning.txt")):
        sent = {"about": about, "file": a_file(name, about.encode())}
        assert ours.post(address(dispute, "handlingar/"), sent).status_code == 302
    # They are a side, and take no part in the case: "about the case" isn't theirs to choose.
    theirs_of_case = theirs.post(address(dispute, "handlingar/"), {"about": "case", "file": a_file()})
    assert theirs_of_case.status_code == 422
    with acting(manager(), NOW):
        of_case, of_question = Enclosure.objects.order_by("matter_id")  # Empty comes last.
        assert of_case.matter_id is not None
    with acting(manager(THEIRS), NOW):
        assert [one.pk for one in Enclosure.objects.all()] == [of_question.pk]
    assert ours.get(address(dispute, f"handlingar/{of_case.pk}/")).content == b"case"
    answer = theirs.get(address(dispute, f"handlingar/{of_question.pk}/"))
    assert answer.content == b"question"
    assert answer["Content-Disposition"] == 'attachment; filename="bilaga.txt"'
    assert theirs.get(address(dispute, f"handlingar/{of_case.pk}/")).status_code == 404
    with as_owner():
        [read] = ReadLog.objects.filter(what="disputes.enclosure")
        assert read.matter_ids == [of_case.matter_id]
    seen = theirs.get(address(dispute)).content.decode()
    assert "berakning.txt" in seen
    assert "Nils" not in seen
    assert "har lagt till en handling" in theirs.get("/").content.decode()
    # Not theirs to take away; ours is.
    theirs.post(address(dispute, f"handlingar/{of_question.pk}/ta-bort/"))
    assert "berakning.txt" in theirs.get(address(dispute)).content.decode()
    ours.post(address(dispute, f"handlingar/{of_question.pk}/ta-bort/"))
    assert "berakning.txt" not in theirs.get(address(dispute)).content.decode()


def test_dis1_the_database_keeps_documents_to_their_side_their_case_and_an_open_dispute() -> None:
    dispute, other = with_case(), build.draft(number="20100315-2392")
    made = build_disputes.enclosed(dispute)
    values = {
        name: getattr(made, name)
        for name in ("dispute_id", "huvudman_id", "unit_id", "name", "media_type", "size", "added_at", "added_by_id")
    }
    with acting(manager(), NOW):
        for wrong in (
            {"matter_id": other.pk},
            {"huvudman_id": unit("laholm-socialtjanst-barn").authority.huvudman_id},
            {"huvudman_id": unit(THEIRS).authority.huvudman_id},
            {"media_type": "text/html"},
            {"size": 5_000_001},
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                Enclosure.objects.create(**(values | {"digest": "x", "content": b"x"} | wrong))
        version = Dispute.objects.get(pk=dispute.pk).version
        withdrawn = {"reason": "Vi är överens.", "version": version, "by": manager(), "now": NOW}
        actions.withdraw(dispute_id=dispute.pk, **withdrawn)
        with pytest.raises(DatabaseError), transaction.atomic():
            Enclosure.objects.filter(pk=made.pk).delete()


def test_dis1_documents_come_and_go_through_the_api() -> None:
    dispute, ours, theirs = build_disputes.opened(), window(manager()), window(manager(THEIRS))
    here = f"/api/v1/tvister/{dispute.pk}/handlingar/"
    assert window(actor(OURS)).post(here, {}).status_code == 403
    assert ours.post(here, {"of_the_case": "false"}).json()["falt"].keys() == {"file"}
    refused = ours.post(here, {"of_the_case": "false", "file": a_file("arkiv.zip", b"PK\x03\x04")})
    assert refused.status_code == 422
    told = ours.post(here, {"of_the_case": "false", "file": a_file()}).json()
    [one] = told["enclosures"]
    assert (one["name"], one["of_the_case"]) == ("berakning.txt", False)
    given = theirs.get(f"{here}{one['id']}/", headers={"accept": "text/plain"})
    assert given.content == b"Halva kostnaden."
    assert theirs.delete(f"{here}{one['id']}/").status_code == 404  # Not theirs to take away.
    assert ours.delete(f"{here}{one['id']}/").json()["enclosures"] == []
    assert ours.delete(f"{here}{one['id']}/").status_code == 404


# --- acting -----------------------------------------------------------------------------------------------------------
def test_dis3_lifting_what_has_just_been_lifted_keeps_what_was_typed_and_shows_where_it_stands() -> None:
    dispute, client = build_disputes.opened(), window(manager(THEIRS))
    build_disputes.lifted(dispute, Role.NEAREST_MANAGER)
    answer = client.post(address(dispute, "standpunkt/"), {"text": "Vår syn på saken.", "version": dispute.version})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Vår syn på saken." in page
    assert "Ligger hos verksamhetschefer" in page


def test_dis5_both_sides_settle_through_their_pages() -> None:
    dispute, ours, theirs = build_disputes.opened(), window(manager()), window(manager(THEIRS))
    proposed = {"text": "Regionen\r\nbetalar.", "version": build_disputes.seen(dispute, manager()).version}
    assert theirs.post(address(dispute, "forslag/"), proposed).status_code == 302
    page = ours.get(address(dispute, "bekrafta/")).content.decode()
    digest = re.search(r'name="digest" value="(\w+)"', page)
    assert digest
    assert ours.post(address(dispute, "bekrafta/"), {"digest": digest[1]}).status_code == 302
    assert "Löst mån 9 mars 2026" in ours.get(address(dispute)).content.decode()


def test_dis5_a_confirmation_of_an_older_text_shows_the_one_that_stands() -> None:
    dispute, ours, theirs = build_disputes.opened(), window(manager()), window(manager(THEIRS))
    for text in ("Hälften var.", "Regionen allt."):
        version = build_disputes.seen(dispute, manager()).version
        theirs.post(address(dispute, "forslag/"), {"text": text, "version": version})
        if text == "Hälften var.":
            page = ours.get(address(dispute, "bekrafta/")).content.decode()
    digest = re.search(r'name="digest" value="(\w+)"', page)
    assert digest
    answer = ours.post(address(dispute, "bekrafta/"), {"digest": digest[1]})
    assert answer.status_code == 422
    assert "Regionen allt." in answer.content.decode()
    with as_owner():
        assert Dispute.objects.get(pk=dispute.pk).state == "open"


def test_dis5_the_outcome_is_shown_where_it_came_from_and_at_the_provision() -> None:
    build_disputes.settled(as_guidance=True)
    page = window(actor("laholm-socialtjanst-barn")).get("/tvister/vagledning/halland-2025-2029/").content.decode()
    assert "Regionen betalar behandlingen." in page
    linked = with_case()
    with acting(manager(), NOW):
        matter = CaseLink.objects.get(dispute=linked).matter_id
    assert linked.reference in window(manager()).get(f"/tvister/arende/{matter}/").content.decode()


def test_mitt_att_gora_asks_the_one_whose_turn_it_is() -> None:
    build_disputes.opened()
    assert "Svara på tvisten med Hylte kommun" in window(manager(THEIRS)).get("/").content.decode()
    assert "Svara på tvisten" not in window(actor(THEIRS)).get("/").content.decode()


# --- cost, figures, API -----------------------------------------------------------------------------------------------
def test_a_page_costs_the_same_for_two_disputes_and_for_twenty() -> None:
    client = window(manager())
    paths = ("/tvister/", "/tvister/statistik/", "/")
    costs: list[list[int]] = []
    for count in (2, 18):
        for _ in range(count):
            build_disputes.opened()
        costs.append([])
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            costs[-1].append(len(asked))
    assert costs[0] == costs[1]


def test_dis2_at_the_top_the_board_sees_it_and_nobody_lifts_it_further() -> None:
    dispute, board = build_disputes.opened(), window(actor("rug", Role.BOARD_MEMBER))
    figures, heading = reverse("followup:dashboard", args=["children"]), "Tvister på trappans högsta nivå"
    assert heading not in board.get(figures).content.decode()
    build_disputes.lifted(dispute, Role.NEAREST_MANAGER)
    build_disputes.lifted(dispute, Role.HEAD_OF_OPERATIONS)
    page = board.get(figures).content.decode()
    assert heading in page
    assert dispute.question in page
    assert heading not in board.get(reverse("followup:dashboard", args=["adults"])).content.decode()
    top = window(manager(role=Role.HEAD_OF_ADMINISTRATION))
    told = "Det här är trappans högsta nivå. Förvaltningschefer svarar ytterst för att parterna enas."
    assert told in top.get(address(dispute)).content.decode()
    for answer in (top.get(address(dispute, "lyft/")), top.post(address(dispute, "lyft/"), {"version": 3})):
        assert answer.status_code == 403
        assert told in answer.content.decode()


def test_dis2_a_line_without_a_manager_goes_on_to_the_next_and_the_administrator_is_told() -> None:
    with as_owner():
        before = NOW.date() - timedelta(days=1)
        Assignment.objects.filter(unit__key=THEIRS, role=Role.NEAREST_MANAGER).update(ends_on=before)
    opened = window(manager()).post("/tvister/ny/", opening(confirm="yes"))
    stand_in = window(manager(THEIRS, Role.HEAD_OF_OPERATIONS))
    assert "Svara på tvisten med Hylte kommun" in stand_in.get("/").content.decode()
    assert "Står in: ingen har uppdraget närmaste chef" in stand_in.get(opened["Location"]).content.decode()
    with as_owner():
        told = Assignment.objects.filter(role=Role.LOCAL_ADMINISTRATOR, unit__authority__huvudman__key="region-halland")
        administrator = told.select_related("user", "unit__authority__huvudman")[0]
    assert (
        "ingen har uppdraget närmaste chef hos BUP Halmstad"
        in window(actor_for(administrator)).get("/").content.decode()
    )


def test_the_figures_count_what_one_sees() -> None:
    build_disputes.settled()
    build_disputes.opened()
    page = window(manager()).get("/tvister/statistik/").content.decode()
    assert "2 tvister har öppnats" in page
    assert "0 tvister" not in page
    assert (
        "Det finns inga tvister"
        in window(manager("laholm-socialtjanst-barn")).get("/tvister/statistik/").content.decode()
    )


def test_the_api_asks_the_rules_before_it_reads_the_input_and_climbs_the_same_ladder() -> None:
    dispute = build_disputes.opened()
    lift = f"/api/v1/tvister/{dispute.pk}/lyft/"
    post = {"content_type": "application/json"}
    assert window(actor(OURS)).post(lift, {}, **post).status_code == 403
    assert window(manager()).post(lift, {"version": 99}, **post).status_code == 409
    told = window(manager()).post(lift, {"version": dispute.version}, **post).json()
    assert told["level"] == "head_of_operations"
    assert [rung["level"] for rung in told["ladder"]] == ["nearest_manager", "head_of_operations"]
    assert {one["do"]: one["allowed"] for one in told["actions"]}["lift"] is False
