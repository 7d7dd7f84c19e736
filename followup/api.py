"""Figures through the API: what the pages show, with the same numbers kept back."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.values import Coordination
from core.api import Declared
from core.policy import Access
from core.workdays import local_day
from followup import exports, figures
from followup.agreement import agreement_of
from followup.views.shared import READERS
from organisations.models import Huvudman


class FigureSerializer(serializers.Serializer[dict[str, Any]]):
    indicator = serializers.CharField(help_text="Indikatorns nyckel i överenskommelsen.")
    name = serializers.CharField()
    year = serializers.IntegerField()
    place = serializers.CharField()
    split = serializers.CharField()
    part = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()
    count = serializers.IntegerField(allow_null=True, help_text="Hur många siffran är räknad på.")
    told = serializers.CharField(help_text="Om siffran visas, och annars varför inte.")
    definition = serializers.CharField()


@extend_schema(
    tags=["Uppföljning"],
    parameters=[
        OpenApiParameter("grupp", str, enum=Coordination.values, description="children eller adults."),
        OpenApiParameter("kommun", str, description="Kommunens nyckel. Utan den: hela länet."),
        OpenApiParameter("ar", int, description="Året. Utan det: i år."),
    ],
)
class FigureViewSet(Declared, viewsets.GenericViewSet[Any]):
    """Uppföljningens siffror, med definitioner. Tal som rör för få personer visas inte."""

    access = Access("api", roles=READERS.roles, machine=True)
    serializer_class = FigureSerializer
    pagination_class = None

    @extend_schema(responses=FigureSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Alla siffror för en plats och ett år, med utveckling och kommuner."""
        acting: Any = request._request
        today = local_day(acting.now)
        coordination, year = request.query_params.get("grupp", "children"), request.query_params.get("ar", "")
        if coordination not in Coordination.values:
            raise exceptions.ValidationError({"grupp": "Välj children eller adults."})
        if year and not (year.isdigit() and 2000 <= int(year) <= today.year):
            raise exceptions.ValidationError({"ar": "Ange ett år till och med i år."})
        agreement = agreement_of(acting.actor.huvudman_id, today)
        if agreement is None:
            raise exceptions.NotFound
        key = request.query_params.get("kommun", "")
        place = Huvudman.objects.filter(key=key).values_list("pk", flat=True).first() if key else None
        board = figures.board(
            agreement, coordination, this_year=today.year, year=int(year or today.year), municipality=place
        )
        rows: Any = exports.rows(board.panels, board.where)
        return Response(FigureSerializer(rows, many=True).data)
