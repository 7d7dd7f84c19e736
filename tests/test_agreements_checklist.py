"""AGR-5: an agreement against the national checklist, item by item."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from agreements.checklist import completeness, national_checklist
from agreements.checks import check_pack
from agreements.models import Agreement, Coverage
from agreements.reading import PACKS, PackReader
from tests.conftest import as_owner, sign_in

HALLAND = "halland-2025-2029"


def mistakes(folder: Path, old: str, new: str) -> set[tuple[str, str]]:
    file = folder / "2025-2029" / "checklist.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    reader = PackReader(folder)
    pack = reader.read()
    return {(problem.path, problem.reason) for problem in reader.problems + check_pack(pack)}


@pytest.mark.parametrize(
    ("old", "new", "path", "reason"),
    [
        ('key = "purpose"', 'key = "porpoise"', 'item["porpoise"]', "finns inte i den nationella"),
        ('key = "purpose"', 'key = "porpoise"', 'item["purpose"]', "inte besvarad"),
        ('key = "purpose"', 'key = "parties"', 'item["parties"]', "2 gånger"),
        ('sections = ["1.1", "1.2"]', 'sections = ["1.1", "11.2"]', 'item["purpose"].sections', "avsnitt 11.2"),
        ('sections = ["1.1", "1.2"]', "sections = []", 'item["purpose"]', "ska ha en note"),
    ],
)
def test_agr5_mistakes_are_told(tmp_path: Path, old: str, new: str, path: str, reason: str) -> None:
    folder = Path(shutil.copytree(PACKS / "halland", tmp_path / "halland"))
    assert any(found == path and reason in why for found, why in mistakes(folder, old, new))


@pytest.mark.django_db
def test_agr5_halland_answers_every_item() -> None:
    agreement = Agreement.objects.get(key=HALLAND)
    answered = [item.text for part in completeness(agreement) for item in part.items]
    assert answered == [item.text for part in national_checklist().part for item in part.items]


@pytest.mark.django_db
def test_agr5_an_item_that_is_missing_says_why() -> None:
    agreement = Agreement.objects.get(key=HALLAND)
    with as_owner(), pytest.raises(IntegrityError), transaction.atomic():
        Coverage.objects.create(agreement=agreement, item="new", sections=[])


@pytest.mark.django_db
def test_agr5_page_tells_what_is_there_and_what_is_missing(client: Client) -> None:
    reader = sign_in(client, "hylte-socialtjanst-barn")
    text = reader.get(reverse("agreements:checklist", args=[HALLAND])).content.decode()
    assert "19 av 19 punkter finns med" in text
    assert "Personliga ombud nämns inte." in text
    assert reader.get(reverse("agreements:checklist", args=["finns-inte"])).status_code == 404
    with as_owner():
        Coverage.objects.all().delete()
    assert "är inte jämförd" in reader.get(reverse("agreements:checklist", args=[HALLAND])).content.decode()
