"""Mitt att göra, the list of cases, its search and its exports: what is shown, to whom, and at what cost."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from personnummer import personnummer

from core.acting import Actor, acting
from core.models import Message, ReadLog
from core.workdays import add_working_days
from deadlines.sweep import sweep
from individuals import paging
from individuals.kinds import IdentityKind
from individuals.models import Person
from individuals.references import may_be_reference
from organisations.models import Assignment
from sip import actions
from sip.exports import inert
from sip.kinds import CloseReason
from sip.models import SipCase
from tests import build
from tests.conftest import NOW, actor, as_jobs, as_owner, unit
from tests.pages import at_unit, client_for, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def numbers(count: int) -> list[str]:
    """Numbers of children from the tax agency's series for tests."""
    found = []
    for day in range(1, 29):
        for month in (1, 2, 3):
            for serial in (238, 239):
                stem = f"2011{month:02}{day:02}{serial}"
                found += [f"{stem}{digit}" for digit in range(10) if personnummer.valid(f"{stem}{digit}")]
    return found[:count]


def cases(count: int, make=build.sent) -> list[SipCase]:
    return [make(number=number) for number in numbers(count)]


def queries_of(by: Actor, path: str) -> int:
    client = client_for(by)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def later(days: int):
    return time_machine.travel(NOW + timedelta(days=days), tick=False)


# --- Mitt att göra ---------------------------------------------------------------
def test_what_waits_is_said_in_words_and_leads_to_the_form(contact_centre):
    case = build.sent()
    answer = client_for(contact_centre).get("/")
    text = words(answer)
    assert "Bekräfta att ni har tagit emot SIP-initieringen från Socialtjänsten barn och unga, Hylte" in text
    assert "Därefter första kontakten, senast tors 12 mars 2026" in text
    assert "I morgon" in text or "i morgon" in text
    assert f'href="/sip/{case.pk}/bekrafta/"' in answer.content.decode()


def test_after_the_answer_the_contact_waits(contact_centre):
    case = build.acknowledged()
    answer = client_for(contact_centre).get("/")
    assert "Ta första kontakten med Socialtjänsten barn och unga, Hylte" in words(answer)
    assert f'href="/sip/{case.pk}/forsta-kontakt/"' in answer.content.decode()


def test_overdue_comes_first_and_is_counted(contact_centre):
    first, second = (build.sent(number=number) for number in numbers(2))
    with acting(contact_centre, NOW):
        actions.acknowledge(call_id=build.the_call(first, contact_centre).pk, by=contact_centre, now=NOW)
    with later(2):
        text = words(client_for(contact_centre).get("/"))
    assert "1 sak är försenad. Börja där." in text
    assert text.index(second.matter.reference) < text.index(first.matter.reference)


def test_the_initiator_sees_what_it_waits_for_from_others(hylte, contact_centre):
    case = build.sent()
    text = words(client_for(hylte).get("/"))
    assert "Inget väntar på er just nu." in text
    assert "Ni väntar på andra" in text
    assert "En väg in – kontaktcenter ska bekräfta att de har tagit emot" in text
    with acting(contact_centre, NOW):
        actions.acknowledge(call_id=build.the_call(case, contact_centre).pk, by=contact_centre, now=NOW)
    assert "En väg in – kontaktcenter ska ta första kontakten" in words(client_for(hylte).get("/?visa=andra"))


def test_a_draft_is_as_pressing_as_the_earliest_of_its_clocks(hylte):
    build.draft()
    text = words(client_for(hylte).get("/"))
    assert "senast tors 12 mars 2026" in text  # The first contact, before the reminder of the draft.


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (build.draft, "Gör klart eller avsluta utkastet"),
        (build.ready, "Granska och skicka initieringen"),
    ],
)
def test_own_drafts_wait_until_they_are_sent(make, says, hylte):
    make()
    assert says in words(client_for(hylte).get("/"))
    assert "Inget väntar på er just nu." in words(client_for(actor("hylte-elevhalsa")).get("/"))


def test_a_halted_case_waits_for_its_initiator(hylte):
    case = build.sent()
    with acting(hylte, NOW):
        actions.withdraw_consent(case_id=case.pk, reason="", by=hylte, now=NOW)
    assert "Ta ställning: nytt samtycke eller avsluta" in words(client_for(hylte).get("/"))


def test_a_consent_waits_only_when_it_is_about_to_end(hylte):
    build.sent()
    asks = "Fråga personen om nytt samtycke"
    assert asks not in words(client_for(hylte).get("/"))
    with later(170):
        assert asks in words(client_for(hylte).get("/"))


