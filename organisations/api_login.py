"""The API uses the same login, assignment and transaction as the pages: the middleware has already decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:  # The framework imports this module while it makes its views.
    from rest_framework.views import APIView


class ActingAuthentication(SessionAuthentication):
    """The user of the underlying request; a session (not a token) must also bring its CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        inner: Any = request._request
        if not inner.user.is_authenticated:
            return None
        if not inner.by_token:
            self.enforce_csrf(request)
        return inner.user, None


class HasAssignment(BasePermission):
    message = "Ange ett gällande uppdrag."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return getattr(request._request, "actor", None) is not None
