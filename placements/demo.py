"""Demonstration placements in Halland: planned and agreed, negotiated, acute in the night, over before it should.

Fictional people; numbers of the tax agency's series for testing. Told by the real actions, as the staff would.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.acting import Actor, acting
from core.demonstration import Chapter
from core.workdays import local_day
from individuals import actions as individuals
from individuals.actions import Receivers
from individuals.consent import Given
from individuals.identity import read_number
from individuals.kinds import BasisKind, Category, Giver, Manner
from individuals.models import Person
from organisations.acting import actor_for
from organisations.kinds import Role
from organisations.models import Assignment, Unit
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
from sip.demo import Someone, number_of, years_ago

PROVIDERS: tuple[dict[str, Any], ...] = (
    {
        "name": "Ekbackens behandlingshem", "housing": Housing.HVB, "permit": "8.4-10001/2024", "own_health_care": True,
        "health_care": "Sjuksköterska dagtid, psykiater på konsultbasis", "municipality": "Alingsås",
        "county": "Västra Götalands län", "takes": ["Unga vuxna 18–25 år", "Psykisk ohälsa och skadligt bruk"],
        "contact": "0322-00 00 00",
    },
    {
        "name": "Strandviken HVB", "housing": Housing.HVB, "permit": "8.4-10002/2023", "municipality": "Halmstad",
        "county": "Hallands län", "takes": ["Flickor 13–17 år"], "contact": "035-00 00 00",
    },
    {
        "name": "Björkbo stödboende", "housing": Housing.SUPPORT_HOUSING, "permit": "8.4-10003/2025",
        "municipality": "Varberg", "county": "Hallands län", "takes": ["Unga 16–20 år"], "contact": "0340-00 00 00",
    },
    {
        "name": "Tallåsens ungdomshem", "housing": Housing.SIS, "own_health_care": True,
        "health_care": "Egen hälso- och sjukvård", "municipality": "Vara", "county": "Västra Götalands län",
        "takes": ["Pojkar 15–20 år"],
    },
)  # fmt: skip


def _actor(username: str) -> Actor:
    found = Assignment.objects.select_related("user", "unit__authority__huvudman").filter(user__username=username)
    assignment = found.order_by("unit__key").first()
    assert assignment is not None, username
    return actor_for(assignment)


def _head(unit_key: str) -> Actor:
    found = Assignment.objects.select_related("user", "unit__authority__huvudman")
    return actor_for(found.get(unit__key=unit_key, role=Role.HEAD_OF_OPERATIONS))


class Telling:
    """One placement, step by step, each step some minutes after the one before."""

    def __init__(self, someone: Someone, places: str, cares: str, start: datetime) -> None:
        self.someone, self.places, self.cares, self.at = someone, places, cares, start
        self.placement: Placement
        self.version: Ansvarsforbindelse

    def run(self, who: Actor, verb: Callable[..., Any], **kwargs: Any) -> Any:
        self.at += timedelta(minutes=20)
        with acting(who, self.at):
            return verb(by=who, now=self.at, **kwargs)

    def mine(self, verb: Callable[..., Any], **kwargs: Any) -> Telling:
        made = self.run(_actor(self.places), verb, placement_id=self.placement.pk, **kwargs)
        self.placement = made if isinstance(made, Placement) else self.placement
        return self

    def theirs(self, verb: Callable[..., Any], **kwargs: Any) -> Telling:
        self.run(_actor(self.cares), verb, placement_id=self.placement.pk, **kwargs)
        return self

    def later(self, **delta: float) -> Telling:
        self.at += timedelta(**delta)
        return self

    def draft(self, home: Home, texts: dict[Category, str], **facts: Any) -> Telling:
        by = _actor(self.places)

        def make(*, by: Actor, now: datetime) -> Placement:
            identity = read_number(number_of(self.someone), today=local_day(now))
            person = individuals.register_person(
                person=Person(
                    unit_id=by.unit_id, identity_kind=identity.kind, identity_number=identity.number,
                    born_on=identity.born_on, sex=identity.sex, first_name=self.someone.first,
                    last_name=self.someone.last, protection=self.someone.protection, created_at=now,
                ),
                by=by,
            )  # fmt: skip
            made = actions.start_draft(person=person, submission=uuid.uuid4(), by=by, now=now)
            values = {
                "housing": home.housing, "resources_exhausted": True, "least_intrusive": True,
                "medical_unit": Unit.objects.select_related("authority__huvudman").get(key=self.cares), **facts,
            }  # fmt: skip
            return actions.edit(
                placement_id=made.pk, version=made.version, facts=values, pieces=texts, home=home, by=by, now=now
            )

        self.placement = self.run(by, make)
        return self

    def share(self, *, ground: BasisKind = BasisKind.CONSENT) -> Telling:
        unit = Unit.objects.select_related("authority__huvudman", "group").get(key=self.cares)
        today = local_day(self.at)
        basis = Consent(
            kind=BasisKind.CONSENT, purpose="Förbereda och följa placeringen tillsammans",
            categories=[Category.NEED, Category.OWN_VIEW, Category.SOCIAL, Category.SCHOOL],
            receivers=Receivers([unit]), until=today + timedelta(days=330),
            given=[Given(Giver.SELF, Manner.WRITTEN, today)],
        )  # fmt: skip
        if ground != BasisKind.CONSENT:
            basis = replace(basis, kind=ground, given=[], decided_by="Enhetschefen i socialtjänsten")
        self.mine(actions.record_basis, consent=basis)
        with acting(_actor(self.places), self.at):
            self.placement = Placement.objects.get(pk=self.placement.pk)
        return self.mine(actions.share, version=self.placement.version, units=[unit])

    def propose(self, *measures: MeasureFacts, first: Any, last: Any) -> Telling:
        by = _actor(self.places)
        draft = self.run(by, actions.draw_up, placement_id=self.placement.pk)
        facts = {"valid_from": first, "valid_to": last}
        draft = self.run(by, actions.write, version_id=draft.pk, version=draft.version, facts=facts, measures=measures)
        self.version = self.run(by, actions.propose, version_id=draft.pk, version=draft.version)
        return self

    def sign(self, *units: str) -> Telling:
        for key in units:
            self.version = self.run(
                _head(key), actions.sign, version_id=self.version.pk, document_hash=self.version.content_hash
            )
        return self


def _measure(title: str, first: Any, last: Any, price: str, region: str, **more: Any) -> MeasureFacts:
    values: dict[str, Any] = {
        "title": title, "content": "Enligt läkarens bedömning", "extent": "Varje vecka",
        "performer": Performer.HOUSING, "starts_on": first, "ends_on": last, "price": Decimal(price), "per": Per.DAY,
        "split_by": SplitBy.PERCENT, "region": Decimal(region), "municipality": 100 - Decimal(region), **more,
    }  # fmt: skip
    return MeasureFacts(**values)


def tell(now: datetime) -> int:
    """Fill the register of homes, and make the placements if Halland's staff is here. Returns how many."""
    for facts in PROVIDERS:
        values = dict(facts)
        Provider.objects.get_or_create(name=values.pop("name"), defaults=values)
    homes = {one.name: one for one in Provider.objects.all()}
    if not Assignment.objects.filter(user__username="varberg-socialtjanst-vuxna").exists():
        return 0
    today = local_day(now)
    stories = (_agreed, _negotiated, _acute, _unplanned, _family_home, _over_unsigned)
    for story in stories:
        story(now, today, homes)
    return len(stories)


