"""The pages of deviations: a report's way through them, who reaches what, and what they answer to bad input."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.acting import acting
from deviations import actions
from deviations.kinds import Resolution, State
from deviations.models import Attachment, Deviation, Improvement, JointHandling, Pattern, SharedDeviation
from individuals.models import Matter
from organisations.kinds import Role
from tests import build, deviating
from tests.conftest import NOW, actor, as_owner, unit
from tests.pages import client_for, without_token, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demonstration(settings: Any) -> Any:
    settings.DEMO = True
    with time_machine.travel(NOW, tick=False):
        yield


def at(name: str, *args: object) -> str:
    return reverse(f"deviations:{name}", args=args)


def typed(**changes: Any) -> dict[str, Any]:
    """A report as the form sends it."""
    facts = deviating.facts()
    values = {name: str(getattr(value, "pk", value)) for name, value in facts.items()} | {
        "submission": str(uuid.uuid4()),
        "report": "1",
    }
    return values | changes


def as_now(deviation: Deviation) -> Deviation:
    with as_owner():
        return Deviation.objects.get(pk=deviation.pk)


def the_one() -> Deviation:
    with as_owner():
        return Deviation.objects.get()


# --- reporting --------------------------------------------------------------------------------------------------------
def test_dev7_a_report_begins_with_what_the_sip_knows() -> None:
    case = build.sent()
    client = client_for(actor(deviating.REPORTER))
    assert at("start") in client.get(reverse("sip:case", args=[case.pk])).content.decode()
    page = client.get(at("start"), {"arende": str(case.pk)})
    form = page.context["form"]
    assert str(form.initial["provision"]).startswith("4.1")
    assert form.initial["target_group"].key == "children"
    assert form.initial["municipality"].key == "hylte"
    assert page.context["matter"].pk == case.pk


def test_dev7_a_case_of_others_begins_no_report() -> None:
    case = build.sent()
    client = client_for(actor("laholm-socialtjanst-barn"))
    foreign = client.get(at("start"), {"arende": str(case.pk)})
    missing = client.get(at("start"), {"arende": str(uuid.uuid4())})
    assert foreign.status_code == missing.status_code == 404
    assert without_token(foreign) == without_token(missing)


def test_dev7_the_draft_is_kept_while_one_writes_and_found_again() -> None:
    client = client_for(actor(deviating.REPORTER))
    sent = {"submission": str(uuid.uuid4()), "description": "Skolan ringdes", "happened_on": "i går"}
    assert client.post(at("start"), sent | {"autosave": "1"}).status_code == 204
    assert client.post(at("start"), sent | {"autosave": "1", "description": "Skolan ringdes aldrig"}).status_code == 204
    draft = the_one()
    assert (draft.description, draft.happened_on, draft.state) == ("Skolan ringdes aldrig", None, State.DRAFT)
    assert "Gör klart din rapport" in words(client.get("/"))
    assert "Skolan ringdes aldrig" in client.get(at("edit", draft.pk)).content.decode()


def test_dev1_a_report_that_lacks_something_is_kept_and_says_what() -> None:
    client = client_for(actor(deviating.REPORTER))
    page = client.post(at("start"), typed(provision="", severity=""))
    assert page.status_code == 422
    assert "Välj det avsnitt i överenskommelsen som inte följdes." in words(page)
    assert "<title>Fel: " in page.content.decode()
    assert the_one().description == deviating.STORY


def test_bad_input_a_report_with_nothing_but_a_number_is_refused_and_kept() -> None:
    client = client_for(actor(deviating.REPORTER))
    for description in ("20110108-2392", "Gäller 110108-2392, tel 070-123 45 67.", "201101082392 " * 4):
        page = client.post(at("start"), typed(description=description))
        assert page.status_code == 422
        assert "Det räcker inte med vem det gäller." in words(page)
        with as_owner():
            assert Deviation.objects.filter(description=description.strip()).count() == 1


def test_a_repeated_post_makes_one_report() -> None:
    client = client_for(actor(deviating.REPORTER))
    sent = typed()
    assert client.post(at("start"), sent).status_code == client.post(at("start"), sent).status_code == 302
    assert the_one().state == State.REPORTED


def test_dev1_a_day_to_come_is_refused_beside_its_field() -> None:
    page = client_for(actor(deviating.REPORTER)).post(at("start"), typed(happened_on="2026-03-10"))
    assert "happened_on" in page.context["form"].errors


# --- handling ---------------------------------------------------------------------------------------------------------
def test_dev2_the_routine_leads_from_report_to_finished() -> None:
    deviation = deviating.reported()
    worker = client_for(actor(deviating.REPORTER))
    chief = client_for(actor(deviating.CHIEF, Role.NEAREST_MANAGER))
    with as_owner():
        steps = list(deviation.steps.all())
    for step in steps:
        who = worker if step.who == Role.CASEWORKER else chief
        version = as_now(deviation).version
        assert who.get(at("step", deviation.pk, step.pk)).status_code == 200
        answer = who.post(at("step", deviation.pk, step.pk), {"text": "Så här blev det.", "version": version})
        assert answer.status_code == 302, step.title
    assert worker.post(at("finish", deviation.pk)).status_code == 403
    assert "Enligt er rutin gör närmaste chef det här." in words(worker.get(at("finish", deviation.pk)))
    assert chief.post(at("finish", deviation.pk)).status_code == 302
    assert as_now(deviation).state == State.FINISHED
    assert "Avidentifiera och lämna till gruppen" in words(worker.get("/"))


def test_dev2_a_step_that_the_routine_gives_to_another_is_refused_with_who() -> None:
    deviation = deviating.reported()
    with as_owner():
        step = deviation.steps.get(kind="measure")
    page = client_for(actor(deviating.REPORTER)).get(at("step", deviation.pk, step.pk))
    assert page.status_code == 403
    assert "närmaste chef" in words(page)


def test_a_step_written_meanwhile_by_another_is_shown_and_the_typed_text_stays() -> None:
    deviation = deviating.reported()
    with as_owner():
        step = deviation.steps.get(kind="analysis")
    mine, other = actor(deviating.REPORTER), actor(deviating.COLLEAGUE)
    seen = as_now(deviation).version
    with acting(other, NOW):
        actions.record_step(deviation_id=deviation.pk, step_id=step.pk, text="Kollegans analys", by=other, now=NOW)
    page = client_for(mine).post(at("step", deviation.pk, step.pk), {"text": "Min analys", "version": seen})
    assert page.status_code == 422
    assert "Kollegans analys" in words(page)
    assert "Min analys" in words(page)


def test_dev2_the_administrator_decides_the_routine_and_what_is_lacking_is_told() -> None:
    client = client_for(actor("admin.hylte"))
    page = client.get(at("routine"))
    rows = [row for form in page.context["rows"] for row in [form.initial]]
    sent: dict[str, Any] = {"name": "Hyltes rutin", "finished_by": "nearest_manager"}
    sent |= {"steg-TOTAL_FORMS": len(rows), "steg-INITIAL_FORMS": len(rows)}
    for place, row in enumerate(rows):
        sent |= {f"steg-{place}-{name}": str(value) for name, value in row.items() if name != "is_required" or value}
    lacking = {k: ("task" if v == "analysis" else v) for k, v in sent.items()}
    refused = client.post(at("routine"), lacking)
    assert refused.status_code == 422
    assert "precis ett steg av slaget ”Analys”" in words(refused)
    assert client.post(at("routine"), sent).status_code == 302
    assert "Ni har inte beslutat" not in words(client.get(at("routine")))


# --- files ------------------------------------------------------------------------------------------------------------
def test_a_file_is_taken_by_what_it_holds_and_given_back_as_a_download() -> None:
    deviation = deviating.reported()
    client = client_for(actor(deviating.REPORTER))
    client.post(at("attach", deviation.pk), {"file": SimpleUploadedFile("brev.pdf", b"%PDF-1.7\ntext")})
    with as_owner():
        attachment = Attachment.objects.get()
    file = client.get(at("attachment", deviation.pk, attachment.pk))
    assert file.content == b"%PDF-1.7\ntext"
    assert file["Content-Disposition"].startswith("attachment")
    assert client_for(actor("bup-halmstad")).get(at("attachment", deviation.pk, attachment.pk)).status_code == 404
    assert client.post(at("remove_attachment", deviation.pk, attachment.pk)).status_code == 302
    with as_owner():
        assert not Attachment.objects.exists()


NOT_TAKEN = (
    ("brev.pdf", b"MZ\x90\x00"),
    ("bild.png", b"%PDF-1.7\n"),
    ("macro.pdf", b"%PDF-1.7\n/OpenAction << /S /J#61vaScript >>"),
    ("sida.txt", b"<script>alert(1)</script>"),
    ("arkiv.zip", b"PK\x03\x04"),
    ("tom.txt", b""),
)


def test_a_file_that_could_run_or_is_not_what_it_says_is_refused() -> None:
    deviation, client = deviating.reported(), client_for(actor(deviating.REPORTER))
    for name, content in NOT_TAKEN:
        page = client.post(at("attach", deviation.pk), {"file": SimpleUploadedFile(name, content)})
        assert page.status_code == 422, name
    with as_owner():
        assert not Attachment.objects.exists()


# --- sharing ----------------------------------------------------------------------------------------------------------
TELLING = "Nils Provssons skola kallades aldrig den 4 mars. Pojken på Storgatan 4, 20110108-2392, ring 070-123 45 67."


def hits_of(page: Any) -> dict[str, Any]:
    """The hits of the page as its form sends them, each replaced by the suggestion."""
    sent: dict[str, Any] = {"edition": page.context["text"].edition}
    for form in page.context["hit_forms"]:
        sent |= {f"{form.prefix}-choice": "replace", f"{form.prefix}-instead": form.hit.suggestion}
    return sent


def finished(by: str = deviating.REPORTER, **facts: Any) -> tuple[Deviation, Client]:
    case = build.sent()
    with acting(actor(by), NOW):
        matter = Matter.objects.select_related("agreement").get(pk=case.pk)
    return deviating.handled(matter=matter, **facts), client_for(actor(by))


def test_dev4_every_hit_is_decided_a_colleague_approves_and_the_group_gets_no_way_back() -> None:
    deviation, client = finished(description=TELLING)
    client.post(at("deidentify", deviation.pk), {"begin": "1"})
    page = client.get(at("deidentify", deviation.pk))
    assert {form.hit.passage for form in page.context["hit_forms"]} >= {
        "Nils Provssons", "den 4 mars", "Storgatan 4", "20110108-2392", "070-123 45 67",
    }  # fmt: skip
    assert b"checked" not in page.content
    untouched = {name: value for name, value in hits_of(page).items() if not name.endswith("-choice")}
    nothing = client.post(at("deidentify", deviation.pk), untouched)
    assert nothing.status_code == 422
    assert "Inget är avgjort ännu" in words(nothing)
    early = client.post(at("propose", deviation.pk), {"edition": page.context["text"].edition})
    assert early.status_code == 422
    assert "ställen i texten är inte avgjorda ännu" in words(early)
    while page.context["hit_forms"]:
        assert client.post(at("deidentify", deviation.pk), hits_of(page)).status_code == 302
        page = client.get(at("deidentify", deviation.pk))
    sent = {"edition": page.context["text"].edition}
    assert client.post(at("propose", deviation.pk), sent).status_code == 302
    edition = deviating.text_of(deviation, actor(deviating.REPORTER)).edition
    assert client.get(at("approve", deviation.pk)).status_code == 403
    assert client.post(at("approve", deviation.pk), {"edition": edition, "share": "1"}).status_code == 403
    colleague = client_for(actor(deviating.COLLEAGUE))
    assert "SSGB Hylte" in words(colleague.get(at("approve", deviation.pk)))
    assert colleague.post(at("approve", deviation.pk), {"edition": edition, "share": "1"}).status_code == 302
    group = client_for(deviating.coordinator())
    text = words(group.get(at("record", as_now(deviation).shared_id)))
    for secret in ("Nils", "Provsson", "Storgatan", "2392", "070-", "4 mars", deviation.reference):
        assert secret not in text
    for way_back in ("deviation", "edit", "approve", "deidentify"):
        assert group.get(at(way_back, deviation.pk)).status_code == 403


def test_dev4_a_number_can_not_be_kept_and_a_reason_is_needed_for_the_rest() -> None:
    deviation, client = finished(description=TELLING)
    client.post(at("deidentify", deviation.pk), {"begin": "1"})
    page = client.get(at("deidentify", deviation.pk))
    by_kind = {form.hit.kind: form for form in page.context["hit_forms"]}
    sent = {"edition": page.context["text"].edition}
    for kind in ("number", "address"):
        prefix = by_kind[kind].prefix
        answer = client.post(
            at("deidentify", deviation.pk), sent | {f"{prefix}-choice": "keep", f"{prefix}-reason": ""}
        )
        assert answer.status_code == 422, kind
    prefix = by_kind["address"].prefix
    keep = {f"{prefix}-choice": "keep", f"{prefix}-reason": "Gatan är kommunens längsta"}
    assert client.post(at("deidentify", deviation.pk), sent | keep).status_code == 302
    with as_owner():
        assert deviation.text.hits.get(resolution=Resolution.KEPT).passage == "Storgatan 4"


def test_dev4_a_text_that_changed_since_it_was_read_is_not_approved() -> None:
    deviation = deviating.proposed()
    page = client_for(actor(deviating.COLLEAGUE)).post(at("approve", deviation.pk), {"edition": 1, "share": "1"})
    assert page.status_code == 422
    assert as_now(deviation).state == State.PROPOSED


def test_dev4_a_colleague_sends_the_text_back_with_what_is_wrong() -> None:
    deviation = deviating.proposed()
    colleague = client_for(actor(deviating.COLLEAGUE))
    assert colleague.post(at("approve", deviation.pk), {"send_back": "1", "reason": ""}).status_code == 422
    colleague.post(at("approve", deviation.pk), {"send_back": "1", "reason": "Byn går att känna igen."})
    mine = client_for(actor(deviating.REPORTER))
    assert "Byn går att känna igen." in words(mine.get(at("deidentify", deviation.pk)))


# --- the group --------------------------------------------------------------------------------------------------------
def test_dev6_the_group_ties_records_together_decides_and_the_reporter_hears() -> None:
    first = deviating.shared()
    other = deviating.shared(
        actor("hylte-elevhalsa"), actor("hylte-elevhalsa-2"), description=f"{deviating.STORY} Det har hänt förut."
    )
    lead = deviating.coordinator()
    group = client_for(lead)
    record_id = as_now(first).shared_id
    page = group.get(at("record", record_id))
    assert [one.pk for one in page.context["similar"]] == [as_now(other).shared_id]
    ids = re.findall(r'name="records"\s+value="([\w-]+)"', group.get(at("new_pattern")).content.decode())
    assert len(ids) == 2
    assert group.post(at("new_pattern"), {"name": "Skolan kallas inte", "records": ids[:1]}).status_code == 422
    assert group.post(at("new_pattern"), {"name": "Skolan kallas inte", "records": ids}).status_code == 302
    with as_owner():
        pattern = Pattern.objects.get()
        owner = as_now(first).unit_id
    measure = {"what": "Mall för kallelse där skolan alltid finns med", "owner": str(owner), "due_on": "2026-05-04"}
    assert group.post(at("improve_pattern", pattern.pk), measure).status_code == 302
    version = page.context["record"].version + 1
    agenda = {"put_on_agenda": "1", "day": "2026-03-23", "version": version}
    assert group.post(at("record", record_id), agenda).status_code == 302
    analysis = {"analyse": "1", "text": "Ingen mall säger vem som kallas.", "version": version + 1}
    assert group.post(at("record", record_id), analysis).status_code == 302
    lesson = {"tell_lesson": "1", "text": "Skolan finns nu alltid med i mallen.", "version": version + 2}
    assert group.post(at("record", record_id), lesson).status_code == 302

    reporter = client_for(actor(deviating.REPORTER))
    assert "Läs vad gruppen kom fram till" in words(reporter.get("/"))
    told = words(reporter.get(at("deviation", first.pk)))
    assert "Skolan finns nu alltid med i mallen." in told
    assert "Skolan kallas inte" in told
    assert "Mall för kallelse" in told
    assert "Läs vad gruppen kom fram till" not in words(reporter.get("/"))

    with as_owner():
        improvement = Improvement.objects.get()
    assert "Genomför förbättringsåtgärden" in words(reporter.get("/"))
    done = {"is_done": "yes", "note": "Mallen används.", "version": improvement.version}
    assert reporter.post(at("improvement", improvement.pk), done).status_code == 302
    effect = {"effect": "good", "note": "Ingen ny sedan dess.", "version": improvement.version + 1}
    assert group.post(at("improvement", improvement.pk), effect).status_code == 302
    assert "Det gav avsedd effekt" in words(group.get(at("improvement", improvement.pk)))


def test_dev6_the_desk_is_searched_by_nearly_the_same_words() -> None:
    deviating.shared()
    group = client_for(deviating.coordinator())
    assert group.get(at("desk"), {"q": "skolan kallade"}).context["page"].paginator.count == 1
    assert group.get(at("desk"), {"q": "läkemedelslista"}).context["page"].paginator.count == 0
    assert group.get(at("desk"), {"avsnitt": "4.1"}).context["page"].paginator.count == 1


def test_org5_another_group_and_its_coordinator_see_nothing() -> None:
    deviation = deviating.shared()
    stranger = client_for(deviating.coordinator("ssgv-laholm"))
    assert stranger.get(at("desk")).context["total"] == 0
    foreign = stranger.get(at("record", as_now(deviation).shared_id))
    missing = stranger.get(at("record", uuid.uuid4()))
    assert foreign.status_code == missing.status_code == 404
    assert without_token(foreign) == without_token(missing)


# --- together with another party --------------------------------------------------------------------------------------
HANDED = {
    "question": "Varför fick skolan ingen kallelse, och vad gör ni så att det inte händer igen?",
    "interim": "Vi kallar till nästa möte. Ni skickar underlaget.",
}


def handed_over() -> JointHandling:
    deviation, client = finished_no()
    answer = client.post(at("hand_over", deviation.pk), HANDED | {"to_unit": str(unit("bup-halmstad").pk)})
    assert answer.status_code == 302
    with as_owner():
        return JointHandling.objects.get()


def finished_no() -> tuple[Deviation, Client]:
    return deviating.reported(), client_for(actor(deviating.REPORTER))


def test_dev5_the_other_party_agrees_and_answers_and_never_sees_the_report() -> None:
    joint = handed_over()
    other = client_for(actor("bup-halmstad"))
    assert "Kom överens om tillfälligt ansvar" in words(other.get("/"))
    page = words(other.get(at("joint", joint.pk)))
    assert HANDED["question"] in page
    assert deviating.STORY not in page
    assert other.get(at("deviation", joint.deviation_id)).status_code == 404
    other.post(at("joint", joint.pk), {"agree": "1", "version": joint.version})
    assert "Återkoppla till" in words(other.get("/"))
    answer = {"answer": "1", "text": "Kallelsen fastnade. Nu finns en reserv.", "version": joint.version + 1}
    assert other.post(at("joint", joint.pk), answer).status_code == 302
    mine = client_for(actor(deviating.REPORTER))
    assert "Nu finns en reserv." in words(mine.get(at("joint", joint.pk)))
    assert client_for(actor("laholm-socialtjanst-barn")).get(at("joint", joint.pk)).status_code == 404


def test_dev5_another_proposal_goes_back_to_the_first() -> None:
    joint = handed_over()
    other, mine = client_for(actor("bup-halmstad")), client_for(actor(deviating.REPORTER))
    proposal = {"propose_other": "1", "interim": "Vi tar båda delarna.", "version": joint.version}
    assert other.post(at("joint", joint.pk), proposal).status_code == 302
    assert "Förslaget är ert." in words(other.get(at("joint", joint.pk)))
    assert mine.post(at("joint", joint.pk), {"agree": "1", "version": joint.version + 1}).status_code == 302


def test_wall2_nothing_about_a_person_is_handed_to_the_other_party() -> None:
    deviation, client = finished_no()
    sent = HANDED | {
        "to_unit": str(unit("bup-halmstad").pk),
        "question": "Gäller 20110108-2392, varför ringde ni inte?",
    }
    page = client.post(at("hand_over", deviation.pk), sent)
    assert page.status_code == 422
    assert "Skriv utan uppgifter om personer." in words(page)


# --- who reaches what, and what it costs ------------------------------------------------------------------------------
PAGES = ("deviation", "edit", "withdraw", "finish", "reopen", "close", "hand_over", "deidentify", "approve")


def test_law3_a_foreign_deviation_answers_as_one_that_does_not_exist() -> None:
    deviation = deviating.reported()
    for username in ("hylte-socialtjanst-vuxna", "bup-halmstad"):
        client = client_for(actor(username))
        for name in PAGES:
            foreign, missing = client.get(at(name, deviation.pk)), client.get(at(name, uuid.uuid4()))
            assert foreign.status_code == missing.status_code == 404, name
            assert without_token(foreign) == without_token(missing), name


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_lists_cost_the_same_for_few_and_many() -> None:
    def fill(count: int) -> None:
        for _ in range(count):
            deviating.reported()

    client = client_for(actor(deviating.REPORTER))
    fill(2)
    client.get(at("list"))
    few = [cost(client, at("list")), cost(client, "/")]
    fill(8)
    assert [cost(client, at("list")), cost(client, "/")] == few


def test_the_desk_costs_the_same_for_few_and_many() -> None:
    client = client_for(deviating.coordinator())
    deviating.shared()
    client.get(at("desk"))
    few = cost(client, at("desk"))
    for _ in range(4):
        deviating.shared()
    assert cost(client, at("desk")) == few
    with as_owner():
        assert SharedDeviation.objects.count() == 5
