"""Each address says who may reach it; one that doesn't say is refused (deny by default).

This is the outer door only: which objects, and what may be done to them, is decided by `visible_or_404` and `Rules`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import Http404, HttpRequest

from core.acting import Actor
from core.audit import Action

View = TypeVar("View", bound=Callable[..., Any])


class ActingRequest(HttpRequest):
    """A request after the middleware: who acts and when are known and passed on."""

    actor: Actor
    now: Any


@dataclass(frozen=True, slots=True)
class Access:
    """Who reaches an address. `roles` None means every role."""

    name: str
    signed_in: bool = True
    assigned: bool = True
    roles: frozenset[str] | None = None
    machine: bool = False  # Answers 401 and 403 as JSON instead of pages.

    def leaves_out(self, role: str) -> bool:
        return self.roles is not None and role not in self.roles


PUBLIC = Access("public", signed_in=False, assigned=False)
SIGNED_IN = Access("signed_in", assigned=False)
ASSIGNED = Access("assigned")
API = Access("api", machine=True)
API_PUBLIC = Access("api_public", signed_in=False, assigned=False, machine=True)


def for_roles(*roles: str) -> Access:
    return Access("roles", roles=frozenset(roles))


def policy(access: Access) -> Callable[[View], View]:
    """Declare who reaches a view. Must be the outermost decorator."""

    def declare(view: View) -> View:
        view.policy = access  # type: ignore[attr-defined]
        return view

    return declare


M = TypeVar("M", bound=models.Model)


def visible_or_404(request: Any, queryset: models.QuerySet[M], what: str, **lookup: Any) -> M:
    """Return the one object that `queryset` (already limited to visible rows) finds, and log the read.

    A foreign object and one that doesn't exist take the same path: 404, and the attempt is logged (LAW-3).
    """
    try:
        found = queryset.get(**lookup)
    except ObjectDoesNotExist:
        request.actor.reads.add(Action.DENIED, what, matters=[v for v in lookup.values() if hasattr(v, "hex")])
        raise Http404(what) from None
    found.log_read(request.actor.reads, action_of(request), what)  # type: ignore[attr-defined]
    return found


def action_of(request: Any) -> Action:
    return Action.API if request.path.startswith("/api/") else Action.VIEW
