"""What every address of the API shares: who reaches it, pages of lists, and how a refusal is told.

Errors answer `{"fel": "en mening"}`, in Swedish since people read them; `falt` says which fields to mend:

- 401 not signed in, 403 the rules say no to this assignment, 404 it doesn't exist or isn't yours (the same answer);
- 409 not now: the state doesn't allow it, or somebody changed it first (`version` is the version that stands);
- 422 the input can't be taken; 400 the body can't be read at all.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from rest_framework import exceptions, serializers, status
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core import attachments
from core.acting import Actor
from core.authz import NotAllowed, Refused
from core.policy import API, Access, policy
from core.transitions import Gone, Stale

log = structlog.get_logger("api")

NOT_FOUND = "Det finns inte."
NOT_VALID = "Uppgifterna går inte att ta emot. Rätta det som står vid fälten."
ERRORS = {
    "400": "Anropet går inte att läsa.",
    "401": "Ingen är inloggad.",
    "403": "Uppdraget får inte göra det här.",
    "404": "Det finns inte, eller är inte ert.",
    "409": "Det går inte nu, eller någon annan hann före.",
    "415": "Bara JSON tas emot, och filer som multipart/form-data.",
    "422": "Uppgifterna går inte att ta emot.",
    "429": "För många anrop.",
}


class Declared:
    """A view or viewset that says who reaches it, as every view must (`core.policy`)."""

    access: Access = API

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> Any:
        return policy(cls.access)(super().as_view(*args, **kwargs))  # type: ignore[misc]


class Acting(Declared):
    """A viewset that knows who acts and when, and reads what is sent."""

    request: Any

    @property
    def by(self) -> Actor:
        return self.request.actor

    @property
    def now(self) -> datetime:
        return self.request.now

    def read(
        self, taken: type[serializers.Serializer[Any]], *, partial: bool = False, **context: Any
    ) -> dict[str, Any]:
        """Return the input's values; `partial`: of those that were sent. Raises `ValidationError` with what to mend."""
        asked = taken(data=self.request.data, partial=partial, context=context)
        asked.is_valid(raise_exception=True)
        return dict(asked.validated_data)


class FileInput(serializers.Serializer[Any]):
    """A file to add. What it may be is said by `core.attachments`, which looks at what it holds."""

    file = serializers.FileField(allow_empty_file=True, help_text=f"{attachments.ALLOWED}, högst 5 MB.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """The file as the actions take it: its name and what it holds."""
        file = given.pop("file")
        return given | {"name": file.name, "content": file.read(attachments.LARGEST + 1)}


class AnyAccept(BaseContentNegotiation):
    """For addresses that answer with a file of whatever type it has: an `Accept` can't choose another."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


VERSION: dict[str, Any] = {
    "min_value": 1,
    "max_value": 2**31 - 1,
    "help_text": "Den version du såg. Gäller en nyare blir svaret 409.",
}
"""What the version of a row takes, wherever a stale edit must be found out."""
TAKES_FILE: dict[str, Any] = {"parser_classes": [MultiPartParser]}
GIVES_FILE: dict[str, Any] = {"content_negotiation_class": AnyAccept, "filterset_class": None, "pagination_class": None}
A_FILE: dict[Any, Any] = {(200, media_type): OpenApiTypes.BINARY for media_type in attachments.ENDINGS}


class Pages(PageNumberPagination):
    """Numbered pages: `?sida=2&per_sida=100`."""

    page_size = 50
    page_query_param, page_query_description = "sida", "Sidans nummer."
    page_size_query_param, page_size_query_description = "per_sida", "Antal per sida, högst 200."
    max_page_size = 200
    invalid_page_message = "Det finns ingen sådan sida."

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            parameter["schema"]["minimum"] = 1
        return parameters


def explain(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn a refusal into its answer; nothing of the request's changes stays. Other errors are ours: 500."""
    answer = _answer(error)
    if answer is not None:
        set_rollback()
    return answer


def _answer(error: Exception) -> Response | None:
    match error:
        case Http404() | Gone():
            return _refusal(status.HTTP_404_NOT_FOUND, NOT_FOUND)
        case PermissionDenied():
            return _refusal(status.HTTP_403_FORBIDDEN, ERRORS["403"])
        case Stale():
            return _refusal(status.HTTP_409_CONFLICT, error.reason, version=error.current.version)
        case NotAllowed():
            return _refusal(status.HTTP_403_FORBIDDEN, error.reason)
        case Refused(field=str()):
            return _refusal(status.HTTP_422_UNPROCESSABLE_ENTITY, error.reason, falt={error.field: [error.reason]})
        case Refused():
            return _refusal(status.HTTP_409_CONFLICT, error.reason)
        case exceptions.ValidationError():
            detail = error.detail if isinstance(error.detail, dict) else {"": error.detail}
            return _refusal(status.HTTP_422_UNPROCESSABLE_ENTITY, NOT_VALID, falt=detail)
        case exceptions.APIException():
            wait = getattr(error, "wait", None)
            headers = {"Retry-After": str(round(wait))} if wait else None
            return _refusal(error.status_code, str(error.detail), headers)
        case IntegrityError():
            # Two requests at once, or a rule that only the database keeps. Its own text holds values: never shown.
            name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
            log.warning("the database refused", constraint=name)
            return _refusal(
                status.HTTP_409_CONFLICT, "Det stämmer inte med det som redan är sparat. Hämta ärendet på nytt."
            )
    return None


def _refusal(code: int, reason: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
    return Response({"fel": reason, **more}, status=code, headers=headers)


def document_errors(result: dict[str, Any], generator: Any, **kwargs: Any) -> dict[str, Any]:
    """A hook of the OpenAPI document: every operation tells how it refuses."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Error"] = {
        "type": "object",
        "description": "Varför anropet inte gick.",
        "required": ["fel"],
        "properties": {
            "fel": {"type": "string", "description": "Vad som hände, i ord."},
            "falt": {"type": "object", "additionalProperties": {}, "description": "Per fält: vad som är fel."},
            "version": {"type": "integer", "description": "Den version som gäller, när någon hann före."},
        },
    }
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for operations in result.get("paths", {}).values():
        for operation in operations.values():
            for code, text in ERRORS.items():
                operation["responses"].setdefault(code, {"description": text, "content": body})
    return result
