"""One person at work: the unit whose list is measured, and the page as a browser asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.acting import Actor
from organisations.acting import actor_for
from organisations.kinds import Role
from organisations.middleware import SESSION_ASSIGNMENT
from organisations.models import Assignment, User

# The middle one of all units by what lies on its desk; a small desk would make the page look fast.
_MIDDLE = """
SELECT desk.id, desk.size FROM (
    SELECT u.id, count(*) AS size, row_number() OVER (ORDER BY count(*)) AS place, count(*) OVER () AS units
    FROM individuals_mattergroupobjectpermission r JOIN organisations_unit u ON u.group_id = r.group_id
    WHERE r.closed_at IS NULL AND (r.until IS NULL OR r.until > %s)
    GROUP BY u.id
) AS desk
WHERE EXISTS (SELECT FROM organisations_assignment a WHERE a.unit_id = desk.id AND a.role = 'caseworker')
ORDER BY abs(desk.place - desk.units / 2.0) LIMIT 1
"""


@contextmanager
def as_role(role: str | None) -> Iterator[None]:
    """Work as a database role; None: as the owner, whom row security doesn't bind."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE" if role is None else f"SET ROLE {role}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def signed_in(assignment: Assignment) -> Client:
    """A browser of somebody at work, signed in with a second factor."""
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    client.force_login(assignment.user, backend="django.contrib.auth.backends.ModelBackend")
    device, _ = TOTPDevice.objects.get_or_create(user=assignment.user, defaults={"confirmed": True})
    session = client.session
    session[SESSION_ASSIGNMENT] = str(assignment.pk)
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


class Desk:
    """A caseworker of a middle-sized unit."""

    def __init__(self, now: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_MIDDLE, [now])
            unit_id, self.open_cases = cursor.fetchone()
        assignment = (
            Assignment.objects.select_related("user", "unit__authority__huvudman")
            .filter(unit_id=unit_id, role=Role.CASEWORKER)
            .order_by("user__username")
            .first()
        )
        assert assignment is not None
        self.user: User = assignment.user
        self.actor: Actor = actor_for(assignment)
        # Guardian's own queries ask for the user's groups.
        self.user.groups.add(assignment.unit.group)
        self.client = signed_in(assignment)

    def list_page(self) -> bytes:
        response = self.client.get(reverse("sip:list"))
        assert response.status_code == 200, response.status_code
        return response.content
