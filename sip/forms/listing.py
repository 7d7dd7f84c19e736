"""Filters of the case list, kept in the address in Swedish, without personal data; and the search."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import django_filters
from django import forms

from core.acting import Actor
from sip.kinds import ENDED_STATES, State
from sip.models import SipCase
from sip.querysets import SipCaseQuerySet

ONGOING, ENDED, ALL = "pagaende", "avslutade", "alla"

STATES: dict[str, tuple[str, Iterable[str]]] = {
    "utkast": (State.DRAFT.label, [State.DRAFT]),
    "klara": (State.READY.label, [State.READY]),
    "skickade": (State.SENT.label, [State.SENT]),
    "mottagna": (State.ACKNOWLEDGED.label, [State.ACKNOWLEDGED]),
    "kontaktade": (State.CONTACTED.label, [State.CONTACTED]),
    "plan": (State.PLANNED.label, [State.PLANNED]),
    "stoppade": (State.HALTED.label, [State.HALTED]),
}

_CHOICES = [
    (ONGOING, "Alla pågående"),
    *[(key, label) for key, (label, _) in STATES.items()],
    (ENDED, "Avslutade"),
    (ALL, "Alla"),
]


class CaseFilter(django_filters.FilterSet):
    """What the list shows. Nothing chosen: everything that is going on."""

    lage = django_filters.ChoiceFilter(label="Läge", choices=_CHOICES, empty_label=None, method="in_state")
    roll = django_filters.ChoiceFilter(
        label="Vår roll",
        choices=[("initierade", "Vi initierade"), ("kallade", "Vi är kallade")],
        empty_label="Alla",
        method="in_role",
    )
    malgrupp = django_filters.ChoiceFilter(label="Målgrupp", empty_label="Alla", method="in_group")
    forsenade = django_filters.BooleanFilter(
        label="Bara försenade", method="overdue", widget=forms.CheckboxInput(attrs={"value": "1"})
    )

    class Meta:
        model = SipCase
        fields: list[str] = []

    def __init__(
        self, data: Any, *, queryset: SipCaseQuerySet, by: Actor, now: datetime, groups: dict[str, str]
    ) -> None:
        values = data.copy()
        values.setdefault("lage", ONGOING)
        super().__init__(values, queryset=queryset)
        self.by, self.now = by, now
        self.filters["malgrupp"].extra["choices"] = list(groups.items())

    @property
    def is_whole_desk(self) -> bool:
        """Whether the list is all that is going on, nothing left out."""
        if self.form.errors:
            return False
        chosen = dict(self.form.cleaned_data)
        return chosen.pop("lage") == ONGOING and not any(chosen.values())

    def in_state(self, cases: SipCaseQuerySet, name: str, value: str) -> SipCaseQuerySet:
        if value == ALL:
            return cases
        if value == ENDED:
            return cases.filter(state__in=ENDED_STATES)
        return cases.on_desk() if value == ONGOING else cases.on_desk().filter(state__in=STATES[value][1])

    def in_role(self, cases: SipCaseQuerySet, name: str, value: str) -> SipCaseQuerySet:
        if value == "initierade":
            return cases.filter(matter__initiator_id=self.by.unit_id)
        return cases.exclude(matter__initiator_id=self.by.unit_id)

    def in_group(self, cases: SipCaseQuerySet, name: str, value: str) -> SipCaseQuerySet:
        return cases.filter(target_groups__contains=[value])

    def overdue(self, cases: SipCaseQuerySet, name: str, value: bool) -> SipCaseQuerySet:
        return cases.overdue(self.now) if value else cases


class SearchForm(forms.Form):
    """Sent by POST, so that neither name nor number ends up in an address (LAW-6)."""

    q = forms.CharField(
        label="Sök bland ärendena ni ser",
        help_text="Namn, personnummer eller ärendenummer",
        max_length=100,
        error_messages={"required": "Skriv ett namn, ett personnummer eller ett ärendenummer."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "type": "search"}),
    )
