"""What local administrators do with units, people and assignments of their own huvudman (ORG-3, ORG-4).

Every action checks that the actor is a local administrator and that what it touches belongs to the actor's huvudman:
anything else doesn't exist for them (`Gone`). What must never happen, such as two managers of one level at once, is a
constraint in the database; its refusal comes back as `Refused` with the field it concerns.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.text import slugify
from knox.models import AuthToken

from core.acting import Actor
from core.authz import Refused
from core.transitions import Gone
from core.workdays import local_day
from organisations import second_factor
from organisations.closing import hindrances
from organisations.kinds import GRANTABLE, LOCAL_GROUPS, HuvudmanKind, Role
from organisations.models import Assignment, Authority, CoordinationGroup, GroupMember, Huvudman, Unit, User

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # Without signs that are read as one another.

# What the database refuses, as the user reads it: constraint → field, sentence.
_REASONS = {
    "unit_once": ("name", "Myndigheten har redan en verksamhet med det namnet."),
    "unit_closes_after_opening": ("closed_on", "Verksamheten kan inte stängas före den dag den öppnade."),
    "organisations_user_username_key": ("username", "Användarnamnet är upptaget. Välj ett annat."),
    "assignment_ends_after_start": ("ends_on", "Uppdraget kan inte sluta innan det börjar."),
    "assignment_once": ("starts_on", "Personen har redan det här uppdraget under en del av den tiden."),
    "assignment_one_manager_per_level": (
        "starts_on",
        "Verksamheten har redan en chef på den nivån under en del av den tiden. Avsluta det uppdraget först.",
    ),
    "member_once": ("user", "Personen sitter redan i gruppen under en del av den tiden."),
    "member_ends_after_start": ("ends_on", "Mandatet kan inte sluta innan det börjar."),
    "member_one_coordinator": ("member", "Gruppen har redan en samordnare under den tiden."),
}

M = TypeVar("M", bound=models.Model)


# --- units ------------------------------------------------------------------------------------------------------------
def create_unit(
    *,
    authority: Authority,
    name: str,
    kind: str,
    parent: Unit | None,
    provider: str,
    phone: str,
    opened_on: date,
    serves: Iterable[Huvudman],
    by: Actor,
    now: datetime,
) -> Unit:
    """Open a unit under one of the huvudman's authorities. It gets an auth group of its own: the key to its rows."""
    _administrator(by)
    _own(authority.huvudman_id, by)
    with _explained():
        unit = Unit(
            authority=authority, name=name, kind=kind, provider=provider, phone=phone, opened_on=opened_on,
            key=_free_key(f"{authority.key}-{name}"),
        )  # fmt: skip
        _place_under(unit, parent, by)
        unit.save()
        unit.serves.set(serves)
    return unit


def change_unit(
    *,
    unit_id: UUID,
    name: str,
    kind: str,
    parent: Unit | None,
    provider: str,
    phone: str,
    serves: Iterable[Huvudman],
    by: Actor,
    now: datetime,
) -> Unit:
    """Change how a unit is described. Its authority stays: that is its boundary of secrecy (ORG-2)."""
    with _explained():
        unit = _lock_unit(unit_id, by)
        unit.name, unit.kind, unit.provider, unit.phone = name, kind, provider, phone
        _place_under(unit, parent, by)
        unit.save(update_fields=["name", "kind", "provider", "phone", "parent"])
        unit.serves.set(serves)
    return unit


def close_unit(*, unit_id: UUID, closed_on: date, by: Actor, now: datetime) -> Unit:
    """Close a unit from a day on. From that day its assignments give no rights, and it can't be called.

    Refused while anything would be left without anybody to answer for it (`organisations.closing`).
    """
    with _explained():
        unit = _lock_unit(unit_id, by)
        if unit.pk == by.unit_id:
            raise Refused("Du kan inte stänga verksamheten som ditt eget uppdrag hör till.")
        if unit.closed_on is not None:
            raise Refused("Verksamheten är redan stängd, eller ska stängas.")
        if closed_on < local_day(now):
            raise Refused("Dagen har redan varit. Välj i dag eller en dag framåt.", field="closed_on")
        if unit.children.open(closed_on).exists():
            raise Refused("Stäng först de verksamheter som hör under den.")
        for why in hindrances(unit):
            raise Refused(why)
        unit.closed_on = closed_on
        unit.save(update_fields=["closed_on"])
    return unit


