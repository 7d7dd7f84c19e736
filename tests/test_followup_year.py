"""The annual follow-up from opening to the board's feedback (FUP-2…5)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client, override_settings

from core.acting import acting
from core.authz import NotAllowed, Refused
from core.dates import swedish_date
from core.models import Message
from core.pdf import TOO_BIG, NoDocument
from core.transitions import Stale
from core.workdays import last_day, local_day
from deadlines.models import Clock
from deadlines.sweep import sweep
from followup import actions, printing
from followup.kinds import RegionalState, ReportState, TaskState
from followup.models import (
    BoardTask,
    Comment,
    GroupReport,
    Publication,
    RegionalReport,
    RegionalVersion,
    ReportFile,
    ReportVersion,
)
from tests import build_groups as build
from tests.conftest import NOW, actor, as_jobs, as_owner, as_role
from tests.pages import client_for, words
from tests.papers import read_back
from tests.test_followup_groups import sign_in

pytestmark = pytest.mark.django_db


def report_of(campaign: object, key: str = build.GROUP) -> GroupReport:
    return GroupReport.objects.select_related("campaign", "group").get(campaign=campaign, group__key=key)


def compiled(campaign: object, *, now: object = NOW) -> RegionalReport:
    by = build.coordinator()
    whole = campaign.regional_reports.get(coordination="children")  # type: ignore[attr-defined]
    with acting(by, NOW):
        for key in build.texts(report_of(campaign)):
            actions.compile_text(report_id=whole.pk, indicator=key, text="Gemensamt", version=0, by=by, now=NOW)
        return actions.finish_compiling(report_id=whole.pk, version=whole.version, by=by, now=NOW)


def presented(campaign: object) -> RegionalVersion:
    whole, by = compiled(campaign), build.coordinator()
    with acting(by, NOW):
        return actions.present(report_id=whole.pk, version=whole.version, by=by, now=NOW)


def test_fup2_opening_gives_every_group_a_report_a_day_from_the_agreement_and_a_clock() -> None:
    campaign = build.campaign()
    assert last_day(campaign.due_at).isoformat() == "2026-10-31"
    assert last_day(campaign.regional_due_at).isoformat() == "2026-11-30"
    assert campaign.reports.count() == 12
    report = report_of(campaign)
    with acting(build.coordinator(), NOW):
        clock = Clock.objects.get(subject=report.pk)
    with as_jobs():
        sweep(clock.stage_times[0] + timedelta(seconds=1))
        told = Message.objects.filter(kind="group.warn", to_unit_id=clock.unit_id, to_level="group_coordinator")
        assert told.exists()
    report.refresh_from_db()
    assert report.reminded_at is not None


def test_fup2_a_year_is_opened_once_and_by_the_board_only() -> None:
    build.campaign()
    with pytest.raises(Refused, match="redan öppen"):
        build.campaign()
    by = build.coordinator()
    with acting(by, NOW), pytest.raises(Refused), transaction.atomic():
        actions.open_campaign(agreement=build.agreement(), year=2025, by=by, now=NOW)


def test_fup2_an_empty_required_analysis_is_refused_with_its_field() -> None:
    report, by = report_of(build.campaign()), build.coordinator()
    with acting(by, NOW), pytest.raises(Refused) as refused, transaction.atomic():
        actions.submit_report(
            report_id=report.pk, version=1, texts={**build.texts(report), "deviations": "  "}, by=by, now=NOW
        )
    assert refused.value.field == "deviations"
    assert ReportVersion.objects.count() == 0


def test_fup2_two_who_hand_in_at_once_one_is_told() -> None:
    campaign = build.campaign()
    report, by = report_of(campaign), build.coordinator()
    build.submitted(campaign)
    with acting(by, NOW), pytest.raises(Stale), transaction.atomic():
        actions.submit_report(report_id=report.pk, version=1, texts=build.texts(report), by=by, now=NOW)


def test_fup5_what_is_handed_in_is_frozen_with_its_definitions() -> None:
    campaign = build.campaign()
    report = build.submitted(campaign)
    assert report.state == ReportState.SUBMITTED
    version = ReportVersion.objects.get(report=report)
    definitions = {row["definition"]["key"]: row["definition"] for row in version.content["figures"]}
    assert definitions["first_contact_in_time"]["denominator"] == "first_contacts_due"
    assert definitions["first_contact_in_time"]["definition"]
    for change in (
        lambda: ReportVersion.objects.filter(pk=version.pk).update(content={}),
        lambda: ReportVersion.objects.filter(pk=version.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_fup5_a_correction_is_a_new_version_with_a_reason_and_the_old_one_stands() -> None:
    campaign = build.campaign()
    report, by = build.submitted(campaign), build.coordinator()
    with acting(by, NOW):
        with pytest.raises(Refused), transaction.atomic():
            actions.correct_report(report_id=report.pk, version=report.version, reason=" ", by=by, now=NOW)
        report = actions.correct_report(
            report_id=report.pk, version=report.version, reason="Fel antal möten", by=by, now=NOW
        )
        actions.submit_report(report_id=report.pk, version=report.version, texts={"deviations": "Nytt"}, by=by, now=NOW)
    first, second = ReportVersion.objects.filter(report=report)
    assert (first.reason, second.reason) == ("", "Fel antal möten")
    assert "Nytt" not in [row["text"] for row in first.content["texts"]]


def test_fup3_compiling_with_a_group_missing_is_allowed_and_marked() -> None:
    campaign = build.campaign()
    build.submitted(campaign)
    version = presented(campaign)
    groups = {one["name"]: one["version"] for one in version.content["groups"]}
    assert groups["SSGB Falkenberg"] == 1
    assert groups["SSGB Hylte"] is None
    with as_jobs():
        told = set(Message.objects.filter(kind="group.presented").values_list("to_level", flat=True))
    assert told == {"board_member", "education_group"}


def test_fup3_a_presented_report_stands_and_a_correction_is_a_new_version() -> None:
    campaign = build.campaign()
    build.submitted(campaign)
    version, by = presented(campaign), build.coordinator()
    with pytest.raises(DatabaseError), transaction.atomic():
        RegionalVersion.objects.filter(pk=version.pk).update(content={})
    whole = RegionalReport.objects.get(pk=version.report_id)
    with acting(by, NOW):
        whole = actions.correct_regional(
            report_id=whole.pk, version=whole.version, reason="En grupp saknades", by=by, now=NOW
        )
        assert whole.state == RegionalState.COMPILING
        whole = actions.finish_compiling(report_id=whole.pk, version=whole.version, by=by, now=NOW)
        second = actions.present(report_id=whole.pk, version=whole.version, by=by, now=NOW)
    assert (second.number, second.reason) == (2, "En grupp saknades")


def test_fup3_two_who_merge_the_same_text_one_is_told() -> None:
    campaign = build.campaign()
    build.submitted(campaign)
    whole, by = campaign.regional_reports.get(coordination="children"), build.coordinator()
    with acting(by, NOW):
        text = {"report_id": whole.pk, "indicator": "deviations", "by": by, "now": NOW}
        actions.compile_text(text="Ett", version=0, **text)
        actions.compile_text(text="Två", version=1, **text)
        with pytest.raises(Stale), transaction.atomic():
            actions.compile_text(text="Tre", version=1, **text)


def test_fup4_feedback_is_given_once_and_stands() -> None:
    report, by = build.submitted(build.campaign()), build.board()
    with acting(by, NOW):
        made = actions.give_feedback(report_id=report.pk, text="Tack", by=by, now=NOW)
        with pytest.raises(Refused), transaction.atomic():
            actions.give_feedback(report_id=report.pk, text="Igen", by=by, now=NOW)
        with pytest.raises(DatabaseError), transaction.atomic():
            type(made).objects.filter(pk=made.pk).update(text="Annat")


def test_fup4_an_assignment_runs_on_a_clock_until_it_is_reported_and_accepted() -> None:
    board, by, due = build.board(), build.coordinator(), local_day(NOW) + timedelta(days=90)
    with acting(board, NOW):
        (task,) = actions.give_task(
            agreement=build.agreement(), groups=[build.group()], name="Kartlägg", text="Kartlägg vägarna in",
            due_on=due, by=board, now=NOW,
        )  # fmt: skip
    with acting(by, NOW):
        assert Clock.objects.get(subject=task.pk).stopped_at is None
        actions.report_task(task_id=task.pk, version=1, result="Klart", by=by, now=NOW)
        assert Clock.objects.get(subject=task.pk).stopped_at == NOW
    with acting(board, NOW):
        actions.return_task(task_id=task.pk, version=2, answer="Mer", due_on=due, by=board, now=NOW)
        assert Clock.objects.filter(subject=task.pk, stopped_at=None).exists()
    with acting(by, NOW):
        actions.report_task(task_id=task.pk, version=3, result="Mer klart", by=by, now=NOW)
    with acting(board, NOW):
        actions.accept_task(task_id=task.pk, version=4, answer="", by=board, now=NOW)
    assert BoardTask.objects.get(pk=task.pk).state == TaskState.ACCEPTED


def test_fup4_an_indicator_applies_from_next_year_and_never_to_one_that_has_begun() -> None:
    from followup.definitions import Definitions

    board = build.board()
    values = {"key": "sip_quality", "name": "Kvalitet i SIP", "kind": "text"}
    with acting(board, NOW):
        with pytest.raises(Refused), transaction.atomic():
            actions.add_indicator(
                agreement=build.agreement(), from_year=2026, values=values, reason="Behövs", by=board, now=NOW
            )
        actions.add_indicator(
            agreement=build.agreement(), from_year=2027, values=values, reason="Behövs", by=board, now=NOW
        )
    keys = {year: {one.key for one in Definitions(build.agreement()).of(year)} for year in (2026, 2027)}
    assert "sip_quality" not in keys[2026]
    assert "sip_quality" in keys[2027]


def test_fup2_user_organisations_comment_and_are_answered(client: Client) -> None:
    campaign = build.campaign()
    build.submitted(campaign)
    version, brukare, board = presented(campaign), actor("brukare"), build.board()
    with acting(brukare, NOW):
        said = actions.comment(version_id=version.pk, text="Fråga oss tidigare", by=brukare, now=NOW)
    with acting(board, NOW):
        actions.answer_comment(comment_id=said.pk, answer="Ja, i januari", by=board, now=NOW)
    page = sign_in(client, brukare).get(f"/uppfoljning/overlamnat/{version.pk}/").content.decode()
    assert "Fråga oss tidigare" in page
    assert "Ja, i januari" in page


def test_fup2_agr4_user_organisations_comment_on_what_a_group_publishes(client: Client) -> None:
    """A handed-in report, and approved minutes once the coordinator publishes them; nothing of it is taken back."""
    report, lead, brukare = build.submitted(build.campaign()), build.coordinator(), actor("brukare")
    meeting, member = build.held(notes="Vi läste brukarrådets brev."), build.representative()
    after = NOW + timedelta(hours=2)
    with acting(lead, after):
        published = Publication.objects.get(report__report=report)
        with pytest.raises(Refused, match="när det är justerat"), transaction.atomic():
            actions.publish_minutes(meeting_id=meeting.pk, by=lead, now=after)
        # The database keeps it too, whoever writes past the action.
        with pytest.raises(DatabaseError, match="published once they are approved"), transaction.atomic():
            Publication.objects.create(group=meeting.group, minutes=meeting, at=after, by_id=lead.user_id)
    with acting(member, after):
        meeting = actions.approve(meeting_id=meeting.pk, version=meeting.version, by=member, now=after)
        with pytest.raises(NotAllowed), transaction.atomic():
            actions.publish_minutes(meeting_id=meeting.pk, by=member, now=after)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Publication.objects.create(group=meeting.group, minutes=meeting, at=after, by_id=member.user_id)
    root = "/uppfoljning"
    with time_machine.travel(after, tick=False), override_settings(DEMO=True):
        sign_in(client, lead)
        assert "Det går inte att ta tillbaka" in words(client.get(f"{root}/moten/{meeting.pk}/publicera/"))
        at = client.post(f"{root}/moten/{meeting.pk}/publicera/")["Location"]
        assert client.post(f"{root}/moten/{meeting.pk}/publicera/").status_code == 422
        reader = client_for(brukare)
        # Only what is published is reached: not the group's own pages.
        assert reader.get(f"{root}/moten/{meeting.pk}/").status_code == 403
        assert reader.get(f"{root}/rapporter/{report.pk}/").status_code == 403
        listed = words(reader.get(f"{root}/publicerat/"))
        assert "Uppföljning 2026" in listed
        assert f"Protokoll {swedish_date(meeting.starts_at)}" in listed
        minutes = words(reader.get(at))
        assert "Vi läste brukarrådets brev." in minutes
        assert "Brukarrådet läste handlingarna." in minutes
        here = f"{root}/publicerat/{published.pk}/"
        assert "Vi har: avvikelser" in words(reader.get(here))
        assert reader.post(f"{here}synpunkt/", {"text": " "}).status_code == 422
        assert reader.post(f"{here}synpunkt/", {"text": "Fråga oss före sommaren"}).status_code == 302
        with as_jobs():
            (told,) = Message.objects.filter(kind="group.commented")
        assert (told.to_unit_id, told.to_level) == (lead.unit_id, "group_coordinator")
        assert "Svara på en synpunkt" in words(client.get(f"{root}/"))
        with acting(lead, after):
            said = published.comments.get()
        answer = f"{root}/synpunkter/{said.pk}/svara/"
        # The board answers about the county's report; about a group's own its coordinator does, and no other.
        for other in (build.board(), build.coordinator("ssgb-hylte")):
            assert client_for(other).post(answer, {"answer": "Ja"}).status_code == 403
        assert client.post(answer, {"answer": "Ja, i maj"}).status_code == 302
        assert client.post(answer, {"answer": "Nej"}).status_code == 422
        assert "Ja, i maj" in words(reader.get(here))
        # It is there when the group writes about user participation.
        client.post(f"{root}/rapporter/{report.pk}/ratta/", {"version": report.version, "reason": "Mer att säga"})
        written = words(client.get(f"{root}/rapporter/{report.pk}/skriv/"))
        assert "Fråga oss före sommaren" in written
        assert "Brukarrådet läste handlingarna." in written
        api = client_for(brukare)
        answered = api.get(f"/api/v1/publicerat/{published.pk}/").json()["comments"]
        assert [(one["text"], one["answer"]) for one in answered] == [("Fråga oss före sommaren", "Ja, i maj")]
        assert len(api.get("/api/v1/publicerat/").json()["results"]) == 2
        sent = api.post(f"/api/v1{at.removeprefix(root)}synpunkter/", {"text": "Bra"}, content_type="application/json")
        assert sent.json()["points"][0]["note"] == "Vi läste brukarrådets brev."
        assert sent.json()["comments"][0]["text"] == "Bra"
    for change in ({"at": NOW}, {"report": None}):
        with as_owner(), pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            Publication.objects.update(**change)
    # Without an actor, or as one who has no part in this, nothing is read (quality 5).
    assert not Publication.objects.exists()
    with acting(actor("hylte-socialtjanst-barn"), after):
        assert not Comment.objects.exists()


def printed(at: datetime) -> int:
    """One round of the printing job. Returns how many files it tried."""
    with as_jobs():
        return printing.print_waiting(lambda: at)


def test_fup7_the_pdf_of_a_report_is_made_in_the_background_and_its_progress_told(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that dies is followed by another; three deaths, or a refusal, give up; asked again it is made."""
    report = build.submitted(build.campaign())
    address = f"/uppfoljning/rapporter/{report.pk}/"
    sign_in(client, build.coordinator())
    assert client.get(f"{address}fil.pdf")["Location"] == f"{address}pdf/"
    told: list[tuple[str, int, int]] = []

    def dies(**given: object) -> bytes:
        given["told"]("Ritar diagram 2 av 9", 2, 19)  # type: ignore[operator]
        told.append(ReportFile.objects.values_list("step", "done", "total").get())
        with as_role("portal_app"):
            assert "Ritar diagram 2 av 9." in client.get(f"{address}pdf/").content.decode()
        raise MemoryError

    made = "followup.printing.documents.as_pdf"
    at = NOW
    for _ in range(printing.TRIES):
        with monkeypatch.context() as patch:
            patch.setattr(made, dies)
            with pytest.raises(MemoryError):
                printed(at)
        # Whoever had it may still be at work: nobody takes it until the lease is out.
        assert printed(at + timedelta(seconds=5)) == 0
        at += printing.LEASE + timedelta(seconds=1)
    assert told == [("Ritar diagram 2 av 9", 2, 19)] * printing.TRIES
    assert printed(at) == 0
    page = client.get(f"{address}pdf/").content.decode()
    assert printing.GIVEN_UP in page
    assert "Försök igen" in page
    assert client.post(f"{address}pdf/").status_code == 302

    def refuses(**given: object) -> bytes:
        raise NoDocument(TOO_BIG)

    with monkeypatch.context() as patch:
        patch.setattr(made, refuses)
        assert printed(at) == printing.TRIES
    assert TOO_BIG in client.get(f"{address}pdf/").content.decode()
    client.post(f"{address}pdf/")
    assert printed(at) == 1
    assert printed(at) == 0
    paper = read_back(client.get(f"{address}fil.pdf").content)
    assert paper.is_readable
    assert "Vi har: avvikelser" in paper.text
    through_api = client.get(f"/api/v1/gruppuppfoljningar/{report.pk}/pdf/")
    assert through_api["Content-Type"] == "application/pdf"
    assert through_api.content == client.get(f"{address}fil.pdf").content
    # What is handed in is frozen, and so is its file.
    with pytest.raises(DatabaseError), transaction.atomic():
        ReportFile.objects.update(content=b"%PDF")


def test_fup7_a_formula_in_a_report_is_inert_in_its_files(client: Client) -> None:
    campaign = build.campaign()
    report = build.submitted(campaign, deviations="=cmd()")
    sign_in(client, build.coordinator())
    text = client.get(f"/uppfoljning/rapporter/{report.pk}/fil.csv").content.decode("utf-8-sig")
    assert "'=cmd()" in text


def test_every_state_of_this_chapter_is_reached_and_owned() -> None:
    from followup import states
    from followup.permissions import ALL_RULES

    for diagram in states.DIAGRAMS.values():
        every = set(type(diagram.first))
        assert {diagram.first, *diagram.transitions.values()} == every
        assert set(diagram.owners) == every
    for rules in ALL_RULES.values():
        assert {do for _, do in rules.transitions} == set(rules.rules)
