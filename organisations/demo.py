"""Fictional staff for demonstrations and tests: two caseworkers and a line of managers for every unit.

User names are made of the unit's key, so that anyone can guess them: `hylte-socialtjanst-barn`,
`hylte-socialtjanst-barn-2`, `chef.hylte-socialtjanst-barn`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import transaction

from organisations.kinds import LOCAL_GROUPS, AuthorityKind, GroupKind, HuvudmanKind, Role, UnitKind
from organisations.models import Assignment, Authority, CoordinationGroup, GroupMember, Huvudman, Unit, User

DEMO_PASSWORD = "samverkan-i-halland"  # noqa: S105  Printed by `./portal accounts`; the accounts are fictional.
STARTS_ON = date(2025, 7, 1)

_FIRST = """
    Alva Amina Anders Anton Astrid Bilal Birgitta Björn Carina Dag Daniela Ebba Elias Elin Emil Erik Eva Fatima
    Filip Frida Gunilla Gustav Hanna Henrik Hugo Ida Ingrid Isak Jenny Johan Jonas Karin Karl Lars Leila Linnea
    Lovisa Magnus Maja Malin Maria Mats Mikael Mona Nadia Niklas Nils Olof Oskar Per Petra Rebecka Robert Sara
    Signe Simon Sofia Stefan Stina Sven Tove Ulrika Viktor Yusuf Åsa Örjan
""".split()  # noqa: SIM905  A list of a hundred quoted names is no easier to read.
_LAST = """
    Alm Andersson Axelsson Bengtsson Berg Björk Blom Boström Dahl Ek Eklund Engström Falk Forsberg Fransson
    Friberg Gunnarsson Hagman Hansson Hassan Hedlund Holm Håkansson Isaksson Jakobsson Johansson Karlsson Kron
    Larsson Lind Lindgren Lund Löfgren Malm Martinsson Mohammed Nyberg Nyström Olsson Palm Persson Pettersson
    Rask Roos Sandberg Sjöberg Sten Strand Ström Sundin Svensson Söder Viklund Wallin Winter Åkesson Öberg Öhman
