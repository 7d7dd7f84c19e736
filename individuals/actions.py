"""The verbs of persons, consent and disclosure. The only code that gives or takes a unit's right to a matter.

All run inside `acting()`. `by` is the acting assignment, `now` an aware instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.db.models import prefetch_related_objects
from guardian.shortcuts import remove_perm

from agreements.models import Agreement
from core.acting import Actor
from core.authz import NotAllowed, Refused
from core.dates import swedish_date
from core.workdays import end_of, local_day
from individuals.consent import Given, whats_missing
from individuals.kinds import (
    EXCEPTIONS,
    SENSITIVE_WHEN_PROTECTED,
    BasisKind,
    Category,
    EndReason,
    Giver,
    Manner,
    MatterKind,
    ParticipantRole,
    Protection,
)
from individuals.models import (
    Basis,
    BasisScope,
    ConsentGiver,
    Disclosure,
    Event,
    Guardian,
    Matter,
    MatterGroupObjectPermission,
    Participant,
    Person,
    Piece,
    PieceReader,
)
from organisations.models import Authority, Huvudman, Unit

REACH = "individuals.view_matter"


@dataclass(frozen=True, slots=True)
class Receivers:
    """Who a basis names: included and excluded huvudmän, authorities and units."""

    included: Sequence[Huvudman | Authority | Unit]
    excluded: Sequence[Huvudman | Authority | Unit] = ()


def open_matter(
    *, kind: MatterKind, person: Person, agreement: Agreement, unit: Unit, by: Actor, now: datetime
) -> Matter:
    """Open a matter that only the acting unit reaches (IND-5)."""
    matter = Matter.objects.create(kind=kind, person=person, initiator=unit, agreement=agreement, opened_at=now)
    _give_right(matter, unit, None)
    Participant.objects.create(matter=matter, unit=unit, role=ParticipantRole.INITIATOR, since=now)
    note(matter, "opened", "Ärendet öppnades", by=by, now=now)
    return matter


def write_piece(*, matter: Matter, category: Category, text: str, by: Actor, now: datetime) -> Piece | None:
    """Write, replace or (with empty text) remove the acting unit's piece of a category.

    What was already handed over is never altered: a new version is made beside it. With protected identity the
    sensitive categories are restricted to named staff, the writer first among them (IND-3).
    """
    text = text.strip()
    latest = (
        Piece.objects.filter(matter=matter, category=category, written_by_id=by.unit_id).order_by("-version").first()
    )
    if latest is not None and latest.text == text:
        return latest
    if latest is not None and not latest.disclosures.exists():
        if not text:
            latest.delete()
            return None
        latest.text, latest.changed_at = text, now
        latest.save(update_fields=["text", "changed_at"])
        return latest
    if not text:
        return None
    piece = Piece.objects.create(
        matter=matter,
        category=category,
        text=text,
        written_by_id=by.unit_id,
        version=latest.version + 1 if latest else 1,
        changed_at=now,
    )
    if matter.person.is_protected and category in SENSITIVE_WHEN_PROTECTED:
        _restrict(piece, by)
    return piece


def record_basis(
    *,
    matter: Matter,
    kind: BasisKind,
    purpose: str,
    categories: Iterable[Category],
    receivers: Receivers,
    until: date,
    by: Actor,
    authority_kind: str,
    now: datetime,
    given: Sequence[Given] = (),
    withheld: str = "",
    child_alone_reason: str = "",
    decided_by: str = "",
) -> Basis:
    """Record a consent or a ground; it replaces the one in force and carries the participants it still covers.

    `until`: the last day it holds, Swedish time, at most the agreement's limit from today (IND-4).
    Raises `Refused` with what is missing.
    """
    today = local_day(now)
    limit = matter.agreement.term("consent.max_months", on=local_day(matter.opened_at)).value
    last = today + relativedelta(months=limit)
    if until < today:
        raise Refused("Sista dagen har redan varit.", field="until")
    if until > last:
        raise Refused(f"Samtycket kan gälla i högst {limit} månader, till och med {swedish_date(last)}.", field="until")
    if not receivers.included:
        raise Refused("Välj minst en mottagare.", field="receivers")
    if kind in EXCEPTIONS and not (purpose.strip() and decided_by.strip()):
        raise Refused("Skriv motiv och vem som har beslutat.", field="decided_by")
    if kind is BasisKind.CONSENT:
        missing = whats_missing(
            person=matter.person,
            guardians=matter.person.guardians.all(),
            given=given,
            authority_kind=authority_kind,
            child_alone_reason=child_alone_reason,
            today=today,
        )
        if missing:
            raise Refused(" ".join(missing), field="given")
    before = current_basis(matter)
    if before is not None:
        Basis.objects.filter(pk=before.pk).update(replaced_at=now)
    basis = Basis.objects.create(
        matter=matter,
        kind=kind,
        purpose=purpose.strip(),
        categories=[str(c) for c in Category if c in set(categories)],
        withheld=withheld.strip(),
        decided_by=decided_by.strip(),
        child_alone_reason=child_alone_reason.strip(),
        valid_from=now,
        expires_at=end_of(until),
        recorded_at=now,
        recorded_by_id=by.user_id,
    )
    for excluded, targets in ((False, receivers.included), (True, receivers.excluded)):
        for target in targets:
            BasisScope.objects.create(
                basis=basis, matter=matter, is_excluded=excluded, **{str(type(target)._meta.model_name): target}
            )
    for one in given if kind is BasisKind.CONSENT else ():
        ConsentGiver.objects.create(
            basis=basis,
            matter=matter,
            giver=one.giver,
            guardian_id=one.guardian_id,
            name=one.name,
            manner=one.manner,
            given_on=one.given_on,
        )
    note(
        matter,
        "basis",
        f"{basis.get_kind_display()} registrerades, gäller till och med {swedish_date(until)}",
        by=by,
        now=now,
    )
    _carry_over(matter, basis, by=by, now=now)
    return basis


def current_basis(matter: Matter) -> Basis | None:
    """The basis that has not been withdrawn or replaced; it may have expired. Uses the bases a page has prefetched."""
    current = next((b for b in matter.bases.all() if b.withdrawn_at is None and b.replaced_at is None), None)
    if current is not None:
        prefetch_related_objects([current], "scopes")
    return current


def consent_gaps(matter: Matter, basis: Basis, now: datetime) -> list[str]:
    """What a recorded consent lacks now, as sentences: a guardian may have been added since (IND-2)."""
    if basis.kind != BasisKind.CONSENT:
        return []
    given = [
        Given(Giver(one.giver), Manner(one.manner), one.given_on, one.guardian_id, one.name)
        for one in basis.givers.all()
    ]
    return whats_missing(
        person=matter.person,
        guardians=matter.person.guardians.all(),
        given=given,
        authority_kind=matter.initiator.authority.kind,
        child_alone_reason=basis.child_alone_reason,
        today=local_day(now),
    )


def let_in(
    *, matter: Matter, unit: Unit, basis: Basis, pieces: Iterable[Piece], by: Actor, now: datetime
) -> Participant:
    """Give a unit its right to the matter and hand over the pieces the basis covers, each on the ledger (IND-7).

    Raises `Refused` when the basis doesn't name the unit; the database refuses the same.
    """
    if not basis.in_force(now):
        raise Refused("Samtycket gäller inte längre. Registrera ett nytt innan du lämnar ut något.")
    if not basis.covers(unit):
        raise Refused(f"Samtycket omfattar inte {unit}. Personen behöver först samtycka till det.")
    participant = Participant.objects.create(
        matter=matter, unit=unit, role=ParticipantRole.CALLED, basis=basis, since=now
    )
    _give_right(matter, unit, basis.expires_at)
    disclose(matter=matter, pieces=pieces, to_unit=unit, basis=basis, by=by, now=now)
    return participant


def disclose(
    *, matter: Matter, pieces: Iterable[Piece], to_unit: Unit, basis: Basis, by: Actor, now: datetime
) -> list[Disclosure]:
    """Hand pieces over to a unit, those whose category the basis names. Restricted pieces stay (IND-3)."""
    return Disclosure.objects.bulk_create(
        [
            Disclosure(
                matter=matter,
                piece=piece,
                piece_version=piece.version,
                category=piece.category,
                from_authority_id=by.authority_id,
                from_unit_id=by.unit_id,
                to_unit=to_unit,
                basis=basis,
                by_id=by.user_id,
                at=now,
            )
            for piece in pieces
            if goes_along(piece, basis) and to_unit.pk != by.unit_id
        ]
    )


def goes_along(piece: Piece, basis: Basis) -> bool:
    """Whether a piece is handed over on a basis. A restricted one never is (IND-3)."""
    return piece.category in basis.categories and not piece.is_restricted


def show_out(*, matter: Matter, unit_ids: Iterable[UUID], reason: EndReason, now: datetime) -> None:
    """End units' part in a matter: their rights go at once, the ledger keeps what they were given (IND-8).

    The acting unit may be among them; its own right is taken last, since without it nothing more could be written.
    """
    ids = list(unit_ids)
    Disclosure.objects.filter(matter=matter, to_unit_id__in=ids, ended_at=None).update(ended_at=now)
    Participant.objects.filter(matter=matter, unit_id__in=ids, ended_at=None).update(ended_at=now, end_reason=reason)
    units = list(Unit.objects.filter(pk__in=ids).select_related("group"))
    for unit in units:
        remove_perm(REACH, unit.group, matter)


def withdraw_basis(*, matter: Matter, reason: str, by: Actor, now: datetime) -> list[UUID]:
    """Withdraw the basis in force; every unit that took part on it is out at the next request (IND-8).

    Returns the units shown out. Raises `Refused` when there is nothing to withdraw.
    """
    basis = current_basis(matter)
    if basis is None:
        raise Refused("Det finns inget samtycke att återkalla.")
    Basis.objects.filter(pk=basis.pk).update(withdrawn_at=now, withdrawn_note=reason.strip())
    out = list(
        Participant.objects.filter(matter=matter, ended_at=None)
        .exclude(role=ParticipantRole.INITIATOR)
        .values_list("unit_id", flat=True)
    )
    note(matter, "withdrawn", f"{basis.get_kind_display()} återkallades", by=by, now=now)
    show_out(matter=matter, unit_ids=out, reason=EndReason.WITHDRAWN, now=now)
    return out


def close_matter(*, matter: Matter, now: datetime) -> None:
    """Mark the matter as ended. Rights stay until the basis ends, so that each party can file its copy (IND-10)."""
    Matter.objects.filter(pk=matter.pk).update(closed_at=now, next_due_at=None)


def note(matter: Matter, what: str, text: str, *, by: Actor, now: datetime) -> None:
    """Add a line to the timeline that all participants see. `text` holds nothing about the person."""
    Event.objects.create(matter=matter, what=what, text=text, unit_id=by.unit_id, user_id=by.user_id, at=now)


def register_person(*, person: Person, by: Actor) -> Person:
    """Save a new person of the acting unit. Raises `Refused` when the unit has recorded the number already."""
    known = Person.objects.filter(unit_id=by.unit_id, identity_number=person.identity_number).exclude(
        identity_number=""
    )
    if found := known.first():
        return found
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        raise Refused("Någon i din verksamhet registrerade personen just nu. Sök och försök igen.") from None
    return person


@dataclass(frozen=True, slots=True)
class GuardianFacts:
    """A guardian as a form gives it. `guardian_id` is None for one who isn't recorded yet."""

    name: str
    is_called: bool = True
    not_called_reason: str = ""
    guardian_id: UUID | None = None


