"""From a session or a token to the acting assignment and its transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from core.acting import acting
from core.workdays import local_day
from organisations.acting import actor_for, assignment_in_force
from organisations.models import User
from organisations.second_factor import has_app

GetResponse = Callable[[HttpRequest], HttpResponseBase]
SESSION_ASSIGNMENT = "assignment"
SESSION_STARTED = "started_at"
SESSION_SEEN = "seen_at"


class TokenLogin:
    """`Authorization: Token …` signs in for one request. A bad token is an anonymous request: the door answers 401."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.by_token = False
        if request.headers.get("Authorization", "").startswith("Token "):
            try:
                found = TokenAuthentication().authenticate(request)
            except AuthenticationFailed:
                found = None
            if found is not None:
                request.user, _token = found
                request.by_token = True
                # A token is made in a session that has passed the second factor.
                request.user.is_verified = lambda: True
        return self.get_response(request)


class SessionLimits:
    """Idle and absolute limits, kept on the server; and whether the second factor is still missing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.now = timezone.now()
        if request.user.is_authenticated and not request.by_token:
            started, seen = (_read(request, key) for key in (SESSION_STARTED, SESSION_SEEN))
            too_old = started is not None and request.now - started > settings.SESSION_ABSOLUTE_LIMIT
            too_idle = seen is not None and request.now - seen > settings.SESSION_IDLE_LIMIT
            if too_old or too_idle:
                logout(request)
            else:
                request.session.setdefault(SESSION_STARTED, request.now.isoformat())
                # Written at most once a minute: one session row per click would cost more than it tells.
                if seen is None or (request.now - seen).total_seconds() > 60:
                    request.session[SESSION_SEEN] = request.now.isoformat()
        request.must_verify = must_verify(request)
        return self.get_response(request)


def _read(request: Any, key: str) -> datetime | None:
    value = request.session.get(key)
    return datetime.fromisoformat(value) if value else None


def must_verify(request: Any) -> bool:
    """Whether the signed-in user still has to choose a password, or give (or set up) a second factor."""
    user = request.user
    if user.is_authenticated and user.password_is_temporary:
        return True
    if not user.is_authenticated or user.is_verified():
        return False
    return not (settings.DEMO and user.demonstration and not has_app(user))


class ActingAssignment:
    """Open the request's transaction as the active assignment.

    A failed request (5xx) leaves nothing. A refused one keeps its log of the attempt: the view's own changes are
    rolled back by its savepoint (ATOMIC_REQUESTS), the log is written outside it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.actor = request.assignment = None
        if request.user.is_authenticated and not request.must_verify:
            wanted = request.headers.get("X-Uppdrag") if request.by_token else request.session.get(SESSION_ASSIGNMENT)
            user = cast(User, request.user)
            request.assignment = assignment_in_force(user, wanted, local_day(request.now))
            if request.assignment is not None:
                request.actor = actor_for(request.assignment)
        with acting(request.actor, request.now):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response
