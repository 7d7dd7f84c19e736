"""The plan on paper: for each party's record, for the person, for guardians; and that each party has filed its copy."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.acting import Actor, acting
from individuals import actions as individuals
from individuals.actions import GuardianFacts
from individuals.kinds import Protection
from sip import actions
from sip.documents.discretion import NOT_SHOWN, without_costs, without_whereabouts
from sip.kinds import PlanTextKind
from tests import build_plan
from tests.build_plan import Case
from tests.conftest import unit
from tests.pages import client_for, words
from tests.papers import COST_WORDS, Paper, read_back

pytestmark = pytest.mark.django_db


def written(**more: str) -> Case:
    """A draft that also tells what it shouldn't: money, and where the child is."""
    case = build_plan.drafted()
    goal = case.run(
        case.lead,
        actions.add_goal,
        case_id=case.pk,
        line=case.pk,
        words="Jag vill bo tryggt",
        elaboration="",
        span="long",
    )
    case.measure(case.lead, goal, "Boendestöd två gånger i veckan. Kommunen betalar 60 procent av kostnaden.")
    case.measure(case.region, goal, "Hembesök på Storgatan 4, 314 31 Hyltebruk")
    case.text(case.lead, "Vi är inte överens om avgiften. Vi är inte överens om tiden.", PlanTextKind.DISSENT)
    case.run(
        case.school, actions.write_contact, case_id=case.pk, name="Skolans Kurator", phone="0345-180 00", version=1
    )
    return case


def ask(case: Case, by: Any, path: str = "", **kwargs: Any) -> Any:
    with time_machine.travel(case.now, tick=False):
        return client_for(by).get(f"/sip/{case.pk}/dokument/{path}", **kwargs)


def paper(case: Case, path: str, by: Any = None) -> Paper:
    answer = ask(case, by or case.lead, path)
    assert answer.status_code == 200, answer.status_code
    return read_back(answer.content)


def guardians(case: Case, *, called: bool) -> tuple[str, str]:
    """Let the second guardian be called, or not for a reason. Returns both names."""
    person = case.case().matter.person
    with acting(case.lead, case.now):
        first, second = person.guardians.all()
        individuals.set_guardians(
            person=person,
            guardians=[
                GuardianFacts(first.name, guardian_id=first.pk),
                GuardianFacts(second.name, called, "" if called else "Har hotat familjen", second.pk),
            ],
            by=case.lead,
            now=case.now,
        )
    return first.name, second.name


def protect(case: Case) -> None:
    person = case.case().matter.person
    with acting(case.lead, case.now):
        individuals.describe_person(
            person=person, first_name=person.first_name, last_name=person.last_name, interpreter="",
            protection=Protection.PROTECTED, by=case.lead,
        )  # fmt: skip


# --- the record -------------------------------------------------------------------------------------------------------
def test_sip7_the_whole_plan_names_who_answers_for_what_and_what_is_not_confirmed() -> None:
    case = written()
    case.establish()
    found = paper(case, "plan.pdf")
    assert found.is_readable
    assert "/TH" in found.tags
    for said in (
        "Samordnad individuell plan", "Nils Provsson", "Jag vill vara i skolan varje dag", "Anpassat schema",
        "Inte bekräftad", "Skolans Kurator", "Vi är inte överens om tiden", "Samlat ansvar", "version 1",
    ):  # fmt: skip
        assert said in found.text
    assert paper(case, "plan.pdf?arkiv=1").is_for_filing


def test_ind4_what_is_withheld_from_a_unit_is_not_in_its_documents() -> None:
    case = build_plan.drafted()
    goal = case.goal(case.lead, "Må bättre")
    case.measure(case.region, goal, "Traumabehandling", withheld_from=frozenset([unit(build_plan.SCHOOL)]))
    case.establish()
    assert "Traumabehandling" in paper(case, "plan.pdf", case.region).text
    for name in ("plan.pdf", "min-plan.pdf"):
        assert "Traumabehandling" not in paper(case, name, case.school).text


