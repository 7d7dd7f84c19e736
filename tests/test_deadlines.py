"""Clocks: start, stop, pause, resume, move, and what happens when nobody acts (SIP-2, SIP-4, LAW-6, LAW-7)."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from agreements.models import Agreement, TermVersion
from agreements.values import Counted, Origin, Scope, Stage, StageName, Term, TermUnit
from core import outbox
from core.acting import Actor, acting
from core.authz import Refused
from core.models import Message
from core.workdays import STOCKHOLM
from deadlines import actions, times
from deadlines.models import Clock
from deadlines.sweep import sweep
from individuals.models import Matter
from sip import actions as sip
from sip.kinds import ContactManner
from sip.models import SipCase
from tests import build
from tests.conftest import NOW, actor, as_jobs, as_owner, unit

pytestmark = pytest.mark.django_db

MONDAY = NOW  # 9 March 2026, ten in the morning: no day off near.
NAMES_NOBODY = ("Nils", "Provsson", "20110108", "110108", "skola", "socialtjänst och vård")


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=STOCKHOLM)


def clocks(by: Actor, now: datetime, **wanted: Any) -> list[Clock]:
    with acting(by, now):
        return list(Clock.objects.filter(**wanted).order_by("started_at", "due_at"))


def one(by: Actor, now: datetime, **wanted: Any) -> Clock:
    [clock] = clocks(by, now, **wanted)
    return clock


def next_due(case: SipCase, by: Actor, now: datetime) -> datetime | None:
    with acting(by, now):
        return Matter.objects.get(pk=case.pk).next_due_at


# --- what a clock is made of ----------------------------------------------------------------------------------------


def test_sip2_first_contact_counts_from_when_the_need_was_noticed(hylte: Actor) -> None:
    build.draft(hylte)
    clock = one(hylte, NOW, kind="sip.first_contact")
    assert clock.started_at == MONDAY - timedelta(hours=2)
    assert clock.due_at == at(3, 13)  # Three working days: Thursday has passed.
    assert dict(zip(clock.stage_names, clock.stage_times, strict=True)) == {
        "warn": at(3, 12),
        "due": at(3, 13),
        "manager": at(3, 14),  # Friday has passed.
        "head_of_operations": at(3, 18),  # Tuesday has passed.
        "head_of_administration": at(3, 20),
    }
    assert (clock.stage, clock.next_at) == (0, at(3, 12))


def test_sip2_urgent_counts_hours(hylte: Actor) -> None:
    case = build.draft(hylte)
    with acting(hylte, NOW):
        sip.edit_case(
            case_id=case.pk,
            version=case.version,
            facts={"is_urgent": True, "need_noticed_at": MONDAY - timedelta(hours=1)},
            by=hylte,
            now=NOW,
        )
    clock = one(hylte, NOW, kind="sip.first_contact", stopped_at=None)
    assert clock.due_at == MONDAY + timedelta(hours=3)
    assert clock.label == "Första kontakt när det är brådskande"


def test_a_need_noticed_long_ago_is_overdue_at_once_without_a_late_warning(hylte: Actor) -> None:
    case = build.draft(hylte)
    with acting(hylte, NOW):
        sip.edit_case(
            case_id=case.pk,
            version=case.version,
            facts={"need_noticed_at": MONDAY - timedelta(days=14)},
            by=hylte,
            now=NOW,
        )
    clock = one(hylte, NOW, kind="sip.first_contact", stopped_at=None)
    assert clock.stage_names[0] == "due"
    assert clock.next_at == clock.due_at < NOW


def test_law7_a_running_clock_keeps_the_term_it_started_with(hylte: Actor) -> None:
    case = build.draft(hylte)
    before = one(hylte, NOW, kind="sip.first_contact")
    with as_owner():
        standing = TermVersion.objects.get(key="sip.first_contact", agreement=case.matter.agreement)
        TermVersion.objects.create(
            agreement=standing.agreement,
            key=standing.key,
            label="Nytt namn",
            value=1,
            unit="days",
            stages=[],
            provision=standing.provision,
            valid_from=date(2026, 3, 10),
            origin=Origin.BOARD,
        )
    later = NOW + timedelta(days=1)
    after = one(hylte, later, kind="sip.first_contact")
    for field in ("label", "term_value", "term_unit", "term_source", "due_at", "stage_times"):
        assert getattr(after, field) == getattr(before, field)
    # The matter follows the term of the day it was opened, also for a clock that starts afterwards (AGR-2).
    with acting(hylte, later):
        fresh = SipCase.objects.get(pk=case.pk)
        sip.edit_case(
            case_id=case.pk, version=fresh.version, facts={"need_noticed_at": NOW}, by=hylte, now=later
        )  # fmt: skip
    restarted = one(hylte, later, kind="sip.first_contact", stopped_at=None)
    assert (restarted.label, restarted.term_value, restarted.term_unit) == (
        "Första kontakt mellan region och kommun",
        3,
        "working_days",
    )


def test_law7_a_default_is_marked_and_a_rule_names_its_section(hylte: Actor) -> None:
    build.draft(hylte)
    assert one(hylte, NOW, kind="sip.first_contact").term_source == ""
    with as_owner():
        TermVersion.objects.filter(key="sip.first_contact").update(is_default=False)
    build.draft(actor("laholm-socialtjanst-barn"))
    laholm = actor("laholm-socialtjanst-barn")
    assert one(laholm, NOW, kind="sip.first_contact").term_source == "6"


# --- the verbs --------------------------------------------------------------------------------------------------------


def test_a_clock_runs_once_for_the_same_thing(hylte: Actor) -> None:
    case = build.draft(hylte)
    with acting(hylte, NOW):
        sip.edit_case(
            case_id=case.pk, version=case.version, facts={"need_noticed_at": NOW}, by=hylte, now=NOW
        )  # fmt: skip
    stopped, running = sorted(clocks(hylte, NOW, kind="sip.first_contact"), key=lambda c: c.stopped_at is None)
    assert (stopped.stop_reason, stopped.next_at) == ("restarted", None)
    assert running.started_at == NOW


def test_the_case_is_listed_by_its_earliest_running_clock(hylte: Actor) -> None:
    case = build.draft(hylte)
    assert next_due(case, hylte, NOW) == at(3, 13)  # First contact; the draft's reminder comes later.
    with acting(hylte, NOW):
        actions.stop(matter_id=case.pk, kinds=["sip.first_contact"], now=NOW, reason="test")
    assert next_due(case, hylte, NOW) == at(3, 17)  # Five working days of draft: Monday has passed.
    with acting(hylte, NOW):
        actions.stop(matter_id=case.pk, now=NOW, reason="test")
    assert next_due(case, hylte, NOW) is None
    assert clocks(hylte, NOW, stopped_at=None) == []


def test_stopping_touches_only_what_it_names(hylte: Actor, contact_centre: Actor) -> None:
    case = build.sent(hylte)
    call = build.the_call(case, contact_centre)
    with acting(contact_centre, NOW):
        assert actions.stop(
            matter_id=case.pk, kinds=["sip.acknowledge"], subject=call.pk, now=NOW, reason="acknowledged"
        ) == 1  # fmt: skip
    running = {clock.kind for clock in clocks(contact_centre, NOW, stopped_at=None)}
    assert running == {"sip.first_contact", "consent.expiry"}


def test_sip2_a_pause_needs_a_reason_and_stops_the_time(hylte: Actor) -> None:
    case = build.sent(hylte)
    with acting(hylte, NOW), pytest.raises(Refused) as refused:
        sip.pause(case_id=case.pk, reason="  ", by=hylte, now=NOW)
    assert refused.value.field == "reason"
    with acting(hylte, NOW):
        sip.pause(case_id=case.pk, reason="Familjen är bortrest", by=hylte, now=NOW)
    clock = one(hylte, NOW, kind="sip.first_contact", stopped_at=None)
    assert (clock.paused_at, clock.next_at) == (NOW, None)
    with acting(hylte, NOW), pytest.raises(Refused):
        sip.pause(case_id=case.pk, reason="En gång till", by=hylte, now=NOW)
    with as_jobs():
        sweep(at(4, 30))
    assert one(hylte, NOW, pk=clock.pk).stage == 0


def test_sip2_a_paused_clock_goes_on_where_it_was(hylte: Actor) -> None:
    case = build.sent(hylte)
    with acting(hylte, NOW):
        sip.pause(case_id=case.pk, reason="Familjen är bortrest", by=hylte, now=NOW)
    back = at(3, 16, 9)  # A week later: five working days.
    with acting(hylte, back):
        sip.resume(case_id=case.pk, by=hylte, now=back)
    clock = one(hylte, back, kind="sip.first_contact", stopped_at=None)
    assert (clock.due_at, clock.next_at, clock.paused_at) == (at(3, 20), at(3, 19), None)
    assert clock.stage_times == [at(3, 19), at(3, 20), at(3, 21), at(3, 25), at(3, 27)]
    with acting(hylte, back), pytest.raises(Refused):
        sip.resume(case_id=case.pk, by=hylte, now=back)


def test_the_list_follows_a_clock_that_moved_by_a_pause(hylte: Actor, contact_centre: Actor) -> None:
    case = build.acknowledged()
    with acting(contact_centre, NOW):
        sip.pause(case_id=case.pk, reason="Väntar på tolk", by=contact_centre, now=NOW)
    back = at(3, 16, 9)
    with acting(contact_centre, back):
        sip.resume(case_id=case.pk, by=contact_centre, now=back)
    assert next_due(case, hylte, back) == at(3, 20)


def test_sip4_who_takes_over_gets_the_time_that_is_left(
    hylte: Actor, contact_centre: Actor, child_psychiatry: Actor
) -> None:
    case = build.sent(hylte)
    before = one(contact_centre, NOW, kind="sip.first_contact", stopped_at=None)
    tuesday = at(3, 10, 9)
    call = build.the_call(case, contact_centre, tuesday)
    with acting(contact_centre, tuesday):
        sip.redirect(
            call_id=call.pk, to_unit=unit("bup-halmstad"), reason="Hör dit", by=contact_centre, now=tuesday
        )  # fmt: skip
    after = one(child_psychiatry, tuesday, kind="sip.first_contact", stopped_at=None)
    assert after.unit_id == child_psychiatry.unit_id
    for field in ("started_at", "due_at", "stage", "stage_times", "next_at", "term_value", "label"):
        assert getattr(after, field) == getattr(before, field)
    old = one(child_psychiatry, tuesday, pk=before.pk)
    assert (old.stopped_at, old.stop_reason, old.next_at) == (tuesday, "moved", None)


def test_a_parked_clock_stays_in_sight_when_it_moves(hylte: Actor, contact_centre: Actor) -> None:
    case = build.sent(hylte)
    clock = one(contact_centre, NOW, kind="sip.first_contact", stopped_at=None)
    with as_owner():
        Clock.objects.filter(pk=clock.pk).update(parked_at=NOW, parked_reason="DataError", next_at=None)
    call = build.the_call(case, contact_centre)
    with acting(contact_centre, NOW):
        sip.redirect(
            call_id=call.pk, to_unit=unit("bup-halmstad"), reason="Hör dit", by=contact_centre, now=NOW
        )  # fmt: skip
    moved = one(actor("bup-halmstad"), NOW, kind="sip.first_contact", stopped_at=None)
    assert (moved.parked_at, moved.parked_reason) == (NOW, "DataError")


# --- pauses, without a database ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paused_at", "resumed_at", "unit", "due", "expected"),
    [
        # The same day: nothing is lost.
        (at(3, 9, 10), at(3, 9, 15), "working_days", at(3, 11), at(3, 11)),
        # Over a weekend: one working day.
        (at(3, 13, 10), at(3, 16, 9), "working_days", at(3, 14), at(3, 17)),
        # Resumed on the Sunday: nobody finds it overdue on Monday morning.
        (at(3, 13, 10), at(3, 15, 9), "working_days", at(3, 14), at(3, 17)),
        # Within a weekend: no working time was lost.
        (at(3, 14, 10), at(3, 15, 9), "working_days", at(3, 17), at(3, 17)),
        # Over Easter: Thursday to Tuesday is one working day.
        (at(4, 2, 10), at(4, 7, 9), "working_days", at(4, 3), at(4, 8)),
        # Calendar days, over the change to summer time: still midnight.
        (at(3, 27, 10), at(3, 30, 9), "days", at(3, 29), at(4, 1)),
        # Hours are exact.
        (at(3, 9, 10), at(3, 9, 11, 30), "hours", at(3, 9, 12), at(3, 9, 13, 30)),
        (at(3, 28, 12), at(3, 29, 12), "hours", at(3, 28, 14), at(3, 29, 14)),
        # What had come already stays.
        (at(3, 9, 10), at(3, 12, 10), "working_days", at(3, 9, 0), at(3, 9, 0)),
    ],
)
def test_a_pause_moves_what_had_not_come(
    paused_at: datetime, resumed_at: datetime, unit: str, due: datetime, expected: datetime
) -> None:
    # The instants come from the database in UTC.
    utc = [moment.astimezone(UTC) for moment in (due, paused_at, resumed_at)]
    assert times.after_pause([utc[0]], unit, utc[1], utc[2]) == [expected]


def test_a_warning_hours_before_keeps_its_distance_after_a_pause() -> None:
    warn, due = at(3, 10, 22), at(3, 11)
    moved = times.after_pause([warn, due], "working_days", at(3, 9, 10), at(3, 11, 10))
    assert moved == [at(3, 12, 22), at(3, 13)]
    assert times.after_pause([warn, due], "working_days", at(3, 9, 10), at(3, 9, 11)) == [warn, due]


def test_a_stage_in_hours_is_exact_on_the_day_the_clocks_change() -> None:
    """Sunday 29 March has 23 hours: 24 hours before it ends is Saturday at eleven in the evening."""
    due = at(3, 30)
    assert times.stage_time(due, -24, TermUnit.HOURS).astimezone(UTC) == datetime(2026, 3, 28, 22, tzinfo=UTC)


def test_stages_come_in_order_of_time() -> None:
    stages = (
        Stage(StageName.MANAGER, 1, TermUnit.WORKING_DAYS),
        Stage(StageName.DUE, 0, TermUnit.WORKING_DAYS),
        Stage(StageName.WARN, -2, TermUnit.HOURS),
    )
    term = Term("k", "l", 1, TermUnit.WORKING_DAYS, Counted.AFTER, stages, "4.1", True)
    due = times.due_at(term, NOW)
    assert [(str(name), moment) for name, moment in times.stages(term, due, NOW)] == [
        ("warn", at(3, 10, 22)),
        ("due", at(3, 11)),
        ("manager", at(3, 12)),
    ]


# --- the story of nobody acting ---------------------------------------------------------------------------------------

# En väg in gets an initiation on Monday at ten, and does nothing.
STORY = [
    (at(3, 10, 22), "deadline.warn", "Bekräfta en SIP-initiering", ""),
    (at(3, 11), "deadline.due", "Bekräfta en SIP-initiering", ""),
    (at(3, 12), "deadline.manager", "Bekräfta en SIP-initiering", "nearest_manager"),
    (at(3, 12), "deadline.warn", "Första kontakt mellan region och kommun", ""),
    (at(3, 13), "deadline.due", "Första kontakt mellan region och kommun", ""),
    (at(3, 14), "deadline.head_of_operations", "Bekräfta en SIP-initiering", "head_of_operations"),
    (at(3, 14), "deadline.manager", "Första kontakt mellan region och kommun", "nearest_manager"),
    (at(3, 18), "deadline.head_of_operations", "Första kontakt mellan region och kommun", "head_of_operations"),
    (at(3, 20), "deadline.head_of_administration", "Första kontakt mellan region och kommun", "head_of_administration"),
]


def planned() -> list[tuple[datetime, str, str, str]]:
    with as_owner():
        found = Message.objects.filter(kind__startswith="deadline.")
        rows = [(m.planned_at, m.kind, m.facts["what"], m.to_level) for m in found]
    return sorted(rows, key=lambda row: (row[0], row[2], row[1]))


def test_sip2_nobody_acts_warned_due_manager_told_each_at_its_minute(hylte: Actor, contact_centre: Actor) -> None:
    build.sent(hylte)
    expected: list[tuple[datetime, str, str, str]] = []
    for moment in sorted({row[0] for row in STORY}):
        with as_jobs():
            assert sweep(moment - timedelta(minutes=1)) == 0
            sweep(moment)
            assert sweep(moment) == 0
        expected += [row for row in STORY if row[0] == moment]
        assert planned() == expected
    with as_owner():
        assert set(Message.objects.filter(kind__startswith="deadline.").values_list("to_unit_id", flat=True)) == {
            contact_centre.unit_id
        }
    assert {c.next_at for c in clocks(contact_centre, at(3, 21), stopped_at=None) if c.kind != "consent.expiry"} == {
        None
    }


def test_law6_the_mail_of_the_story_reaches_each_level_and_names_nobody(hylte: Actor) -> None:
    case = build.sent(hylte)
    with acting(hylte, NOW):
        reference = Matter.objects.get(pk=case.pk).reference
    for moment in sorted({row[0] for row in STORY}):
        with as_jobs():
            sweep(moment)
            while outbox.deliver_due(moment):
                pass
    told = {(letter.subject, *letter.bcc) for letter in mail.outbox if letter.subject != "Ni är kallade till en SIP"}
    unit_mail = ("chef.en-vag-in@example.invalid", "en-vag-in-2@example.invalid", "en-vag-in@example.invalid")
    heads = sorted(address for row in told for address in row[1:] if "verksamhetschef" in address)
    assert ("En frist går snart ut", *unit_mail) in told
    assert ("En frist har gått ut", *unit_mail) in told
    assert ("En frist i din verksamhet har gått ut", "chef.en-vag-in@example.invalid") in told
    assert heads
    assert any(address.startswith("forvaltningschef.") for row in told for address in row[1:])
    for letter in mail.outbox:
        text = str(letter.message())
        assert not [word for word in (*NAMES_NOBODY, reference, str(case.pk)) if word in text], letter.subject


def test_law7_a_message_says_by_which_clock_it_was_caused(hylte: Actor) -> None:
    build.sent(hylte)
    with as_jobs():
        sweep(at(3, 11))
    with as_owner():
        message = Message.objects.get(kind="deadline.due")
        clock = Clock.objects.get(pk=message.facts["clock"])
    assert message.dedupe_key == f"clock:{clock.pk}:2"
    assert clock.stage_times[1] == clock.due_at == at(3, 11)
    assert set(message.facts) == {"what", "due_at", "clock"}


def test_what_is_done_is_chased_no_more(hylte: Actor, contact_centre: Actor) -> None:
    case = build.acknowledged()
    with acting(contact_centre, NOW):
        sip.record_contact(
            case_id=case.pk, contacted_at=NOW, manner=ContactManner.PHONE, by=contact_centre, now=NOW
        )  # fmt: skip
    with as_jobs():
        sweep(at(6, 1))
    with as_owner():
        done = Clock.objects.filter(matter_id=case.pk, kind__in=[sip.ACKNOWLEDGE, sip.FIRST_CONTACT])
        assert done.exists()
        assert not done.exclude(stage=0, stopped_at__isnull=False).exists()


# --- clocks of a unit's own duties -----------------------------------------------------------------------------------
def _duty(by: Actor) -> Clock:
    """A clock without a matter, for the acting unit."""
    agreement = (
        Agreement.objects.in_force(NOW.date()).binding_all([by.huvudman_id], NOW.date()).get(scope=Scope.GENERAL)
    )
    return actions.start_for_unit(
        agreement=agreement,
        agreed_on=NOW.date(),
        kind="deviation.share",
        subject=uuid.uuid4(),
        unit=unit(build.INITIATOR),
        started_at=NOW,
        now=NOW,
    )


def test_wall1_a_clock_without_a_matter_is_seen_by_its_unit_only(hylte: Actor, child_psychiatry: Actor) -> None:
    with acting(hylte, NOW):
        clock = _duty(hylte)
        assert Clock.objects.filter(pk=clock.pk).exists()
    with acting(child_psychiatry, NOW):
        assert not Clock.objects.filter(pk=clock.pk).exists()
        assert not actions.stop_for_unit(subject=clock.subject, now=NOW, reason="x", kinds=[clock.kind])


def test_a_clock_without_a_matter_is_swept_as_the_others(hylte: Actor) -> None:
    with acting(hylte, NOW):
        clock = _duty(hylte)
    with as_jobs():
        assert sweep(clock.due_at) == 2
    with acting(hylte, clock.due_at):
        told = Message.objects.filter(facts__clock=str(clock.pk)).values_list("kind", flat=True)
        assert set(told) == {"deadline.warn", "deadline.due"}
