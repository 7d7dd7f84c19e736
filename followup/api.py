"""Figures, reports and meetings through the API: what the pages show, with the same numbers kept back.

Read only: what is handed in is decided by people at a table, in the portal.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import exceptions, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.values import Coordination
from core.api import Declared
from core.policy import Access
from core.workdays import local_day
from followup import exports, figures
from followup.agreement import agreement_of, local_groups
from followup.kinds import MeetingState
from followup.models import AgendaItem, Decision, GroupReport, Meeting, RegionalVersion, ReportVersion
from followup.querysets import READERS as READS_THE_LOCAL
from followup.querysets import groups_of
from followup.views.meetings import find_meeting
from followup.views.reports import find_report, find_version, texts_of
from followup.views.shared import IN_GROUPS, READERS
from organisations.models import CoordinationGroup, Huvudman


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


# --- meetings -------------------------------------------------------------------------------------------------------
class AgendaItemSerializer(serializers.ModelSerializer[AgendaItem]):
    class Meta:
        model = AgendaItem
        fields = ["position", "heading", "text", "note"]


class GroupDecisionSerializer(serializers.ModelSerializer[Decision]):
    owner = serializers.UUIDField(source="owner.represents_id", help_text="Verksamheten som svarar för beslutet.")

    class Meta:
        model = Decision
        fields = ["id", "state", "text", "owner", "due_on", "done_at", "done_note", "effect"]


class GroupMeetingSerializer(serializers.ModelSerializer[Meeting]):
    class Meta:
        model = Meeting
        fields = [
            "id", "group", "state", "version", "starts_at", "minutes_long", "place", "called_at", "user_participation",
            "approved_at", "cancel_reason",
        ]  # fmt: skip


class WholeMeetingSerializer(GroupMeetingSerializer):
    items = AgendaItemSerializer(many=True)
    decisions = GroupDecisionSerializer(many=True)

    class Meta(GroupMeetingSerializer.Meta):
        fields = [*GroupMeetingSerializer.Meta.fields, "items", "decisions"]


class GroupMeetingViewSet(Declared, viewsets.GenericViewSet[Meeting]):
    """Samordningsgruppernas möten. Den regionala gruppen ser justerade protokoll."""

    access = Access("api", roles=IN_GROUPS.roles, machine=True)
    queryset = Meeting.objects.all()  # For the document only: rows are always asked for through the groups.
    serializer_class = GroupMeetingSerializer
    lookup_url_kwarg, lookup_value_converter = "meeting_id", "uuid"
    filter_backends: list[Any] = []

    @extend_schema(tags=["Uppföljning"], summary="Gruppernas möten")
    def list(self, request: Request) -> Response:
        mine, read = _groups(request)
        found = Meeting.objects.filter(Q(group__in=mine) | Q(group__in=read, state=MeetingState.APPROVED))
        page = self.paginate_queryset(found.order_by("-starts_at", "id"))
        return self.get_paginated_response(GroupMeetingSerializer(page, many=True).data)

    @extend_schema(tags=["Uppföljning"], summary="Ett möte, med dagordning, protokoll och beslut",
                   responses=WholeMeetingSerializer)  # fmt: skip
    def retrieve(self, request: Request, meeting_id: UUID) -> Response:
        acting: Any = request._request
        found, _ = find_meeting(acting, meeting_id)
        return Response(WholeMeetingSerializer(found).data)


# --- reports --------------------------------------------------------------------------------------------------------
class ReportTextSerializer(serializers.Serializer[dict[str, str]]):
    question = serializers.CharField()
    text = serializers.CharField()


class GroupReportSerializer(serializers.ModelSerializer[GroupReport]):
    year = serializers.IntegerField(source="campaign.year")
    due_at = serializers.DateTimeField(source="campaign.due_at")

    class Meta:
        model = GroupReport
        fields = ["id", "group", "year", "state", "due_at", "changed_at"]


class WholeReportSerializer(GroupReportSerializer):
    """Med det som senast lämnades in: texter, och siffror som de var då."""

    handed_in = serializers.SerializerMethodField(help_text="Inlämnad version, tom om rapporten inte är inlämnad.")
    texts = serializers.SerializerMethodField()
    figures = serializers.SerializerMethodField()

    class Meta(GroupReportSerializer.Meta):
        fields = [*GroupReportSerializer.Meta.fields, "handed_in", "texts", "figures"]

    def _last(self, report: GroupReport) -> ReportVersion | None:
        return report.versions.last()

    def get_handed_in(self, report: GroupReport) -> int | None:
        last = self._last(report)
        return last.number if last else None

    @extend_schema_field(ReportTextSerializer(many=True))
    def get_texts(self, report: GroupReport) -> list[dict[str, str]]:
        last = self._last(report)
        return _texts(last.content) if last else []

    @extend_schema_field(FigureSerializer(many=True))
    def get_figures(self, report: GroupReport) -> Any:
        last, place = self._last(report), report.group.municipality
        return _figures(last.content, place.name if place else "") if last else []


class GroupReportViewSet(Declared, viewsets.GenericViewSet[GroupReport]):
    """Gruppernas årliga uppföljning: det som är inlämnat, med siffrorna som de var då."""

    access = Access("api", roles=IN_GROUPS.roles, machine=True)
    queryset = GroupReport.objects.all()  # For the document only: rows are always asked for through the groups.
    serializer_class = GroupReportSerializer
    lookup_url_kwarg, lookup_value_converter = "report_id", "uuid"
    filter_backends: list[Any] = []

    @extend_schema(tags=["Uppföljning"], summary="Gruppernas uppföljning, år för år")
    def list(self, request: Request) -> Response:
        mine, read = _groups(request)
        found = GroupReport.objects.filter(group__in=[*mine, *read]).select_related("campaign")
        page = self.paginate_queryset(found.order_by("-campaign__year", "group__name", "id"))
        return self.get_paginated_response(GroupReportSerializer(page, many=True).data)

    @extend_schema(tags=["Uppföljning"], summary="En grupps uppföljning", responses=WholeReportSerializer)
    def retrieve(self, request: Request, report_id: UUID) -> Response:
        acting: Any = request._request
        found, _ = find_report(acting, report_id)
        return Response(WholeReportSerializer(found).data)


class RegionalVersionSerializer(serializers.ModelSerializer[RegionalVersion]):
    year = serializers.IntegerField(source="report.campaign.year")
    coordination = serializers.CharField(source="report.coordination", help_text="children eller adults.")

    class Meta:
        model = RegionalVersion
        fields = ["id", "year", "coordination", "number", "at", "reason"]


class WholeRegionalSerializer(RegionalVersionSerializer):
    groups = serializers.SerializerMethodField(help_text="Grupper i sammanställningen; utan version: inte inlämnad.")
    texts = serializers.SerializerMethodField()
    figures = serializers.SerializerMethodField()

    class Meta(RegionalVersionSerializer.Meta):
        fields = [*RegionalVersionSerializer.Meta.fields, "groups", "texts", "figures"]

    def get_groups(self, version: RegionalVersion) -> list[dict[str, Any]]:
        groups: list[dict[str, Any]] = version.content["groups"]
        return groups

    @extend_schema_field(ReportTextSerializer(many=True))
    def get_texts(self, version: RegionalVersion) -> list[dict[str, str]]:
        return _texts(version.content)

    @extend_schema_field(FigureSerializer(many=True))
    def get_figures(self, version: RegionalVersion) -> Any:
        return _figures(version.content, "Hela länet")


class RegionalVersionViewSet(Declared, viewsets.GenericViewSet[RegionalVersion]):
    """Länets sammanställningar, som de lämnades över."""

    access = Access("api", roles=READERS.roles, machine=True)
    queryset = RegionalVersion.objects.all()  # For the document only: rows are always asked for through the agreement.
    serializer_class = RegionalVersionSerializer
    lookup_url_kwarg, lookup_value_converter = "version_id", "uuid"
    filter_backends: list[Any] = []

    @extend_schema(tags=["Uppföljning"], summary="Överlämnade sammanställningar")
    def list(self, request: Request) -> Response:
        acting: Any = request._request
        ours = RegionalVersion.objects.filter(
            report__campaign__agreement__parties__huvudman_id=acting.actor.huvudman_id
        ).select_related("report__campaign")
        page = self.paginate_queryset(ours.order_by("-at", "id"))
        return self.get_paginated_response(RegionalVersionSerializer(page, many=True).data)

    @extend_schema(tags=["Uppföljning"], summary="En överlämnad sammanställning", responses=WholeRegionalSerializer)
    def retrieve(self, request: Request, version_id: UUID) -> Response:
        acting: Any = request._request
        return Response(WholeRegionalSerializer(find_version(acting, version_id)).data)


def _groups(request: Request) -> tuple[list[CoordinationGroup], list[CoordinationGroup]]:
    """The groups the actor works in, and those whose approved minutes and reports they read."""
    acting: Any = request._request
    today = local_day(acting.now)
    mine, read = groups_of(acting.actor, today), []
    agreement = agreement_of(acting.actor.huvudman_id, today)
    if agreement is not None and acting.actor.role in READS_THE_LOCAL:
        read = local_groups(agreement)
    return mine, read


def _texts(content: dict[str, Any]) -> list[dict[str, str]]:
    return [{"question": name, "text": text} for name, text in texts_of(content)]


def _figures(content: dict[str, Any], where: str) -> Any:
    rows: Any = exports.rows(figures.thawed(content["figures"]), where)
    return FigureSerializer(rows, many=True).data
