"""The negotiation of an ansvarsförbindelse: draft, propose, counter, sign, in force, renegotiate (PLC-3…PLC-7).

Every verb locks the placement first and the versions after it, the newer before the older, so that two signatures and
a counter-proposal at the same moment take turns: one wins, the others read what happened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from core.acting import Actor
from core.authz import Refused
from core.dates import swedish_date
from core.transitions import Gone, transition
from core.workdays import local_day
from individuals import actions as individuals
from organisations.models import Assignment
from placements import signing
from placements.actions.shared import settle, tell
from placements.content import fingerprint, measures_of
from placements.costs import WHOLE
from placements.kinds import NEGOTIATED, DeclineReason, Do, Move, Per, Performer, Side, SplitBy, Stage, State
from placements.models import Ansvarsforbindelse, CostShare, Measure, Placement, Remark, Signature
from placements.permissions import AGREEMENT_RULES, PLACEMENT_RULES

SHARES_TOTAL = "placement.cost_shares_total"
_ALREADY_HAPPENED = re.compile(
    r"placering\w*\W+(?:(?:har|är|var|hade)\W+)?redan\W+(?:(?:har|är|var|hade)\W+)?"
    r"(?:ägt\W+rum|skett|gjord|gjorts|genomförd|genomförts|verkställd|verkställts|påbörjad|påbörjats|börjat)"
    r"|redan\W+(?:(?:är|var|blivit)\W+)?placera[dt]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """A measure as a form gives it. `region` is the region's share: percent, or kronor of the price."""

    title: str
    content: str
    extent: str
    performer: Performer
    starts_on: date
    ends_on: date
    price: Decimal
    per: Per
    split_by: SplitBy
    region: Decimal
    municipality: Decimal


@contextmanager
def _locked(placement_id: UUID) -> Iterator[Placement]:
    with transaction.atomic():
        found = Placement.objects.select_for_update(of=("self",)).filter(pk=placement_id).first()
        if found is None:
            raise Gone(Placement._meta.label)
        yield found


@contextmanager
def _moving(
    version_id: UUID, move: Move, *, by: Actor, now: datetime, version: int | None = None
) -> Iterator[tuple[Placement, Ansvarsforbindelse]]:
    placement_id = Ansvarsforbindelse.objects.filter(pk=version_id).values_list("placement_id", flat=True).first()
    if placement_id is None:
        raise Gone(Ansvarsforbindelse._meta.label)
    with (
        _locked(placement_id) as placement,
        transition(Ansvarsforbindelse, version_id, move, rules=AGREEMENT_RULES, by=by, now=now, version=version) as one,
    ):
        yield placement, one


def draw_up(*, placement_id: UUID, by: Actor, now: datetime) -> Ansvarsforbindelse:
    """Begin a draft that only the acting party sees. The draft it already has is returned instead of another one.

    After the end of the placement it settles the time that was, from what was last proposed (PLC-5, PLC-6).
    """
    with _locked(placement_id) as placement:
        PLACEMENT_RULES.require(by, Do.DRAW_UP, placement)
        _require_unsettled(placement)
        if placement.agreements.negotiated().exists():
            raise Refused("Det finns redan ett förslag att ta ställning till. Lägg ett motförslag i stället.")
        if latest := placement.agreements.in_force().first():
            return _copy(latest, by=by, now=now)
        last = placement.agreements.filter(number__isnull=False).last() if placement.ended_at else None
        return _copy(last, by=by, now=now) if last else _draft(placement, None, by=by, now=now)


def _require_unsettled(placement: Placement) -> None:
    """What held until the placement's end is its cost: it isn't negotiated again afterwards."""
    if held := placement.agreements.held_to_the_end(placement.lasted).first():
        raise Refused(
            f"Version {held.number} av ansvarsförbindelsen gällde till slutet av placeringen och kan inte göras om. "
            "Är ni inte överens om den kan närmaste chef öppna en tvist."
        )


def _draft(placement: Placement, answers: Ansvarsforbindelse | None, *, by: Actor, now: datetime) -> Ansvarsforbindelse:
    mine = placement.agreements.filter(state=Stage.DRAFT, drafted_by_unit_id=by.unit_id).first()
    if mine is not None:
        return mine
    start, end = _period(placement, answers)
    return Ansvarsforbindelse.objects.create(
        placement=placement,
        placing_unit_id=placement.matter.initiator_id,
        medical_unit_id=cast(UUID, placement.medical_unit_id),  # Asked for by the rule of drawing up.
        drafted_by_unit_id=by.unit_id,
        drafted_by_id=by.user_id,
        answers=answers,
        valid_from=start,
        valid_to=end,
        renegotiate_on=answers.renegotiate_on if answers and placement.ended_at is None else None,
        terms=answers.terms if answers else "",
        changed_at=now,
    )


