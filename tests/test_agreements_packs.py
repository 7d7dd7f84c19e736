"""AGR-2: every shipped pack loads into a database of its own making and says what its agreement says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from agreements.catalogue import TERMS
from agreements.checks import check_pack
from agreements.loader import load_pack
from agreements.models import Agreement
from agreements.reading import PACKS, PackReader
from agreements.terms import NoAgreement, agreement_for
from agreements.values import Holder, RenewalKind, Responsible, Scope, Term, TermUnit
from core.acting import Actor, acting
from core.authz import Refused
from individuals import actions as individuals
from individuals.actions import Receivers
from individuals.identity import read_number
from individuals.kinds import Category
from individuals.models import Guardian, Person
from organisations.acting import actor_for
from organisations.kinds import AuthorityKind, GroupKind, HuvudmanKind, Role, UnitKind
from organisations.models import Assignment, CoordinationGroup, Huvudman, Unit, User
from sip import actions as sip
from sip.demo_elsewhere import stories_elsewhere
from sip.models import SipCase
from tests import build
from tests.conftest import NOW, as_owner, settle, sign_in

pytestmark = pytest.mark.django_db

COVERAGE = Path(__file__).resolve().parent.parent / "docs" / "agreements.md"
HALLAND, HALLAND_22 = "halland-2025-2029", "halland-2022-2024"
BLEKINGE, DALARNA = "blekinge-2023-2026", "dalarna-hvb-2025-2033"
PACK_OF = {HALLAND: "halland", HALLAND_22: "halland", BLEKINGE: "blekinge", DALARNA: "dalarna"}
DAYS, MONTHS, WORKING_DAYS = TermUnit.DAYS, TermUnit.MONTHS, TermUnit.WORKING_DAYS


@pytest.fixture(scope="module")
def all_packs(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """All packs side by side, loaded once for these tests and rolled back after them. Halland's is there already."""
    with django_db_blocker.unblock(), transaction.atomic():
        with as_owner():
            for name in ("blekinge", "dalarna"):
                load_pack(name, now=NOW)
        settle()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def loaded(all_packs: None, db: None) -> None:
    pass


@pytest.fixture
def agreements(loaded: None) -> dict[str, Agreement]:
    return {agreement.key: agreement for agreement in Agreement.objects.all()}


def term(agreement: Agreement, key: str) -> Term:
    return agreement.term(key, on=agreement.valid_from)


def region_of(agreement: Agreement) -> Huvudman:
    return Huvudman.objects.get(agreement_parties__agreement=agreement, kind=HuvudmanKind.REGION)


def municipalities_of(agreement: Agreement) -> list[Huvudman]:
    found = Huvudman.objects.filter(agreement_parties__agreement=agreement, kind=HuvudmanKind.MUNICIPALITY)
    return list(found.order_by("municipality_code"))


# --- every pack ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", ["halland", "blekinge", "dalarna"])
def test_agr1_shipped_packs_have_no_mistakes(pack: str) -> None:
    reader = PackReader(PACKS / pack)
    assert (check_pack(reader.read()), reader.problems) == ([], [])


def test_org2_packs_share_no_keys() -> None:
    """Keys are unique in a database: a pack loaded beside another must not take over its units."""
    owner: dict[str, str] = {}
    for pack in sorted(set(PACK_OF.values())):
        files = PackReader(PACKS / pack).read()
        for file in files.organisations.values():
            for authority in file.authority:
                for key in (authority.key, *(unit.key for unit in authority.units)):
                    assert owner.setdefault(key, pack) == pack, key
        for group in files.groups.group if files.groups else []:
            assert owner.setdefault(group.key, pack) == pack, group.key


