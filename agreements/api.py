"""Agreements through the API: public, since there is nothing but the agreement's own data (AGR-1)."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.models import (
    Abbreviation,
    Agreement,
    Definition,
    Provision,
    Responsibility,
    TargetGroup,
    TermVersion,
)
from agreements.search import read_question
from agreements.values import Responsible
from core.api import Declared
from core.policy import API_PUBLIC
from core.workdays import local_day


class AgreementSerializer(serializers.ModelSerializer[Agreement]):
    parties = serializers.SerializerMethodField(help_text="Id på de huvudmän som är parter.")

    class Meta:
        model = Agreement
        fields = [
            "key", "name", "short_name", "purpose", "scope", "valid_from", "valid_to", "renewal_kind",
            "renewal_months_before", "renewal_summary", "sip_parties_required", "parties",
        ]  # fmt: skip

    def get_parties(self, agreement: Agreement) -> list[str]:
        return [str(party.huvudman_id) for party in agreement.parties.all()]


class ProvisionSerializer(serializers.ModelSerializer[Provision]):
    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent.number", default="", help_text="Det överordnade avsnittets nummer."
    )

    class Meta:
        model = Provision
        fields = ["number", "parent", "heading", "summary", "points"]


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
    area = serializers.CharField(source="area.key")
    target_groups = serializers.SlugRelatedField[TargetGroup](slug_field="key", many=True, read_only=True)
    provision = serializers.CharField(source="provision.number", help_text="Avsnittets nummer.")

    class Meta:
        model = Responsibility
        fields = ["key", "area", "target_groups", "party", "answered_by", "text", "provision"]


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
        return self._pages(self.get_object().provisions.select_related("parent").order_by("position"))

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
