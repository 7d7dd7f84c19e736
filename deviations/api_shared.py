"""What lies between parties and with the groups, through the API: joint handling, the desk, patterns and improvements.

A group's addresses know nothing of reports, cases or people: only records that two people have approved (DEV-4…6).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import django_filters
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import VERSION, Acting
from core.policy import Access, visible_or_404
from deviations import actions, patterns
from deviations.api import API_DEVIATIONS, TAG
from deviations.api_parts import SharedSerializer, as_dos, told_dos
from deviations.kinds import Effect, ImprovementDo, ImprovementState, JointDo, SharedDo, SharedState
from deviations.models import Improvement, JointHandling, Pattern, SharedDeviation
from deviations.permissions import CASE, GROUP, IMPROVEMENT_RULES, JOINT_RULES, SHARED_RULES
from deviations.querysets import ImprovementQuerySet, JointQuerySet, SharedQuerySet, groups_of
from organisations.models import Unit

API_GROUP = Access("api_group_desk", machine=True, roles=GROUP)
API_IMPROVEMENTS = Access("api_improvements", machine=True, roles=GROUP | CASE)
OF_GROUP: dict[str, Any] = {"tags": ["Gruppens avvikelser"]}


class SeenVersionInput(serializers.Serializer[Any]):
    version = serializers.IntegerField(**VERSION)


class SharedTextInput(SeenVersionInput):
    text = serializers.CharField(max_length=5_000)


# --- together with another party (DEV-5) ------------------------------------------------------------------------------
class JointSerializer(serializers.ModelSerializer[JointHandling]):
    agreement = serializers.CharField(source="agreement.key")
    actions = serializers.SerializerMethodField()

    class Meta:
        model = JointHandling
        fields = [
            "id", "from_unit", "to_unit", "state", "version", "agreement", "provision_number", "case_reference",
            "question", "interim", "interim_by", "agreed_at", "answer", "answered_at", "answer_due_at",
            "handed_over_at", "actions",
        ]  # fmt: skip

    @extend_schema_field(told_dos(JointDo))
    def get_actions(self, joint: JointHandling) -> Any:
        return as_dos(JOINT_RULES, self.context["by"], joint, JointDo)


class OtherInterimInput(SeenVersionInput):
    interim = serializers.CharField(max_length=3_000, help_text="Vem som gör vad tills avvikelsen är utredd.")


@extend_schema_view(
    list=extend_schema(**TAG, summary="Det ni hanterar tillsammans med andra"),
    retrieve=extend_schema(**TAG, summary="En gemensam hantering"),
)
class JointViewSet(Acting, viewsets.GenericViewSet[JointHandling]):
    """Frågor som den egna verksamheten har lämnat till en annan part, eller fått."""

    access = API_DEVIATIONS
    queryset = JointHandling.objects.all()  # For the document only.
    serializer_class = JointSerializer
    lookup_url_kwarg, lookup_value_converter = "joint_id", "uuid"

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self._visible().order_by("-handed_over_at", "pk")) or []
        return self.get_paginated_response(JointSerializer(page, many=True, context={"by": self.by}).data)

    def retrieve(self, request: Request, joint_id: UUID) -> Response:
        self._joint()
        return self._tell()

    @extend_schema(**TAG, summary="Godta det tillfälliga ansvaret", request=SeenVersionInput)
    @action(detail=True, methods=["post"], url_path="godta")
    def agree(self, request: Request, joint_id: UUID) -> Response:
        return self._do(JointDo.AGREE, actions.agree_interim, SeenVersionInput)

    @extend_schema(**TAG, summary="Föreslå ett annat tillfälligt ansvar", request=OtherInterimInput)
    @action(detail=True, methods=["post"], url_path="foresla")
    def propose(self, request: Request, joint_id: UUID) -> Response:
        return self._do(JointDo.PROPOSE, actions.propose_interim, OtherInterimInput)

    @extend_schema(**TAG, summary="Återkoppla", request=SharedTextInput)
    @action(detail=True, methods=["post"], url_path="aterkoppla")
    def answer(self, request: Request, joint_id: UUID) -> Response:
        return self._do(JointDo.ANSWER, actions.answer, SharedTextInput)

    def _visible(self) -> JointQuerySet:
        return JointHandling.objects.visible_to(self.by, self.now).select_related("agreement")

    def _joint(self, do: JointDo | None = None) -> JointHandling:
        joint = visible_or_404(self.request, self._visible(), "deviation.joint", pk=self.kwargs["joint_id"])
        if do is not None:
            JOINT_RULES.require(self.by, do, joint)
        return joint

    def _do(self, do: JointDo, act: Callable[..., object], taken: type[serializers.Serializer[Any]]) -> Response:
        joint = self._joint(do)
        act(joint_id=joint.pk, by=self.by, now=self.now, **self.read(taken))
        return self._tell()

    def _tell(self) -> Response:
        joint = self._visible().get(pk=self.kwargs["joint_id"])
        return Response(JointSerializer(joint, context={"by": self.by}).data)


# --- the group's desk (DEV-6) -----------------------------------------------------------------------------------------
class RecordSerializer(SharedSerializer):
    similar = serializers.SerializerMethodField(help_text="Andra på samma bord som liknar den.")
    actions = serializers.SerializerMethodField()

    class Meta(SharedSerializer.Meta):
        fields = [*SharedSerializer.Meta.fields, "similar", "actions"]

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_similar(self, record: SharedDeviation) -> list[UUID]:
        return [one.pk for one in patterns.similar(record, self.context["desk"])]

    @extend_schema_field(told_dos(SharedDo))
    def get_actions(self, record: SharedDeviation) -> Any:
        return as_dos(SHARED_RULES, self.context["by"], record, SharedDo)


class AgendaInput(SeenVersionInput):
    day = serializers.DateField()


class ImprovementInput(serializers.Serializer[Any]):
    what = serializers.CharField(max_length=2_000)
    owner = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.all())
    due_on = serializers.DateField()


class ImprovementSerializer(serializers.ModelSerializer[Improvement]):
    class Meta:
        model = Improvement
        fields = [
            "id", "group", "record", "pattern", "state", "version", "what", "owner", "due_on", "decided_on", "done_on",
            "done_note", "effect", "effect_note",
        ]  # fmt: skip


class RecordFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=SharedState.choices)
    provision = django_filters.CharFilter("provision__number", label="Avsnittets nummer.")

    class Meta:
        model = SharedDeviation
        fields = ["state", "severity", "pattern"]


@extend_schema_view(
    list=extend_schema(**OF_GROUP, summary="Det som har kommit till grupperna", responses=SharedSerializer(many=True)),
    retrieve=extend_schema(**OF_GROUP, summary="En avidentifierad avvikelse"),
)
class DeskViewSet(Acting, viewsets.GenericViewSet[SharedDeviation]):
    """Avidentifierade avvikelser hos de grupper som uppdraget sitter i."""

    access = API_GROUP
    queryset = SharedDeviation.objects.all()  # For the document only.
    serializer_class = RecordSerializer
    lookup_url_kwarg, lookup_value_converter = "record_id", "uuid"
    filter_backends = [DjangoFilterBackend]
    filterset_class: type[RecordFilter] | None = RecordFilter

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self._desk().order_by("-received_on", "pk"))) or []
        return self.get_paginated_response(SharedSerializer(page, many=True).data)

    def retrieve(self, request: Request, record_id: UUID) -> Response:
        self._record()
        return self._tell()

    @extend_schema(**OF_GROUP, summary="Sätt upp på dagordningen", request=AgendaInput)
    @action(detail=True, methods=["post"], url_path="dagordning")
    def agenda(self, request: Request, record_id: UUID) -> Response:
        return self._do(SharedDo.PUT_ON_AGENDA, actions.put_on_agenda, AgendaInput)

    @extend_schema(**OF_GROUP, summary="Skriv gruppens analys", request=SharedTextInput)
    @action(detail=True, methods=["post"], url_path="analys")
    def analysis(self, request: Request, record_id: UUID) -> Response:
        return self._do(SharedDo.ANALYSE, actions.analyse, SharedTextInput)

    @extend_schema(**OF_GROUP, summary="Återkoppla lärdomen till den som rapporterade", request=SharedTextInput)
    @action(detail=True, methods=["post"], url_path="lardom")
    def lesson(self, request: Request, record_id: UUID) -> Response:
        return self._do(SharedDo.TELL_LESSON, actions.tell_lesson, SharedTextInput)

    @extend_schema(
        **OF_GROUP,
        summary="Besluta en förbättringsåtgärd",
        request=ImprovementInput,
        responses={201: ImprovementSerializer},
    )
    @action(detail=True, methods=["post"], url_path="atgard")
    def improve(self, request: Request, record_id: UUID) -> Response:
        record, given = self._record(), self.read(ImprovementInput)
        made = actions.decide_improvement(record=record, by=self.by, now=self.now, **given)
        return Response(ImprovementSerializer(made).data, status=201)

    def _desk(self) -> SharedQuerySet:
        desk = SharedDeviation.objects.on_desk_of(self.by, self.now)
        return desk.select_related("provision", "target_group", "agreement")

    def _record(self, do: SharedDo | None = None) -> SharedDeviation:
        record = visible_or_404(self.request, self._desk(), "deviation.shared", pk=self.kwargs["record_id"])
        if do is not None:
            SHARED_RULES.require(self.by, do, record)
        return record

    def _do(self, do: SharedDo, act: Callable[..., object], taken: type[serializers.Serializer[Any]]) -> Response:
        record = self._record(do)
        act(record_id=record.pk, by=self.by, now=self.now, **self.read(taken))
        return self._tell()

    def _tell(self) -> Response:
        record = self._desk().get(pk=self.kwargs["record_id"])
        return Response(RecordSerializer(record, context={"by": self.by, "desk": self._desk()}).data)


# --- patterns and improvements ----------------------------------------------------------------------------------------
class PatternSerializer(serializers.ModelSerializer[Pattern]):
    records = serializers.PrimaryKeyRelatedField[SharedDeviation](many=True, read_only=True)

    class Meta:
        model = Pattern
        fields = ["id", "group", "name", "analysis", "seen_on", "records"]


class PatternInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    analysis = serializers.CharField(max_length=5_000, required=False, allow_blank=True, default="")
    records = serializers.ListField(child=serializers.UUIDField(), max_length=100)


@extend_schema_view(
    list=extend_schema(**OF_GROUP, summary="Mönster som grupperna har sett"),
    create=extend_schema(**OF_GROUP, summary="Samla avvikelser i ett mönster", request=PatternInput),
)
class PatternViewSet(Acting, viewsets.GenericViewSet[Pattern]):
    """Mönster hos de grupper som uppdraget sitter i."""

    access = API_GROUP
    queryset = Pattern.objects.all()  # For the document only.
    serializer_class = PatternSerializer

    def list(self, request: Request) -> Response:
        found = Pattern.objects.filter(group_id__in=groups_of(self.by, self.now)).prefetch_related("records")
        page = self.paginate_queryset(found.order_by("-seen_on", "pk")) or []
        return self.get_paginated_response(PatternSerializer(page, many=True).data)

    def create(self, request: Request) -> Response:
        given = self.read(PatternInput)
        made = actions.see_pattern(
            record_ids=given["records"], name=given["name"], analysis=given["analysis"], by=self.by, now=self.now
        )
        return Response(PatternSerializer(made).data, status=201)


class DoneInput(SeenVersionInput):
    is_done = serializers.BooleanField()
    note = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


class EffectInput(SeenVersionInput):
    effect = serializers.ChoiceField(Effect.choices)
    note = serializers.CharField(max_length=2_000)


class ImprovementFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=ImprovementState.choices)

    class Meta:
        model = Improvement
        fields = ["state"]


@extend_schema_view(
    list=extend_schema(**OF_GROUP, summary="Förbättringsåtgärder, först den som är klar först"),
    retrieve=extend_schema(**OF_GROUP, summary="En förbättringsåtgärd"),
)
class ImprovementViewSet(Acting, viewsets.GenericViewSet[Improvement]):
    """Åtgärder som grupperna har beslutat, och de som den egna verksamheten ska genomföra."""

    access = API_IMPROVEMENTS
    queryset = Improvement.objects.all()  # For the document only.
    serializer_class = ImprovementSerializer
    lookup_url_kwarg, lookup_value_converter = "improvement_id", "uuid"
    filter_backends = [DjangoFilterBackend]
    filterset_class: type[ImprovementFilter] | None = ImprovementFilter

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self._visible().order_by("due_on", "pk"))) or []
        return self.get_paginated_response(ImprovementSerializer(page, many=True).data)

    def retrieve(self, request: Request, improvement_id: UUID) -> Response:
        return Response(ImprovementSerializer(self._improvement()).data)

    @extend_schema(**OF_GROUP, summary="Berätta hur det gick", request=DoneInput)
    @action(detail=True, methods=["post"], url_path="genomford")
    def done(self, request: Request, improvement_id: UUID) -> Response:
        return self._do(ImprovementDo.REPORT_DONE, actions.report_improvement, DoneInput)

    @extend_schema(**OF_GROUP, summary="Följ upp effekten", request=EffectInput)
    @action(detail=True, methods=["post"], url_path="effekt")
    def effect(self, request: Request, improvement_id: UUID) -> Response:
        return self._do(ImprovementDo.EVALUATE, actions.evaluate_improvement, EffectInput)

    def _visible(self) -> ImprovementQuerySet:
        return Improvement.objects.visible_to(self.by, self.now)

    def _improvement(self, do: ImprovementDo | None = None) -> Improvement:
        found = visible_or_404(self.request, self._visible(), "deviation.improvement", pk=self.kwargs["improvement_id"])
        if do is not None:
            IMPROVEMENT_RULES.require(self.by, do, found)
        return found

    def _do(self, do: ImprovementDo, act: Callable[..., object], taken: type[serializers.Serializer[Any]]) -> Response:
        found = self._improvement(do)
        act(improvement_id=found.pk, by=self.by, now=self.now, **self.read(taken))
        return Response(ImprovementSerializer(self._visible().get(pk=found.pk)).data)
