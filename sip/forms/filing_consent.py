"""The form of a consent or a lawful ground (IND-2, IND-4, IND-6): text to values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django import forms

from core.authz import Refused
from core.workdays import last_day
from individuals.actions import Receivers
from individuals.consent import CHILD_ALONE_FROM_AGE, Given
from individuals.kinds import EXCEPTIONS, BasisKind, Category, Giver, Manner
from individuals.models import Basis, Guardian, Person
from organisations.forms import Day, medium_text
from organisations.kinds import AuthorityKind
from organisations.models import Huvudman, Unit
from sip.actions import Consent
from sip.forms.filing import LongText, StepForm, unmarked
from sip.forms.helping import Sections, explain

USUAL_MONTHS = 6
PURPOSE = "Planera och samordna stödet i en samordnad individuell plan (SIP)."


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody whose consent is asked for."""

    key: str
    label: str
    giver: Giver
    guardian_id: UUID | None = None
    required: bool = True


def who_is_asked(person: Person, guardians: Iterable[Guardian], today: date) -> list[Asked]:
    """All called guardians of a child, and the child from 12; an adult, or whoever represents them (IND-2)."""
    if not person.is_child(today):
        return [
            Asked("self", "Personen själv", Giver.SELF),
            Asked("representative", "God man eller förvaltare", Giver.REPRESENTATIVE, required=False),
        ]
    asked = [Asked(f"guardian-{g.pk}", g.name, Giver.GUARDIAN, g.pk) for g in guardians if g.is_called]
    if _may_decide(person, today):
        asked.append(Asked("self", "Barnet självt", Giver.SELF, required=False))
    return asked


def _may_decide(person: Person, today: date) -> bool:
    age = person.age(today)
    return age is not None and age >= CHILD_ALONE_FROM_AGE


@dataclass(frozen=True, slots=True)
class Ground:
    """What the form of a consent is made from: the person, who is called, and what is written."""

    person: Person
    guardians: Sequence[Guardian]
    home: Unit
    called: Sequence[Unit]
    others: Sequence[Unit]
    written: frozenset[str]
    today: date
    sections: Sections

    @property
    def asked(self) -> list[Asked]:
        return who_is_asked(self.person, self.guardians, self.today)

    @property
    def child_alone(self) -> bool:
        """Whether the child's own consent may be enough: from 12, and the social services decide (IND-2)."""
        return (
            self.person.is_child(self.today)
            and _may_decide(self.person, self.today)
            and self.home.authority.kind == AuthorityKind.SOCIAL
        )

    @property
    def huvudmen(self) -> list[Huvudman]:
        return list(dict.fromkeys(unit.authority.huvudman for unit in self.called))


