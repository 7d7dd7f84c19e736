"""The regional board's work through the API: priorities, assignments, indicators (FUP-4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.workdays import local_day
from followup import actions
from followup.agreement import agreement_of, local_groups
from followup.api_shared import TAG, Board, OfGroups, OfTheBoard, SeenInput
from followup.definitions import Definition, Definitions
from followup.forms.reports import IndicatorForm, key_of
from followup.kinds import TaskDo
from followup.models import BoardTask, Priority
from followup.permissions import TASK_RULES
from followup.views.board import find_task


# --- told -------------------------------------------------------------------------------------------------------------
class PrioritySerializer(serializers.ModelSerializer[Priority]):
    class Meta:
        model = Priority
        fields = ["id", "year", "name", "text", "decided_at"]


class BoardTaskSerializer(serializers.ModelSerializer[BoardTask]):
    class Meta:
        model = BoardTask
        fields = [
            "id", "group", "state", "version", "name", "text", "due_on", "given_at", "result", "reported_at", "answer",
            "answered_at",
        ]  # fmt: skip


class IndicatorSerializer(serializers.Serializer[Definition]):
    key = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    definition = serializers.CharField()
    unit = serializers.CharField()
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    target = serializers.IntegerField(allow_null=True)
    source = serializers.CharField(help_text="Var den kommer ifrån.")  # type: ignore[assignment]


# --- taken ------------------------------------------------------------------------------------------------------------
class PriorityInput(serializers.Serializer[Any]):
    year = serializers.IntegerField(min_value=2000, max_value=2100)
    name = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=2000)


class GiveTaskInput(serializers.Serializer[Any]):
    groups = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=100)
    name = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=5000)
    due_on = serializers.DateField()


class ReportTaskInput(SeenInput):
    result = serializers.CharField(max_length=10_000)


class AcceptTaskInput(SeenInput):
    answer = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")


class ReturnTaskInput(SeenInput):
    answer = serializers.CharField(max_length=5000)
    due_on = serializers.DateField()


class IndicatorInput(serializers.Serializer[Any]):
    """What the portal's own form takes: with a measure it is counted, with an analysis the groups write."""

    name = serializers.CharField(max_length=200)
    from_year = serializers.IntegerField(min_value=2000, max_value=2100, help_text="Tidigast nästa år.")
    asks_text = serializers.BooleanField(required=False, default=False)
    prompt = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    numerator = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    denominator = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    definition = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    aim = serializers.CharField(max_length=20, required=False, default="none")
    target = serializers.IntegerField(min_value=0, max_value=10_000, required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=1000)


class EndIndicatorInput(serializers.Serializer[Any]):
    from_year = serializers.IntegerField(min_value=2000, max_value=2100)
    reason = serializers.CharField(max_length=1000)


# --- addresses --------------------------------------------------------------------------------------------------------
class PriorityViewSet(OfTheBoard, viewsets.GenericViewSet[Priority]):
    """Regionens prioriteringar, år för år."""

    queryset = Priority.objects.all()  # For the document only: rows are always asked for through the agreement.
    serializer_class = PrioritySerializer
    filter_backends: list[Any] = []

    @extend_schema(**TAG, summary="Regionens prioriteringar")
    def list(self, request: Request) -> Response:
        found = Priority.objects.filter(agreement=self.agreement()).order_by("-year", "name")
        return self.get_paginated_response(PrioritySerializer(self.paginate_queryset(found), many=True).data)

    @extend_schema(**TAG, summary="Sätt en prioritering", request=PriorityInput, responses={201: PrioritySerializer})
    def create(self, request: Request) -> Response:
        self.require_board()
        agreement, given = self.agreement(), self.read(PriorityInput)
        made = actions.add_priority(agreement=agreement, by=self.by, now=self.now, **given)
        return Response(PrioritySerializer(made).data, status=201)


