"""Rules: each app declares once who may do what; pages, actions and the API ask here.

One `Rule` answers three questions: may this assignment do it to this object (with the reason in words when not),
which buttons to show, and, through the state table, whether it is possible now. Which *rows* an assignment reaches is
the queryset's `visible_to`; row security says the same in the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.acting import Actor


class Refused(Exception):
    """An action the rules or the state don't allow. `str()` is a Swedish sentence for the user.

    `field` names the form field the reason belongs to, if one does.
    """

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.field = reason, field


class NotAllowed(Refused):
    """The rule says no to this actor, whatever the state: somebody else does it."""


@dataclass(frozen=True, slots=True)
class Decision:
    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Decision(True)


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do one thing. `relation` tells whether the actor stands in the right relation to the object;
    `who` says in words who can, for the one who can't. `unless` gives a reason against, or nothing."""

    roles: frozenset[str]
    who: str
    relation: Callable[[Actor, Any], bool] = lambda actor, obj: True
    unless: Callable[[Actor, Any], str | None] = lambda actor, obj: None

    def decide(self, actor: Actor, obj: Any) -> Decision:
        if actor.role not in self.roles or not self.relation(actor, obj):
            return Decision(False, f"Det här gör {self.who}.")
        reason = self.unless(actor, obj)
        return Decision(False, reason) if reason else ALLOWED


@dataclass(frozen=True, slots=True)
class Button:
    """An action as the page shows it: enabled, or disabled with the reason."""

    do: Any
    label: str
    decision: Decision


class Rules:
    """All rules and transitions of one model with a state.

    `transitions`: (state, do) → state. An action absent from the table for a state is impossible there.
    `noun`: what the object is called in a refusal.
    """

    def __init__(
        self,
        *,
        rules: Mapping[Any, Rule],
        transitions: Mapping[tuple[Any, Any], Any],
        state_of: Callable[[Any], Any] = lambda obj: obj.state,
        noun: str = "ärendet",
    ) -> None:
        self.rules, self.transitions, self.state_of, self.noun = rules, transitions, state_of, noun

    def may(self, actor: Actor, do: Any, obj: Any) -> Decision:
        decision = self.rules[do].decide(actor, obj)
        if decision and (self.state_of(obj), do) not in self.transitions:
            state = obj.get_state_display().lower()
            return Decision(False, f"Det går inte nu: {self.noun} är ”{state}”.")
        return decision

    def require(self, actor: Actor, do: Any, obj: Any) -> None:
        """Raise `Refused` with the reason unless `actor` may `do` it to `obj` now; `NotAllowed` if never."""
        if not (decision := self.rules[do].decide(actor, obj)):
            raise NotAllowed(decision.reason)
        if not (decision := self.may(actor, do, obj)):
            raise Refused(decision.reason)

    def next_state(self, do: Any, obj: Any) -> Any:
        return self.transitions[(self.state_of(obj), do)]

    def buttons(self, actor: Actor, obj: Any, dos: Iterable[Any]) -> list[Button]:
        return [Button(do, do.label, self.may(actor, do, obj)) for do in dos]