def test_demonstration_stories_name_units_and_target_groups_of_their_pack() -> None:
    told = set()
    for pack in ("blekinge", "dalarna"):
        files = PackReader(PACKS / pack).read()
        units = {u.key for file in files.organisations.values() for a in file.authority for u in a.units}
        groups = {
            group.key for folder in files.agreements if folder.agreement for group in folder.agreement.target_group
        }
        for story in stories_elsewhere(NOW.date()):
            if story.filed_by in units:
                assert units.issuperset(story.calls), story
                assert groups.issuperset(story.groups), story
                told.add((story.filed_by, story.need))
    assert len(told) == len(stories_elsewhere(NOW.date()))


def test_agr2_the_four_agreements_are_shipped(agreements: dict[str, Agreement]) -> None:
    assert {key: agreement.pack for key, agreement in agreements.items()} == PACK_OF


@pytest.mark.parametrize("pack", ["blekinge", "dalarna"])
def test_agr1_loading_again_changes_nothing(loaded: None, pack: str) -> None:
    with as_owner():
        assert load_pack(pack, now=NOW).written == []


@pytest.mark.parametrize("key", PACK_OF)
def test_agr1_every_term_the_portal_reads_is_there(agreements: dict[str, Agreement], key: str) -> None:
    """Dalarna's too: its SIP and its groups run by the same clocks."""
    assert set(agreements[key].terms(on=agreements[key].valid_from)) == set(TERMS)


@pytest.mark.parametrize(
    ("key", "codes"),
    [
        (HALLAND_22, "1315 1380 1381 1382 1383 1384"),
        (BLEKINGE, "1060 1080 1081 1082 1083"),
        (DALARNA, "2021 2023 2026 2029 2031 2034 2039 2061 2062 2080 2081 2082 2083 2084 2085"),
    ],
)
def test_org1_municipalities(agreements: dict[str, Agreement], key: str, codes: str) -> None:
    assert [m.municipality_code for m in municipalities_of(agreements[key])] == codes.split()


# Only Halland has a contact centre of its own.
NOT_EVERYWHERE = {UnitKind.HVB, UnitKind.OTHER, UnitKind.CONTACT_CENTRE}


@pytest.mark.parametrize("key", [BLEKINGE, DALARNA])
def test_org2_every_municipality_is_served_by_every_kind_of_unit(agreements: dict[str, Agreement], key: str) -> None:
    for municipality in municipalities_of(agreements[key]):
        kinds = set(municipality.served_by.values_list("kind", flat=True))
        assert set(UnitKind) - NOT_EVERYWHERE <= kinds, municipality
        authorities = set(municipality.authorities.values_list("kind", flat=True))
        assert {AuthorityKind.SOCIAL, AuthorityKind.EDUCATION} <= authorities, municipality


@pytest.mark.parametrize("key", [BLEKINGE, DALARNA])
def test_org2_units_serve_their_own_county_only(agreements: dict[str, Agreement], key: str) -> None:
    own = municipalities_of(agreements[key])
    units = Unit.objects.filter(authority__huvudman__in=[*own, region_of(agreements[key])])
    assert not units.exclude(serves__in=own).exists()


@pytest.mark.parametrize("key", [BLEKINGE, DALARNA])
def test_org5_every_municipality_has_a_group_for_children_and_one_for_adults(
    agreements: dict[str, Agreement], key: str
) -> None:
    for municipality in municipalities_of(agreements[key]):
        kinds = set(municipality.coordination_groups.values_list("kind", flat=True))
        assert kinds == {GroupKind.SSGB, GroupKind.SSGV}


@pytest.mark.parametrize("key", PACK_OF)
def test_agr2_a_party_follows_its_own_agreement(agreements: dict[str, Agreement], key: str) -> None:
    agreement = agreements[key]
    region, municipality = region_of(agreement), municipalities_of(agreement)[0]
    for on in (agreement.valid_from, agreement.valid_to):
        assert agreement_for([region, municipality], on) == agreement


def test_agr2_parties_of_two_counties_share_no_agreement(loaded: None) -> None:
    with pytest.raises(NoAgreement):
        agreement_for(Huvudman.objects.filter(key__in=["region-halland", "ronneby"]), date(2026, 1, 1))


