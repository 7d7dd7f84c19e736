"""The register of homes through the API: anyone signed in reads it, and the roles that keep it on the pages keep it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import Acting
from placements import actions
from placements.api_input import Dated
from placements.kinds import Housing
from placements.models import Provider
from placements.permissions import require_may_keep

TAG: dict[str, Any] = {"tags": ["Boenden"]}


class ProviderSerializer(serializers.ModelSerializer[Provider]):
    class Meta:
        model = Provider
        fields = [
            "id", "name", "housing", "organisation_number", "permit", "permit_until", "own_health_care", "health_care",
            "takes", "municipality", "county", "contact", "closed_on",
        ]  # fmt: skip


class HomeOfRegisterInput(Dated):
    """What is publicly known of a home. Private homes never stand here: they are persons."""

    name = serializers.CharField(max_length=150)
    housing = serializers.ChoiceField(Housing.choices, help_text="Inte familjehem eller jourhem: de är privatpersoner.")
    organisation_number = serializers.CharField(max_length=11, required=False, allow_blank=True)
    permit = serializers.CharField(max_length=60, required=False, allow_blank=True)
    permit_until = serializers.DateField(required=False, allow_null=True)
    own_health_care = serializers.BooleanField(required=False)
    health_care = serializers.CharField(max_length=300, required=False, allow_blank=True)
    takes = serializers.ListField(child=serializers.CharField(max_length=100), required=False, max_length=30)
    municipality = serializers.CharField(max_length=60)
    county = serializers.CharField(max_length=60)
    contact = serializers.CharField(max_length=200, required=False, allow_blank=True)
    closed_on = serializers.DateField(required=False, allow_null=True)


@extend_schema_view(
    list=extend_schema(**TAG, summary="Registret över boenden"),
    retrieve=extend_schema(**TAG, summary="Ett boende"),
    create=extend_schema(
        **TAG, summary="Lägg till ett boende", request=HomeOfRegisterInput, responses={201: ProviderSerializer}
    ),
    partial_update=extend_schema(
        **TAG, summary="Ändra vad registret säger om ett boende", request=HomeOfRegisterInput(partial=True)
    ),
)
class ProviderViewSet(Acting, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Provider]):
    """HVB och andra utförare av boende: offentliga uppgifter, inget om någon person."""

    queryset = Provider.objects.order_by("name", "pk")
    serializer_class = ProviderSerializer
    lookup_value_converter = "uuid"

    def create(self, request: Request) -> Response:
        require_may_keep(self.by)
        made = actions.keep_home(values=self.read(HomeOfRegisterInput), by=self.by)
        return Response(ProviderSerializer(made).data, status=201)

    def partial_update(self, request: Request, pk: UUID) -> Response:
        require_may_keep(self.by)
        if not Provider.objects.filter(pk=pk).exists():
            raise Http404("provider")
        values = self.read(HomeOfRegisterInput, partial=True)
        changed = actions.keep_home(values=values, provider_id=pk, by=self.by)
        return Response(ProviderSerializer(changed).data)
