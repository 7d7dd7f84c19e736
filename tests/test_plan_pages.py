"""The pages of the plan: the editor row by row, establishing, confirming, following up, what differs."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from core.acting import Actor, acting
from core.models import ReadLog
from individuals import documents as individuals_documents
from sip import actions
from sip.kinds import CommitmentState, FollowUpDecision, MeasureResult, PlanState, State
from sip.models import Commitment, Goal, LeadOffer, Measure, MeasureOutcome, Plan, PlanText
from tests import build_plan
from tests.conftest import actor, as_owner, unit
from tests.pages import client_for, words

pytestmark = pytest.mark.django_db


class Desk:
    """One unit's browser, at the time of the case."""

    def __init__(self, case: build_plan.Case, by: Actor) -> None:
        self.case, self.client = case, client_for(by)

    def ask(self, method: str, path: str, **kwargs: Any) -> HttpResponse:
        with time_machine.travel(self.case.now, tick=False):
            answer: HttpResponse = getattr(self.client, method)(f"/sip/{self.case.pk}/{path}", **kwargs)
            return answer

    def get(self, path: str, **kwargs: Any) -> HttpResponse:
        return self.ask("get", path, **kwargs)

    def post(self, path: str, **data: Any) -> HttpResponse:
        return self.ask("post", path, data=data)

    def reads(self, path: str) -> str:
        answer = self.get(path, follow=True)
        assert answer.status_code == 200, path
        return words(answer)


@pytest.fixture
def drafted() -> build_plan.Case:
    return build_plan.drafted()


@pytest.fixture
def planned() -> build_plan.Case:
    return build_plan.planned()


def only(case: build_plan.Case, by: Actor, found: Any) -> Any:
    (row,) = case.see(by, found)
    return row


def own_measure(case: build_plan.Case, by: Actor) -> Measure:
    found: Measure = only(case, by, lambda: Measure.objects.filter(unit_id=by.unit_id, plan__number=1))
    return found


# --- the editor -------------------------------------------------------------------------------------------------------
def test_sip7_from_nothing_to_a_plan_in_force_without_javascript():
    case = build_plan.contacted()
    desk = Desk(case, case.lead)
    assert "Skriv planen" in desk.reads("")
    assert "Ingen plan är skriven än" in desk.reads("plan/")
    assert desk.post("plan/oppna/").status_code == 302
    assert "Det här återstår" in desk.reads("plan/skriv/")
    assert desk.post("plan/skriv/text/matters/", text="Lugn och ro", version=0).status_code == 302
    line = uuid.uuid4()
    answer = desk.post("plan/skriv/mal/", words="Sova gott", span="short", line=line, version=0)
    goal = only(case, case.lead, Goal.objects.all)
    assert answer["Location"].endswith(f"?efter={goal.pk}")
    fields = {"answers": case.lead.unit_id, "what": "Kontaktperson", "line": uuid.uuid4(), "version": 0}
    assert desk.post(f"plan/skriv/mal/{goal.pk}/insats/", **fields).status_code == 302
    assert desk.post("plan/skriv/uppfoljning/", day="2026-06-01", version=1).status_code == 302
    assert "Planen är klar att fastställa" in desk.reads("plan/skriv/")
    page = desk.reads("plan/faststall/")
    assert page.count("Får hela planen.") == 2
    version = case.plan().version
    answer = desk.ask("post", "plan/faststall/", data={"version": version}, follow=True)
    assert "Version 1 av planen gäller." in words(answer)
    assert case.case().state == State.PLANNED