def _agreed(now: datetime, today: Any, homes: dict[str, Provider]) -> None:
    """Varberg: planned, signed before the start, going on."""
    first, last = today - timedelta(days=70), today + timedelta(days=110)
    someone = Someone("Melker", "Mallberg", years_ago(today, 20, 4), "238")
    told = Telling(someone, "varberg-socialtjanst-vuxna", "vuxenpsykiatri-varberg", now - timedelta(days=90))
    told.draft(
        Home(Housing.HVB, homes["Ekbackens behandlingshem"]),
        {
            Category.NEED: "En lugn vardag, behandling och väg till eget boende.",
            Category.OWN_VIEW: "Jag vill bo ensam till sommaren.",
            Category.SCHOOL: "Fortsätter på komvux på distans.",
        },
        law=Law.SOL, target_groups=["young_placed"], planned_start=first, planned_end=last, outside_county=True,
        agreement_needed=Answer.YES, guide_answer="Regionen utför och betalar vården (4.9)",
    ).share().propose(
        _measure("Samtalsbehandling", first, last, "1150.00", "70", content="Samtal med legitimerad psykolog"),
        _measure("Läkemedelshantering", first, last, "4200.00", "100", per=Per.MONTH, extent="Dagligen"),
        first=first, last=last,
    ).sign("varberg-socialtjanst-vuxna", "vuxenpsykiatri-varberg")  # fmt: skip
    told.run(_actor("lakare.vuxenpsykiatri-varberg"), actions.assess, placement_id=told.placement.pk, needed=Answer.YES)
    told.later(days=19).mine(actions.start, started_at=told.at, reason="")
    told.later(days=35).mine(
        actions.follow_up, on=local_day(told.at), came_to="Trivs. Har kommit i gång med studierna.",
        with_medical_party=True, next_on=today + timedelta(days=20),
    )  # fmt: skip


