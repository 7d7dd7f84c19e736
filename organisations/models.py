"""Huvudmän, authorities, units, people and their assignments, and the groups they meet in (ORG-1…6)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractUser, Group
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q

from core.audit import Tracked
from core.grants import READ
from organisations.kinds import (
    LOCAL_GROUPS,
    MANAGERS,
    AuthorityKind,
    GroupKind,
    HuvudmanKind,
    Role,
    UnitKind,
)
from organisations.querysets import AssignmentQuerySet, UnitQuerySet

# Half-open period of two date columns; an empty end means "until further notice".
PERIOD = Func(F("starts_on"), F("ends_on"), function="daterange", output_field=DateRangeField())


class Huvudman(models.Model):
    """A region or municipality that is bound by the agreement."""

    job_privileges = (READ,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    key = models.SlugField(unique=True)
    kind = models.TextField("typ", choices=HuvudmanKind.choices)
    name = models.CharField("namn", max_length=100, unique=True)
    organisation_number = models.CharField(
        "organisationsnummer", max_length=11, unique=True, validators=[RegexValidator(r"^\d{6}-\d{4}$")]
    )
    municipality_code = models.CharField("kommunkod", max_length=4, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "huvudman", "huvudmän"
        ordering = ["kind", "name"]
        constraints = [
            models.CheckConstraint(
                name="huvudman_municipality_has_code",
                condition=Q(kind=HuvudmanKind.REGION, municipality_code="")
                | Q(kind=HuvudmanKind.MUNICIPALITY, municipality_code__regex=r"^\d{4}$"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Authority(models.Model):
    """A board or authority under a huvudman: the boundary of secrecy (ORG-2)."""

    job_privileges = (READ,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    key = models.SlugField(unique=True)
    huvudman = models.ForeignKey(Huvudman, models.PROTECT, related_name="authorities")
    kind = models.TextField("typ", choices=AuthorityKind.choices)
    name = models.CharField("namn", max_length=150)

    class Meta:
        verbose_name, verbose_name_plural = "myndighet", "myndigheter"
        ordering = ["huvudman__kind", "name"]
        constraints = [models.UniqueConstraint(fields=["huvudman", "name"], name="authority_once")]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """An operation (verksamhet) that takes part in matters. Holds one auth group: the key to its rows."""

    job_privileges = (READ,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    key = models.SlugField(unique=True, max_length=80)
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="units", verbose_name="myndighet")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="överordnad verksamhet"
    )
    kind = models.TextField("typ av verksamhet", choices=UnitKind.choices)
    name = models.CharField("namn", max_length=150)
    provider = models.CharField("privat utförare", max_length=150, blank=True)
    serves = models.ManyToManyField(
        Huvudman, blank=True, related_name="served_by", verbose_name="tar emot invånare från"
    )
    phone = models.CharField("telefon", max_length=30, blank=True)
    opened_on = models.DateField("öppnad", default=date(2020, 1, 1))
    closed_on = models.DateField("stängd", null=True, blank=True)
    group = models.OneToOneField(Group, models.PROTECT, related_name="unit", editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "verksamhet", "verksamheter"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "name"], name="unit_once"),
            models.CheckConstraint(
                name="unit_closes_after_opening", condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on"))
            ),
            models.CheckConstraint(name="unit_not_its_own_parent", condition=~Q(parent=F("id"))),
        ]
        triggers = [Tracked(fields=["authority", "parent", "kind", "name", "provider", "opened_on", "closed_on"])]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding and self.group_id is None:
            self.group = Group.objects.create(name=f"unit:{self.pk}")
        super().save(*args, **kwargs)

    def is_open(self, on: date) -> bool:
        return self.opened_on <= on and (self.closed_on is None or on < self.closed_on)


class User(AbstractUser):
    """A person who works with the portal. What they may do comes from assignments alone."""

    job_privileges = (READ,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    huvudman = models.ForeignKey(Huvudman, models.PROTECT, null=True, blank=True, related_name="users")
    demonstration = models.BooleanField(default=False, help_text="A fictional account; may skip the second factor.")
    wants_mail = models.BooleanField("få e-post när något väntar", default=True)
    password_is_temporary = models.BooleanField(
        default=False, help_text="Given by an administrator; the user must choose one of their own first of all."
    )

    second_factor_reset_at = models.DateTimeField(
        null=True, editable=False, help_text="When an administrator last made the user set up a new app for codes."
    )

    class Meta:
        verbose_name, verbose_name_plural = "användare", "användare"
        constraints = [
            # Nobody is above the rules: Django's superuser flag would bypass every permission check.
            models.CheckConstraint(name="user_no_superuser", condition=Q(is_superuser=False))
        ]
        triggers = [
            Tracked(
                fields=[
                    "username",
                    "first_name",
                    "last_name",
                    "email",
                    "is_active",
                    "huvudman",
                    "password_is_temporary",
                    "second_factor_reset_at",
                ]
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Assignment(models.Model):
    """User × unit × role × period. A user acts through one at a time (ORG-4). The last day is `ends_on` − 1."""

    job_privileges = (READ,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(User, models.PROTECT, related_name="assignments", verbose_name="användare")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments", verbose_name="verksamhet")
    role = models.TextField("roll", choices=Role.choices)
    starts_on = models.DateField("från och med")
    ends_on = models.DateField("slutar gälla", null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "uppdrag", "uppdrag"
        ordering = ["unit__name", "role"]
        constraints = [
            models.CheckConstraint(
                name="assignment_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            ),
            ExclusionConstraint(
                name="assignment_once",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (PERIOD, RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="assignment_one_manager_per_level",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (PERIOD, RangeOperators.OVERLAPS),
                ],
                condition=Q(role__in=MANAGERS),
            ),
        ]
        triggers = [Tracked(fields=["user", "unit", "role", "starts_on", "ends_on"])]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.unit}"


class CoordinationGroup(models.Model):
    """SSGB and SSGV of a municipality; RUG and the strategic education group of the region (ORG-5, ORG-6)."""

    job_privileges = (READ,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    key = models.SlugField(unique=True)
    kind = models.TextField("typ", choices=GroupKind.choices)
    name = models.CharField("namn", max_length=150)
    municipality = models.ForeignKey(
        Huvudman, models.PROTECT, null=True, blank=True, related_name="coordination_groups"
    )

    class Meta:
        verbose_name, verbose_name_plural = "samordningsgrupp", "samordningsgrupper"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "municipality"], name="group_once_per_municipality"),
            models.CheckConstraint(
                name="group_local_has_municipality",
                condition=Q(kind__in=LOCAL_GROUPS, municipality__isnull=False)
                | (~Q(kind__in=LOCAL_GROUPS) & Q(municipality=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """A representative with mandate; one of them is the group's coordinator (samordnare)."""

    job_privileges = (READ,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(CoordinationGroup, models.PROTECT, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="group_memberships")
    represents = models.ForeignKey(Unit, models.PROTECT, related_name="representatives")
    is_coordinator = models.BooleanField("samordnare", default=False)
    mandate = models.CharField("mandat", max_length=200, blank=True)
    starts_on = models.DateField("från och med")
    ends_on = models.DateField("slutar gälla", null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = "gruppmedlem", "gruppmedlemmar"
        constraints = [
            models.CheckConstraint(
                name="member_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            ),
            ExclusionConstraint(
                name="member_once",
                expressions=[
                    ("group", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    (PERIOD, RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="member_one_coordinator",
                expressions=[("group", RangeOperators.EQUAL), (PERIOD, RangeOperators.OVERLAPS)],
                condition=Q(is_coordinator=True),
            ),
        ]
        triggers = [Tracked(fields=["group", "user", "represents", "is_coordinator", "starts_on", "ends_on"])]
