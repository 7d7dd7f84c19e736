"""What Halland's pack holds, read as the portal reads it: by date, as the role that owns nothing."""

from __future__ import annotations

from datetime import date

import pytest

from agreements.catalogue import TERMS
from agreements.models import Agreement, UnknownTerm
from agreements.terms import NoAgreement, agreement_for
from agreements.values import Counted, Responsible, Scope, Stage, StageName, TermUnit
from organisations.kinds import AuthorityKind, GroupKind, HuvudmanKind, UnitKind
from organisations.models import CoordinationGroup, Huvudman, Unit
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db

TODAY = date(2025, 11, 22)
WORKING_DAYS = TermUnit.WORKING_DAYS

CHAPTERS = {"1": 3, "2": 4, "3": 6, "4": 9, "5": 3, "6": 0, "7": 0, "8": 0, "9": 0, "10": 0}
"""How many numbered parts each chapter of the agreement has."""
SECTIONS = [f"{c}.{part}" if part else c for c, parts in CHAPTERS.items() for part in range(parts + 1)]


@pytest.fixture
def halland(db: None) -> Agreement:
    return Agreement.objects.get(key="halland-2025-2029")


# --- what Halland holds -------------------------------------------------------------------------------------------


def test_org1_huvudmen_have_numbers_and_codes(halland: Agreement) -> None:
    codes = dict(Huvudman.objects.values_list("key", "municipality_code"))
    assert codes == {
        "region-halland": "",
        "hylte": "1315",
        "halmstad": "1380",
        "laholm": "1381",
        "falkenberg": "1382",
        "varberg": "1383",
        "kungsbacka": "1384",
    }


@pytest.mark.parametrize("kind", [k for k in UnitKind if k not in (UnitKind.HVB, UnitKind.OTHER)])
def test_org2_every_municipality_is_served_by_every_kind_of_unit(halland: Agreement, kind: UnitKind) -> None:
    for municipality in Huvudman.objects.filter(kind=HuvudmanKind.MUNICIPALITY):
        assert municipality.served_by.filter(kind=kind).exists(), municipality


def test_org2_social_services_and_education_are_two_authorities(halland: Agreement) -> None:
    for municipality in Huvudman.objects.filter(kind=HuvudmanKind.MUNICIPALITY):
        kinds = set(municipality.authorities.values_list("kind", flat=True))
        assert {AuthorityKind.SOCIAL, AuthorityKind.EDUCATION} <= kinds


def test_org1_private_providers_work_for_both_region_and_municipality(halland: Agreement) -> None:
    private = Unit.objects.exclude(provider="")
    assert set(private.values_list("authority__huvudman__kind", flat=True)) == set(HuvudmanKind.values)
    assert {UnitKind.PRIMARY_CARE, UnitKind.HVB, UnitKind.SCHOOL} <= set(private.values_list("kind", flat=True))


def test_org5_org6_groups(halland: Agreement) -> None:
    for municipality in Huvudman.objects.filter(kind=HuvudmanKind.MUNICIPALITY):
        kinds = set(municipality.coordination_groups.values_list("kind", flat=True))
        assert kinds == {GroupKind.SSGB, GroupKind.SSGV}
    assert set(CoordinationGroup.objects.filter(municipality=None).values_list("kind", flat=True)) == {
        GroupKind.RUG,
        GroupKind.EDUCATION,
    }


def test_agr1_every_numbered_section_is_there(halland: Agreement) -> None:
    assert list(halland.provisions.values_list("number", flat=True)) == SECTIONS
    assert halland.provisions.get(number="4.1").parent == halland.provisions.get(number="4")


def test_agr1_every_clock_of_the_domain_is_there(halland: Agreement) -> None:
    terms = halland.terms(on=TODAY)
    assert set(terms) == set(TERMS)
    assert {key for key, spec in TERMS.items() if spec.is_clock} == {k for k, t in terms.items() if t.is_clock}


