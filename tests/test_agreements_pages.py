"""RESP-2 and AGR-1 in the browser: the agreement's own pages and the guide to who answers for what."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import Agreement, Responsibility
from organisations.models import Huvudman
from tests.conftest import as_owner, sign_in

pytestmark = pytest.mark.django_db

KEY = "halland-2025-2029"
OF_ONE_AGREEMENT = ("detail", "terms", "glossary", "checklist", "local", "decisions")
MOST_QUERIES = 10  # Of the agreement itself: a page may ask twelve, besides the frame.


@pytest.fixture
def reader(client: Client) -> Client:
    return sign_in(client, "hylte-socialtjanst-barn")


def page(client: Client, address: str, **question: str) -> str:
    response = client.get(address, question)
    assert response.status_code == 200
    return response.content.decode()


def guide(client: Client, **question: str) -> list[str]:
    """Keys of the answers on the page."""
    found = page(client, reverse("agreements:guide"), **question)
    return re.findall(r'<tr id="([^"]+)"', found)


def test_agr1_every_section_has_an_address(reader: Client) -> None:
    text = page(reader, reverse("agreements:detail", args=[KEY]))
    for number in Agreement.objects.get(key=KEY).provisions.values_list("number", flat=True):
        assert f'id="{number}"' in text


def test_agr1_defaults_are_marked_as_such(reader: Client) -> None:
    text = page(reader, reverse("agreements:terms", args=[KEY]))
    rows = dict(re.findall(r'<tr id="([^"]+)">(.*?)</tr>', text, flags=re.DOTALL))
    assert "Portalens standard, ändras av RUG" in rows["sip.first_contact"]
    assert "3 arbetsdagar" in rows["sip.first_contact"]
    assert "Närmaste chef 1 arbetsdag efter" in rows["sip.first_contact"]
    assert "Portalens standard" not in rows["compulsory_care.plan_renewal"]


def test_agr1_glossary_page(reader: Client) -> None:
    text = page(reader, reverse("agreements:glossary", args=[KEY]))
    assert "Utan dröjsmål" in text
    assert "Strategisk samordningsgrupp Vuxen" in text


def test_agr2_list_says_which_agreement_is_the_readers(reader: Client) -> None:
    assert "er organisation är en av dem" in page(reader, reverse("agreements:list"))


def test_unknown_agreement_is_not_found(reader: Client) -> None:
    for name in ("detail", "terms", "glossary"):
        assert reader.get(reverse(f"agreements:{name}", args=["finns-inte"])).status_code == 404


def test_resp2_without_a_question_everything_is_shown(reader: Client) -> None:
    assert len(guide(reader)) == Responsibility.objects.filter(agreement__key=KEY).count()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"q": "orosanmälan"}, ["report-concern"]),
        ({"q": "tandundersökningar"}, ["child-social-examination"]),
        ({"q": "läkarunders", "malgrupp": "substance_use"}, ["examination-lvm", "substance-lvm-examination"]),
        ({"omrade": "aids"}, ["aids-shared"]),
        ({"ansvarig": "other", "q": "Länsstyrelsen"}, ["substance-prevention-county"]),
        ({"q": "LARO", "ansvarig": "region"}, ["substance-laro-health"]),
    ],
)
def test_resp2_search_and_filters(reader: Client, question: dict[str, str], expected: list[str]) -> None:
    assert sorted(guide(reader, **question)) == sorted(expected)


def test_resp2_all_words_must_match(reader: Client) -> None:
    assert guide(reader, q="remiss akut") == ["placement-acute-referral"]


@pytest.mark.parametrize("words", ["xyzzy", "%", "_", "'; --", "<script>", "a" * 100])
def test_resp2_no_answer_offers_a_way_on(reader: Client, words: str) -> None:
    text = page(reader, reverse("agreements:guide"), q=words)
    assert "Inget svar stämmer" in text
    assert "<script>" not in text.partition("<main")[2]


@pytest.mark.parametrize(
    "question", [{"malgrupp": "okand"}, {"omrade": "okant"}, {"ansvarig": "ingen"}, {"q": "a\x00b"}, {"q": "a" * 101}]
)
def test_resp2_impossible_question_is_explained(reader: Client, question: dict[str, str]) -> None:
    text = page(reader, reverse("agreements:guide"), **question)
    assert "<title>Fel: Ansvarsguiden" in text


def test_resp2_a_huvudman_without_agreement_is_told_so(client: Client) -> None:
    with as_owner():
        Huvudman.objects.get(key="hylte").agreement_parties.all().delete()
    text = page(sign_in(client, "hylte-socialtjanst-barn"), reverse("agreements:guide"))
    assert "Ingen överenskommelse gäller för er" in text


@pytest.mark.parametrize("address", ["/overenskommelser/", f"/overenskommelser/{KEY}/", "/ansvarsguide/"])
def test_one_must_be_signed_in(client: Client, address: str) -> None:
    assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    "name",
    ["list", "detail", "terms", "glossary", "checklist", "local", "guide", "search", "housing_guide", "comparison"],
)
def test_number_of_queries(reader: Client, name: str) -> None:
    address = reverse(f"agreements:{name}", args=[KEY] if name in OF_ONE_AGREEMENT else [])
    with CaptureQueriesContext(connection) as asked:
        reader.get(address)
    assert len([query for query in asked if "agreements_" in query["sql"]]) <= MOST_QUERIES
