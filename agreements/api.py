"""Agreements through the API: public, since there is nothing but the agreement's own data (AGR-1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.adoption import standings
from agreements.amended import as_amended, standing_changes
from agreements.checklist import completeness
from agreements.models import (
    Abbreviation,
    Agreement,
    Definition,
    LocalDocument,
    PartyDecision,
    Provision,
    Responsibility,
    TargetGroup,
    TermVersion,
)
from agreements.search import read_question
from agreements.values import Responsible, Standing
from core.api import Declared
from core.policy import API_PUBLIC
from core.workdays import local_day


@extend_schema_field({"type": "string", "format": "uri"})
class _Address(serializers.Field):
    """The page of a row, as a permanent link."""

    def __init__(self, of: Callable[[Any], str], **kwargs: Any) -> None:
        self.of = of
        super().__init__(source="*", read_only=True, help_text="Sidan i portalen. Adressen ändras inte.", **kwargs)

    def to_representation(self, value: Any) -> str:
        return f"{settings.PUBLIC_ADDRESS}{self.of(value)}"


def _address(of: Callable[[Any], str]) -> Any:
    return _Address(of)


class AgreementSerializer(serializers.ModelSerializer[Agreement]):
    page = _address(lambda agreement: agreement.get_absolute_url())
    parties = serializers.SerializerMethodField(help_text="Id på de huvudmän som är parter.")

    class Meta:
        model = Agreement
        fields = [
            "key", "name", "short_name", "purpose", "scope", "valid_from", "valid_to", "renewal_kind",
            "renewal_months_before", "renewal_summary", "sip_parties_required", "board_name", "parties", "page",
        ]  # fmt: skip

    def get_parties(self, agreement: Agreement) -> list[str]:
        return [str(party.huvudman_id) for party in agreement.parties.all()]


class ProvisionSerializer(serializers.ModelSerializer[Provision]):
    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent.number", default="", help_text="Det överordnade avsnittets nummer."
    )

    page = _address(lambda provision: provision.get_absolute_url())
    amended_from = serializers.SerializerMethodField(help_text="Dagen då texten ändrades, om den har ändrats.")

    class Meta:
        model = Provision
        fields = ["number", "parent", "heading", "summary", "points", "amended_from", "page"]

    def get_amended_from(self, provision: Provision) -> date | None:
        amendment = getattr(provision, "amendment", None)
        return amendment.in_force_from if amendment else None


class TermSerializer(serializers.ModelSerializer[TermVersion]):
    provision = serializers.CharField(source="provision.number", help_text="Avsnittets nummer.")
    in_words = serializers.SerializerMethodField(help_text="Värdet i ord.")
    stages = serializers.JSONField(help_text="När fristen varnar, går ut och lyfts, räknat från när den går ut.")

    class Meta:
        model = TermVersion
        fields = [
            "key", "label", "explanation", "value", "unit", "counted", "in_words", "stages", "provision", "is_default",
            "valid_from",
        ]  # fmt: skip

    def get_in_words(self, version: TermVersion) -> str:
        return version.as_term().in_words()


class TargetGroupSerializer(serializers.ModelSerializer[TargetGroup]):
    class Meta:
        model = TargetGroup
        fields = ["key", "name", "summary", "coordination", "min_age", "max_age"]


class DefinitionSerializer(serializers.ModelSerializer[Definition]):
    class Meta:
        model = Definition
        fields = ["word", "meaning"]


class AbbreviationSerializer(serializers.ModelSerializer[Abbreviation]):
    class Meta:
        model = Abbreviation
        fields = ["word", "meaning"]


class ResponsibilitySerializer(serializers.ModelSerializer[Responsibility]):
    page = _address(lambda row: f"{reverse('agreements:guide')}#{row.key}")
    area = serializers.CharField(source="area.key")
    target_groups = serializers.SlugRelatedField[TargetGroup](slug_field="key", many=True, read_only=True)
    provision = serializers.CharField(source="provision.number", help_text="Avsnittets nummer.")

    class Meta:
        model = Responsibility
        fields = ["key", "area", "target_groups", "party", "answered_by", "text", "provision", "page"]


class PartyDecisionSerializer(serializers.ModelSerializer[PartyDecision]):
    class Meta:
        model = PartyDecision
        fields = ["id", "huvudman", "kind", "body", "decided_on", "reference", "struck_at", "struck_reason"]


class StandingSerializer(serializers.Serializer[Any]):
    huvudman = serializers.UUIDField(source="huvudman.pk")
    standing = serializers.ChoiceField(Standing.choices, help_text="Hur parten förhåller sig till överenskommelsen.")
    binds = serializers.BooleanField(source="standing.binds")
    decisions = PartyDecisionSerializer(many=True)


class LocalDocumentSerializer(serializers.ModelSerializer[LocalDocument]):
    class Meta:
        model = LocalDocument
        fields = ["id", "huvudman", "kind", "title", "reference", "decided_on", "review_by", "ended_on"]


class ChecklistItemSerializer(serializers.Serializer[Any]):
    part = serializers.CharField(help_text="Checklistans del.")
    text = serializers.CharField()
    covered = serializers.BooleanField()
    sections = serializers.ListField(child=serializers.CharField(), help_text="Var överenskommelsen tar upp det.")
    note = serializers.CharField()


class ResponsibilityFilter(django_filters.FilterSet):
    area = django_filters.CharFilter(field_name="area__key", label="Områdets nyckel.")
    target_group = django_filters.CharFilter(field_name="target_groups__key", label="Målgruppens nyckel.")
    party = django_filters.ChoiceFilter(choices=Responsible.choices)
    words = django_filters.CharFilter(method="search", label="Ord i texten.")

    class Meta:
        model = Responsibility
        fields = ["area", "target_group", "party", "words"]

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agreement = agreement

    def search(self, rows: QuerySet[Responsibility], name: str, words: str) -> QuerySet[Responsibility]:
        return rows.filter(read_question(words, self.agreement).filter(*Responsibility.SEARCHED))


class OnDay(serializers.Serializer[Any]):
    on = serializers.DateField(required=False, help_text="Vilken dag villkoren ska gälla. Utan: i dag.")


@extend_schema(tags=["Överenskommelser"], auth=[])
class AgreementViewSet(Declared, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Agreement]):
    """Överenskommelserna som portalen följer, som data."""

    access = API_PUBLIC
    permission_classes = [AllowAny]
    queryset = Agreement.objects.prefetch_related("parties").order_by("key")
    serializer_class = AgreementSerializer
    lookup_field = "key"
    lookup_value_converter = "slug"

    @extend_schema(summary="Avsnitt", responses=ProvisionSerializer(many=True))
    @action(detail=True, url_path="avsnitt", serializer_class=ProvisionSerializer)
    def provisions(self, request: Request, key: str) -> Response:
        agreement = self.get_object()
        rows: Any = agreement.provisions.select_related("parent").order_by("position")
        page: Any = self.paginate_queryset(rows)
        today = local_day(request.now)  # type: ignore[attr-defined]
        shown = as_amended(page, standing_changes([agreement], today))
        return self.get_paginated_response(self.get_serializer(shown, many=True).data)

    @extend_schema(summary="Parternas beslut", responses=StandingSerializer(many=True))
    @action(detail=True, url_path="beslut", serializer_class=StandingSerializer, pagination_class=None)
    def decisions(self, request: Request, key: str) -> Response:
        agreement = self.get_object()
        day = agreement.day_within(local_day(request.now))  # type: ignore[attr-defined]
        return Response(self.get_serializer(standings(agreement, day), many=True).data)

    @extend_schema(summary="Lokala överenskommelser och rutiner", responses=LocalDocumentSerializer(many=True))
    @action(detail=True, url_path="lokalt", serializer_class=LocalDocumentSerializer)
    def local_documents(self, request: Request, key: str) -> Response:
        return self._pages(self.get_object().local_documents.order_by("huvudman__name", "review_by", "title"))

    @extend_schema(summary="Jämförd med den nationella checklistan", responses=ChecklistItemSerializer(many=True))
    @action(detail=True, url_path="checklista", serializer_class=ChecklistItemSerializer, pagination_class=None)
    def checklist(self, request: Request, key: str) -> Response:
        rows = [
            {"part": part.name, "text": item.text, "covered": bool(item.sections), "sections": item.sections,
             "note": item.note}
            for part in completeness(self.get_object())
            for item in part.items
        ]  # fmt: skip
        return Response(self.get_serializer(rows, many=True).data)

    @extend_schema(summary="Villkor och frister", parameters=[OnDay], responses=TermSerializer(many=True))
    @action(detail=True, url_path="villkor", serializer_class=TermSerializer)
    def terms(self, request: Request, key: str) -> Response:
        asked = OnDay(data=request.query_params)
        asked.is_valid(raise_exception=True)
        day = asked.validated_data.get("on") or local_day(request.now)  # type: ignore[attr-defined]
        return self._pages(self.get_object().term_versions.select_related("provision").standing(day))

    @extend_schema(summary="Målgrupper", responses=TargetGroupSerializer(many=True))
    @action(detail=True, url_path="malgrupper", serializer_class=TargetGroupSerializer)
    def target_groups(self, request: Request, key: str) -> Response:
        return self._pages(self.get_object().target_groups.order_by("position"))

    @extend_schema(summary="Begrepp", responses=DefinitionSerializer(many=True))
    @action(detail=True, url_path="begrepp", serializer_class=DefinitionSerializer)
    def definitions(self, request: Request, key: str) -> Response:
        return self._pages(self.get_object().definitions.order_by("word"))

    @extend_schema(summary="Förkortningar", responses=AbbreviationSerializer(many=True))
    @action(detail=True, url_path="forkortningar", serializer_class=AbbreviationSerializer)
    def abbreviations(self, request: Request, key: str) -> Response:
        return self._pages(self.get_object().abbreviations.order_by("word"))

    @extend_schema(
        summary="Vem som ansvarar för vad",
        parameters=[
            OpenApiParameter("area", str, description="Områdets nyckel."),
            OpenApiParameter("target_group", str, description="Målgruppens nyckel."),
            OpenApiParameter("party", str, enum=Responsible.values, description="Ansvarig part."),
            OpenApiParameter("words", str, description="Ord i texten."),
        ],
        responses=ResponsibilitySerializer(many=True),
    )
    @action(detail=True, url_path="ansvar", serializer_class=ResponsibilitySerializer)
    def responsibilities(self, request: Request, key: str) -> Response:
        agreement = self.get_object()
        rows = (
            agreement.responsibilities.select_related("area", "provision")
            .prefetch_related("target_groups")
            .order_by("position")
            .distinct()
        )
        asked = ResponsibilityFilter(request.query_params, queryset=rows, agreement=agreement)
        if not asked.is_valid():
            raise serializers.ValidationError(asked.errors)
        return self._pages(asked.qs)

    def _pages(self, rows: QuerySet[Any]) -> Response:
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