def _negotiated(now: datetime, today: Any, homes: dict[str, Provider]) -> None:
    """Varberg: planned, the region has answered with a counter-proposal."""
    first, last = today + timedelta(days=12), today + timedelta(days=190)
    someone = Someone("Wilma", "Provenius", years_ago(today, 22, 9), "239")
    told = Telling(someone, "varberg-socialtjanst-vuxna", "beroendeteam-varberg", now - timedelta(days=9))
    told.draft(
        Home(Housing.HVB, homes["Ekbackens behandlingshem"]),
        {Category.NEED: "Behandling för beroende och stöd i vardagen.", Category.OWN_VIEW: "Jag vill bli drogfri."},
        law=Law.SOL, target_groups=["substance_use"], planned_start=first, planned_end=last, outside_county=True,
        agreement_needed=Answer.YES, guide_answer="Regionen utför och betalar vården (4.9)",
    ).share().propose(
        _measure("Läkemedelsassisterad behandling", first, last, "900.00", "90", extent="Dagligen"),
        first=first, last=last,
    )  # fmt: skip
    care = _actor("beroendeteam-varberg")
    told.later(days=2)
    counter = told.run(care, actions.counter, version_id=told.version.pk)
    measures = [_measure("Läkemedelsassisterad behandling", first, last, "900.00", "60", extent="Dagligen")]
    counter = told.run(care, actions.write, version_id=counter.pk, version=counter.version, facts={}, measures=measures)
    counter = told.run(care, actions.propose, version_id=counter.pk, version=counter.version)
    told.run(
        care, actions.comment, version_id=counter.pk, text="Boendet har egen sjuksköterska. Kan vi dela mer jämnt?"
    )


def _acute(now: datetime, today: Any, homes: dict[str, Provider]) -> None:
    """Kungsbacka: a girl of 16, placed in the night. Referral and judgement are chased by the clock."""
    someone = Someone("Saga", "Nattlund", years_ago(today, 16, 14), "238")
    told = Telling(someone, "kungsbacka-socialtjanst-barn", "bup-kungsbacka", now - timedelta(hours=9))
    told.draft(
        Home(Housing.HVB, homes["Strandviken HVB"]),
        {Category.NEED: "Skydd nu och bedömning av vad som behövs.", Category.OWN_VIEW: "Jag vill inte åka hem."},
        law=Law.LVU, target_groups=["young_placed"], is_acute=True, planned_start=None, planned_end=None,
        agreement_needed=Answer.UNKNOWN,
    ).mine(actions.start, started_at=told.at, reason="").share(ground=BasisKind.CHILD_AT_RISK)  # fmt: skip
    told.mine(actions.hide, decided_on=local_day(told.at))