def _period(placement: Placement, answers: Ansvarsforbindelse | None) -> tuple[date | None, date | None]:
    """The days a draft begins with: those of what it changes, or of the placement; never past a placement's end."""
    lasted = placement.lasted
    if answers is None:
        planned = local_day(placement.started_at) if placement.started_at else placement.planned_start
        return lasted or (planned, placement.planned_end)
    if lasted is None or answers.valid_from is None or answers.valid_to is None:
        return answers.valid_from, answers.valid_to
    first, last = lasted
    if answers.state == Stage.EXPIRED:  # What is left to settle begins where that one ended.
        return min(answers.valid_to + timedelta(days=1), last), last
    return max(first, answers.valid_from), min(last, answers.valid_to)


def _days_of(one: Measure, old: Ansvarsforbindelse, draft: Ansvarsforbindelse) -> tuple[date, date]:
    """The days of a measure in the copy of a version. The end may come before the start: then it has no part in it."""
    if draft.valid_from is None or draft.valid_to is None or draft.placement.ended_at is None:
        return one.starts_on, one.ends_on
    if old.state == Stage.EXPIRED and one.ends_on == old.valid_to:
        return draft.valid_from, draft.valid_to
    return max(one.starts_on, draft.valid_from), min(one.ends_on, draft.valid_to)


def _copy(old: Ansvarsforbindelse, *, by: Actor, now: datetime) -> Ansvarsforbindelse:
    """A draft with the same content as a version, to change: the old one is never written over (PLC-7)."""
    draft = _draft(old.placement, old, by=by, now=now)
    if draft.answers_id == old.pk and not draft.measures.exists():
        for one in measures_of(old):
            shares = {share.side: share for share in one.shares.all()}
            one.starts_on, one.ends_on = _days_of(one, old, draft)
            if one.ends_on < one.starts_on:
                continue
            _save_measure(draft, one.position, one, shares[Side.REGION], shares[Side.MUNICIPALITY])
    return draft


def _save_measure(draft: Ansvarsforbindelse, position: int, like: Measure, *shares: CostShare) -> None:
    measure = Measure.objects.create(
        agreement=draft, position=position, title=like.title, content=like.content, extent=like.extent,
        performer=like.performer, starts_on=like.starts_on, ends_on=like.ends_on, price=like.price, per=like.per,
        split_by=like.split_by,
    )  # fmt: skip
    for share in shares:
        CostShare.objects.create(
            measure=measure, agreement=draft, side=share.side, percent=share.percent, amount=share.amount
        )


def write(
    *,
    version_id: UUID,
    version: int,
    facts: dict[str, Any],
    measures: Sequence[MeasureFacts],
    by: Actor,
    now: datetime,
) -> Ansvarsforbindelse:
    """Save the whole draft: period, terms, measures. Raises `Stale`, and `Refused` naming the measure at fault."""
    with _moving(version_id, Move.WRITE, by=by, now=now, version=version) as (placement, draft):
        for name in ("valid_from", "valid_to", "renegotiate_on", "terms"):
            setattr(draft, name, facts.get(name, getattr(draft, name)))
        if problems := _problems(placement, draft, measures):
            raise Refused(*problems[0][:1], field=problems[0][1])
        draft.measures.all().delete()
        for position, one in enumerate(measures, start=1):
            _write_measure(draft, position, one)
        draft.changed_at = now  # Measures are rows of their own: the version moves on when only they changed.
    return draft


def _write_measure(draft: Ansvarsforbindelse, position: int, one: MeasureFacts) -> None:
    percent = one.split_by == SplitBy.PERCENT
    like = Measure(
        title=one.title.strip(), content=one.content.strip(), extent=one.extent.strip(), performer=one.performer,
        starts_on=one.starts_on, ends_on=one.ends_on, price=one.price, per=one.per, split_by=one.split_by,
    )  # fmt: skip
    shares = [
        CostShare(side=side, percent=value if percent else None, amount=None if percent else value)
        for side, value in ((Side.REGION, one.region), (Side.MUNICIPALITY, one.municipality))
    ]
    _save_measure(draft, position, like, *shares)


