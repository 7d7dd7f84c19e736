"""Disputes of the demonstration: one in each position on the ladder, made by the real actions as the managers would.

The units are found by what they do, so the stories fit whichever pack is loaded.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from agreements.models import Agreement, Provision
from agreements.terms import NoAgreement, agreement_for
from agreements.values import Coordination
from core.acting import Actor, acting
from core.demonstration import Chapter
from core.workdays import add_working_days, local_day, midnight
from disputes import actions, line
from disputes.actions import Opening
from disputes.kinds import Origin, Side
from disputes.models import Dispute
from disputes.permissions import standing_proposal
from individuals.models import Matter
from organisations.acting import actor_for
from organisations.kinds import HuvudmanKind, Role, UnitKind
from organisations.models import Assignment, Unit


@dataclass(frozen=True, slots=True)
class Story:
    """One dispute: what it is about, how old it is, and what has happened since it was opened."""

    kinds: tuple[UnitKind, UnitKind]
    place: int
    days_ago: int
    coordination: Coordination
    arose_from: Origin
    sections: tuple[str, ...]
    question: str
    position: str
    answer: str
    interim: str
    then: Callable[[Telling], None]
    details: str = ""


class Telling:
    """Runs a story step by step, each at its own time, each by whoever handles the dispute then."""

    def __init__(self, dispute: Dispute, at: datetime, end: datetime) -> None:
        self.dispute, self.at, self.end = dispute, at, end

    def later(self, working_days: int) -> datetime:
        day = add_working_days(local_day(self.at), working_days)
        self.at = min(midnight(day) + timedelta(hours=10, minutes=15), self.end)
        return self.at

    def _handler(self, side: Side) -> Actor:
        dispute = Dispute.objects.with_parties().get(pk=self.dispute.pk)
        holder = line.holders(dispute, dispute.level, self.at).of(side)[0]
        found = Assignment.objects.in_force(local_day(self.end)).select_related("user", "unit__authority__huvudman")
        return actor_for(found.get(user_id=holder.user_id, unit_id=holder.unit_id, role=holder.role))

    def by(self, side: Side, working_days: int, verb: Callable[..., object], **values: object) -> None:
        """Let whoever handles the dispute for a side do something, some working days later."""
        now = self.later(working_days)
        seer = _manager(self.dispute.opening_unit)
        with acting(seer, now):
            by = self._handler(side)
        with acting(by, now):
            if verb is actions.confirm:
                proposal = standing_proposal(Dispute.objects.get(pk=self.dispute.pk))
                assert proposal is not None
                values["digest"] = proposal.digest
            elif verb is not actions.enclose:
                values["version"] = Dispute.objects.get(pk=self.dispute.pk).version
            verb(dispute_id=self.dispute.pk, by=by, now=now, **values)


def _fresh(telling: Telling) -> None:
    """The other side has not answered yet."""


def _answered(telling: Telling, story: Story) -> None:
    telling.by(Side.ANSWERING, 2, actions.take_position, text=story.answer)


def tell(now: datetime) -> int:
    """Make the stories that fit the loaded organisations. Returns how many."""
    made = 0
    for story in STORIES:
        made += _tell_one(story, now)
    return made


def _tell_one(story: Story, now: datetime) -> int:
    pair = _pair(story)
    if pair is None:
        return 0
    own, other = pair
    start = midnight(add_working_days(local_day(now), -story.days_ago)) + timedelta(hours=9, minutes=40)
    at = min(start, now - timedelta(minutes=30))
    try:
        agreement = agreement_for([own.authority.huvudman, other.authority.huvudman], local_day(at))
    except NoAgreement:
        return 0
    by = _manager(own)
    with acting(by, at):
        matter = _case_of(own, at) if story.details else None
        opening = Opening(
            other_unit=other,
            provision=_section(agreement, story.sections),
            question=story.question,
            position=story.position,
            interim_unit=own,
            interim_text=story.interim,
            coordination=story.coordination,
            arose_from=story.arose_from,
            matter=matter,
            details=story.details if matter else "",
        )
        dispute = actions.open_dispute(opening=opening, submission=uuid.uuid4(), by=by, now=at)
    telling = Telling(dispute, at, now)
    if story.then is not _fresh:
        _answered(telling, story)
        story.then(telling)
    return 1


def _pair(story: Story) -> tuple[Unit, Unit] | None:
    """A unit of a municipality and one of the region's that serves it."""
    ours, theirs = story.kinds
    units = Unit.objects.filter(closed_on=None).select_related("authority__huvudman").order_by("key")
    municipal = units.filter(kind=ours, authority__huvudman__kind=HuvudmanKind.MUNICIPALITY)
    pairs = []
    for own in municipal:
        of_region = units.filter(kind=theirs, authority__huvudman__kind=HuvudmanKind.REGION)
        # The one that serves fewest is the local one; others serve the whole region.
        local = of_region.filter(serves=own.authority.huvudman).annotate(reach=Count("serves__served_by"))
        serving = local.order_by("reach", "key").first() or of_region.first()
        if serving is not None:
            pairs.append((own, serving))
    return pairs[story.place % len(pairs)] if pairs else None


def _manager(unit: Unit) -> Actor:
    found = Assignment.objects.select_related("user", "unit__authority__huvudman")
    return actor_for(found.get(unit=unit, role=Role.NEAREST_MANAGER))