def test_a_paused_clock_waits_last_with_its_reason(contact_centre):
    case = build.acknowledged()
    with acting(contact_centre, NOW):
        actions.pause(case_id=case.pk, reason="Familjen är bortrest", by=contact_centre, now=NOW)
    text = words(client_for(contact_centre).get("/"))
    assert "Pausad: Familjen är bortrest" in text
    assert "sak är försenad" not in text


def test_chips_show_one_kind_at_a_time(hylte, contact_centre):
    first, second = (build.sent(number=number) for number in numbers(2))
    with acting(contact_centre, NOW):
        actions.acknowledge(call_id=build.the_call(first, contact_centre).pk, by=contact_centre, now=NOW)
    text = words(client_for(contact_centre).get("/?visa=kontakt"))
    assert first.matter.reference in text
    assert second.matter.reference not in text
    assert second.matter.reference in words(client_for(contact_centre).get("/?visa=finnsinte"))


def test_an_empty_page_says_what_happens_next():
    text = words(client_for(actor("hylte-elevhalsa")).get("/"))
    assert "Allt är gjort" in text
    assert "Initiera en SIP" in text


@pytest.mark.parametrize(
    ("username", "leads_to"), [("admin.hylte", "/administration/"), ("drift", "/drift/"), ("rug", "/konto/")]
)
def test_roles_without_cases_are_led_to_their_work(username, leads_to):
    build.sent()
    answer = client_for(actor(username)).get("/")
    assert f'href="{leads_to}"' in answer.content.decode()
    assert "Nils" not in answer.content.decode()


def test_law1_names_on_the_landing_page_are_reads(contact_centre):
    case = build.sent()
    client_for(contact_centre).get("/")
    with as_owner():
        row = ReadLog.objects.get()
    assert (row.action, row.what, row.person_ids) == ("list", "home", [case.matter.person_id])


def test_the_landing_page_costs_the_same_for_2_and_for_20(contact_centre):
    cases(2)
    few = queries_of(contact_centre, "/")
    cases(20)
    assert queries_of(contact_centre, "/") == few


# --- messages ---------------------------------------------------------------
def test_messages_are_shown_until_they_are_read(hylte, contact_centre):
    case = build.acknowledged()
    client = client_for(hylte)
    answer = client.get("/")
    assert "En kallelse är bekräftad" in words(answer)
    assert f'href="/sip/{case.pk}/"' in answer.content.decode()
    message = answer.context["notices"][0].message
    assert client_for(contact_centre).post(f"/meddelanden/{message.pk}/last/").status_code == 404
    client.post(f"/meddelanden/{message.pk}/last/")
    assert "En kallelse är bekräftad" not in words(client.get("/"))
    with as_owner():
        assert Message.objects.get(pk=message.pk).seen_by == hylte.user_id
    assert client.post(f"/meddelanden/{uuid4()}/last/").status_code == 404


def test_a_message_about_a_case_one_has_lost_has_no_way_in(hylte, contact_centre):
    case = build.sent()
    with acting(hylte, NOW):
        actions.withdraw_consent(case_id=case.pk, reason="", by=hylte, now=NOW)
    answer = client_for(contact_centre).get("/")
    assert "samtycket är återkallat" in words(answer)
    assert str(case.pk) not in answer.content.decode()
    client = client_for(contact_centre)
    client.post("/meddelanden/lasta/")
    assert "samtycket är återkallat" not in words(client.get("/"))


def test_org3_an_overdue_clock_reaches_the_manager_of_the_unit_and_no_other():
    build.sent()
    at = NOW.replace(day=add_working_days(NOW.date(), 3).day)
    with as_jobs():
        sweep(at)
    lifted = "En frist i din verksamhet har gått ut"
    with time_machine.travel(at, tick=False):
        assert lifted in words(client_for(at_unit("chef.en-vag-in", "en-vag-in")).get("/"))
        assert lifted not in words(client_for(actor("en-vag-in")).get("/"))
        assert lifted not in words(client_for(at_unit("chef.bup-halmstad", "bup-halmstad")).get("/"))
        head = at_unit("verksamhetschef.region-narsjukvard", "en-vag-in")
        assert lifted not in words(client_for(head).get("/"))
        with as_owner():
            Assignment.objects.filter(user__username="chef.en-vag-in", role="nearest_manager").update(ends_on=at.date())
        text = words(client_for(at_unit("verksamhetschef.region-narsjukvard", "vc-hylte")).get("/"))
        assert "I andra verksamheter som du leder" in text
        assert "En väg in – kontaktcenter 1 sak har lyfts till dig" in text
        assert "I andra verksamheter" not in words(client_for(head).get("/"))
        assert "I andra verksamheter" not in words(
            client_for(at_unit("verksamhetschef.region-psykiatri", "bup-varberg")).get("/")
        )
        assert lifted in words(client_for(head).get("/"))  # A vacant level goes on to the next one above.