def reopen_unit(*, unit_id: UUID, by: Actor, now: datetime) -> Unit:
    """Undo a closing. Assignments that have not ended work again."""
    with _explained():
        unit = _lock_unit(unit_id, by)
        if unit.parent is not None and not unit.parent.is_open(local_day(now)):
            raise Refused(f"Öppna först {unit.parent}, som den hör under.")
        unit.closed_on = None
        unit.save(update_fields=["closed_on"])
    return unit


def _lock_unit(unit_id: UUID, by: Actor) -> Unit:
    _administrator(by)
    return _locked(Unit.objects.filter(authority__huvudman_id=by.huvudman_id), unit_id)


def _place_under(unit: Unit, parent: Unit | None, by: Actor) -> None:
    """Set the unit above. It must be of the same authority, and not below the unit itself."""
    above = parent
    while above is not None:
        if above.pk == unit.pk:
            raise Refused("En verksamhet kan inte höra under sig själv.", field="parent")
        above = above.parent
    if parent is not None and parent.authority_id != unit.authority_id:
        raise Refused("Välj en verksamhet i samma myndighet.", field="parent")
    unit.parent = parent


def _free_key(words: str) -> str:
    key = slugify(words)[:70]
    return key if not Unit.objects.filter(key=key).exists() else f"{key}-{secrets.token_hex(3)}"


# --- people -----------------------------------------------------------------------------------------------------------
def invite_person(
    *, username: str, first_name: str, last_name: str, email: str, by: Actor, now: datetime
) -> tuple[User, str]:
    """Make an account at the actor's huvudman. Returns it with a password that is shown once and must be replaced."""
    _administrator(by)
    password = temporary_password()
    with _explained():
        user = User(
            username=username, first_name=first_name, last_name=last_name, email=email,
            huvudman_id=by.huvudman_id, password_is_temporary=True, date_joined=now,
        )  # fmt: skip
        user.set_password(password)
        user.save()
    return user, password


def change_person(*, user_id: UUID, first_name: str, last_name: str, email: str, by: Actor, now: datetime) -> User:
    """Correct a person's name or address. The username stays: the log names it."""
    with _explained():
        user = _lock_person(user_id, by)
        user.first_name, user.last_name, user.email = first_name, last_name, email
        user.save(update_fields=["first_name", "last_name", "email"])
    return user


def disable_person(*, user_id: UUID, by: Actor, now: datetime) -> User:
    """Shut an account at once: its sessions and keys stop working with the next request."""
    with _explained():
        user = _lock_person(user_id, by, "Du kan inte stänga av ditt eget konto. Be en annan administratör.")
        user.is_active = False
        user.save(update_fields=["is_active"])
        AuthToken.objects.filter(user=user).delete()
    return user


def enable_person(*, user_id: UUID, by: Actor, now: datetime) -> User:
    """Open an account again. Assignments that have not ended work again."""
    with _explained():
        user = _lock_person(user_id, by)
        user.is_active = True
        user.save(update_fields=["is_active"])
    return user


def reset_password(*, user_id: UUID, by: Actor, now: datetime) -> tuple[User, str]:
    """Give a new temporary password. Whoever is logged in with the old one is out."""
    password = temporary_password()
    with _explained():
        user = _lock_person(user_id, by, "Byt ditt eget lösenord under Mitt konto.")
        user.set_password(password)
        user.password_is_temporary = True
        user.save(update_fields=["password", "password_is_temporary"])
        AuthToken.objects.filter(user=user).delete()
    return user, password


def reset_second_factor(*, user_id: UUID, by: Actor, now: datetime) -> User:
    """Forget a lost telephone: the person sets up a new app at the next login."""
    with _explained():
        user = _lock_person(user_id, by, "Du kan inte nollställa dina egna koder. Be en annan administratör.")
        second_factor.remove_all(user)
        user.second_factor_reset_at = now
        user.save(update_fields=["second_factor_reset_at"])
        AuthToken.objects.filter(user=user).delete()
    return user


def _lock_person(user_id: UUID, by: Actor, not_oneself: str = "") -> User:
    _administrator(by)
    user = _locked(User.objects.filter(huvudman_id=by.huvudman_id), user_id)
    if not_oneself and user.pk == by.user_id:
        raise Refused(not_oneself)
    return user


