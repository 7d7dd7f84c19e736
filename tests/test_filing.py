"""Filing a SIP, page by page: what is taken, what is refused and how, and that nothing typed is lost."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.acting import Actor, acting
from core.models import ReadLog
from core.workdays import local_day
from deadlines.models import Clock
from individuals.kinds import BasisKind, Category, Giver, Protection
from individuals.models import Basis, Disclosure, Guardian, Matter, Person, Piece
from organisations.kinds import Role
from organisations.models import Huvudman, Unit
from sip import actions
from sip.kinds import CallState, CloseReason, State, Step
from sip.models import Call, SipCase
from tests import build
from tests.conftest import NOW, actor, as_owner, unit
from tests.pages import client_for, without_token, words

pytestmark = pytest.mark.django_db

CHILD, ADULT = "20110108-2392", "19800108-2380"
TOO_LONG = "å" * 200_000
NASTY = '<script>alert(1)</script> =HYPERLINK("x")'
STEPS = ["person", "need", "own_view", "receivers", "details", "consent", "review"]
START = {
    "kind": "number", "number": CHILD, "first_name": "Nils", "last_name": "Provsson", "protection": "none",
}  # fmt: skip
NEED = {"target_groups": ["children"], "noticed_on": "2026-03-06", "noticed_time": "09:30", "need": "Behöver en plan"}


@pytest.fixture(autouse=True)
def demonstration(settings):
    settings.DEMO = True
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def browser(hylte) -> Client:
    """A caseworker of the social services, children, in Hylte."""
    return client_for(hylte)


def page(name: str, case: SipCase | UUID) -> str:
    return reverse(f"sip:{name}", args=[getattr(case, "pk", case)])


def start(client: Client, **changes: Any) -> Any:
    return client.post(reverse("sip:start"), {"submission": uuid4(), **START, **changes})


def seen(response: Any) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', response.content.decode())
    assert found is not None
    return found.group(1)


def post(client: Client, name: str, case: SipCase, data: dict[str, Any]) -> Any:
    """Open the page, fill it in, press the button."""
    mark = seen(client.get(page(name, case)))
    return client.post(page(name, case), {**data, "seen": mark})


def only_case() -> SipCase:
    with as_owner():
        return SipCase.objects.select_related("matter__person").get()


def the(case: SipCase) -> SipCase:
    with as_owner():
        return SipCase.objects.select_related("matter__person").get(pk=case.pk)


def text_of(case: SipCase, category: Category) -> str | None:
    with as_owner():
        piece = Piece.objects.filter(matter_id=case.pk, category=category).order_by("-version").first()
        return piece.text if piece else None


def an_adult(by: Actor) -> SipCase:
    return build.draft(by, number=ADULT, guardians=0)


# --- step 1: who it is about ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("20110108-2392", "201101082392"),
        ("201101082392", "201101082392"),
        ("110108-2392", "201101082392"),
        ("1101082392", "201101082392"),
        ("20110168-2399", "201101682399"),
        ("230108+2380", "192301082380"),
    ],
)
def test_ind1_a_number_is_taken_however_it_is_written(browser, typed, stored):
    assert start(browser, number=typed).status_code == 302
    assert only_case().matter.person.identity_number == stored


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("20110108-2393", "sista siffran stämmer inte"),
        ("20111308-2392", "inte ett datum"),
        ("abc", "tio eller tolv siffror"),
        ("", "Skriv numret"),
        (NASTY, "för lång"),
        ("<b>1</b>", "tio eller tolv siffror"),
        ("1" * 200_000, "för lång"),
    ],
)
def test_ind1_a_wrong_number_is_told_beside_the_field_and_kept(browser, typed, says):
    response = start(browser, number=typed)
    assert response.status_code == 422
    content = response.content.decode()
    assert "<title>Fel: " in content
    assert says in words(response)
    assert 'href="#id_number"' in content
    assert 'value="Nils"' in content
    with as_owner():
        assert not Person.objects.exists()
        assert not Matter.objects.exists()


def test_ind1_a_reserve_number_or_no_identity_at_all(browser):
    start(browser, kind="reserve", reserve_number="HH-123456", number="", estimated_age="17", sex="female")
    person = only_case().matter.person
    assert (person.identity_kind, person.identity_number, person.sex) == ("reserve", "HH123456", "female")
    assert person.age(NOW.date()) == 17
    other = client_for(actor("laholm-socialtjanst-barn"))
    response = start(other, kind="unidentified", number="", first_name="", last_name="")
    assert response.status_code == 302
    with as_owner():
        unknown = Person.objects.get(identity_kind="unidentified")
    assert unknown.is_child(NOW.date())
    assert response["Location"] == page("person", _case_of(unknown))


def _case_of(person: Person) -> UUID:
    with as_owner():
        return Matter.objects.get(person=person).pk


def test_an_adult_has_no_guardians_to_ask_for(browser):
    response = start(browser, number=ADULT)
    case = only_case()
    assert response["Location"] == page("need", case)
    assert "Vårdnadshavare" not in words(browser.get(page("person", case)))
    post(
        browser, "person", case, {"first_name": "A", "last_name": "B", "protection": "none", "guardian-new-1-name": "C"}
    )
    with as_owner():
        assert not Guardian.objects.exists()


def test_a_repeated_post_finds_the_case_it_made(browser):
    submission = uuid4()
    first = start(browser, submission=submission)
    second = start(browser, submission=submission)
    assert first["Location"] == second["Location"]
    with as_owner():
        assert SipCase.objects.count() == Person.objects.count() == 1


def test_somebody_elses_submission_is_not_found(browser, contact_centre):
    case = build.draft(number=ADULT, guardians=0)
    with as_owner():
        SipCase.objects.filter(pk=case.pk).update(submission=(taken := uuid4()))
    stranger = client_for(actor("laholm-socialtjanst-barn"))
    response = start(stranger, submission=taken)
    assert response.status_code == 422
    assert str(case.pk) not in response.content.decode()


def test_the_same_person_twice_leads_to_the_open_case(browser):
    start(browser)
    case = only_case()
    response = start(browser)
    assert response.status_code == 422
    assert "Ni har redan ett öppet ärende" in words(response)
    assert page("case", case) in response.content.decode()
    with as_owner():
        assert SipCase.objects.count() == 1


def test_ind9_nothing_is_told_of_a_case_at_another_unit(browser):
    start(client_for(actor("hylte-elevhalsa")))
    response = start(browser)
    assert response.status_code == 302
    with as_owner():
        assert Person.objects.count() == SipCase.objects.count() == 2


def test_a_unit_that_was_called_is_led_to_that_case(contact_centre):
    case = build.sent()
    response = start(client_for(contact_centre))
    assert response.status_code == 422
    assert page("case", case) in response.content.decode()


def test_the_units_record_is_used_again_and_keeps_its_protection(browser, hylte):
    start(browser, protection="protected", interpreter="Arabiska")
    case = only_case()
    with acting(hylte, NOW):
        actions.close(case_id=case.pk, reason=CloseReason.MISTAKE, note="", by=hylte, now=NOW)
    response = start(browser, protection="none", first_name="Annat")
    assert response.status_code == 302
    with as_owner():
        person = Person.objects.get()
    assert (person.protection, person.interpreter, person.first_name) == ("protected", "Arabiska", "Nils")


def test_no_person_stands_in_an_address(browser):
    response = start(browser)
    for secret in ("2011", "2392", "Nils", "Provsson"):
        assert secret not in response["Location"]


def test_only_those_who_handle_cases_start_one():
    for username, role in (("verksamhetschef.hylte-social", None), ("admin.hylte", None), ("drift", None)):
        client = client_for(actor(username, role))
        assert client.get(reverse("sip:start")).status_code == 403
        assert start(client).status_code == 403
    assert client_for(actor("chef.hylte-socialtjanst-barn", Role.NEAREST_MANAGER)).get(
        reverse("sip:start")
    ).status_code == 200  # fmt: skip


# --- step 1: guardians ----------------------------------------------------------------------------------------------
PERSON = {"first_name": "Nils", "last_name": "Provsson", "protection": "none"}


def test_ind2_guardians_are_added_changed_and_removed(browser):
    start(browser)
    case = only_case()
    response = post(browser, "person", case, {**PERSON, "guardian-new-1-name": "Karin", "guardian-new-2-name": "Jonas"})
    assert response["Location"] == page("need", case)
    with as_owner():
        jonas, karin = Guardian.objects.order_by("name")
    response = post(
        browser,
        "person",
        case,
        {
            **PERSON,
            f"guardian-{karin.pk}-name": "",
            f"guardian-{jonas.pk}-name": "Jonas Provsson",
            f"guardian-{jonas.pk}-not_called": "on",
            f"guardian-{jonas.pk}-reason": "Kontaktförbud",
        },
    )
    assert response.status_code == 302
    with as_owner():
        left = Guardian.objects.get()
    assert (left.name, left.is_called, left.not_called_reason) == ("Jonas Provsson", False, "Kontaktförbud")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (
            {"guardian-new-1-name": "Karin", "guardian-new-1-not_called": "on"},
            "Skriv varför vårdnadshavaren inte kallas",
        ),
        ({"guardian-new-1-not_called": "on", "guardian-new-1-reason": "Hot"}, "Skriv vårdnadshavarens namn"),
        ({"guardian-new-1-name": "Karin", "guardian-new-2-name": "karin "}, "samma namn"),
        ({"guardian-new-1-name": TOO_LONG}, "för lång"),
        ({"first_name": ""}, "Fyll i"),
    ],
)
def test_ind2_what_is_wrong_with_a_guardian_is_told(browser, data, says):
    start(browser)
    response = post(browser, "person", only_case(), {**PERSON, **data})
    assert response.status_code == 422
    assert says in words(response)
    with as_owner():
        assert not Guardian.objects.exists()


def test_ind2_one_more_row_can_be_asked_for(browser):
    start(browser)
    case = only_case()
    response = post(
        browser, "person", case, {**PERSON, "guardian-new-1-name": "Karin", "guardian-new-2-name": "Jonas", "more": "1"}
    )
    assert response["Location"] == page("person", case) + "?fler=1"
    assert "Vårdnadshavare 3" in words(browser.get(response["Location"]))


def test_ind2_a_guardian_of_another_person_is_not_touched(browser):
    other = build.draft(number=ADULT, guardians=0)
    with as_owner():
        foreign = Guardian.objects.create(person=other.matter.person, name="Främmande")
    start(browser)
    post(browser, "person", only_with(CHILD), {**PERSON, f"guardian-{foreign.pk}-name": "Kapad"})
    with as_owner():
        assert Guardian.objects.get(pk=foreign.pk).name == "Främmande"


def only_with(number: str) -> SipCase:
    with as_owner():
        return SipCase.objects.select_related("matter__person").get(
            matter__person__identity_number=number.replace("-", "")
        )


def test_ind2_one_who_has_consented_is_not_removed(browser, hylte):
    case = build.ready(hylte)
    response = post(browser, "person", case, PERSON)
    assert response.status_code == 422
    assert "kan inte tas bort" in words(response)


def test_ind3_a_protection_given_later_closes_off_what_is_written(browser, hylte):
    case = build.draft(hylte)
    with as_owner():
        names = {f"guardian-{g.pk}-name": g.name for g in Guardian.objects.all()}
    response = post(browser, "person", case, {**PERSON, **names, "protection": "marked"})
    assert response.status_code == 302
    with as_owner():
        kept = {p.category: p.is_restricted for p in Piece.objects.filter(matter_id=case.pk)}
    assert kept == {Category.NEED: False, Category.OWN_VIEW: False, Category.CONTACT: True}


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


@pytest.mark.parametrize(
    ("changes", "says", "field"),
    [
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
    ],
)
def test_bad_input_about_the_need_is_told_beside_the_field(browser, changes, says, field):
    start(browser)
    case = only_case()
    response = post(browser, "need", case, {**NEED, **changes})
    assert response.status_code == 422
    assert says in words(response)
    assert f'href="#{field}"' in response.content.decode()
    if "need" not in changes:
        assert "Behöver en plan" in response.content.decode()
    assert the(case).target_groups == []
    assert text_of(case, Category.NEED) is None


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
def offered(response: Any) -> set[str]:
    ids = re.findall(r'name="add"\s+value="([^"]+)"', response.content.decode())
    return set(Unit.objects.filter(pk__in=ids).values_list("key", flat=True))


def called(case: SipCase) -> dict[str, str]:
    with as_owner():
        calls = Call.objects.filter(case_id=case.pk, state=CallState.CALLED)
        return dict(calls.values_list("unit__key", "reason"))


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


# --- step 6: consent ------------------------------------------------------------------------------------------------
def consent_data(case: SipCase, **changes: Any) -> dict[str, Any]:
    with as_owner():
        guardians = list(Guardian.objects.filter(person=case.matter.person))
    data: dict[str, Any] = {
        "kind": "consent",
        "purpose": "Planera stödet",
        "categories": ["need", "own_view"],
        "wider": [str(Huvudman.objects.get(key="region-halland").pk)],
        "until": "2026-09-09",
    }
    for one, manner in zip(guardians, ["oral", "written"], strict=False):
        data |= {f"guardian-{one.pk}-manner": manner, f"guardian-{one.pk}-on": "2026-03-08"}
    return {name: value for name, value in (data | changes).items() if value is not None}


def basis_of(case: SipCase) -> Basis | None:
    with as_owner():
        return Basis.objects.prefetch_related("scopes", "givers").filter(matter_id=case.pk, replaced_at=None).first()


def test_ind4_two_guardians_consent_one_orally_one_in_writing(browser, hylte):
    case = build.draft(hylte)
    response = post(browser, "consent", case, consent_data(case))
    assert response["Location"] == page("review", case)
    assert the(case).state == State.READY
    basis = basis_of(case)
    assert basis is not None
    assert {one.manner for one in basis.givers.all()} == {"oral", "written"}
    assert (basis.kind, basis.categories, local_day(basis.expires_at)) == (
        BasisKind.CONSENT, ["need", "own_view"], date(2026, 9, 10),
    )  # fmt: skip
    assert [str(scope) for scope in basis.scopes.all()] == ["Region Halland"]


def test_ind4_only_the_called_units_and_some_never(browser, hylte):
    case = build.draft(hylte)
    excluded = unit("bup-varberg")
    post(browser, "consent", case, consent_data(case, wider=None, excluded=[str(excluded.pk)]))
    basis = basis_of(case)
    assert basis is not None
    assert {(str(s.unit), s.is_excluded) for s in basis.scopes.all()} == {
        (str(unit("en-vag-in")), False), (str(excluded), True),
    }  # fmt: skip


def test_ind2_what_a_childs_consent_lacks_is_told_where_it_is_given(browser, hylte):
    case = build.draft(hylte)
    with as_owner():
        one, two = Guardian.objects.filter(person=case.matter.person)
    silent = {f"guardian-{two.pk}-manner": "", f"guardian-{two.pk}-on": ""}
    late = {f"guardian-{one.pk}-on": "2026-03-10"}
    undated = {f"guardian-{one.pk}-on": ""}
    for changes, says, field in (
        (silent, f"Samtycke saknas från {two}", f"id_guardian-{two.pk}-manner"),
        (late, "inte har varit ännu", f"id_guardian-{one.pk}-on"),
        (undated, "Ange vilken dag", f"id_guardian-{one.pk}-on"),
        ({"until": "2027-03-10"}, "högst 12 månader", "id_until"),
        ({"until": "2026-03-08"}, "har redan varit", "id_until"),
        ({"until": ""}, "Fyll i", "id_until"),
        ({"categories": []}, "Välj minst ett", "id_categories_0"),
        ({"categories": ["all"]}, "Välj bland", "id_categories_0"),
        ({"wider": [str(uuid4())]}, "Välj bland", "id_wider_0"),
        ({"wider": [str(Huvudman.objects.get(key="laholm").pk)]}, "Välj bland", "id_wider_0"),
        ({"excluded": [str(unit("laholm-elevhalsa").pk)]}, "Välj bland", "id_excluded_0"),
        ({"purpose": ""}, "användas till", "id_purpose"),
        ({"kind": ""}, "Välj samtycke eller", "id_kind_0"),
        ({"kind": "curiosity"}, "Välj ett av", "id_kind_0"),
        ({"kind": "child_at_risk"}, "Skriv vem som har beslutat", "id_decided_by"),
        ({"kind": "lpt", "decided_by": "Chef", "motive": TOO_LONG}, "för lång", "id_motive"),
    ):
        response = post(browser, "consent", case, consent_data(case, **changes))
        assert response.status_code == 422, changes
        assert says in words(response), changes
        assert f'href="#{field}"' in response.content.decode(), changes
    assert basis_of(case) is None
    assert the(case).state == State.DRAFT


def test_ind2_no_consent_for_a_child_without_guardians(browser, hylte):
    case = build.draft(hylte, guardians=0)
    response = browser.get(page("consent", case))
    assert "Inga vårdnadshavare är registrerade" in words(response)
    response = post(browser, "consent", case, consent_data(case))
    assert (response.status_code, "Lägg till barnets vårdnadshavare" in words(response)) == (422, True)


def test_ind2_from_12_the_child_alone_with_a_reason(browser, hylte):
    case = build.draft(hylte)
    with as_owner():
        nobody = {f"guardian-{g.pk}-{part}": "" for g in Guardian.objects.all() for part in ("manner", "on")}
    alone = {**nobody, "self-manner": "oral", "self-on": "2026-03-09"}
    assert post(browser, "consent", case, consent_data(case, **alone)).status_code == 422
    reason = "Öppen insats som barnet vill ha"
    assert post(browser, "consent", case, consent_data(case, **alone, child_alone_reason=reason)).status_code == 302
    basis = basis_of(case)
    assert basis is not None
    assert (basis.child_alone_reason, [g.giver for g in basis.givers.all()]) == (reason, [Giver.SELF])


def test_ind2_the_school_is_not_offered_the_childs_consent_alone():
    school = actor("hylte-elevhalsa")
    case = build.draft(school)
    assert 'name="child_alone_reason"' not in client_for(school).get(page("consent", case)).content.decode()


def test_ind4_an_adult_or_a_representative_consents():
    by = actor("hylte-socialtjanst-vuxna")
    client, case = client_for(by), an_adult(by)
    by_proxy = {"representative-manner": "written", "representative-on": "2026-03-09"}
    response = post(client, "consent", case, consent_data(case, **by_proxy))
    assert (response.status_code, "Skriv namnet" in words(response)) == (422, True)
    assert (
        post(client, "consent", case, consent_data(case, **by_proxy, **{"representative-name": "G. Man"})).status_code
        == 302
    )
    assert (
        post(
            client, "consent", case, consent_data(case, **{"self-manner": "oral", "self-on": "2026-03-09"})
        ).status_code
        == 302
    )
    basis = basis_of(case)
    assert basis is not None
    assert [g.giver for g in basis.givers.all()] == [Giver.SELF]


def test_ind6_a_ground_names_its_motive_and_who_decided(browser, hylte):
    case = build.draft(hylte)
    ground = {"kind": "child_at_risk", "motive": "Nödvändigt för skyddet", "decided_by": "Enhetschef"}
    assert post(browser, "consent", case, consent_data(case, **ground)).status_code == 302
    basis = basis_of(case)
    assert basis is not None
    assert (basis.kind, basis.purpose, basis.decided_by) == ("child_at_risk", ground["motive"], "Enhetschef")
    assert not basis.givers.all()


def test_going_on_without_a_change_records_nothing_new(browser, hylte):
    case = build.draft(hylte)
    post(browser, "consent", case, consent_data(case))
    post(browser, "consent", case, consent_data(case))
    with as_owner():
        assert Basis.objects.filter(matter_id=case.pk).count() == 1


def test_ind2_a_guardian_added_after_the_consent_must_consent_too(browser, hylte):
    case = build.ready(hylte)
    with as_owner():
        Guardian.objects.create(person=case.matter.person, name="Tredje Provsson")
    response = browser.get(page("review", case))
    assert "Samtycke saknas från Tredje Provsson" in words(response)
    sent = browser.post(page("review", case), {"version": the(case).version})
    assert sent.status_code == 422
    assert the(case).state == State.READY


def test_ind4_a_consent_is_renewed_while_others_take_part(browser, hylte):
    case = build.sent(hylte)
    response = post(browser, "consent", case, consent_data(case, until="2027-03-01"))
    assert response["Location"] == page("case", case)
    assert the(case).state == State.SENT
    basis = basis_of(case)
    assert basis is not None
    assert local_day(basis.expires_at) == date(2027, 3, 2)


def test_ind8_after_a_withdrawal_a_new_consent_leads_back_to_the_draft(browser, hylte):
    case = build.sent(hylte)
    with acting(hylte, NOW):
        actions.withdraw_consent(case_id=case.pk, reason="", by=hylte, now=NOW)
    assert "En väg in" in words(browser.get(page("consent", case)))
    assert post(browser, "consent", case, consent_data(case)).status_code == 302
    assert the(case).state == State.READY


# --- step 7: review, send, receipt ----------------------------------------------------------------------------------
def test_ind7_the_review_tells_exactly_what_the_ledger_then_holds(browser, hylte):
    case = build.draft(hylte)
    post(browser, "consent", case, consent_data(case))
    told = words(browser.get(page("review", case)))
    gets, _, rest = told.partition("Får inte")
    assert "Varför samordning behövs" in gets
    assert "Personens egen åsikt" in gets
    assert "Kontaktuppgifter: samtycket omfattar det inte" in rest
    response = browser.post(page("review", case), {"version": the(case).version})
    assert response["Location"] == page("sent", case)
    with as_owner():
        given = set(Disclosure.objects.filter(matter_id=case.pk).values_list("category", "to_unit__key"))
    assert given == {("need", "en-vag-in"), ("own_view", "en-vag-in")}


def test_ind4_a_unit_outside_the_consent_is_told_to_get_nothing(browser, hylte):
    case = build.draft(hylte)
    post(browser, "consent", case, consent_data(case, wider=None))
    post(browser, "receivers", case, {f"reason-{unit('en-vag-in').pk}": "Bedöma", "add": unit("bup-halmstad").pk})
    told = words(browser.get(page("review", case)))
    assert "Får inget. Samtycket omfattar inte den här verksamheten" in told
    assert "Samtycket omfattar inte BUP Halmstad" in told


def test_ind3_what_is_protected_is_told_to_stay(browser, hylte):
    start(browser, protection="marked")
    case = only_case()
    post(browser, "details", case, {"contact": "Hemligt", "social": "Insats"})
    post(browser, "receivers", case, {"add": unit("en-vag-in").pk})
    assert "Får inget. Samtycke saknas" in words(browser.get(page("review", case)))
    with as_owner():
        Guardian.objects.create(person=case.matter.person, name="Karin")
    post(browser, "consent", case, consent_data(case, categories=["need", "social", "contact"]))
    told = words(browser.get(page("review", case)))
    assert "Kontaktuppgifter: skyddade personuppgifter" in told


def test_sip1_a_draft_that_lacks_something_is_not_sent(browser, hylte):
    start(browser)
    case = only_case()
    response = browser.get(page("review", case))
    content = response.content.decode()
    for step in ("need", "own_view", "receivers", "consent"):
        assert f'href="{page(step, case)}?granska=1"' in content
    assert "disabled" in content
    assert browser.post(page("review", case), {"version": the(case).version}).status_code == 422
    with as_owner():
        assert not Disclosure.objects.exists()


def test_a_mended_step_leads_back_to_the_review(browser):
    start(browser)
    case = only_case()
    address = page("need", case) + "?granska=1"
    response = browser.post(address, {**NEED, "seen": seen(browser.get(address))})
    assert response["Location"] == page("review", case)


def test_a_unit_closed_since_it_was_chosen_is_told(browser, hylte):
    case = build.ready(hylte)
    with as_owner():
        Unit.objects.filter(key="en-vag-in").update(closed_on=NOW.date() - timedelta(days=1))
    assert "är stängd" in words(browser.get(page("review", case)))
    assert browser.post(page("review", case), {"version": the(case).version}).status_code == 422


def test_a_double_send_is_one(browser, hylte):
    case = build.ready(hylte)
    for _ in range(2):
        response = browser.post(page("review", case), {"version": case.version})
        assert response["Location"] == page("sent", case)
    with as_owner():
        assert Disclosure.objects.filter(matter_id=case.pk).count() == 3


def test_what_was_not_reviewed_is_not_sent(browser, hylte):
    case = build.ready(hylte)
    post(client_for(actor("hylte-socialtjanst-barn-2")), "need", case, {**NEED, "is_urgent": "on"})
    response = browser.post(page("review", case), {"version": case.version})
    assert (response.status_code, "har ändrats sedan du öppnade" in words(response)) == (422, True)
    assert the(case).state == State.READY


def test_sip4_a_door_that_cannot_pass_on_is_pointed_out(browser, hylte):
    case = build.draft(hylte)
    post(browser, "consent", case, consent_data(case, wider=None))
    assert "kan inte lämna över till rätt mottagning" in words(browser.get(page("review", case)))
    post(browser, "consent", case, consent_data(case))
    assert "kan inte lämna över till rätt mottagning" not in words(browser.get(page("review", case)))


def test_sip2_the_receipt_tells_what_happens_by_when(browser, hylte):
    case = build.ready(hylte)
    assert browser.get(page("sent", case))["Location"] == page("review", case)
    browser.post(page("review", case), {"version": case.version})
    told = words(browser.get(page("sent", case)))
    assert "Senast tis 10 mars 2026" in told
    assert "Senast tors 12 mars 2026" in told
    assert case.matter.reference in told


# --- who reaches it -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [*STEPS, "resume_draft", "sent"])
def test_law3_a_draft_is_its_units_own(name, browser, contact_centre):
    case = build.draft()
    assert browser.get(page(name, case)).status_code in (200, 302)
    assert client_for(actor("hylte-socialtjanst-barn-2")).get(page(name, case)).status_code in (200, 302)
    for stranger in (contact_centre, actor("hylte-socialtjanst-vuxna"), actor("hylte-elevhalsa")):
        client = client_for(stranger)
        foreign, missing = client.get(page(name, case)), client.get(page(name, uuid4()))
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert without_token(foreign) == without_token(missing)
        if name not in ("resume_draft", "sent"):
            assert client.post(page(name, case), {"seen": "x"}).status_code == 404
    with as_owner():
        assert ReadLog.objects.filter(action="denied", matter_ids=[case.pk]).exists()


@pytest.mark.parametrize("name", STEPS)
def test_a_called_unit_reads_the_case_but_does_not_write_the_filing(name, contact_centre):
    case = build.sent()
    client = client_for(contact_centre)
    assert client.get(page(name, case)).status_code == 403
    assert client.post(page(name, case), {}).status_code == 403


@pytest.mark.parametrize("name", ["person", "need", "own_view", "receivers", "details", "review"])
def test_once_sent_the_pages_of_filing_lead_to_the_case(name, browser, hylte):
    case = build.sent(hylte)
    assert browser.get(page(name, case))["Location"] == page("case", case)


def test_what_is_typed_when_a_colleague_sends_is_not_lost(browser, hylte):
    case = build.ready(hylte)
    mark = seen(browser.get(page("need", case)))
    with acting(hylte, NOW):
        actions.send(case_id=case.pk, version=case.version, by=hylte, now=NOW)
    response = browser.post(page("need", case), {**NEED, "need": "Mitt långa arbete", "seen": mark})
    assert response.status_code == 422
    assert "Mitt långa arbete" in response.content.decode()
    assert text_of(case, Category.NEED) != "Mitt långa arbete"


def test_law1_each_page_of_a_draft_is_a_read(browser, hylte):
    case = build.draft(hylte)
    browser.get(page("need", case))
    with as_owner():
        row = ReadLog.objects.get()
    assert (row.action, row.what, row.person_ids) == ("view", "sip.filing", [case.matter.person_id])


def test_resume_leads_to_the_first_step_that_lacks_something(browser, hylte):
    start(browser)
    case = only_case()
    assert browser.get(page("resume_draft", case))["Location"] == page("need", case)
    post(browser, "need", case, NEED)
    assert browser.get(page("resume_draft", case))["Location"] == page("own_view", case)


def test_resume_leads_a_ready_draft_to_the_review(browser, hylte):
    assert browser.get(page("resume_draft", case := build.ready(hylte)))["Location"] == page("review", case)


# --- two at once, and saving in passing -----------------------------------------------------------------------------
def test_a_stale_edit_shows_both_versions_and_keeps_the_typed_text(browser):
    start(browser)
    case = only_case()
    colleague = client_for(actor("hylte-socialtjanst-barn-2"))
    mark = seen(browser.get(page("need", case)))
    assert post(colleague, "need", case, {**NEED, "need": "Kollegans text"}).status_code == 302
    response = browser.post(page("need", case), {**NEED, "need": "Min text", "seen": mark})
    assert response.status_code == 422
    assert "Någon annan har ändrat" in words(response)
    assert "Kollegans text" in words(response)
    assert "Min text" in response.content.decode()
    assert text_of(case, Category.NEED) == "Kollegans text"
    again = browser.post(page("need", case), {**NEED, "need": "Min text", "seen": seen(response)})
    assert again.status_code == 302
    assert text_of(case, Category.NEED) == "Min text"


def test_work_on_different_steps_does_not_collide(browser):
    start(browser)
    case = only_case()
    mark = seen(browser.get(page("own_view", case)))
    post(client_for(actor("hylte-socialtjanst-barn-2")), "need", case, NEED)
    response = browser.post(page("own_view", case), {"view_asked": "yes", "own_view": "Hej", "seen": mark})
    assert response.status_code == 302


def test_the_same_form_posted_twice_is_saved_once(browser):
    start(browser)
    case = only_case()
    mark = seen(browser.get(page("need", case)))
    for _ in range(2):
        assert browser.post(page("need", case), {**NEED, "seen": mark}).status_code == 302


def test_a_post_without_the_mark_never_overwrites(browser):
    start(browser)
    case = only_case()
    post(browser, "need", case, NEED)
    response = browser.post(page("need", case), {**NEED, "need": "Annat"})
    assert response.status_code == 422
    assert text_of(case, Category.NEED) == "Behöver en plan"


def test_saving_in_the_background_takes_what_is_there_and_does_not_outdate_its_own_page(browser):
    start(browser)
    case = only_case()
    mark = seen(browser.get(page("need", case)))
    for text in ("Behö", "Behöver"):
        response = browser.post(page("need", case), {"need": text, "seen": mark, "autosave": "1"})
        assert response.status_code == 204
        assert text_of(case, Category.NEED) == text
    future = {"need": "Behöver", "noticed_on": "2030-01-01", "seen": mark, "autosave": "1"}
    assert browser.post(page("need", case), future).status_code == 422
    assert browser.post(page("need", case), {**NEED, "seen": mark}).status_code == 302
    assert the(case).target_groups == ["children"]


def test_saving_in_the_background_does_not_overwrite_a_colleague(browser):
    start(browser)
    case = only_case()
    mark = seen(browser.get(page("need", case)))
    post(client_for(actor("hylte-socialtjanst-barn-2")), "need", case, {**NEED, "need": "Kollegans text"})
    response = browser.post(page("need", case), {"need": "Min", "seen": mark, "autosave": "1"})
    assert response.status_code == 422
    assert text_of(case, Category.NEED) == "Kollegans text"


def test_save_and_finish_later_keeps_the_half_done_page(browser):
    start(browser)
    case = only_case()
    response = post(browser, "need", case, {"need": "Halva", "later": "1"})
    assert response["Location"] == reverse("home")
    assert text_of(case, Category.NEED) == "Halva"
    assert the(case).target_groups == []


# --- cost -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["receivers", "consent", "review"])
def test_a_page_costs_the_same_for_one_receiver_and_for_ten(name, browser, hylte):
    case = build.ready(hylte)
    few = queries(browser, page(name, case))
    with acting(hylte, NOW):
        units = list(Unit.objects.filter(serves__key="hylte", authority__huvudman__key="region-halland")
                     .exclude(kind="administration")[:10])  # fmt: skip
        case = SipCase.objects.get(pk=case.pk)
        actions.edit_case(
            case_id=case.pk, version=case.version, calls=[(one, "Behövs") for one in units], by=hylte, now=NOW
        )
    assert queries(browser, page(name, case)) == few


def queries(client: Client, address: str) -> int:
    client.get(address)  # The first visit also notes in the session that the user is active.
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_protection_is_kept_in_the_banner(browser):
    start(browser, protection=Protection.MARKED)
    assert "Skyddade personuppgifter" in words(browser.get(page("need", only_case())))