def _case_of(unit: Unit, at: datetime) -> Matter | None:
    matters = Matter.objects.filter(initiator=unit, closed_at=None, opened_at__lte=at)
    return matters.select_related("person", "agreement").order_by("opened_at").first()


def _section(agreement: Agreement, wanted: tuple[str, ...]) -> Provision:
    for number in wanted:
        if (found := agreement.provisions.filter(number=number).first()) is not None:
            return found
    return agreement.dispute_levels.order_by("position").select_related("provision")[0].provision


def _lifted(telling: Telling) -> None:
    telling.by(Side.ANSWERING, 3, actions.lift)


def _at_the_top(telling: Telling) -> None:
    told = "Timmar per vecka före och efter utskrivning, och vad de kostar. Underlaget säger inget om personen.\n"
    telling.by(
        Side.ANSWERING, 1, actions.enclose, name="Bemanning.txt", content=told.encode(), of_the_case=False,
    )  # fmt: skip
    telling.by(Side.OPENING, 3, actions.lift)
    telling.by(Side.OPENING, 5, actions.lift)


def _proposed(telling: Telling) -> None:
    text = (
        "Regionen bekostar läkarbesök och läkemedel. Kommunen bekostar boendet. Samtalsstödet delas lika till och med "
        "juni och följs sedan upp gemensamt."
    )
    telling.by(Side.ANSWERING, 2, actions.propose, text=text, as_guidance=False)


def _settled(telling: Telling) -> None:
    telling.by(Side.OPENING, 3, actions.lift)
    text = (
        "När habiliteringen har skrivit ut hjälpmedlet svarar regionen för det också i skolan. Kommunen svarar för att "
        "personalen kan använda det."
    )
    telling.by(Side.ANSWERING, 4, actions.propose, text=text, as_guidance=True)
    telling.by(Side.OPENING, 2, actions.confirm)


STORIES = [
    Story(
        kinds=(UnitKind.SOCIAL_CHILDREN, UnitKind.CHILD_PSYCHIATRY),
        place=0,
        days_ago=3,
        coordination=Coordination.CHILDREN,
        arose_from=Origin.SIP,
        sections=("4.9", "5.4", "3.12"),
        question="Vem bekostar samtalsbehandling för ett placerat barn när boendet själv erbjuder den?",
        position="Behandlingen är medicinsk och borde därför vara regionens att bekosta, oavsett vem som utför den.",
        answer="",
        interim="Socialtjänsten betalar behandlingen tills frågan är löst. BUP håller kvar de bokade tiderna.",
        then=_fresh,
        details="Gäller de två samtal i veckan som boendet erbjuder sedan i höstas.",
    ),
    Story(
        kinds=(UnitKind.SOCIAL_ADULTS, UnitKind.ADDICTION),
        place=1,
        days_ago=9,
        coordination=Coordination.ADULTS,
        arose_from=Origin.PLACEMENT,
        sections=("4.9", "5.4", "3.12"),
        question="Ska provtagning under en placering på hem för vård eller boende ordnas av boendet eller av regionen?",
        position="Provtagningen ordineras av beroendevården och är en del av den medicinska behandlingen.",
        answer="Boendet har egen sjuksköterska och är upphandlat med provtagning i dygnspriset.",
        interim="Boendet tar proverna som hittills. Socialtjänsten betalar dem tills frågan är löst.",
        then=_lifted,
    ),
    Story(
        kinds=(UnitKind.DISABILITY, UnitKind.ADULT_PSYCHIATRY),
        place=2,
        days_ago=16,
        coordination=Coordination.ADULTS,
        arose_from=Origin.COST,
        sections=("4.9", "4.2", "3.12"),
        question="Hur delas kostnaden när en person i bostad med särskild service behöver mer stöd efter utskrivning?",
        position="Behovet beror på ett psykiatriskt tillstånd som ännu inte är färdigbehandlat.",
        answer="Personen är utskrivningsklar. Stödet i bostaden är kommunens uppdrag.",
        interim="Kommunen bemannar med två personer kvällstid. Psykiatrins mobila team kommer två gånger i veckan.",
        then=_at_the_top,
    ),
    Story(
        kinds=(UnitKind.SOCIAL_CHILDREN, UnitKind.HABILITATION),
        place=3,
        days_ago=6,
        coordination=Coordination.CHILDREN,
        arose_from=Origin.COST,
        sections=("4.9", "5.4", "3.12"),
        question="Hur delas kostnaden för ett boende som ger både omvårdnad och habilitering?",
        position="Habiliteringens del är ungefär hälften av insatsen, och regionen borde svara för den.",
        answer="Vi är beredda att svara för läkarbesök och läkemedel, men inte för boendets fasta kostnader.",
        interim="Kommunen betalar boendet i sin helhet till dess att parterna är överens.",
        then=_proposed,
    ),
    Story(
        kinds=(UnitKind.PUPIL_HEALTH, UnitKind.HABILITATION),
        place=0,
        days_ago=60,
        coordination=Coordination.CHILDREN,
        arose_from=Origin.DEVIATION,
        sections=("5.1", "5.2", "4.2", "3.5"),
        question="Vem svarar för ett hjälpmedel som eleven behöver både hemma och i skolan?",
        position="Hjälpmedlet är utskrivet av habiliteringen och följer eleven.",
        answer="I skolan är det skolans ansvar att undervisningen går att ta del av.",
        interim="Skolan lånar ut ett likvärdigt hjälpmedel tills frågan är löst.",
        then=_settled,
    ),
]
CHAPTER = Chapter("tvister", tell)