# --- coverage of the sources ----------------------------------------------------------------------------------------


def coverage(key: str) -> list[tuple[str, str]]:
    """The rows under an agreement's heading in the report: the source's section, and where the portal has it."""
    text = COVERAGE.read_text(encoding="utf-8")
    part = re.search(rf"^### .*`{key}`\n(.*?)(?=^### |\Z)", text, flags=re.MULTILINE | re.DOTALL)
    assert part is not None, key
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", part[1], flags=re.MULTILINE)
    return [row for row in rows if not row[0].startswith(("Section", "---"))]


@pytest.mark.parametrize("key", PACK_OF)
def test_agr1_every_section_is_represented_or_left_out_for_a_reason(agreements: dict[str, Agreement], key: str) -> None:
    named: set[str] = set()
    for section, where in coverage(key):
        if where.startswith("left out: "):
            assert len(where) > len("left out: because"), section
        else:
            named |= set(where.split(", "))
    assert named == set(agreements[key].provisions.values_list("number", flat=True))


@pytest.mark.parametrize("key", PACK_OF)
def test_agr1_every_section_has_an_address(agreements: dict[str, Agreement], client: Client, key: str) -> None:
    reader = sign_in(client, "hylte-socialtjanst-barn")
    text = reader.get(agreements[key].get_absolute_url()).content.decode()
    for number in agreements[key].provisions.values_list("number", flat=True):
        assert f'id="{number}"' in text


# --- Halland 2022–2024 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "unit", "section", "is_default"),
    [
        ("group.annual_report_month", 10, TermUnit.CALENDAR_MONTH, "3.4", False),
        ("deviation.share", 10, WORKING_DAYS, "3.6", True),
        ("dispute.level", 10, WORKING_DAYS, "3.5", True),
        ("sip.first_contact", 3, WORKING_DAYS, "6", True),
        ("placement.agreement_after_acute", 5, WORKING_DAYS, "4.9", True),
        ("agreement.renewal", 6, MONTHS, "1.3", False),
    ],
)
def test_agr2_halland_2022_keeps_its_own_terms(
    agreements: dict[str, Agreement], key: str, value: int, unit: TermUnit, section: str, is_default: bool
) -> None:
    found = term(agreements[HALLAND_22], key)
    assert (found.value, found.unit, found.section, found.is_default) == (value, unit, section, is_default)


def test_agr2_terms_of_an_ended_agreement_still_stand_for_its_cases(agreements: dict[str, Agreement]) -> None:
    assert agreements[HALLAND_22].term("group.annual_report_month", on=date(2026, 3, 1)).in_words() == "oktober"


def test_sip4_halland_2022_requires_a_referral_for_the_unknown(agreements: dict[str, Agreement]) -> None:
    assert "remiss" in agreements[HALLAND_22].responsibilities.get(key="sip-refer").text
    assert not agreements[HALLAND].responsibilities.filter(key="sip-refer").exists()


def test_dis2_halland_has_the_same_ladder_before_and_after(agreements: dict[str, Agreement]) -> None:
    before, after = (
        list(agreements[k].dispute_levels.values_list("held_by", flat=True)) for k in (HALLAND_22, HALLAND)
    )
    assert before == after


@pytest.mark.parametrize(
    ("section", "party", "count"),
    [
        ("5.1", Responsible.REGION, 9),
        ("5.1", Responsible.MUNICIPALITY, 13),
        ("5.2", Responsible.REGION, 7),
        ("5.2", Responsible.MUNICIPALITY, 5),
        ("5.3", Responsible.REGION, 11),
        ("5.3", Responsible.MUNICIPALITY, 6),
        ("5.3", Responsible.OTHER, 1),
    ],
)
def test_resp1_halland_2022_every_point(
    agreements: dict[str, Agreement], section: str, party: Responsible, count: int
) -> None:
    assert agreements[HALLAND_22].responsibilities.filter(provision__number=section, party=party).count() == count


