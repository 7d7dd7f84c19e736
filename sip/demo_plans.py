"""The demonstration's stories with a plan: being written, in force, due to be followed up, a second version, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from core.acting import Actor
from core.workdays import local_day
from organisations.models import Unit
from sip import actions
from sip.actions import MeasureFacts, Told
from sip.demo import Someone, Story, Telling, years_ago
from sip.kinds import (
    CloseReason,
    Doer,
    FollowUpDecision,
    GoalResult,
    GoalSpan,
    MeasureResult,
    PlanState,
    PlanTextKind,
)
from sip.models import FollowUp, Goal, Measure, Plan, SipCase


@dataclass(frozen=True, slots=True)
class Does:
    """A measure as a story tells it: by the unit's account name, or by the person or somebody else."""

    what: str
    unit: str = ""
    who: str = ""
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A plan as a story tells it."""

    matters: str
    needs: str
    goals: tuple[tuple[str, GoalSpan, tuple[Does, ...]], ...]
    follow_up_in: int
    crisis: str = ""
    dissent: str = ""


def written(t: Telling, plan: Written) -> Telling:
    """Write the plan, each unit its own measures."""
    t.later(days=5)
    case_id = t.case.pk
    t.run(None, actions.open_plan, case_id=case_id)
    texts = {
        PlanTextKind.MATTERS: plan.matters, PlanTextKind.NEEDS: plan.needs, PlanTextKind.CRISIS: plan.crisis,
        PlanTextKind.DISSENT: plan.dissent,
    }  # fmt: skip
    for kind, text in texts.items():
        if text:
            t.run(None, actions.write_text, case_id=case_id, kind=kind, text=text, version=0)
    for words, span, measures in plan.goals:
        goal = t.run(
            None, actions.add_goal, case_id=case_id, line=uuid4(), words=words, elaboration="", span=span
        )  # fmt: skip
        for one in measures:
            t.run(one.unit or None, _add, goal_id=goal.pk, does=one)
    t.run(None, _follow_up_in, case_id=case_id, days=plan.follow_up_in)
    return t


def established(t: Telling, plan: Written, *confirmed_by: str) -> Telling:
    """Write the plan, establish it, and let some units confirm their measures."""
    written(t, plan)
    t.run(None, _establish, case_id=t.case.pk)
    for username in confirmed_by:
        t.later(hours=20)
        t.run(username, actions.confirm_measures, case_id=t.case.pk, number=1)
    return t


def followed_up(t: Telling, days: int) -> Telling:
    """Followed up after some days: one measure is done, and the next version is in force."""
    t.later(days=days)
    t.run(None, _follow_up, case_id=t.case.pk)
    t.run(None, _follow_up_in, case_id=t.case.pk, days=90)
    t.run(None, _establish, case_id=t.case.pk)
    return t


def closed(t: Telling, days: int) -> Telling:
    """Closed after some days, with every measure ended."""
    t.later(days=days)
    t.run(None, _close, case_id=t.case.pk)
    return t


def stories_with_plans(today: date) -> list[Story]:
    """Stories of Halland in which a plan is written. `today` decides the birth dates."""

    def born(years: int, n: int) -> str:
        return years_ago(today, years, n)

    return [
        Story(
            Someone("Maja", "Planstam", born(14, 13), "238", ("Helena Planstam", "Daniel Planstam")),
            "laholm-socialtjanst-barn", ("children",),
            "Kommer inte till skolan och mår dåligt. Skolan, vården och vi behöver en gemensam plan.",
            "Jag vill träffa mina kompisar utan att ha ont i magen.",
            ("bup-halmstad", "laholm-elevhalsa"), 24,
            lambda t: established(
                t.sent().acknowledge("bup-halmstad").acknowledge("laholm-elevhalsa").contact("bup-halmstad"),
                _SCHOOL, "bup-halmstad",
            ),
            social="Familjen har stöd en gång i veckan.", school="Har anpassad studiegång.",
        ),
        Story(
            Someone("Stig", "Uppföljning", born(52, 19), "239"),
            "halmstad-socialtjanst-vuxna", ("psychiatric_disability", "substance_use"),
            "Har kontakt med flera mottagningar som planerar var för sig.", "Jag vill ha en plan och en att ringa.",
            ("beroendeteam-halmstad", "vc-andersberg"), 70,
            lambda t: established(
                t.sent().acknowledge("beroendeteam-halmstad").acknowledge("vc-andersberg")
                .contact("beroendeteam-halmstad"),
                _SOBER, "beroendeteam-halmstad", "vc-andersberg",
            ),
        ),
        Story(
            Someone("Inga", "Andraplan", born(66, 27), "238"),
            "falkenberg-socialtjanst-vuxna", ("psychiatric_disability",),
            "Behöver stöd hemma och fortsatt kontakt i vården.", "Jag vill orka ta hand om min trädgård.",
            ("vc-falkenberg",), 95,
            lambda t: followed_up(
                established(t.sent().acknowledge("vc-falkenberg").contact("vc-falkenberg"), _HOME, "vc-falkenberg"), 60
            ),
        ),
        Story(
            Someone("Nora", "Utkastlund", born(12, 5), "239", ("Sofia Utkastlund",)),
            "varberg-socialtjanst-barn", ("children",),
            "Skolan och vården behöver hjälpas åt kring sömn och närvaro.", "Jag är trött hela tiden.",
            ("bup-varberg", "varberg-elevhalsa"), 8,
            lambda t: written(
                t.sent().acknowledge("bup-varberg").acknowledge("varberg-elevhalsa").contact("varberg-elevhalsa"),
                _SLEEP,
            ),
        ),
        Story(
            Someone("Börje", "Avslutsson", born(48, 31), "238"),
            "kungsbacka-socialtjanst-vuxna", ("psychiatric_disability",),
            "Behövde samordning efter en vårdperiod.", "Jag vill klara mig själv igen.",
            ("vc-kungsbacka",), 90,
            lambda t: closed(
                established(t.sent().acknowledge("vc-kungsbacka").contact("vc-kungsbacka"), _OWN_FEET, "vc-kungsbacka"),
                50,
            ),
        ),
    ]  # fmt: skip


_SHORT, _LONG = GoalSpan.SHORT, GoalSpan.LONG
_SCHOOL = Written(
    "Att få vara med mina kompisar. Att någon säger samma sak till alla vuxna.",
    "Lugn på morgonen, hjälp att komma iväg och någon att prata med när det känns tungt.",
    (
        ("Jag vill vara i skolan tre dagar i veckan", _SHORT, (
            Does("Möter mig vid bussen de första veckorna", "laholm-elevhalsa", "Kurator", 30),
            Does("Samtal om oro och sömn varannan vecka", "bup-halmstad", "Psykolog"),
            Does("Stöd hemma på morgnarna", "laholm-socialtjanst-barn", "Familjebehandlare", 60),
            Does("Säger till en vuxen innan det blir för mycket"),
        )),
        ("Jag vill sova hela natten", _LONG, (
            Does("Bedömer sömnen och föreslår behandling", "bup-halmstad", "Läkare", 45),
            Does("Lägger undan telefonerna klockan nio", who="Mamma och pappa"),
        )),
    ), 60, "Om jag får panik: ring mamma. Om ingen svarar: ring 1177, vid fara 112.",
    "Skolan vill börja med fler dagar än vad Maja vill.",
)  # fmt: skip
_SOBER = Written(
    "Att slippa berätta allt från början varje gång.", "En fast kontakt och hjälp att komma i gång på dagarna.",
    (
        ("Jag vill vara nykter till sommaren", _LONG, (
            Does("Återfallsprevention i grupp", "beroendeteam-halmstad", days=50),
            Does("Boendestöd två gånger i veckan", "halmstad-socialtjanst-vuxna"),
            Does("Provtagning och uppföljning av blodtrycket", "vc-andersberg"),
            Does("Utredning om rehabiliteringspenning", who="Försäkringskassan"),
        )),
    ), 55,
)  # fmt: skip
_HOME = Written(
    "Att få bo kvar och sköta min trädgård.", "Hjälp med det tunga, och någon som följer upp medicinerna.",
    (
        ("Jag vill orka vara ute varje dag", _SHORT, (
            Does("Hembesök och genomgång av läkemedel", "vc-falkenberg", "Distriktssköterska", 40),
            Does("Ledsagning till promenadgruppen", "falkenberg-socialtjanst-vuxna"),
        )),
    ), 60,
)  # fmt: skip
_SLEEP = Written(
    "Att orka med fotbollen.", "Bättre sömn och lugnare dagar.",
    (
        ("Jag vill vakna utvilad", _SHORT, (
            Does("Sömnskola", "bup-varberg"),
            Does("Senare start på dagen", "varberg-elevhalsa", days=30),
        )),
    ), 45,
)  # fmt: skip
_OWN_FEET = Written(
    "Att klara vardagen utan att fråga.", "Stöd under övergången hem.",
    (
        ("Jag vill laga mat och handla själv", _SHORT, (
            Does("Boendestöd under tre månader", "kungsbacka-socialtjanst-vuxna"),
            Does("Uppföljande samtal", "vc-kungsbacka", days=60),
        )),
    ), 75,
)  # fmt: skip


# --- verbs that find what they act on -------------------------------------------------------------------------------
def _add(*, goal_id: UUID, does: Does, by: Actor, now: datetime) -> Measure:
    doer = Doer.UNIT if does.unit else Doer.OTHER if does.who else Doer.PERSON
    own = Unit.objects.select_related("authority__huvudman").get(pk=by.unit_id) if does.unit else None
    due_on = local_day(now) + timedelta(days=does.days) if does.days else None
    facts = MeasureFacts(does.what, doer, unit=own, who=does.who, due_on=due_on)
    return actions.add_measure(goal_id=goal_id, line=uuid4(), facts=facts, by=by, now=now)


def _draft(case_id: UUID) -> Plan:
    return Plan.objects.get(case_id=case_id, state=PlanState.DRAFT)


def _follow_up_in(*, case_id: UUID, days: int, by: Actor, now: datetime) -> Plan:
    day = local_day(now) + timedelta(days=days)
    return actions.set_follow_up_day(case_id=case_id, day=day, version=_draft(case_id).version, by=by, now=now)


def _establish(*, case_id: UUID, by: Actor, now: datetime) -> Plan:
    return actions.establish_plan(case_id=case_id, version=_draft(case_id).version, by=by, now=now)


def _in_force(case_id: UUID) -> Plan:
    return Plan.objects.get(case_id=case_id, state=PlanState.ESTABLISHED)


def _follow_up(*, case_id: UUID, by: Actor, now: datetime) -> FollowUp:
    plan = _in_force(case_id)
    measures = {one.pk: Told(MeasureResult.GOING_ON) for one in Measure.objects.filter(plan=plan)}
    measures[next(iter(measures))] = Told(MeasureResult.DONE)
    goals = {one.pk: (GoalResult.PARTLY, "Det går åt rätt håll.") for one in Goal.objects.filter(plan=plan)}
    return actions.record_follow_up(
        case_id=case_id, number=plan.number, held_on=local_day(now), goals=goals, measures=measures,
        changed_needs="Behöver mer stöd under vintern.", decision=FollowUpDecision.NEW_VERSION, next_on=None, by=by,
        now=now,
    )  # fmt: skip


def _close(*, case_id: UUID, by: Actor, now: datetime) -> SipCase:
    measures = Measure.objects.filter(plan=_in_force(case_id))
    ended = {one.pk: Told(MeasureResult.DONE) for one in measures}
    return actions.close(
        case_id=case_id, reason=CloseReason.NO_NEED, note="Målen är nådda.", measures=ended, by=by, now=now
    )  # fmt: skip