def test_quality15_saved_in_passing_and_a_conflict_shows_both_and_keeps_what_was_typed(drafted):
    mine, theirs = Desk(drafted, drafted.lead), Desk(drafted, drafted.school)
    answer = mine.post("plan/skriv/text/matters/", text="Lugn", version=1, autosave="1")
    assert (answer.status_code, answer.json()) == (200, {"version": 2})
    answer = theirs.post("plan/skriv/text/matters/", text="Ro", version=1, autosave="1")
    assert answer.status_code == 409
    answer = theirs.post("plan/skriv/text/matters/", text="Ro", version=1)
    assert answer.status_code == 422
    assert "Så här står det nu: Lugn" in words(answer)
    assert re.search(r"<textarea[^>]*>\s*Ro</textarea>", answer.content.decode())
    version = re.search(r'name="version" value="(\d)"[^>]*id="text-matters-version"', answer.content.decode())
    assert version is not None
    assert version[1] == "2"
    theirs.post("plan/skriv/text/matters/", text="Ro", version=2)
    assert only(drafted, drafted.lead, lambda: PlanText.objects.filter(kind="matters")).text == "Ro"


def test_sip7_a_proposal_is_taken_or_turned_down_by_its_unit(drafted):
    goal = only(drafted, drafted.lead, Goal.objects.all)
    fields = {"answers": drafted.region.unit_id, "what": "Utreda sömnen", "line": uuid.uuid4(), "version": 0}
    Desk(drafted, drafted.lead).post(f"plan/skriv/mal/{goal.pk}/insats/", **fields)
    proposed = only(drafted, drafted.lead, lambda: Measure.objects.filter(is_proposal=True))
    assert "har inte tagit ställning" in Desk(drafted, drafted.lead).reads("plan/skriv/")
    theirs = Desk(drafted, drafted.region)
    assert "Föreslås för er av Socialtjänsten barn och unga, Hylte" in theirs.reads("plan/skriv/")
    assert theirs.post(f"plan/skriv/insats/{proposed.pk}/", take="1", version=1).status_code == 302
    assert only(drafted, drafted.lead, lambda: Measure.objects.filter(what="Utreda sömnen")).is_proposal is False
    answer = Desk(drafted, drafted.lead).post(f"plan/skriv/insats/{proposed.pk}/", remove="1", version=2)
    assert answer.status_code == 422
    assert "tas bort av En väg in" in words(answer)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"what": ""}, "Skriv vad som ska göras."),
        ({"answers": "other"}, "Skriv vem som gör det"),
        ({"due_on": "i morgon"}, "Skriv dagen som"),
        ({"answers": str(uuid.uuid4())}, "Välj ett av alternativen"),
    ],
)
def test_quality22_a_wrong_measure_is_told_by_its_field_and_what_was_typed_stays(drafted, fields, says):
    goal = only(drafted, drafted.lead, Goal.objects.all)
    given = {"what": "Något viktigt", "answers": "person", "line": uuid.uuid4(), "version": 0, **fields}
    answer = Desk(drafted, drafted.lead).post(f"plan/skriv/mal/{goal.pk}/insats/", **given)
    assert answer.status_code == 422
    assert says in words(answer)
    assert "<title>Fel: " in answer.content.decode()
    assert given["what"] in answer.content.decode()


def test_resp3_the_agreement_says_who_answers(drafted):
    goal = only(drafted, drafted.lead, Goal.objects.all)
    desk = Desk(drafted, drafted.lead)
    asked = {"what": "Psykiatrisk bedömning och behandling", "suggest": "1", "answers": "person", "version": 0}
    fragment = desk.ask("post", f"plan/skriv/mal/{goal.pk}/insats/", data=asked, headers={"HX-Request": "true"})
    assert "Regionen" in fragment.content.decode()
    assert "Av dem som deltar: " in re.sub(r"\s+", " ", fragment.content.decode())
    whole = desk.post(f"plan/skriv/mal/{goal.pk}/insats/", **asked)
    assert whole.status_code == 200
    assert "Regionen" in words(whole)
    key = re.search(r'name="responsibility"\s+value="([\w-]+)"', whole.content.decode())
    assert key is not None
    desk.post(f"plan/skriv/mal/{goal.pk}/insats/", **{**asked, "suggest": ""}, responsibility=key[1], line=uuid.uuid4())
    assert only(drafted, drafted.lead, lambda: Measure.objects.exclude(responsibility="")).responsibility == key[1]