def test_agr2_the_half_year_between_the_two_is_open(agreements: dict[str, Agreement]) -> None:
    """No source says what applied in the first half of 2025, so the portal doesn't say it either."""
    hylte = [Huvudman.objects.get(key="hylte")]
    assert agreement_for(hylte, date(2024, 12, 31)) == agreements[HALLAND_22]
    with pytest.raises(NoAgreement):
        agreement_for(hylte, date(2025, 1, 1))


# --- Blekinge -------------------------------------------------------------------------------------------------------


def test_agr3_blekinge_is_prolonged_two_years_unless_somebody_gives_notice(agreements: dict[str, Agreement]) -> None:
    blekinge = agreements[BLEKINGE]
    # Nobody gave notice before 2026 began, so the first period, to the end of 2026, was followed by two years more.
    assert (blekinge.valid_from, blekinge.valid_to) == (date(2023, 6, 1), date(2028, 12, 31))
    assert blekinge.renewal_kind == RenewalKind.PROLONGED_UNLESS_NOTICE
    assert (blekinge.renewal_months_before, blekinge.renewal_extension_months) == (12, 24)


@pytest.mark.parametrize(
    ("key", "value", "unit", "section", "is_default"),
    [
        ("placement.agreement_after_acute", 30, DAYS, "5.4", False),
        ("placement.agreement_before", 0, DAYS, "5.4", False),
        ("agreement.renewal", 12, MONTHS, "1.6", False),
        ("sip.first_contact", 3, WORKING_DAYS, "3.4.3", True),
        ("dispute.level", 10, WORKING_DAYS, "8.2", True),
    ],
)
def test_plc5_blekinge_terms(
    agreements: dict[str, Agreement], key: str, value: int, unit: TermUnit, section: str, is_default: bool
) -> None:
    found = term(agreements[BLEKINGE], key)
    assert (found.value, found.unit, found.section, found.is_default) == (value, unit, section, is_default)


def test_dis2_blekinge_ladder_goes_through_the_groups(agreements: dict[str, Agreement]) -> None:
    levels = list(agreements[BLEKINGE].dispute_levels.values_list("held_by", "is_final"))
    assert levels == [(Holder.NEAREST_MANAGER, False), (Holder.LOCAL_GROUP, False), (Holder.REGIONAL_GROUP, True)]
    county = CoordinationGroup.objects.filter(kind__in=[GroupKind.COUNTY_CHILDREN, GroupKind.COUNTY_ADULTS])
    assert set(county.values_list("key", flat=True)) == {"att-vaxa-upp", "mitt-i-livet"}


def parties_of(agreement: Agreement, *units: str) -> set[str]:
    found = Unit.objects.select_related("authority__huvudman").filter(key__in=units)
    assert len(found) == len(units)
    return {party.key for party in agreement.sip_parties.all() if any(party.includes(unit) for unit in found)}


def test_sip1_blekinge_school_is_a_third_equal_party(agreements: dict[str, Agreement]) -> None:
    blekinge = agreements[BLEKINGE]
    assert blekinge.sip_parties_required == 2
    assert parties_of(blekinge, "ronneby-elevhalsa", "ronneby-socialtjanst-barn") == {"school", "social_services"}
    assert parties_of(blekinge, "ronneby-elevhalsa", "bup-karlskrona") == {"school", "health_care"}
    assert parties_of(blekinge, "ronneby-elevhalsa", "ronneby-snackebackskolan") == {"school"}
    assert parties_of(blekinge, "ronneby-hemsjukvard", "ronneby-socialtjanst-vuxna") == {"social_services"}


