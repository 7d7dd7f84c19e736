"""Filing a SIP, page by page: the need, the own view, who is called and what they may get."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from core.workdays import local_day
from deadlines.models import Clock
from individuals.kinds import Category
from organisations.models import Unit
from sip import actions
from sip.kinds import Step
from tests.conftest import NOW, actor, as_owner, unit
from tests.filing import (
    ADULT,
    NASTY,
    NEED,
    TOO_LONG,
    called,
    offered,
    only_case,
    page,
    post,
    start,
    text_of,
    the,
)
from tests.pages import client_for, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


# --- step 2: the need -----------------------------------------------------------------------------------------------
def test_sip2_the_need_is_saved_and_its_clock_runs_from_when_it_was_noticed(browser, hylte):
    start(browser)
    case = only_case()
    response = post(browser, "need", case, NEED)
    assert response["Location"] == page("own_view", case)
    case = the(case)
    assert (case.target_groups, case.is_urgent, case.step) == (["children"], False, Step.NEED)
    assert text_of(case, Category.NEED) == "Behöver en plan"
    with as_owner():
        clock = Clock.objects.get(matter_id=case.pk, kind=actions.FIRST_CONTACT, stopped_at=None)
    assert clock.started_at == case.need_noticed_at
    assert local_day(clock.started_at) == date(2026, 3, 6)
    post(browser, "need", case, {**NEED, "need": "Behöver en bättre plan"})
    with as_owner():
        assert Clock.objects.filter(matter_id=case.pk, kind=actions.FIRST_CONTACT).count() == 1


WRONG_NEEDS: list[tuple[dict[str, Any], str, str]] = [
    ({"noticed_on": "2026-03-10"}, "har inte varit ännu", "id_noticed_on"),
    ({"noticed_on": "2026-03-09", "noticed_time": "10:01"}, "har inte varit ännu", "id_noticed_on"),
    ({"noticed_on": "2020-03-09"}, "fem år", "id_noticed_on"),
    ({"noticed_on": "0206-03-09"}, "Kontrollera årtalet", "id_noticed_on"),
    ({"noticed_on": "i går"}, "Skriv dagen som", "id_noticed_on"),
    ({"target_groups": ["young_placed"]}, "Välj bland alternativen", "id_target_groups_0"),
    ({"target_groups": ["x' OR 1=1"]}, "Välj bland alternativen", "id_target_groups_0"),
    ({"target_groups": []}, "Välj minst ett", "id_target_groups_0"),
    ({"need": ""}, "Fyll i", "id_need"),
    ({"need": TOO_LONG}, "för lång", "id_need"),
    ({"need": "a\x00b"}, "inte går att spara", "id_need"),
]


def test_bad_input_about_the_need_is_told_beside_the_field(browser):
    start(browser)
    case = only_case()
    for changes, says, field in WRONG_NEEDS:
        response = post(browser, "need", case, {**NEED, **changes})
        assert (response.status_code, says in words(response)) == (422, True), says
        assert f'href="#{field}"' in response.content.decode(), says
        if "need" not in changes:
            assert "Behöver en plan" in response.content.decode(), says
        assert the(case).target_groups == [], says
        assert text_of(case, Category.NEED) is None, says


def test_typed_text_of_any_length_comes_back(browser):
    start(browser)
    response = post(browser, "need", only_case(), {**NEED, "need": TOO_LONG})
    assert response.content.decode().count("å") >= 200_000


def test_script_and_formula_text_is_only_text(browser, hylte):
    start(browser)
    case = only_case()
    post(browser, "need", case, {**NEED, "need": NASTY})
    assert text_of(case, Category.NEED) == NASTY
    for name in ("need", "review"):
        assert "<script>alert" not in browser.get(page(name, case)).content.decode()


# --- step 3: the person's own view ----------------------------------------------------------------------------------
def test_ind2_the_view_or_the_reason_why_not(browser):
    start(browser)
    case = only_case()
    for data, says in (
        ({}, "Välj ett alternativ"),
        ({"view_asked": "yes"}, "Skriv vad som sades"),
        ({"view_asked": "no", "own_view": "Text"}, "Skriv varför ni inte har frågat"),
        ({"view_asked": "perhaps"}, "Välj ett av alternativen"),
    ):
        response = post(browser, "own_view", case, data)
        assert (response.status_code, says in words(response)) == (422, True), data
    assert post(browser, "own_view", case, {"view_asked": "yes", "own_view": "Jag vill"}).status_code == 302
    assert text_of(case, Category.OWN_VIEW) == "Jag vill"
    post(browser, "own_view", case, {"view_asked": "no", "own_view": "Jag vill", "view_not_asked_reason": "Sover"})
    assert text_of(case, Category.OWN_VIEW) is None
    assert the(case).view_not_asked_reason == "Sover"


# --- step 4: who is called ------------------------------------------------------------------------------------------


def test_sip4_a_child_unknown_to_care_goes_to_the_contact_centre(browser):
    start(browser)
    page_of = browser.get(page("receivers", only_case()))
    assert {"en-vag-in", "bup-halmstad", "hylte-elevhalsa"} <= offered(page_of)
    assert "okänt för vården" in words(page_of)
    assert "hylte-socialtjanst-barn" not in offered(page_of)  # The own unit takes part already.


def test_sip4_an_adult_unknown_to_care_goes_to_the_health_centre():
    client = client_for(actor("hylte-socialtjanst-vuxna"))
    start(client, number=ADULT)
    found = offered(client.get(page("receivers", only_case())))
    assert {"vc-hylte", "vuxenpsykiatri-halmstad"} <= found
    assert "en-vag-in" not in found


def test_sip4_a_unit_of_the_region_first_says_where_the_person_lives(child_psychiatry):
    client = client_for(child_psychiatry)
    start(client)
    address = page("receivers", only_case())
    assert "Välj kommunen" in words(client.get(address))
    found = offered(client.get(address, {"kommun": "hylte"}))
    assert {"hylte-socialtjanst-barn", "hylte-elevhalsa"} <= found


def test_units_are_added_with_a_reason_and_removed(browser):
    start(browser)
    case = only_case()
    centre, clinic = unit("en-vag-in"), unit("bup-halmstad")
    assert post(browser, "receivers", case, {"add": centre.pk})["Location"] == page("receivers", case)
    # What is typed about the first is kept when the second is added.
    post(browser, "receivers", case, {f"reason-{centre.pk}": "Bedöma", "add": clinic.pk})
    assert called(case) == {"en-vag-in": "Bedöma", "bup-halmstad": ""}
    post(browser, "receivers", case, {f"reason-{centre.pk}": "Bedöma", "remove": clinic.pk})
    assert called(case) == {"en-vag-in": "Bedöma"}
    response = post(browser, "receivers", case, {f"reason-{centre.pk}": ""})
    assert (response.status_code, "i en mening varför" in words(response)) == (422, True)
    assert post(browser, "receivers", case, {f"reason-{centre.pk}": "Bedöma"})["Location"] == page("details", case)


def test_somebody_must_be_called(browser):
    start(browser)
    response = post(browser, "receivers", only_case(), {})
    assert (response.status_code, "Välj minst en verksamhet" in words(response)) == (422, True)


def test_a_unit_that_cannot_be_called_is_refused(browser, hylte):
    start(browser)
    case = only_case()
    with as_owner():
        Unit.objects.filter(key="bup-varberg").update(closed_on=NOW.date() - timedelta(days=1))
    for given, says in (
        (unit("bup-varberg").pk, "stängd"),
        (hylte.unit_id, "Din egen verksamhet"),
        (unit("hylte-socialforvaltning").pk, "finns inte"),
        (uuid4(), "finns inte"),
        ("' OR 1=1", "finns inte"),
    ):
        response = post(browser, "receivers", case, {"add": given})
        assert (response.status_code, says in words(response)) == (422, True), given
    assert called(case) == {}
    assert "bup-varberg" not in offered(
        browser.get(page("receivers", case), {"kommun": "varberg", "typ": "child_psychiatry"})
    )


def test_units_are_found_by_name_kind_and_municipality(browser):
    start(browser)
    address = page("receivers", only_case())
    assert offered(browser.get(address, {"q": "beroende varberg"})) >= {"beroendeteam-varberg"}
    assert "Ingen öppen verksamhet passar" in words(browser.get(address, {"q": "finnsinte"}))
    found = browser.get(address, {"kommun": "varberg", "typ": "child_psychiatry"})
    assert "bup-varberg" in offered(found)
    assert browser.get(address, {"kommun": "atlantis", "typ": "x"}).status_code == 200


# --- step 5: what may be handed over --------------------------------------------------------------------------------
def test_texts_are_saved_by_category_and_may_be_left_empty(browser):
    start(browser)
    case = only_case()
    response = post(browser, "details", case, {"social": "Insats pågår\r\nsedan i våras", "health": ""})
    assert response["Location"] == page("consent", case)
    assert text_of(case, Category.SOCIAL) == "Insats pågår\nsedan i våras"
    assert text_of(case, Category.HEALTH) is None
    assert post(browser, "details", case, {"social": TOO_LONG}).status_code == 422


def test_ind3_protected_texts_are_their_writers_alone(browser, hylte):
    start(browser, protection="protected")
    case = only_case()
    post(browser, "details", case, {"contact": "Ring 070-000 00 00", "social": "Insats"})
    assert "Ring 070" in browser.get(page("details", case)).content.decode()
    colleague = client_for(actor("hylte-socialtjanst-barn-2"))
    response = colleague.get(page("details", case))
    assert "Ring 070" not in response.content.decode()
    assert 'name="contact"' not in response.content.decode()
    assert str(hylte.name) in words(response)
    # Posting it all the same changes nothing.
    assert post(colleague, "details", case, {"contact": "Skriver över", "social": "Insats"}).status_code == 302
    assert text_of(case, Category.CONTACT) == "Ring 070-000 00 00"
