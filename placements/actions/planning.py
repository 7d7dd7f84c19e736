"""From draft to start, and the end: the placement's own course."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from agreements.terms import agreement_for
from agreements.values import Scope
from core.acting import Actor
from core.authz import NotAllowed, Refused
from core.transitions import transition
from core.workdays import local_day
from deadlines import actions as deadlines
from individuals import actions as individuals
from individuals.kinds import Category, MatterKind
from individuals.models import Person, Piece
from organisations.kinds import HuvudmanKind
from organisations.models import Unit
from placements import clocks
from placements.actions.agreement import end_negotiation, end_with_placement
from placements.actions.shared import changing, taking_part, tell
from placements.kinds import (
    PRIVATE_HOMES,
    PSYCHIATRY,
    Answer,
    CloseReason,
    Do,
    EndKind,
    Housing,
    Registration,
    State,
)
from placements.models import Placement, Provider, Stay, StayReader
from placements.permissions import PLACEMENT_RULES, require_may_start
from sip.actions import EXPIRY, Consent
from sip.models import SipCase

FACTS = (
    "housing", "law", "is_acute", "target_groups", "planned_start", "planned_end", "resources_exhausted",
    "least_intrusive", "outside_county", "registration", "agreement_needed", "guide_answer", "medical_unit", "sip",
)  # fmt: skip


BEFORE_START_ONLY = ("housing", "is_acute", "planned_start")
"""Facts of the start: what happened then is not written over."""
AFTER_THE_END = (
    "target_groups", "resources_exhausted", "least_intrusive", "agreement_needed", "guide_answer", "medical_unit",
    "sip",
)  # fmt: skip
"""Facts that are filled in also when it is over, so that its cost can be settled with the care it concerned (PLC-6)."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody is to live: a registered provider, or a home by name."""

    housing: Housing
    provider: Provider | None = None
    name: str = ""
    municipality: str = ""


def start_draft(*, person: Person, submission: UUID, by: Actor, now: datetime) -> Placement:
    """Begin a draft for a person of the acting unit. A repeated `submission` returns what it already made.

    Only a municipality places (PLC-2). The agreement about placements comes first, else the general one (AGR-2).
    """
    require_may_start(by)
    if made := Placement.objects.filter(submission=submission).first():
        return made
    unit = Unit.objects.select_related("authority__huvudman").get(pk=by.unit_id)
    if unit.authority.huvudman.kind != HuvudmanKind.MUNICIPALITY:
        raise Refused("Det är kommunen som beslutar om placeringar.")
    agreement = agreement_for([unit.authority.huvudman], local_day(now), scope=Scope.HVB)
    matter = individuals.open_matter(
        kind=MatterKind.PLACEMENT, person=person, agreement=agreement, unit=unit, by=by, now=now
    )
    return Placement.objects.create(matter=matter, submission=submission, changed_at=now)


def edit(
    *,
    placement_id: UUID,
    version: int,
    by: Actor,
    now: datetime,
    facts: dict[str, Any] | None = None,
    pieces: dict[Category, str] | None = None,
    home: Home | None = None,
) -> Placement:
    """Save part of what is prepared: facts (`FACTS`), texts by category, where the person is to live.

    What an acute placement lacked in the night is filled in while it goes on, or when it is over (`AFTER_THE_END`);
    once it has begun its home changes by `move` only. Raises `Stale`, and `Refused` for an end before the start, a
    home that doesn't fit, care that isn't psychiatric, or another answer than the physician's.
    """
    with changing(placement_id, Do.EDIT, by=by, now=now, version=version) as placement:
        for name, value in (facts or {}).items():
            if name not in FACTS:
                raise KeyError(name)
            if value != getattr(placement, name):
                _check_may_change(placement, name)
                setattr(placement, name, value)
        if home is not None and placement.started_at is not None:
            raise Refused("Placeringen har börjat. Registrera en flytt om personen bor någon annanstans.", field="home")
        _check(placement, by, now)
        for category, text in (pieces or {}).items():
            individuals.write_piece(matter=placement.matter, category=category, text=text, by=by, now=now)
        if home is not None:
            place(placement, home, placement.planned_start or local_day(now), by=by, now=now)
    return placement