def _problems(
    placement: Placement, draft: Ansvarsforbindelse, measures: Sequence[MeasureFacts]
) -> list[tuple[str, str | None]]:
    """What is wrong with the draft's content, as sentences with the field each belongs to."""
    found: list[tuple[str, str | None]] = []
    if draft.valid_from and draft.valid_to and draft.valid_to < draft.valid_from:
        found.append(("Ansvarsförbindelsen kan inte sluta innan den börjar.", "valid_to"))
    if draft.renegotiate_on and draft.valid_to and draft.renegotiate_on > draft.valid_to:
        found.append(("Omförhandla senast den dag ansvarsförbindelsen slutar.", "renegotiate_on"))
    if outside := _outside(placement, draft):
        found.append((outside, "valid_to"))
    whole = Decimal(placement.matter.agreement.term(SHARES_TOTAL, on=local_day(placement.matter.opened_at)).value)
    assert whole == WHOLE, "the database holds shares to exactly 100 percent"
    for place, one in enumerate(measures, start=1):
        found += [(f"{one.title or f'Insats {place}'}: {text}", f"{name}-{place}") for text, name in _wrong(one, draft)]
    for place, one in enumerate(measures, start=1):
        for other in measures[: place - 1]:
            same = one.title.strip().casefold() == other.title.strip().casefold()
            if same and one.starts_on <= other.ends_on and other.starts_on <= one.ends_on:
                found.append((f"{one.title} finns två gånger för samma tid.", f"starts_on-{place}"))
    return found


def _wrong(one: MeasureFacts, draft: Ansvarsforbindelse) -> Iterator[tuple[str, str]]:
    if one.ends_on < one.starts_on:
        yield "slutar innan den börjar.", "ends_on"
    if (
        draft.valid_from
        and draft.valid_to
        and not (draft.valid_from <= one.starts_on and one.ends_on <= draft.valid_to)
    ):
        yield "ligger utanför den tid som ansvarsförbindelsen gäller.", "starts_on"
    if one.price < 0:
        yield "priset kan inte vara mindre än noll.", "price"
    total = one.region + one.municipality
    if one.region < 0 or one.municipality < 0:
        yield "en andel kan inte vara mindre än noll.", "region"
    elif one.split_by == SplitBy.PERCENT and total != WHOLE:
        yield f"andelarna är tillsammans {_number(total)} procent. De ska vara exakt 100.", "region"
    elif one.split_by == SplitBy.AMOUNT and total != one.price:
        yield (
            f"delarna är tillsammans {_number(total)} kr, men priset är {_number(one.price)} kr. De ska vara lika.",
            "region",
        )


def _number(value: Decimal) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")


def _outside(placement: Placement, version: Ansvarsforbindelse) -> str | None:
    """Why a version of a placement that is over can't stand: it speaks of other days than those that were."""
    lasted = placement.lasted
    if lasted is None or version.valid_from is None or version.valid_to is None:
        return None
    if lasted[0] <= version.valid_from and version.valid_to <= lasted[1]:
        return None
    return f"Placeringen pågick {swedish_date(lasted[0])} – {swedish_date(lasted[1])}. Välj en tid inom den."


def why_not_propose(draft: Ansvarsforbindelse) -> list[str]:
    """What a draft lacks before it can be proposed."""
    missing = []
    if draft.valid_from is None or draft.valid_to is None:
        missing.append("Från och med när och till och med när den gäller.")
    if outside := _outside(draft.placement, draft):
        missing.append(outside)
    if not draft.measures.exists():
        missing.append("Minst en medicinsk insats.")
    return missing


