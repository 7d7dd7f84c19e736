"""Health for machines, the running of the jobs for system administrators, information about the portal, and errors."""

from __future__ import annotations

import sys
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core import outbox
from core.heartbeat import pulses
from core.models import Message
from core.policy import ASSIGNED, PUBLIC, ActingRequest, for_roles, policy
from core.printing import log_print
from core.templatetags.portal import plural

DEAD_LETTERS_SHOWN = 100
RETRY_SECONDS = "30"
# What the jobs count in their signs of life, in words. A count without words here isn't shown.
COUNTS = {
    "passed": ("frist behandlad", "frister behandlade"),
    "tried": ("meddelande försökt", "meddelanden försökta"),
    "rows": ("loggrad förseglad", "loggrader förseglade"),
}


# --- for machines ---------------------------------------------------------------------------------------------------
@policy(PUBLIC)
@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Whether the portal works: database, and each background job's last sign of life. 503 when something doesn't."""
    now = timezone.now()
    answer: dict[str, Any] = {"version": settings.VERSION, "database": "ok", "jobs": {}}
    try:
        with transaction.atomic():
            found = pulses(now)
    except DatabaseError:
        return _down()
    for pulse in found:
        answer["jobs"][pulse.job] = {
            "status": "ok" if pulse.alive else "silent",
            "seconds_since": round((now - pulse.beat_at).total_seconds()) if pulse.beat_at else None,
        }
    alive = all(pulse.alive for pulse in found)
    return JsonResponse({"status": "ok" if alive else "silent", **answer}, status=200 if alive else 503)


def _down() -> JsonResponse:
    answer = {"status": "down", "version": settings.VERSION, "database": "unreachable", "jobs": {}}
    return JsonResponse(answer, status=503)


# --- for system administrators --------------------------------------------------------------------------------------
@policy(for_roles("system_administrator"))
@require_safe
def operations(request: ActingRequest) -> HttpResponse:
    """Signs of life of the jobs, and messages that could not be delivered. No personal data."""
    dead = Message.objects.filter(dead_at__isnull=False).order_by("-dead_at")
    jobs = [(pulse, _counts(pulse.detail)) for pulse in pulses(request.now)]
    letters = [(message, _subject(message)) for message in dead[:DEAD_LETTERS_SHOWN]]
    context = {"jobs": jobs, "letters": letters, "dead_count": dead.count(), "now": request.now}
    return render(request, "core/operations.html", context)


def _subject(message: Message) -> str:
    # A message may be older than the version that stopped sending its kind.
    kind = outbox.all_kinds().get(message.kind)
    return kind.subject if kind else "Meddelande av ett slag som inte används längre"


def _counts(detail: dict[str, Any]) -> list[str]:
    return [plural(detail[key], *words) for key, words in COUNTS.items() if key in detail]


@policy(for_roles("system_administrator"))
@require_POST
def retry_message(request: ActingRequest, message_id: UUID) -> HttpResponse:
    """Try a dead letter again. One that isn't dead (any more) is left as it is."""
    outbox.revive(message_id, request.now)
    messages.success(request, "Meddelandet försöks igen inom någon minut.")
    return redirect("operations")


# --- printing ---------------------------------------------------------------------------------------------------------
@policy(ASSIGNED)
@require_POST
def printed(request: ActingRequest) -> HttpResponse:
    """The browser tells that it prints a page: a read of its own in the log (LAW-1)."""
    try:
        log_print(request.actor, request.POST.get("note", ""))
    except signing.BadSignature:
        return HttpResponse(status=400)
    return HttpResponse(status=204)


# --- about the portal -------------------------------------------------------------------------------------------------
@policy(PUBLIC)
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (LAW-5)."""
    return render(request, "core/accessibility.html")


@policy(PUBLIC)
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """Whom to ask for help."""
    return render(request, "core/contact.html")


@policy(PUBLIC)
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """How what is written here is protected, in plain words."""
    return render(request, "core/privacy.html")


# --- errors -----------------------------------------------------------------------------------------------------------
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """One answer, whether the thing is somebody else's or doesn't exist (LAW-3, IND-9)."""
    return _error(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Made without context: whatever failed may fail again. A database that can't be reached is 503: try again soon."""
    is_away = isinstance(sys.exception(), OperationalError | InterfaceError)
    if is_away and request.path == reverse("health"):
        return _down()
    status, headers = (503, {"Retry-After": RETRY_SECONDS}) if is_away else (500, {})
    if request.path.startswith("/api/"):
        return JsonResponse({"fel": "Något gick fel hos oss. Försök igen om en stund."}, status=status, headers=headers)
    return HttpResponse(render_to_string("500.html"), status=status, headers=headers)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is too old, or cookies are off. What was typed is still in the browser one step back."""
    return _error(request, "csrf.html", 403)


def _error(request: HttpRequest, template: str, status: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        words = {400: "Anropet går inte att förstå.", 403: "Det är inte tillåtet.", 404: "Det finns inte."}
        return JsonResponse({"fel": words[status]}, status=status)
    return render(request, template, status=status)
