"""Builders of placements: reach a state by running the real actions, as the people who would."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.acting import Actor, acting
from individuals import actions as individuals
from individuals.actions import Receivers
from individuals.consent import Given
from individuals.identity import read_number
from individuals.kinds import BasisKind, Category, Giver, Manner
from individuals.models import Person
from organisations.kinds import Role
from organisations.models import Unit
from placements import actions
from placements.actions import Home, MeasureFacts
from placements.kinds import (
    Answer,
    EndKind,
    ExaminationKind,
    ExaminationState,
    Housing,
    Law,
    Outcome,
    Per,
    Performer,
    ReviewKind,
    SplitBy,
)
from placements.models import Ansvarsforbindelse, Placement, Provider
from sip.actions import Consent
from tests.conftest import NOW, actor, as_owner, unit
from tests.kept import kept

ADULT_NUMBER = "20050103-2395"  # 21 years, of the tax agency's series of test numbers.
CHILD_NUMBER = "20100103-2398"  # 16 years.
PLACES, CARES = "varberg-socialtjanst-vuxna", "vuxenpsykiatri-varberg"
TODAY = NOW.date()
STARTS, ENDS = TODAY + timedelta(days=14), TODAY + timedelta(days=14 + 120)


def placing() -> Actor:
    return actor(PLACES)


def caring() -> Actor:
    return actor(CARES)


def caring_unit() -> Unit:
    return unit(CARES)


def head(unit_key: str) -> Actor:
    """The head of operations of a unit, acting there."""
    from organisations.acting import actor_for
    from organisations.models import Assignment

    found = Assignment.objects.select_related("user", "unit__authority__huvudman")
    return actor_for(found.get(unit__key=unit_key, role=Role.HEAD_OF_OPERATIONS))


def physician() -> Actor:
    return actor(f"lakare.{CARES}")


def provider(**changes: Any) -> Provider:
    """A home with health care of its own."""
    values: dict[str, Any] = {
        "name": "Ekbackens behandlingshem", "housing": Housing.HVB, "permit": "8.4-12345/2024",
        "own_health_care": True, "health_care": "Sjuksköterska dagtid, psykiater på konsultbasis",
        "municipality": "Alingsås", "county": "Västra Götalands län", "takes": ["Unga vuxna 18–25 år"],
    }  # fmt: skip
    with as_owner():
        return Provider.objects.get_or_create(name=changes.pop("name", values.pop("name")), defaults=values | changes)[
            0
        ]


@kept
def draft(
    by: Actor | None = None, *, now: datetime = NOW, number: str = ADULT_NUMBER, care: str = CARES, **facts: Any
) -> Placement:
    """A planned placement at an HVB, everything written but the consent."""
    by, home = by or placing(), provider()
    with acting(by, now):
        identity = read_number(number, today=now.date())
        person = individuals.register_person(
            person=Person(
                unit_id=by.unit_id, identity_kind=identity.kind, identity_number=identity.number,
                born_on=identity.born_on, sex=identity.sex, first_name="Ville", last_name="Vuxenprov", created_at=now,
            ),
            by=by,
        )  # fmt: skip
        placement = actions.start_draft(person=person, submission=uuid.uuid4(), by=by, now=now)
        return actions.edit(
            placement_id=placement.pk,
            version=placement.version,
            facts={
                "housing": Housing.HVB, "law": Law.SOL, "target_groups": ["young_placed"], "planned_start": STARTS,
                "planned_end": ENDS, "resources_exhausted": True, "least_intrusive": True,
                "agreement_needed": Answer.YES, "medical_unit": unit(care), **facts,
            },
            pieces={
                Category.NEED: "Behöver en trygg vardag och behandling.",
                Category.OWN_VIEW: "Vill komma vidare till eget boende.",
                Category.SCHOOL: "Fortsätter på distans på gymnasiet.",
            },
            home=Home(Housing.HVB, provider=home),
            by=by,
            now=now,
        )  # fmt: skip


def consent(*units: str, now: datetime = NOW, until: date | None = None) -> Consent:
    return Consent(
        kind=BasisKind.CONSENT,
        purpose="Planera placeringen tillsammans",
        categories=[Category.NEED, Category.OWN_VIEW, Category.SCHOOL],
        receivers=Receivers([unit(key) for key in units or (CARES,)]),
        until=until or now.date() + timedelta(days=300),
        given=[Given(Giver.SELF, Manner.WRITTEN, now.date())],
    )


def ground(*units: str, now: datetime = NOW) -> Consent:
    """A child at risk: the lawful ground without consent."""
    return replace(
        consent(*units, now=now), kind=BasisKind.CHILD_AT_RISK, purpose="Barnet behöver skydd nu", given=[],
        decided_by="Enhetschef P. Prov",
    )  # fmt: skip


@kept
def shared(
    *others: str,
    by: Actor | None = None,
    now: datetime = NOW,
    number: str = ADULT_NUMBER,
    care: str = CARES,
    **facts: Any,
) -> Placement:
    """Shared with psychiatry (and other units): prepared together."""
    by = by or placing()
    placement = draft(by, now=now, number=number, care=care, **facts)
    basis = ground if placement.matter.person.is_child(now.date()) else consent
    with acting(by, now):
        actions.record_basis(placement_id=placement.pk, consent=basis(care, *others, now=now), by=by, now=now)
        placement = Placement.objects.get(pk=placement.pk)
        units = [unit(care), *map(unit, others)]
        return actions.share(placement_id=placement.pk, version=placement.version, units=units, by=by, now=now)


def measure(**changes: Any) -> MeasureFacts:
    values: dict[str, Any] = {
        "title": "Läkemedelsgenomgång", "content": "Dosett och uppföljning av läkemedel", "extent": "Varje vecka",
        "performer": Performer.HOUSING, "starts_on": STARTS, "ends_on": ENDS, "price": Decimal("1200.00"),
        "per": Per.DAY, "split_by": SplitBy.PERCENT, "region": Decimal("60"), "municipality": Decimal("40"),
    }  # fmt: skip
    return MeasureFacts(**(values | changes))


def written(placement: Placement, by: Actor, *measures: MeasureFacts, now: datetime = NOW) -> Ansvarsforbindelse:
    """A draft of an ansvarsförbindelse with its measures."""
    with acting(by, now):
        made = actions.draw_up(placement_id=placement.pk, by=by, now=now)
        return actions.write(
            version_id=made.pk, version=made.version, facts={}, measures=measures or [measure()], by=by, now=now
        )


@kept
def proposed(placement: Placement | None = None, by: Actor | None = None, *, now: datetime = NOW) -> Ansvarsforbindelse:
    by = by or placing()
    made = written(placement or shared(now=now), by, now=now)
    with acting(by, now):
        return actions.propose(version_id=made.pk, version=made.version, by=by, now=now)


@kept
def signed(placement: Placement | None = None, *, now: datetime = NOW) -> Ansvarsforbindelse:
    """In force: proposed by the placing unit, signed by both heads."""
    version = proposed(placement, now=now)
    for by in (head(PLACES), head(CARES)):
        with acting(by, now):
            version = actions.sign(version_id=version.pk, document_hash=version.content_hash, by=by, now=now)
    return version


@kept
def ongoing(*, now: datetime = NOW, **facts: Any) -> Placement:
    """A planned placement that has begun, with its agreement in force."""
    placement = shared(now=now, **facts)
    if placement.agreement_needed == Answer.YES:
        signed(placement, now=now)
    by = placing()
    with acting(by, now):
        return actions.start(placement_id=placement.pk, started_at=now, reason="", by=by, now=now)


@kept
def acute(*, now: datetime = NOW, number: str = ADULT_NUMBER) -> Placement:
    """An acute placement that has begun before anything was shared."""
    by = placing()
    placement = draft(
        by, now=now, number=number, is_acute=True, planned_start=None, planned_end=None, agreement_needed="unknown"
    )
    with acting(by, now):
        return actions.start(placement_id=placement.pk, started_at=now, reason="", by=by, now=now)


@kept
def ended(*, now: datetime = NOW, unplanned: bool = True, **facts: Any) -> Placement:
    """A placement that is over."""
    placement, by = ongoing(now=now, **facts), placing()
    later = now + timedelta(hours=1)
    kind = EndKind.UNPLANNED if unplanned else EndKind.PLANNED
    with acting(by, later):
        return actions.end(placement_id=placement.pk, ended_at=later, kind=kind, note="Avvek", by=by, now=later)


@kept
def full_of_data() -> Ansvarsforbindelse:
    """A placement with a row in every table: hidden, examined, reviewed, followed up, agreed on, commented."""
    placement, by = ongoing(law=Law.LVU), placing()
    later = NOW + timedelta(days=1)
    with acting(by, later):
        now: dict[str, Any] = {"placement_id": placement.pk, "by": by, "now": later}
        actions.hide(decided_on=later.date(), **now)
        actions.examine(kind=ExaminationKind.HEALTH, state=ExaminationState.DONE, on=later.date(), **now)
        actions.review(kind=ReviewKind.CARE, on=later.date(), outcome=Outcome.CONTINUES, **now)
        actions.follow_up(on=later.date(), came_to="Går bra", with_medical_party=True, next_on=None, **now)
        current = Ansvarsforbindelse.objects.in_force().get(placement=placement)
        new = actions.renegotiate(version_id=current.pk, by=by, now=later)
        new = actions.propose(version_id=new.pk, version=new.version, by=by, now=later)
        actions.comment(version_id=new.pk, text="Priset är nytt", by=by, now=later)
    return new