def propose(*, version_id: UUID, version: int, by: Actor, now: datetime) -> Ansvarsforbindelse:
    """Lay the draft before the other party. From now on its content can't change; a proposal it answers is countered.

    Raises `Refused` when another proposal has come on the table since, and says which.
    """
    try:
        with _moving(version_id, Move.PROPOSE, by=by, now=now, version=version) as (placement, draft):
            PLACEMENT_RULES.require(by, Do.DRAW_UP, placement)  # Not once the matter is closed.
            _require_unsettled(placement)
            if missing := why_not_propose(draft):
                raise Refused("Det här saknas: " + " ".join(missing))
            on_the_table = placement.agreements.negotiated().first()
            if on_the_table is not None:
                if on_the_table.pk != draft.answers_id:
                    raise Refused(
                        f"Version {on_the_table.number} ligger redan framme. Ta ställning till den först.",
                    )
                with transition(
                    Ansvarsforbindelse, on_the_table.pk, Move.COUNTER, rules=AGREEMENT_RULES, by=by, now=now
                ) as countered:
                    countered.ended_at = now
            last = placement.agreements.aggregate(last=Max("number"))["last"] or 0
            draft.number, draft.proposed_at, draft.proposed_by_id = last + 1, now, by.user_id
            draft.content_hash = fingerprint(draft)
            individuals.note(placement.matter, "proposed", "Ett förslag till ansvarsförbindelse lades", by=by, now=now)
            _tell_other(placement, draft, "placement.proposed", by=by, now=now)
    except IntegrityError as error:
        raise Refused("Ett annat förslag hann före. Läs det och ta ställning till det.") from error
    return draft


def counter(*, version_id: UUID, by: Actor, now: datetime) -> Ansvarsforbindelse:
    """Begin a counter-proposal from the other party's proposal. The proposal stands until the counter is laid."""
    with _locked(_placement_of(version_id)):
        proposal = _get(version_id)
        AGREEMENT_RULES.require(by, Move.COUNTER, proposal)
        return _copy(proposal, by=by, now=now)


def renegotiate(*, version_id: UUID, by: Actor, now: datetime) -> Ansvarsforbindelse:
    """Begin a new version of the one in force, which holds until the new one is signed by both (PLC-7)."""
    with _locked(_placement_of(version_id)) as placement:
        current = _get(version_id)
        AGREEMENT_RULES.require(by, Move.RENEGOTIATE, current)
        _require_unsettled(placement)
        if on_the_table := placement.agreements.negotiated().first():
            raise Refused(f"Version {on_the_table.number} ligger redan framme. Ta ställning till den först.")
        return _copy(current, by=by, now=now)


def comment(*, version_id: UUID, text: str, by: Actor, now: datetime) -> Remark:
    """Say something to the other party about the proposal. Only the two parties read it (PLC-8)."""
    if not text.strip():
        raise Refused("Skriv din kommentar.", field="text")
    with _moving(version_id, Move.COMMENT, by=by, now=now) as (placement, one):
        remark = Remark.objects.create(agreement=one, unit_id=by.unit_id, user_id=by.user_id, text=text.strip(), at=now)
        _tell_other(placement, one, "placement.commented", by=by, now=now, key=str(remark.pk))
    return remark


def decline_proposal(*, version_id: UUID, reason: DeclineReason, note: str, by: Actor, now: datetime) -> None:
    """Turn a proposal down, with a reason from the closed list and in words what should change.

    That the placement has already happened is no reason: the list doesn't have it, and the text is refused (PLC-6).
    """
    if not note.strip():
        raise Refused("Skriv vad som behöver ändras för att ni ska kunna gå med på det.", field="note")
    if _ALREADY_HAPPENED.search(note):
        raise Refused(
            "Ingen part får avvisa kostnaden för att placeringen redan har skett. Skriv vad i förslaget som behöver "
            "ändras.",
            field="note",
        )
    with _moving(version_id, Move.DECLINE, by=by, now=now) as (placement, one):
        one.decline_reason, one.decline_note, one.declined_by_id = reason, note.strip(), by.user_id
        one.ended_at = now
        individuals.note(placement.matter, "declined", "Förslaget till ansvarsförbindelse avvisades", by=by, now=now)
        _tell_other(placement, one, "placement.declined", by=by, now=now)


def withdraw_version(*, version_id: UUID, by: Actor, now: datetime) -> None:
    """Take back a draft or a proposal that nobody has signed."""
    with _moving(version_id, Move.WITHDRAW, by=by, now=now) as (placement, one):
        one.ended_at = now
        if one.number is not None:
            individuals.note(placement.matter, "taken_back", "Ett förslag drogs tillbaka", by=by, now=now)