def test_ind4_a_withheld_measure_is_on_no_page_of_the_one_it_is_withheld_from(drafted):
    mine = own_measure(drafted, drafted.region)
    given = {
        "what": "Hemlig behandling", "answers": drafted.region.unit_id, "version": 1,
        "withheld_from": [drafted.school.unit_id],
    }  # fmt: skip
    assert Desk(drafted, drafted.region).post(f"plan/skriv/insats/{mine.pk}/", **given).status_code == 302
    assert "Visas inte för Elevhälsan, Hylte" in Desk(drafted, drafted.lead).reads("plan/skriv/")
    assert "utom: Hemlig behandling" in Desk(drafted, drafted.lead).reads("plan/faststall/")
    drafted.establish()
    school = Desk(drafted, drafted.school)
    for path in ("", "plan/", "plan/version/1/", "plan/bekrafta/"):
        assert "Hemlig" not in school.reads(path)
    assert school.get(f"plan/insats/{mine.pk}/").status_code == 404
    assert school.post(f"plan/skriv/insats/{mine.pk}/", what="Läckt", version=1).status_code == 404


# --- the plan in force ------------------------------------------------------------------------------------------------
def test_sip7_unconfirmed_measures_stand_out_and_wait_in_mitt_att_gora(planned):
    assert "Inte bekräftad av En väg in" in Desk(planned, planned.lead).reads("plan/")
    region = Desk(planned, planned.region)
    with time_machine.travel(planned.now, tick=False):
        assert "Bekräfta era insatser i planen" in words(region.client.get("/"))
    assert "Samtal på mottagningen" in region.reads("plan/bekrafta/")
    assert region.post("plan/bekrafta/", version=1).status_code == 302
    states = {c.unit_id: c.state for c in planned.see(planned.lead, Commitment.objects.all)}
    assert states[planned.region.unit_id] == CommitmentState.CONFIRMED
    assert "Inte bekräftad av En väg in" not in Desk(planned, planned.lead).reads("plan/")


def test_bad_input_an_older_version_is_not_confirmed(planned):
    Desk(planned, planned.lead).post("plan/oppna/")
    planned.follow_up_in(30)
    planned.establish()
    answer = Desk(planned, planned.region).post("plan/bekrafta/", version=1)
    assert answer.status_code == 422
    assert "Det finns en nyare version av planen" in words(answer)


def test_sip9_a_follow_up_carries_open_measures_into_the_next_version(planned):
    desk = Desk(planned, planned.lead)
    page = desk.get("plan/folj-upp/").content.decode()
    given = dict.fromkeys(re.findall(r'name="(measure-[\w-]+)"', page), "going_on")
    given |= dict.fromkeys(re.findall(r'name="(goal-[\w-]+)"', page), "partly")
    done = own_measure(planned, planned.school)
    given |= {f"measure-{done.pk}": "done", "held_on": "2026-03-09", "number": 1, "decision": "new_version"}
    answer = desk.post("plan/folj-upp/", **given)
    assert answer["Location"].endswith("/plan/skriv/")
    carried = {m.what for m in planned.see(planned.lead, lambda: Measure.objects.filter(plan__number=2))}
    assert "Anpassat schema" not in carried
    assert "Samtal på mottagningen" in carried


def test_sip9_a_measure_that_is_not_done_says_why(planned):
    desk = Desk(planned, planned.lead)
    page = desk.get("plan/folj-upp/").content.decode()
    given = dict.fromkeys(re.findall(r'name="(measure-[\w-]+)"', page), "not_done")
    given |= dict.fromkeys(re.findall(r'name="(goal-[\w-]+)"', page), "partly")
    given |= {"held_on": "2026-03-09", "number": 1, "decision": "keep", "next_on": "2026-06-01"}
    answer = desk.post("plan/folj-upp/", **given)
    assert answer.status_code == 422
    assert "Skriv varför" in words(answer)
    assert planned.see(planned.lead, MeasureOutcome.objects.all) == []


