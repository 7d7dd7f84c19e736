"""The managers' overview through the API: the same figures as the page, for the same roles."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import Acting
from core.audit import Action
from core.policy import Access
from placements import overview
from placements.api_agreement import CostSerializer, MonthSerializer
from placements.models import Placement
from placements.overview import Overview, Row, Spread, UnitLine

ACCESS = Access("api_placement_overview", machine=True, roles=frozenset(map(str, overview.READERS)))


class OverviewRowSerializer(serializers.Serializer[Row]):
    """One placement. What is said of an agreement is said to its two parties only."""

    placement = serializers.UUIDField(source="placement.pk")
    reference = serializers.CharField(source="placement.matter.reference")
    state = serializers.CharField(source="placement.state")
    agreement = serializers.CharField()
    days_unsigned = serializers.IntegerField(allow_null=True)
    review_due = serializers.DateTimeField(allow_null=True)
    review_is_near = serializers.BooleanField()
    ends_on = serializers.DateField(allow_null=True)
    ends_soon = serializers.BooleanField()
    cost_to_come = CostSerializer()


class SpreadSerializer(serializers.Serializer[Spread]):
    """What is to come for one unit, month by month."""

    unit = serializers.CharField()
    months = serializers.SerializerMethodField()
    total = CostSerializer()

    @extend_schema_field(MonthSerializer(many=True))
    def get_months(self, spread: Spread) -> Any:
        return _months(sorted(spread.months.items()))


class UnitFiguresSerializer(serializers.Serializer[UnitLine]):
    """One of the manager's own units, in figures only."""

    unit = serializers.CharField()
    running = serializers.IntegerField()
    unsigned = serializers.IntegerField()
    ending = serializers.IntegerField()
    to_come = SpreadSerializer(source="spread")


class OverviewSerializer(serializers.Serializer[Overview]):
    running = serializers.IntegerField()
    unsigned = serializers.IntegerField()
    reviews_near = serializers.IntegerField()
    ending = serializers.IntegerField()
    near_days = serializers.SerializerMethodField(help_text="Så många dagar före slutet räknas som snart.")
    total = CostSerializer()
    months = serializers.SerializerMethodField()
    by_unit = SpreadSerializer(many=True, help_text="Per motpart.")
    units = serializers.SerializerMethodField(help_text="Chefens alla verksamheter, när de är flera.")
    rows = OverviewRowSerializer(many=True)
    more = serializers.BooleanField(help_text="Fler finns än de som visas.")

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_near_days(self, found: Overview) -> int | None:
        return found.near.value if found.near else None

    @extend_schema_field(MonthSerializer(many=True))
    def get_months(self, found: Overview) -> Any:
        return _months(found.months)

    @extend_schema_field(UnitFiguresSerializer(many=True))
    def get_units(self, found: Overview) -> Any:
        return UnitFiguresSerializer(self.context["units"], many=True).data


def _months(found: Any) -> Any:
    told = [
        {"month": month, "total": cost.total, "region": cost.region, "municipality": cost.municipality}
        for month, cost in found
    ]
    return MonthSerializer(told, many=True).data


@extend_schema_view(
    list=extend_schema(
        tags=["Placeringar"], summary="Chefens översikt, med kostnad framåt", responses=OverviewSerializer
    )
)
class PlacementOverviewViewSet(Acting, viewsets.GenericViewSet[Any]):
    """Pågående placeringar, kostnad framåt, dagar utan ansvarsförbindelse, omprövningar och slut som närmar sig."""

    access = ACCESS
    queryset = Placement.objects.all()  # For the document only.
    serializer_class = OverviewSerializer
    pagination_class = None
    filter_backends: list[Any] = []

    def list(self, request: Request) -> Response:
        found = overview.make(self.by, self.now)
        found.note_reads(self.by, Action.API, "placements.overview")
        units = overview.of_my_units(self.by, self.now, found.near)
        return Response(OverviewSerializer(found, context={"units": units}).data)
