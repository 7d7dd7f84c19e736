"""Filing a SIP: who it is about and who the guardians are."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from core.acting import acting
from individuals.kinds import Category
from individuals.models import Guardian, Matter, Person, Piece
from organisations.kinds import Role
from sip import actions
from sip.kinds import CloseReason
from sip.models import SipCase
from tests import build
from tests.conftest import NOW, actor, as_owner
from tests.filing import (
    ADULT,
    CHILD,
    NASTY,
    PERSON,
    TOO_LONG,
    only_case,
    only_with,
    page,
    post,
    start,
)
from tests.pages import client_for, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


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


WRONG_GUARDIANS: list[tuple[dict[str, str], str]] = [
    (
        {"guardian-new-1-name": "Karin", "guardian-new-1-not_called": "on"},
        "Skriv varför vårdnadshavaren inte kallas",
    ),
    ({"guardian-new-1-not_called": "on", "guardian-new-1-reason": "Hot"}, "Skriv vårdnadshavarens namn"),
    ({"guardian-new-1-name": "Karin", "guardian-new-2-name": "karin "}, "samma namn"),
    ({"guardian-new-1-name": TOO_LONG}, "för lång"),
    ({"first_name": ""}, "Fyll i"),
]


def test_ind2_what_is_wrong_with_a_guardian_is_told(browser):
    start(browser)
    case = only_case()
    for data, says in WRONG_GUARDIANS:
        response = post(browser, "person", case, {**PERSON, **data})
        assert (response.status_code, says in words(response)) == (422, True), says
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