def test_sip9_an_earlier_version_can_still_be_had_and_a_draft_never() -> None:
    case = build_plan.drafted()
    assert "ingen fastställd plan" in words(ask(case, case.lead, "plan.pdf", follow=True))
    case.establish()
    case.run(case.lead, actions.open_plan, case_id=case.pk)
    case.text(case.lead, "Något nytt", version=1)
    assert "Något nytt" not in paper(case, "plan.pdf").text
    case.follow_up_in(90)
    case.establish()
    assert "Något nytt" in paper(case, "plan.pdf").text
    assert "farmor" in paper(case, "plan.pdf?version=1").text
    assert "ingen fastställd plan" in words(ask(case, case.lead, "plan.pdf?version=7", follow=True))


# --- the person's own copy --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["min-plan.pdf", "min-plan.pdf?stor=1"])
def test_sip13_the_persons_copy_has_own_words_who_does_what_whom_to_call_and_no_money(path: str) -> None:
    case = written()
    case.establish()
    found = paper(case, path)
    assert found.is_readable
    for said in (
        "farmor", "Jag vill bo tryggt", "Boendestöd två gånger i veckan.", "Jag själv", "Skolans Kurator",
        "0345-180 00", "har det samlade ansvaret", "Har inte bekräftat ännu", "Vi är inte överens om tiden.",
    ):  # fmt: skip
        assert said in found.text, said
    assert found.text.index("farmor") < found.text.index("Boendestöd")
    assert not [word for word in COST_WORDS if word in found.text.lower()]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Stöd varje vecka. Kostnaden delas lika.", "Stöd varje vecka."),
        ("Regionen står för 40 %.", ""),
        ("Vi ringer på måndag", "Vi ringer på måndag"),
        ("Hjälp att söka arbete.\nHandledaren betalas av nämnden", "Hjälp att söka arbete."),
        ("Fakturan går till nämnden! Vi ses i maj.", "Vi ses i maj."),
    ],
)
def test_sip13_sentences_about_money_are_left_out(text: str, left: str) -> None:
    assert without_costs(text) == left


@pytest.mark.parametrize(
    "text",
    ["Träff på Storgatan 4", "Ring 070-123 45 67", "Bor på familjehemmet", "Går i Björkskolan", "314 31 Hyltebruk",
     "Skriv till a@b.se", "Möte i Rosentorget"],
)  # fmt: skip
def test_ind3_a_text_that_may_tell_where_is_not_shown(text: str) -> None:
    assert without_whereabouts(text) == NOT_SHOWN


@pytest.mark.parametrize(
    "text", ["Samtal en gång i veckan", "Skriver en handlingsplan", "Senast 2026-05-04", "Hjälp i skolan"]
)
def test_ind3_other_texts_are_shown(text: str) -> None:
    assert without_whereabouts(text) == text


# --- guardians --------------------------------------------------------------------------------------------------------
def test_ind2_guardians_who_are_all_called_get_the_childs_whole_plan() -> None:
    case = written()
    case.establish()
    found = paper(case, "vardnadshavare.pdf")
    assert found.is_readable
    assert "Plan för Nils Provsson" in found.text
    assert "farmor" in found.text
    assert "Skolans Kurator" in found.text
    assert "Planerade insatser" not in words(ask(case, case.lead))


@pytest.mark.parametrize("why", ["protected", "not called"])
def test_ind3_a_guardians_copy_never_tells_where_the_child_is(why: str) -> None:
    case = written()
    case.establish()
    if why == "protected":
        protect(case)
    else:
        guardians(case, called=False)
    found = paper(case, "vardnadshavare.pdf?stor=1")
    assert found.is_readable
    for hidden in (
        "Storgatan", "314 31", "0345", "Kurator", "Elevhälsan", "En väg in", "farmor", "Jag vill bo tryggt", "hotat",
        "Vi är inte överens", "Ringer om det känns tungt",
    ):  # fmt: skip
        assert hidden not in found.text, hidden
    for said in ("Skolan", "Hälso- och sjukvården", "Anpassat schema", NOT_SHOWN[:30]):
        assert said in found.text, said
    assert not [word for word in COST_WORDS if word in found.text.lower()]