@transaction.atomic
def sign(*, version_id: UUID, document_hash: str, by: Actor, now: datetime) -> Ansvarsforbindelse:
    """Sign for one's own party, by the mandate of the acting assignment (PLC-4). The second signature puts it in force.

    `document_hash` is the fingerprint of what the signer was shown. Raises `Refused` for a mandate that doesn't hold
    today, one's own proposal, the same person twice, an older version, or content that isn't what was shown.
    Signed after the placement's end it settles the time that was: it is in force and has ended at once (PLC-6).
    """
    with _moving(version_id, Move.SIGN, by=by, now=now) as (placement, one):
        if document_hash != one.content_hash or fingerprint(one) != one.content_hash:
            raise Refused("Innehållet är inte det du såg. Läs igenom ansvarsförbindelsen igen innan du undertecknar.")
        mandate = _mandate(by, now)
        side = one.side_of(by.unit_id)
        assert side is not None
        receipt = signing.service().sign(
            signing.Request(one.content_hash, by.user_id, mandate.pk, _in_words(mandate), now)
        )
        Signature.objects.create(
            agreement=one, side=side, user_id=by.user_id, assignment=mandate, mandate=_in_words(mandate), at=now,
            document_hash=one.content_hash, service=receipt.service, evidence=receipt.evidence,
        )  # fmt: skip
        if one.state == Stage.SIGNED_BY_ONE:
            one.in_force_at = now
            for old in placement.agreements.in_force():
                with transition(
                    Ansvarsforbindelse, old.pk, Move.REPLACE, rules=AGREEMENT_RULES, by=by, now=now
                ) as replaced:
                    replaced.ended_at = now
            individuals.note(
                placement.matter, "in_force", "Ansvarsförbindelsen är undertecknad av båda", by=by, now=now
            )
            _tell_other(placement, one, "placement.in_force", by=by, now=now)
        else:
            individuals.note(placement.matter, "signed", "En part undertecknade ansvarsförbindelsen", by=by, now=now)
            _tell_other(placement, one, "placement.signed", by=by, now=now)
    if placement.state == State.ENDED and one.state == Stage.IN_FORCE:
        _end(one, Stage.ENDED, now)
        one.refresh_from_db()
    settle(placement, now)
    return one


def _mandate(by: Actor, now: datetime) -> Assignment:
    """The acting assignment, if it is in force today; the database checks the same."""
    found = Assignment.objects.in_force(local_day(now)).select_related("unit").filter(pk=by.assignment_id).first()
    if found is None:
        raise Refused("Ditt uppdrag gäller inte i dag. Den som har mandat nu undertecknar.")
    return found


def _in_words(mandate: Assignment) -> str:
    return f"{mandate.get_role_display()}, {mandate.unit.name}"


def end_with_placement(placement: Placement, *, now: datetime) -> None:
    """The placement is over: what is in force ends with it, and then nothing is left to agree on.

    When nothing held, the cost of the time that was is still to be settled (PLC-6): drafts stay, and so does what is
    on the table unless it reaches past the end. What does is taken back, and a new draft begins from it.
    """
    lasted = placement.lasted
    assert lasted is not None
    if held := placement.agreements.in_force().first():
        covers = held.valid_to is None or held.valid_to >= lasted[1]
        _end(held, Stage.ENDED if covers else Stage.EXPIRED, now)
    if placement.agreements.held_to_the_end(lasted).exists():
        end_negotiation(placement, now=now)
    for one in placement.agreements.negotiated():
        if _outside(placement, one):
            _end(one, Stage.WITHDRAWN, now)


def end_negotiation(placement: Placement, *, now: datetime) -> None:
    """Nothing more is to be agreed on: what is on the table, and the drafts, are taken back."""
    for one in placement.agreements.filter(state__in=(*NEGOTIATED, Stage.DRAFT)):
        _end(one, Stage.WITHDRAWN, now)


def _end(one: Ansvarsforbindelse, state: Stage, now: datetime) -> None:
    # Not a move of either party's: it follows from the placement's end or from the calendar.
    Ansvarsforbindelse.objects.filter(pk=one.pk, state=one.state).update(
        state=state, ended_at=now, changed_at=now, version=one.version + 1
    )


def _placement_of(version_id: UUID) -> UUID:
    found = Ansvarsforbindelse.objects.filter(pk=version_id).values_list("placement_id", flat=True).first()
    if found is None:
        raise Gone(Ansvarsforbindelse._meta.label)
    return found


def _get(version_id: UUID) -> Ansvarsforbindelse:
    return Ansvarsforbindelse.objects.select_for_update(of=("self",)).get(pk=version_id)


def _tell_other(
    placement: Placement, one: Ansvarsforbindelse, kind: str, *, by: Actor, now: datetime, key: str = ""
) -> None:
    parties = [one.placing_unit_id, one.medical_unit_id]
    tell(placement, kind, parties, key or f"{one.pk}:{one.version}", by=by, now=now)
