"""The verbs of a dispute. The only code, beside the sweep's lift, that changes one.

All run inside `acting()`; `by` is the acting assignment, `now` an aware instant.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from agreements.models import Agreement, Provision
from agreements.terms import NoAgreement, agreement_for
from agreements.values import Coordination
from core import attachments
from core.acting import Actor
from core.authz import Refused
from core.transitions import Gone, Stale, transition
from core.workdays import local_day
from deadlines import actions as deadlines
from deadlines.models import Clock
from disputes import climbing, line, telling, wording
from disputes.kinds import LEVEL_CLOCK, Do, Origin, Reached, Side
from disputes.models import (
    CaseLink,
    Confirmation,
    Dispute,
    DisputeEvent,
    Enclosure,
    Guidance,
    Interim,
    Position,
    Proposal,
    Rung,
)
from disputes.permissions import require_may_open, rules_at, standing_proposal
from individuals import actions as individuals
from individuals.models import Matter
from organisations.kinds import HuvudmanKind
from organisations.models import Huvudman, Unit


@dataclass(frozen=True, slots=True)
class Opening:
    """What a dispute is opened with (DIS-1, DIS-4). `details` is read only by those who reach the matter."""

    other_unit: Unit
    provision: Provision
    question: str
    position: str
    interim_unit: Unit | None
    interim_text: str
    coordination: Coordination
    arose_from: Origin = Origin.OTHER
    matter: Matter | None = None
    details: str = ""
    deviation_reference: str = ""


def agreement_between(one: Huvudman, other: Huvudman, matter: Matter | None, now: datetime) -> Agreement:
    """The agreement a dispute is about: the case's own when both are parties to it (AGR-2), else the one in force.

    Raises `Refused` when nothing binds both.
    """
    if matter is not None and matter.agreement.parties.filter(huvudman__in=[one, other]).count() == 2:
        return matter.agreement
    try:
        return agreement_for([one, other], local_day(now))
    except NoAgreement as none:
        raise Refused(
            f"Ingen överenskommelse gäller mellan {one} och {other} i dag, så det finns ingen trappa att följa.",
            field="other_unit",
        ) from none


def open_dispute(*, opening: Opening, submission: UUID, by: Actor, now: datetime) -> Dispute:
    """Open a dispute at the nearest level that both sides can handle (DIS-1, DIS-2). Tells the other side.

    A repeated `submission` returns the dispute it already made. Raises `Refused` without interim responsibility
    (DIS-4), between units of the same huvudman, and when a text points out a person.
    """
    require_may_open(by, now)
    if made := Dispute.objects.filter(submission=submission).first():
        return made
    own, agreement = check_opening(opening=opening, by=by, now=now)
    parties = own.authority.huvudman, opening.other_unit.authority.huvudman
    interim = Interim(
        agreed_by_unit=own, unit=opening.interim_unit, text=opening.interim_text.strip(), started_at=now, changed_at=now
    )
    dispute = Dispute(
        agreement=agreement,
        provision=opening.provision,
        coordination=opening.coordination,
        municipality=next((one for one in parties if one.kind == HuvudmanKind.MUNICIPALITY), None),
        opening_unit=own,
        answering_unit=opening.other_unit,
        opening_huvudman=parties[0],
        answering_huvudman=parties[1],
        question=opening.question.strip(),
        arose_from=opening.arose_from,
        deviation_reference=opening.deviation_reference.strip(),
        interim=interim,
        submission=submission,
        opened_at=now,
        opened_by_id=by.user_id,
        changed_at=now,
        line_rank=1,
    )
    steps = climbing.steps_from(dispute, 0, now)
    dispute.level = steps[-1].level
    dispute.line_rank = max(1, *(line.rank_of(step.level) for step in steps))
    with transaction.atomic():
        interim.save(force_insert=True)
        dispute.save(force_insert=True)
        climbing.take_steps(dispute, steps, Reached.OPENED, by=by, now=now)
        _link_case(dispute, opening, by=by, now=now)
        _write_position(dispute, opening.position, by=by, now=now)
        telling.opened(dispute, steps[-1].holders, by=by, now=now)
    return dispute


def check_opening(*, opening: Opening, by: Actor, now: datetime) -> tuple[Unit, Agreement]:
    """What opening asks for, without opening: the acting unit and the agreement. Raises `Refused` as opening does."""
    own = Unit.objects.select_related("authority__huvudman").get(pk=by.unit_id)
    parties = own.authority.huvudman, opening.other_unit.authority.huvudman
    _check_opening(opening, parties, now)
    agreement = agreement_between(*parties, opening.matter, now)
    if opening.provision.agreement_id != agreement.pk:
        raise Refused(f"Välj ett avsnitt i {agreement}.", field="provision")
    return own, agreement


def _check_opening(opening: Opening, parties: tuple[Huvudman, Huvudman], now: datetime) -> None:
    if parties[0] == parties[1]:
        raise Refused(
            f"{opening.other_unit} hör också till {parties[0]}. En tvist är mellan två huvudmän: lös frågan i er egen "
            "linje, eller välj en verksamhet hos en annan huvudman.",
            field="other_unit",
        )
    if not opening.other_unit.is_open(local_day(now)):
        raise Refused(f"{opening.other_unit} är stängd. Välj en annan verksamhet.", field="other_unit")
    if opening.interim_unit is None or not opening.interim_text.strip():
        raise Refused(
            "En tvist kan inte öppnas utan att det är bestämt vem som gör vad under tiden. Stödet till personen "
            "ska fortsätta.",
            field="interim_unit" if opening.interim_unit is None else "interim_text",
        )
    if opening.interim_unit.authority.huvudman not in parties:
        raise Refused("Den som ansvarar under tiden ska höra till en av parterna.", field="interim_unit")
    for name in ("question", "position"):
        if not getattr(opening, name).strip():
            raise Refused("Skriv vad ni inte är överens om." if name == "question" else "Skriv hur ni ser på frågan.",
                          field=name)  # fmt: skip
    if opening.details.strip() and opening.matter is None:
        raise Refused("Uppgifter om en person kan bara följa med ett ärende som ni deltar i.", field="details")
    read_by_all = ("question", "position", "interim_text", "deviation_reference")
    wording.refuse_personal_data({name: getattr(opening, name) for name in read_by_all})


def _link_case(dispute: Dispute, opening: Opening, *, by: Actor, now: datetime) -> None:
    if opening.matter is None:
        return
    CaseLink.objects.create(
        dispute=dispute, matter=opening.matter, text=opening.details.strip(), written_by_id=by.unit_id, written_at=now
    )
    individuals.note(opening.matter, "dispute", f"En tvist öppnades, {dispute.reference}", by=by, now=now)


def take_position(*, dispute_id: UUID, text: str, version: int | None = None, by: Actor, now: datetime) -> Dispute:
    """Write the side's standpoint on the present level; earlier ones are kept (DIS-1). Tells the other side."""
    with _handling(dispute_id, Do.TAKE_POSITION, by=by, now=now, version=version) as dispute:
        if not text.strip():
            raise Refused("Skriv hur ni ser på frågan.", field="text")
        wording.refuse_personal_data({"text": text})
        _write_position(dispute, text, by=by, now=now)
        dispute.changed_at = now
        event = climbing.note(dispute, "position", "En ståndpunkt skrevs", by=by, now=now)
        _tell_other("dispute.position", dispute, event, by=by, now=now)
    return dispute


