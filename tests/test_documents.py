"""The documents of a case: made of what one may read at that moment, noted, refused as soon as the right ends."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import pdf
from core.acting import Actor, acting
from core.pdf import NoDocument
from individuals import actions as individuals
from individuals.actions import GuardianFacts
from individuals.models import DocumentCopy
from sip import actions
from sip.models import SipCase
from tests import build
from tests.conftest import NOW, as_owner
from tests.pages import client_for, words
from tests.papers import COST_WORDS, Paper, read_back

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_the_suites_time() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def papers(case: SipCase) -> str:
    return f"/sip/{case.pk}/dokument/"


def paper(client: Client, case: SipCase, name: str) -> Paper:
    answer = client.get(f"{papers(case)}{name}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return read_back(answer.content)


@pytest.fixture
def home(hylte: Actor) -> Client:
    return client_for(hylte)


@pytest.fixture
def centre(contact_centre: Actor) -> Client:
    return client_for(contact_centre)


# --- the consent form -------------------------------------------------------------------------------------------------
def test_ind4_the_form_to_sign_names_receivers_categories_and_every_called_guardian(home: Client) -> None:
    case = build.draft()
    found = paper(home, case, "samtycke.pdf")
    assert found.is_readable
    assert found.title == "Samtycke till SIP"
    for said in (
        "Nils Provsson", "20110108-2392", "En väg in", "Varför samordning behövs", "Vårdnadshavare 1 Provsson",
        "Vårdnadshavare 2 Provsson", "högst 12 månader", "ta tillbaka när som helst", case.matter.reference,
    ):  # fmt: skip
        assert said in found.text


def test_ind4_a_registered_consent_is_printed_as_it_was_given(home: Client) -> None:
    case = build.sent()
    found = paper(home, case, "samtycke.pdf?stor=1")
    assert found.is_readable
    assert "/TH" in found.tags
    for said in ("Region Halland", "Muntligt", "Skriftligt", "Gäller till och med", "lör 5 sep 2026"):
        assert said in found.text
    assert not [word for word in COST_WORDS if word in found.text.lower()]


def test_ind2_why_a_guardian_is_not_called_never_stands_in_the_form(home: Client, hylte: Actor) -> None:
    case = build.draft()
    person = case.matter.person
    with acting(hylte, NOW):
        first, second = person.guardians.all()
        individuals.set_guardians(
            person=person,
            guardians=[
                GuardianFacts(first.name, guardian_id=first.pk),
                GuardianFacts(second.name, False, "Har hotat familjen", second.pk),
            ],
            by=hylte,
            now=NOW,
        )
    found = paper(home, case, "samtycke.pdf")
    assert first.name in found.text
    assert second.name not in found.text
    assert "hotat" not in found.text


def test_ind4_only_the_initiator_prints_the_form_and_the_other_is_told_who(centre: Client) -> None:
    case = build.sent()
    assert "Den skriver ut blanketten" in words(centre.get(papers(case)))
    answer = centre.get(f"{papers(case)}samtycke.pdf", follow=True)
    assert answer.redirect_chain == [(papers(case), 302)]
    assert "tagit initiativet" in words(answer)


# --- the file ---------------------------------------------------------------------------------------------------------
def test_law6_a_file_says_nothing_of_the_person_and_is_kept_nowhere(home: Client) -> None:
    case = build.draft()
    answer = home.get(f"{papers(case)}samtycke.pdf")
    assert answer["Content-Disposition"] == f'inline; filename="{case.matter.reference.lower()}-consent-form.pdf"'
    assert answer["Cache-Control"] == "no-store, private"


def test_law1_a_document_is_noted_with_its_fingerprint_and_its_read(home: Client, hylte: Actor) -> None:
    case = build.draft()
    home.get(f"{papers(case)}samtycke.pdf")
    with acting(hylte, NOW):
        copy = DocumentCopy.objects.get(matter_id=case.pk)
    assert (copy.kind, copy.unit_id, copy.made_by_id) == ("consent_form", hylte.unit_id, hylte.user_id)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT person_ids FROM core_readlog WHERE what = 'document.consent_form' AND action = 'print'")
        assert cursor.fetchall() == [([case.matter.person_id],)]


def test_ind8_a_withdrawn_consent_refuses_the_old_link_at_once(centre: Client, hylte: Actor) -> None:
    case = build.acknowledged()
    assert centre.get(papers(case)).status_code == 200
    with acting(hylte, NOW):
        actions.withdraw_consent(case_id=case.pk, reason="Ångrade sig", by=hylte, now=NOW)
    for link in ("", "samtycke.pdf"):
        assert centre.get(papers(case) + link).status_code == 404


def test_ind8_a_right_that_ends_while_the_document_is_made_gives_no_document(
    home: Client, hylte: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = build.draft()

    def slow(html: str, variant: pdf.Variant) -> bytes:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM individuals_mattergroupobjectpermission WHERE content_object_id = %s", [case.pk]
            )
        return b"%PDF"

    monkeypatch.setattr(pdf, "from_html", slow)
    assert home.get(f"{papers(case)}samtycke.pdf").status_code == 404


def test_a_document_that_does_not_exist_is_a_page_that_does_not_exist(home: Client) -> None:
    assert home.get(f"{papers(build.draft())}kostnader.pdf").status_code == 404


def test_a_document_that_cannot_be_made_leads_back_with_the_reason(
    home: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(html: str, variant: pdf.Variant) -> bytes:
        raise NoDocument(pdf.TOO_LONG)

    monkeypatch.setattr(pdf, "from_html", refuse)
    answer = home.get(f"{papers(build.draft())}samtycke.pdf", follow=True)
    assert "tog för lång tid" in words(answer)


def test_the_page_asks_little_of_the_database(home: Client) -> None:
    case = build.sent()
    home.get(papers(case))
    with CaptureQueriesContext(connection) as queries:
        assert home.get(papers(case)).status_code == 200
    assert len(queries) <= 12 + 12  # The page's own, and what every request costs.


def test_a_demonstration_says_so_on_every_document(home: Client, settings: Any) -> None:
    settings.DEMO = True
    assert "påhittade" in paper(home, build.draft(), "samtycke.pdf").text