""".split()  # noqa: SIM905  A list of a hundred quoted names is no easier to read.


def _names() -> Iterator[tuple[str, str]]:
    # Two lists of coprime length walked in step: every pair once before any comes again.
    for i in range(len(_FIRST) * len(_LAST)):
        yield _FIRST[i % len(_FIRST)], _LAST[(i * 7 + i // len(_FIRST)) % len(_LAST)]


class _Staff:
    def __init__(self) -> None:
        self.names, self.password = _names(), make_password(DEMO_PASSWORD)
        self.users: list[User] = []
        self.assignments: list[Assignment] = []

    def hire(self, username: str, huvudman: Huvudman | None) -> User:
        first, last = next(self.names)
        user = User(
            username=username,
            first_name=first,
            last_name=last,
            email=f"{username}@example.invalid",
            password=self.password,
            demonstration=True,
            huvudman=huvudman,
        )
        self.users.append(user)
        return user

    def assign(self, user: User, unit: Unit, role: Role) -> None:
        self.assignments.append(Assignment(user=user, unit=unit, role=role, starts_on=STARTS_ON))

    def save(self) -> None:
        User.objects.bulk_create(self.users)
        Assignment.objects.bulk_create(self.assignments)


@transaction.atomic
def staff_everything() -> int:
    """Create the staff. Run as the owner, once; does nothing when demonstration accounts exist. Returns how many."""
    if User.objects.filter(demonstration=True).exists():
        return 0
    staff = _Staff()
    heads: dict[str, tuple[User, User]] = {}
    for authority in Authority.objects.select_related("huvudman").order_by("key"):
        heads[authority.key] = (
            staff.hire(f"verksamhetschef.{authority.key}", authority.huvudman),
            staff.hire(f"forvaltningschef.{authority.key}", authority.huvudman),
        )
    managers: dict[str, User] = {}
    for unit in Unit.objects.select_related("authority__huvudman").order_by("key"):
        huvudman = unit.authority.huvudman
        operations, administration = heads[unit.authority.key]
        staff.assign(operations, unit, Role.HEAD_OF_OPERATIONS)
        staff.assign(administration, unit, Role.HEAD_OF_ADMINISTRATION)
        if unit.kind == UnitKind.ADMINISTRATION:
            continue
        staff.assign(staff.hire(unit.key, huvudman), unit, Role.CASEWORKER)
        staff.assign(staff.hire(f"{unit.key}-2", huvudman), unit, Role.CASEWORKER)
        managers[unit.key] = staff.hire(f"chef.{unit.key}", huvudman)
        staff.assign(managers[unit.key], unit, Role.NEAREST_MANAGER)
    _staff_the_huvudmen(staff)
    _appoint_physicians_and_signatories(staff)
    staff.save()
    _fill_groups(heads)
    return len(staff.users)


def _staff_the_huvudmen(staff: _Staff) -> None:
    for huvudman in Huvudman.objects.order_by("key"):
        office = (
            Unit.objects.filter(authority__huvudman=huvudman)
            .order_by("-authority__kind", "key")
            .filter(kind=UnitKind.ADMINISTRATION)
            .first()
        )
        if office is None:
            continue
        staff.assign(staff.hire(f"admin.{huvudman.key}", huvudman), office, Role.LOCAL_ADMINISTRATOR)
        staff.assign(staff.hire(f"logg.{huvudman.key}", huvudman), office, Role.LOG_REVIEWER)
        if huvudman.kind == HuvudmanKind.REGION:
            staff.assign(staff.hire("drift", huvudman), office, Role.SYSTEM_ADMINISTRATOR)
            staff.assign(staff.hire("rug", huvudman), office, Role.BOARD_MEMBER)
            staff.assign(staff.hire("utbildningsgruppen", huvudman), office, Role.EDUCATION_GROUP)
            staff.assign(staff.hire("brukare", None), office, Role.USER_REPRESENTATIVE)


def _appoint_physicians_and_signatories(staff: _Staff) -> None:
    """Who judges medical needs in psychiatry, and one who may sign beside the head of each party (PLC-3, PLC-4)."""
    psychiatry = (UnitKind.CHILD_PSYCHIATRY, UnitKind.ADULT_PSYCHIATRY, UnitKind.ADDICTION)
    social = (UnitKind.SOCIAL_CHILDREN, UnitKind.SOCIAL_ADULTS)
    for unit in Unit.objects.select_related("authority__huvudman").filter(kind__in=psychiatry + social).order_by("key"):
        huvudman = unit.authority.huvudman
        staff.assign(staff.hire(f"undertecknare.{unit.key}", huvudman), unit, Role.SIGNATORY)
        if unit.kind in psychiatry:
            physician = Role.CHIEF_PHYSICIAN if unit.kind == UnitKind.CHILD_PSYCHIATRY else Role.PHYSICIAN
            staff.assign(staff.hire(f"lakare.{unit.key}", huvudman), unit, physician)


def _coordinates_first(seat: Assignment, group: CoordinationGroup, kinds: tuple[UnitKind, ...]) -> tuple[bool, int]:
    """The municipality's social services before its other units, and those before the region's."""
    return seat.unit.authority.huvudman_id != group.municipality_id, kinds.index(UnitKind(seat.unit.kind))


def _fill_groups(heads: dict[str, tuple[User, User]]) -> None:
    """SSGB and SSGV: managers of the municipality and of the region's units that serve it; one is the coordinator."""
    children = (UnitKind.SOCIAL_CHILDREN, UnitKind.PUPIL_HEALTH, UnitKind.CHILD_PSYCHIATRY, UnitKind.HABILITATION)
    adults = (UnitKind.SOCIAL_ADULTS, UnitKind.DISABILITY, UnitKind.ADULT_PSYCHIATRY, UnitKind.ADDICTION)
    for group in CoordinationGroup.objects.filter(kind__in=LOCAL_GROUPS).select_related("municipality"):
        kinds = children if group.kind == GroupKind.SSGB else adults
        assert group.municipality is not None
        own = Assignment.objects.filter(unit__kind__in=kinds, role=Role.NEAREST_MANAGER)
        own = own.filter(unit__authority__huvudman=group.municipality) | own.filter(unit__serves=group.municipality)
        seats = own.select_related("unit__authority").order_by("unit__key").distinct()
        for i, assignment in enumerate(sorted(seats, key=lambda seat: _coordinates_first(seat, group, kinds))):
            GroupMember.objects.create(
                group=group,
                user_id=assignment.user_id,
                represents=assignment.unit,
                is_coordinator=i == 0,
                mandate="Beslutar för sin verksamhet i gruppens frågor",
                starts_on=STARTS_ON,
            )
            role = Role.GROUP_COORDINATOR if i == 0 else Role.GROUP_REPRESENTATIVE
            Assignment.objects.get_or_create(
                user_id=assignment.user_id, unit=assignment.unit, role=role, defaults={"starts_on": STARTS_ON}
            )
    for group in CoordinationGroup.objects.exclude(kind__in=LOCAL_GROUPS):
        wanted = (AuthorityKind.EDUCATION,) if group.kind == GroupKind.EDUCATION else (
            AuthorityKind.SOCIAL, AuthorityKind.CARE, AuthorityKind.HEALTH
        )  # fmt: skip
        for i, authority in enumerate(Authority.objects.filter(kind__in=wanted).order_by("key")):
            head = heads[authority.key][1]
            unit = Unit.objects.filter(authority=authority).order_by("key").first()
            if unit is not None:
                GroupMember.objects.get_or_create(
                    group=group,
                    user=head,
                    defaults={"represents": unit, "is_coordinator": i == 0, "starts_on": STARTS_ON},
                )