def change_interim(
    *, dispute_id: UUID, unit: Unit | None, text: str, version: int, by: Actor, now: datetime
) -> Dispute:
    """Change who does what while the dispute goes on (DIS-4). It can be changed, never taken away. Tells everyone."""
    with _handling(dispute_id, Do.CHANGE_INTERIM, by=by, now=now, version=version) as dispute:
        if unit is None or not text.strip():
            raise Refused("Skriv vem som gör vad under tiden.", field="unit" if unit is None else "text")
        if unit.authority.huvudman_id not in (dispute.opening_huvudman_id, dispute.answering_huvudman_id):
            raise Refused("Den som ansvarar under tiden ska höra till en av parterna.", field="unit")
        wording.refuse_personal_data({"text": text})
        Interim.objects.filter(pk=dispute.interim_id).update(unit=unit, text=text.strip(), changed_at=now)
        dispute.changed_at = now
        event = climbing.note(dispute, "interim", f"Ansvaret under tiden ändrades: {unit}", by=by, now=now)
        telling.everyone("dispute.interim", dispute, _holders(dispute, now), key=str(event.pk), by=by, now=now)
    return dispute


def enclose(*, dispute_id: UUID, name: str, content: bytes, of_the_case: bool, by: Actor, now: datetime) -> Enclosure:
    """Add a document of one's own side (DIS-1). Tells the other side. The same file twice is one.

    `of_the_case`: it is about the person, and only those who reach the case read it. One about the question is read by
    all who take part, so its name, and its text where it is plain text, must point out nobody. Raises `Refused` for
    what can't be taken, a file too many, or a document about a case that the actor doesn't reach.
    """
    checked = attachments.check(name, content)
    with _handling(dispute_id, Do.ENCLOSE, by=by, now=now) as dispute:
        link = CaseLink.objects.filter(dispute=dispute).first()
        if of_the_case and link is None:
            raise Refused("Uppgifter om en person kan bara följa med ett ärende som ni deltar i.", field="about")
        if not of_the_case:
            read_by_all = re.sub(r"[._-]+", " ", checked.name.rpartition(".")[0])
            if checked.media_type == "text/plain":
                read_by_all += "\n" + content.decode("utf-8-sig")
            wording.refuse_personal_data({"file": read_by_all})
        own = Enclosure.objects.filter(dispute=dispute, huvudman_id=by.huvudman_id).defer("content")
        if known := own.filter(digest=checked.digest).first():
            return known
        if own.count() >= attachments.MOST:
            raise Refused(f"Varje part kan lägga till högst {attachments.MOST} handlingar.", field="file")
        made = Enclosure.objects.create(
            dispute=dispute,
            matter_id=link.matter_id if of_the_case and link is not None else None,
            huvudman_id=by.huvudman_id,
            unit_id=by.unit_id,
            added_at=now,
            added_by_id=by.user_id,
            **checked.columns(),
        )
        dispute.changed_at = now
        event = climbing.note(dispute, "enclosed", "En handling lades till", by=by, now=now)
        _tell_other("dispute.enclosed", dispute, event, by=by, now=now)
    return made


