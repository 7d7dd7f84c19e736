"""What a local administrator manages: units, people, assignments and groups of their own huvudman, and nothing else.

Every object is looked up among those of the actor's huvudman, so a foreign id and one that doesn't exist answer alike.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import refusals
from core.authz import Refused
from core.policy import ActingRequest, for_roles, policy
from core.transitions import Gone
from core.workdays import local_day
from organisations import actions, second_factor
from organisations.closing import hindrances
from organisations.forms import (
    AssignmentForm,
    CloseUnitForm,
    EndForm,
    InviteForm,
    NewUnitForm,
    PersonForm,
    PersonSearchForm,
    UnitForm,
    UnitSearchForm,
)
from organisations.kinds import MANAGERS, HuvudmanKind, Role
from organisations.models import Assignment, CoordinationGroup, Huvudman, Unit, User

ADMINISTRATORS = for_roles(Role.LOCAL_ADMINISTRATOR)
PAGE_SIZE = 50
GET_POST = ["GET", "HEAD", "POST"]

T = TypeVar("T")


@policy(ADMINISTRATORS)
@require_safe
def overview(request: ActingRequest) -> HttpResponse:
    """Where an administrator begins: what there is, and what lacks something."""
    today = today_of(request)
    units, people = own_units(request).open(today), own_people(request).filter(is_active=True)
    managed = Assignment.objects.in_force(today).filter(unit=OuterRef("pk"), role__in=MANAGERS)
    context = {
        "unit_count": units.count(),
        "person_count": people.count(),
        "without_manager": units.filter(~Exists(managed)).count(),
        "without_assignment": people.filter(~Exists(_in_force_of_person(today))).count(),
        "group_count": own_groups(request).count(),
    }
    return render(request, "organisations/administration/overview.html", context)


# --- units ------------------------------------------------------------------------------------------------------------
@policy(ADMINISTRATORS)
@require_safe
def units(request: ActingRequest) -> HttpResponse:
    """Units of the huvudman, with search and filter in the address."""
    today = today_of(request)
    form = UnitSearchForm(request.GET, huvudman_id=request.actor.huvudman_id)
    rows = own_units(request)
    values = form.cleaned_data if form.is_valid() else {}
    if values.get("q"):
        rows = rows.filter(Q(name__icontains=values["q"]) | Q(provider__icontains=values["q"]))
    if values.get("myndighet"):
        rows = rows.filter(authority=values["myndighet"])
    if not values.get("stangda"):
        rows = rows.open(today)
    in_force = Q(assignments__starts_on__lte=today, assignments__user__is_active=True) & (
        Q(assignments__ends_on=None) | Q(assignments__ends_on__gt=today)
    )
    rows = rows.annotate(people=Count("assignments__user", filter=in_force, distinct=True)).order_by("name")
    context = {"search": form, "page": _page(request, rows), "today": today}
    return render(request, "organisations/administration/units.html", context)


@policy(ADMINISTRATORS)
@require_safe
def unit(request: ActingRequest, unit_id: UUID) -> HttpResponse:
    """One unit: how it is described, its line of management and its people."""
    found = _unit_or_404(request, unit_id)
    today = today_of(request)
    current = list(
        Assignment.objects.filter(Q(ends_on=None) | Q(ends_on__gt=today), unit=found)
        .select_related("user")
        .order_by("user__first_name", "user__last_name")
    )
    line = [(Role(level), [one for one in current if one.role == level]) for level in MANAGERS]
    context = {
        "unit": found,
        "is_open": found.is_open(today),
        "line": line,
        "others": [one for one in current if one.role not in MANAGERS],
        "serves": found.serves.all(),
        "today": today,
    }
    return render(request, "organisations/administration/unit.html", context)


@policy(ADMINISTRATORS)
@require_http_methods(GET_POST)
def new_unit(request: ActingRequest) -> HttpResponse:
    """Open a new unit."""
    own = Huvudman.objects.filter(pk=request.actor.huvudman_id, kind=HuvudmanKind.MUNICIPALITY)
    form = NewUnitForm(
        request.POST or None,
        huvudman_id=request.actor.huvudman_id,
        today=today_of(request),
        initial={"opened_on": today_of(request), "serves": own},
    )
    made = try_form(request, form, actions.create_unit)
    if made:
        messages.success(request, f"{made} är upplagd. Ge nu någon uppdrag där.")
        return redirect("organisations:unit", made.pk)
    return form_page(request, "Ny verksamhet", form, "Lägg upp", crumbs=[_UNITS])


@policy(ADMINISTRATORS)
@require_http_methods(GET_POST)
def change_unit(request: ActingRequest, unit_id: UUID) -> HttpResponse:
    """Change how a unit is described."""
    found = _unit_or_404(request, unit_id)
    initial = {name: getattr(found, name) for name in ("name", "kind", "parent", "provider", "phone")}
    form = UnitForm(
        request.POST or None,
        huvudman_id=request.actor.huvudman_id,
        unit=found,
        today=today_of(request),
        initial={**initial, "serves": found.serves.all()},
    )
    if try_form(request, form, actions.change_unit, unit_id=unit_id):
        messages.success(request, "Uppgifterna är sparade.")
        return redirect("organisations:unit", unit_id)
    return form_page(request, f"Ändra {found}", form, "Spara", crumbs=[_UNITS, _crumb(found)])


@policy(ADMINISTRATORS)
@require_http_methods(GET_POST)
def close_unit(request: ActingRequest, unit_id: UUID) -> HttpResponse:
    """Say what closing means, and close."""
    found = _unit_or_404(request, unit_id)
    form = CloseUnitForm(request.POST or None)
    if try_form(request, form, actions.close_unit, unit_id=unit_id):
        messages.success(request, f"{found} är stängd från den dag du valde.")
        return redirect("organisations:unit", unit_id)
    today = today_of(request)
    people = Assignment.objects.in_force(today).filter(unit=found).values("user").distinct().count()
    effects = [
        *hindrances(found),
        f"{people} personer har uppdrag här i dag. Uppdragen slutar fungera den dagen."
        if people != 1
        else "En person har uppdrag här i dag. Uppdraget slutar fungera den dagen.",
        "Ingen kan kalla verksamheten från den dagen.",
        "Det som verksamheten har skrivit finns kvar. Inget tas bort.",
    ]
    return form_page(
        request, f"Stäng {found}", form, "Stäng verksamheten", crumbs=[_UNITS, _crumb(found)], effects=effects
    )


@policy(ADMINISTRATORS)
@require_POST
def reopen_unit(request: ActingRequest, unit_id: UUID) -> HttpResponse:
    """Undo a closing."""
    _act(request, "Verksamheten är öppen igen.", actions.reopen_unit, unit_id=unit_id)
    return redirect("organisations:unit", unit_id)


@policy(ADMINISTRATORS)
@require_safe
def managers(request: ActingRequest) -> HttpResponse:
    """The line of management of every open unit, level by level; what is vacant stands out."""
    today = today_of(request)
    held = Assignment.objects.in_force(today).filter(role__in=MANAGERS).select_related("user")
    open_units = (
        own_units(request)
        .open(today)
        .prefetch_related(Prefetch("assignments", held, to_attr="held"))
        .order_by("authority__name", "name")
    )
    page = _page(request, open_units)
    levels = [Role(level) for level in MANAGERS]
    rows = [(one, [(level, _holder(one.held, level)) for level in levels]) for one in page]
    context = {"rows": rows, "page": page, "levels": levels}
    return render(request, "organisations/administration/managers.html", context)


def _holder(held: list[Assignment], level: Role) -> Assignment | None:
    return next((one for one in held if one.role == level), None)


# --- people -----------------------------------------------------------------------------------------------------------
@policy(ADMINISTRATORS)
@require_safe
def people(request: ActingRequest) -> HttpResponse:
    """Accounts of the huvudman, with search and filter in the address."""
    today = today_of(request)
    form = PersonSearchForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {}
    rows = own_people(request).filter(is_active=values.get("visa") != "avstangda")
    for word in values.get("q", "").split():
        rows = rows.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__icontains=word))
    if values.get("visa") == "utan-uppdrag":
        rows = rows.filter(~Exists(_in_force_of_person(today)))
    in_force = Assignment.objects.in_force(today).select_related("unit")
    rows = rows.prefetch_related(Prefetch("assignments", in_force, to_attr="current"))
    context = {"search": form, "page": _page(request, rows.order_by("first_name", "last_name", "username"))}
    return render(request, "organisations/administration/people.html", context)


@policy(ADMINISTRATORS)
@require_safe
def person(request: ActingRequest, user_id: UUID) -> HttpResponse:
    """One account and its assignments: now, to come and ended."""
    found = _person_or_404(request, user_id)
    return render(request, "organisations/administration/person.html", _person_page(request, found))


def _person_page(request: ActingRequest, found: User) -> dict[str, Any]:
    assignments = list(found.assignments.select_related("unit__authority").order_by("-starts_on"))
    today = today_of(request)
    return {
        "person": found,
        "current": [one for one in assignments if one.ends_on is None or one.ends_on > today],
        "ended": [one for one in assignments if one.ends_on is not None and one.ends_on <= today],
        "has_app": second_factor.has_app(found),
        "is_me": found.pk == request.actor.user_id,
        "today": today,
    }


@policy(ADMINISTRATORS)
@never_cache
@require_http_methods(GET_POST)
def invite(request: ActingRequest) -> HttpResponse:
    """Make an account. The password is shown once, on the page that answers."""
    form = InviteForm(request.POST or None)
    made = try_form(request, form, actions.invite_person)
    if made:
        return _show_password(request, *made)
    return form_page(request, "Ny person", form, "Lägg upp", crumbs=[_PEOPLE])


def _show_password(request: ActingRequest, user: User, password: str) -> HttpResponse:
    return render(request, "organisations/administration/password.html", {"person": user, "password": password})


@policy(ADMINISTRATORS)
@require_http_methods(GET_POST)
def change_person(request: ActingRequest, user_id: UUID) -> HttpResponse:
    """Correct a person's name or address."""
    found = _person_or_404(request, user_id)
    initial = {name: getattr(found, name) for name in ("first_name", "last_name", "email")}
    form = PersonForm(request.POST or None, initial=initial)
    if try_form(request, form, actions.change_person, user_id=user_id):
        messages.success(request, "Uppgifterna är sparade.")
        return redirect("organisations:person", user_id)
    return form_page(request, f"Ändra {found}", form, "Spara", crumbs=[_PEOPLE, _crumb(found)])


