"""Forms of filing, one per page: text to values. What is allowed is the actions' business."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from dateutil.relativedelta import relativedelta
from django import forms

from agreements.models import TargetGroup
from core import refusals
from core.authz import Refused
from core.workdays import STOCKHOLM, local_day
from individuals.actions import GuardianFacts
from individuals.identity import Identity, WrongNumber, read_number, read_reserve_number
from individuals.kinds import Category, IdentityKind, Protection, Sex
from individuals.models import Guardian, Person
from organisations.forms import Day, medium_text
from sip.forms.helping import Sections, explain
from sip.kinds import ViewAsked

PIECE_LENGTH, NOTE_LENGTH = 10_000, 2_000
OLDEST = 125
USED = "Sidan är för gammal. Öppna ”Initiera en SIP” igen."
GUARDIAN_ROWS = 2
"""Empty rows to begin with: most children have two guardians."""


class LongText(forms.CharField):
    """Several lines. Browsers send line breaks of their own kind; one kind is kept, so that nothing looks changed."""

    def __init__(self, *, rows: int = 5, max_length: int = NOTE_LENGTH, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
        # The browser would cut a pasted text short without a word; we say that it is too long, and keep it.
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


def unmarked(field: forms.Field) -> forms.Field:
    """A field that may be empty without being called optional: what it means depends on the others."""
    field.unmarked = True  # type: ignore[attr-defined]
    return field


class StepForm(forms.Form):
    """One step. When `relaxed` (saved in passing) nothing is required, but what stands there must still be right.

    `told_at`: where an action's refusal is shown, when the field goes by another name here.
    """

    told_at: Mapping[str, str] = {}

    def __init__(self, *args: Any, relaxed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.relaxed = relaxed

    def not_asked(self) -> Collection[str]:
        """Required fields that the given answers make pointless."""
        return ()

    def full_clean(self) -> None:
        waived = self.fields.keys() if self.relaxed else self.not_asked()
        fields = [self.fields[name] for name in waived if self.fields[name].required]
        for field in fields:
            field.required = False
        super().full_clean()
        for field in fields:
            field.required = True

    def require(self, name: str, message: str) -> None:
        """Demand a field that only some answers call for."""
        if not self.relaxed and not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, message)

    def refuse(self, refused: Refused) -> None:
        """Show an action's refusal beside the field it concerns, else above the form."""
        refusals.tell(self, refused, self.told_at)

    def saved_words(self) -> list[tuple[str, str]]:
        """What is saved now, question by question, for one whose page had become old."""
        return [(str(field.label), _words(field)) for field in self if not field.is_hidden]


def _words(bound: forms.BoundField) -> str:
    value, field = bound.initial, bound.field
    if isinstance(field, forms.BooleanField):
        return "Ja" if value else "Nej"
    if isinstance(field, forms.ChoiceField):
        chosen = {str(one) for one in (value if isinstance(value, list | tuple) else [value])}
        flat: list[tuple[Any, Any]] = []
        choices: Any = field.choices
        for key, label in choices:
            flat += label if isinstance(label, list | tuple) else [(key, label)]
        return ", ".join(str(label) for key, label in flat if key and str(key) in chosen)
    return "" if value is None else str(value)


# --- step 1: the person -----------------------------------------------------------------------------------------------
class DescriptionForm(StepForm):
    """Name, protected identity and interpreter: what may change after the person is recorded."""

    first_name = forms.CharField(label="Förnamn", max_length=100, widget=medium_text(autocomplete="off"))
    last_name = forms.CharField(label="Efternamn", max_length=100, widget=medium_text(autocomplete="off"))
    protection = forms.ChoiceField(
        label="Har personen skyddade personuppgifter?",
        choices=Protection.choices,
        widget=forms.RadioSelect,
        initial=Protection.NONE,
        help_text="Då stannar kontaktuppgifter och skola hos namngiven personal och lämnas inte över.",
    )
    interpreter = forms.CharField(
        label="Tolk eller annat stöd för samtal",
        help_text="Till exempel arabiska, teckenspråk eller bildstöd.",
        max_length=200,
        required=False,
        widget=medium_text(autocomplete="off"),
    )