def _unplanned(now: datetime, today: Any, homes: dict[str, Provider]) -> None:
    """Halmstad: a young man in support housing who left. Both parties are called to follow up."""
    someone = Someone("Alfons", "Avbrott", years_ago(today, 19, 21), "239")
    told = Telling(someone, "halmstad-socialtjanst-vuxna", "vuxenpsykiatri-halmstad", now - timedelta(days=40))
    told.draft(
        Home(Housing.SUPPORT_HOUSING, homes["Björkbo stödboende"]),
        {Category.NEED: "Träna på att bo själv.", Category.OWN_VIEW: "Jag vill ha en egen lägenhet."},
        law=Law.SOL, target_groups=["young_placed"], planned_start=today - timedelta(days=35),
        planned_end=today + timedelta(days=150), agreement_needed=Answer.NO,
        guide_answer="Regionen utför och betalar vården (4.9)",
    ).share().later(days=4).mine(actions.start, started_at=told.at, reason="")  # fmt: skip
    told.mine(actions.examine, kind=ExaminationKind.HEALTH, state=ExaminationState.DONE, on=local_day(told.at)).mine(
        actions.examine, kind=ExaminationKind.DENTAL, state=ExaminationState.OFFERED, on=local_day(told.at)
    )
    told.later(days=34).mine(
        actions.end, ended_at=told.at, kind=EndKind.UNPLANNED, note="Lämnade boendet och vill inte tillbaka."
    )


def _family_home(now: datetime, today: Any, homes: dict[str, Provider]) -> None:
    """Hylte: a boy of 11, two years in the same family home: the question of custody is due."""
    someone = Someone("Nelson", "Hemström", years_ago(today, 11, 33), "238")
    told = Telling(someone, "hylte-socialtjanst-barn", "bup-halmstad", now - timedelta(days=2))
    told.draft(
        Home(Housing.FAMILY_HOME, name="Familjen Påhittfors", municipality="Hylte"),
        {Category.NEED: "Trygghet och en stadig vardag.", Category.OWN_VIEW: "Jag vill bo kvar."},
        law=Law.SOL, target_groups=["children"], planned_start=today - timedelta(days=700), planned_end=None,
        agreement_needed=Answer.NO, guide_answer="Regionen utför och betalar vården (4.9)",
    ).mine(actions.start, started_at=now - timedelta(days=700), reason="")  # fmt: skip
    told.mine(actions.review, kind=ReviewKind.CARE, on=today - timedelta(days=150), outcome=Outcome.CONTINUES)
    for kind in (ExaminationKind.HEALTH, ExaminationKind.DENTAL):
        told.mine(actions.examine, kind=kind, state=ExaminationState.DONE, on=today - timedelta(days=660))


def _over_unsigned(now: datetime, today: Any, homes: dict[str, Provider]) -> None:
    """Varberg: placed acutely, home again after nine days, and the cost of them lies proposed (PLC-6)."""
    someone = Someone("Tilda", "Återstad", years_ago(today, 21, 7), "238")
    told = Telling(someone, "varberg-socialtjanst-vuxna", "vuxenpsykiatri-varberg", now - timedelta(days=15))
    told.draft(
        Home(Housing.HVB, homes["Ekbackens behandlingshem"]),
        {Category.NEED: "Lugn och bedömning efter en kris.", Category.OWN_VIEW: "Jag vill hem så snart det går."},
        law=Law.SOL, target_groups=["young_placed"], is_acute=True, planned_start=None, planned_end=None,
        agreement_needed=Answer.UNKNOWN,
    ).mine(actions.start, started_at=told.at, reason="").share()  # fmt: skip
    first = local_day(told.at)
    told.mine(actions.refer, sent_at=told.at).later(days=1)
    told.run(_actor("lakare.vuxenpsykiatri-varberg"), actions.assess, placement_id=told.placement.pk, needed=Answer.YES)
    told.later(days=8).mine(actions.end, ended_at=told.at, kind=EndKind.PLANNED, note="")
    last = local_day(told.at)
    told.propose(
        _measure("Samtal och läkemedel", first, last, "1400.00", "65", extent="Dagligen"), first=first, last=last
    )


CHAPTER = Chapter("placeringar", tell)
