"""The demonstration's life around the agreement: what the parties decided, a round answered, one open, an amendment.

Made by the real actions, and fitting whichever pack is loaded. The wording is ours and names nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from agreements import actions
from agreements.models import Agreement, RevisionRound
from agreements.values import DecisionKind, LocalKind, Outcome
from core.acting import Actor, acting
from core.demonstration import Chapter
from core.workdays import add_working_days, local_day
from organisations.acting import actor_for
from organisations.kinds import HuvudmanKind, Role
from organisations.models import Assignment

COMMENTS: tuple[tuple[Role, str, str, Outcome, str], ...] = (
    (
        Role.NEAREST_MANAGER,
        "Vi hinner inte alltid få tag på rätt mottagning i tid, särskilt runt loven.",
        "",
        Outcome.PARTLY,
        "Tiden ses över. Under tiden går det att pausa fristen med ett skäl.",
    ),
    (
        Role.USER_REPRESENTATIVE,
        "Den som ska få stöd behöver få veta vad ett möte handlar om innan det hålls.",
        "Brukarrådet",
        Outcome.FOLLOWED,
        "Syfte och frågor följer med i varje kallelse.",
    ),
)
LOCAL: tuple[tuple[LocalKind, str, str], ...] = (
    (LocalKind.ROUTINE, "Så tar vi emot en SIP-initiering", "Intranätet, under Samverkan"),
    (LocalKind.AGREEMENT, "Lokal överenskommelse om tidiga insatser", "Diariet, SN 2025/118"),
)


def tell(now: datetime) -> int:
    """Tell what has happened around each agreement that applies today; returns how many agreements. Needs staff."""
    today = local_day(now)
    told = [one for one in Agreement.objects.in_force(today) if (board := _member(one)) and _tell(one, board, now)]
    return len(told)


def _tell(agreement: Agreement, board: Actor, now: datetime) -> bool:
    for place, party in enumerate(agreement.parties.select_related("huvudman")):
        administrator = _someone(Role.LOCAL_ADMINISTRATOR, huvudman=party.huvudman)
        if administrator is None:
            continue
        is_region = party.huvudman.kind == HuvudmanKind.REGION
        _run(
            administrator, actions.record_decision, now,
            agreement=agreement, kind=DecisionKind.ADOPTS, reference=f"§ {40 + 7 * place}",
            body="Regionfullmäktige" if is_region else "Kommunstyrelsen",
            decided_on=add_working_days(agreement.valid_from - timedelta(days=60), 3 * place),
        )  # fmt: skip
        if place in (1, 2):
            kind, title, reference = LOCAL[place - 1]
            # One is due for review soon, so that its clock can be seen.
            decided = local_day(now) - timedelta(days=330)
            facts = {"kind": kind, "title": title, "reference": reference, "decided_on": decided}
            facts["review_by"] = decided + timedelta(days=365 * place)
            _run(administrator, actions.add_local_document, now, agreement=agreement, facts=facts)
    answered = _round(agreement, board, now - timedelta(days=120), "Hur fungerar de första kontakterna?")
    with acting(board, now):
        for comment, (*_, outcome, text) in zip(answered.comments.order_by("written_at"), COMMENTS, strict=False):
            actions.answer(
                round_id=answered.pk, comment_id=comment.pk, outcome=outcome, text=text, by=board,
                now=now - timedelta(days=80),
            )  # fmt: skip
        actions.close_round(
            round_id=answered.pk, summary="En ändring av tiden för första kontakten föreslås parterna.", by=board,
            now=now - timedelta(days=79),
        )  # fmt: skip
    _amendment(agreement, board, answered, now)
    _round(agreement, board, now - timedelta(days=6), "Vad ska bli bättre i nästa överenskommelse?")
    return True


def _round(agreement: Agreement, board: Actor, opened: datetime, title: str) -> RevisionRound:
    """A round of five weeks with a comment from a manager and one from a user organisation."""
    closes_on = local_day(opened) + timedelta(days=35)
    asked: RevisionRound = _run(
        board, actions.open_round, opened, agreement=agreement, title=title, is_revision=False, closes_on=closes_on,
        question="Skriv vad som fungerar, vad som inte gör det och vad ni föreslår, gärna avsnitt för avsnitt.",
    )  # fmt: skip
    huvudmen = [party.huvudman for party in agreement.parties.select_related("huvudman")]
    for after, (role, text, organisation, *_) in enumerate(COMMENTS, 2):
        by = _someone(role) if organisation else _someone(role, huvudman=huvudmen[-1])
        if by is not None:
            _run(
                by, actions.comment, opened + timedelta(days=after), round_id=asked.pk, text=text, provision=None,
                organisation=organisation,
            )  # fmt: skip
    return asked


def _amendment(agreement: Agreement, board: Actor, after: RevisionRound, now: datetime) -> None:
    """Proposed to the parties; the first one has agreed, so the others are still asked."""
    written = now - timedelta(days=30)
    term = agreement.term_versions.filter(key="sip.first_contact").first() or agreement.term_versions.first()
    if term is None:
        return
    draft = _run(
        board, actions.draft_amendment, written, agreement=agreement, title="Tiden för den första kontakten",
        motive="Synpunkterna visar att tiden inte räcker när mottagningen har stängt.", after_round=after,
        takes_effect_on=local_day(now) + timedelta(days=60), new_valid_to=None,
    )  # fmt: skip
    _run(board, actions.amend_term, written, amendment_id=draft.pk, key=term.key, value=term.value + 1)
    _run(board, actions.propose, written, amendment_id=draft.pk)
    first = agreement.parties.select_related("huvudman").first()
    agrees = _someone(Role.LOCAL_ADMINISTRATOR, huvudman=first.huvudman) if first else None
    if first and agrees:
        _run(
            agrees, actions.decide_amendment, now, amendment_id=draft.pk, agrees=True, reference="§ 12",
            body="Regionstyrelsen" if first.huvudman.kind == HuvudmanKind.REGION else "Kommunstyrelsen",
            decided_on=add_working_days(local_day(now) - timedelta(days=9), 1),
        )  # fmt: skip


def _member(agreement: Agreement) -> Actor | None:
    """Somebody of the regional board, from one of the agreement's parties."""
    return _someone(Role.BOARD_MEMBER, huvudman__in=agreement.parties.values("huvudman"))


def _someone(role: Role, **user: Any) -> Actor | None:
    of_user = {f"user__{name}": value for name, value in user.items()}
    found = Assignment.objects.select_related("user", "unit__authority__huvudman").filter(role=role, **of_user)
    assignment = found.order_by("user__username").first()
    return actor_for(assignment) if assignment else None


def _run(by: Actor, do: Callable[..., Any], now: datetime, **values: Any) -> Any:
    with acting(by, now):
        return do(**values, by=by, now=now)


CHAPTER = Chapter("överenskommelser", tell)