def _check_may_change(placement: Placement, name: str) -> None:
    if placement.started_at is not None and name in BEFORE_START_ONLY:
        raise Refused("Placeringen har börjat. Den uppgiften ändras inte längre här.", field=name)
    if placement.ended_at is not None and name not in AFTER_THE_END:
        raise Refused("Placeringen är slut. Den uppgiften ändras inte längre.", field=name)
    if placement.assessed_at is not None and name == "agreement_needed":
        raise Refused("Läkaren har bedömt det. Be om en ny bedömning om det har ändrats.", field=name)
    if placement.hidden_on is not None and name == "law":
        raise Refused("Vistelseorten hålls hemlig enligt LVU. Ta först ställning till det.", field=name)


def _check(placement: Placement, by: Actor, now: datetime) -> None:
    start, end = placement.planned_start, placement.planned_end
    if start and end and end < start:
        raise Refused("Placeringen kan inte sluta innan den börjar.", field="planned_end")
    unit = placement.medical_unit
    if unit is not None and (
        unit.kind not in PSYCHIATRY
        or unit.authority.huvudman.kind != HuvudmanKind.REGION
        or not unit.is_open(local_day(now))
    ):
        raise Refused("Välj en öppen psykiatrisk mottagning eller ett beroendeteam.", field="medical_unit")
    if placement.sip_id and not SipCase.objects.visible_to(by, now).filter(
        pk=placement.sip_id, matter__person_id=placement.matter.person_id
    ):
        raise Refused("SIP:en gäller en annan person, eller så deltar ni inte i den.", field="sip")
    versions = placement.agreements
    agreed = (
        versions.negotiated().first()
        or versions.in_force().first()
        or versions.held_to_the_end(placement.lasted).first()
    )
    if agreed is not None and agreed.medical_unit_id != placement.medical_unit_id:
        raise Refused(
            "Vården kan inte bytas medan en ansvarsförbindelse förhandlas eller gäller.", field="medical_unit"
        )


def place(placement: Placement, home: Home, on: date, *, by: Actor, now: datetime) -> Stay:
    """Write, or before the start rewrite, where the person lives from a day."""
    if home.housing in PRIVATE_HOMES and home.provider is not None:
        raise Refused("Ett familjehem eller jourhem finns inte i registret. Skriv vilket hem det är.", field="home")
    if home.provider is None and not home.name.strip():
        raise Refused("Välj ett boende i registret, eller skriv vilket det är.", field="home")
    if home.provider is not None and not home.provider.has_permit(on):
        raise Refused(
            f"{home.provider} har inget känt tillstånd från IVO som gäller då. Kontrollera registret.", field="provider"
        )
    if placement.is_hidden:
        readers = set(placement.stay_readers.values_list("user_id", flat=True))
        if readers and by.user_id not in readers:
            raise NotAllowed("Bara den som är namngiven får läsa och ändra var personen vistas.")
        # The reader is named first: row security hides a restricted row from everybody else, its own writer too.
        StayReader.objects.get_or_create(placement=placement, user_id=by.user_id)
    values = {
        "housing": home.housing,
        "provider": home.provider,
        "home": "" if home.provider else home.name.strip(),
        "municipality": home.provider.municipality if home.provider else home.municipality.strip(),
        "starts_on": on,
        "is_restricted": placement.is_hidden,
        "written_by_id": by.unit_id,
    }
    placement.housing = home.housing
    first = placement.stays.filter(ends_on=None).first()
    if first is not None and placement.state in (State.DRAFT, State.PLANNED):
        Stay.objects.filter(pk=first.pk).update(**values)
        return Stay.objects.get(pk=first.pk)
    return Stay.objects.create(placement=placement, **values)


