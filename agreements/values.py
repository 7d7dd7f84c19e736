"""The words and values an agreement is made of: closed lists, and terms as pure values for clocks to count with."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class Scope(models.TextChoices):
    """What an agreement is about. A huvudman has at most one agreement in force per scope."""

    GENERAL = "samverkan", "Samverkan kring målgrupperna"
    HVB = "hvb", "Placering på hem för vård eller boende"


class RenewalKind(models.TextChoices):
    """What happens when the period ends (AGR-3)."""

    RENEW_OR_REVISE = "renew_or_revise", "Förlängs eller görs om av parterna"
    PROLONGED_UNLESS_NOTICE = "prolonged_unless_notice", "Förlängs om ingen säger upp"
    EXTENDED_WHILE_REVISED = "extended_while_revised", "Förlängs medan den görs om"


class TermUnit(models.TextChoices):
    """What a term's value counts."""

    HOURS = "hours", "timmar"
    WORKING_DAYS = "working_days", "arbetsdagar"
    DAYS = "days", "dagar"
    MONTHS = "months", "månader"
    YEARS = "years", "år"
    PERCENT = "percent", "procent"
    COUNT = "count", "antal"
    CALENDAR_MONTH = "calendar_month", "kalendermånad"


TIME_UNITS = (TermUnit.HOURS, TermUnit.WORKING_DAYS, TermUnit.DAYS, TermUnit.MONTHS, TermUnit.YEARS)


def most_of(unit: TermUnit) -> int:
    """The highest number that a value of this unit may be."""
    return {TermUnit.PERCENT: 100, TermUnit.CALENDAR_MONTH: 12}.get(unit, 10_000)


class Counted(models.TextChoices):
    """Whether the due time lies after or before the moment the clock counts from."""

    AFTER = "after", "framåt"
    BEFORE = "before", "bakåt"


class StageName(models.TextChoices):
    """The stages of a clock: a warning, the due time, and then upwards in the line of management (ORG-3)."""

    WARN = "warn", "Varning"
    DUE = "due", "Förfaller"
    MANAGER = "manager", "Närmaste chef"
    HEAD_OF_OPERATIONS = "head_of_operations", "Verksamhetschef"
    HEAD_OF_ADMINISTRATION = "head_of_administration", "Förvaltningschef"


class Holder(models.TextChoices):
    """Who tries to settle a dispute on a level of the ladder (DIS-2)."""

    NEAREST_MANAGER = "nearest_manager", "Närmaste chefer"
    HEAD_OF_OPERATIONS = "head_of_operations", "Verksamhetschefer"
    HEAD_OF_ADMINISTRATION = "head_of_administration", "Förvaltningschefer"
    LOCAL_GROUP = "local_group", "Lokal samordningsgrupp"
    REGIONAL_GROUP = "regional_group", "Länsövergripande grupp"


class Coordination(models.TextChoices):
    """Which local group follows a target group."""

    CHILDREN = "children", "Barn och unga"
    ADULTS = "adults", "Vuxna"


class Responsible(models.TextChoices):
    """Who answers for something (RESP-1)."""

    REGION = "region", "Regionen"
    MUNICIPALITY = "municipality", "Kommunen"
    SOCIAL_SERVICES = "social_services", "Socialtjänsten"
    EDUCATION = "education", "Skolan"
    BOTH = "both", "Region och kommun tillsammans"
    OTHER = "other", "Annan myndighet"


class IndicatorKind(models.TextChoices):
    TEXT = "text", "Text"
    COUNT_AND_TEXT = "count_and_text", "Antal och analys"
    FIGURE = "figure", "Mått"


class FigureUnit(models.TextChoices):
    """What an indicator's figure counts."""

    COUNT = "count", "antal"
    PERCENT = "percent", "procent"
    DAYS = "days", "dagar i medeltal"
    SCORE = "score", "medelbetyg"
    PER_10000 = "per_10000", "per 10 000 invånare"


class Breakdown(models.TextChoices):
    """What a figure may be split by."""

    SEX = "sex", "Kön"
    AGE = "age", "Ålder"
    TARGET_GROUP = "target_group", "Målgrupp"
    PROVISION = "provision", "Avsnitt"
    LEVEL = "level", "Nivå"


class Aim(models.TextChoices):
    """Which way is better."""

    HIGHER = "higher", "Högre är bättre"
    LOWER = "lower", "Lägre är bättre"
    NONE = "none", "Varken högre eller lägre är bättre"


class Waits(models.TextChoices):
    """What a proposed point of a group's agenda gathers, beside the point itself."""

    DEVIATIONS = "deviations", "Avvikelser"
    DISPUTES = "disputes", "Tvister"
    TASKS = "tasks", "Uppdrag från den regionala gruppen"
    DECISIONS = "decisions", "Beslut som inte är genomförda"
    MEMBERS = "members", "Adjungerade och mandat"


class DecisionKind(models.TextChoices):
    """What a party has decided about an agreement (AGR-7)."""

    ADOPTS = "adopts", "Antar överenskommelsen"
    DECLINES = "declines", "Antar inte överenskommelsen"
    GIVES_NOTICE = "gives_notice", "Säger upp överenskommelsen"


