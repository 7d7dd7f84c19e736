"""The ansvarsförbindelse through the API, for its two parties only: for others it doesn't exist (PLC-8).

It is not signed here: whoever signs reads it and does so in person, signed in to the portal (PLC-4).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core import days
from core.api import VERSION, Acting
from core.audit import Action
from core.authz import Refused
from core.documents import as_file
from core.policy import visible_or_404
from placements import actions, costs, documents, panels
from placements.actions import MeasureFacts
from placements.api import API_PLACEMENTS, OfPlacements
from placements.content import read_code
from placements.forms.agreement import AT_MOST
from placements.kinds import DeclineReason, Do, Move, Per, Performer, Side, SplitBy
from placements.models import Ansvarsforbindelse, Measure, Placement, Remark, Signature
from placements.permissions import AGREEMENT_RULES, PLACEMENT_RULES, is_party
from placements.querysets import VersionQuerySet

TAG: dict[str, Any] = {"tags": ["Ansvarsförbindelser"]}
MONEY: dict[str, Any] = {"max_digits": 12, "decimal_places": 2, "min_value": Decimal(0)}
OFFERED = tuple(move for move in Move if move not in (Move.REPLACE, Move.EXPIRE, Move.END))
"""What a party does. The rest follows from it, or from the calendar."""


# --- told -------------------------------------------------------------------------------------------------------------
class CostSerializer(serializers.Serializer[Any]):
    total = serializers.DecimalField(max_digits=14, decimal_places=2)
    region = serializers.DecimalField(max_digits=14, decimal_places=2)
    municipality = serializers.DecimalField(max_digits=14, decimal_places=2)


class MonthSerializer(CostSerializer):
    month = serializers.DateField(help_text="Månadens första dag.")


class MedicalMeasureSerializer(serializers.ModelSerializer[Measure]):
    region = serializers.SerializerMethodField(help_text="Regionens andel: procent, eller kronor av priset.")
    municipality = serializers.SerializerMethodField(help_text="Kommunens andel.")
    cost = serializers.SerializerMethodField(help_text="Vad insatsen kostar under hela sin tid.")

    class Meta:
        model = Measure
        fields = [
            "title", "content", "extent", "performer", "starts_on", "ends_on", "price", "per", "split_by", "region",
            "municipality", "cost",
        ]  # fmt: skip

    @extend_schema_field(serializers.DecimalField(max_digits=12, decimal_places=2))
    def get_region(self, measure: Measure) -> str:
        return self._share(measure, Side.REGION)

    @extend_schema_field(serializers.DecimalField(max_digits=12, decimal_places=2))
    def get_municipality(self, measure: Measure) -> str:
        return self._share(measure, Side.MUNICIPALITY)

    @extend_schema_field(CostSerializer)
    def get_cost(self, measure: Measure) -> Any:
        return CostSerializer(costs.in_all(panels.priced(measure, list(measure.shares.all())))).data

    @staticmethod
    def _share(measure: Measure, side: Side) -> str:
        share = next(one for one in measure.shares.all() if one.side == side)
        return f"{share.percent if share.percent is not None else share.amount:.2f}"


class SignatureSerializer(serializers.ModelSerializer[Signature]):
    name = serializers.CharField(source="user.get_full_name")

    class Meta:
        model = Signature
        fields = ["side", "name", "mandate", "at", "document_hash", "service"]


class RemarkSerializer(serializers.ModelSerializer[Remark]):
    class Meta:
        model = Remark
        fields = ["unit", "text", "at"]


class MoveSerializer(serializers.Serializer[Any]):
    """A move: whether the assignment may make it now, and if not why."""

    do = serializers.ChoiceField([(one.value, one.label) for one in OFFERED])
    label = serializers.CharField()  # type: ignore[assignment]
    allowed = serializers.BooleanField(source="decision.allowed")
    reason = serializers.CharField(source="decision.reason")


class VersionRowSerializer(serializers.ModelSerializer[Ansvarsforbindelse]):
    class Meta:
        model = Ansvarsforbindelse
        fields = [
            "id", "number", "state", "version", "placing_unit", "medical_unit", "drafted_by_unit", "answers",
            "valid_from", "valid_to", "renegotiate_on", "proposed_at", "in_force_at", "ended_at", "content_hash",
        ]  # fmt: skip


class VersionSerializer(VersionRowSerializer):
    measures = MedicalMeasureSerializer(many=True)
    months = serializers.SerializerMethodField()
    total = serializers.SerializerMethodField()
    signatures = SignatureSerializer(many=True)
    remarks = RemarkSerializer(many=True)
    actions = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField(help_text="Vad som återstår innan utkastet kan läggas fram.")

    class Meta(VersionRowSerializer.Meta):
        fields = [
            *VersionRowSerializer.Meta.fields, "terms", "decline_reason", "decline_note", "measures", "months", "total",
            "signatures", "remarks", "actions", "missing",
        ]  # fmt: skip

    @extend_schema_field(MonthSerializer(many=True))
    def get_months(self, version: Ansvarsforbindelse) -> Any:
        found = self._months(version)
        told = [
            {"month": month, "total": cost.total, "region": cost.region, "municipality": cost.municipality}
            for month, cost in found.items()
        ]
        return MonthSerializer(told, many=True).data

    @extend_schema_field(CostSerializer)
    def get_total(self, version: Ansvarsforbindelse) -> Any:
        return CostSerializer(costs.total(self._months(version))).data

    @extend_schema_field(MoveSerializer(many=True))
    def get_actions(self, version: Ansvarsforbindelse) -> Any:
        return MoveSerializer(AGREEMENT_RULES.buttons(self.context["by"], version, OFFERED), many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_missing(self, version: Ansvarsforbindelse) -> list[str]:
        return actions.why_not_propose(version) if version.number is None else []

    @staticmethod
    def _months(version: Ansvarsforbindelse) -> Any:
        return costs.by_month(panels.priced(one, list(one.shares.all())) for one in version.measures.all())


# --- taken ------------------------------------------------------------------------------------------------------------
class MedicalMeasureInput(serializers.Serializer[Any]):
    """One medical measure. The two shares are percent that sum to 100, or kronor that sum to the price."""

    title = serializers.CharField(max_length=150)
    content = serializers.CharField(max_length=2_000)
    extent = serializers.CharField(max_length=300)
    performer = serializers.ChoiceField(Performer.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    price = serializers.DecimalField(**MONEY)
    per = serializers.ChoiceField(Per.choices)
    split_by = serializers.ChoiceField(SplitBy.choices)
    region = serializers.DecimalField(**MONEY)
    municipality = serializers.DecimalField(**MONEY)

    @staticmethod
    def as_facts(given: dict[str, Any]) -> MeasureFacts:
        kinds = {"performer": Performer, "per": Per, "split_by": SplitBy}
        return MeasureFacts(**given | {name: kind(given[name]) for name, kind in kinds.items()})


class WriteInput(serializers.Serializer[Any]):
    """What is left out stays, but for the measures: those given replace the draft's."""

    version = serializers.IntegerField(**VERSION)
    valid_from = serializers.DateField(required=False)
    valid_to = serializers.DateField(required=False)
    renegotiate_on = serializers.DateField(required=False, allow_null=True)
    terms = serializers.CharField(max_length=4_000, required=False, allow_blank=True)
    measures = serializers.ListField(child=MedicalMeasureInput(), max_length=AT_MOST)

    FACTS = ("valid_from", "valid_to", "renegotiate_on", "terms")

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        for name in ("valid_from", "valid_to", "renegotiate_on"):
            if (day := values.get(name)) is not None and not days.is_possible(day):
                raise serializers.ValidationError({name: [days.IMPOSSIBLE]})
        if not all(days.is_possible(one[name]) for one in values["measures"] for name in ("starts_on", "ends_on")):
            raise serializers.ValidationError({"measures": [days.IMPOSSIBLE]})
        return values


