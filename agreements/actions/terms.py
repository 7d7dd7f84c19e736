"""The regional board changes the portal's own defaults from a day on."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from agreements.models import Agreement, TermVersion
from agreements.values import Origin, TermUnit, most_of
from core.acting import Actor
from core.authz import NotAllowed, Refused
from core.dates import swedish_date
from core.transitions import Gone
from core.workdays import local_day
from organisations.kinds import Role


def version_to_change(*, agreement: Agreement, key: str, by: Actor) -> TermVersion:
    """The newest version of a term that this actor may change. Raises `Refused` with the reason, `Gone` if unknown."""
    newest = agreement.term_versions.select_related("provision").filter(key=key).order_by("-valid_from").first()
    if newest is None:
        raise Gone(f"{agreement.key} {key}")
    if by.role != Role.BOARD_MEMBER or not agreement.parties.filter(huvudman_id=by.huvudman_id).exists():
        raise NotAllowed("Det här gör en ledamot i den regionala utvecklingsgruppen för överenskommelsens parter.")
    if not newest.is_default:
        raise Refused("Talet står i överenskommelsen. Det ändras bara när alla parter är överens, i en revidering.")
    return newest


def change_term(
    *, agreement: Agreement, key: str, seen: UUID, value: int, valid_from: date, reason: str, by: Actor, now: datetime
) -> TermVersion:
    """Decide a new value of a term from a coming day on. `seen`: the version that the user saw.

    Matters opened before that day keep the value they had (AGR-2). Raises `Refused`, `Gone`.
    """
    newest = version_to_change(agreement=agreement, key=key, by=by)
    if newest.pk != seen:
        raise Refused("Någon annan har ändrat villkoret sedan du öppnade sidan. Läs det nya och försök igen.")
    if value == newest.value:
        raise Refused("Det är samma tal som nu. Skriv ett annat.", field="value")
    unit = TermUnit(newest.unit)
    if value > most_of(unit) or (unit == TermUnit.CALENDAR_MONTH and value < 1):
        raise Refused(f"Talet är för stort eller för litet för {unit.label}.", field="value")
    earliest = max(local_day(now), newest.valid_from)
    if valid_from <= earliest:
        raise Refused(f"Ändringen kan gälla tidigast dagen efter {swedish_date(earliest)}.", field="valid_from")
    if valid_from > agreement.valid_to:
        raise Refused(f"Överenskommelsen slutar gälla {swedish_date(agreement.valid_to)}.", field="valid_from")
    try:
        with transaction.atomic():
            return TermVersion.objects.create(
                agreement=agreement,
                key=newest.key,
                label=newest.label,
                explanation=newest.explanation,
                value=value,
                unit=newest.unit,
                counted=newest.counted,
                stages=newest.stages,
                provision=newest.provision,
                is_default=True,
                valid_from=valid_from,
                origin=Origin.BOARD,
                position=newest.position,
                reason=reason,
                decided_by_id=by.user_id,
                decided_at=now,
            )
    except IntegrityError as error:
        raise Refused("Det finns redan en ändring från den dagen.", field="valid_from") from error