def test_ind2_a_guardian_who_is_not_called_gets_the_planned_measures_and_never_the_reason() -> None:
    case = written()
    case.establish()
    first, _second = guardians(case, called=False)
    found = paper(case, "planerade-insatser.pdf")
    assert found.is_readable
    assert "Anpassat schema" in found.text
    for hidden in ("hotat", first, "farmor", "skolan varje dag", "Storgatan", "Kurator", "Ringer om det känns tungt"):
        assert hidden not in found.text, hidden


def test_ind3_with_protected_identity_no_document_goes_to_a_guardian_who_is_not_called() -> None:
    case = written()
    case.establish()
    guardians(case, called=False)
    protect(case)
    answer = ask(case, case.lead, "planerade-insatser.pdf", follow=True)
    assert "avsändaren kan tala om var barnet finns" in words(answer)


def test_ind2_only_the_one_with_the_overall_responsibility_gives_guardians_their_copy() -> None:
    case = written()
    case.establish()
    assert "samlade ansvaret" in words(ask(case, case.school, "vardnadshavare.pdf", follow=True))


# --- filed ------------------------------------------------------------------------------------------------------------
def file(case: Case, by: Actor, version: int = 1) -> Any:
    with time_machine.travel(case.now, tick=False):
        return client_for(by).post(f"/sip/{case.pk}/dokument/plan/ford-till-akt/", {"version": version}, follow=True)


def test_ind10_each_party_confirms_its_own_copy_after_it_has_fetched_it_and_all_see_it() -> None:
    case = build_plan.planned()
    assert "Ladda först ner exemplaret" in words(file(case, case.school))
    assert paper(case, "plan.pdf", case.school).is_readable
    assert "Ladda först ner exemplaret" in words(file(case, case.school)), (
        "a copy for reading is not one for the record"
    )
    assert paper(case, "plan.pdf?arkiv=1", case.school).is_for_filing
    assert "Noterat: ni har fört" in words(file(case, case.school))
    assert "Vi har fört version 1 till akt" not in words(ask(case, case.school))
    seen = words(ask(case, case.lead))
    assert "Elevhälsan, Hylte : förd till akt" in seen
    assert "Vi har fört version 1 till akt" in seen
    file(case, case.school)
    with time_machine.travel(case.now, tick=False):
        timeline = words(client_for(case.lead).get(f"/sip/{case.pk}/insyn/"))
    assert timeline.count("fördes till akt") == 1


def test_ind10_a_new_version_needs_a_receipt_of_its_own() -> None:
    case = build_plan.planned()
    paper(case, "plan.pdf?arkiv=1")
    file(case, case.lead)
    case.run(case.lead, actions.open_plan, case_id=case.pk)
    case.follow_up_in(90)
    case.establish()
    assert "Vi har fört version 2 till akt" in words(ask(case, case.lead))
    assert "Ladda först ner" in words(file(case, case.lead, version=2))


def test_the_page_asks_little_of_the_database() -> None:
    case = build_plan.planned()
    with time_machine.travel(case.now, tick=False):
        client = client_for(case.lead)
        client.get(f"/sip/{case.pk}/dokument/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/sip/{case.pk}/dokument/")
    assert len(queries) <= 12 + 12  # The page's own, and what every request costs.


def test_a_document_costs_the_same_with_many_measures() -> None:
    case = build_plan.planned()
    few = cost_of_printing(case)
    case.run(case.lead, actions.open_plan, case_id=case.pk)
    goal = case.goal(case.lead, "Ett mål till")
    for number in range(8):
        case.measure(case.lead, goal, f"Insats {number}")
    case.follow_up_in(90)
    case.establish()
    assert cost_of_printing(case) == few


def cost_of_printing(case: Case) -> int:
    with time_machine.travel(case.now, tick=False):
        client = client_for(case.lead)
        client.get("/om/kontakt/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/sip/{case.pk}/dokument/plan.pdf").status_code == 200
    return len(queries)
