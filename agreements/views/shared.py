"""The frame of every page of one agreement."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from agreements.models import Agreement
from core.policy import ActingRequest
from core.workdays import local_day


def agreement_page(
    request: ActingRequest, agreement: Agreement, template: str, context: dict[str, Any]
) -> HttpResponse:
    """Render a page of an agreement: its name, what it is today, and the ways between its pages."""
    state = agreement.state_on(local_day(request.now))
    return render(request, template, {"agreement": agreement, "state": state, **context})