def temporary_password() -> str:
    """Sixteen random signs in groups of four, easy to read out and to type."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


# --- assignments ------------------------------------------------------------------------------------------------------
def give_assignment(
    *, user_id: UUID, unit: Unit, role: str, starts_on: date, ends_on: date | None, by: Actor, now: datetime
) -> Assignment:
    """Give a person of one's huvudman a role in one of its units. `ends_on` is the first day without it."""
    with _explained():
        user = _lock_person(
            user_id, by, "Du kan inte ge dig själv ett uppdrag. Be en annan administratör, så att två vet om det."
        )
        _own(unit.authority.huvudman_id, by)
        if role not in GRANTABLE:
            raise Refused("Den rollen ges inte här.", field="role")
        if not user.is_active:
            raise Refused("Kontot är avstängt. Öppna det först.")
        if not unit.is_open(max(starts_on, local_day(now))):
            raise Refused("Verksamheten är stängd den dagen.", field="unit")
        return Assignment.objects.create(user=user, unit=unit, role=role, starts_on=starts_on, ends_on=ends_on)


def end_assignment(*, assignment_id: UUID, ends_on: date | None, by: Actor, now: datetime) -> Assignment:
    """Set the first day without the assignment, or none. Ending today takes effect with the next request."""
    with _explained():
        _administrator(by)
        assignment = _locked(Assignment.objects.filter(unit__authority__huvudman_id=by.huvudman_id), assignment_id)
        today = local_day(now)
        if assignment.user_id == by.user_id:
            raise Refused("Du kan inte ändra dina egna uppdrag. Be en annan administratör.")
        if assignment.ends_on is not None and assignment.ends_on <= today:
            raise Refused("Uppdraget har redan slutat gälla. Ge ett nytt uppdrag i stället.")
        if ends_on is not None and ends_on < today:
            raise Refused("Dagen har redan varit. Välj i dag eller en dag framåt.", field="ends_on")
        # One that has not begun is taken away whole: its period becomes empty.
        assignment.ends_on = max(ends_on, assignment.starts_on) if ends_on else None
        assignment.save(update_fields=["ends_on"])
    return assignment


# --- coordination groups ----------------------------------------------------------------------------------------------
def set_coordinator(*, group_id: UUID, member: GroupMember, by: Actor, now: datetime) -> GroupMember:
    """Make a member the group's one coordinator from today; the one before stays as a member (ORG-5).

    Both memberships are split at today, so that who coordinated when remains on the record.
    """
    today = local_day(now)
    with _explained():
        _administrator(by)
        members = list(
            GroupMember.objects.select_for_update(of=("self",))
            .filter(Q(ends_on=None) | Q(ends_on__gt=today), group=group_id, starts_on__lte=today)
            .filter(_chooses_coordinator(by))
        )
        chosen = next((one for one in members if one.pk == member.pk), None)
        if chosen is None:
            raise Gone("organisations.GroupMember")
        if chosen.is_coordinator:
            return chosen
        former = [_split(one, today, is_coordinator=False) for one in members if one.is_coordinator]
        made = _split(chosen, today, is_coordinator=True)
        for one in [*former, made]:
            _seat(one, today)
        return made


def add_member(
    *,
    group_id: UUID,
    user: User,
    represents: Unit,
    mandate: str,
    starts_on: date,
    ends_on: date | None,
    by: Actor,
    now: datetime,
) -> GroupMember:
    """Appoint one of the huvudman's people to sit in a group for one of its units, with a mandate (FUP-1, ORG-5).

    The person gets the role that opens the group's pages. Raises `Refused`, or `Gone` for what is another huvudman's.
    """
    today = local_day(now)
    with _explained():
        _lock_person(
            user.pk, by, "Du kan inte ge dig själv en plats. Be en annan administratör, så att två vet om det."
        )
        _own(represents.authority.huvudman_id, by)
        if not CoordinationGroup.objects.filter(_seats_for(by), pk=group_id).exists():
            raise Gone("organisations.CoordinationGroup")
        if not user.is_active:
            raise Refused("Kontot är avstängt. Öppna det först.", field="user")
        if starts_on < today:
            raise Refused("Dagen har redan varit. Välj i dag eller en dag framåt.", field="starts_on")
        if not represents.is_open(starts_on):
            raise Refused("Verksamheten är stängd den dagen.", field="represents")
        made = GroupMember.objects.create(
            group_id=group_id, user=user, represents=represents, mandate=_mandate(mandate), starts_on=starts_on,
            ends_on=ends_on,
        )  # fmt: skip
        _seat(made, today)
    return made


