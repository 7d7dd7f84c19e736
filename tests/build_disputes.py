"""Builders of disputes: reach a level or an end by running the real actions, as the people who would."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password

from agreements.models import Agreement, Provision
from agreements.values import Coordination
from core.acting import Actor, acting
from disputes import actions
from disputes.actions import Opening
from disputes.kinds import Side
from disputes.models import Dispute, Enclosure
from organisations.acting import actor_for
from organisations.demo import DEMO_PASSWORD
from organisations.kinds import Role
from organisations.models import Assignment, CoordinationGroup, GroupMember, User
from tests.conftest import NOW, unit
from tests.kept import kept

OURS, THEIRS = "hylte-socialtjanst-barn", "bup-halmstad"


def manager(unit_key: str = OURS, role: Role = Role.NEAREST_MANAGER) -> Actor:
    """The manager of a level at a unit, acting there."""
    found = Assignment.objects.select_related("user", "unit__authority__huvudman")
    return actor_for(found.get(unit__key=unit_key, role=role))


def hire(username: str, place: str, role: Role, group: str = "") -> Actor:
    """Somebody with that role at a unit, and a member of the group if one is named. Runs as the owner."""
    user = User.objects.create(
        username=username, first_name="Bo", last_name="Ek", password=make_password(DEMO_PASSWORD), demonstration=True
    )
    made = Assignment.objects.create(user=user, unit=unit(place), role=role, starts_on=NOW.date())
    if group:
        GroupMember.objects.create(
            group=CoordinationGroup.objects.get(key=group), user=user, represents=unit(place), starts_on=NOW.date()
        )
    return actor_for(Assignment.objects.select_related("user", "unit__authority__huvudman").get(pk=made.pk))


def opening(**changes: Any) -> Opening:
    """Hylte's social services against child psychiatry: who pays for a measure."""
    agreement = Agreement.objects.get(key="halland-2025-2029")
    values: dict[str, Any] = {
        "other_unit": unit(THEIRS),
        "provision": Provision.objects.get(agreement=agreement, number="4.9"),
        "question": "Vem bekostar samtalsbehandlingen under placeringen?",
        "position": "Vi anser att det är en medicinsk åtgärd som regionen svarar för.",
        "interim_unit": unit(OURS),
        "interim_text": "Socialtjänsten betalar till dess att frågan är löst. BUP fortsätter behandlingen.",
        "coordination": Coordination.CHILDREN,
    }
    return Opening(**(values | changes))


@kept
def opened(*, by: Actor | None = None, now: datetime = NOW, **changes: Any) -> Dispute:
    by = by or manager()
    with acting(by, now):
        return actions.open_dispute(opening=opening(**changes), submission=uuid.uuid4(), by=by, now=now)


def enclosed(dispute: Dispute, *, by: Actor | None = None, of_the_case: bool = False, **file: Any) -> Enclosure:
    """A document that a side has added: by default ours, about the question."""
    by = by or manager()
    file = {"name": "berakning.txt", "content": b"Halva kostnaden." + str(of_the_case).encode()} | file
    with acting(by, NOW):
        return actions.enclose(dispute_id=dispute.pk, of_the_case=of_the_case, by=by, now=NOW, **file)


def seen(dispute: Dispute, by: Actor, now: datetime = NOW) -> Dispute:
    """The dispute as it stands now, through the actor's eyes."""
    with acting(by, now):
        return Dispute.objects.with_parties().get(pk=dispute.pk)


def lifted(dispute: Dispute, role: Role, *, side: Side = Side.OPENING, now: datetime = NOW) -> Dispute:
    """Lifted by that role on one side."""
    by = manager(OURS if side == Side.OPENING else THEIRS, role)
    with acting(by, now):
        version = Dispute.objects.get(pk=dispute.pk).version
        return actions.lift(dispute_id=dispute.pk, version=version, by=by, now=now)


def settled(*, as_guidance: bool = False, now: datetime = NOW) -> Dispute:
    """The nearest managers agree."""
    dispute, ours, theirs = opened(now=now), manager(OURS), manager(THEIRS)
    with acting(theirs, now):
        version = Dispute.objects.get(pk=dispute.pk).version
        proposal = actions.propose(
            dispute_id=dispute.pk, text="Regionen betalar behandlingen.", as_guidance=as_guidance, version=version,
            by=theirs, now=now,
        )  # fmt: skip
    with acting(ours, now):
        return actions.confirm(dispute_id=dispute.pk, digest=proposal.digest, by=ours, now=now)
