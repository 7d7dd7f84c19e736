"""Documents of a SIP through the API: for each party's own record, with its receipt (IND-10).

Made when asked for, of what the acting unit may read then; the same rights, notes and refusals as the pages.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.authz import NotAllowed
from core.documents import as_file
from core.pdf import Variant
from individuals.models import FiledCopy
from sip import actions, fhir
from sip.api import TAG
from sip.api_shared import OfCase
from sip.documents import SHEETS, Asked, Desk, Sheet
from sip.permissions import FILES_COPY


class OfferSerializer(serializers.Serializer[Any]):
    """A document, and the reason when it can't be made now."""

    name = serializers.CharField()
    title = serializers.CharField()
    about = serializers.CharField()
    version = serializers.IntegerField(allow_null=True)
    is_filed = serializers.BooleanField(help_text="Varje part för sitt exemplar till akt eller journal och bekräftar.")
    missing = serializers.CharField(help_text="Tomt: dokumentet går att göra.")


class ReceiptSerializer(serializers.ModelSerializer[FiledCopy]):
    class Meta:
        model = FiledCopy
        fields = ["unit", "kind", "version", "filed_at"]


class FiledInput(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1, max_value=9999, help_text="Den version som fördes till akt.")


def _number(value: str) -> int | None:
    return int(value) if value.isdecimal() and len(value) < 5 else None


@extend_schema_view(
    list=extend_schema(**TAG, summary="Dokument som går att få", responses=OfferSerializer(many=True)),
    retrieve=extend_schema(
        **TAG,
        summary="Ett dokument som PDF",
        parameters=[
            OpenApiParameter("arkiv", bool, description="För arkivering: PDF/A."),
            OpenApiParameter("stor", bool, description="Med stor text."),
            OpenApiParameter("version", int, description="En tidigare version av planen."),
        ],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    ),
)
class DocumentViewSet(OfCase, viewsets.GenericViewSet[FiledCopy]):
    """Dokument i ärenden som den egna verksamheten deltar i."""

    queryset = FiledCopy.objects.all()  # For the document only.
    serializer_class = OfferSerializer
    lookup_field = lookup_url_kwarg = "name"
    lookup_value_converter = "slug"
    filter_backends: list[Any] = []
    pagination_class = None

    def list(self, request: Request, case_id: UUID) -> Response:
        desk = Desk(self.case(), self.by, self.now)
        offers = [
            {
                "name": sheet.name, "title": sheet.title, "about": sheet.about, "version": sheet.version(desk),
                "is_filed": sheet.is_filed, "missing": sheet.missing(desk),
            }
            for sheet in SHEETS.values()
            if sheet.applies(desk)
        ]  # fmt: skip
        return Response(OfferSerializer(offers, many=True).data)

    def retrieve(self, request: Request, case_id: UUID, name: str) -> HttpResponse:
        case, sheet = self.case(), self._sheet()
        asked = request.query_params
        filing = sheet.is_filed and _is_on(asked.get("arkiv"))
        variant = Variant.FILING if filing else Variant.READING
        desk = Desk(case, self.by, self.now, _number(asked.get("version", "")))
        file = sheet.make(desk, Asked(variant=variant, large=_is_on(asked.get("stor"))))
        return as_file(file.content, file.filename, download=filing)

    @extend_schema(
        **TAG,
        summary="Planen som FHIR R4, för den egna journalen",
        responses={(200, fhir.MEDIA_TYPE): OpenApiTypes.OBJECT},
    )
    @action(detail=False, url_path="plan-fhir")
    def export(self, request: Request, case_id: UUID) -> HttpResponse:
        file = fhir.make(Desk(self.case(), self.by, self.now))
        return as_file(file.content, file.filename, media_type=fhir.MEDIA_TYPE)

    @extend_schema(
        **TAG, summary="Bekräfta att exemplaret är fört till akt", request=FiledInput, responses=ReceiptSerializer
    )
    @action(detail=True, methods=["post"], url_path="ford-till-akt")
    def filed(self, request: Request, case_id: UUID, name: str) -> Response:
        case = self.case()
        if not (decision := FILES_COPY.decide(self.by, case)):
            raise NotAllowed(decision.reason)
        sheet = self._sheet()
        if not sheet.is_filed:
            raise Http404(name)
        receipt = actions.confirm_filed(
            case_id=case.pk, kind=sheet.kind, title=sheet.title, by=self.by, now=self.now, **self.read(FiledInput)
        )
        return Response(ReceiptSerializer(receipt).data)

    def _sheet(self) -> Sheet:
        if (sheet := SHEETS.get(self.kwargs["name"])) is None:
            raise Http404(self.kwargs["name"])
        return sheet


def _is_on(value: str | None) -> bool:
    return value is not None and value.lower() not in ("", "0", "false")