@pytest.mark.parametrize(
    ("section", "group", "counts"),
    [
        ("4.2.3", "children", {"region": 18, "municipality": 6, "social_services": 14, "education": 7, "both": 1}),
        ("4.3.3", "disability", {"region": 14, "municipality": 11, "social_services": 9}),
        ("4.4.3", "substance_use", {"region": 15, "municipality": 7, "social_services": 6, "both": 2}),
        ("4.5.3", "compulsory_care", {"region": 7, "municipality": 5}),
    ],
)
def test_resp1_blekinge_every_row_of_the_tables(
    agreements: dict[str, Agreement], section: str, group: str, counts: dict[str, int]
) -> None:
    rows = agreements[BLEKINGE].responsibilities.filter(provision__number=section)
    assert {party: rows.filter(party=party).count() for party in counts} == counts
    assert rows.count() == sum(counts.values())
    assert set(rows.values_list("target_groups__key", flat=True)) == {group}


@pytest.mark.parametrize(
    ("words", "party"),
    [
        ("abstinensbehandling", Responsible.REGION),
        ("Driva sprututbytesprogram", Responsible.REGION),
        ("försörjningsstöd", Responsible.SOCIAL_SERVICES),
        ("Besluta om permission", Responsible.REGION),
        ("Ge undervisning på sjukhus", Responsible.EDUCATION),
    ],
)
def test_resp2_blekinge_answers(agreements: dict[str, Agreement], words: str, party: Responsible) -> None:
    found = agreements[BLEKINGE].responsibilities.filter(text__contains=words)
    assert party in found.values_list("party", flat=True)


# --- Dalarna --------------------------------------------------------------------------------------------------------


def test_agr3_dalarna_lasts_eight_years_and_is_extended_while_revised(agreements: dict[str, Agreement]) -> None:
    dalarna = agreements[DALARNA]
    assert (dalarna.valid_from, dalarna.valid_to) == (date(2025, 7, 1), date(2033, 6, 30))
    assert (dalarna.scope, dalarna.renewal_kind) == (Scope.HVB, RenewalKind.EXTENDED_WHILE_REVISED)
    assert dalarna.renewal_extension_months == 12


@pytest.mark.parametrize(
    ("key", "value", "unit", "section", "is_default"),
    [
        ("placement.agreement_after_acute", 2, MONTHS, "3.12", False),
        ("placement.review", 6, MONTHS, "3.3", False),
        ("placement.lvm_end", 6, MONTHS, "3.3", False),
        ("consent.max_months", 12, MONTHS, "2.4", False),
        ("placement.aftercare_plan", 30, DAYS, "3.10", True),
        ("deviation.interim_responsibility", 1, WORKING_DAYS, "3.13", True),
    ],
)
def test_plc5_dalarna_terms(
    agreements: dict[str, Agreement], key: str, value: int, unit: TermUnit, section: str, is_default: bool
) -> None:
    found = term(agreements[DALARNA], key)
    assert (found.value, found.unit, found.section, found.is_default) == (value, unit, section, is_default)


def test_sip5_dalarna_counts_health_care_and_social_services(agreements: dict[str, Agreement]) -> None:
    dalarna = agreements[DALARNA]
    assert parties_of(dalarna, "bup-falun", "falun-socialtjanst-barn") == {"health_care", "social_services"}
    assert parties_of(dalarna, "bup-falun", "falun-elevhalsa") == {"health_care"}


def test_agr2_a_sip_in_dalarna_follows_the_agreement_on_placements(agreements: dict[str, Agreement]) -> None:
    parties = Huvudman.objects.filter(key__in=["falun", "region-dalarna"])
    assert agreement_for(parties, date(2026, 3, 9)) == agreements[DALARNA]
    assert agreement_for(parties, date(2026, 3, 9), scope=Scope.HVB) == agreements[DALARNA]


@pytest.mark.parametrize("section", [f"3.{part}" for part in range(2, 15)])
def test_resp1_dalarna_part_3_is_data_to_its_end(agreements: dict[str, Agreement], section: str) -> None:
    assert agreements[DALARNA].responsibilities.filter(provision__number=section).exists()