def test_sip9_the_difference_between_two_versions_is_readable(planned):
    build_plan.followed_up(planned, FollowUpDecision.NEW_VERSION)
    school = only(
        planned, planned.school, lambda: Measure.objects.filter(plan__number=2, unit_id=planned.school.unit_id)
    )
    given = {"what": "Anpassat schema varje dag", "answers": planned.school.unit_id, "version": 1}
    Desk(planned, planned.school).post(f"plan/skriv/insats/{school.pk}/", **given)
    planned.text(planned.lead, "Mindre bråk hemma", "dissent")
    planned.follow_up_in(100)
    planned.establish()
    page = Desk(planned, planned.region).get("plan/version/2/andringar/").content.decode()
    assert re.search(r"Anpassat schema\s*<ins>varje dag</ins>", page)
    assert "<ins>Mindre bråk hemma</ins>" in page
    assert "Ändrat: nästa uppföljning" in page
    assert [p.state for p in planned.see(planned.lead, Plan.objects.all)] == [PlanState.REPLACED, PlanState.ESTABLISHED]


def test_sip9_a_unit_tells_how_its_measure_goes(planned):
    mine = own_measure(planned, planned.region)
    desk = Desk(planned, planned.region)
    answer = desk.post(f"plan/insats/{mine.pk}/", result="not_done")
    assert answer.status_code == 422
    assert "Skriv varför" in words(answer)
    assert desk.post(f"plan/insats/{mine.pk}/", result="done").status_code == 302
    assert "Gjord" in Desk(planned, planned.school).reads("plan/")
    assert Desk(planned, planned.school).post(f"plan/insats/{mine.pk}/", result="done").status_code == 403


def test_bad_input_a_follow_up_before_the_plan(drafted):
    answer = Desk(drafted, drafted.lead).get("plan/folj-upp/")
    assert answer.status_code == 403
    assert "Det finns ingen plan som gäller än. Fastställ planen först." in words(answer)


# --- the overall responsibility ---------------------------------------------------------------------------------------
def test_sip11_the_responsibility_moves_when_the_other_says_yes(planned):
    mine, theirs = Desk(planned, planned.lead), Desk(planned, planned.region)
    answer = mine.post("ansvar/", to_unit=planned.region.unit_id, reason="Vården har mest kontakt")
    assert answer.status_code == 302
    assert planned.case().lead_id == planned.lead.unit_id
    assert "Vården har mest kontakt" in theirs.reads("ansvar/svar/")
    assert theirs.post("ansvar/svar/", accept="yes").status_code == 302
    assert planned.case().lead_id == planned.region.unit_id
    assert mine.get("plan/folj-upp/").status_code == 403
    assert theirs.get("plan/folj-upp/").status_code == 200
    assert "En väg in" in mine.reads("plan/")


def test_sip11_a_no_says_why_and_a_question_can_be_taken_back(planned):
    mine, theirs = Desk(planned, planned.lead), Desk(planned, planned.region)
    mine.post("ansvar/", to_unit=planned.region.unit_id, reason="Prövar")
    answer = theirs.post("ansvar/svar/", accept="no")
    assert answer.status_code == 422
    assert "Skriv varför ni inte kan ta över" in words(answer)
    assert mine.post("ansvar/", take_back="1").status_code == 302
    assert theirs.get("ansvar/svar/").status_code == 403
    assert only(planned, planned.lead, LeadOffer.objects.all).state == "ended"


