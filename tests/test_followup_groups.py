"""Groups: meetings, agenda, minutes, decisions with clocks, co-opted parties (FUP-1)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from core.acting import acting
from core.authz import Refused
from core.models import Message
from core.transitions import Gone, Stale
from core.workdays import end_of, local_day
from deadlines.models import Clock
from deadlines.sweep import sweep
from followup import actions, agenda
from followup.kinds import DecisionState, MeetingState
from followup.models import AgendaItem, Decision, Meeting
from organisations.middleware import SESSION_ASSIGNMENT
from tests import build_groups as build
from tests.conftest import NOW, as_jobs, as_owner
from tests.papers import read_back

pytestmark = pytest.mark.django_db


def sign_in(client: Client, by: object) -> Client:
    from organisations.models import User

    client.force_login(User.objects.get(pk=by.user_id), backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[attr-defined]
    session = client.session
    session[SESSION_ASSIGNMENT] = str(by.assignment_id)  # type: ignore[attr-defined]
    session.save()
    return client


def test_fup1_a_series_gets_the_agenda_that_the_agreement_proposes() -> None:
    by, starts = build.coordinator(), [NOW + timedelta(weeks=8 * i) for i in range(1, 4)]
    with acting(by, NOW):
        made = actions.plan_meetings(
            group_id=build.group().pk, starts=starts, minutes_long=90, place="Teams", by=by, now=NOW
        )
    proposed = list(build.agreement().agenda_points.values_list("name", flat=True))
    assert [one.starts_at for one in made] == starts
    assert len({one.series for one in made}) == 1
    for meeting in made:
        assert list(meeting.items.values_list("heading", flat=True)) == proposed


def test_fup1_only_the_coordinator_of_the_group_calls() -> None:
    meeting = build.planned()
    for by, error in (
        (build.representative(), Refused),
        (build.coordinator("ssgv-varberg"), Gone),
        (build.coordinator("ssgv-falkenberg"), Gone),
    ):
        with acting(by, NOW), pytest.raises(error), transaction.atomic():
            actions.call(meeting_id=meeting.pk, version=meeting.version, by=by, now=NOW)


def test_fup1_a_call_is_told_to_every_member_in_the_role_they_sit_by() -> None:
    build.called()
    with as_jobs():
        told = list(Message.objects.filter(kind="group.called").values_list("to_unit_id", "to_level"))
    group = build.group()
    with as_owner():
        seats = {
            (one.represents_id, "group_coordinator" if one.is_coordinator else "group_representative")
            for one in group.members.all()
        }
    assert sorted(told) == sorted(seats)


def test_fup1_minutes_are_approved_by_another_and_then_stand() -> None:
    meeting, by, other = build.held(), build.coordinator(), build.representative()
    later = NOW + timedelta(hours=2)
    with acting(by, later), pytest.raises(Refused), transaction.atomic():
        actions.approve(meeting_id=meeting.pk, version=meeting.version, by=by, now=later)
    with acting(other, later):
        done = actions.approve(meeting_id=meeting.pk, version=meeting.version, by=other, now=later)
    assert done.state == MeetingState.APPROVED
    item = AgendaItem.objects.filter(meeting=meeting).first()
    assert item is not None
    for change in (
        lambda: AgendaItem.objects.filter(pk=item.pk).update(note="Annat"),
        lambda: Meeting.objects.filter(pk=meeting.pk).update(place="Annanstans"),
        lambda: AgendaItem.objects.create(meeting=meeting, position=99, source="own", heading="Efteråt"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_fup1_a_decision_has_an_owner_a_day_and_a_clock_that_reminds_the_owner() -> None:
    meeting, by = build.held(), build.coordinator()
    later = NOW + timedelta(hours=2)
    with acting(by, later):
        owner = build.group().members.select_related("represents").filter(is_coordinator=False).order_by("pk")[0]
        due = local_day(NOW) + timedelta(days=30)
        made = actions.decide(
            meeting_id=meeting.pk, text="Ta fram en rutin", owner=owner, due_on=due, item=None, by=by, now=later
        )
        clock = Clock.objects.get(subject=made.pk)
    assert (clock.due_at, clock.unit_id) == (end_of(due), owner.represents_id)
    with as_jobs():
        sweep(clock.stage_times[0] + timedelta(seconds=1))
        told = Message.objects.filter(kind="group.warn").values_list("to_unit_id", "to_level")
        assert (owner.represents_id, "group_representative") in set(told)
    owned = build.seat(owner, build.Role.GROUP_REPRESENTATIVE)
    with acting(owned, later):
        actions.finish_decision(decision_id=made.pk, version=1, note="Rutinen finns", by=owned, now=later)
        assert Clock.objects.get(pk=clock.pk).stopped_at == later
        actions.evaluate_decision(decision_id=made.pk, version=2, effect="Färre väntar", by=owned, now=later)
    assert Decision.objects.get(pk=made.pk).state == DecisionState.EVALUATED


def test_fup1_two_who_change_the_same_meeting_at_once_one_is_told() -> None:
    meeting, by = build.planned(), build.coordinator()
    values = {"starts_at": NOW + timedelta(days=20), "minutes_long": 60, "place": "Här", "by": by, "now": NOW}
    with acting(by, NOW):
        actions.change_meeting(meeting_id=meeting.pk, version=1, **values)
        with pytest.raises(Stale), transaction.atomic():
            actions.change_meeting(meeting_id=meeting.pk, version=1, **{**values, "place": "Där"})


def test_law6_the_calendar_file_holds_time_and_place_and_nothing_of_the_agenda(client: Client) -> None:
    meeting = build.called()
    with acting(build.coordinator(), NOW):
        item = meeting.items.first()
        assert item is not None
    answer = sign_in(client, build.representative()).get(f"/uppfoljning/moten/{meeting.pk}/kalender.ics")
    text = answer.content.decode()
    assert "DTSTART" in text
    assert "SSGB Falkenberg" in text
    assert "Stadshuset" in text
    assert item.heading not in text


def test_fup1_what_waits_stands_under_its_point_of_the_agenda(client: Client) -> None:
    held, by = build.held(), build.coordinator()
    later = NOW + timedelta(hours=2)
    with acting(by, later):
        owner = build.group().members.select_related("represents").filter(is_coordinator=True).get()
        actions.decide(
            meeting_id=held.pk, text="Skriv en gemensam rutin", owner=owner, due_on=local_day(NOW), item=None, by=by,
            now=later,
        )  # fmt: skip
        actions.co_opt(
            group_id=held.group_id, name="Polisen", why="Sommaren", starts_on=local_day(NOW), by=by, now=later
        )
    with as_owner():
        ends, stays = build.group().members.filter(is_coordinator=False).order_by("pk")[:2]
        build.GroupMember.objects.filter(pk=ends.pk).update(ends_on=date(2026, 12, 1))
        build.GroupMember.objects.filter(pk=stays.pk).update(ends_on=date(2028, 1, 1))
    meeting = build.planned(days=30)
    address = f"/uppfoljning/moten/{meeting.pk}/"
    page = sign_in(client, by).get(address).content.decode()
    paper = read_back(client.get(f"{address}handling.pdf").content)
    assert paper.is_readable
    for shown in (page, paper.text):
        assert "Skriv en gemensam rutin" in shown
        assert "Polisen är adjungerad" in shown
        # The last day of the mandate, not the first without it; one that lasts longer waits.
        assert f"Mandatet för {ends.user} går ut" in shown
        assert "mån 30 nov 2026" in shown
        assert f"Mandatet för {stays.user}" not in shown
    # Only what is approved is filed.
    assert client.get(f"{address}arkiv.pdf").status_code == 404


@pytest.mark.parametrize(("on", "until"), [((2026, 3, 9), (2027, 1, 1)), ((2026, 7, 1), (2027, 7, 1))])
def test_fup1_mandates_are_told_of_until_the_end_of_the_next_term(on: tuple[int, ...], until: tuple[int, ...]) -> None:
    assert agenda.after_next_term(date(*on)) == date(*until)


@pytest.mark.parametrize("path", ["", "grupper/{group}/"])
def test_pages_of_a_group_cost_the_same_whatever_their_number_of_rows(
    client: Client, path: str, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    by = build.coordinator()
    address = f"/uppfoljning/{path.format(group=build.group().pk)}"
    sign_in(client, by).get(address)
    build.planned(days=10)
    build.planned(days=11)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for day in range(12, 20):
        build.planned(days=day)
    with CaptureQueriesContext(connection) as many:
        assert client.get(address).status_code == 200
    assert len(many) == len(few)