class ProposeInput(serializers.Serializer[Any]):
    version = serializers.IntegerField(**VERSION)


class RemarkInput(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2_000)


class DeclineInput(serializers.Serializer[Any]):
    """Att placeringen redan har skett är inget skäl."""

    reason = serializers.ChoiceField(DeclineReason.choices)
    note = serializers.CharField(max_length=2_000)


class CodeInput(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=80, help_text="Kontrollkoden på dokumentets sida med underskrifter.")


class VerifiedSerializer(serializers.Serializer[panels.Shown]):
    """Which version a printed code stands for, and whether what is saved is still what was signed."""

    placement = serializers.UUIDField(source="version.placement_id")
    code = serializers.CharField()
    is_unaltered = serializers.BooleanField()
    version = VersionRowSerializer()
    signatures = SignatureSerializer(source="version.signatures", many=True)


# --- addresses --------------------------------------------------------------------------------------------------------
@extend_schema_view(
    list=extend_schema(**TAG, summary="Alla versioner, den nyaste först", responses=VersionRowSerializer(many=True)),
    create=extend_schema(
        **TAG,
        summary="Upprätta ett utkast",
        description="Har ni redan ett utkast svarar portalen med det. Gäller en version blir utkastet en kopia av den.",
        request=None,
        responses={201: VersionSerializer},
    ),
    retrieve=extend_schema(**TAG, summary="En version, med kostnader per månad"),
    partial_update=extend_schema(**TAG, summary="Skriv utkastet", request=WriteInput),
)
class VersionViewSet(OfPlacements, viewsets.GenericViewSet[Ansvarsforbindelse]):
    """Ansvarsförbindelser som den egna verksamheten är part i. Undertecknar gör man själv i portalen."""

    access = API_PLACEMENTS
    queryset = Ansvarsforbindelse.objects.all()  # For the document only: rows are always asked for through `_versions`.
    serializer_class = VersionSerializer
    lookup_url_kwarg, lookup_value_converter = "version_id", "uuid"
    pagination_class = None

    def list(self, request: Request, placement_id: UUID) -> Response:
        found = self._versions(self._placement()).order_by("-number", "-changed_at")
        return Response(VersionRowSerializer(found, many=True).data)

    def create(self, request: Request, placement_id: UUID) -> Response:
        self._placement(Do.DRAW_UP)
        made = actions.draw_up(placement_id=placement_id, by=self.by, now=self.now)
        return self._tell(made.pk, status=201)

    def retrieve(self, request: Request, placement_id: UUID, version_id: UUID) -> Response:
        self._version()
        return self._tell(version_id)

    def partial_update(self, request: Request, placement_id: UUID, version_id: UUID) -> Response:
        self._version(Move.WRITE)
        given = self.read(WriteInput)
        actions.write(
            version_id=version_id,
            version=given["version"],
            facts={name: given[name] for name in WriteInput.FACTS if name in given},
            measures=[MedicalMeasureInput.as_facts(one) for one in given["measures"]],
            by=self.by,
            now=self.now,
        )
        return self._tell(version_id)

    @extend_schema(**TAG, summary="Lägg fram förslaget", request=ProposeInput)
    @action(detail=True, methods=["post"], url_path="lagg-fram")
    def propose(self, request: Request, placement_id: UUID, version_id: UUID) -> Response:
        return self._do(Move.PROPOSE, actions.propose, ProposeInput)

    @extend_schema(**TAG, summary="Börja ett motförslag", request=None, responses={201: VersionSerializer})
    @action(detail=True, methods=["post"], url_path="motforslag")
    def counter(self, request: Request, placement_id: UUID, version_id: UUID) -> Response:
        return self._begin(Move.COUNTER, actions.counter)

    @extend_schema(**TAG, summary="Förhandla om", request=None, responses={201: VersionSerializer})
    @action(detail=True, methods=["post"], url_path="forhandla-om")
    def renegotiate(self, request: Request, placement_id: UUID, version_id: UUID) -> Response:
        return self._begin(Move.RENEGOTIATE, actions.renegotiate)

    @extend_schema(**TAG, summary="Kommentera förslaget", request=RemarkInput)
    @action(detail=True, methods=["post"], url_path="kommentera")
    def comment(self, request: Request, placement_id: UUID, version_id: UUID) -> Response:
        return self._do(Move.COMMENT, actions.comment, RemarkInput)

    @extend_schema(**TAG, summary="Avvisa förslaget", request=DeclineInput)
    @action(detail=True, methods=["post"], url_path="avvisa")
    def decline(self, request: Request, placement_id: UUID, version_id: UUID) -> Response:
        return self._do(Move.DECLINE, actions.decline_proposal, DeclineInput)

    @extend_schema(**TAG, summary="Dra tillbaka", request=None)
    @action(detail=True, methods=["post"], url_path="dra-tillbaka")
    def withdraw(self, request: Request, placement_id: UUID, version_id: UUID) -> Response:
        return self._do(Move.WITHDRAW, actions.withdraw_version)

    @extend_schema(
        **TAG,
        summary="En version som PDF",
        parameters=[OpenApiParameter("arkiv", bool, description="För akt och journal: PDF/A.")],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    @action(detail=True, url_path="dokument")
    def document(self, request: Request, placement_id: UUID, version_id: UUID) -> HttpResponse:
        placement, version = self._placement(), self._version()
        if version.number is None:
            raise Refused("Utkastet blir ett dokument när det läggs fram.")
        for_filing = request.query_params.get("arkiv", "") in ("1", "true")
        version = self._whole(version.pk)
        file = documents.agreement(
            placement=placement, version=version, for_filing=for_filing, by=self.by, now=self.now
        )
        return as_file(file.content, file.filename)

    # --- shared -------------------------------------------------------------------------------------------------------
    def _placement(self, do: Do | None = None) -> Placement:
        """The placement, for its two parties."""
        what = "placements.ansvarsforbindelse"
        found = visible_or_404(self.request, self.visible(), what, pk=self.kwargs["placement_id"])
        if not is_party(self.by, found):
            raise Http404("placement")
        if do is not None:
            PLACEMENT_RULES.require(self.by, do, found)
        return found

    def _versions(self, placement: Placement) -> VersionQuerySet:
        return Ansvarsforbindelse.objects.visible_to(self.by).filter(placement=placement)

    def _version(self, move: Move | None = None) -> Ansvarsforbindelse:
        found = self._versions(self._placement()).select_related("placement__matter")
        version = visible_or_404(self.request, found, "placements.ansvarsforbindelse", pk=self.kwargs["version_id"])
        if move is not None:
            AGREEMENT_RULES.require(self.by, move, version)
        return version

    def _do(
        self, move: Move, act: Callable[..., object], taken: type[serializers.Serializer[Any]] | None = None
    ) -> Response:
        """Find the version, ask the rules, read the input, make one move, tell the version as it then is."""
        version = self._version(move)
        act(version_id=version.pk, by=self.by, now=self.now, **(self.read(taken) if taken else {}))
        return self._tell(version.pk)

    def _begin(self, move: Move, begin: Callable[..., Ansvarsforbindelse]) -> Response:
        version = self._version(move)
        return self._tell(begin(version_id=version.pk, by=self.by, now=self.now).pk, status=201)

    def _tell(self, version_id: UUID, status: int = 200) -> Response:
        version = self._whole(version_id)
        return Response(VersionSerializer(version, context={"by": self.by}).data, status=status)

    def _whole(self, version_id: UUID) -> Ansvarsforbindelse:
        """A version that was found, with all that hangs on it."""
        found = Ansvarsforbindelse.objects.visible_to(self.by).select_related(
            "placement__matter", "placing_unit__authority__huvudman", "medical_unit__authority__huvudman",
            "proposed_by", "drafted_by_unit",
        )  # fmt: skip
        return found.prefetch_related(panels.MEASURES, "signatures__user", "remarks").get(pk=version_id)


@extend_schema_view(
    create=extend_schema(
        **TAG, summary="Kontrollera ett dokument med dess kod", request=CodeInput, responses=VerifiedSerializer
    )
)
class CodeViewSet(Acting, viewsets.GenericViewSet[Any]):
    """Är ett utskrivet dokument det som undertecknades? Svarar bara parterna."""

    access = API_PLACEMENTS
    queryset = Ansvarsforbindelse.objects.all()  # For the document only.
    serializer_class = VerifiedSerializer

    def create(self, request: Request) -> Response:
        found = panels.verified(read_code(self.read(CodeInput)["code"]), self.by, self.now)
        if found is None:
            raise serializers.ValidationError({"code": [panels.UNKNOWN_CODE]})
        found.log_read(self.by.reads, Action.API, "placements.verify")
        return Response(VerifiedSerializer(panels.shown(found)).data)
