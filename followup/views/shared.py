"""What the pages of this chapter share: finding what the actor may see, and trying an action with its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from agreements.models import Agreement
from core import refusals
from core.audit import Action
from core.authz import Decision, NotAllowed, Refused
from core.policy import ActingRequest, for_roles
from core.transitions import Gone, Stale
from core.workdays import local_day
from disputes.kinds import READERS as DISPUTE_READERS
from followup.agreement import agreement_of
from followup.permissions import Standing, stand
from organisations.kinds import MANAGERS, Role
from organisations.models import CoordinationGroup

GROUP_ROLES = (Role.GROUP_COORDINATOR, Role.GROUP_REPRESENTATIVE, Role.BOARD_MEMBER, Role.EDUCATION_GROUP)
IN_GROUPS = for_roles(*GROUP_ROLES)
COORDINATORS = for_roles(Role.GROUP_COORDINATOR)
BOARD = for_roles(Role.BOARD_MEMBER)
READERS = for_roles(*GROUP_ROLES, Role.USER_REPRESENTATIVE, *MANAGERS)
"""Figures without persons, and what has been handed over: for those who plan, lead and review."""

GET_POST = ["GET", "HEAD", "POST"]


def group_or_404(request: ActingRequest, group_id: UUID) -> tuple[CoordinationGroup, Standing]:
    """A group the actor may read, and how they stand to it."""
    group = CoordinationGroup.objects.select_related("municipality").filter(pk=group_id).first()
    if group is None:
        raise nobodys(request, "followup.group")
    standing = stand(request.actor, group, local_day(request.now))
    if not standing.reads:
        raise nobodys(request, "followup.group")
    return group, standing


def nobodys(request: ActingRequest, what: str) -> Http404:
    """What belongs to others and what doesn't exist are answered alike, and the attempt is noted (LAW-3)."""
    request.actor.reads.add(Action.DENIED, what)
    return Http404(what)


def agreement_or_404(request: ActingRequest) -> Agreement:
    found = agreement_of(request.actor.huvudman_id, local_day(request.now))
    if found is None:
        raise Http404("agreement")
    return found


def drills(request: ActingRequest) -> set[str]:
    """Addresses (by name) of what figures count that the actor may open (FUP-5)."""
    opens = {"deviations:desk": (Role.GROUP_COORDINATOR, Role.GROUP_REPRESENTATIVE), "disputes:list": DISPUTE_READERS}
    return {name for name, roles in opens.items() if request.actor.role in roles}


def leads(standing: Standing) -> Decision:
    """Whether the actor coordinates the group, with the words for one who doesn't."""
    return Decision(standing.leads, "" if standing.leads else "Det här gör gruppens samordnare.")


@dataclass(frozen=True, slots=True)
class Page:
    """A page with one form: what it is called, what it explains, where it leads back."""

    title: str
    button: str
    back: str
    crumbs: list[tuple[str, str]] = field(default_factory=list)
    lead: str = ""
    danger: bool = False


def form_page(
    request: ActingRequest,
    page: Page,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
    *,
    done: str,
    to: str | Callable[[Any], str] = "",
    may: Decision,
    stands: Callable[[], Mapping[str, str]] | None = None,
    **context: Any,
) -> HttpResponse:
    """Show a form; when it is sent and valid, act once and go on. A refusal stands by its field; typed text stays.

    `may`: whether the actor may do it at all, now. If not, the page says why and who can. `stands`: field → what is
    saved now, to be read beside what was typed when somebody else was first; without it the changed row's own fields.
    """
    if not may and "newer" not in context and not (request.method == "POST" and form.is_valid()):
        return render(request, "followup/refused.html", {"page": page, "reason": may.reason}, status=403)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = act(form.cleaned_data)
            except Gone:
                raise nobodys(request, page.title) from None
            except Stale as newer:
                form.add_error(None, newer.reason)
                context["newer"] = _differs(form, stands() if stands else vars(newer.current))
                if "version" in form.fields:
                    # The typed text stays; the hidden version follows what the page now shows.
                    form.data = {**request.POST.dict(), "version": newer.current.version}
            except NotAllowed as refused:
                return render(request, "followup/refused.html", {"page": page, "reason": refused.reason}, status=403)
            except Refused as refused:
                refusals.tell(form, refused)
            else:
                messages.success(request, done)
                return redirect(to(made) if callable(to) else to or page.back)
    return render(request, "followup/form.html", {"page": page, "form": form, **context}, status=status)


def _differs(form: forms.Form, saved: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is saved now and isn't what was typed: the field's label and the saved text."""
    found = []
    for name, asked in form.fields.items():
        text = saved.get(name)
        if isinstance(text, str) and text != form.cleaned_data.get(name, ""):
            found.append((str(asked.label), text or "Tomt."))
    return found
