"""Rounds of comments: the board asks, parties and user organisations comment, the board says how it was met (AGR-4)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from agreements.actions.shared import revising
from agreements.models import Agreement, Provision, RevisionRound, RoundComment
from agreements.permissions import BOARD, ROUND_RULES
from agreements.telling import ASKED, about, tell_roles
from agreements.values import Outcome, ReviseDo
from core.acting import Actor
from core.authz import NotAllowed, Refused
from core.dates import swedish_date
from core.transitions import Gone
from core.workdays import local_day
from organisations.kinds import Role


def require_board(*, agreement: Agreement, by: Actor) -> None:
    """Raise `NotAllowed` unless the actor sits in the regional board for one of the agreement's parties."""
    if not (decision := BOARD.decide(by, agreement)):
        raise NotAllowed(decision.reason)


def open_round(
    *, agreement: Agreement, title: str, question: str, is_revision: bool, closes_on: date, by: Actor, now: datetime
) -> RevisionRound:
    """Ask parties and user organisations, until a day. They are told. Raises `Refused`.

    `is_revision`: the work on the next agreement has begun, which prolongs one that says so (AGR-3).
    """
    require_board(agreement=agreement, by=by)
    if closes_on <= local_day(now):
        raise Refused("Välj en dag som ligger framåt i tiden.", field="closes_on")
    opened = RevisionRound.objects.create(
        agreement=agreement,
        title=title,
        question=question,
        is_revision=is_revision,
        closes_on=closes_on,
        opened_by_id=by.user_id,
        opened_at=now,
        changed_at=now,
    )
    facts = about(agreement, "round", str(opened.pk), when=swedish_date(closes_on))
    tell_roles(agreement, ASKED, "agreement.round.opened", key=str(opened.pk), facts=facts, now=now)
    return opened


def comment(
    *, round_id: UUID, text: str, provision: Provision | None, organisation: str, by: Actor, now: datetime
) -> RoundComment:
    """Say what one's party, or user organisation, thinks. Raises `Refused`, `Gone`.

    `organisation` is asked of those who represent one; the others speak for their huvudman.
    """
    asked = RevisionRound.objects.select_related("agreement").filter(pk=round_id).first()
    if asked is None:
        raise Gone(str(round_id))
    ROUND_RULES.require(by, ReviseDo.COMMENT, asked)
    if local_day(now) > asked.closes_on:
        raise Refused(f"Tiden för synpunkter gick ut {swedish_date(asked.closes_on)}.")
    for_organisation = by.role == Role.USER_REPRESENTATIVE
    if for_organisation and not organisation.strip():
        raise Refused("Skriv vilken organisation du företräder.", field="organisation")
    if provision is not None and provision.agreement_id != asked.agreement_id:
        raise Refused("Avsnittet finns inte i överenskommelsen.", field="provision")
    return RoundComment.objects.create(
        round=asked,
        provision=provision,
        text=text,
        huvudman_id=None if for_organisation else by.huvudman_id,
        organisation=organisation.strip() if for_organisation else "",
        author_id=by.user_id,
        unit_id=by.unit_id,
        written_at=now,
    )


def answer(*, round_id: UUID, comment_id: UUID, outcome: Outcome, text: str, by: Actor, now: datetime) -> RoundComment:
    """Say how a comment was met. May be said anew as long as the round is open. Raises `Refused`, `Gone`."""
    with revising(RevisionRound, round_id, ReviseDo.ANSWER, rules=ROUND_RULES, by=by, now=now) as asked:
        found = asked.comments.select_for_update(of=("self",)).filter(pk=comment_id).first()
        if found is None:
            raise Gone(str(comment_id))
        found.outcome, found.answer, found.answered_by_id, found.answered_at = outcome, text, by.user_id, now
        found.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    return found


def extend_round(*, round_id: UUID, closes_on: date, by: Actor, now: datetime) -> RevisionRound:
    """Give more time. The same people are told. Raises `Refused`, `Gone`."""
    with revising(RevisionRound, round_id, ReviseDo.EXTEND, rules=ROUND_RULES, by=by, now=now) as asked:
        if closes_on <= max(asked.closes_on, local_day(now)):
            raise Refused("Välj en senare dag än den som gäller nu.", field="closes_on")
        asked.closes_on = closes_on
        facts = about(asked.agreement, "round", str(asked.pk), when=swedish_date(closes_on))
        key = f"{asked.pk}:{closes_on}"
        tell_roles(asked.agreement, ASKED, "agreement.round.extended", key=key, facts=facts, now=now)
    return asked


@transaction.atomic
def close_round(*, round_id: UUID, summary: str, by: Actor, now: datetime) -> RevisionRound:
    """End the round with what came of it. Every comment must be answered first. Raises `Refused`, `Gone`."""
    with revising(RevisionRound, round_id, ReviseDo.CLOSE, rules=ROUND_RULES, by=by, now=now) as asked:
        unanswered = asked.comments.filter(outcome="").count()
        if unanswered:
            words = "En synpunkt är inte besvarad" if unanswered == 1 else f"{unanswered} synpunkter är inte besvarade"
            raise Refused(f"{words}. Alla ska få veta hur det gick.")
        asked.summary, asked.closed_at = summary, now
        facts = about(asked.agreement, "round", str(asked.pk))
        tell_roles(asked.agreement, ASKED, "agreement.round.closed", key=str(asked.pk), facts=facts, now=now)
    return asked