@pytest.mark.parametrize(
    ("key", "value", "unit", "section", "is_default"),
    [
        ("sip.acknowledge", 1, WORKING_DAYS, "4.1", True),
        ("sip.first_contact", 3, WORKING_DAYS, "6", True),
        ("sip.first_contact_urgent", 4, TermUnit.HOURS, "4.1", True),
        ("sip.draft_reminder", 5, WORKING_DAYS, "4.1", True),
        ("consent.max_months", 12, TermUnit.MONTHS, "4.3", True),
        ("compulsory_care.plan_renewal", 6, TermUnit.MONTHS, "4.5", False),
        ("placement.agreement_before", 0, TermUnit.DAYS, "4.9", False),
        ("placement.medical_assessment_acute", 1, WORKING_DAYS, "4.9", True),
        ("placement.agreement_after_acute", 5, WORKING_DAYS, "4.9", True),
        ("placement.review", 6, TermUnit.MONTHS, "4.9", True),
        ("placement.hidden_whereabouts_review", 3, TermUnit.MONTHS, "4.9", True),
        ("placement.custody_question", 2, TermUnit.YEARS, "4.9", True),
        ("placement.aftercare_plan", 30, TermUnit.DAYS, "4.9", True),
        ("placement.unplanned_end", 3, WORKING_DAYS, "4.9", True),
        ("placement.end_near", 60, TermUnit.DAYS, "4.9", True),
        ("deviation.share", 10, WORKING_DAYS, "3.5", True),
        ("dispute.level", 10, WORKING_DAYS, "3.6", True),
        ("group.annual_report_month", 10, TermUnit.CALENDAR_MONTH, "3.4", True),
        ("agreement.renewal", 6, TermUnit.MONTHS, "1.3", False),
    ],
)
def test_agr1_terms_say_what_the_agreement_says(
    halland: Agreement, key: str, value: int, unit: TermUnit, section: str, is_default: bool
) -> None:
    term = halland.term(key, on=TODAY)
    assert (term.value, term.unit, term.section, term.is_default) == (value, unit, section, is_default)


def test_sip2_first_contact_warns_falls_due_and_climbs_the_line(halland: Agreement) -> None:
    assert halland.term("sip.first_contact", on=TODAY).stages == (
        Stage(StageName.WARN, -1, WORKING_DAYS),
        Stage(StageName.DUE, 0, WORKING_DAYS),
        Stage(StageName.MANAGER, 1, WORKING_DAYS),
        Stage(StageName.HEAD_OF_OPERATIONS, 3, WORKING_DAYS),
        Stage(StageName.HEAD_OF_ADMINISTRATION, 5, WORKING_DAYS),
    )


def test_consent_expiry_warns_14_days_before(halland: Agreement) -> None:
    assert halland.term("consent.expiry", on=TODAY).stages[0] == Stage(StageName.WARN, -14, TermUnit.DAYS)


def test_plc11_aftercare_is_counted_backwards(halland: Agreement) -> None:
    assert halland.term("placement.aftercare_plan", on=TODAY).counted == Counted.BEFORE


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("sip.acknowledge", "1 arbetsdag"),
        ("sip.first_contact", "3 arbetsdagar"),
        ("consent.max_months", "12 månader"),
        ("placement.custody_question_again", "1 år"),
        ("placement.cost_shares_total", "100 procent"),
        ("group.annual_report_month", "oktober"),
        ("report.smallest_count", "5"),
    ],
)
def test_terms_in_words(halland: Agreement, key: str, words: str) -> None:
    assert halland.term(key, on=TODAY).in_words() == words


def test_dis2_ladder_ends_with_the_heads_of_administration(halland: Agreement) -> None:
    levels = list(halland.dispute_levels.values_list("held_by", "is_final"))
    assert levels == [("nearest_manager", False), ("head_of_operations", False), ("head_of_administration", True)]