def remove_enclosure(*, dispute_id: UUID, enclosure_id: UUID, by: Actor, now: datetime) -> None:
    """Take one's own side's document away while the dispute is open. That it was there stays in the change log.

    Raises `Gone` for a document that isn't there, or isn't one's own side's.
    """
    with _handling(dispute_id, Do.ENCLOSE, by=by, now=now) as dispute:
        own = Enclosure.objects.filter(dispute=dispute, huvudman_id=by.huvudman_id, pk=enclosure_id)
        if not own.delete()[0]:
            raise Gone("enclosure")
        dispute.changed_at = now
        climbing.note(dispute, "enclosure_removed", "En handling togs bort", by=by, now=now)


def lift(*, dispute_id: UUID, version: int, by: Actor, now: datetime) -> Dispute:
    """ "No agreement", says a side: the dispute is at the next level at once (DIS-3). Refused at the top (DIS-2)."""
    with _handling(dispute_id, Do.LIFT, by=by, now=now, version=version) as dispute:
        climbing.lift(dispute, Reached.NO_AGREEMENT, by=by, now=now)
    return dispute


def propose(*, dispute_id: UUID, text: str, as_guidance: bool, version: int, by: Actor, now: datetime) -> Proposal:
    """Propose a text that settles the dispute. The proposing side has confirmed it; the other is asked to (DIS-5).

    A new proposal takes the place of the one before.
    """
    with _handling(dispute_id, Do.PROPOSE, by=by, now=now, version=version) as dispute:
        text = _unix(text)
        if not text:
            raise Refused("Skriv vad ni föreslår.", field="text")
        wording.refuse_personal_data({"text": text})
        before = standing_proposal(dispute)
        proposal = Proposal.objects.create(
            dispute=dispute,
            huvudman_id=by.huvudman_id,
            number=before.number + 1 if before else 1,
            text=text,
            as_guidance=as_guidance,
            digest=digest_of(text, as_guidance),
            level=dispute.level,
            unit_id=by.unit_id,
            proposed_by_id=by.user_id,
            proposed_at=now,
        )
        _confirm(proposal, by=by, now=now)
        dispute.changed_at = now
        text = f"Förslag {proposal.number} till lösning lades fram"
        event = climbing.note(dispute, "proposed", text, by=by, now=now)
        _tell_other("dispute.proposed", dispute, event, by=by, now=now)
    return proposal


def confirm(*, dispute_id: UUID, digest: str, by: Actor, now: datetime) -> Dispute:
    """Confirm the text that was shown; with both sides' confirmation the dispute is settled (DIS-5).

    `digest`: of the text the user read. Raises `Stale` when another text stands now. Ends the clock, the interim
    responsibility and the level, and tells everyone; it becomes guidance when the text says so.
    """
    with _handling(dispute_id, Do.CONFIRM, by=by, now=now) as dispute:
        proposal = standing_proposal(dispute)
        assert proposal is not None  # The rule has seen it.
        if proposal.digest != digest:
            raise Stale(dispute)
        _confirm(proposal, by=by, now=now)
        dispute.settlement, dispute.ended_at = proposal, now
        _end(dispute, "settled", now)
        event = climbing.note(dispute, "settled", "Båda parterna har bekräftat samma lösning", by=by, now=now)
        telling.everyone("dispute.settled", dispute, _holders(dispute, now), key=str(event.pk), by=by, now=now)
        if proposal.as_guidance:
            _publish(dispute, proposal.text, by_board=False, by=by, now=now)
        if (link := CaseLink.objects.filter(dispute=dispute).select_related("matter").first()) is not None:
            individuals.note(link.matter, "dispute", f"Tvisten {dispute.reference} löstes", by=by, now=now)
    return dispute


