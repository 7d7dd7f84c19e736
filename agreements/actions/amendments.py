"""Amendments within the period: the board writes one, every party decides, then it is in force from its day (AGR-4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from agreements.actions.rounds import require_board
from agreements.actions.shared import revising
from agreements.adoption import standings
from agreements.models import (
    Agreement,
    AmendedProvision,
    AmendedTerm,
    Amendment,
    AmendmentDecision,
    Provision,
    RevisionRound,
    TermVersion,
)
from agreements.permissions import AMENDMENT_RULES
from agreements.telling import about, tell_roles
from agreements.values import Origin, ReviseDo, TermUnit, most_of
from core.acting import Actor
from core.authz import Refused
from core.dates import swedish_date
from core.transitions import Gone
from core.workdays import local_day
from organisations.kinds import Role
from organisations.models import Huvudman

CONCERNED = (Role.BOARD_MEMBER, Role.LOCAL_ADMINISTRATOR)


def draft_amendment(
    *,
    agreement: Agreement,
    title: str,
    motive: str,
    takes_effect_on: date,
    new_valid_to: date | None,
    after_round: RevisionRound | None,
    by: Actor,
    now: datetime,
) -> Amendment:
    """Begin an amendment. What it changes is added to the draft. Raises `Refused`."""
    require_board(agreement=agreement, by=by)
    if takes_effect_on <= max(local_day(now), agreement.valid_from):
        raise Refused("Välj en dag som ligger framåt i tiden.", field="takes_effect_on")
    if takes_effect_on > agreement.valid_to:
        raise Refused(f"Överenskommelsen slutar gälla {swedish_date(agreement.valid_to)}.", field="takes_effect_on")
    if new_valid_to is not None and new_valid_to <= agreement.valid_to:
        raise Refused(f"Överenskommelsen gäller redan till {swedish_date(agreement.valid_to)}.", field="new_valid_to")
    return Amendment.objects.create(
        agreement=agreement,
        round=after_round,
        title=title,
        motive=motive,
        takes_effect_on=takes_effect_on,
        new_valid_to=new_valid_to,
        written_by_id=by.user_id,
        changed_at=now,
    )


def amend_term(*, amendment_id: UUID, key: str, value: int, by: Actor, now: datetime) -> AmendedTerm:
    """Let the draft change a term, also one that the agreement itself gives. Raises `Refused`, `Gone`."""
    with revising(Amendment, amendment_id, ReviseDo.EDIT, rules=AMENDMENT_RULES, by=by, now=now) as draft:
        standing = draft.agreement.term_versions.filter(key=key).order_by("-valid_from").first()
        if standing is None:
            raise Refused("Villkoret finns inte i överenskommelsen.", field="key")
        if value == standing.value:
            raise Refused("Det är samma tal som nu. Skriv ett annat.", field="value")
        unit = TermUnit(standing.unit)
        if value > most_of(unit) or (unit == TermUnit.CALENDAR_MONTH and value < 1):
            raise Refused(f"Talet är för stort eller för litet för {unit.label}.", field="value")
        changed, _ = AmendedTerm.objects.update_or_create(amendment=draft, key=key, defaults={"value": value})
    return changed


def amend_provision(
    *,
    amendment_id: UUID,
    provision: Provision,
    heading: str,
    summary: str,
    points: Sequence[str],
    by: Actor,
    now: datetime,
) -> AmendedProvision:
    """Let the draft change a section's text. Raises `Refused`, `Gone`."""
    with revising(Amendment, amendment_id, ReviseDo.EDIT, rules=AMENDMENT_RULES, by=by, now=now) as draft:
        if provision.agreement_id != draft.agreement_id:
            raise Refused("Avsnittet finns inte i överenskommelsen.")
        new = {"heading": heading, "summary": summary, "points": list(points)}
        if all(getattr(provision, name) == value for name, value in new.items()):
            raise Refused("Texten är densamma som nu. Ändra den först.", field="summary")
        changed, _ = AmendedProvision.objects.update_or_create(amendment=draft, provision=provision, defaults=new)
    return changed


def drop_part(*, amendment_id: UUID, part_id: UUID, by: Actor, now: datetime) -> None:
    """Take a changed term or section out of the draft. Raises `Refused`, `Gone`."""
    with revising(Amendment, amendment_id, ReviseDo.EDIT, rules=AMENDMENT_RULES, by=by, now=now) as draft:
        if not sum(found.filter(pk=part_id).delete()[0] for found in (draft.terms, draft.provisions)):
            raise Gone(str(part_id))