def test_sip5_parties_are_region_and_municipality_with_its_school(halland: Agreement) -> None:
    region, municipality = halland.sip_parties.get(key="region"), halland.sip_parties.get(key="municipality")
    assert halland.sip_parties_required == 2
    counted = {
        unit.key: (region.includes(unit), municipality.includes(unit))
        for unit in Unit.objects.select_related("authority__huvudman").filter(
            key__in=["bup-halmstad", "hylte-elevhalsa", "hylte-socialtjanst-barn", "hylte-kommunledning"]
        )
    }
    assert counted == {
        "bup-halmstad": (True, False),
        "hylte-elevhalsa": (False, True),
        "hylte-socialtjanst-barn": (False, True),
        "hylte-kommunledning": (False, False),
    }


@pytest.mark.parametrize(
    ("section", "party", "count"),
    [
        ("4.6", Responsible.BOTH, 1),
        ("4.7", Responsible.REGION, 3),
        ("4.7", Responsible.SOCIAL_SERVICES, 1),
        ("4.7", Responsible.OTHER, 3),
        ("4.8", Responsible.BOTH, 1),
        ("5.1", Responsible.REGION, 9),
        ("5.1", Responsible.MUNICIPALITY, 3),
        ("5.1", Responsible.SOCIAL_SERVICES, 7),
        ("5.1", Responsible.EDUCATION, 6),
        ("5.2", Responsible.REGION, 6),
        ("5.2", Responsible.SOCIAL_SERVICES, 6),
        ("5.2", Responsible.EDUCATION, 3),
        ("5.3", Responsible.REGION, 12),
        ("5.3", Responsible.OTHER, 1),
    ],
)
def test_resp1_every_point_of_the_agreement_is_data(
    halland: Agreement, section: str, party: Responsible, count: int
) -> None:
    assert halland.responsibilities.filter(provision__number=section, party=party).count() == count


def test_resp1_comorbidity_counts_for_every_group(halland: Agreement) -> None:
    assert halland.responsibilities.get(key="comorbidity").target_groups.count() == halland.target_groups.count()


def test_agr1_glossary(halland: Agreement) -> None:
    assert halland.definitions.count() == 31
    assert halland.abbreviations.get(word="RUG").meaning == "Regional utvecklingsgrupp God och nära vård"


# --- which agreement ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", [date(2025, 7, 1), date(2029, 12, 31)])
def test_agr2_first_and_last_day_are_in_force(halland: Agreement, on: date) -> None:
    assert agreement_for(Huvudman.objects.filter(key__in=["hylte", "region-halland"]), on) == halland


@pytest.mark.parametrize("on", [date(2025, 6, 30), date(2030, 1, 1)])
def test_agr2_the_day_before_and_after_are_not(halland: Agreement, on: date) -> None:
    with pytest.raises(NoAgreement, match="Ingen överenskommelse gäller för Hylte kommun"):
        agreement_for([Huvudman.objects.get(key="hylte")], on)


def test_agr2_an_agreement_binds_only_its_parties(halland: Agreement) -> None:
    with as_owner():
        other = Huvudman.objects.create(
            key="lund",
            kind=HuvudmanKind.MUNICIPALITY,
            name="Lund",
            organisation_number="212000-1132",
            municipality_code="1281",
        )
    with pytest.raises(NoAgreement):
        agreement_for([Huvudman.objects.get(key="hylte"), other], TODAY)
    with pytest.raises(NoAgreement):
        agreement_for([], TODAY)


def test_agr2_parties_without_an_agreement_on_placements_follow_the_one_they_have(halland: Agreement) -> None:
    assert agreement_for([Huvudman.objects.get(key="hylte")], TODAY, scope=Scope.HVB) == halland


def test_agr1_unknown_term_is_no_silent_default(halland: Agreement) -> None:
    with pytest.raises(UnknownTerm):
        halland.term("sip.frist_contact", on=TODAY)
    with pytest.raises(UnknownTerm):
        halland.term("sip.first_contact", on=date(2025, 6, 30))