def withdraw(*, dispute_id: UUID, reason: str, version: int, by: Actor, now: datetime) -> Dispute:
    """The side that opened the dispute takes it back, with a reason. Tells everyone."""
    with _handling(dispute_id, Do.WITHDRAW, by=by, now=now, version=version) as dispute:
        if not reason.strip():
            raise Refused("Skriv varför tvisten återkallas.", field="reason")
        wording.refuse_personal_data({"reason": reason})
        dispute.withdraw_reason, dispute.ended_at = reason.strip(), now
        _end(dispute, "withdrawn", now)
        event = climbing.note(dispute, "withdrawn", "Tvisten återkallades", by=by, now=now)
        telling.everyone("dispute.withdrawn", dispute, _holders(dispute, now), key=str(event.pk), by=by, now=now)
    return dispute


def give_guidance(*, dispute_id: UUID, text: str, by: Actor, now: datetime) -> Guidance:
    """The board makes the outcome guidance on the provision, in its own wording (DIS-5)."""
    with transition(Dispute, dispute_id, Do.GIVE_GUIDANCE, rules=rules_at(now), by=by, now=now) as dispute:
        if not text.strip():
            raise Refused("Skriv vägledningen.", field="text")
        wording.refuse_personal_data({"text": text})
        return _publish(dispute, text, by_board=True, by=by, now=now)


def digest_of(text: str, as_guidance: bool) -> str:
    """What a side confirms: the text, and whether it becomes guidance. The database computes the same."""
    return hashlib.sha256(f"{int(as_guidance)}\n{text}".encode()).hexdigest()


# --- inside -----------------------------------------------------------------------------------------------------------
@contextmanager
def _handling(dispute_id: UUID, do: Do, *, by: Actor, now: datetime, version: int | None = None) -> Iterator[Dispute]:
    """The dispute, locked for one who handles it. The clock is locked first, as the sweep does: two orders could wait
    for each other."""
    with transaction.atomic():
        list(Clock.objects.select_for_update().filter(kind=LEVEL_CLOCK, subject=dispute_id, stopped_at=None))
        with transition(Dispute, dispute_id, do, rules=rules_at(now), by=by, now=now, version=version) as dispute:
            yield dispute


def _holders(dispute: Dispute, now: datetime) -> line.Holders:
    return line.holders(dispute, dispute.level, now)


def _tell_other(kind: str, dispute: Dispute, event: DisputeEvent, *, by: Actor, now: datetime) -> None:
    other = Side.ANSWERING if line.side_of(by, dispute) == Side.OPENING else Side.OPENING
    telling.handlers(kind, dispute, _holders(dispute, now), key=str(event.pk), by=by, now=now, side=other)


def _unix(text: str) -> str:
    # Browsers send line breaks in their own way; the same text must have the same digest.
    return text.replace("\r\n", "\n").strip()


def _write_position(dispute: Dispute, text: str, *, by: Actor, now: datetime) -> None:
    Position.objects.create(
        dispute=dispute,
        huvudman_id=by.huvudman_id,
        level=dispute.level,
        number=dispute.positions.filter(huvudman_id=by.huvudman_id).count() + 1,
        text=_unix(text),
        unit_id=by.unit_id,
        written_by_id=by.user_id,
        written_at=now,
    )


def _confirm(proposal: Proposal, *, by: Actor, now: datetime) -> None:
    Confirmation.objects.create(
        dispute_id=proposal.dispute_id,
        proposal=proposal,
        huvudman_id=by.huvudman_id,
        digest=proposal.digest,
        unit_id=by.unit_id,
        confirmed_by_id=by.user_id,
        confirmed_at=now,
    )


def _end(dispute: Dispute, reason: str, now: datetime) -> None:
    deadlines.stop_for_unit(subject=dispute.pk, now=now, reason=reason, kinds=[LEVEL_CLOCK])
    Rung.objects.filter(dispute=dispute, left_at=None).update(left_at=now)


def _publish(dispute: Dispute, text: str, *, by_board: bool, by: Actor, now: datetime) -> Guidance:
    return Guidance.objects.create(
        dispute=dispute,
        provision_id=dispute.provision_id,
        question=dispute.question,
        text=text.strip(),
        by_board=by_board,
        published_at=now,
        published_by_id=by.user_id,
    )