# --- the list ---------------------------------------------------------------
def test_law3_the_list_holds_own_cases_only(hylte, contact_centre):
    case = build.sent()
    for who in (hylte, contact_centre):
        assert case.matter.reference in words(client_for(who).get("/sip/"))
    for username in ("hylte-socialtjanst-vuxna", "hylte-elevhalsa", "bup-halmstad"):
        text = words(client_for(actor(username)).get("/sip/?lage=alla"))
        assert case.matter.reference not in text
        assert "0 ärenden" in text


def test_filters_live_in_the_address(hylte):
    first, second, third = cases(3, build.ready)
    with acting(hylte, NOW):
        actions.send(case_id=first.pk, version=first.version, by=hylte, now=NOW)
        actions.close(case_id=second.pk, reason=CloseReason.MOVED, note="", by=hylte, now=NOW)

    def shown(query: str) -> set[str]:
        text = words(client_for(hylte).get(f"/sip/{query}"))
        return {c.matter.reference for c in (first, second, third) if c.matter.reference in text}

    one, two, three = (c.matter.reference for c in (first, second, third))
    assert shown("") == {one, three}
    assert shown("?lage=skickade") == {one}
    assert shown("?lage=avslutade") == {two}
    assert shown("?lage=alla") == {one, two, three}
    assert shown("?roll=kallade") == set()
    assert shown("?roll=initierade") == {one, three}
    assert shown("?malgrupp=children") == {one, three}
    assert shown("?malgrupp=substance_use") == set()
    assert shown("?forsenade=1") == set()
    with later(5):
        assert shown("?forsenade=1") == {one, three}


@pytest.mark.parametrize(
    "query", ["?lage=x", "?malgrupp=x'--", "?efter=1.2.3", "?fore=.9999999999999999999.x", "?sida=9"]
)
def test_an_address_that_makes_no_sense_is_answered(query, hylte):
    build.sent()
    assert client_for(hylte).get(f"/sip/{query}").status_code == 200


@pytest.mark.parametrize(
    ("chosen", "count"), [("", 5), ("lage=avslutade", 3), ("lage=alla", 8), ("roll=initierade", 5)]
)
def test_pages_go_forth_and_back_in_one_order(chosen, count, hylte, monkeypatch):
    monkeypatch.setattr(paging, "ROWS", 2)
    made = cases(8, build.ready)
    with acting(hylte, NOW):
        for case in made[:2]:
            actions.send(case_id=case.pk, version=case.version, by=hylte, now=NOW)
        for case in made[5:]:
            actions.close(case_id=case.pk, reason=CloseReason.MOVED, note="", by=hylte, now=NOW)
    client = client_for(hylte)

    def at(position: str):
        page = client.get(f"/sip/?{chosen}{position}").context["page"]
        return [row.pk for row in page.rows], page

    forth, page = at("")
    assert page.previous is None
    while page.next:
        rows, page = at(f"&efter={page.next}")
        forth += rows
    assert len(forth) == len(set(forth)) == count
    back = rows
    while page.previous:
        rows, page = at(f"&fore={page.previous}")
        back = rows + back
    assert back == forth


def test_a_long_list_is_counted_only_so_far(hylte, monkeypatch):
    monkeypatch.setattr(paging, "COUNT_AT_MOST", 2)
    cases(2)
    assert "2 ärenden" in words(client_for(hylte).get("/sip/"))
    cases(3)
    assert "Fler än 2 ärenden" in words(client_for(hylte).get("/sip/"))


def test_the_list_costs_the_same_for_2_and_for_20_and_logs_one_row(hylte):
    cases(2)
    few = queries_of(hylte, "/sip/")
    cases(20)
    assert queries_of(hylte, "/sip/") == few
    assert few <= 12 + 12  # The page's own, and what every request costs.
    with as_owner():
        assert [len(row.person_ids) for row in ReadLog.objects.filter(what="sip.list").order_by("pk")] == [2, 20]