def propose(*, amendment_id: UUID, by: Actor, now: datetime) -> Amendment:
    """Send the draft to the parties for decision. From then on it is never altered. Raises `Refused`, `Gone`."""
    with revising(Amendment, amendment_id, ReviseDo.PROPOSE, rules=AMENDMENT_RULES, by=by, now=now) as draft:
        if not (draft.terms.exists() or draft.provisions.exists() or draft.new_valid_to):
            raise Refused("Utkastet ändrar inget än. Lägg till ett villkor eller ett avsnitt.")
        draft.proposed_at = now
        facts = about(draft.agreement, "amendment", str(draft.pk))
        tell_roles(draft.agreement, CONCERNED, "agreement.amendment.proposed", key=str(draft.pk), facts=facts, now=now)
    return draft


def withdraw_amendment(*, amendment_id: UUID, by: Actor, now: datetime) -> Amendment:
    """Take an amendment back before every party has decided. Raises `Refused`, `Gone`."""
    with revising(Amendment, amendment_id, ReviseDo.WITHDRAW, rules=AMENDMENT_RULES, by=by, now=now) as found:
        found.settled_at = now
    return found


@transaction.atomic
def decide_amendment(
    *,
    amendment_id: UUID,
    agrees: bool,
    body: str,
    decided_on: date,
    reference: str,
    by: Actor,
    now: datetime,
) -> Amendment:
    """Record one's own party's decision: the last yes adopts the amendment, one no rejects it.

    Raises `Refused`, `Gone`.
    An amendment adopted after its day is in force from the day after the last decision: nothing changes backwards.
    """
    with revising(Amendment, amendment_id, ReviseDo.DECIDE, rules=AMENDMENT_RULES, by=by, now=now) as found:
        today = local_day(now)
        if decided_on > today:
            raise Refused("Beslutet kan inte ligga i framtiden.", field="decided_on")
        if found.proposed_at is not None and decided_on < local_day(found.proposed_at):
            raise Refused("Beslutet kan inte ha fattats innan ändringen föreslogs.", field="decided_on")
        try:
            with transaction.atomic():
                AmendmentDecision.objects.create(
                    amendment=found,
                    huvudman_id=by.huvudman_id,
                    agrees=agrees,
                    body=body,
                    decided_on=decided_on,
                    reference=reference,
                    recorded_by_id=by.user_id,
                    recorded_at=now,
                )
        except IntegrityError as error:
            raise Refused("Ert beslut är redan registrerat.") from error
    if not agrees:
        return _settle(found, ReviseDo.REJECT, by=by, now=now)
    return found if _still_to_decide(found, today) else _settle(found, ReviseDo.ADOPT, by=by, now=now)


def _still_to_decide(amendment: Amendment, on: date) -> list[Huvudman]:
    """The parties that the agreement binds and that have not said yes."""
    agreed = set(amendment.decisions.filter(agrees=True).values_list("huvudman_id", flat=True))
    bound = (party for party in standings(amendment.agreement, on) if party.standing.binds)
    return [party.huvudman for party in bound if party.huvudman.pk not in agreed]


def _settle(amendment: Amendment, do: ReviseDo, *, by: Actor, now: datetime) -> Amendment:
    with revising(Amendment, amendment.pk, do, rules=AMENDMENT_RULES, by=by, now=now) as found:
        found.settled_at = now
        if do == ReviseDo.ADOPT:
            found.in_force_from = max(found.takes_effect_on, local_day(now) + timedelta(days=1))
    if do == ReviseDo.ADOPT:
        _change_terms(found, by=by, now=now)
    facts = about(found.agreement, "amendment", str(found.pk))
    kind = f"agreement.amendment.{found.state}"
    tell_roles(found.agreement, CONCERNED, kind, key=str(found.pk), facts=facts, now=now)
    return found


def _change_terms(amendment: Amendment, *, by: Actor, now: datetime) -> None:
    """Give each changed term its version from the day. What all parties decided is no longer the portal's default."""
    assert amendment.in_force_from is not None
    for part in amendment.terms.all():
        standing = amendment.agreement.term_versions.filter(key=part.key).order_by("-valid_from").first()
        if standing is None:
            continue
        # All parties together stand above the board: a change of the board's from the same day on gives way.
        valid_from = max(amendment.in_force_from, standing.valid_from + timedelta(days=1))
        TermVersion.objects.create(
            agreement=amendment.agreement,
            key=part.key,
            label=standing.label,
            explanation=standing.explanation,
            value=part.value,
            unit=standing.unit,
            counted=standing.counted,
            stages=standing.stages,
            provision_id=standing.provision_id,
            is_default=False,
            valid_from=valid_from,
            origin=Origin.AMENDMENT,
            position=standing.position,
            reason=amendment.title,
            decided_by_id=by.user_id,
            decided_at=now,
        )
