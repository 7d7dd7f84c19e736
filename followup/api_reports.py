"""The annual follow-up through the API: written, handed in, compiled, handed over, commented on (FUP-2, FUP-3).

The same rows, rules and actions as the pages. What has been handed in is told with its figures as they were then.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import VERSION, Acting, AnyAccept
from core.authz import NotAllowed
from core.policy import Access
from followup import actions
from followup.actions.campaign import asked_of
from followup.actions.regional import latest_versions, proposal
from followup.agreement import coordination_of
from followup.api import FigureSerializer
from followup.api_files import A_PDF, FileSerializer, file_or_progress
from followup.api_shared import API_READERS, TAG, CorrectionInput, OfGroups, OfTheBoard, SeenInput, figures_of
from followup.figures import COUNTY
from followup.kinds import RegionalDo, ReportDo
from followup.models import Campaign, Comment, GroupReport, RegionalReport, RegionalVersion, ReportVersion
from followup.names import texts_of
from followup.permissions import REGIONAL_RULES, REPORT_RULES, require_user_representative
from followup.views.reports import find_regional, find_report, find_version
from followup.views.shared import COORDINATORS
from organisations.kinds import Role


# --- told -------------------------------------------------------------------------------------------------------------
class ReportTextSerializer(serializers.Serializer[dict[str, str]]):
    question = serializers.CharField()
    text = serializers.CharField()


class DraftTextSerializer(serializers.Serializer[dict[str, Any]]):
    indicator = serializers.CharField(help_text="Indikatorns nyckel.")
    question = serializers.CharField()
    required = serializers.BooleanField(help_text="Om texten krävs vid inlämning.")  # type: ignore[assignment]
    text = serializers.CharField()


class CampaignSerializer(serializers.ModelSerializer[Campaign]):
    class Meta:
        model = Campaign
        fields = ["id", "year", "opened_at", "due_at", "regional_due_at"]


class GroupReportSerializer(serializers.ModelSerializer[GroupReport]):
    year = serializers.IntegerField(source="campaign.year")
    due_at = serializers.DateTimeField(source="campaign.due_at")

    class Meta:
        model = GroupReport
        fields = ["id", "group", "year", "state", "version", "due_at", "changed_at"]


class WholeReportSerializer(GroupReportSerializer):
    """Med det som senast lämnades in: texter, och siffror som de var då. Gruppen ser också det den skriver på."""

    handed_in = serializers.SerializerMethodField(help_text="Inlämnad version, tom om rapporten inte är inlämnad.")
    texts = serializers.SerializerMethodField()
    figures = serializers.SerializerMethodField()
    draft = serializers.SerializerMethodField(help_text="Det gruppen skriver på. Tomt för andra.")
    feedback = serializers.SerializerMethodField(help_text="Återkopplingen från den regionala gruppen.")

    class Meta(GroupReportSerializer.Meta):
        fields = [*GroupReportSerializer.Meta.fields, "handed_in", "texts", "figures", "draft", "feedback"]

    def _last(self, report: GroupReport) -> ReportVersion | None:
        return report.versions.last()

    def get_handed_in(self, report: GroupReport) -> int | None:
        last = self._last(report)
        return last.number if last else None

    @extend_schema_field(ReportTextSerializer(many=True))
    def get_texts(self, report: GroupReport) -> list[dict[str, str]]:
        last = self._last(report)
        return report_texts(last.content) if last else []

    @extend_schema_field(FigureSerializer(many=True))
    def get_figures(self, report: GroupReport) -> Any:
        last, place = self._last(report), report.group.municipality
        return figures_of(last.content, place.name if place else "") if last else []

    @extend_schema_field(DraftTextSerializer(many=True))
    def get_draft(self, report: GroupReport) -> list[dict[str, Any]]:
        if not self.context["works"]:
            return []
        written = dict(report.answers.values_list("indicator", "text"))
        asked = asked_of(report.campaign, coordination_of(report.group))
        return [
            {"indicator": one.key, "question": one.name, "required": one.required, "text": written.get(one.key, "")}
            for one in asked
            if one.has_text
        ]

    def get_feedback(self, report: GroupReport) -> str:
        found = getattr(report, "feedback", None)
        return found.text if found else ""


class MergedTextSerializer(serializers.Serializer[dict[str, Any]]):
    indicator = serializers.CharField()
    question = serializers.CharField()
    text = serializers.CharField(help_text="Den gemensamma texten. Tom om den inte är skriven.")
    proposal = serializers.CharField(help_text="Vad grupperna skrev, ett förslag att utgå från.")
    version = serializers.IntegerField(help_text="Textens version, 0 om den inte är skriven.")


class RegionalReportSerializer(serializers.ModelSerializer[RegionalReport]):
    year = serializers.IntegerField(source="campaign.year")
    due_at = serializers.DateTimeField(source="campaign.regional_due_at")

    class Meta:
        model = RegionalReport
        fields = ["id", "year", "coordination", "state", "version", "due_at", "correction_reason"]


class WholeRegionalReportSerializer(RegionalReportSerializer):
    texts = serializers.SerializerMethodField()
    handed_in = serializers.SerializerMethodField(help_text="Grupper vars uppföljning är med.")

    class Meta(RegionalReportSerializer.Meta):
        fields = [*RegionalReportSerializer.Meta.fields, "texts", "handed_in"]

    @extend_schema_field(MergedTextSerializer(many=True))
    def get_texts(self, report: RegionalReport) -> list[dict[str, Any]]:
        written = {one.indicator: one for one in report.texts.all()}
        return [
            {
                "indicator": one.key,
                "question": one.name,
                "text": written[one.key].text if one.key in written else "",
                "proposal": proposal(report, one.key),
                "version": written[one.key].version if one.key in written else 0,
            }
            for one in asked_of(report.campaign, report.coordination)
            if one.has_text
        ]

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_handed_in(self, report: RegionalReport) -> list[UUID]:
        return sorted(latest_versions(report))


class RegionalVersionSerializer(serializers.ModelSerializer[RegionalVersion]):
    year = serializers.IntegerField(source="report.campaign.year")
    coordination = serializers.CharField(source="report.coordination", help_text="children eller adults.")

    class Meta:
        model = RegionalVersion
        fields = ["id", "year", "coordination", "number", "at", "reason"]


class ReportCommentSerializer(serializers.ModelSerializer[Comment]):
    class Meta:
        model = Comment
        fields = ["id", "text", "at", "answer", "answered_at"]


class WholeRegionalSerializer(RegionalVersionSerializer):
    groups = serializers.SerializerMethodField(help_text="Grupper i sammanställningen; utan version: inte inlämnad.")
    texts = serializers.SerializerMethodField()
    figures = serializers.SerializerMethodField()
    comments = ReportCommentSerializer(many=True, help_text="Synpunkter från brukarorganisationer, med svar.")

    class Meta(RegionalVersionSerializer.Meta):
        fields = [*RegionalVersionSerializer.Meta.fields, "groups", "texts", "figures", "comments"]

    def get_groups(self, version: RegionalVersion) -> list[dict[str, Any]]:
        groups: list[dict[str, Any]] = version.content["groups"]
        return groups

    @extend_schema_field(ReportTextSerializer(many=True))
    def get_texts(self, version: RegionalVersion) -> list[dict[str, str]]:
        return report_texts(version.content)

    @extend_schema_field(FigureSerializer(many=True))
    def get_figures(self, version: RegionalVersion) -> Any:
        return figures_of(version.content, COUNTY)


# --- taken ------------------------------------------------------------------------------------------------------------
class OpenYearInput(serializers.Serializer[Any]):
    year = serializers.IntegerField(min_value=2000, max_value=2100)


class ReportAnswerInput(serializers.Serializer[Any]):
    indicator = serializers.CharField(max_length=80)
    text = serializers.CharField(max_length=10_000, allow_blank=True)


class WriteReportInput(SeenInput):
    texts = ReportAnswerInput(many=True, required=False, default=list, help_text="Det som utelämnas står kvar.")


class FeedbackInput(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=10_000)


class MergeInput(serializers.Serializer[Any]):
    indicator = serializers.CharField(max_length=80)
    text = serializers.CharField(max_length=20_000)
    version = serializers.IntegerField(**{**VERSION, "min_value": 0})


class SaidInput(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=5000)


class MetInput(serializers.Serializer[Any]):
    answer = serializers.CharField(max_length=5000)


# --- addresses --------------------------------------------------------------------------------------------------------
class CampaignViewSet(OfTheBoard, viewsets.GenericViewSet[Campaign]):
    """De årliga uppföljningarna."""

    queryset = Campaign.objects.all()  # For the document only: rows are always asked for through the agreement.
    serializer_class = CampaignSerializer
    filter_backends: list[Any] = []

    @extend_schema(**TAG, summary="Uppföljningens år")
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(Campaign.objects.filter(agreement=self.agreement()).order_by("-year"))
        return self.get_paginated_response(CampaignSerializer(page, many=True).data)

    @extend_schema(**TAG, summary="Öppna ett års uppföljning", request=OpenYearInput,
                   responses={201: CampaignSerializer})  # fmt: skip
    def create(self, request: Request) -> Response:
        self.require_board()
        agreement, given = self.agreement(), self.read(OpenYearInput)
        made = actions.open_campaign(agreement=agreement, year=given["year"], by=self.by, now=self.now)
        return Response(CampaignSerializer(made).data, status=201)


@extend_schema_view(
    list=extend_schema(**TAG, summary="Gruppernas uppföljning, år för år"),
    retrieve=extend_schema(**TAG, summary="En grupps uppföljning", responses=WholeReportSerializer),
)
class GroupReportViewSet(OfGroups, viewsets.GenericViewSet[GroupReport]):
    """Gruppernas årliga uppföljning: det som är inlämnat, med siffrorna som de var då."""

    queryset = GroupReport.objects.all()  # For the document only: rows are always asked for through the groups.
    serializer_class = GroupReportSerializer
    lookup_url_kwarg, lookup_value_converter = "report_id", "uuid"
    filter_backends: list[Any] = []

    def list(self, request: Request) -> Response:
        mine, read = self.groups()
        found = GroupReport.objects.filter(group__in=[*mine, *read]).select_related("campaign")
        page = self.paginate_queryset(found.order_by("-campaign__year", "group__name", "id"))
        return self.get_paginated_response(GroupReportSerializer(page, many=True).data)

    def retrieve(self, request: Request, report_id: UUID) -> Response:
        return self._tell(report_id)

    @extend_schema(**TAG, summary="Skriv på uppföljningen", request=WriteReportInput, responses=WholeReportSerializer)
    @action(detail=True, methods=["post"], url_path="skriv")
    def write(self, request: Request, report_id: UUID) -> Response:
        found = self._require(report_id, ReportDo.WRITE)
        actions.write_report(report_id=report_id, by=self.by, now=self.now, **self._written(found))
        return self._tell(report_id)

    @extend_schema(**TAG, summary="Lämna in uppföljningen", request=WriteReportInput, responses=WholeReportSerializer)
    @action(detail=True, methods=["post"], url_path="lamna-in")
    def submit(self, request: Request, report_id: UUID) -> Response:
        """Siffror, definitioner och texter fryses som de är nu."""
        found = self._require(report_id, ReportDo.SUBMIT)
        actions.submit_report(report_id=report_id, by=self.by, now=self.now, **self._written(found))
        return self._tell(report_id)

    @extend_schema(**TAG, summary="Öppna för rättning", request=CorrectionInput, responses=WholeReportSerializer)
    @action(detail=True, methods=["post"], url_path="ratta")
    def correct(self, request: Request, report_id: UUID) -> Response:
        self._require(report_id, ReportDo.CORRECT)
        actions.correct_report(report_id=report_id, by=self.by, now=self.now, **self.read(CorrectionInput))
        return self._tell(report_id)

    @extend_schema(**TAG, summary="Återkoppla till gruppen", request=FeedbackInput, responses=WholeReportSerializer)
    @action(detail=True, methods=["post"], url_path="aterkoppla")
    def feedback(self, request: Request, report_id: UUID) -> Response:
        find_report(self.request, report_id)
        if self.by.role != Role.BOARD_MEMBER:
            raise NotAllowed("Det här gör den regionala gruppen.")
        actions.give_feedback(report_id=report_id, by=self.by, now=self.now, **self.read(FeedbackInput))
        return self._tell(report_id)

    @extend_schema(
        **TAG, summary="Den inlämnade uppföljningen som PDF, eller hur långt den har kommit", responses=A_PDF
    )
    @action(detail=True, url_path="pdf", content_negotiation_class=AnyAccept)
    def pdf(self, request: Request, report_id: UUID) -> HttpResponse | Response:
        return file_or_progress(self._handed_in(report_id))

    @extend_schema(**TAG, summary="Be om PDF:en igen", request=None, responses={202: FileSerializer})
    @pdf.mapping.post
    def ask_for_pdf(self, request: Request, report_id: UUID) -> Response:
        """Behövs bara om den inte gick att göra: den görs av sig själv vid inlämningen."""
        made = actions.ask_for_file(version=self._handed_in(report_id), now=self.now)
        return Response(FileSerializer(made).data, status=202)

    def _handed_in(self, report_id: UUID) -> ReportVersion:
        """The latest version that is handed in. Raises 404."""
        found, _ = find_report(self.request, report_id)
        version = found.versions.select_related("report__group").last()
        if version is None:
            raise Http404("followup.file")
        return version

    def _written(self, report: GroupReport) -> dict[str, Any]:
        """The version seen and the texts, of questions that are asked. Raises `ValidationError`."""
        given = self.read(WriteReportInput)
        asked = {one.key for one in asked_of(report.campaign, coordination_of(report.group)) if one.has_text}
        if {one["indicator"] for one in given["texts"]} - asked:
            raise serializers.ValidationError({"texts": "Det frågas inte det året."})
        return {"version": given["version"], "texts": {one["indicator"]: one["text"] for one in given["texts"]}}

    def _require(self, report_id: UUID, do: ReportDo) -> GroupReport:
        found, _ = find_report(self.request, report_id)
        REPORT_RULES.require(self.by, do, found)
        return found

    def _tell(self, report_id: UUID) -> Response:
        found, standing = find_report(self.request, report_id)
        return Response(WholeReportSerializer(found, context={"works": standing.works}).data)


@extend_schema_view(
    list=extend_schema(**TAG, summary="Länets uppföljningar medan de sammanställs"),
    retrieve=extend_schema(**TAG, summary="En sammanställning, med gruppernas texter sida vid sida",
                           responses=WholeRegionalReportSerializer),
)  # fmt: skip
class RegionalReportViewSet(Acting, viewsets.GenericViewSet[RegionalReport]):
    """Länets uppföljning medan samordnarna sammanställer den."""

    access = Access("api", roles=COORDINATORS.roles, machine=True)
    queryset = RegionalReport.objects.all()  # For the document only: rows are asked for through the agreement.
    serializer_class = RegionalReportSerializer
    lookup_url_kwarg, lookup_value_converter = "report_id", "uuid"
    filter_backends: list[Any] = []

    def list(self, request: Request) -> Response:
        ours = RegionalReport.objects.filter(campaign__agreement__parties__huvudman_id=self.by.huvudman_id)
        page = self.paginate_queryset(ours.select_related("campaign").order_by("-campaign__year", "coordination", "id"))
        return self.get_paginated_response(RegionalReportSerializer(page, many=True).data)

    def retrieve(self, request: Request, report_id: UUID) -> Response:
        return self._tell(report_id)

    @extend_schema(**TAG, summary="Skriv den gemensamma texten", request=MergeInput,
                   responses=WholeRegionalReportSerializer)  # fmt: skip
    @action(detail=True, methods=["post"], url_path="text")
    def compile_text(self, request: Request, report_id: UUID) -> Response:
        self._require(report_id, RegionalDo.WRITE)
        actions.compile_text(report_id=report_id, by=self.by, now=self.now, **self.read(MergeInput))
        return self._tell(report_id)

    @extend_schema(**TAG, summary="Sammanställningen är klar", request=SeenInput,
                   responses=WholeRegionalReportSerializer)  # fmt: skip
    @action(detail=True, methods=["post"], url_path="klar")
    def finish(self, request: Request, report_id: UUID) -> Response:
        return self._step(report_id, RegionalDo.FINISH, actions.finish_compiling, SeenInput)

    @extend_schema(**TAG, summary="Öppna sammanställningen igen", request=SeenInput,
                   responses=WholeRegionalReportSerializer)  # fmt: skip
    @action(detail=True, methods=["post"], url_path="oppna")
    def reopen(self, request: Request, report_id: UUID) -> Response:
        return self._step(report_id, RegionalDo.REOPEN, actions.reopen_compiling, SeenInput)

    @extend_schema(**TAG, summary="Lämna över till den regionala gruppen", request=SeenInput,
                   responses=WholeRegionalReportSerializer)  # fmt: skip
    @action(detail=True, methods=["post"], url_path="lamna-over")
    def present(self, request: Request, report_id: UUID) -> Response:
        return self._step(report_id, RegionalDo.PRESENT, actions.present, SeenInput)

    @extend_schema(**TAG, summary="Rätta den överlämnade rapporten", request=CorrectionInput,
                   responses=WholeRegionalReportSerializer)  # fmt: skip
    @action(detail=True, methods=["post"], url_path="ratta")
    def correct(self, request: Request, report_id: UUID) -> Response:
        return self._step(report_id, RegionalDo.CORRECT, actions.correct_regional, CorrectionInput)

    def _step(self, report_id: UUID, do: RegionalDo, verb: Any, taken: Any) -> Response:
        self._require(report_id, do)
        verb(report_id=report_id, by=self.by, now=self.now, **self.read(taken))
        return self._tell(report_id)

    def _require(self, report_id: UUID, do: RegionalDo) -> None:
        REGIONAL_RULES.require(self.by, do, find_regional(self.request, report_id))

    def _tell(self, report_id: UUID) -> Response:
        return Response(WholeRegionalReportSerializer(find_regional(self.request, report_id)).data)


@extend_schema_view(
    list=extend_schema(**TAG, summary="Överlämnade sammanställningar"),
    retrieve=extend_schema(**TAG, summary="En överlämnad sammanställning", responses=WholeRegionalSerializer),
)
class RegionalVersionViewSet(Acting, viewsets.GenericViewSet[RegionalVersion]):
    """Länets sammanställningar, som de lämnades över."""

    access = API_READERS
    queryset = RegionalVersion.objects.all()  # For the document only: rows are always asked for through the agreement.
    serializer_class = RegionalVersionSerializer
    lookup_url_kwarg, lookup_value_converter = "version_id", "uuid"
    filter_backends: list[Any] = []

    def list(self, request: Request) -> Response:
        ours: QuerySet[RegionalVersion] = RegionalVersion.objects.filter(
            report__campaign__agreement__parties__huvudman_id=self.by.huvudman_id
        ).select_related("report__campaign")
        page = self.paginate_queryset(ours.order_by("-at", "id"))
        return self.get_paginated_response(RegionalVersionSerializer(page, many=True).data)

    def retrieve(self, request: Request, version_id: UUID) -> Response:
        return self._tell(version_id)

    @extend_schema(
        **TAG, summary="Den överlämnade sammanställningen som PDF, eller hur långt den har kommit", responses=A_PDF
    )
    @action(detail=True, url_path="pdf", content_negotiation_class=AnyAccept)
    def pdf(self, request: Request, version_id: UUID) -> HttpResponse | Response:
        return file_or_progress(find_version(self.request, version_id))

    @extend_schema(**TAG, summary="Be om PDF:en igen", request=None, responses={202: FileSerializer})
    @pdf.mapping.post
    def ask_for_pdf(self, request: Request, version_id: UUID) -> Response:
        """Behövs bara om den inte gick att göra: den görs av sig själv vid överlämningen."""
        made = actions.ask_for_file(version=find_version(self.request, version_id), now=self.now)
        return Response(FileSerializer(made).data, status=202)

    @extend_schema(**TAG, summary="Lämna en synpunkt", request=SaidInput, responses=WholeRegionalSerializer)
    @action(detail=True, methods=["post"], url_path="synpunkter")
    def comment(self, request: Request, version_id: UUID) -> Response:
        find_version(self.request, version_id)
        require_user_representative(self.by)
        actions.comment(version_id=version_id, by=self.by, now=self.now, **self.read(SaidInput))
        return self._tell(version_id)

    @extend_schema(**TAG, summary="Svara på en synpunkt", request=MetInput, responses=WholeRegionalSerializer)
    @action(detail=True, methods=["post"], url_path="synpunkter/<uuid:comment_id>/svara")
    def answer(self, request: Request, version_id: UUID, comment_id: UUID) -> Response:
        version = find_version(self.request, version_id)
        if not version.comments.filter(pk=comment_id).exists():
            raise Http404("followup.comment")
        if self.by.role != Role.BOARD_MEMBER:
            raise NotAllowed("Det här gör den regionala gruppen.")
        actions.answer_comment(comment_id=comment_id, by=self.by, now=self.now, **self.read(MetInput))
        return self._tell(version_id)

    def _tell(self, version_id: UUID) -> Response:
        return Response(WholeRegionalSerializer(find_version(self.request, version_id)).data)


def report_texts(content: dict[str, Any]) -> list[dict[str, str]]:
    """The questions and answers of what was frozen."""
    return [{"question": name, "text": text} for name, text in texts_of(content)]
