"""Who sits in a group: appointed by each huvudman, with mandate and term of office; the role follows (FUP-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from organisations.kinds import Role
from organisations.models import Assignment, CoordinationGroup, GroupMember, Unit, User
from tests.conftest import NOW, actor
from tests.test_followup_groups import sign_in

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def group(db: None) -> CoordinationGroup:
    return CoordinationGroup.objects.get(key="ssgb-falkenberg")


def appoint(client: Client, group: CoordinationGroup, user: str, unit: str, **values: object) -> int:
    data = {
        "user": User.objects.get(username=user).pk, "represents": Unit.objects.get(key=unit).pk,
        "mandate": "Beslutar om mottagningens tider", "starts_on": TODAY, **values,
    }  # fmt: skip
    return client.post(f"/administration/grupper/{group.pk}/medlemmar/ny/", data).status_code


def test_fup1_a_region_appoints_its_own_people_to_a_municipalitys_group(
    client: Client, group: CoordinationGroup
) -> None:
    sign_in(client, actor("admin.region-halland"))
    last = TODAY + timedelta(days=364)
    assert appoint(client, group, "bup-halmstad", "bup-halmstad", ends_on=last) == 302
    made = GroupMember.objects.get(group=group, user__username="bup-halmstad")
    assert (made.ends_on, made.mandate) == (last + timedelta(days=1), "Beslutar om mottagningens tider")
    seat = Assignment.objects.get(user=made.user, role=Role.GROUP_REPRESENTATIVE)
    assert (seat.unit.key, seat.starts_on, seat.ends_on) == ("bup-halmstad", TODAY, made.ends_on)
    page = client.get(f"/administration/grupper/{group.pk}/").content.decode()
    assert "Beslutar om mottagningens tider" in page
    assert "Spara samordnare" not in page  # The municipality chooses the coordinator.
    member = Client()
    sign_in(member, actor("bup-halmstad", Role.GROUP_REPRESENTATIVE))
    assert member.get(f"/uppfoljning/grupper/{group.pk}/").status_code == 200
    ended = client.post(f"/administration/medlemmar/{made.pk}/", {"mandate": "x", "ends_on": TODAY - timedelta(days=1)})
    assert ended.status_code == 302
    seat.refresh_from_db()
    assert seat.ends_on == TODAY


def test_fup1_nobody_appoints_for_another_huvudman_or_in_a_foreign_group(
    client: Client, group: CoordinationGroup
) -> None:
    sign_in(client, actor("admin.hylte"))
    assert appoint(client, group, "hylte-socialtjanst-barn", "hylte-socialtjanst-barn") == 404
    sign_in(client, actor("admin.falkenberg"))
    assert appoint(client, group, "bup-halmstad", "bup-halmstad") == 200
    assert not GroupMember.objects.filter(user__username="bup-halmstad", group=group).exists()
    regions = GroupMember.objects.filter(group=group, represents__authority__huvudman__key="region-halland").first()
    assert regions is not None
    assert client.get(f"/administration/medlemmar/{regions.pk}/").status_code == 404


def test_fup1_the_coordinator_is_replaced_before_leaving_and_the_roles_follow(
    client: Client, group: CoordinationGroup
) -> None:
    sign_in(client, actor("admin.falkenberg"))
    lead = GroupMember.objects.get(group=group, is_coordinator=True)
    other = GroupMember.objects.filter(
        group=group, is_coordinator=False, represents__authority__huvudman__key="falkenberg"
    ).first()
    assert other is not None
    page = client.post(f"/administration/medlemmar/{lead.pk}/", {"mandate": "x", "ends_on": TODAY})
    assert "väljer först en ny" in page.content.decode()
    assert client.post(f"/administration/grupper/{group.pk}/", {"member": other.pk}).status_code == 302
    held = Assignment.objects.in_force(TODAY)
    assert held.filter(user=other.user, role=Role.GROUP_COORDINATOR).exists()
    assert not held.filter(user=other.user, role=Role.GROUP_REPRESENTATIVE, unit=other.represents).exists()
    assert held.filter(user=lead.user, role=Role.GROUP_REPRESENTATIVE).exists()


def test_fup1_a_second_seat_at_the_same_time_is_refused_in_words(client: Client, group: CoordinationGroup) -> None:
    sign_in(client, actor("admin.region-halland"))
    for said in (302, 200):
        assert appoint(client, group, "bup-halmstad", "bup-halmstad") == said
    assert GroupMember.objects.filter(group=group, user__username="bup-halmstad").count() == 1
