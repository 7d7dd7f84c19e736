"""What groups publish, through the API, with the comments of user organisations (AGR-4, FUP-2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import Acting
from core.authz import NotAllowed
from core.workdays import local_day
from followup import actions
from followup.actions.publishing import GROUP_ANSWERS
from followup.api import FigureSerializer
from followup.api_reports import MetInput, ReportCommentSerializer, ReportTextSerializer, SaidInput, report_texts
from followup.api_shared import API_READERS, TAG, figures_of
from followup.models import Publication
from followup.permissions import require_user_representative, stand
from followup.views.published import find_publication, published_in
from followup.views.shared import agreement_or_404


# --- told -------------------------------------------------------------------------------------------------------------
class PublicationSerializer(serializers.ModelSerializer[Publication]):
    name = serializers.CharField(help_text="Vad det är: en uppföljning eller ett protokoll.")

    class Meta:
        model = Publication
        fields = ["id", "group", "name", "at"]


class PublishedPointSerializer(serializers.Serializer[Any]):
    heading = serializers.CharField()
    note = serializers.CharField()


class WholePublicationSerializer(PublicationSerializer):
    """Det som står i det publicerade: texter och siffror av en uppföljning, punkter och beslut av ett protokoll."""

    texts = serializers.SerializerMethodField()
    figures = serializers.SerializerMethodField()
    points = serializers.SerializerMethodField()
    decisions = serializers.SerializerMethodField()
    user_participation = serializers.SerializerMethodField(help_text="Hur brukare och närstående deltog i mötet.")
    comments = ReportCommentSerializer(many=True, help_text="Synpunkter från brukarorganisationer, med svar.")

    class Meta(PublicationSerializer.Meta):
        fields = [
            *PublicationSerializer.Meta.fields, "texts", "figures", "points", "decisions", "user_participation",
            "comments",
        ]  # fmt: skip

    @extend_schema_field(ReportTextSerializer(many=True))
    def get_texts(self, published: Publication) -> list[dict[str, str]]:
        return report_texts(published.report.content) if published.report else []

    @extend_schema_field(FigureSerializer(many=True))
    def get_figures(self, published: Publication) -> Any:
        place = published.group.municipality
        return figures_of(published.report.content, place.name if place else "") if published.report else []

    @extend_schema_field(PublishedPointSerializer(many=True))
    def get_points(self, published: Publication) -> Any:
        return PublishedPointSerializer(published.minutes.items.all() if published.minutes else [], many=True).data

    def get_decisions(self, published: Publication) -> list[str]:
        return [one.text for one in published.minutes.decisions.all()] if published.minutes else []

    def get_user_participation(self, published: Publication) -> str:
        return published.minutes.user_participation if published.minutes else ""


# --- addresses --------------------------------------------------------------------------------------------------------
@extend_schema_view(
    list=extend_schema(**TAG, summary="Det grupperna har publicerat"),
    retrieve=extend_schema(**TAG, summary="En publicerad uppföljning eller ett publicerat protokoll",
                           responses=WholePublicationSerializer),
)  # fmt: skip
class PublicationViewSet(Acting, viewsets.GenericViewSet[Publication]):
    """Gruppernas inlämnade uppföljningar och publicerade protokoll."""

    access = API_READERS
    queryset = Publication.objects.all()  # For the document only: rows are always asked for through the agreement.
    serializer_class = PublicationSerializer
    lookup_url_kwarg, lookup_value_converter = "publication_id", "uuid"
    filter_backends: list[Any] = []

    def list(self, request: Request) -> Response:
        ours = published_in(agreement_or_404(self.request)).select_related("report", "minutes")
        return self.get_paginated_response(PublicationSerializer(self.paginate_queryset(ours), many=True).data)

    def retrieve(self, request: Request, publication_id: UUID) -> Response:
        return self._tell(publication_id)

    @extend_schema(**TAG, summary="Lämna en synpunkt", request=SaidInput, responses=WholePublicationSerializer)
    @action(detail=True, methods=["post"], url_path="synpunkter")
    def comment(self, request: Request, publication_id: UUID) -> Response:
        find_publication(self.request, publication_id)
        require_user_representative(self.by)
        actions.comment_on_group(publication_id=publication_id, by=self.by, now=self.now, **self.read(SaidInput))
        return self._tell(publication_id)

    @extend_schema(**TAG, summary="Svara på en synpunkt", request=MetInput, responses=WholePublicationSerializer)
    @action(detail=True, methods=["post"], url_path="synpunkter/<uuid:comment_id>/svara")
    def answer(self, request: Request, publication_id: UUID, comment_id: UUID) -> Response:
        published = find_publication(self.request, publication_id)
        if not published.comments.filter(pk=comment_id).exists():
            raise Http404("followup.comment")
        if not stand(self.by, published.group, local_day(self.now)).leads:
            raise NotAllowed(GROUP_ANSWERS)
        actions.answer_comment(comment_id=comment_id, by=self.by, now=self.now, **self.read(MetInput))
        return self._tell(publication_id)

    def _tell(self, publication_id: UUID) -> Response:
        return Response(WholePublicationSerializer(find_publication(self.request, publication_id)).data)