# --- closing ----------------------------------------------------------------------------------------------------------
def test_sip10_closing_with_a_plan_ends_every_open_measure_with_a_reason(planned):
    desk = Desk(planned, planned.lead)
    page = desk.get("avsluta/").content.decode()
    names = re.findall(r'name="(measure-[\w-]+)"', page)
    assert names
    answer = desk.post("avsluta/", reason="no_need")
    assert answer.status_code == 422
    given = dict.fromkeys(names, MeasureResult.DROPPED.value)
    answer = desk.post("avsluta/", reason="no_need", **given)
    assert "Skriv varför" in words(answer)
    given |= {name.replace("measure", "why"): "Behövs inte längre" for name in names}
    assert "Låt personen säga vad hen tycker" in desk.reads("avsluta/")
    answer = desk.post("avsluta/", reason="no_need", **given)
    assert answer["Location"].endswith("/dokument/"), "what is left is the person's copy, with the rating code"
    assert "längst ner står koden" in desk.reads("dokument/")
    assert planned.case().state == State.CLOSED
    assert {p.state for p in planned.see(planned.lead, Plan.objects.all)} == {PlanState.ENDED}
    assert "Avslutat" in desk.reads("")
    assert "Gällde från" in Desk(planned, planned.region).reads("plan/")


# --- who may, and what is noted ---------------------------------------------------------------------------------------
def test_the_case_page_asks_at_most_twelve_queries_of_its_own(planned):
    desk = Desk(planned, planned.school)
    desk.reads("")
    with CaptureQueriesContext(connection) as queries:
        desk.reads("")
    assert len(queries) <= 12 + 12  # The page's own, and what every request costs.


def test_ind7_the_page_says_who_was_given_the_plan_and_who_wrote_in_it(planned):
    page = Desk(planned, planned.school).reads("insyn/")
    sights = page[page.index("Vem kan se vad") : page.index("Det här har hänt")]
    assert sights.count("planen, version 1") == 6, "each of three wrote in it, and was given it"
    assert "utkastet till planens version 1" in sights


def test_ind10_mitt_att_gora_asks_each_party_to_file_its_copy_until_it_has(planned):
    asked = "För planens version 1 till er akt eller journal"

    def home(by: Actor) -> str:
        with time_machine.travel(planned.now, tick=False):
            return words(client_for(by).get("/"))

    assert asked in home(planned.school)
    with acting(planned.school, planned.now):
        matter = planned.case(planned.school).matter
        individuals_documents.keep(
            matter=matter, kind="plan", version=1, content=b"pdf", for_filing=True, by=planned.school, now=planned.now
        )
    filed = {"kind": "plan", "title": "Planen", "version": 1}
    planned.run(planned.school, actions.confirm_filed, case_id=planned.pk, **filed)
    assert asked not in home(planned.school)
    assert asked in home(planned.region)
    planned.run(planned.lead, actions.open_plan, case_id=planned.pk)
    planned.follow_up_in(100)
    planned.establish()
    assert "För planens version 2 till er akt eller journal" in home(planned.school)


def test_law1_reading_the_plan_is_logged(planned):
    Desk(planned, planned.region).reads("plan/")
    with as_owner():
        assert ReadLog.objects.filter(what="sip.plan", unit_id=planned.region.unit_id, matter_ids=[planned.pk]).exists()


def test_law3_another_unit_finds_nothing(planned):
    stranger = Desk(planned, actor("laholm-socialtjanst-barn"))
    mine = own_measure(planned, planned.lead)
    for path in ("plan/", "plan/skriv/", "plan/version/1/", "plan/bekrafta/", f"plan/insats/{mine.pk}/", "ansvar/"):
        assert stranger.get(path).status_code == 404
    assert unit("laholm-socialtjanst-barn").name not in str(Desk(planned, planned.lead).reads("plan/"))


@pytest.mark.parametrize("path", ["plan/", "plan/skriv/", "plan/faststall/", ""])
def test_a_page_of_the_plan_costs_the_same_for_two_rows_and_for_twenty(drafted, path):
    desk = Desk(drafted, drafted.lead)
    desk.reads(path)
    with CaptureQueriesContext(connection) as few:
        desk.get(path)
    goal = only(drafted, drafted.lead, Goal.objects.all)
    for n in range(18):
        drafted.measure(drafted.lead, goal, f"Insats {n}", doer="person")
    with CaptureQueriesContext(connection) as many:
        desk.get(path)
    assert len(many) <= len(few)