@policy(ADMINISTRATORS)
@require_http_methods(GET_POST)
def disable_person(request: ActingRequest, user_id: UUID) -> HttpResponse:
    """Say what shutting an account means, and shut it."""
    found = _person_or_404(request, user_id)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if try_form(request, form, actions.disable_person, user_id=user_id):
        messages.success(request, f"Kontot för {found} är avstängt.")
        return redirect("organisations:person", user_id)
    effects = [
        f"{found} loggas ut direkt, också där hen är inloggad nu.",
        "Det hen har skrivit finns kvar, med hens namn.",
        "Uppdragen avslutas inte. Öppnas kontot igen gäller de som inte har slutat.",
    ]
    crumbs = [_PEOPLE, _crumb(found)]
    return form_page(request, f"Stäng av {found}", form, "Stäng av kontot", crumbs=crumbs, effects=effects)


@policy(ADMINISTRATORS)
@require_POST
def enable_person(request: ActingRequest, user_id: UUID) -> HttpResponse:
    """Open an account again."""
    _act(request, "Kontot är öppet igen.", actions.enable_person, user_id=user_id)
    return redirect("organisations:person", user_id)


@policy(ADMINISTRATORS)
@never_cache
@require_http_methods(GET_POST)
def reset_password(request: ActingRequest, user_id: UUID) -> HttpResponse:
    """Give a new temporary password, shown once."""
    found = _person_or_404(request, user_id)
    form = forms.Form(request.POST if request.method == "POST" else None)
    made = try_form(request, form, actions.reset_password, user_id=user_id)
    if made:
        return _show_password(request, *made)
    effects = [
        "Det gamla lösenordet slutar fungera direkt, och personen loggas ut överallt.",
        "Du får ett tillfälligt lösenord att lämna över. Kontrollera först att det är rätt person som frågar.",
        "Personen väljer ett eget lösenord när hen loggar in.",
    ]
    crumbs = [_PEOPLE, _crumb(found)]
    return form_page(request, f"Nytt lösenord till {found}", form, "Gör nytt lösenord", crumbs=crumbs, effects=effects)