class ConsentForm(StepForm):
    """Who consented, how and when, to what, for whom and until when; or the ground, its motive and who decided."""

    told_at = {"receivers": "wider"}

    kind = forms.ChoiceField(
        label="Vad gör att ni får lämna över uppgifter?",
        choices=[
            (BasisKind.CONSENT, "Samtycke"),
            ("Utan samtycke, enligt lag", [(kind.value, kind.label) for kind in EXCEPTIONS]),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Välj samtycke eller en av lagens grunder."},
    )
    child_alone_reason = LongText(
        label="Varför räcker barnets eget samtycke?",
        help_text="Fyll i bara om en vårdnadshavare inte har samtyckt och socialnämnden ändå kan besluta om insatsen.",
        required=False,
        rows=3,
    )
    motive = LongText(
        label="Motivering",
        help_text="Varför är det nödvändigt att lämna över uppgifter utan samtycke?",
        rows=4,
        error_messages={"required": "Skriv varför det är nödvändigt."},
    )
    decided_by = forms.CharField(
        label="Vem har beslutat?",
        help_text="Namn och befattning.",
        max_length=200,
        widget=medium_text(autocomplete="off"),
        error_messages={"required": "Skriv vem som har beslutat."},
    )
    purpose = LongText(
        label="Vad ska uppgifterna användas till?",
        rows=2,
        error_messages={"required": "Skriv vad uppgifterna ska användas till."},
    )
    categories = forms.MultipleChoiceField(
        label="Vilka uppgifter får lämnas över?",
        choices=Category.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    wider = forms.MultipleChoiceField(
        label="Får den som kallas lämna över till en annan verksamhet, om det är den personen hör till?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    excluded = forms.MultipleChoiceField(
        label="Verksamheter som inte får ta del",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    withheld = LongText(
        label="Något särskilt som inte får lämnas över?",
        help_text="Det skickas inte. Det påminner er om vad personen har sagt nej till.",
        required=False,
        rows=2,
    )
    until = Day(label="Gäller till och med")

    def __init__(self, *args: Any, ground: Ground, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ground = ground
        for one in ground.asked:
            self._ask(one)
        if not ground.child_alone:
            del self.fields["child_alone_reason"]
        self._offer_receivers()
        self._explain(ground.sections)

    def _ask(self, one: Asked) -> None:
        if one.giver == Giver.REPRESENTATIVE:
            name = forms.CharField(label="Namn", max_length=150, required=False, widget=medium_text(autocomplete="off"))
            self.fields[f"{one.key}-name"] = unmarked(name)
        manner = forms.ChoiceField(
            label="Hur gavs samtycket?",
            choices=[("", "Har inte samtyckt"), *Manner.choices],
            required=False,
            widget=forms.Select(attrs={"data-width": "short"}),
        )
        self.fields[f"{one.key}-manner"] = unmarked(manner)
        day = Day(label="Vilken dag?", required=False)
        self.fields[f"{one.key}-on"] = unmarked(day)

    def _offer_receivers(self) -> None:
        wider: Any = self.fields["wider"]
        wider.choices = [(str(one.pk), f"Ja, inom {one.name}") for one in self.ground.huvudmen]
        excluded: Any = self.fields["excluded"]
        others = sorted(self.ground.others, key=lambda unit: (unit.authority.huvudman.name, unit.name))
        excluded.choices = [
            (name, [(str(unit.pk), unit.name) for unit in units])
            for name, units in groupby(others, key=lambda unit: unit.authority.huvudman.name)
        ]

    def _explain(self, sections: Sections) -> None:
        limit = sections.term_words("consent.max_months")
        self.fields["until"].help_text = f"Högst {limit}. Samtycket kan återkallas när som helst."
        self.fields["categories"].help_text = "Det ni har skrivit är ikryssat. Ta bort det som personen inte vill dela."
        self.fields["wider"].help_text = (
            "Kryssa i om personen har samtyckt till det. Annars kan till exempel En väg in eller vårdcentralen inte "
            "lämna ärendet vidare till rätt mottagning."
        )
        explain(
            self.fields["kind"],
            "Ingen plan görs mot någons vilja. Utan samtycke får ni bara lämna över uppgifter i de fall som lagen "
            "räknar upp, och då ska grunden och beslutet framgå.",
            sections.of_term("consent.max_months"),
        )
        explain(
            self.fields["wider"],
            "Den som kallas får inte skicka tillbaka ärendet, utan ska se till att det når rätt verksamhet.",
            sections.of_sip(),
        )

    # --- what is saved ------------------------------------------------------------------------------------------------
    @staticmethod
    def saved(ground: Ground, basis: Basis | None) -> dict[str, Any]:
        """The form's initial values: the basis in use, or what is most likely."""
        if basis is None:
            likely = {*ground.written, Category.NEED, Category.OWN_VIEW}
            return {
                "purpose": PURPOSE,
                "categories": [str(one) for one in Category if one in likely],
                "wider": [],
                "excluded": [],
                "until": ground.today + relativedelta(months=USUAL_MONTHS),
            }
        is_consent = basis.kind == BasisKind.CONSENT
        scopes = list(basis.scopes.all())
        values = {
            "kind": basis.kind,
            "purpose": basis.purpose if is_consent else PURPOSE,
            "motive": "" if is_consent else basis.purpose,
            "decided_by": basis.decided_by,
            "child_alone_reason": basis.child_alone_reason,
            "categories": list(basis.categories),
            "wider": sorted(str(s.huvudman_id) for s in scopes if s.huvudman_id and not s.is_excluded),
            "excluded": sorted(str(s.unit_id) for s in scopes if s.unit_id and s.is_excluded),
            "withheld": basis.withheld,
            "until": last_day(basis.expires_at),
        }
        for one in basis.givers.all():
            key = f"guardian-{one.guardian_id}" if one.guardian_id else one.giver
            values |= {f"{key}-manner": one.manner, f"{key}-on": one.given_on, f"{key}-name": one.name}
        return values

    @property
    def child_alone_fields(self) -> list[forms.BoundField]:
        return [self["child_alone_reason"]] if "child_alone_reason" in self.fields else []

    @property
    def by_child_itself(self) -> bool:
        """Whether something about the child's own consent is filled in or wrong: then it is shown unfolded."""
        names = [f"self-{part}" for part in ("manner", "on")] + [field.name for field in self.child_alone_fields]
        return any(self[name].value() or self[name].errors for name in names if name in self.fields)

    @property
    def rows(self) -> list[tuple[Asked, list[forms.BoundField]]]:
        return [
            (
                one,
                [self[f"{one.key}-{part}"] for part in ("name", "manner", "on") if f"{one.key}-{part}" in self.fields],
            )
            for one in self.ground.asked
        ]

    # --- what is typed ------------------------------------------------------------------------------------------------
    def not_asked(self) -> Collection[str]:
        kind = self.data.get("kind", "")
        if kind == BasisKind.CONSENT:
            return ("motive", "decided_by")
        return ("purpose",) if kind in EXCEPTIONS else ("purpose", "motive", "decided_by")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("kind") == BasisKind.CONSENT:
            for one in self.ground.asked:
                if values.get(f"{one.key}-manner"):
                    self.require(f"{one.key}-on", "Ange vilken dag.")
                if values.get(f"{one.key}-on"):
                    self.require(f"{one.key}-manner", "Välj hur samtycket gavs, eller ta bort dagen.")
                if one.giver == Giver.REPRESENTATIVE and values.get(f"{one.key}-manner"):
                    self.require(f"{one.key}-name", "Skriv namnet.")
        return values

    def refuse(self, refused: Refused) -> None:
        """What is missing in a consent is told where it is given."""
        if refused.field != "given":
            return super().refuse(refused)
        values = self.cleaned_data
        late = (
            f"{one.key}-on" for one in self.ground.asked if (values[f"{one.key}-on"] or date.min) > self.ground.today
        )
        silent = (f"{one.key}-manner" for one in self.ground.asked if one.required and not values[f"{one.key}-manner"])
        return self.add_error(next(late, None) or next(silent, "kind"), refused.reason)

    def as_consent(self) -> Consent:
        values = self.cleaned_data
        kind = BasisKind(values["kind"])
        is_consent = kind is BasisKind.CONSENT
        return Consent(
            kind=kind,
            purpose=values["purpose"] if is_consent else values["motive"],
            categories=[Category(one) for one in values["categories"]],
            receivers=self._receivers(),
            until=values["until"],
            given=self._given() if is_consent else [],
            withheld=values["withheld"],
            child_alone_reason=values.get("child_alone_reason", "") if is_consent else "",
            decided_by="" if is_consent else values["decided_by"],
        )

    def _given(self) -> list[Given]:
        values = self.cleaned_data
        return [
            Given(
                one.giver,
                Manner(values[f"{one.key}-manner"]),
                values[f"{one.key}-on"],
                one.guardian_id,
                values.get(f"{one.key}-name", ""),
            )
            for one in self.ground.asked
            if values[f"{one.key}-manner"]
        ]

    def _receivers(self) -> Receivers:
        """The called units, or all of their huvudman where the consent is wider; without the excluded ones."""
        values = self.cleaned_data
        wider = [one for one in self.ground.huvudmen if str(one.pk) in values["wider"]]
        named = [unit for unit in self.ground.called if unit.authority.huvudman not in wider]
        excluded = [unit for unit in self.ground.others if str(unit.pk) in values["excluded"]]
        return Receivers([*wider, *named], excluded)
