"""What every request passes: a log line without personal data, the real client address, and the outer door."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render

from core.policy import Access

log = structlog.get_logger("web")
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RequestLog:
    """One line per request: method, route (never the address itself, which could carry a search), status, time."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        request_id = uuid.uuid4().hex[:8]
        with structlog.contextvars.bound_contextvars(request=request_id):
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            if not request.path.startswith(settings.STATIC_URL):
                route = request.resolver_match.route if request.resolver_match else "–"
                log.info(
                    f"{request.method} /{route}",
                    status=response.status_code,
                    ms=round((time.perf_counter() - started) * 1000),
                )
        return response


def client_address(request: HttpRequest) -> str:
    """The address lockout counts. X-Forwarded-For is believed only as far as the trusted proxies wrote it."""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    if trusted and len(hops) >= trusted:
        return hops[-trusted]
    return request.META.get("REMOTE_ADDR", "")


class ClientAddress:
    """Make REMOTE_ADDR the real client's, so that nothing downstream reads a header a client can forge."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.META["REMOTE_ADDR"] = client_address(request)
        return self.get_response(request)


class DenyByDefault:
    """Refuse every address that doesn't declare a policy, and everyone the declared policy leaves out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        access: Access | None = getattr(view, "policy", None)
        if access is None:
            log.error("an address has no policy", route=request.resolver_match.route if request.resolver_match else "")
            return refuse(request, "Sidan är inte öppnad för någon ännu.", machine=False)
        if not access.signed_in:
            return None
        if not request.user.is_authenticated:
            if access.machine:
                return JsonResponse({"fel": "Logga in först."}, status=401, headers={"WWW-Authenticate": "Token"})
            return redirect_to_login(request.get_full_path())
        if getattr(request, "must_verify", False) and not getattr(view, "before_second_factor", False):
            if access.machine:
                return JsonResponse({"fel": "Bekräfta inloggningen med engångskod först."}, status=401)
            return redirect("organisations:second_factor")
        if not access.assigned:
            return None
        actor = getattr(request, "actor", None)
        if actor is None:
            if access.machine:
                return refuse(request, "Ange ett gällande uppdrag i rubriken X-Uppdrag.", machine=True)
            return redirect("organisations:choose_assignment")
        if access.leaves_out(actor.role):
            return refuse(request, "Ditt uppdrag har inte tillgång till den här sidan.", machine=access.machine)
        return None


def refuse(request: HttpRequest, reason: str, *, machine: bool) -> HttpResponse:
    if machine:
        return JsonResponse({"fel": reason}, status=403)
    return render(request, "403.html", {"reason": reason}, status=403)