@policy(ADMINISTRATORS)
@require_http_methods(GET_POST)
def reset_second_factor(request: ActingRequest, user_id: UUID) -> HttpResponse:
    """Forget a lost telephone."""
    found = _person_or_404(request, user_id)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if try_form(request, form, actions.reset_second_factor, user_id=user_id):
        messages.success(request, f"{found} ställer in en ny kodapp vid nästa inloggning.")
        return redirect("organisations:person", user_id)
    effects = [
        "Kodappen och reservkoderna slutar fungera.",
        "Nästa gång någon loggar in med kontots lösenord får den ställa in en ny app.",
        "Kontrollera därför först att det är rätt person som frågar.",
    ]
    crumbs = [_PEOPLE, _crumb(found)]
    title = f"Nollställ engångskoder för {found}"
    return form_page(request, title, form, "Nollställ", crumbs=crumbs, effects=effects)


# --- assignments ------------------------------------------------------------------------------------------------------
@policy(ADMINISTRATORS)
@require_http_methods(GET_POST)
def give_assignment(request: ActingRequest, user_id: UUID) -> HttpResponse:
    """Give a person a role in a unit."""
    found = _person_or_404(request, user_id)
    form = AssignmentForm(
        request.POST or None,
        huvudman_id=request.actor.huvudman_id,
        today=today_of(request),
        initial={"starts_on": today_of(request), "unit": request.GET.get("verksamhet")},
    )
    if try_form(request, form, actions.give_assignment, user_id=user_id):
        messages.success(request, f"{found} har fått uppdraget.")
        return redirect("organisations:person", user_id)
    return form_page(request, f"Nytt uppdrag till {found}", form, "Ge uppdrag", crumbs=[_PEOPLE, _crumb(found)])


