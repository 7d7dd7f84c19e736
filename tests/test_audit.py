"""Every read and every change of personal data is on the record, in the same transaction (LAW-1, LAW-3, wall 4)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from core.acting import Actor, acting
from core.audit import Action, Reads, Tracked
from core.models import ChangeLog, ReadLog
from individuals.models import Matter, Person, Piece
from sip.kinds import CallState
from sip.models import Call, SipCase
from tests import build
from tests.conftest import NOW, actor, as_owner
from tests.pages import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demonstration(settings: Any) -> Any:
    settings.DEMO = True
    with time_machine.travel(NOW, tick=False):
        yield


def reads(**wanted: Any) -> list[ReadLog]:
    with as_owner():
        return list(ReadLog.objects.filter(**wanted).order_by("id"))


def changes(**wanted: Any) -> list[ChangeLog]:
    with as_owner():
        return list(ChangeLog.objects.filter(**wanted).order_by("id"))


def forget() -> None:
    """Begin with empty logs."""
    with as_owner(), connection.cursor() as cursor:
        for table in ("core_changelog", "core_readlog"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM {table}")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def person_of(case: SipCase) -> Any:
    with as_owner():
        return Matter.objects.get(pk=case.pk).person_id


def page(name: str, *args: Any) -> str:
    return reverse(f"sip:{name}", args=args)


# --- reads ------------------------------------------------------------------------------------------------------------


def test_law1_opening_a_case_is_logged_with_who_where_when_and_whose(contact_centre: Actor) -> None:
    case = build.sent()
    client = client_for(contact_centre)
    forget()
    assert client.get(page("case", case.pk)).status_code == 200
    [row] = reads(action=Action.VIEW)
    assert (row.user_id, row.assignment_id, row.unit_id) == (
        contact_centre.user_id,
        contact_centre.assignment_id,
        contact_centre.unit_id,
    )
    assert (row.authority_id, row.huvudman_id) == (contact_centre.authority_id, contact_centre.huvudman_id)
    assert (row.at, row.person_ids, row.matter_ids) == (NOW, [person_of(case)], [case.pk])
    assert row.what


@pytest.mark.parametrize(
    ("method", "name", "data", "action"),
    [
        ("get", "list", {}, Action.LIST),
        ("post", "search", {"q": "Provsson"}, Action.SEARCH),
    ],
)
def test_law1_every_row_shown_is_logged(
    hylte: Actor, method: str, name: str, data: dict[str, str], action: Action
) -> None:
    case = build.sent()
    client = client_for(hylte)
    forget()
    assert getattr(client, method)(page(name), data).status_code == 200
    [row] = reads(action=action)
    assert (row.person_ids, row.matter_ids) == ([person_of(case)], [case.pk])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_law1_an_export_is_logged(hylte: Actor, kind: str) -> None:
    case = build.sent()
    client = client_for(hylte)
    forget()
    assert client.get(page("export", kind)).status_code == 200
    [row] = reads(action=Action.EXPORT)
    assert row.matter_ids == [case.pk]


def test_law1_what_waits_on_the_landing_page_is_logged(contact_centre: Actor) -> None:
    case = build.sent()
    client = client_for(contact_centre)
    forget()
    assert client.get(reverse("home")).status_code == 200
    assert [row.matter_ids for row in reads(action=Action.LIST)] == [[case.pk]]


@pytest.mark.parametrize("username", ["bup-varberg", "hylte-socialtjanst-vuxna", "hylte-elevhalsa"])
def test_law3_an_attempt_on_somebody_elses_case_is_logged(username: str) -> None:
    case = build.sent()
    stranger = actor(username)
    client = client_for(stranger)
    forget()
    assert client.get(page("case", case.pk)).status_code == 404
    [row] = reads()
    assert (row.action, row.user_id, row.matter_ids) == (Action.DENIED, stranger.user_id, [case.pk])


def test_law3_an_attempt_on_a_case_that_does_not_exist_is_logged_alike() -> None:
    stranger, invented = actor("bup-varberg"), uuid4()
    client = client_for(stranger)
    forget()
    assert client.get(page("case", invented)).status_code == 404
    [row] = reads()
    assert (row.action, row.matter_ids) == (Action.DENIED, [invented])


def test_an_empty_list_shows_nobody_and_logs_nothing() -> None:
    client = client_for(actor("bup-varberg"))
    forget()
    assert client.get(page("list")).status_code == 200
    assert reads() == []


# --- when the log can't be written ------------------------------------------------------------------------------------


def unwritable() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("REVOKE INSERT ON core_readlog FROM portal_app")


@pytest.mark.parametrize(
    ("method", "name", "data"),
    [("get", "case", {}), ("get", "list", {}), ("post", "search", {"q": "Provsson"})],
)
def test_law1_what_can_not_be_logged_is_not_shown(hylte: Actor, method: str, name: str, data: dict[str, str]) -> None:
    case = build.sent()
    client = quiet(client_for(hylte))
    unwritable()
    response = getattr(client, method)(page(name, *([case.pk] if name == "case" else [])), data)
    assert response.status_code == 500
    text = response.content.decode()
    for word in ("Nils", "Provsson", "110108", "samordnat stöd"):
        assert word not in text


def test_law1_a_change_on_a_page_that_can_not_be_logged_is_undone(contact_centre: Actor) -> None:
    case = build.sent()
    call = build.the_call(case, contact_centre)
    client = quiet(client_for(contact_centre))
    unwritable()
    assert client.post(page("acknowledge", case.pk), {"version": case.version}).status_code == 500
    with as_owner():
        assert Call.objects.get(pk=call.pk).state == CallState.CALLED


def test_law1_reads_go_with_their_transaction(hylte: Actor) -> None:
    case = build.draft(hylte)
    forget()
    with acting(hylte, NOW):
        SipCase.objects.select_related("matter").get(pk=case.pk).log_read(hylte.reads, Action.VIEW, "test")
        transaction.set_rollback(True)
    assert reads() == []


def test_a_read_is_written_once_though_blocks_nest(hylte: Actor) -> None:
    case = build.draft(hylte)
    forget()
    with acting(hylte, NOW):
        hylte.reads.add(Action.VIEW, "outer", matters=[case.pk])
        with acting(hylte, NOW + timedelta(seconds=1)):
            hylte.reads.add(Action.VIEW, "inner", matters=[case.pk])
    assert sorted(row.what for row in reads()) == ["inner", "outer"]


def test_reading_nobody_is_no_read() -> None:
    noted = Reads()
    noted.add(Action.LIST, "empty")
    noted.add(Action.DENIED, "nobody")
    assert [row[0] for row in noted.rows] == [Action.DENIED]


# --- changes ----------------------------------------------------------------------------------------------------------

# Personal data whose changes are told elsewhere: each says where.
NOT_TRACKED = {
    "sip.SavedView": "a user's own filters: of no person and no case",
    "individuals.MatterGroupObjectPermission": "follows the participant row, compared nightly",
    "individuals.Event": "is itself the record, and only grows",
    "sip.Rating": "an answer without a way back to anybody: a log of who gave it and when would be one",
}


def test_wall4_every_table_of_persons_and_cases_has_its_trigger() -> None:
    untracked = set()
    for app in ("individuals", "sip"):
        for model in apps.get_app_config(app).get_models():
            triggers = getattr(model._meta, "triggers", [])
            if not any(isinstance(trigger, Tracked) for trigger in triggers):
                untracked.add(model._meta.label)
    assert untracked == set(NOT_TRACKED)


def test_a_change_says_what_it_was_what_it_became_and_who_did_it(hylte: Actor) -> None:
    case = build.draft(hylte)
    forget()
    with acting(hylte, NOW):
        person = Person.objects.get(pk=case.matter.person_id)
        person.first_name = "Bo"
        person.save(update_fields=["first_name"])
    [row] = changes()
    assert (row.table_name, row.row_id, row.operation, row.at) == ("individuals_person", str(person.pk), "UPDATE", NOW)
    assert row.old is not None
    assert row.new is not None
    assert {k for k in row.new if row.old[k] != row.new[k]} == {"first_name"}
    assert (row.old["first_name"], row.new["first_name"]) == ("Nils", "Bo")
    assert (row.user_id, row.assignment_id, row.unit_id) == (hylte.user_id, hylte.assignment_id, hylte.unit_id)


def test_a_bulk_update_is_caught(hylte: Actor) -> None:
    case = build.draft(hylte)
    forget()
    with acting(hylte, NOW):
        assert SipCase.objects.filter(pk=case.pk).update(is_urgent=True) == 1
    [row] = changes()
    assert (row.matter_id, row.old["is_urgent"], row.new["is_urgent"]) == (case.pk, False, True)  # type: ignore[index]


def test_a_raw_statement_is_caught_also_from_the_owner(hylte: Actor) -> None:
    case = build.draft(hylte)
    forget()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE individuals_person SET last_name = 'Annan'")
        cursor.execute("UPDATE sip_sipcase SET is_urgent = true")
    rows = changes()
    assert {row.table_name for row in rows} == {"individuals_person", "sip_sipcase"}
    assert {row.matter_id for row in rows} == {None, case.pk}


def test_a_bulk_insert_and_a_delete_are_caught(hylte: Actor) -> None:
    case = build.draft(hylte)
    forget()
    with acting(hylte, NOW):
        Piece.objects.bulk_create(
            [
                Piece(matter_id=case.pk, category="social", text="Ett", written_by_id=hylte.unit_id, changed_at=NOW),
                Piece(matter_id=case.pk, category="school", text="Två", written_by_id=hylte.unit_id, changed_at=NOW),
            ]
        )
        Piece.objects.filter(matter_id=case.pk, category="social").delete()
    assert [row.operation for row in changes(table_name="individuals_piece")] == ["INSERT", "INSERT", "DELETE"]


def test_a_change_that_is_undone_leaves_no_trace(hylte: Actor) -> None:
    case = build.draft(hylte)
    forget()
    with acting(hylte, NOW):
        SipCase.objects.filter(pk=case.pk).update(is_urgent=True)
        transaction.set_rollback(True)
    assert changes() == []


def test_saving_without_changing_anything_is_no_change(hylte: Actor) -> None:
    case = build.draft(hylte)
    forget()
    with acting(hylte, NOW):
        SipCase.objects.get(pk=case.pk).save()
    assert changes() == []


def test_the_words_about_a_person_are_not_copied_into_the_log(hylte: Actor, contact_centre: Actor) -> None:
    """Whose text it is and when it changed, but not the text: it would outlive its own retention."""
    build.sent(hylte)
    for row in changes():
        for value in (row.old, row.new):
            assert "samordnat stöd" not in str(value)
            assert "kunna vara i skolan" not in str(value)


def test_when_the_change_can_not_be_logged_it_is_not_made(hylte: Actor) -> None:
    case = build.draft(hylte)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("REVOKE INSERT ON core_changelog FROM portal_app")
    with pytest.raises(DatabaseError), acting(hylte, NOW):
        SipCase.objects.filter(pk=case.pk).update(is_urgent=True)
    with as_owner():
        assert not SipCase.objects.get(pk=case.pk).is_urgent


def quiet(client: Client) -> Client:
    """Answer 500 as the server does, instead of handing the error to the test."""
    client.raise_request_exception = False
    return client


# --- printing ---------------------------------------------------------------------------------------------------------
def note_on(page_: bytes) -> str:
    found = re.search(r'data-print-note="([^"]+)"', page_.decode())
    assert found, "the page has no note of what it shows"
    return found[1]


@pytest.mark.parametrize("where", ["case", "list"])
def test_law1_printing_is_logged_with_those_the_page_showed(contact_centre: Actor, where: str) -> None:
    case = build.sent()
    address = page("case", case.pk) if where == "case" else reverse("sip:list")
    client = client_for(contact_centre)
    note = note_on(client.get(address).content)
    assert client.post(reverse("printed"), {"note": note}).status_code == 204
    [printed] = reads(action=Action.PRINT)
    assert (printed.what, printed.person_ids, printed.matter_ids) == (f"sip.{where}", [person_of(case)], [case.pk])


def test_law1_a_note_is_good_for_its_own_reader_only(contact_centre: Actor, hylte: Actor) -> None:
    case = build.sent()
    note = note_on(client_for(contact_centre).get(page("case", case.pk)).content)
    for wrong in (note[:-1] + ("A" if note[-1] != "A" else "B"), "", note):
        assert client_for(hylte).post(reverse("printed"), {"note": wrong}).status_code == 400
    assert reads(action=Action.PRINT) == []
    assert "data-print-note" not in client_for(hylte).get("/om/kontakt/").content.decode()
