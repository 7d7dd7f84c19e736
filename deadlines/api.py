"""Clocks through the API: what runs for the acting unit, and why (LAW-7)."""

from __future__ import annotations

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import Declared
from core.audit import Action
from core.policy import Access
from deadlines.models import Clock
from individuals.querysets import reaches
from organisations.kinds import CASE_ROLES

API_CASES = Access("api_cases", machine=True, roles=frozenset(map(str, CASE_ROLES)))
"""The API for assignments that take part in their unit's matters."""


class ClockSerializer(serializers.ModelSerializer[Clock]):
    case = serializers.UUIDField(
        source="matter_id",
        allow_null=True,
        help_text="Ärendet som fristen hör till. Tomt när den inte gäller någon.",
    )

    class Meta:
        model = Clock
        fields = [
            "id", "kind", "label", "case", "unit", "started_at", "due_at", "paused_at", "pause_reason", "stopped_at",
            "term_value", "term_unit", "term_source",
        ]  # fmt: skip


class ClockViewSet(Declared, viewsets.GenericViewSet[Clock]):
    """Frister som löper för den egna verksamheten."""

    access = API_CASES
    queryset = Clock.objects.all()
    serializer_class = ClockSerializer

    @extend_schema(tags=["Frister"], summary="Det som väntar på er, mest brådskande först")
    def list(self, request: Request) -> Response:
        actor, now = request.actor, request.now  # type: ignore[attr-defined]
        running = (
            Clock.objects.filter(
                Q(reaches(actor, now, "matter_id")) | Q(matter=None), unit_id=actor.unit_id, stopped_at=None
            )
            .select_related("matter")
            .order_by("due_at", "pk")
        )
        clocks = self.paginate_queryset(running) or []
        matters = [clock.matter for clock in clocks if clock.matter is not None]
        actor.reads.add(Action.API, "clocks", persons=[m.person_id for m in matters], matters=[m.pk for m in matters])
        return self.get_paginated_response(self.get_serializer(clocks, many=True).data)