@policy(ADMINISTRATORS)
@require_http_methods(GET_POST)
def end_assignment(request: ActingRequest, assignment_id: UUID) -> HttpResponse:
    """Set the last day of an assignment."""
    own = Assignment.objects.filter(unit__authority__huvudman_id=request.actor.huvudman_id)
    found = get_object_or_404(own.select_related("user", "unit"), pk=assignment_id)
    form = EndForm(request.POST or None, initial={"ends_on": _last_day(found.ends_on)})
    if try_form(request, form, actions.end_assignment, assignment_id=assignment_id):
        messages.success(request, "Slutdagen är sparad.")
        return redirect("organisations:person", found.user_id)
    return form_page(
        request,
        "Ändra slutdag",
        form,
        "Spara",
        crumbs=[_PEOPLE, _crumb(found.user)],
        effects=[f"{found.user}: {found.get_role_display().lower()} i {found.unit}."],
    )


# --- shared -----------------------------------------------------------------------------------------------------------
def today_of(request: ActingRequest) -> date:
    return local_day(request.now)


def _last_day(ends_on: date | None) -> date | None:
    return date.fromordinal(ends_on.toordinal() - 1) if ends_on else None


def own_units(request: ActingRequest) -> Any:
    return Unit.objects.filter(authority__huvudman_id=request.actor.huvudman_id).select_related("authority")


def own_people(request: ActingRequest) -> QuerySet[User]:
    return User.objects.filter(huvudman_id=request.actor.huvudman_id)


def own_groups(request: ActingRequest) -> QuerySet[CoordinationGroup]:
    """The municipality's groups; for a region its own, and those of the municipalities that its units serve."""
    ours = Q(municipality_id=request.actor.huvudman_id)
    if Huvudman.objects.filter(pk=request.actor.huvudman_id, kind=HuvudmanKind.REGION).exists():
        served = Huvudman.objects.filter(served_by__authority__huvudman_id=request.actor.huvudman_id)
        ours |= Q(municipality=None) | Q(municipality__in=served)
    return CoordinationGroup.objects.filter(ours)


def _in_force_of_person(today: date) -> QuerySet[Assignment]:
    return Assignment.objects.in_force(today).filter(user=OuterRef("pk"))


def _unit_or_404(request: ActingRequest, unit_id: UUID) -> Unit:
    found: Unit = get_object_or_404(own_units(request).select_related("authority__huvudman", "parent"), pk=unit_id)
    return found


def _person_or_404(request: ActingRequest, user_id: UUID) -> User:
    return get_object_or_404(own_people(request), pk=user_id)


def _page(request: ActingRequest, rows: Any) -> Any:
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("sida"))


def try_form(request: ActingRequest, form: forms.Form, do: Callable[..., T], **values: Any) -> T | None:
    """Run the action on the form's values. A refusal becomes an error of the form; what was typed stays."""
    if not form.is_valid():
        return None
    try:
        return do(**values, **form.cleaned_data, by=request.actor, now=request.now)
    except Refused as refused:
        refusals.tell(form, refused)
    except Gone as gone:
        raise Http404(str(gone)) from gone
    return None


def _act(request: ActingRequest, done: str, do: Callable[..., Any], **values: Any) -> None:
    """Run an action that has no form of its own, and say how it went."""
    try:
        do(**values, by=request.actor, now=request.now)
    except Refused as refused:
        messages.error(request, refused.reason)
    except Gone as gone:
        raise Http404(str(gone)) from gone
    else:
        messages.success(request, done)


_UNITS = ("Verksamheter", "organisations:units", None)
_PEOPLE = ("Personer", "organisations:people", None)


def _crumb(found: Unit | User) -> tuple[str, str, UUID]:
    return (str(found), "organisations:unit" if isinstance(found, Unit) else "organisations:person", found.pk)


def form_page(
    request: ActingRequest,
    title: str,
    form: forms.Form,
    button: str,
    *,
    crumbs: list[tuple[str, str, UUID | None]],
    effects: list[str] | None = None,
) -> HttpResponse:
    """A page with one form: what it is about, what will happen, the questions, the button."""
    context = {"heading": title, "form": form, "button": button, "crumbs": crumbs, "effects": effects}
    return render(request, "organisations/administration/form.html", context)
