"""AGR-1, AGR-2: a pack goes into the database whole or not at all, keeps its ids, and leaves local changes alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from agreements.loader import load_pack
from agreements.models import (
    Abbreviation,
    Agreement,
    AgreementParty,
    Definition,
    Provision,
    Responsibility,
    TermVersion,
)
from agreements.problems import PackRefused
from agreements.reading import PACKS
from agreements.terms import agreement_for
from agreements.values import Origin, Scope, TermUnit
from organisations.kinds import HuvudmanKind
from organisations.models import Authority, CoordinationGroup, Huvudman, Unit
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 4, 7, 8, tzinfo=UTC)
TODAY = date(2025, 11, 22)
WORKING_DAYS = TermUnit.WORKING_DAYS


@pytest.fixture
def packs(db: None, tmp_path: Path) -> Iterator[Path]:
    """A copy of the packs to make changes in, and the rights of the owner, who loads packs."""
    shutil.copytree(PACKS / "halland", tmp_path / "halland")
    with as_owner():
        yield tmp_path


@pytest.fixture
def halland(packs: Path) -> Agreement:
    return Agreement.objects.get(key="halland-2025-2029")


def change(packs: Path, file: str, old: str, new: str) -> None:
    path = packs / "halland" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def ids() -> dict[str, set[UUID]]:
    models = [Huvudman, Authority, Unit, CoordinationGroup, Agreement, AgreementParty, Provision, TermVersion]
    models += [Definition, Abbreviation, Responsibility]
    return {model.__name__: set(model._default_manager.values_list("pk", flat=True)) for model in models}


# --- loading again ------------------------------------------------------------------------------------------------


def test_agr1_loading_again_changes_nothing(halland: Agreement, packs: Path) -> None:
    before = ids()
    done = load_pack("halland", now=LATER, packs=packs)
    assert (done.written, ids()) == ([], before)
    assert Agreement.objects.get(key=halland.key).loaded_at == halland.loaded_at


def test_agr1_forced_loading_keeps_every_id(halland: Agreement, packs: Path) -> None:
    before = ids()
    done = load_pack("halland", now=LATER, packs=packs, force=True)
    assert (done.unchanged, ids()) == ([], before)


def test_agr1_changed_file_updates_in_place(halland: Agreement, packs: Path) -> None:
    before = ids()
    change(packs, "2025-2029/terms.toml", "value = 3\n", "value = 2\n")
    change(packs, "2025-2029/provisions.toml", 'heading = "Sekretess"', 'heading = "Sekretess och samtycke"')
    load_pack("halland", now=LATER, packs=packs)
    assert ids() == before
    assert halland.term("sip.first_contact", on=TODAY).value == 2
    assert halland.provisions.get(number="4.3").heading == "Sekretess och samtycke"


def test_agr1_what_a_file_no_longer_names_is_removed(halland: Agreement, packs: Path) -> None:
    text = (packs / "halland/2025-2029/glossary.toml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.startswith('"Samråd"')]
    (packs / "halland/2025-2029/glossary.toml").write_text("\n".join(kept), encoding="utf-8")
    load_pack("halland", now=LATER, packs=packs)
    assert not halland.definitions.filter(word="Samråd").exists()


def test_org4_local_changes_survive_a_restart(halland: Agreement, packs: Path) -> None:
    Unit.objects.filter(key="hylte-emi").update(name="EMI i Hylte")
    load_pack("halland", now=LATER, packs=packs)
    assert Unit.objects.get(key="hylte-emi").name == "EMI i Hylte"


def test_agr1_terms_decided_by_the_board_survive_a_new_file(halland: Agreement, packs: Path) -> None:
    file_version = halland.term_versions.get(key="sip.first_contact")
    TermVersion.objects.create(
        agreement=halland,
        key="sip.first_contact",
        label=file_version.label,
        value=2,
        unit=WORKING_DAYS,
        stages=file_version.stages,
        provision=file_version.provision,
        valid_from=date(2026, 1, 1),
        origin=Origin.BOARD,
    )
    load_pack("halland", now=LATER, packs=packs, force=True)
    assert halland.term("sip.first_contact", on=date(2025, 12, 31)).value == 3
    assert halland.term("sip.first_contact", on=date(2026, 1, 1)).value == 2
    assert halland.terms(on=date(2026, 1, 1))["sip.first_contact"].value == 2


# --- refused -----------------------------------------------------------------------------------------------------


def test_agr1_a_mistake_in_one_file_writes_nothing(halland: Agreement, packs: Path) -> None:
    change(packs, "organisations/hylte.toml", 'name = "Örnaskolan"', 'name = "Örnskolan"')
    change(packs, "2025-2029/agreement.toml", "final = true", "final = false")
    with pytest.raises(PackRefused, match="måste ha ett slut"):
        load_pack("halland", now=LATER, packs=packs)
    assert Unit.objects.get(key="hylte-ornaskolan").name == "Örnaskolan"


def test_agr1_a_clash_with_the_database_is_told_and_writes_nothing(halland: Agreement, packs: Path) -> None:
    Huvudman.objects.create(
        key="en-annan", kind=HuvudmanKind.REGION, name="Varbergs stad", organisation_number="212000-1173"
    )
    change(packs, "organisations/hylte.toml", 'name = "Örnaskolan"', 'name = "Örnskolan"')
    change(packs, "organisations/varberg.toml", 'name = "Varbergs kommun"', 'name = "Varbergs stad"')
    with pytest.raises(PackRefused, match="krockar med något som redan finns"):
        load_pack("halland", now=LATER, packs=packs)
    assert Unit.objects.get(key="hylte-ornaskolan").name == "Örnaskolan"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("organisations/hylte.toml", 'key = "hylte-ornaskolan"', 'key = "bup-halmstad"', "verksamhet i region-halland"),
        ("organisations/hylte.toml", 'key = "hylte-utbildning"', 'key = "laholm-social"', "myndighet i laholm"),
        ("groups.toml", 'key = "ssgb-hylte"', 'key = "ssgv-laholm"', "en annan grupp"),
        ("organisations/varberg.toml", "212000-1249", "212000-1173", "under nyckeln en-annan"),
    ],
)
def test_agr1_a_pack_does_not_take_over_what_is_somebody_elses(
    halland: Agreement, packs: Path, file: str, old: str, new: str, said: str
) -> None:
    """As when two regions' packs, loaded side by side, name a unit alike."""
    Huvudman.objects.create(
        key="en-annan", kind=HuvudmanKind.REGION, name="En annan region", organisation_number="212000-1173"
    )
    for gone in ("bup-halmstad", "laholm-social", "ssgv-laholm"):  # Named once in the files that are loaded now.
        if new.endswith(f'"{gone}"'):
            rename_elsewhere(packs, gone)
    change(packs, file, old, new)
    with pytest.raises(PackRefused, match=said):
        load_pack("halland", now=LATER, packs=packs)