# --- search ---------------------------------------------------------------
@pytest.mark.parametrize(
    "text", ["Nils", "provsson nils", "20110108-2392", "110108-2392", "201101082392", "1101082392", "2392", " Provs "]
)
def test_a_case_is_found_by_name_or_number(text, hylte):
    case = build.sent()
    answer = client_for(hylte).post("/sip/sok/", {"q": text})
    assert case.matter.reference in words(answer)
    assert answer.request["QUERY_STRING"] == ""


def test_a_case_is_found_by_its_reference_in_any_case(hylte):
    case = build.sent()
    assert "Nils Provsson" in words(client_for(hylte).post("/sip/sok/", {"q": case.matter.reference.lower()}))


def test_a_name_may_look_like_a_reference(hylte):
    case = build.sent()
    with as_owner():
        Person.objects.filter(pk=case.matter.person_id).update(last_name="Vrethagb")
    assert may_be_reference("Vrethagb")
    assert case.matter.reference in words(client_for(hylte).post("/sip/sok/", {"q": "vrethagb"}))


def test_somebody_with_a_reserve_number_is_found_by_it(hylte):
    case = build.sent()
    with as_owner():
        Person.objects.filter(pk=case.matter.person_id).update(
            identity_kind=IdentityKind.RESERVE, identity_number="T19A55"
        )
    assert case.matter.reference in words(client_for(hylte).post("/sip/sok/", {"q": "t19a55"}))


@pytest.mark.parametrize("text", ["Nils", "20110108-2392", "%", "_", "' OR 1=1 --", "23"])
def test_ind9_search_finds_nothing_of_others(text):
    build.sent()
    answer = client_for(actor("hylte-socialtjanst-vuxna")).post("/sip/sok/", {"q": text})
    assert "0 träffar" in words(answer)


def test_nothing_is_found_by_nothing(hylte):
    build.sent()
    with acting(hylte, NOW):
        mine = SipCase.objects.visible_to(hylte, NOW)
        assert mine.exists()
        assert not mine.search("  ", today=NOW.date()).exists()


def test_searching_for_nothing_is_an_error_and_by_address_impossible(hylte):
    build.sent()
    client = client_for(hylte)
    assert client.post("/sip/sok/", {"q": " "}).status_code == 422
    assert client.get("/sip/sok/?q=Nils").url == "/sip/"


def test_law1_a_search_hit_is_logged(hylte):
    case = build.sent()
    client_for(hylte).post("/sip/sok/", {"q": "Nils"})
    with as_owner():
        row = ReadLog.objects.get()
    assert (row.action, row.what, row.person_ids) == ("search", "sip.search", [case.matter.person_id])


# --- exports ---------------------------------------------------------------
@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1"])
def test_a_formula_is_exported_as_text(text):
    assert inert(text) == "'" + text
    assert inert("Nils =1") == "Nils =1"


def test_exports_hold_the_filtered_list_inert_and_logged(hylte):
    case, other = cases(2)
    with acting(hylte, NOW):
        Person.objects.filter(pk=case.matter.person_id).update(first_name="=cmd|' /C calc'!A0")
        actions.close(case_id=other.pk, reason=CloseReason.MOVED, note="", by=hylte, now=NOW)
    client = client_for(hylte)
    rows = list(csv.reader(io.StringIO(client.get("/sip/export/sip.csv").content.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows] == ["Ärende", case.matter.reference]
    assert rows[1][2] == "'=cmd|' /C calc'!A0 Provsson"
    sheet = load_workbook(io.BytesIO(client.get("/sip/export/sip.xlsx?lage=alla").content)).active
    assert sheet.max_row == 3
    names = {cell.value for cell in sheet["C"]}
    assert "'=cmd|' /C calc'!A0 Provsson" in names
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    with as_owner():
        logged = ReadLog.objects.filter(action="export").order_by("pk")
        assert [(row.what, len(row.person_ids)) for row in logged] == [("sip.export.csv", 1), ("sip.export.xlsx", 2)]


def test_exports_hold_nothing_of_others():
    build.sent()
    stranger = client_for(actor("hylte-socialtjanst-vuxna"))
    assert stranger.get("/sip/export/sip.csv?lage=alla").content.decode("utf-8-sig").count("\n") == 1
    assert stranger.get("/sip/export/sip.pdf").status_code == 404


def test_a_called_unit_that_redirected_is_out_of_the_list(contact_centre):
    case = build.sent()
    call = build.the_call(case, contact_centre)
    with acting(contact_centre, NOW):
        actions.redirect(call_id=call.pk, to_unit=unit("bup-halmstad"), reason="Rätt", by=contact_centre, now=NOW)
    assert "0 ärenden" in words(client_for(contact_centre).get("/sip/?lage=alla"))
