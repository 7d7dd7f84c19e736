"""AGR-1: a malformed pack is refused with file, key and reason, all mistakes at once. No database needed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from agreements import formats
from agreements.checks import check_pack
from agreements.problems import PackRefused, Problem
from agreements.reading import PACKS, PackReader, pack_folder
from agreements.schema import passes_luhn

AGREEMENT = "2025-2029/agreement.toml"
TERMS = "2025-2029/terms.toml"
PROVISIONS = "2025-2029/provisions.toml"
RESPONSIBILITIES = "2025-2029/responsibilities.toml"
HYLTE = "organisations/hylte.toml"
REGION = "organisations/region-halland.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKS / "halland", tmp_path / "halland"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, "the mistake must be made in what the pack really says"
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def problems_in(folder: Path) -> list[Problem]:
    reader = PackReader(folder)
    pack = reader.read()
    return reader.problems + check_pack(pack)


FIRST_CONTACT = 'term["sip.first_contact"]'
# what: file, text to replace, by what, file of the problem, where in it, part of the reason
MISTAKES = {
    "wrong check digit": (HYLTE, "212000-1207", "212000-1208", HYLTE, "huvudman.organisation_number", "stämmer inte"),
    "number of wrong form": (HYLTE, "212000-1207", "2120001207", HYLTE, "huvudman.organisation_number", "fel form"),
    "same number twice": (HYLTE, "212000-1207", "212000-1215", HYLTE, 'huvudman["212000-1215"]', "2 gånger"),
    "municipality without code": (HYLTE, 'municipality_code = "1315"', "", HYLTE, "huvudman", "municipality_code"),
    "unknown kind of unit": (
        HYLTE, 'kind = "emi"', 'kind = "emii"', HYLTE,
        'authority["hylte-utbildning"].units["hylte-emi"].kind', "måste vara något av",
    ),
    "unknown municipality served": (
        REGION, 'serves = ["hylte"]', 'serves = ["hylta"]', REGION,
        'authority["region-narsjukvard"].units["vc-hylte"].serves', "hylta finns inte",
    ),
    "regional unit that serves nobody named": (
        REGION, 'name = "Vårdcentralen Hylte", parent = "narsjukvard-forvaltning", serves = ["hylte"]',
        'name = "Vårdcentralen Hylte", parent = "narsjukvard-forvaltning"', REGION,
        'authority["region-narsjukvard"].units["vc-hylte"].serves', "måste ange",
    ),
    "unknown parent": (
        HYLTE, 'parent = "hylte-socialforvaltning"', 'parent = "hylte-borta"', HYLTE,
        'authority["hylte-social"].units["hylte-socialtjanst-barn"].parent', "hylte-borta finns inte",
    ),
    "unit above itself": (
        HYLTE, 'name = "Socialförvaltningen, Hylte"',
        'name = "Socialförvaltningen, Hylte", parent = "hylte-socialtjanst-barn"', HYLTE,
        'authority["hylte-social"].units["hylte-socialforvaltning"].parent', "överordnad sig själv",
    ),
    "same unit twice": (HYLTE, '"hylte-emi"', '"hylte-elevhalsa"', HYLTE, 'unit["hylte-elevhalsa"]', "2 gånger"),
    "same unit name twice": (
        HYLTE, "Socialtjänsten vuxna, Hylte", "Socialtjänsten barn och unga, Hylte", HYLTE,
        'authority["hylte-social"].units["Socialtjänsten barn och unga, Hylte"]', "namnet",
    ),
    "local group without municipality": (
        "groups.toml", 'municipality = "hylte"', "", "groups.toml", 'group["ssgb-hylte"].municipality',
        "ska ha en kommun",
    ),
    "group of unknown municipality": (
        "groups.toml", 'municipality = "hylte"', 'municipality = "hylta"', "groups.toml",
        'group["ssgb-hylte"].municipality', "hylta finns inte",
    ),
    "region that isn't there": ("pack.toml", "region-halland", "region-skane", "pack.toml", "region", "finns inte"),
    "not TOML": (TERMS, "value = 3\n", "value = = 3\n", TERMS, "", "går inte att läsa som TOML"),
    "misspelled field": (TERMS, "label =", "lable =", TERMS, 'term["sip.acknowledge"].lable', "okänd"),
    "missing field": (TERMS, 'section = "6"\n', "", TERMS, f"{FIRST_CONTACT}.section", "saknas"),
    "text for a number": (TERMS, "value = 3\n", 'value = "3"\n', TERMS, f"{FIRST_CONTACT}.value", "heltal"),
    "negative number": (TERMS, "value = 3\n", "value = -3\n", TERMS, f"{FIRST_CONTACT}.value", "minst 0"),
    "unknown unit of time": (
        TERMS, 'value = 3\nunit = "working_days"', 'value = 3\nunit = "workdays"', TERMS,
        f"{FIRST_CONTACT}.unit", "måste vara något av",
    ),
    "unit that the term can't have": (
        TERMS, 'value = 12\nunit = "months"', 'value = 12\nunit = "days"', TERMS,
        'term["consent.max_months"].unit', "måste vara months",
    ),
    "unknown term": (
        TERMS, '"sip.first_contact"', '"sip.frist_contact"',
        TERMS, 'term["sip.frist_contact"]', "känner inte",
    ),
    "required term missing": (TERMS, '"sip.first_contact"', '"sip.frist_contact"', TERMS, FIRST_CONTACT, "saknas"),
    "same term twice": (
        TERMS, '"sip.first_contact_urgent"', '"sip.first_contact"', TERMS, FIRST_CONTACT, "2 gånger",
    ),
    "more than 100 percent": (
        TERMS, "value = 100\n", "value = 110\n", TERMS, 'term["placement.cost_shares_total"].value', "mer än 100",
    ),
    "thirteenth month": (
        TERMS, 'value = 10\nunit = "calendar_month"', 'value = 13\nunit = "calendar_month"', TERMS,
        'term["group.annual_report_month"].value', "ingen månad",
    ),
    "term of a section that isn't there": (
        TERMS, 'section = "6"', 'section = "6.7"',
        TERMS, f"{FIRST_CONTACT}.section", "6.7 finns inte",
    ),
    "clock without due": (
        TERMS, '  { name = "due", offset = 0, unit = "working_days" },\n', "", TERMS,
        'term["sip.acknowledge"].stages', "due med offset 0 saknas",
    ),
    "warning after the time": (
        TERMS, '{ name = "warn", offset = -2, unit = "hours" }', '{ name = "warn", offset = 2, unit = "hours" }', TERMS,
        'term["sip.acknowledge"].stages["warn"].offset', "före förfallotiden",
    ),
    "stages out of order": (
        TERMS, '{ name = "head_of_operations", offset = 3, unit = "working_days" }',
        '{ name = "head_of_operations", offset = 1, unit = "hours" }', TERMS,
        'term["sip.acknowledge"].stages', "tidsordning",
    ),
    "unknown party": (AGREEMENT, '"hylte",', '"hylta",', AGREEMENT, "parties", "hylta finns inte"),
    "one party only": (
        AGREEMENT,
        '"region-halland",\n  "hylte",\n  "halmstad",\n  "laholm",\n  "falkenberg",\n  "varberg",\n  "kungsbacka",',
        '"hylte",', AGREEMENT, "parties", "minst 2",
    ),
    "ends before it begins": (AGREEMENT, "2029-12-31", "2024-12-31", AGREEMENT, "valid_to", "inte efter"),
    "date as text": (
        AGREEMENT, "valid_from = 2025-07-01", 'valid_from = "2025-07-01"',
        AGREEMENT, "valid_from", "datum",
    ),
    "unknown scope": (AGREEMENT, '"samverkan"', '"samvärkan"', AGREEMENT, "scope", "måste vara något av"),
    "ladder without end": (AGREEMENT, "final = true", "final = false", AGREEMENT, "dispute_level", "måste ha ett slut"),
    "ladder with an unknown clock": (
        AGREEMENT, 'clock = "dispute.level"', 'clock = "dispute.step"', AGREEMENT,
        'dispute_level["nearest_manager"].clock', "dispute.step finns inte",
    ),
    "ladder with a limit for a clock": (
        AGREEMENT, 'clock = "dispute.level"', 'clock = "consent.max_months"', AGREEMENT,
        'dispute_level["nearest_manager"].clock', "finns inte",
    ),
    "more SIP parties than there are": (
        AGREEMENT, "parties_required = 2", "parties_required = 3",
        AGREEMENT, "sip", "bara 2",
    ),
    "ages upside down": (
        AGREEMENT, "min_age = 18", "min_age = 28",
        AGREEMENT, 'target_group["young_placed"]', "högre än",
    ),
    "extension that isn't meant": (
        AGREEMENT, "months_before_end = 6", "months_before_end = 6\nextension_months = 24", AGREEMENT,
        "renewal", "extension",
    ),
    "part of a chapter that isn't there": (
        PROVISIONS, 'number = "10"', 'number = "11.1"', PROVISIONS, 'provision["11.1"]', "hör till 11",
    ),
    "same section twice": (PROVISIONS, 'number = "1.2"', 'number = "1.1"', PROVISIONS, 'provision["1.1"]', "2 gånger"),
    "responsibility in an unknown area": (
        RESPONSIBILITIES, '\narea = "relatives"', '\narea = "relations"', RESPONSIBILITIES,
        'responsibility["relatives-health"].area', "relations finns inte",
    ),
    "responsibility for an unknown group": (
        RESPONSIBILITIES, '["psychiatric_disability"]', '["psychiatry"]', RESPONSIBILITIES,
        'responsibility["psych-care-chain"].target_groups', "psychiatry finns inte",
    ),
    "responsibility of nobody": (
        RESPONSIBILITIES, 'party = "region"', 'party = "regionen"', RESPONSIBILITIES,
        'responsibility["relatives-health"].party', "måste vara något av",
    ),
    "other authority without name": (
        RESPONSIBILITIES, 'actor = "Försäkringskassan"\n', "", RESPONSIBILITIES,
        'responsibility["sip-insurance"]', "actor ska anges",
    ),
    "glossary of a section that isn't there": (
        "2025-2029/glossary.toml", 'definition_section = "6"', 'definition_section = "66"',
        "2025-2029/glossary.toml", "definition_section", "66 finns inte",
    ),
}  # fmt: skip


def test_agr1_what_is_shipped_has_no_mistakes(folder: Path) -> None:
    assert problems_in(folder) == []


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_agr1_mistake_is_named_by_file_key_and_reason(folder: Path, mistake: tuple[str, ...]) -> None:
    file, old, new, at_file, path, reason = mistake
    change(folder, file, old, new)
    found = problems_in(folder)
    assert any(p.file == at_file and p.path == path and reason in p.reason for p in found), "\n".join(map(str, found))


def test_agr1_missing_file_is_named(folder: Path) -> None:
    (folder / TERMS).unlink()
    assert Problem(TERMS, "", "filen saknas") in problems_in(folder)


def test_agr1_file_in_another_encoding_is_named(folder: Path) -> None:
    (folder / HYLTE).write_bytes("[huvudman]\nname = 'Hylte på nytt'".encode("latin-1"))
    assert Problem(HYLTE, "", "filen är inte skriven i UTF-8") in problems_in(folder)


def test_agr1_two_agreements_at_once_are_refused(folder: Path) -> None:
    shutil.copytree(folder / "2025-2029", folder / "2029-2033")
    change(folder, "2029-2033/agreement.toml", "halland-2025-2029", "halland-2029-2033")
    change(folder, "2029-2033/agreement.toml", "valid_from = 2025-07-01", "valid_from = 2029-12-31")
    change(folder, "2029-2033/agreement.toml", "valid_to = 2029-12-31", "valid_to = 2033-12-31")
    (found,) = problems_in(folder)
    assert (found.file, found.path) == ("2029-2033/agreement.toml", "valid_from")
    assert "går in i halland-2025-2029" in found.reason


def test_agr1_agreements_of_different_scope_may_run_side_by_side(folder: Path) -> None:
    shutil.copytree(folder / "2025-2029", folder / "hvb")
    change(folder, "hvb/agreement.toml", "halland-2025-2029", "halland-hvb")
    change(folder, "hvb/agreement.toml", '"samverkan"', '"hvb"')
    assert problems_in(folder) == []


def test_agr1_a_pack_in_an_older_form_is_read_through_the_steps(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(folder, "pack.toml", "title =", "heading =")
    assert problems_in(folder)

    def step(file: str, raw: formats.Raw) -> formats.Raw:
        return {("title" if name == "heading" else name): value for name, value in raw.items()}

    monkeypatch.setattr(formats, "CURRENT", 2)
    monkeypatch.setattr(formats, "STEPS", {1: step})
    assert problems_in(folder) == []


@pytest.mark.parametrize(("form", "why"), [("2", "läser till och med form 1"), ("0", "heltal"), ('"ett"', "heltal")])
def test_agr1_a_pack_in_a_form_that_the_portal_does_not_read_is_refused(folder: Path, form: str, why: str) -> None:
    change(folder, "pack.toml", "format = 1", f"format = {form}")
    told = problems_in(folder)[0]
    assert (told.file, told.path) == ("pack.toml", "format")
    assert why in told.reason


def test_agr1_all_mistakes_are_told_at_once(folder: Path) -> None:
    change(folder, HYLTE, "212000-1207", "212000-1208")
    change(folder, TERMS, "value = 3\n", 'value = "tre"\n')
    change(folder, AGREEMENT, "final = true", "final = false")
    assert {HYLTE, TERMS, AGREEMENT} <= {problem.file for problem in problems_in(folder)}


def test_agr1_unknown_pack_names_those_there_are() -> None:
    with pytest.raises(PackRefused, match=r"det finns: .*halland"):
        pack_folder("halalnd")


@pytest.mark.parametrize(
    "number", ["232100-0115", "212000-1207", "212000-1215", "212000-1223", "212000-1231", "212000-1249", "212000-1256"]
)
def test_org1_check_digits(number: str) -> None:
    assert passes_luhn(number)
    assert not passes_luhn(number[:-1] + str((int(number[-1]) + 1) % 10))
