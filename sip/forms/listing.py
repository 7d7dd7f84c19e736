"""Filters of the case list, kept in the address in Swedish, without personal data; and the search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from core.acting import Actor
from individuals.kinds import MatterKind
from individuals.querysets import ended, on_desk, rights_of
from organisations.models import Unit, User
from sip import actions
from sip.carriers import NOBODY, carried_by
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

CLOCKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "bekrafta": ("Bekräfta mottagandet", (actions.ACKNOWLEDGE,)),
    "kontakt": ("Första kontakten", (actions.FIRST_CONTACT,)),
    "mote": ("Möte", (actions.MEETING, actions.MEETING_REPLY, actions.MEETING_NOTES)),
    "insatser": ("Bekräfta insatser", (actions.CONFIRM,)),
    "uppfoljning": ("Uppföljning", (actions.FOLLOW_UP,)),
    "samtycke": ("Samtycket går ut", (actions.EXPIRY,)),
}
"""Which clock runs, in the list's own words."""

MINE, NOBODYS = "jag", NOBODY
FILTERS = ("lage", "vem", "frist", "roll", "verksamhet", "malgrupp", "forsenade")
"""What of an address is a choice of filters: the rest of it is where one stands in the list."""

MORE = "fler"
"""Asks for the choices that are seldom made too: those below, and colleagues by name."""

SELDOM = ("frist", "roll", "verksamhet", "malgrupp")


def shows_more(given: QueryDict) -> bool:
    """Whether all choices are shown: when asked for, or when one of them is made.

    To draw four more selects and two hundred units on every list costs more than the list itself.
    """
    return MORE in given or any(given.get(name) for name in SELDOM) or given.get("vem", "") not in ("", MINE, NOBODYS)


_RIGHTS = {ONGOING: on_desk, ENDED: ended, ALL: rights_of}

_CHOICES = [
    (ONGOING, "Alla pågående"),
    *[(key, label) for key, (label, _) in STATES.items()],
    (ENDED, "Avslutade"),
    (ALL, "Alla"),
]


def chosen_filters(given: QueryDict) -> str:
    """Of what stands in an address, the chosen filters alone. No value that the list knows is longer than this."""
    kept = QueryDict(mutable=True)
    for name in FILTERS:
        if value := given.get(name):
            kept[name] = value[:100]
    return kept.urlencode()


@dataclass(frozen=True)
class More:
    """What the seldom made choices choose among: target groups by key, colleagues, and all units."""

    groups: dict[str, str]
    carriers: Sequence[User]
    units: Iterable[Unit]


class CaseFilter(django_filters.FilterSet):
    """What the list shows. Nothing chosen: everything that is going on."""

    lage = django_filters.ChoiceFilter(label="Läge", choices=_CHOICES, empty_label=None, method="in_state")
    vem = django_filters.ChoiceFilter(label="Handläggare", empty_label="Alla", method="carried")
    frist = django_filters.ChoiceFilter(
        label="Frist som löper",
        choices=[(key, label) for key, (label, _) in CLOCKS.items()],
        empty_label="Alla",
        method="with_clock",
    )
    roll = django_filters.ChoiceFilter(
        label="Vår roll",
        choices=[("initierade", "Vi initierade"), ("kallade", "Vi är kallade")],
        empty_label="Alla",
        method="in_role",
    )
    verksamhet = django_filters.ChoiceFilter(label="Tillsammans med", empty_label="Alla", method="with_unit")
    malgrupp = django_filters.ChoiceFilter(label="Målgrupp", empty_label="Alla", method="in_group")
    forsenade = django_filters.BooleanFilter(
        label="Bara försenade", method="overdue", widget=forms.CheckboxInput(attrs={"value": "1"})
    )

    class Meta:
        model = SipCase
        fields: list[str] = []

    def __init__(
        self,
        data: Any,
        *,
        queryset: SipCaseQuerySet,
        by: Actor,
        now: datetime,
        more: More | None = None,
    ) -> None:
        values = data.copy()
        values.setdefault("lage", ONGOING)
        super().__init__(values, queryset=queryset)
        self.by, self.now = by, now
        colleagues = [(str(one.pk), str(one)) for one in more.carriers if one.pk != by.user_id] if more else []
        self.filters["vem"].extra["choices"] = [(MINE, "Jag"), *colleagues, (NOBODYS, "Ingen")]
        if more is None:
            for name in SELDOM:
                del self.filters[name]
        else:
            others = (unit for unit in more.units if unit.pk != by.unit_id)
            self.filters["verksamhet"].extra["choices"] = _by_huvudman(others)
            self.filters["malgrupp"].extra["choices"] = list(more.groups.items())

    @property
    def rights(self) -> QuerySet[Any] | None:
        """The rights to all that the list holds, when it is all that goes on, has ended, or both; else None."""
        if self.form.errors:
            return None
        chosen = dict(self.form.cleaned_data)
        state = chosen.pop("lage")
        if state not in _RIGHTS or any(chosen.values()):
            return None
        return _RIGHTS[state](self.by, self.now, MatterKind.SIP)

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

    def carried(self, cases: SipCaseQuerySet, name: str, value: str) -> SipCaseQuerySet:
        user = {MINE: self.by.user_id, NOBODYS: None}.get(value, value)
        return carried_by(cases, UUID(user) if isinstance(user, str) else user, self.by)

    def with_clock(self, cases: SipCaseQuerySet, name: str, value: str) -> SipCaseQuerySet:
        return cases.with_clock(CLOCKS[value][1])

    def with_unit(self, cases: SipCaseQuerySet, name: str, value: str) -> SipCaseQuerySet:
        return cases.with_unit(value)

    def in_group(self, cases: SipCaseQuerySet, name: str, value: str) -> SipCaseQuerySet:
        return cases.filter(target_groups__contains=[value])

    def overdue(self, cases: SipCaseQuerySet, name: str, value: bool) -> SipCaseQuerySet:
        return cases.overdue(self.now) if value else cases


def _by_huvudman(units: Iterable[Unit]) -> list[tuple[str, list[tuple[str, str]]]]:
    grouped: dict[str, list[tuple[str, str]]] = {}
    for unit in units:
        grouped.setdefault(unit.authority.huvudman.name, []).append((str(unit.pk), unit.name))
    return list(grouped.items())


class SearchForm(forms.Form):
    """Sent by POST, so that neither name nor number ends up in an address (LAW-6)."""

    q = forms.CharField(
        label="Sök bland ärendena ni ser",
        help_text="Namn, personnummer eller ärendenummer",
        max_length=100,
        error_messages={"required": "Skriv ett namn, ett personnummer eller ett ärendenummer."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "type": "search"}),
    )