@extend_schema_view(
    list=extend_schema(**TAG, summary="Uppdrag från den regionala gruppen"),
    create=extend_schema(**TAG, summary="Ge grupper ett uppdrag", request=GiveTaskInput,
                         responses={201: BoardTaskSerializer(many=True)}),
    retrieve=extend_schema(**TAG, summary="Ett uppdrag"),
)  # fmt: skip
class BoardTaskViewSet(OfGroups, Board, viewsets.GenericViewSet[BoardTask]):
    """Uppdrag till grupperna, med dag och redovisning."""

    queryset = BoardTask.objects.all()  # For the document only: rows are always asked for through the groups.
    serializer_class = BoardTaskSerializer
    lookup_url_kwarg, lookup_value_converter = "task_id", "uuid"
    filter_backends: list[Any] = []

    def list(self, request: Request) -> Response:
        mine, read = self.groups()
        page = self.paginate_queryset(BoardTask.objects.filter(group__in=[*mine, *read]).order_by("-due_on", "id"))
        return self.get_paginated_response(BoardTaskSerializer(page, many=True).data)

    def create(self, request: Request) -> Response:
        self.require_board()
        agreement = agreement_of(self.by.huvudman_id, local_day(self.now))
        if agreement is None:
            raise Http404("agreement")
        given = self.read(GiveTaskInput)
        known = {one.pk: one for one in local_groups(agreement)}
        if set(given["groups"]) - set(known):
            raise serializers.ValidationError({"groups": "Gruppen hör inte till överenskommelsen."})
        groups = [known[one] for one in dict.fromkeys(given["groups"])]
        made = actions.give_task(agreement=agreement, by=self.by, now=self.now, **{**given, "groups": groups})
        return Response(BoardTaskSerializer(made, many=True).data, status=201)

    def retrieve(self, request: Request, task_id: UUID) -> Response:
        return self._tell(task_id)

    @extend_schema(**TAG, summary="Redovisa uppdraget", request=ReportTaskInput)
    @action(detail=True, methods=["post"], url_path="redovisa")
    def report(self, request: Request, task_id: UUID) -> Response:
        return self._step(task_id, TaskDo.REPORT, actions.report_task, ReportTaskInput)

    @extend_schema(**TAG, summary="Godkänn redovisningen", request=AcceptTaskInput)
    @action(detail=True, methods=["post"], url_path="godkann")
    def accept(self, request: Request, task_id: UUID) -> Response:
        return self._step(task_id, TaskDo.ACCEPT, actions.accept_task, AcceptTaskInput)

    @extend_schema(**TAG, summary="Be om komplettering", request=ReturnTaskInput)
    @action(detail=True, methods=["post"], url_path="komplettera")
    def give_back(self, request: Request, task_id: UUID) -> Response:
        return self._step(task_id, TaskDo.RETURN, actions.return_task, ReturnTaskInput)

    def _step(self, task_id: UUID, do: TaskDo, verb: Any, taken: Any) -> Response:
        found, _ = find_task(self.request, task_id)
        TASK_RULES.require(self.by, do, found)
        verb(task_id=task_id, by=self.by, now=self.now, **self.read(taken))
        return self._tell(task_id)

    def _tell(self, task_id: UUID) -> Response:
        found, _ = find_task(self.request, task_id)
        return Response(BoardTaskSerializer(found).data)


class IndicatorViewSet(OfTheBoard, viewsets.GenericViewSet[Any]):
    """Indikatorerna som gäller från nästa år. Ett år som har börjat ändras aldrig."""

    serializer_class = IndicatorSerializer
    lookup_field = lookup_url_kwarg = "key"
    lookup_value_converter = "slug"
    pagination_class = None
    filter_backends: list[Any] = []

    @extend_schema(**TAG, summary="Indikatorerna nästa år", responses=IndicatorSerializer(many=True))
    def list(self, request: Request) -> Response:
        return self._tell()

    @extend_schema(**TAG, summary="Lägg till en indikator", request=IndicatorInput,
                   responses={201: IndicatorSerializer(many=True)})  # fmt: skip
    def create(self, request: Request) -> Response:
        self.require_board()
        agreement, given = self.agreement(), self.read(IndicatorInput)
        form = IndicatorForm(given)
        if not form.is_valid():
            raise serializers.ValidationError({name: [*told] for name, told in form.errors.items()})
        actions.add_indicator(
            agreement=agreement, from_year=given["from_year"], values=form.values(key_of(given["name"])),
            reason=given["reason"], by=self.by, now=self.now,
        )  # fmt: skip
        return self._tell(status=201)

    @extend_schema(**TAG, summary="Fråga inte längre", request=EndIndicatorInput,
                   responses=IndicatorSerializer(many=True))  # fmt: skip
    @action(detail=True, methods=["post"], url_path="ta-bort")
    def end(self, request: Request, key: str) -> Response:
        one = next((one for one in self._asked() if one.key == key), None)
        if one is None:
            raise Http404("followup.indicator")
        self.require_board()
        actions.end_indicator(
            agreement=self.agreement(), key=one.key, name=one.name, kind=one.kind, by=self.by, now=self.now,
            **self.read(EndIndicatorInput),
        )  # fmt: skip
        return self._tell()

    def _asked(self) -> Sequence[Definition]:
        return Definitions(self.agreement()).of(local_day(self.now).year + 1)

    def _tell(self, status: int = 200) -> Response:
        rows: Any = self._asked()
        return Response(IndicatorSerializer(rows, many=True).data, status=status)