def set_guardians(*, person: Person, guardians: Sequence[GuardianFacts], by: Actor, now: datetime) -> None:
    """Let a child's guardians be these: new ones are added, changed ones changed, the others removed (IND-2).

    Raises `Refused` for an adult, for the same name twice, for one who isn't called without a reason, and when one who
    has consented would be removed: then the record of the consent would lose its giver.
    """
    if person.unit_id != by.unit_id:
        raise NotAllowed("Det här gör den verksamhet som har registrerat personen.")
    if guardians and not person.is_child(local_day(now)):
        raise Refused("Vårdnadshavare registreras bara för den som är under 18 år.")
    names = [one.name.strip() for one in guardians]
    if len({name.casefold() for name in names}) < len(names):
        raise Refused("Två vårdnadshavare har samma namn. Skriv fullständiga namn.")
    if any(not one.is_called and not one.not_called_reason.strip() for one in guardians):
        raise Refused("Skriv varför vårdnadshavaren inte kallas.")
    kept = [one.guardian_id for one in guardians if one.guardian_id]
    removed = person.guardians.exclude(pk__in=kept)
    if ConsentGiver.objects.filter(guardian__in=removed).exists():
        raise Refused("En vårdnadshavare som har samtyckt kan inte tas bort. Ange i stället att hen inte kallas.")
    removed.delete()
    recorded = {guardian.pk: guardian for guardian in Guardian.objects.filter(person=person)}
    for name, one in zip(names, guardians, strict=True):
        guardian = recorded.get(one.guardian_id) if one.guardian_id else Guardian(person=person)
        if guardian is None:
            raise Refused("En av vårdnadshavarna togs nyss bort. Kontrollera listan.")
        guardian.name, guardian.is_called = name, one.is_called
        guardian.not_called_reason = "" if one.is_called else one.not_called_reason.strip()
        guardian.save()