def record_basis(*, placement_id: UUID, consent: Consent, by: Actor, now: datetime, version: int | None = None) -> None:
    """Record the consent or ground on which the placement is shared, or renew it (IND-4)."""
    with changing(placement_id, Do.RECORD_BASIS, by=by, now=now, version=version) as placement:
        unit = Unit.objects.select_related("authority").get(pk=by.unit_id)
        basis = individuals.record_basis(
            matter=placement.matter,
            kind=consent.kind,
            purpose=consent.purpose,
            categories=consent.categories,
            receivers=consent.receivers,
            until=consent.until,
            given=consent.given,
            withheld=consent.withheld,
            child_alone_reason=consent.child_alone_reason,
            decided_by=consent.decided_by,
            authority_kind=unit.authority.kind,
            by=by,
            now=now,
        )
        deadlines.stop(matter_id=placement.pk, kinds=[EXPIRY], now=now, reason="replaced")
        deadlines.start(
            matter=placement.matter, kind=EXPIRY, subject=basis.pk, unit=unit, started_at=now, now=now,
            due_at=basis.expires_at,
        )  # fmt: skip


def whats_missing(placement: Placement, now: datetime) -> list[tuple[str, str]]:
    """What stands between the draft and sharing it: sentences, each with the step where it is mended."""
    missing = []
    written = set(Piece.objects.filter(matter_id=placement.pk).values_list("category", flat=True))
    if not placement.housing or not placement.law:
        missing.append(("Boendeform och lagstöd.", "home"))
    if placement.planned_start is None and not placement.is_acute:
        missing.append(("När placeringen ska börja.", "home"))
    if not placement.target_groups:
        missing.append(("Målgrupp.", "purpose"))
    if Category.NEED not in written:
        missing.append(("Vad placeringen ska leda till.", "purpose"))
    if Category.OWN_VIEW not in written:
        missing.append(("Vad personen själv vill.", "purpose"))
    if not placement.is_acute and not (placement.resources_exhausted and placement.least_intrusive):
        missing.append(("Att annat stöd och mindre ingripande former är prövade.", "purpose"))
    if placement.agreement_needed == Answer.UNKNOWN and not placement.is_acute:
        missing.append(("Vem som ska utföra vården.", "care"))
    if placement.medical_unit_id is None:
        missing.append(("Vilken vård ni delar placeringen med.", "care"))
    basis = individuals.current_basis(placement.matter)
    if basis is None or not basis.in_force(now):
        missing.append(("Ett samtycke eller en grund som gäller.", "consent"))
    elif placement.medical_unit is not None and not basis.covers(placement.medical_unit):
        missing.append((f"Samtycket omfattar inte {placement.medical_unit}.", "consent"))
    return missing


def to_share_with(placement: Placement, now: datetime) -> list[Unit]:
    """Units the basis names that don't take part yet, the medical party first."""
    basis = individuals.current_basis(placement.matter)
    if basis is None or not basis.in_force(now):
        return []
    there = set(taking_part(placement))
    named = [scope.unit_id for scope in basis.scopes.all() if scope.unit_id and not scope.is_excluded]
    wanted = [*([placement.medical_unit_id] if placement.medical_unit_id else []), *named]
    units = Unit.objects.select_related("authority__huvudman", "group").in_bulk(wanted)
    return [
        units[pk]
        for pk in dict.fromkeys(wanted)
        if pk not in there and basis.covers(units[pk]) and units[pk].is_open(local_day(now))
    ]


def latest_pieces(placement: Placement, by: Actor) -> list[Piece]:
    """The acting unit's newest piece of each category."""
    mine = Piece.objects.filter(matter_id=placement.pk, written_by_id=by.unit_id)
    return list(mine.order_by("category", "-version").distinct("category"))


