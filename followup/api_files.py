"""PDFs of reports and dashboards through the API: the file when it is ready, until then how far it has come (FUP-7)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from core.documents import as_file
from followup.models import Printed, ReportFile
from followup.names import file_name


class FileSerializer(serializers.ModelSerializer[ReportFile]):
    """How far a PDF has come."""

    id = serializers.SerializerMethodField(help_text="Det som PDF:en hämtas med.")
    state = serializers.SerializerMethodField()

    class Meta:
        model = ReportFile
        fields = ["id", "state", "step", "done", "total", "reason"]

    def get_id(self, file: ReportFile) -> UUID | None:
        return file.of_board_id or file.of_county_id or file.of_group_id

    @extend_schema_field(serializers.ChoiceField(choices=["väntar", "görs", "klar", "gick inte"]))
    def get_state(self, file: ReportFile) -> str:
        if file.is_ready:
            return "klar"
        if file.is_given_up:
            return "gick inte"
        return "görs" if file.step else "väntar"


A_PDF: dict[Any, Any] = {(200, "application/pdf"): OpenApiTypes.BINARY, 202: FileSerializer}


def file_or_progress(version: Printed) -> HttpResponse | Response:
    """The PDF of a version, or how far it has come (202). Raises 404 when nobody has asked for it."""
    made = ReportFile.objects.filter(**ReportFile.of(version)).first()
    if made is None:
        raise Http404("followup.file")
    if made.content is not None:
        return as_file(bytes(made.content), f"{file_name(version)}.pdf")
    return Response(FileSerializer(made).data, status=202)
