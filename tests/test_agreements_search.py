"""RESP-2 and PLC-2: search that knows other words and survives spelling, and the questions about other housing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from agreements.checks import check_pack
from agreements.models import Agreement, Definition, Provision, Responsibility
from agreements.reading import PACKS, PackReader
from agreements.search import find, read_question
from tests.conftest import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement() -> Agreement:
    return Agreement.objects.get(key="halland-2025-2029")


@pytest.fixture
def reader(client: Client) -> Client:
    return sign_in(client, "hylte-socialtjanst-barn")


def answers(agreement: Agreement, words: str) -> set[str]:
    found = find(words, agreement, (agreement.responsibilities.all(), Responsibility.SEARCHED))
    return {row.key for row in found.rows[0]}


def test_resp2_an_old_word_finds_the_new(agreement: Agreement) -> None:
    found = find("missbruk", agreement, (agreement.definitions.all(), Definition.SEARCHED))
    assert "Skadligt bruk" in {row.word for row in found.rows[0]}


def test_resp2_a_short_form_finds_the_whole(agreement: Agreement) -> None:
    found = find("BUP", agreement, (agreement.provisions.all(), Provision.SEARCHED))
    whole = find("barn- och ungdomspsykiatri", agreement, (agreement.provisions.all(), Provision.SEARCHED))
    assert found.rows == whole.rows
    assert read_question("lpt", agreement).words == (("LPT", "Lagen om psykiatrisk tvångsvård"),)


def test_resp2_a_short_word_is_no_part_of_another(agreement: Agreement) -> None:
    for row in agreement.provisions.filter(read_question("SIS", agreement).filter("heading", "summary")):
        assert "sis" in re.findall(r"[a-zåäö]+", f"{row.heading} {row.summary}".lower())


@pytest.mark.parametrize(
    "question", ["vem ansvarar för abstinensbehandling?", "abstinens", "Vem svarar för abstinensvården", "avgiftning"]
)
def test_resp2_a_question_in_words(agreement: Agreement, question: str) -> None:
    found = Responsibility.objects.filter(agreement=agreement, key__in=answers(agreement, question))
    assert found.filter(text__icontains="abstinens").exists()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("orosanmelan", "orosanmälan"), ("habilitring", "habilitering"), ("tandundersökningr", "tandundersökningar")],
)
def test_resp2_a_misspelled_word_finds_its_like(agreement: Agreement, typed: str, meant: str) -> None:
    assert answers(agreement, typed) == answers(agreement, meant) != set()


@pytest.mark.parametrize("words", ["xyzzy", "%", "_", ".*", "\\", "(|)", "'; --", ""])
def test_resp2_nonsense_finds_nothing_and_breaks_nothing(agreement: Agreement, words: str) -> None:
    assert answers(agreement, words) == set()


def test_resp2_search_page_shows_every_kind(reader: Client) -> None:
    text = reader.get(reverse("agreements:search"), {"q": "misbruk"}).content.decode()
    assert "Här är det som liknar: ”missbruk”" in text or "Skadligt bruk" in text
    for heading in ("Avsnitt", "Vem som svarar för vad", "Ordlista"):
        assert f">{heading}</h2>" in text
    assert "Inget stämmer" in reader.get(reverse("agreements:search"), {"q": "xyzzy"}).content.decode()


def test_resp2_search_in_a_chosen_agreement(reader: Client) -> None:
    address = reverse("agreements:search")
    text = reader.get(address, {"q": "remiss", "i": "halland-2022-2024"}).content.decode()
    assert "/overenskommelser/halland-2022-2024/#" in text
    assert "<title>Fel:" in reader.get(address, {"q": "remiss", "i": "finns-inte"}).content.decode()


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ("", "fråga 1 av högst 5"),
        ("vard=nej", "fråga 1 av högst 5"),
        ("vard=no", "Kommunen svarar"),
        ("vard=yes", "Räcker en sjuksköterska"),
        ("vard=yes&niva=no", "Regionen svarar"),
        ("vard=yes&niva=yes&hemsjukvard=yes", "Undantag a"),
        ("vard=yes&niva=yes&hemsjukvard=no&sarskild-service=yes", "Undantag b"),
        ("vard=yes&niva=yes&hemsjukvard=no&sarskild-service=no&korttid=yes", "Undantag c"),
        ("vard=yes&niva=yes&hemsjukvard=no&sarskild-service=no&korttid=no", "Huvudregeln gäller"),
        ("korttid=yes", "fråga 1 av högst 5"),  # An answer to a question not yet asked leads nowhere.
    ],
)
def test_plc2_questions_lead_to_the_answer(reader: Client, given: str, outcome: str) -> None:
    text = reader.get(f"{reverse('agreements:housing_guide')}?{given}").content.decode()
    assert outcome in text
    assert ("Avsnitt 4.9" in text) == ("fråga" not in outcome and "Räcker" not in outcome)


def test_agr1_mistakes_in_the_questions_are_told(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PACKS / "halland", tmp_path / "halland"))
    file = folder / "2025-2029" / "housing.toml"
    file.write_text(
        file.read_text(encoding="utf-8")
        .replace('key = "niva"', 'key = "vard"')
        .replace('section = "4.9"', 'section = "49"', 1),
        encoding="utf-8",
    )
    reader = PackReader(folder)
    pack = reader.read()
    found = {(problem.path, problem.reason) for problem in reader.problems + check_pack(pack)}
    assert ('step["vard"]', "nyckeln vard används 2 gånger") in found
    assert ('step["vard"].section', "avsnitt 49 finns inte bland avsnitten") in found