def share(*, placement_id: UUID, version: int, units: Iterable[Unit], by: Actor, now: datetime) -> Placement:
    """Hand the placement over to the medical party and others the basis names (IND-7). Raises with all that is missing.

    Costs and measures are no part of it: those stand in the ansvarsförbindelse, which only its parties read (PLC-8).
    """
    with changing(placement_id, Do.SHARE, by=by, now=now, version=version) as placement:
        if missing := whats_missing(placement, now):
            raise Refused("Det här saknas: " + " ".join(text for text, _ in missing))
        basis = individuals.current_basis(placement.matter)
        assert basis is not None
        allowed = {unit.pk: unit for unit in to_share_with(placement, now)}
        chosen = [allowed[unit.pk] for unit in units if unit.pk in allowed]
        first = placement.state == State.DRAFT
        if first and placement.medical_unit_id not in {unit.pk for unit in chosen}:
            raise Refused("Dela först med den vård som placeringen förbereds med.", field="units")
        if not chosen:
            raise Refused("Välj minst en verksamhet som samtycket omfattar.", field="units")
        pieces = latest_pieces(placement, by)
        for unit in chosen:
            individuals.let_in(matter=placement.matter, unit=unit, basis=basis, pieces=pieces, by=by, now=now)
            individuals.note(placement.matter, "shared", f"Placeringen delades med {unit}", by=by, now=now)
        ids = [unit.pk for unit in chosen]
        tell(placement, "placement.shared", ids, f"{placement.pk}:{placement.version}", by=by, now=now)
    return placement


def start(
    *,
    placement_id: UUID,
    started_at: datetime,
    reason: str,
    by: Actor,
    now: datetime,
    home: Home | None = None,
    version: int | None = None,
) -> Placement:
    """The placement has begun (PLC-1). Starts the clocks of an acute one, of reviews and of joint follow-up.

    A planned one that needs an ansvarsförbindelse and has none in force needs `reason`: it must be made at once, and
    the cost stays with the placing huvudman until then (PLC-4, PLC-5). Raises `Refused`.
    """
    with changing(placement_id, Do.START, by=by, now=now, version=version) as placement:
        if started_at > now:
            raise Refused("Tidpunkten har inte varit ännu.", field="started_at")
        if not placement.law:
            raise Refused("Ange lagstöd först.", field="law")
        needed = placement.agreement_needed == Answer.YES and not placement.is_acute
        if needed and not reason.strip() and not placement.agreements.in_force().exists():
            raise Refused(
                "Ansvarsförbindelsen ska gälla när placeringen börjar. Skriv varför starten inte kan vänta.",
                field="reason",
            )
        placement.started_at = started_at
        placement.without_agreement_reason = reason.strip() if needed else ""
        day = local_day(started_at)
        open_stay = placement.stays.filter(ends_on=None)
        if home is not None:
            place(placement, home, day, by=by, now=now)
        elif open_stay.exists():
            open_stay.update(starts_on=day)
        else:
            raise Refused("Ange var personen ska bo.", field="home")
        if placement.planned_end and placement.planned_end < day:
            raise Refused("Det planerade slutet har redan varit. Ändra det först.", field="planned_end")
        placement.same_home_since = day if placement.housing == Housing.FAMILY_HOME else None
        individuals.note(placement.matter, "started", "Placeringen började", by=by, now=now)
        tell(placement, "placement.started", taking_part(placement), str(placement.pk), by=by, now=now)
    return placement


