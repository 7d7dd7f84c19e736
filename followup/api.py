"""Figures through the API: what the pages show, with the same numbers kept back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.values import Coordination
from core.api import AnyAccept, Declared
from core.policy import Access
from core.workdays import local_day
from followup import actions, exports, figures
from followup.agreement import agreement_of
from followup.api_files import A_PDF, FileSerializer, file_or_progress
from followup.views.files import find_copy
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


TAGS = ["Uppföljning"]
ASKED = [
    OpenApiParameter("grupp", str, enum=Coordination.values, description="children eller adults."),
    OpenApiParameter("kommun", str, description="Kommunens nyckel. Utan den: hela länet."),
    OpenApiParameter("ar", int, description="Året. Utan det: i år."),
]


class FigureViewSet(Declared, viewsets.GenericViewSet[Any]):
    """Uppföljningens siffror, med definitioner. Tal som rör för få personer visas inte."""

    access = Access("api", roles=READERS.roles, machine=True)
    serializer_class = FigureSerializer
    pagination_class = None

    @extend_schema(tags=TAGS, parameters=ASKED, responses=FigureSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Alla siffror för en plats och ett år, med utveckling och kommuner."""
        board = self._board(request)
        rows: Any = exports.rows(board.panels, board.where)
        return Response(FigureSerializer(rows, many=True).data)

    @extend_schema(tags=TAGS, parameters=ASKED, summary="Be om siffrorna som PDF", request=None,
                   responses={202: FileSerializer})  # fmt: skip
    @action(detail=False, methods=["post"], url_path="pdf")
    def ask(self, request: Request) -> Response:
        """PDF:en görs i bakgrunden, med siffrorna som de är nu. Hämta den med `id`. Den finns kvar i ett dygn."""
        acting: Any = request._request
        copy = actions.ask_for_board(board=self._board(request), now=acting.now)
        return Response(FileSerializer(copy.file).data, status=202)

    @extend_schema(tags=TAGS, summary="Siffrorna som PDF, eller hur långt den har kommit", responses=A_PDF)
    @action(detail=False, url_path="pdf/<uuid:copy_id>", content_negotiation_class=AnyAccept)
    def pdf(self, request: Request, copy_id: UUID) -> HttpResponse | Response:
        acting: Any = request._request
        return file_or_progress(find_copy(acting, copy_id))

    def _board(self, request: Request) -> figures.Board:
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
        return figures.board(
            agreement, coordination, this_year=today.year, year=int(year or today.year), municipality=place
        )