def describe_person(
    *, person: Person, first_name: str, last_name: str, protection: Protection, interpreter: str, by: Actor
) -> Person:
    """Change what the acting unit has recorded about a person.

    With a new protection, what the unit has written and not handed over is restricted to named staff (IND-3).
    """
    if person.unit_id != by.unit_id:
        raise NotAllowed("Det här gör den verksamhet som har registrerat personen.")
    was_protected = person.is_protected
    person.first_name, person.last_name = first_name.strip(), last_name.strip()
    person.protection, person.interpreter = protection, interpreter.strip()
    person.save(update_fields=["first_name", "last_name", "protection", "interpreter"])
    if person.is_protected and not was_protected:
        open_pieces = Piece.objects.filter(
            matter__person=person,
            written_by_id=by.unit_id,
            category__in=SENSITIVE_WHEN_PROTECTED,
            is_restricted=False,
            disclosures=None,
        )
        for piece in open_pieces:
            _restrict(piece, by)
    return person


def _restrict(piece: Piece, by: Actor) -> None:
    # The reader is named first: row security hides a restricted row from everybody else, its own writer too.
    PieceReader.objects.get_or_create(piece=piece, matter_id=piece.matter_id, user_id=by.user_id)
    Piece.objects.filter(pk=piece.pk).update(is_restricted=True)


def _give_right(matter: Matter, unit: Unit, until: datetime | None) -> None:
    view = Permission.objects.get(content_type__app_label="individuals", codename="view_matter")
    MatterGroupObjectPermission.objects.update_or_create(
        content_object=matter, group=unit.group, permission=view, defaults={"until": until}
    )


def _carry_over(matter: Matter, basis: Basis, *, by: Actor, now: datetime) -> None:
    """Move the participants that a new basis covers on to it; show out those that it doesn't."""
    left_out = []
    others = matter.participants.filter(ended_at=None).exclude(role=ParticipantRole.INITIATOR)
    for participant in others.select_related("unit__authority", "unit__group"):
        if basis.covers(participant.unit):
            participant.basis = basis
            participant.save(update_fields=["basis"])
            _give_right(matter, participant.unit, basis.expires_at)
        else:
            left_out.append(participant.unit_id)
    if left_out:
        show_out(matter=matter, unit_ids=left_out, reason=EndReason.WITHDRAWN, now=now)