def end(*, placement_id: UUID, ended_at: datetime, kind: EndKind, note: str, by: Actor, now: datetime) -> Placement:
    """The placement is over. An unplanned end calls both parties to follow up and judge anew at once (PLC-11).

    The ansvarsförbindelse in force ends with it. When none was, its cost is settled afterwards (PLC-6).
    """
    with changing(placement_id, Do.END, by=by, now=now) as placement:
        assert placement.started_at is not None
        if ended_at > now:
            raise Refused("Tidpunkten har inte varit ännu.", field="ended_at")
        if ended_at < placement.started_at:
            raise Refused("Placeringen kan inte sluta innan den började.", field="ended_at")
        if kind == EndKind.UNPLANNED and not note.strip():
            raise Refused("Skriv kort varför den slutade.", field="note")
        placement.ended_at, placement.end_kind, placement.end_note = ended_at, kind, note.strip()
        placement.stays.filter(ends_on=None, starts_on__lte=local_day(ended_at)).update(ends_on=local_day(ended_at))
        end_with_placement(placement, now=now)
        unplanned = kind == EndKind.UNPLANNED
        text = "Placeringen tog slut oplanerat. Båda parter följer upp nu" if unplanned else "Placeringen avslutades"
        individuals.note(placement.matter, "ended", text, by=by, now=now)
        message = "placement.ended_unplanned" if unplanned else "placement.ended"
        tell(placement, message, taking_part(placement), str(placement.pk), by=by, now=now)
    return placement


def close(*, placement_id: UUID, reason: CloseReason, by: Actor, now: datetime) -> Placement:
    """End the matter when what remained after the end is done. Raises `Refused` while it isn't (PLC-1, PLC-11).

    A proposal from the care that waits for an answer is answered first (PLC-6); one's own unsigned one is taken back.
    """
    with transition(Placement, placement_id, Do.CLOSE, rules=PLACEMENT_RULES, by=by, now=now) as placement:
        if clocks.gather(placement, now).awaits_follow_up:
            raise Refused("Registrera först den gemensamma uppföljningen efter det oplanerade slutet.")
        if reason == CloseReason.AFTERCARE and placement.aftercare_on is None:
            raise Refused("Registrera först planen för eftervård.", field="reason")
        if placement.registration == Registration.CHANGES:
            raise Refused("Registrera först att vården är överlämnad till den nya regionen.")
        if waits := placement.agreements.negotiated().exclude(drafted_by_unit_id=by.unit_id).first():
            raise Refused(
                f"Version {waits.number} av ansvarsförbindelsen ligger framme. Underteckna, avvisa eller lägg ett "
                "motförslag först."
            )
        end_negotiation(placement, now=now)
        placement.closed_at, placement.close_reason = now, reason
        individuals.note(placement.matter, "closed", "Ärendet avslutades", by=by, now=now)
        tell(placement, "placement.closed", taking_part(placement), str(placement.pk), by=by, now=now)
    _finish(placement, now)
    return placement


def cancel(*, placement_id: UUID, note: str, by: Actor, now: datetime) -> Placement:
    """The placement never happened."""
    with transition(Placement, placement_id, Do.CANCEL, rules=PLACEMENT_RULES, by=by, now=now) as placement:
        placement.closed_at, placement.end_note = now, note.strip()
        end_negotiation(placement, now=now)
        individuals.note(placement.matter, "cancelled", "Placeringen blev inte av", by=by, now=now)
        tell(placement, "placement.cancelled", taking_part(placement), str(placement.pk), by=by, now=now)
    _finish(placement, now)
    return placement


def _finish(placement: Placement, now: datetime) -> None:
    deadlines.stop(matter_id=placement.pk, now=now, reason="closed")
    individuals.close_matter(matter=placement.matter, now=now)


@transaction.atomic
def withdraw_consent(*, placement_id: UUID, reason: str, by: Actor, now: datetime) -> Placement:
    """The consent is withdrawn: nobody else sees the placement any longer (IND-8). The placement itself goes on."""
    with changing(placement_id, Do.WITHDRAW_CONSENT, by=by, now=now) as placement:
        out = individuals.withdraw_basis(matter=placement.matter, reason=reason, by=by, now=now)
        deadlines.stop(matter_id=placement.pk, kinds=[EXPIRY], now=now, reason="withdrawn")
        key = f"{placement.pk}:{placement.version}"
        tell(placement, "placement.consent_withdrawn", out, key, by=by, now=now)
    return placement
