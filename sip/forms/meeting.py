"""Forms of the SIP meeting: text to values. What is allowed is the actions' business."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from django import forms

from core.workdays import STOCKHOLM, local_day
from individuals.kinds import Manner
from individuals.models import Guardian
from organisations.forms import Day, medium_text
from organisations.kinds import UnitKind
from organisations.models import Unit
from sip.actions import Agenda, Guest, ToldGuardian, WhenWhere
from sip.forms.filing import LongText, StepForm, unmarked
from sip.forms.helping import Sections, explain
from sip.kinds import INVITED, Gets, GuestKind, MeetingPlace, Part, ViewAsked
from sip.models import Meeting, MeetingCall, MeetingGuest, MeetingNotes

LENGTHS = ((30, "30 minuter"), (45, "45 minuter"), (60, "1 timme"), (90, "1,5 timme"), (120, "2 timmar"))
NOT_TOLD = "not"
TEXT = 4_000


class WhenForm(StepForm):
    """When and where (SIP-6)."""

    told_at = {"starts_at": "day"}

    day = Day(
        label="Vilken dag?",
        error_messages={"required": "Välj vilken dag ni ses."},
    )
    time = forms.TimeField(
        label="Vilken tid?",
        input_formats=["%H:%M", "%H.%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "data-width": "xs"}),
        error_messages={"required": "Välj vilken tid mötet börjar.", "invalid": "Skriv tiden som 14.05."},
    )
    minutes = forms.TypedChoiceField(label="Hur länge?", choices=LENGTHS, coerce=int, initial=60)
    place_kind = forms.ChoiceField(
        label="Hur ses ni?",
        choices=MeetingPlace.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj hur ni ses."},
    )
    place = forms.CharField(
        label="Var?",
        max_length=200,
        widget=medium_text(autocomplete="off"),
        error_messages={"required": "Skriv var ni ses."},
    )
    link = forms.URLField(
        label="Länk till videomötet",
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"data-width": "medium", "autocomplete": "off"}),
        error_messages={"required": "Klistra in länken.", "invalid": "Länken ska börja med https://."},
    )

    def not_asked(self) -> Collection[str]:
        kind = self.data.get("place_kind", "")
        return [name for name, only in (("place", MeetingPlace.ROOM), ("link", MeetingPlace.VIDEO)) if kind != only]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        day, at = values.get("day"), values.get("time")
        if isinstance(day, date) and isinstance(at, time):
            moment = datetime.combine(day, at, tzinfo=STOCKHOLM)
            if moment.astimezone(UTC).astimezone(STOCKHOLM).replace(tzinfo=None) != moment.replace(tzinfo=None):
                self.add_error("time", "Den tiden finns inte: klockan ställs fram den natten.")
            values["starts_at"] = moment
        return values

    def when(self) -> WhenWhere:
        """What the action takes."""
        values = self.cleaned_data
        return WhenWhere(
            starts_at=values["starts_at"],
            minutes=values["minutes"],
            place_kind=MeetingPlace(values["place_kind"]),
            place=values["place"],
            link=values["link"],
        )

    @staticmethod
    def of(meeting: Meeting) -> dict[str, Any]:
        """The meeting's time and place as the form's values."""
        local = meeting.starts_at.astimezone(STOCKHOLM)
        return {
            "day": local.date(), "time": local.time(), "minutes": meeting.minutes, "place_kind": meeting.place_kind,
            "place": meeting.place, "link": meeting.link,
        }  # fmt: skip


class CallForm(WhenForm):
    """A call to a meeting: what for, when and where, who, and how the person and the guardians are told (SIP-6)."""

    told_at = {**WhenForm.told_at, "units": "units"}

    purpose = LongText(
        label="Vad är syftet med mötet?",
        max_length=TEXT,
        rows=3,
        error_messages={"required": "Skriv vad ni vill uppnå med mötet."},
    )
    questions = LongText(
        label="Vilka frågor behöver ni reda ut?",
        help_text="En fråga per rad. Börja med det som är viktigast för personen.",
        max_length=TEXT,
        error_messages={"required": "Skriv minst en fråga."},
    )
    prepare = LongText(label="Vad behöver de andra förbereda?", max_length=TEXT, rows=3, required=False)
    units = forms.MultipleChoiceField(
        label="Vilka verksamheter kallas?",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "En av verksamheterna går inte att kalla längre. Välj igen."},
    )
    new_unit = forms.ChoiceField(
        label="Kalla en verksamhet som inte är med än",
        required=False,
        error_messages={"invalid_choice": "Verksamheten går inte att kalla längre. Välj en i listan."},
    )
    new_reason = forms.CharField(
        label="Varför kallas den?", max_length=2_000, required=False, widget=medium_text(autocomplete="off")
    )
    view_asked = forms.ChoiceField(
        label="", choices=ViewAsked.choices, widget=forms.RadioSelect, error_messages={"required": "Välj ja eller nej."}
    )
    own_view = LongText(
        label="", max_length=TEXT, rows=3, error_messages={"required": "Skriv vad personen själv vill med mötet."}
    )
    view_not_asked_reason = LongText(
        label="Varför har ni inte frågat?",
        max_length=TEXT,
        rows=3,
        error_messages={"required": "Skriv varför ni inte har frågat."},
    )
    part = forms.ChoiceField(
        label="", choices=Part.choices, widget=forms.RadioSelect, error_messages={"required": "Välj ett av svaren."}
    )
    told_how = forms.ChoiceField(label="", choices=[("", "Välj"), *Manner.choices], widget=forms.Select)
    interpreter = forms.CharField(
        label="Tolk",
        max_length=200,
        required=False,
        widget=medium_text(autocomplete="off"),
        help_text="Språk, och hur.",
    )
    adaptations = LongText(
        label="Anpassningar",
        help_text="Till exempel pauser, bildstöd, lokal utan trappor, vem som sitter bredvid.",
        max_length=TEXT,
        rows=3,
        required=False,
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        taking_part: Sequence[Unit],
        others: Sequence[Unit],
        guardians: Sequence[Guardian],
        is_child: bool,
        interpreter: str,
        sections: Sections,
        **kwargs: Any,
    ) -> None:
        initial = {"submission": uuid4(), "minutes": 60, "interpreter": interpreter, **(kwargs.pop("initial", {}))}
        initial.setdefault("units", [str(unit.pk) for unit in taking_part])
        super().__init__(*args, initial=initial, **kwargs)
        self.known = {str(unit.pk): unit for unit in [*taking_part, *others]}
        self.guardians = list(guardians)
        units: Any = self.fields["units"]
        units.choices = [(str(unit.pk), unit.name) for unit in taking_part]
        new: Any = self.fields["new_unit"]
        new.choices = [("", "Ingen"), *grouped_units(others)]
        unmarked(units)
        self._word(is_child, sections)
        for guardian in self.guardians:
            self._ask_of(guardian)

    def _word(self, is_child: bool, sections: Sections) -> None:
        who = "barnet" if is_child else "personen"
        self.fields["view_asked"].label = f"Har ni frågat {who} hur hen vill ha mötet?"
        self.fields["own_view"].label = f"Vad vill {who}?"
        self.fields["own_view"].help_text = "Vad hen vill prata om, och hur det blir lätt att vara med."
        self.fields["part"].label = f"Hur deltar {who}?"
        self.fields["told_how"].label = f"Hur får {who} kallelsen?"
        self.fields["told_how"].error_messages["required"] = f"Välj hur {who} får kallelsen."
        explain(
            self.fields["units"],
            "Mötet räknas som en SIP när flera av parterna är med. En kallad verksamhet svarar alltid; den kan skicka "
            "en ersättare eller lämna över, men inte bara tacka nej.",
            sections.of_sip(),
        )

    def _ask_of(self, guardian: Guardian) -> None:
        name = guardian.pk
        choices = [("", "Välj"), *Manner.choices, (NOT_TOLD, "Får inte kallelsen")]
        self.fields[f"told-{name}"] = forms.ChoiceField(
            label=f"Hur får {guardian} kallelsen?",
            choices=choices if guardian.is_called else [(NOT_TOLD, "Får inte kallelsen, enligt beslut i ärendet")],
            initial="" if guardian.is_called else NOT_TOLD,
            error_messages={"required": f"Välj hur {guardian} får kallelsen."},
        )
        self.fields[f"reason-{name}"] = LongText(
            label=f"Varför får {guardian} inte kallelsen?",
            help_text="Skälet stannar hos er. Vårdnadshavaren får ändå veta vilka insatser som planeras.",
            max_length=TEXT,
            rows=2,
            initial=guardian.not_called_reason,
            error_messages={"required": "Skriv varför vårdnadshavaren inte får kallelsen."},
        )

    @property
    def guardian_rows(self) -> Iterator[tuple[Guardian, forms.BoundField, forms.BoundField]]:
        for guardian in self.guardians:
            yield guardian, self[f"told-{guardian.pk}"], self[f"reason-{guardian.pk}"]

    def not_asked(self) -> Collection[str]:
        pointless = list(super().not_asked())
        answers = {ViewAsked.YES: ["view_not_asked_reason"], ViewAsked.NO: ["own_view"]}
        pointless += answers.get(self.data.get("view_asked", ""), ["own_view", "view_not_asked_reason"])
        pointless += [f"reason-{g.pk}" for g in self.guardians if self.data.get(f"told-{g.pk}") != NOT_TOLD]
        return pointless

    def chosen(self) -> list[tuple[Unit, str]]:
        """The units to call, each with why."""
        values = self.cleaned_data
        units = [(self.known[key], "") for key in values["units"]]
        if values["new_unit"]:
            units.append((self.known[values["new_unit"]], values["new_reason"]))
        return units

    def agenda(self) -> Agenda:
        """What the action takes."""
        values = self.cleaned_data
        asked = ViewAsked(values["view_asked"])
        return Agenda(
            purpose=values["purpose"],
            questions=values["questions"],
            prepare=values["prepare"],
            interpreter=values["interpreter"],
            adaptations=values["adaptations"],
            part=Part(values["part"]),
            told_how=Manner(values["told_how"]),
            view_asked=asked,
            own_view=values["own_view"] if asked == ViewAsked.YES else "",
            view_not_asked_reason=values["view_not_asked_reason"] if asked == ViewAsked.NO else "",
            guardians=[self._told(guardian) for guardian in self.guardians],
        )

    def _told(self, guardian: Guardian) -> ToldGuardian:
        how, reason = self.cleaned_data[f"told-{guardian.pk}"], self.cleaned_data[f"reason-{guardian.pk}"]
        if how == NOT_TOLD:
            return ToldGuardian(guardian.pk, not_told_reason=reason)
        return ToldGuardian(guardian.pk, Manner(how))


class RescheduleForm(WhenForm):
    """A new time or place, and why."""

    reason = LongText(
        label="Varför ändras det?",
        help_text="Alla som deltar ser skälet. Skriv inget om personens hälsa.",
        max_length=TEXT,
        rows=3,
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReplyForm(StepForm):
    """The answer to a call: comes, or a deputy by name. There is no third (SIP-6)."""

    COMES, DEPUTY = "comes", "deputy"

    answer = forms.ChoiceField(
        label="Vem kommer från er?",
        choices=[(COMES, "Vi som har ärendet kommer"), (DEPUTY, "En ersättare kommer")],
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vem som kommer."},
    )
    deputy = forms.CharField(
        label="Ersättarens namn och funktion",
        max_length=150,
        widget=medium_text(autocomplete="off"),
        error_messages={"required": "Skriv vem som kommer i stället."},
    )

    def not_asked(self) -> Collection[str]:
        return () if self.data.get("answer") == self.DEPUTY else ("deputy",)

    def who(self) -> str:
        """The deputy, or empty for those who have the case."""
        values = self.cleaned_data
        return values["deputy"] if values["answer"] == self.DEPUTY else ""


class CancelForm(forms.Form):
    reason = LongText(
        label="Varför ställs mötet in?",
        help_text="Alla som deltar ser skälet. Skriv inget om personens hälsa.",
        max_length=TEXT,
        rows=3,
        error_messages={"required": "Skriv varför mötet ställs in."},
    )


class UnitForm(forms.Form):
    """One unit more."""

    unit = forms.ChoiceField(label="Vilken verksamhet?", error_messages={"required": "Välj en verksamhet."})
    reason = forms.CharField(
        label="Varför kallas den?",
        max_length=2_000,
        widget=medium_text(autocomplete="off"),
        error_messages={"required": "Skriv varför verksamheten kallas."},
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(unit.pk): unit for unit in units}
        field: Any = self.fields["unit"]
        field.choices = [("", "Välj verksamhet"), *grouped_units(units)]


class GuestForm(forms.Form):
    """Somebody whom the person wants there (SIP-5)."""

    kind = forms.ChoiceField(
        label="Vem bjuds in?",
        choices=[(kind.value, kind.label) for kind in INVITED],
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vem som bjuds in."},
    )
    name = forms.CharField(
        label="Namn",
        max_length=150,
        widget=medium_text(autocomplete="off"),
        error_messages={"required": "Skriv vem som bjuds in."},
    )
    organisation = forms.CharField(
        label="Organisation eller relation", max_length=150, required=False, widget=medium_text(autocomplete="off")
    )
    gets = forms.MultipleChoiceField(
        label="Vad får den inbjudna?",
        choices=[(one.value, one.label) for one in (Gets.TIME, Gets.CALL, Gets.NOTES, Gets.PLAN)],
        widget=forms.CheckboxSelectMultiple,
        help_text="Bara det som personen har sagt ja till.",
        error_messages={"required": "Välj vad den inbjudna får."},
    )
    told_how = forms.ChoiceField(
        label="Hur bjuds hen in?",
        choices=[("", "Välj"), *Manner.choices],
        error_messages={"required": "Välj hur hen bjuds in."},
    )
    agreed_on = Day(
        label="När sade personen ja till det?",
        error_messages={"required": "Utan personens ja bjuds ingen in."},
    )

    def guest(self) -> Guest:
        """What the action takes."""
        values = self.cleaned_data
        return Guest(
            kind=GuestKind(values["kind"]),
            name=values["name"],
            organisation=values["organisation"],
            gets=[Gets(one) for one in values["gets"]],
            told_how=Manner(values["told_how"]),
            person_agreed_on=values["agreed_on"],
        )


class HoldForm(forms.Form):
    """Who was there: names per called unit, and which of the others (SIP-5)."""

    def __init__(self, *args: Any, calls: Sequence[MeetingCall], guests: Sequence[MeetingGuest], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calls, self.guests = list(calls), list(guests)
        for call in self.calls:
            # Left empty it says that nobody came from there.
            self.fields[f"unit-{call.unit_id}"] = unmarked(
                forms.CharField(
                    label=call.unit.name,
                    help_text=f"Anmäld ersättare: {call.deputy}" if call.deputy else "",
                    max_length=300,
                    required=False,
                    widget=medium_text(autocomplete="off"),
                )
            )
        if self.guests:
            self.fields["guests"] = forms.MultipleChoiceField(
                label="Vilka fler var med?",
                choices=[(str(guest.pk), _guest_words(guest)) for guest in self.guests],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                error_messages={"invalid_choice": "Någon är inte inbjuden längre. Läs listan igen."},
            )

    @property
    def guest_field(self) -> forms.BoundField | None:
        return self["guests"] if self.guests else None

    @property
    def unit_fields(self) -> list[forms.BoundField]:
        return [self[f"unit-{call.unit_id}"] for call in self.calls]

    def present(self) -> dict[UUID, str]:
        """Unit → who came."""
        return {call.unit_id: self.cleaned_data[f"unit-{call.unit_id}"] for call in self.calls}

    def guest_ids(self) -> list[UUID]:
        return [UUID(one) for one in self.cleaned_data.get("guests", [])]


def _guest_words(guest: MeetingGuest) -> str:
    return guest.who if guest.who == guest.get_kind_display() else f"{guest.who}, {guest.get_kind_display().lower()}"


class NotesForm(StepForm):
    """What the meeting came to. A draft may lack anything; finished notes are whole."""

    view_asked = forms.ChoiceField(label="", choices=ViewAsked.choices, widget=forms.RadioSelect, required=False)
    own_words = LongText(label="", max_length=TEXT, rows=4, required=False, help_text="Gärna med hens egna ord.")
    view_not_asked_reason = LongText(label="Varför inte?", max_length=TEXT, rows=3, required=False)
    discussed = LongText(label="Vad gick ni igenom?", max_length=10_000, rows=6, required=False)
    agreed = LongText(
        label="Vad kom ni överens om?",
        help_text="Vem gör vad, till när. Insatserna skriver ni sedan in i planen.",
        max_length=10_000,
        rows=6,
        required=False,
    )
    disagreed = LongText(
        label="Vad var ni inte överens om?",
        help_text="Skriv vem som tycker vad. Det ska synas även när planen gäller.",
        max_length=10_000,
        rows=3,
        required=False,
    )
    correction_reason = LongText(label="Varför rättas anteckningarna?", max_length=TEXT, rows=2, required=False)

    TEXTS = ("own_words", "view_not_asked_reason", "discussed", "agreed", "disagreed", "correction_reason")

    def __init__(self, *args: Any, is_child: bool, is_correction: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = "barnet" if is_child else "personen"
        self.fields["view_asked"].label = f"Kom {who} till tals?"
        self.fields["own_words"].label = f"Vad sade {who}?"
        for name in ("view_asked", "own_words", "view_not_asked_reason", "discussed", "agreed", "correction_reason"):
            self.fields[name].unmarked = True  # type: ignore[attr-defined]
        if not is_correction:
            del self.fields["correction_reason"]

    def texts(self) -> dict[str, str]:
        """The texts. An answer that no longer applies is taken away."""
        values = {name: self.cleaned_data.get(name, "") for name in self.TEXTS}
        asked = self.cleaned_data["view_asked"]
        if asked == ViewAsked.YES:
            values["view_not_asked_reason"] = ""
        elif asked == ViewAsked.NO:
            values["own_words"] = ""
        return values

    @staticmethod
    def of(notes: MeetingNotes | None) -> dict[str, Any]:
        """A draft as the form's values."""
        names = (*NotesForm.TEXTS, "view_asked")
        return {name: getattr(notes, name) for name in names} if notes else dict.fromkeys(names, "")


def grouped_units(units: Iterable[Unit]) -> list[tuple[str, Any]]:
    """Units to choose from, by kind."""
    ordered = sorted(units, key=lambda unit: (UnitKind(unit.kind).label, unit.name))
    return [
        (label, [(str(unit.pk), unit.name) for unit in found])
        for label, found in groupby(ordered, key=lambda unit: str(UnitKind(unit.kind).label))
    ]


def today(now: datetime) -> dict[str, Any]:
    """What a form about something that just happened starts from."""
    return {"agreed_on": local_day(now)}