class StartForm(DescriptionForm):
    """Who it is about (IND-1). Gives `identity`, and an estimated birth date where the number tells none."""

    NUMBER, RESERVE, UNIDENTIFIED = "number", "reserve", "unidentified"

    kind = forms.ChoiceField(
        label="Vad vet ni om personens identitet?",
        choices=[
            (NUMBER, "Personnummer eller samordningsnummer"),
            (RESERVE, "Reservnummer från vården"),
            (UNIDENTIFIED, "Identiteten är okänd"),
        ],
        initial=NUMBER,
        widget=forms.RadioSelect,
    )
    number = forms.CharField(
        label="Personnummer eller samordningsnummer",
        help_text="Tio eller tolv siffror, med eller utan streck.",
        max_length=30,
        error_messages={"required": "Skriv numret, eller välj ett annat alternativ ovanför."},
        widget=forms.TextInput(attrs={"data-width": "short", "autocomplete": "off", "spellcheck": "false"}),
    )
    reserve_number = forms.CharField(
        label="Reservnummer",
        max_length=30,
        error_messages={"required": "Skriv numret, eller välj ett annat alternativ ovanför."},
        widget=forms.TextInput(attrs={"data-width": "short", "autocomplete": "off", "spellcheck": "false"}),
    )
    estimated_age = forms.IntegerField(
        label="Ungefärlig ålder",
        help_text="Lämna tomt om ni inte vet. Personen räknas då som barn.",
        required=False,
        min_value=0,
        max_value=OLDEST,
        widget=forms.TextInput(attrs={"data-width": "xs", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"min_value": "Skriv åldern i hela år.", "max_value": f"Skriv högst {OLDEST} år."},
    )
    sex = forms.ChoiceField(
        label="Kön",
        choices=[
            (Sex.UNKNOWN, Sex.UNKNOWN.label),
            (Sex.FEMALE, Sex.FEMALE.label),
            (Sex.MALE, Sex.MALE.label),
        ],
        required=False,
        widget=forms.Select(attrs={"data-width": "short"}),
    )
    submission = forms.UUIDField(
        label="Formuläret", widget=forms.HiddenInput, error_messages={"invalid": USED, "required": USED}
    )

    field_order = ("kind", "number", "reserve_number", "estimated_age", "sex")

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = local_day(now)
        # A name of its own each time the page is opened: a repeated POST then finds the case it already made.
        self.fields["submission"].initial = uuid4

    def not_asked(self) -> Collection[str]:
        return {
            self.NUMBER: ("reserve_number",),
            self.RESERVE: ("number",),
            self.UNIDENTIFIED: ("number", "reserve_number", "first_name", "last_name"),
        }.get(self.data.get("kind", ""), ("number", "reserve_number"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        kind = values.get("kind")
        if kind == self.NUMBER:
            self._read("number", lambda text: read_number(text, today=self.today))
        elif kind == self.RESERVE:
            self._read("reserve_number", read_reserve_number)
        elif kind == self.UNIDENTIFIED:
            values["identity"] = Identity(IdentityKind.UNIDENTIFIED, "", None, Sex.UNKNOWN)
        return values

    def _read(self, name: str, read: Any) -> None:
        if name in self.errors:
            return
        try:
            self.cleaned_data["identity"] = read(self.cleaned_data[name])
        except WrongNumber as wrong:
            self.add_error(name, str(wrong))

    @property
    def number_field(self) -> str:
        """The field that tells who the person is."""
        return "number" if self.cleaned_data.get("kind") == self.NUMBER else "reserve_number"

    def as_person(self, *, unit_id: UUID, now: datetime) -> Person:
        """The person as typed. An estimated age counts as reached today: a child stays a child the longest."""
        values = self.cleaned_data
        identity: Identity = values["identity"]
        born_on, sex = identity.born_on, identity.sex
        if values["kind"] != self.NUMBER:
            sex = Sex(values.get("sex") or Sex.UNKNOWN)
            age = values.get("estimated_age")
            born_on = self.today - relativedelta(years=age) if age is not None else None
        return Person(
            unit_id=unit_id,
            identity_kind=identity.kind,
            identity_number=identity.number,
            born_on=born_on,
            sex=sex,
            first_name=values["first_name"],
            last_name=values["last_name"],
            protection=values["protection"],
            interpreter=values["interpreter"],
            created_at=now,
        )


class PersonForm(DescriptionForm):
    """A recorded person, with the guardians of a child (IND-2). An emptied name takes the guardian away."""

    def __init__(self, *args: Any, person: Person, guardians: Sequence[Guardian], empty_rows: int, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if person.identity_kind == IdentityKind.UNIDENTIFIED:
            self.fields["first_name"].required = self.fields["last_name"].required = False
        self.guardians = {f"guardian-{one.pk}": one for one in guardians}
        self.prefixes = [*self.guardians, *(f"guardian-new-{i + 1}" for i in range(empty_rows))]
        for place, prefix in enumerate(self.prefixes, start=1):
            self._add_row(prefix, place)

    def _add_row(self, prefix: str, place: int) -> None:
        name = forms.CharField(
            label=f"Vårdnadshavare {place}", max_length=150, required=False, widget=medium_text(autocomplete="off")
        )
        self.fields[f"{prefix}-name"] = unmarked(name)
        self.fields[f"{prefix}-not_called"] = forms.BooleanField(label="Kallas inte, av säkerhetsskäl", required=False)
        self.fields[f"{prefix}-reason"] = LongText(
            label="Varför kallas hen inte?",
            help_text="Hen har ändå rätt att få veta vilka insatser som planeras.",
            error_messages={"required": "Skriv varför vårdnadshavaren inte kallas."},
            rows=3,
        )

    @staticmethod
    def saved(person: Person, guardians: Iterable[Guardian]) -> dict[str, Any]:
        """What is recorded, as the form's initial values."""
        values: dict[str, Any] = {name: getattr(person, name) for name in DescriptionForm.base_fields}
        for one in guardians:
            prefix = f"guardian-{one.pk}"
            values[f"{prefix}-name"], values[f"{prefix}-not_called"] = one.name, not one.is_called
            values[f"{prefix}-reason"] = one.not_called_reason
        return values

    @property
    def rows(self) -> list[dict[str, forms.BoundField]]:
        return [
            {name: self[f"{prefix}-{name}"] for name in ("name", "not_called", "reason")} for prefix in self.prefixes
        ]

    @property
    def description(self) -> list[forms.BoundField]:
        return [self[name] for name in DescriptionForm.base_fields]

    @property
    def description_is_wrong(self) -> bool:
        return any(field.errors for field in self.description)

    def not_asked(self) -> Collection[str]:
        return [f"{prefix}-reason" for prefix in self.prefixes if not self.data.get(f"{prefix}-not_called")]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for prefix in self.prefixes:
            if values.get(f"{prefix}-not_called"):
                self.require(f"{prefix}-name", "Skriv vårdnadshavarens namn.")
        return values

    def as_description(self) -> dict[str, Any]:
        values = {name: self.cleaned_data[name] for name in DescriptionForm.base_fields}
        return {**values, "protection": Protection(values["protection"] or Protection.NONE)}

    def as_guardians(self) -> list[GuardianFacts]:
        values, found = self.cleaned_data, []
        for prefix in self.prefixes:
            recorded = self.guardians.get(prefix)
            if values[f"{prefix}-name"]:
                found.append(
                    GuardianFacts(
                        values[f"{prefix}-name"],
                        not values[f"{prefix}-not_called"],
                        values[f"{prefix}-reason"] if values[f"{prefix}-not_called"] else "",
                        recorded.pk if recorded else None,
                    )
                )
        return found


# --- step 2: the need -------------------------------------------------------------------------------------------------
class NeedForm(StepForm):
    """Whom it concerns, since when, and why coordination is needed (SIP-1, SIP-2)."""

    told_at = {"need_noticed_at": "noticed_on"}

    target_groups = forms.MultipleChoiceField(
        label="Vilken målgrupp gäller det?",
        help_text="Välj alla som stämmer. Vid samsjuklighet räknas personen i båda.",
        widget=forms.CheckboxSelectMultiple,
    )
    noticed_on = Day(label="När uppmärksammades behovet?")
    noticed_time = forms.TimeField(
        label="Klockan",
        required=False,
        input_formats=["%H:%M", "%H.%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "data-width": "xs"}),
    )
    is_urgent = forms.BooleanField(label="Det är brådskande", required=False)
    need = LongText(
        label="Varför behövs samordning?",
        help_text="Vad är det flera behöver lösa tillsammans? Skriv kort, och bara det som behövs.",
        max_length=PIECE_LENGTH,
        rows=7,
    )

    def __init__(
        self,
        *args: Any,
        groups: Sequence[TargetGroup],
        sections: Sections,
        now: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        chooser: Any = self.fields["target_groups"]
        chooser.choices = [(group.key, group.name) for group in groups]
        urgent = sections.term_words("sip.first_contact_urgent")
        self.fields["is_urgent"].help_text = f"Första kontakten ska då tas inom {urgent}."
        explain(
            self.fields["target_groups"],
            "Målgruppen styr vilket stöd ni föreslås och i vilken uppföljning ärendet räknas.",
            sections.about("Bakgrund"),
        )
        explain(
            self.fields["noticed_on"],
            "Tiden till första kontakten mellan parterna räknas från att någon såg behovet, inte från att "
            "ni skickar. Det är för att ingen ska behöva vänta.",
            sections.of_term("sip.first_contact"),
        )
        explain(
            self.fields["need"],
            "Den som ser behovet tar initiativet, och den som kallas får inte säga nej. Därför behöver det framgå "
            "vad samordningen ska lösa.",
            sections.of_sip(),
        )

    @staticmethod
    def saved(noticed_at: datetime | None) -> dict[str, Any]:
        if noticed_at is None:
            return {"noticed_on": None, "noticed_time": None}
        local = noticed_at.astimezone(STOCKHOLM)
        return {"noticed_on": local.date(), "noticed_time": local.time().replace(second=0, microsecond=0)}

    def noticed_at(self) -> datetime | None:
        """The instant. Without a time: now, if it was today, else the middle of that day."""
        day: date | None = self.cleaned_data.get("noticed_on")
        if day is None:
            return None
        at: time | None = self.cleaned_data.get("noticed_time")
        if at is None and day == local_day(self.now):
            return self.now.replace(second=0, microsecond=0)
        return datetime.combine(day, at or time(12), tzinfo=STOCKHOLM)

    @property
    def moves_the_clock(self) -> bool:
        """Whether the first contact's clock must be counted anew."""
        return bool({"noticed_on", "noticed_time", "is_urgent"} & set(self.changed_data))

    def clean_noticed_on(self) -> date | None:
        day: date | None = self.cleaned_data["noticed_on"]
        if day is not None and day < local_day(self.now) - timedelta(days=5 * 366):
            raise forms.ValidationError("Det är mer än fem år sedan. Kontrollera årtalet.")
        return day


# --- step 3: the person's own view ------------------------------------------------------------------------------------
class OwnViewForm(StepForm):
    """What the person says, or why nobody could ask (IND-2)."""

    view_asked = forms.ChoiceField(label="", choices=ViewAsked.choices, widget=forms.RadioSelect)
    own_view = LongText(
        label="",
        max_length=PIECE_LENGTH,
        error_messages={"required": "Skriv vad som sades, eller att hen inte ville svara."},
    )
    view_not_asked_reason = LongText(
        label="Varför har ni inte frågat?", rows=4, error_messages={"required": "Skriv varför ni inte har frågat."}
    )

    def __init__(self, *args: Any, is_child: bool, sections: Sections, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = "barnet" if is_child else "personen"
        self.fields["view_asked"].label = f"Har ni frågat {who} vad hen själv tycker och vill?"
        self.fields["own_view"].label = f"Vad säger {who}?"
        self.fields["own_view"].help_text = "Gärna med hens egna ord. Skriv också om hen inte ville svara."
        explain(
            self.fields["view_asked"],
            "Barnets åsikt efterfrågas alltid och vägs in efter ålder och mognad."
            if is_child
            else "Planen är personens egen. Den ska handla om det som är viktigt för hen.",
            sections.about("Barns rättigheter") if is_child else sections.about("Styrande värderingar"),
        )

    def not_asked(self) -> Collection[str]:
        answers = {ViewAsked.YES: ("view_not_asked_reason",), ViewAsked.NO: ("own_view",)}
        return answers.get(self.data.get("view_asked", ""), ("own_view", "view_not_asked_reason"))

    def as_answer(self) -> tuple[dict[str, str], str]:
        """The facts of the case, and the view itself. An answer that no longer applies is taken away."""
        values = self.cleaned_data
        asked = values["view_asked"]
        facts = {"view_asked": asked, "view_not_asked_reason": values["view_not_asked_reason"]}
        if asked == ViewAsked.YES:
            facts["view_not_asked_reason"] = ""
        return facts, "" if asked == ViewAsked.NO else values["own_view"]


# --- step 5: what may be handed over ----------------------------------------------------------------------------------
DETAILS: Mapping[Category, tuple[str, str]] = {
    Category.SOCIAL: ("Social situation och stöd", "Till exempel boende, familj och pågående insatser."),
    Category.SCHOOL: ("Förskola och skola", "Till exempel skola, närvaro och anpassningar."),
    Category.HEALTH: ("Hälsa och vård", "Till exempel pågående vård och det som är viktigt för den som tar emot."),
    Category.CONTACT: ("Kontaktuppgifter", "Hur personen och familjen helst nås."),
}


class DetailsForm(StepForm):
    """Texts by category: the smallest things that are handed over (IND-7). All may be left empty."""

    def __init__(self, *args: Any, hidden: Iterable[Category] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for category, (label, hint) in DETAILS.items():
            if category not in set(hidden):
                self.fields[category.value] = LongText(
                    label=label, help_text=hint, required=False, max_length=PIECE_LENGTH, rows=4
                )
