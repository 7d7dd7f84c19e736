"""The groups' meetings and decisions through the API: the same rows, rules and actions as the pages (FUP-1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.workdays import local_day
from followup import actions
from followup.api_shared import TAG, OfGroups, SeenInput
from followup.forms.groups import MOST_IN_SERIES
from followup.kinds import DecisionDo, MeetingDo, MeetingState
from followup.models import AgendaItem, Attendance, CoOpted, Decision, Meeting
from followup.permissions import DECISION_RULES, MEETING_RULES
from followup.querysets import in_force
from followup.views.meetings import find_decision, find_meeting
from followup.views.shared import group_or_404
from organisations.models import GroupMember


# --- told -------------------------------------------------------------------------------------------------------------
class AgendaItemSerializer(serializers.ModelSerializer[AgendaItem]):
    class Meta:
        model = AgendaItem
        fields = ["id", "position", "heading", "text", "note"]


class GroupDecisionSerializer(serializers.ModelSerializer[Decision]):
    owner = serializers.UUIDField(source="owner.represents_id", help_text="Verksamheten som svarar för beslutet.")

    class Meta:
        model = Decision
        fields = ["id", "group", "meeting", "state", "version", "text", "owner", "due_on", "done_at", "done_note",
                  "effect"]  # fmt: skip


class AttendanceSerializer(serializers.ModelSerializer[Attendance]):
    class Meta:
        model = Attendance
        fields = ["member", "co_opted"]


class GroupMeetingSerializer(serializers.ModelSerializer[Meeting]):
    class Meta:
        model = Meeting
        fields = [
            "id", "group", "state", "version", "starts_at", "minutes_long", "place", "called_at", "user_participation",
            "approved_at", "cancel_reason",
        ]  # fmt: skip


class WholeMeetingSerializer(GroupMeetingSerializer):
    items = AgendaItemSerializer(many=True)
    attendance = AttendanceSerializer(many=True)
    decisions = GroupDecisionSerializer(many=True)

    class Meta(GroupMeetingSerializer.Meta):
        fields = [*GroupMeetingSerializer.Meta.fields, "items", "attendance", "decisions"]


class CoOptedSerializer(serializers.ModelSerializer[CoOpted]):
    class Meta:
        model = CoOpted
        fields = ["id", "group", "name", "why", "starts_on", "ends_on"]


# --- taken ------------------------------------------------------------------------------------------------------------
PLACE: dict[str, Any] = {"max_length": 200, "help_text": "Plats eller länk."}
LENGTH: dict[str, Any] = {"min_value": 15, "max_value": 600, "default": 120}


class PlanMeetingsInput(serializers.Serializer[Any]):
    group = serializers.UUIDField()
    starts = serializers.ListField(
        child=serializers.DateTimeField(), min_length=1, max_length=MOST_IN_SERIES, help_text="En tid för varje möte."
    )
    minutes_long = serializers.IntegerField(**LENGTH)
    place = serializers.CharField(**PLACE)


class MoveMeetingInput(SeenInput):
    starts_at = serializers.DateTimeField()
    minutes_long = serializers.IntegerField(**LENGTH)
    place = serializers.CharField(**PLACE)


class PointInput(serializers.Serializer[Any]):
    heading = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class CancelMeetingInput(SeenInput):
    reason = serializers.CharField(max_length=300)


class MinuteInput(serializers.Serializer[Any]):
    item = serializers.UUIDField(help_text="Punkten på dagordningen.")
    note = serializers.CharField(max_length=10_000, allow_blank=True)


class MinutesInput(SeenInput):
    """Members and co-opted parties who were there, and what was said; points left out stay as they were."""

    present = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=200)
    co_opted = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=200)
    notes = MinuteInput(many=True, required=False, default=list)
    user_participation = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class DecideInput(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2000)
    owner = serializers.UUIDField(help_text="Medlemmen som svarar för beslutet.")
    due_on = serializers.DateField()
    item = serializers.UUIDField(required=False, allow_null=True, default=None)


class DecisionNoteInput(SeenInput):
    note = serializers.CharField(max_length=2000)


class DecisionEffectInput(SeenInput):
    effect = serializers.CharField(max_length=2000)


class CoOptInput(serializers.Serializer[Any]):
    group = serializers.UUIDField()
    name = serializers.CharField(max_length=150)
    why = serializers.CharField(max_length=300)
    starts_on = serializers.DateField()


# --- addresses --------------------------------------------------------------------------------------------------------
@extend_schema_view(
    list=extend_schema(**TAG, summary="Gruppernas möten"),
    create=extend_schema(**TAG, summary="Planera ett möte eller en serie", request=PlanMeetingsInput,
                         responses={201: GroupMeetingSerializer(many=True)}),
    retrieve=extend_schema(**TAG, summary="Ett möte, med dagordning, protokoll och beslut",
                           responses=WholeMeetingSerializer),
)  # fmt: skip
class GroupMeetingViewSet(OfGroups, viewsets.GenericViewSet[Meeting]):
    """Samordningsgruppernas möten. Den regionala gruppen ser justerade protokoll."""

    queryset = Meeting.objects.all()  # For the document only: rows are always asked for through the groups.
    serializer_class = GroupMeetingSerializer
    lookup_url_kwarg, lookup_value_converter = "meeting_id", "uuid"
    filter_backends: list[Any] = []

    def list(self, request: Request) -> Response:
        mine, read = self.groups()
        found = Meeting.objects.filter(Q(group__in=mine) | Q(group__in=read, state=MeetingState.APPROVED))
        page = self.paginate_queryset(found.order_by("-starts_at", "id"))
        return self.get_paginated_response(GroupMeetingSerializer(page, many=True).data)

    def create(self, request: Request) -> Response:
        self.require_some_lead()
        given = self.read(PlanMeetingsInput)
        made = actions.plan_meetings(
            group_id=given["group"], starts=given["starts"], minutes_long=given["minutes_long"], place=given["place"],
            by=self.by, now=self.now,
        )  # fmt: skip
        return Response(GroupMeetingSerializer(made, many=True).data, status=201)

    def retrieve(self, request: Request, meeting_id: UUID) -> Response:
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Ändra tid och plats", request=MoveMeetingInput, responses=WholeMeetingSerializer)
    @action(detail=True, methods=["post"], url_path="andra")
    def change(self, request: Request, meeting_id: UUID) -> Response:
        self._require(meeting_id, MeetingDo.CHANGE)
        actions.change_meeting(meeting_id=meeting_id, by=self.by, now=self.now, **self.read(MoveMeetingInput))
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Lägg till en punkt", request=PointInput, responses=WholeMeetingSerializer)
    @action(detail=True, methods=["post"], url_path="punkter")
    def add_point(self, request: Request, meeting_id: UUID) -> Response:
        self._require(meeting_id, MeetingDo.ADD_POINT)
        actions.add_point(meeting_id=meeting_id, by=self.by, now=self.now, **self.read(PointInput))
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Kalla till mötet", request=SeenInput, responses=WholeMeetingSerializer)
    @action(detail=True, methods=["post"], url_path="kalla")
    def call(self, request: Request, meeting_id: UUID) -> Response:
        self._require(meeting_id, MeetingDo.CALL)
        actions.call(meeting_id=meeting_id, by=self.by, now=self.now, **self.read(SeenInput))
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Ställ in mötet", request=CancelMeetingInput, responses=WholeMeetingSerializer)
    @action(detail=True, methods=["post"], url_path="stall-in")
    def cancel(self, request: Request, meeting_id: UUID) -> Response:
        self._require(meeting_id, MeetingDo.CANCEL)
        actions.cancel(meeting_id=meeting_id, by=self.by, now=self.now, **self.read(CancelMeetingInput))
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Skriv protokollet", request=MinutesInput, responses=WholeMeetingSerializer)
    @action(detail=True, methods=["post"], url_path="protokoll")
    def record(self, request: Request, meeting_id: UUID) -> Response:
        found = self._require(meeting_id, MeetingDo.RECORD)
        given, day = self.read(MinutesInput), local_day(found.starts_at)
        members = GroupMember.objects.filter(in_force(day), group=found.group)
        actions.record(
            meeting_id=meeting_id,
            version=given["version"],
            notes={one["item"]: one["note"] for one in given["notes"]},
            present=_all_of(members, given["present"], "present"),
            co_opted=_all_of(CoOpted.objects.filter(in_force(day), group=found.group), given["co_opted"], "co_opted"),
            user_participation=given["user_participation"],
            by=self.by,
            now=self.now,
        )
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Anteckna ett beslut", request=DecideInput, responses=WholeMeetingSerializer)
    @action(detail=True, methods=["post"], url_path="beslut")
    def decide(self, request: Request, meeting_id: UUID) -> Response:
        found = self._require(meeting_id, MeetingDo.DECIDE)
        given = self.read(DecideInput)
        members = GroupMember.objects.filter(group=found.group).select_related("represents")
        item = _all_of(found.items.all(), [given["item"]], "item")[0] if given["item"] else None
        actions.decide(
            meeting_id=meeting_id, text=given["text"], owner=_all_of(members, [given["owner"]], "owner")[0],
            due_on=given["due_on"], item=item, by=self.by, now=self.now,
        )  # fmt: skip
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Justera protokollet", request=SeenInput, responses=WholeMeetingSerializer)
    @action(detail=True, methods=["post"], url_path="justera")
    def approve(self, request: Request, meeting_id: UUID) -> Response:
        self._require(meeting_id, MeetingDo.APPROVE)
        actions.approve(meeting_id=meeting_id, by=self.by, now=self.now, **self.read(SeenInput))
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Publicera det justerade protokollet", request=None, responses=WholeMeetingSerializer)
    @action(detail=True, methods=["post"], url_path="publicera")
    def publish(self, request: Request, meeting_id: UUID) -> Response:
        """Brukarorganisationer och andra hos parterna kan läsa det. Det går inte att ta tillbaka."""
        found, _ = find_meeting(self.request, meeting_id)
        actions.publish_minutes(meeting_id=found.pk, by=self.by, now=self.now)
        return self._tell(meeting_id)

    def _require(self, meeting_id: UUID, do: MeetingDo) -> Meeting:
        found, _ = find_meeting(self.request, meeting_id)
        MEETING_RULES.require(self.by, do, found)
        return found

    def _tell(self, meeting_id: UUID) -> Response:
        found, _ = find_meeting(self.request, meeting_id)
        return Response(WholeMeetingSerializer(found).data)


@extend_schema_view(
    list=extend_schema(**TAG, summary="Gruppernas beslut"),
    retrieve=extend_schema(**TAG, summary="Ett beslut, och vad som har blivit av det"),
)
class GroupDecisionViewSet(OfGroups, viewsets.GenericViewSet[Decision]):
    """Samordningsgruppernas beslut, med ansvarig och dag."""

    queryset = Decision.objects.all()  # For the document only: rows are always asked for through the groups.
    serializer_class = GroupDecisionSerializer
    lookup_url_kwarg, lookup_value_converter = "decision_id", "uuid"
    filter_backends: list[Any] = []

    def list(self, request: Request) -> Response:
        mine, read = self.groups()
        found = Decision.objects.filter(group__in=[*mine, *read]).select_related("owner")
        page = self.paginate_queryset(found.order_by("-due_on", "id"))
        return self.get_paginated_response(GroupDecisionSerializer(page, many=True).data)

    def retrieve(self, request: Request, decision_id: UUID) -> Response:
        return self._tell(decision_id)

    @extend_schema(**TAG, summary="Beslutet är genomfört", request=DecisionNoteInput)
    @action(detail=True, methods=["post"], url_path="genomfort")
    def finish(self, request: Request, decision_id: UUID) -> Response:
        self._require(decision_id, DecisionDo.FINISH)
        actions.finish_decision(decision_id=decision_id, by=self.by, now=self.now, **self.read(DecisionNoteInput))
        return self._tell(decision_id)

    @extend_schema(**TAG, summary="Skriv av beslutet", request=DecisionNoteInput)
    @action(detail=True, methods=["post"], url_path="skriv-av")
    def drop(self, request: Request, decision_id: UUID) -> Response:
        self._require(decision_id, DecisionDo.DROP)
        actions.drop_decision(decision_id=decision_id, by=self.by, now=self.now, **self.read(DecisionNoteInput))
        return self._tell(decision_id)

    @extend_schema(**TAG, summary="Skriv vad det ledde till", request=DecisionEffectInput)
    @action(detail=True, methods=["post"], url_path="effekt")
    def evaluate(self, request: Request, decision_id: UUID) -> Response:
        self._require(decision_id, DecisionDo.EVALUATE)
        actions.evaluate_decision(decision_id=decision_id, by=self.by, now=self.now, **self.read(DecisionEffectInput))
        return self._tell(decision_id)

    def _require(self, decision_id: UUID, do: DecisionDo) -> None:
        found, _ = find_decision(self.request, decision_id)
        DECISION_RULES.require(self.by, do, found)

    def _tell(self, decision_id: UUID) -> Response:
        found, _ = find_decision(self.request, decision_id)
        return Response(GroupDecisionSerializer(found).data)


class CoOptedViewSet(OfGroups, viewsets.GenericViewSet[CoOpted]):
    """Adjungerade i samordningsgrupperna."""

    queryset = CoOpted.objects.all()  # For the document only: rows are always asked for through the groups.
    serializer_class = CoOptedSerializer
    lookup_url_kwarg, lookup_value_converter = "co_opted_id", "uuid"
    filter_backends: list[Any] = []

    @extend_schema(**TAG, summary="Adjungerade i grupperna")
    def list(self, request: Request) -> Response:
        mine, read = self.groups()
        page = self.paginate_queryset(CoOpted.objects.filter(group__in=[*mine, *read]).order_by("name", "id"))
        return self.get_paginated_response(CoOptedSerializer(page, many=True).data)

    @extend_schema(**TAG, summary="Adjungera en deltagare", request=CoOptInput, responses={201: CoOptedSerializer})
    def create(self, request: Request) -> Response:
        self.require_some_lead()
        given = self.read(CoOptInput)
        made = actions.co_opt(
            group_id=given["group"], name=given["name"], why=given["why"], starts_on=given["starts_on"], by=self.by,
            now=self.now,
        )  # fmt: skip
        return Response(CoOptedSerializer(made).data, status=201)

    @extend_schema(**TAG, summary="Avsluta adjungeringen", request=None)
    @action(detail=True, methods=["post"], url_path="avsluta")
    def end(self, request: Request, co_opted_id: UUID) -> Response:
        found = CoOpted.objects.filter(pk=co_opted_id).first()
        if found is None:
            raise Http404("followup.co_opted")
        group_or_404(self.request, found.group_id)
        return Response(CoOptedSerializer(actions.end_co_opted(co_opted_id=co_opted_id, by=self.by, now=self.now)).data)


def _all_of(rows: Any, ids: list[UUID], field: str) -> list[Any]:
    """The rows of the group with these ids. Raises `ValidationError` when one isn't the group's."""
    found = {one.pk: one for one in rows.filter(pk__in=ids)}
    if set(ids) - set(found):
        raise serializers.ValidationError({field: "Det finns inte i gruppen."})
    return [found[one] for one in ids]