def rename_elsewhere(packs: Path, key: str) -> None:
    for path in (packs / "halland").rglob("*.toml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f'"{key}"', f'"{key}-ny"'), encoding="utf-8")


def test_agr2_period_that_runs_into_a_loaded_agreement_is_refused(halland: Agreement, packs: Path) -> None:
    change(packs, "2025-2029/agreement.toml", 'key = "halland-2025-2029"', 'key = "halland-ny"')
    with pytest.raises(PackRefused, match="går in i halland-2025-2029"):
        load_pack("halland", now=LATER, packs=packs)


@pytest.mark.parametrize("last_day", [date(2029, 11, 30), date(2030, 1, 31)], ids=["earlier", "later"])
def test_agr2_one_load_may_move_the_day_between_two_agreements(packs: Path, last_day: date) -> None:
    shutil.copytree(packs / "halland/2025-2029", packs / "halland/2030-2033")
    change(packs, "2030-2033/agreement.toml", "halland-2025-2029", "halland-2030-2033")
    change(packs, "2030-2033/agreement.toml", "valid_from = 2025-07-01", "valid_from = 2030-01-01")
    change(packs, "2030-2033/agreement.toml", "valid_to = 2029-12-31", "valid_to = 2033-12-31")
    load_pack("halland", now=LATER, packs=packs)
    first_day = last_day + timedelta(days=1)
    change(packs, "2025-2029/agreement.toml", "valid_to = 2029-12-31", f"valid_to = {last_day}")
    change(packs, "2030-2033/agreement.toml", "valid_from = 2030-01-01", f"valid_from = {first_day}")
    load_pack("halland", now=LATER, packs=packs)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    hylte = Huvudman.objects.get(key="hylte")
    assert agreement_for([hylte], last_day).key == "halland-2025-2029"
    assert agreement_for([hylte], first_day).key == "halland-2030-2033"


def test_agr1_command_tells_what_it_did_and_what_is_wrong(halland: Agreement) -> None:
    out = StringIO()
    call_command("load_pack", "halland", stdout=out)
    assert "Oförändrat: Regional överenskommelse" in out.getvalue()
    with pytest.raises(CommandError, match=r"det finns: .*halland"):
        call_command("load_pack", "hylte")


# --- the database's own walls -------------------------------------------------------------------------------------


def test_agr2_the_database_forbids_two_agreements_at_once(halland: Agreement) -> None:
    second = Agreement.objects.get(pk=halland.pk)
    second.pk, second.key, second._state.adding = UUID(int=1), "halland-ny", True
    second.save()
    AgreementParty.objects.create(agreement=second, huvudman=Huvudman.objects.get(key="hylte"))
    with (
        pytest.raises(IntegrityError, match="party_one_agreement_at_a_time"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    AgreementParty.objects.filter(agreement=second).delete()


def test_agr2_parties_carry_the_period_of_their_agreement(halland: Agreement) -> None:
    Agreement.objects.filter(pk=halland.pk).update(valid_to=date(2031, 12, 31), scope=Scope.HVB)
    rows = set(halland.parties.values_list("scope", "valid_from", "valid_to"))
    assert rows == {(Scope.HVB, date(2025, 7, 1), date(2031, 12, 31))}


@pytest.mark.parametrize(
    ("unit", "value"), [(TermUnit.PERCENT, 101), (TermUnit.CALENDAR_MONTH, 13), (TermUnit.CALENDAR_MONTH, 0)]
)
def test_agr1_the_database_forbids_impossible_terms(halland: Agreement, unit: TermUnit, value: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TermVersion.objects.filter(key="placement.cost_shares_total").update(unit=unit, value=value)
