"""The shape of a pack's files. What one file can't know about the others is checked in `checks.py`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    StrictBool,
    StrictInt,
    StringConstraints,
    field_validator,
    model_validator,
)

from agreements.values import (
    Aim,
    Breakdown,
    Coordination,
    Counted,
    FigureUnit,
    Holder,
    IndicatorKind,
    RenewalKind,
    Responsible,
    Scope,
    SettledBy,
    StageName,
    TermUnit,
    Waits,
)
from organisations.kinds import AuthorityKind, GroupKind, HuvudmanKind, UnitKind

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
ShortSlug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=80)]
TermKey = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z0-9_]+$", max_length=80)]
Section = Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)*$", max_length=20)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=1500, strip_whitespace=True)]
Day = Annotated[date, Strict()]
Count = Annotated[StrictInt, Field(ge=0, le=10_000)]
Age = Annotated[StrictInt, Field(ge=0, le=120)]


class FileModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def passes_luhn(organisation_number: str) -> bool:
    """Whether the last digit of an organisation number is the right check digit."""
    total = 0
    for place, digit in enumerate(reversed([int(c) for c in organisation_number if c.isdigit()])):
        doubled = digit * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


# --- pack.toml, organisations/*.toml, groups.toml ----------------------------------------------------------------


class PackFile(FileModel):
    format: int
    name: ShortSlug
    title: Line
    region: ShortSlug


class HuvudmanRow(FileModel):
    key: ShortSlug
    kind: HuvudmanKind
    name: Line
    organisation_number: Annotated[str, StringConstraints(pattern=r"^\d{6}-\d{4}$")]
    municipality_code: Annotated[str, StringConstraints(pattern=r"^\d{4}$")] | None = None

    @field_validator("organisation_number")
    @classmethod
    def check_digit(cls, value: str) -> str:
        if not passes_luhn(value):
            raise ValueError(f"kontrollsiffran i {value} stämmer inte")
        return value

    @model_validator(mode="after")
    def code_of_municipality(self) -> Self:
        if (self.kind == HuvudmanKind.MUNICIPALITY) != (self.municipality_code is not None):
            raise ValueError("en kommun ska ha municipality_code, en region ska inte ha det")
        return self


class UnitRow(FileModel):
    key: Slug
    kind: UnitKind
    name: Line
    parent: Slug | None = None
    serves: list[ShortSlug] | None = None
    provider: str = ""


class AuthorityRow(FileModel):
    key: ShortSlug
    kind: AuthorityKind
    name: Line
    units: list[UnitRow] = []


class OrganisationsFile(FileModel):
    huvudman: HuvudmanRow
    authority: Annotated[list[AuthorityRow], Field(min_length=1)]


class GroupRow(FileModel):
    key: ShortSlug
    kind: GroupKind
    name: Line
    municipality: ShortSlug | None = None


class GroupsFile(FileModel):
    group: list[GroupRow] = []


# --- <period>/agreement.toml -------------------------------------------------------------------------------------


class Renewal(FileModel):
    kind: RenewalKind
    months_before_end: Annotated[StrictInt, Field(ge=0, le=60)]
    extension_months: Annotated[StrictInt, Field(ge=1, le=120)] | None = None
    section: Section
    summary: Prose

    @model_validator(mode="after")
    def extension_when_prolonged(self) -> Self:
        if (self.kind == RenewalKind.RENEW_OR_REVISE) == (self.extension_months is not None):
            raise ValueError("extension_months ska anges när överenskommelsen kan förlängas av sig själv, annars inte")
        return self


class DecisionRow(FileModel):
    party: ShortSlug
    body: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    decided_on: Day
    reference: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]


class Adoption(FileModel):
    """Who decides (AGR-7). `assumed`: parties without a recorded decision count as having adopted."""

    assumed: StrictBool
    section: Section
    summary: Prose
    decision: list[DecisionRow] = []


class TargetGroupRow(FileModel):
    key: Key
    name: Line
    summary: Prose
    coordination: Coordination
    min_age: Age | None = None
    max_age: Age | None = None
    section: Section

    @model_validator(mode="after")
    def ages_in_order(self) -> Self:
        if self.min_age is not None and self.max_age is not None and self.min_age > self.max_age:
            raise ValueError("min_age är högre än max_age")
        return self


class SipPartyRow(FileModel):
    key: Key
    name: Line
    huvudman_kinds: list[HuvudmanKind] = []
    authority_kinds: list[AuthorityKind] = []


class SipRule(FileModel):
    parties_required: Annotated[StrictInt, Field(ge=2, le=10)]
    section: Section
    party: list[SipPartyRow]

    @model_validator(mode="after")
    def enough_parties(self) -> Self:
        if len(self.party) < self.parties_required:
            raise ValueError(f"{self.parties_required} parter krävs men bara {len(self.party)} finns")
        return self


class DisputeLevelRow(FileModel):
    key: Key
    name: Line
    summary: Prose
    held_by: Holder
    clock: TermKey
    section: Section
    final: StrictBool = False


class CostRuleRow(FileModel):
    key: Key
    text: Prose
    section: Section


class IndicatorRow(FileModel):
    """A question of the annual follow-up, a figure, or both. `numerator` and `denominator` name measures."""

    key: Key
    name: Line
    kind: IndicatorKind
    section: Section
    default: StrictBool = False
    prompt: Annotated[str, StringConstraints(max_length=500)] = ""
    required: StrictBool = True
    definition: Annotated[str, StringConstraints(max_length=1000)] = ""
    unit: FigureUnit | None = None
    numerator: Annotated[str, StringConstraints(max_length=80)] = ""
    denominator: Annotated[str, StringConstraints(max_length=80)] = ""
    breakdowns: list[Breakdown] = []
    coordination: Coordination | None = None
    aim: Aim = Aim.NONE
    target: Annotated[StrictInt, Field(ge=0, le=10_000)] | None = None
    counts_persons: StrictBool = True
    from_year: Annotated[StrictInt, Field(ge=2000, le=2100)] | None = None

    @model_validator(mode="after")
    def a_figure_is_defined(self) -> Self:
        if self.kind == IndicatorKind.TEXT:
            if self.unit or self.numerator or self.denominator:
                raise ValueError("en indikator av typen text har inget mått")
            return self
        if not (self.unit and self.numerator and self.definition):
            raise ValueError("ett mått ska ha unit, numerator och definition")
        if (self.unit in (FigureUnit.COUNT, FigureUnit.PER_10000)) != (not self.denominator):
            raise ValueError("denominator ska anges för andelar och medelvärden, annars inte")
        if self.target is not None and self.aim == Aim.NONE:
            raise ValueError("ett mål kräver att aim säger vilket håll som är bättre")
        return self


class AgendaPointRow(FileModel):
    key: Key
    name: Line
    summary: Prose
    section: Section
    waits: Waits | None = None


class AgreementFile(FileModel):
    key: ShortSlug
    name: Line
    short_name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    scope: Scope
    valid_from: Day
    valid_to: Day
    parties: Annotated[list[ShortSlug], Field(min_length=2)]
    purpose: Prose
    board: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    adoption: Adoption
    renewal: Renewal
    target_group: Annotated[list[TargetGroupRow], Field(min_length=1)]
    sip: SipRule | None = None
    dispute_level: Annotated[list[DisputeLevelRow], Field(min_length=1)]
    cost_rule: list[CostRuleRow] = []
    indicator: list[IndicatorRow] = []
    agenda_point: list[AgendaPointRow] = []

    @field_validator("valid_to")
    @classmethod
    def ends_after_start(cls, value: date, info: object) -> date:
        start = getattr(info, "data", {}).get("valid_from")
        if start is not None and value <= start:
            raise ValueError(f"slutdagen {value} ligger inte efter {start}")
        return value


# --- <period>/provisions.toml, terms.toml, glossary.toml, responsibilities.toml ------------------------------------


class ProvisionRow(FileModel):
    number: Section
    heading: Line
    summary: Prose
    points: list[Prose] = []


class ProvisionsFile(FileModel):
    provision: Annotated[list[ProvisionRow], Field(min_length=1)]


class StageRow(FileModel):
    name: StageName
    offset: Annotated[StrictInt, Field(ge=-1000, le=1000)]
    unit: TermUnit


class TermRow(FileModel):
    key: TermKey
    label: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    explanation: str = ""
    value: Count
    unit: TermUnit
    counted: Counted = Counted.AFTER
    section: Section
    default: StrictBool = False
    stages: list[StageRow] = []


class TermsFile(FileModel):
    term: Annotated[list[TermRow], Field(min_length=1)]


class GlossaryFile(FileModel):
    definition_section: Section
    abbreviation_section: Section
    definitions: dict[Line, Prose] = {}
    abbreviations: dict[Annotated[str, StringConstraints(min_length=1, max_length=20)], Line] = {}
    synonyms: list[Annotated[list[Line], Field(min_length=2)]] = []


class AreaRow(FileModel):
    key: Key
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class ResponsibilityRow(FileModel):
    key: Slug
    target_groups: list[Key] | None = None
    area: Key
    party: Responsible
    actor: Annotated[str, StringConstraints(max_length=100)] = ""
    section: Section
    text: Prose
    search_words: str = ""

    @model_validator(mode="after")
    def other_is_named(self) -> Self:
        if (self.party == Responsible.OTHER) != bool(self.actor):
            raise ValueError("actor ska anges när party är other, annars inte")
        return self


class ResponsibilitiesFile(FileModel):
    area: list[AreaRow] = []
    responsibility: list[ResponsibilityRow] = []


# --- <period>/housing.toml: the questions of the guide to care in other housing --------------------------------------


class HousingOutcome(FileModel):
    party: Responsible
    outcome: Prose
    section: Section


class HousingStepRow(HousingOutcome):
    key: Key
    question: Line
    help: Annotated[str, StringConstraints(max_length=1500)] = ""
    settled_by: SettledBy


class HousingFile(FileModel):
    step: Annotated[list[HousingStepRow], Field(min_length=1)]
    otherwise: HousingOutcome


# --- national_checklist.toml, and <period>/checklist.toml: what it is answered with ----------------------------------


class ChecklistItem(FileModel):
    key: Slug
    text: Line


class ChecklistPart(FileModel):
    key: Slug
    name: Line
    items: Annotated[list[ChecklistItem], Field(min_length=1)]


class NationalChecklist(FileModel):
    part: Annotated[list[ChecklistPart], Field(min_length=1)]


class CoverageRow(FileModel):
    key: Slug
    sections: list[Section]
    note: Annotated[str, StringConstraints(max_length=300)] = ""

    @model_validator(mode="after")
    def missing_says_why(self) -> Self:
        if not self.sections and not self.note:
            raise ValueError("en punkt som saknas ska ha en note som säger det")
        return self


class ChecklistFile(FileModel):
    item: list[CoverageRow]
