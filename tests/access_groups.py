"""The groups' part of the access matrix: a meeting, minutes, a decision, with members at the own unit."""

from __future__ import annotations

from datetime import timedelta

from core.acting import Actor, acting
from core.workdays import local_day
from followup import actions, figures
from followup.models import CoOpted, GroupReport, Publication
from organisations.acting import actor_for
from organisations.kinds import Role
from organisations.models import Assignment, CoordinationGroup, GroupMember, Unit
from tests import build_groups
from tests.conftest import NOW, as_owner


def seat_members(own: Unit) -> CoordinationGroup:
    """The own unit's coordinator and representative sit in the municipality's group for children."""
    with as_owner():
        group = CoordinationGroup.objects.get(kind="ssgb", municipality=own.authority.huvudman)
        GroupMember.objects.filter(group=group, is_coordinator=True).update(is_coordinator=False)
        for role in (Role.GROUP_COORDINATOR, Role.GROUP_REPRESENTATIVE):
            seat = Assignment.objects.filter(unit=own, role=role).order_by("user__username").first()
            assert seat is not None
            GroupMember.objects.update_or_create(
                group=group, user=seat.user,
                defaults={
                    "represents": own, "is_coordinator": role == Role.GROUP_COORDINATOR,
                    "starts_on": NOW.date() - timedelta(days=30),
                },
            )  # fmt: skip
    return group


def group_things(own: Unit) -> dict[str, dict[str, object]]:
    """What the addresses of groups are about."""
    group = seat_members(own)
    seats = Assignment.objects.select_related("user", "unit__authority__huvudman")
    by = actor_for(seats.filter(unit=own, role=Role.GROUP_COORDINATOR).order_by("user__username")[0])
    member = GroupMember.objects.select_related("represents").get(group=group, user_id=by.user_id)
    earlier = NOW - timedelta(days=3)
    with acting(by, earlier):
        coming, gone = actions.plan_meetings(
            group_id=group.pk, starts=[NOW - timedelta(days=1), NOW + timedelta(days=9)], minutes_long=60, place="A",
            by=by, now=earlier,
        )[::-1]  # fmt: skip
        gone = actions.call(meeting_id=gone.pk, version=1, by=by, now=earlier)
        guest = actions.co_opt(
            group_id=group.pk, name="Polisen", why="Efter behov", starts_on=local_day(earlier), by=by, now=earlier
        )
        assert isinstance(guest, CoOpted)
    with acting(by, NOW):
        actions.record(
            meeting_id=gone.pk, version=gone.version, notes={}, present=[member], co_opted=[], user_participation="",
            by=by, now=NOW,
        )  # fmt: skip
        decided = actions.decide(
            meeting_id=gone.pk, text="Gör en rutin", owner=member, due_on=local_day(NOW), item=None, by=by, now=NOW
        )
    return {
        **_yearly_things(group, by),
        "ourgroup": {"group_id": group.pk},
        "co_opted": {"co_opted_id": guest.pk},
        "member": {"member_id": member.pk},
        "coming": {"meeting_id": coming.pk},
        "minuted": {"meeting_id": gone.pk},
        "meeting_paper": {"meeting_id": gone.pk, "variant": "handling"},
        "decided": {"decision_id": decided.pk},
    }


def _yearly_things(group: CoordinationGroup, by: Actor) -> dict[str, dict[str, object]]:
    """Last year's follow-up handed over and commented on, this year's being written, and an assignment."""
    board = build_groups.board()
    last, this = build_groups.campaign(NOW.year - 1), build_groups.campaign(NOW.year)
    with acting(by, NOW):
        handed = GroupReport.objects.select_related("campaign", "group").get(campaign=last, group=group)
        actions.submit_report(report_id=handed.pk, version=1, texts=build_groups.texts(handed), by=by, now=NOW)
        whole = last.regional_reports.get(coordination="children")
        for key in build_groups.texts(handed):
            actions.compile_text(report_id=whole.pk, indicator=key, text="Samma", version=0, by=by, now=NOW)
        whole = actions.finish_compiling(report_id=whole.pk, version=1, by=by, now=NOW)
        version = actions.present(report_id=whole.pk, version=whole.version, by=by, now=NOW)
    brukare = build_groups.actor("brukare")
    with acting(brukare, NOW):
        said = actions.comment(version_id=version.pk, text="Bra", by=brukare, now=NOW)
        published = Publication.objects.get(report__report=handed)
        said_here = actions.comment_on_group(publication_id=published.pk, text="Bra", by=brukare, now=NOW)
    with acting(board, NOW):
        (task,) = actions.give_task(
            agreement=build_groups.agreement(), groups=[group], name="Kartlägg", text="Gör det",
            due_on=local_day(NOW) + timedelta(days=60), by=board, now=NOW,
        )  # fmt: skip
        told = figures.board(build_groups.agreement(), "children", this_year=NOW.year)
        copy = actions.ask_for_board(board=told, now=NOW)
    mine = GroupReport.objects.get(campaign=this, group=group)
    regional = this.regional_reports.get(coordination="children")
    return {
        "coordination": {"coordination": "barn"},
        "figurefile": {"coordination": "barn", "kind": "csv"},
        "unitfile": {"kind": "csv"},
        "indicator": {"key": "deviations"},
        "campaign": {"campaign_id": this.pk},
        "report": {"report_id": mine.pk},
        "handed": {"report_id": handed.pk, "kind": "csv"},
        "regional": {"report_id": regional.pk},
        "merging": {"report_id": regional.pk, "indicator": "deviations"},
        "step": {"report_id": regional.pk, "step": "klar"},
        "version": {"version_id": version.pk},
        "versionfile": {"version_id": version.pk, "kind": "csv"},
        "said": {"comment_id": said.pk},
        "board_copy": {"copy_id": copy.pk},
        "published": {"publication_id": published.pk},
        "said_of_group": {"publication_id": published.pk, "comment_id": said_here.pk},
        "answered_comment": {"version_id": version.pk, "comment_id": said.pk},
        "task": {"task_id": task.pk},
        "taskstep": {"task_id": task.pk, "step": "redovisa"},
    }