def end_member(*, member_id: UUID, mandate: str, ends_on: date | None, by: Actor, now: datetime) -> GroupMember:
    """Change a mandate, and set the first day without it or none. The coordinator is replaced first.

    What the person did in the group stays in the minutes. Raises `Gone`, `Refused`.
    """
    today = local_day(now)
    with _explained():
        _administrator(by)
        ours = GroupMember.objects.filter(
            Q(ends_on=None) | Q(ends_on__gt=today), represents__authority__huvudman_id=by.huvudman_id
        )
        member = _locked(ours, member_id)
        if member.user_id == by.user_id:
            raise Refused("Du kan inte ändra din egen plats. Be en annan administratör.")
        if ends_on is not None and ends_on < today:
            raise Refused("Dagen har redan varit. Välj i dag eller en dag framåt.", field="ends_on")
        if ends_on is not None and member.is_coordinator:
            raise Refused("Gruppen behöver en samordnare. Kommunens administratör väljer först en ny.", field="ends_on")
        member.mandate = _mandate(mandate)
        # One that has not begun is taken away whole: its period becomes empty.
        member.ends_on = max(ends_on, member.starts_on) if ends_on else None
        member.save(update_fields=["mandate", "ends_on"])
        _seat(member, today)
    return member


def _mandate(text: str) -> str:
    if not (kept := text.strip()):
        raise Refused("Skriv vilket mandat personen har.", field="mandate")
    return kept


def _seats_for(by: Actor) -> Q:
    """Groups where the actor's huvudman has a seat: the municipality's own; for a region those that its units serve."""
    served = Huvudman.objects.filter(served_by__authority__huvudman_id=by.huvudman_id)
    is_region = Huvudman.objects.filter(pk=by.huvudman_id, kind=HuvudmanKind.REGION).exists()
    others = Q(municipality=None) | Q(municipality__in=served) if is_region else Q(pk__in=[])
    return Q(municipality_id=by.huvudman_id) | others


def _chooses_coordinator(by: Actor) -> Q:
    """A municipality's administrator, for its groups. Those without a municipality are the region's to manage."""
    is_region = Huvudman.objects.filter(pk=by.huvudman_id, kind=HuvudmanKind.REGION).exists()
    return Q(group__municipality_id=by.huvudman_id) | (Q(group__municipality=None) if is_region else Q(pk__in=[]))


def _seat(member: GroupMember, today: date) -> None:
    """Make the person's roles at the unit follow the seats in local groups: given, prolonged or ended with them."""
    seats = list(
        GroupMember.objects.filter(
            Q(ends_on=None) | Q(ends_on__gt=today),
            user_id=member.user_id, represents_id=member.represents_id, group__kind__in=LOCAL_GROUPS,
        )
    )  # fmt: skip
    for role, leads in ((Role.GROUP_COORDINATOR, True), (Role.GROUP_REPRESENTATIVE, False)):
        mine = [one for one in seats if one.is_coordinator == leads]
        held = Assignment.objects.filter(
            Q(ends_on=None) | Q(ends_on__gt=today), user_id=member.user_id, unit_id=member.represents_id, role=role
        ).first()
        if not mine:
            if held is not None:
                held.ends_on = max(today, held.starts_on)
                held.save(update_fields=["ends_on"])
            continue
        ends = [one.ends_on for one in mine]
        until = None if None in ends else max(one for one in ends if one is not None)
        if held is None:
            Assignment.objects.create(
                user_id=member.user_id, unit_id=member.represents_id, role=role,
                starts_on=min(one.starts_on for one in mine), ends_on=until,
            )  # fmt: skip
        elif held.ends_on != until:
            held.ends_on = until
            held.save(update_fields=["ends_on"])


def _split(member: GroupMember, today: date, *, is_coordinator: bool) -> GroupMember:
    """End a membership today and go on with a new one that differs in who coordinates."""
    ends_on = member.ends_on
    if member.starts_on < today:
        member.ends_on = today
        member.save(update_fields=["ends_on"])
        return GroupMember.objects.create(
            group_id=member.group_id, user_id=member.user_id, represents_id=member.represents_id,
            mandate=member.mandate, is_coordinator=is_coordinator, starts_on=today, ends_on=ends_on,
        )  # fmt: skip
    member.is_coordinator = is_coordinator
    member.save(update_fields=["is_coordinator"])
    return member


# --- shared -----------------------------------------------------------------------------------------------------------
def _administrator(by: Actor) -> None:
    if by.role != Role.LOCAL_ADMINISTRATOR:
        raise Refused("Det här gör den lokala administratören.")


def _own(huvudman_id: UUID | None, by: Actor) -> None:
    if huvudman_id != by.huvudman_id:
        raise Gone("organisations.Huvudman")


def _locked(rows: models.QuerySet[M], pk: UUID) -> M:
    found = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise Gone(rows.model._meta.label)
    return found


@contextmanager
def _explained() -> Iterator[None]:
    """One transaction; a constraint that refuses is told in words, beside its field."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if name not in _REASONS:
            raise
        field, reason = _REASONS[name]
        raise Refused(reason, field=field) from error