def test_plc8_dalarna_keeps_costs_out_of_the_meeting(agreements: dict[str, Agreement]) -> None:
    assert agreements[DALARNA].cost_rules.filter(key="not_with_the_person", provision__number="3.12").exists()


# --- a SIP by each agreement's own rules ----------------------------------------------------------------------------


def caseworker(at: str) -> Actor:
    """Somebody to act at a unit of a pack that the demonstration staff doesn't know."""
    unit = Unit.objects.select_related("authority__huvudman").get(key=at)
    with as_owner():
        user = User.objects.create(username=f"handlaggare.{at}", huvudman=unit.authority.huvudman, demonstration=True)
        assignment = Assignment.objects.create(user=user, unit=unit, role=Role.CASEWORKER, starts_on=date(2025, 7, 1))
    return actor_for(assignment)


def draft_for(by: Actor, *called: str, receivers: str) -> SipCase:
    """A draft with need, view and consent in place, calling these units; a huvudman is the consent's receiver."""
    with acting(by, NOW):
        identity = read_number(build.CHILD_NUMBER, today=NOW.date())
        person = Person(
            unit_id=by.unit_id,
            identity_kind=identity.kind,
            identity_number=identity.number,
            born_on=identity.born_on,
            sex=identity.sex,
            first_name="Nils",
            last_name="Provsson",
            created_at=NOW,
        )
        person = individuals.register_person(person=person, by=by)
        for i in (1, 2):
            Guardian.objects.create(person=person, name=f"Vårdnadshavare {i} Provsson")
        case = sip.start_case(person=person, submission=uuid4(), by=by, now=NOW)
        group = case.matter.agreement.target_groups.get(coordination="children").key
        case = sip.edit_case(
            case_id=case.pk,
            version=case.version,
            facts={"need_noticed_at": NOW - timedelta(hours=2), "target_groups": [group], "view_asked": "yes"},
            pieces={Category.NEED: "Behöver samordnat stöd.", Category.OWN_VIEW: "Vill vara med."},
            calls=[(Unit.objects.get(key=key), "Svarar för en del av stödet") for key in called],
            by=by,
            now=NOW,
        )
        to = Receivers([Huvudman.objects.get(key=receivers)])
        consent = build.consent(case, receivers=to, categories=[Category.NEED, Category.OWN_VIEW])
        return sip.record_basis(case_id=case.pk, consent=consent, by=by, now=NOW)


def test_sip1_in_blekinge_school_and_social_services_of_one_municipality_are_enough(loaded: None) -> None:
    school, social = caseworker("ronneby-elevhalsa"), caseworker("ronneby-socialtjanst-barn")
    case = draft_for(school, "ronneby-socialtjanst-barn", receivers="ronneby")
    assert case.matter.agreement.key == BLEKINGE
    with acting(school, NOW):
        sip.send(case_id=case.pk, version=case.version, by=school, now=NOW)
    call = build.the_call(case, social)
    with acting(social, NOW):
        assert sip.acknowledge(call_id=call.pk, by=social, now=NOW).case_id == case.pk


def test_sip5_in_dalarna_it_takes_social_services_and_health_care(loaded: None) -> None:
    social, health = caseworker("falun-socialtjanst-barn"), caseworker("bup-falun")
    case = draft_for(social, "bup-falun", receivers="region-dalarna")
    assert case.matter.agreement.key == DALARNA
    with acting(social, NOW):
        sip.send(case_id=case.pk, version=case.version, by=social, now=NOW)
    call = build.the_call(case, health)
    with acting(health, NOW):
        assert sip.acknowledge(call_id=call.pk, by=health, now=NOW).case_id == case.pk


def test_sip5_in_dalarna_the_school_alone_is_no_second_party(loaded: None) -> None:
    social = caseworker("falun-socialtjanst-barn")
    case = draft_for(social, "falun-elevhalsa", receivers="falun")
    with acting(social, NOW), pytest.raises(Refused):
        sip.send(case_id=case.pk, version=case.version, by=social, now=NOW)