class Standing(models.TextChoices):
    """How a party stands to an agreement on a day. Not stored."""

    DECIDED = "decided", "Har antagit"
    ASSUMED = "assumed", "Räknas som antagen"
    WAITING = "waiting", "Beslut saknas"
    DECLINED = "declined", "Har inte antagit"

    @property
    def binds(self) -> bool:
        return self in (Standing.DECIDED, Standing.ASSUMED)

    @property
    def tone(self) -> str:
        return {"decided": "success", "assumed": "info", "waiting": "warning", "declined": "danger"}[self.value]


class ProlongationKind(models.TextChoices):
    """Why an agreement's last day moved (AGR-3)."""

    NO_NOTICE = "no_notice", "Ingen part sade upp i tid"
    UNDER_REVISION = "under_revision", "Arbetet med en ny har börjat"
    AGREED = "agreed", "Alla parter är överens"


class RoundState(models.TextChoices):
    OPEN = "open", "Pågår"
    CLOSED = "closed", "Avslutad runda"


class AmendmentState(models.TextChoices):
    DRAFT = "draft", "Utkast till ändring"
    PROPOSED = "proposed", "Väntar på parternas beslut"
    ADOPTED = "adopted", "Beslutad av alla parter"
    REJECTED = "rejected", "En part sade nej"
    WITHDRAWN = "withdrawn", "Ändringen drogs tillbaka"


class Outcome(models.TextChoices):
    """How the regional board met a comment."""

    FOLLOWED = "followed", "Följs"
    PARTLY = "partly", "Följs delvis"
    NOT_FOLLOWED = "not_followed", "Följs inte"
    LATER = "later", "Tas upp senare"

    @property
    def tone(self) -> str:
        return {"followed": "success", "partly": "info", "not_followed": "neutral", "later": "warning"}[self.value]


class ReviseDo(models.TextChoices):
    """What people do with a round of comments, and with an amendment."""

    OPEN_ROUND = "open_round", "Öppna en runda"
    COMMENT = "comment", "Lämna en synpunkt"
    ANSWER = "answer", "Besvara en synpunkt"
    EXTEND = "extend", "Ge mer tid"
    CLOSE = "close", "Avsluta rundan"
    EDIT = "edit", "Ändra utkastet"
    PROPOSE = "propose", "Skicka till parterna för beslut"
    DECIDE = "decide", "Registrera ert beslut"
    ADOPT = "adopt", "Anta"
    REJECT = "reject", "Avslå"
    WITHDRAW = "withdraw", "Dra tillbaka"


class LocalKind(models.TextChoices):
    """What a party has decided below the regional agreement."""

    AGREEMENT = "agreement", "Lokal överenskommelse"
    ROUTINE = "routine", "Rutin"


class SettledBy(models.TextChoices):
    """Which answer settles a question; the other leads on to the next."""

    YES = "yes", "Ja"
    NO = "no", "Nej"


class Origin(models.TextChoices):
    """Where something comes from: the agreement's file, or somebody's later decision."""

    FILE = "file", "Överenskommelsen"
    BOARD = "board", "Beslut av den regionala gruppen"
    PARTY = "party", "Registrerat av parten"
    AMENDMENT = "amendment", "Ändring som alla parter har beslutat"


@dataclass(frozen=True, slots=True)
class Stage:
    """A moment of a clock, counted from its due time: negative before, positive after."""

    name: StageName
    offset: int
    unit: TermUnit

    def in_words(self) -> str:
        """When the stage comes: "Varning 1 arbetsdag före", "Närmaste chef 2 timmar efter"."""
        if self.offset == 0:
            return str(self.name.label)
        return f"{self.name.label} {_amount(abs(self.offset), self.unit)} {'före' if self.offset < 0 else 'efter'}"


@dataclass(frozen=True, slots=True)
class Term:
    """One term in force on a day. Clocks have stages; other terms (limits, counts) have none."""

    key: str
    label: str
    value: int
    unit: TermUnit
    counted: Counted
    stages: tuple[Stage, ...]
    section: str
    is_default: bool

    @property
    def is_clock(self) -> bool:
        return bool(self.stages)

    def __str__(self) -> str:
        return f"{self.label}: {self.in_words()}"

    def in_words(self) -> str:
        """The value as people read it: "3 arbetsdagar", "12 månader", "oktober"."""
        if self.unit == TermUnit.CALENDAR_MONTH:
            return MONTHS[self.value - 1]
        if self.unit == TermUnit.COUNT:
            return str(self.value)
        if self.is_clock and self.value == 0:
            return "På dagen"
        before = " innan" if self.counted == Counted.BEFORE else ""
        return _amount(self.value, self.unit) + before

    @property
    def told_stages(self) -> tuple[Stage, ...]:
        """The stages around the due time itself: warnings before it and those told after it."""
        return tuple(stage for stage in self.stages if stage.name != StageName.DUE)


def _amount(count: int, unit: TermUnit) -> str:
    singular = {
        TermUnit.HOURS: "timme",
        TermUnit.WORKING_DAYS: "arbetsdag",
        TermUnit.DAYS: "dag",
        TermUnit.MONTHS: "månad",
    }
    return f"{count} {singular.get(unit, unit.label) if count == 1 else unit.label}"


MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
