"""What people do with an agreement, through the API: the same actions and rules as the pages.

The rule is asked before the input is read. Rounds and amendments are read by everyone who is signed in.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agreements import actions
from agreements.api import LocalDocumentSerializer, PartyDecisionSerializer
from agreements.models import (
    Agreement,
    Amendment,
    AmendmentDecision,
    LocalDocument,
    PartyDecision,
    RevisionRound,
    RoundComment,
)
from agreements.permissions import AMENDMENT_RULES, ROUND_RULES
from agreements.values import DecisionKind, LocalKind, Outcome, ReviseDo
from core.api import Declared
from core.policy import API

TAG: dict[str, Any] = {"tags": ["Revidering"]}


# --- told -------------------------------------------------------------------------------------------------------------
class CommentSerializer(serializers.ModelSerializer[RoundComment]):
    provision = serializers.CharField(source="provision.number", default=None, help_text="Avsnittets nummer.")

    class Meta:
        model = RoundComment
        fields = [
            "id",
            "provision",
            "huvudman",
            "organisation",
            "text",
            "written_at",
            "outcome",
            "answer",
            "answered_at",
        ]


class RoundSerializer(serializers.ModelSerializer[RevisionRound]):
    agreement = serializers.CharField(source="agreement.key")
    comments = CommentSerializer(many=True)

    class Meta:
        model = RevisionRound
        fields = [
            "id", "agreement", "title", "question", "is_revision", "closes_on", "state", "summary", "opened_at",
            "closed_at", "version", "comments",
        ]  # fmt: skip


class AmendmentDecisionSerializer(serializers.ModelSerializer[AmendmentDecision]):
    class Meta:
        model = AmendmentDecision
        fields = ["huvudman", "agrees", "body", "decided_on", "reference"]


class AmendmentSerializer(serializers.ModelSerializer[Amendment]):
    agreement = serializers.CharField(source="agreement.key")
    terms = serializers.SerializerMethodField(help_text="Villkorets nyckel och det nya talet.")
    provisions = serializers.SerializerMethodField(help_text="Avsnittets nummer och den nya texten.")
    decisions = AmendmentDecisionSerializer(many=True)

    class Meta:
        model = Amendment
        fields = [
            "id", "agreement", "round", "title", "motive", "takes_effect_on", "new_valid_to", "state", "in_force_from",
            "proposed_at", "settled_at", "version", "terms", "provisions", "decisions",
        ]  # fmt: skip

    def get_terms(self, amendment: Amendment) -> list[dict[str, Any]]:
        return [{"key": part.key, "value": part.value} for part in amendment.terms.all()]

    def get_provisions(self, amendment: Amendment) -> list[dict[str, Any]]:
        return [
            {"number": part.provision.number, "heading": part.heading, "summary": part.summary, "points": part.points}
            for part in amendment.provisions.all()
        ]


# --- asked ------------------------------------------------------------------------------------------------------------
class DecisionInput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(DecisionKind.choices)
    body = serializers.CharField(max_length=120)
    decided_on = serializers.DateField()
    reference = serializers.CharField(max_length=120)


class StrikeInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class LocalDocumentInput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(LocalKind.choices)
    title = serializers.CharField(max_length=200)
    reference = serializers.CharField(max_length=200)
    decided_on = serializers.DateField()
    review_by = serializers.DateField()
    ended_on = serializers.DateField(required=False, allow_null=True)


class CommentInput(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2000)
    provision = serializers.CharField(required=False, allow_blank=True, default="", help_text="Avsnittets nummer.")
    organisation = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=120,
        help_text="För den som företräder en organisation.",
    )


class AnswerInput(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(Outcome.choices)
    text = serializers.CharField(max_length=2000)


class AmendmentDecisionInput(serializers.Serializer[Any]):
    agrees = serializers.BooleanField()
    body = serializers.CharField(max_length=120)
    decided_on = serializers.DateField()
    reference = serializers.CharField(max_length=120)


class OfAnAgreement(Declared, viewsets.GenericViewSet[Any]):
    """Rows below one agreement, which the address names."""

    access = API
    lookup_value_converter = "uuid"

    def agreement(self) -> Agreement:
        return get_object_or_404(Agreement.objects.prefetch_related("parties"), key=self.kwargs["agreement_key"])

    def of_agreement(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The agreement's own rows; one that doesn't exist answers 404, not an empty list."""
        return rows if getattr(self, "swagger_fake_view", False) else rows.filter(agreement=self.agreement())

    def acts(self) -> dict[str, Any]:
        return {"by": self.request.actor, "now": self.request.now}  # type: ignore[attr-defined]

    def given(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        asked = serializer(data=self.request.data)
        asked.is_valid(raise_exception=True)
        return dict(asked.validated_data)


@extend_schema(**TAG)
class DecisionViewSet(OfAnAgreement):
    """Vad den egna huvudmannen har beslutat om överenskommelsen. Alla beslut läses öppet under överenskommelsen."""

    queryset = PartyDecision.objects.none()
    serializer_class = PartyDecisionSerializer

    @extend_schema(summary="Registrera ert beslut", request=DecisionInput, responses={201: PartyDecisionSerializer})
    def create(self, request: Request, agreement_key: str) -> Response:
        agreement = self.agreement()
        actions.require_local_writer(agreement=agreement, by=self.acts()["by"])
        made = actions.record_decision(agreement=agreement, **self.given(DecisionInput), **self.acts())
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Stryk ett felaktigt beslut", request=StrikeInput, responses=PartyDecisionSerializer)
    @action(detail=True, methods=["post"], url_path="stryk")
    def strike(self, request: Request, agreement_key: str, pk: UUID) -> Response:
        agreement = self.agreement()
        actions.require_local_writer(agreement=agreement, by=self.acts()["by"])
        own = agreement.decisions.standing().filter(huvudman_id=self.acts()["by"].huvudman_id)
        get_object_or_404(own, pk=pk)
        struck = actions.strike_decision(agreement=agreement, decision_id=pk, **self.given(StrikeInput), **self.acts())
        return Response(self.get_serializer(struck).data)


@extend_schema(**TAG)
class LocalDocumentViewSet(OfAnAgreement):
    """Den egna huvudmannens lokala överenskommelser och rutiner. Alla läses öppet under överenskommelsen."""

    queryset = LocalDocument.objects.none()
    serializer_class = LocalDocumentSerializer

    @extend_schema(summary="Lägg till", request=LocalDocumentInput, responses={201: LocalDocumentSerializer})
    def create(self, request: Request, agreement_key: str) -> Response:
        agreement = self.agreement()
        actions.require_local_writer(agreement=agreement, by=self.acts()["by"])
        facts = self.given(LocalDocumentInput)
        made = actions.add_local_document(agreement=agreement, facts=facts, **self.acts())
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Ändra", request=LocalDocumentInput, responses=LocalDocumentSerializer)
    def update(self, request: Request, agreement_key: str, pk: UUID) -> Response:
        agreement = self.agreement()
        actions.require_local_writer(agreement=agreement, by=self.acts()["by"])
        own = agreement.local_documents.filter(huvudman_id=self.acts()["by"].huvudman_id, ended_on=None)
        get_object_or_404(own, pk=pk)
        changed = actions.change_local_document(
            agreement=agreement, document_id=pk, facts=self.given(LocalDocumentInput), **self.acts()
        )
        return Response(self.get_serializer(changed).data)


@extend_schema(**TAG)
class RoundViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, OfAnAgreement):
    """Rundor med synpunkter, och hur de möttes."""

    queryset = RevisionRound.objects.none()
    serializer_class = RoundSerializer

    def get_queryset(self) -> QuerySet[RevisionRound]:
        rounds = self.of_agreement(RevisionRound.objects.all())
        return rounds.select_related("agreement").prefetch_related("comments__provision").order_by("-opened_at")

    @extend_schema(summary="Lämna en synpunkt", request=CommentInput, responses={201: CommentSerializer})
    @action(detail=True, methods=["post"], url_path="synpunkter")
    def comment(self, request: Request, agreement_key: str, pk: UUID) -> Response:
        asked = self.get_object()
        ROUND_RULES.require(self.acts()["by"], ReviseDo.COMMENT, asked)
        given = self.given(CommentInput)
        number = given.pop("provision")
        section = get_object_or_404(asked.agreement.provisions, number=number) if number else None
        made = actions.comment(round_id=asked.pk, provision=section, **given, **self.acts())
        return Response(CommentSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Besvara en synpunkt", request=AnswerInput, responses=CommentSerializer)
    @action(detail=True, methods=["post"], url_path="synpunkter/<uuid:comment_id>/svar")
    def answer(self, request: Request, agreement_key: str, pk: UUID, comment_id: UUID) -> Response:
        asked = self.get_object()
        ROUND_RULES.require(self.acts()["by"], ReviseDo.ANSWER, asked)
        answered = actions.answer(round_id=asked.pk, comment_id=comment_id, **self.given(AnswerInput), **self.acts())
        return Response(CommentSerializer(answered).data)


@extend_schema(**TAG)
class AmendmentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, OfAnAgreement):
    """Ändringar under giltighetstiden, och parternas beslut om dem."""

    queryset = Amendment.objects.none()
    serializer_class = AmendmentSerializer

    def get_queryset(self) -> QuerySet[Amendment]:
        amendments = self.of_agreement(Amendment.objects.all())
        related = ("terms", "provisions__provision", "decisions")
        return amendments.select_related("agreement").prefetch_related(*related).order_by("-changed_at")

    @extend_schema(summary="Registrera ert beslut", request=AmendmentDecisionInput, responses=AmendmentSerializer)
    @action(detail=True, methods=["post"], url_path="beslut")
    def decide(self, request: Request, agreement_key: str, pk: UUID) -> Response:
        found = self.get_object()
        AMENDMENT_RULES.require(self.acts()["by"], ReviseDo.DECIDE, found)
        actions.decide_amendment(amendment_id=found.pk, **self.given(AmendmentDecisionInput), **self.acts())
        return Response(self.get_serializer(self.get_object()).data)
