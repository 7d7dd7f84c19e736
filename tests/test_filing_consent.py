"""Filing a SIP: consent, or the ground without it."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from core.acting import acting
from core.workdays import local_day
from individuals.kinds import BasisKind, Giver
from individuals.models import Basis, Guardian
from organisations.models import Huvudman
from sip import actions
from sip.kinds import State
from tests import build
from tests.conftest import NOW, actor, as_owner, unit
from tests.filing import (
    TOO_LONG,
    an_adult,
    basis_of,
    consent_data,
    page,
    post,
    the,
)
from tests.pages import client_for, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


# --- step 6: consent ------------------------------------------------------------------------------------------------


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
