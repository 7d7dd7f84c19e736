"""Builders for the groups' work: reach a state by running the real actions, as those who sit in the groups would."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from agreements.models import Agreement
from core.acting import Actor, acting
from core.workdays import local_day
from followup import actions
from followup.agreement import agreement_of
from followup.models import Campaign, GroupReport, Meeting
from followup.querysets import members
from organisations.acting import actor_for
from organisations.kinds import Role
from organisations.models import Assignment, CoordinationGroup, GroupMember
from tests.conftest import NOW, actor

GROUP = "ssgb-falkenberg"


def group(key: str = GROUP) -> CoordinationGroup:
    return CoordinationGroup.objects.select_related("municipality").get(key=key)


def seat(member: GroupMember, role: Role) -> Actor:
    """The assignment by which a member sits in the group."""
    found = Assignment.objects.select_related("user", "unit__authority__huvudman")
    return actor_for(found.get(user=member.user_id, unit=member.represents_id, role=role))


def coordinator(key: str = GROUP) -> Actor:
    return seat(GroupMember.objects.get(group__key=key, is_coordinator=True), Role.GROUP_COORDINATOR)


def representative(key: str = GROUP, which: int = 0) -> Actor:
    found = GroupMember.objects.filter(group__key=key, is_coordinator=False).order_by("pk")
    return seat(found[which], Role.GROUP_REPRESENTATIVE)


def board() -> Actor:
    return actor("rug")


def agreement(now: datetime = NOW) -> Agreement:
    found = agreement_of(board().huvudman_id, local_day(now))
    assert found is not None
    return found


def planned(key: str = GROUP, *, now: datetime = NOW, days: int = 14, by: Actor | None = None) -> Meeting:
    by = by or coordinator(key)
    with acting(by, now):
        (made,) = actions.plan_meetings(
            group_id=group(key).pk, starts=[now + timedelta(days=days)], minutes_long=120, place="Stadshuset", by=by,
            now=now,
        )  # fmt: skip
    return made


def called(key: str = GROUP, *, now: datetime = NOW, days: int = 14) -> Meeting:
    meeting, by = planned(key, now=now, days=days), coordinator(key)
    with acting(by, now):
        return actions.call(meeting_id=meeting.pk, version=meeting.version, by=by, now=now)


def held(key: str = GROUP, *, now: datetime = NOW, notes: str = "Vi gick igenom läget.") -> Meeting:
    """Called a week ago, held an hour ago, minutes written."""
    earlier = now - timedelta(days=7)
    meeting, by = called(key, now=earlier, days=7), coordinator(key)
    later = now + timedelta(hours=1)
    with acting(by, later):
        return actions.record(
            meeting_id=meeting.pk,
            version=meeting.version,
            notes={item.pk: notes for item in meeting.items.all()},
            present=members(group(key), local_day(now)),
            co_opted=[],
            user_participation="Brukarrådet läste handlingarna.",
            by=by,
            now=later,
        )


def campaign(year: int | None = None, *, now: datetime = NOW) -> Campaign:
    with acting(board(), now):
        return actions.open_campaign(agreement=agreement(now), year=year or now.year, by=board(), now=now)


def texts(report: GroupReport, words: str = "Vi har") -> dict[str, str]:
    from followup.actions.campaign import asked_of
    from followup.agreement import coordination_of

    asked = asked_of(report.campaign, coordination_of(report.group))
    return {one.key: f"{words}: {one.name.lower()}" for one in asked if one.has_text}


def submitted(of: Campaign, key: str = GROUP, *, now: datetime = NOW, **changes: Any) -> GroupReport:
    by = coordinator(key)
    report = GroupReport.objects.select_related("campaign", "group").get(campaign=of, group__key=key)
    with acting(by, now):
        actions.submit_report(
            report_id=report.pk, version=report.version, texts={**texts(report), **changes}, by=by, now=now
        )
    report.refresh_from_db()
    return report
