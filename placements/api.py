"""Placements through the API: the same rows, rules and actions as the pages.

What stands in an ansvarsförbindelse is in `placements.api_agreement`, for its two parties only (PLC-8).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import django_filters
from django.http import HttpResponse
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import Acting
from core.audit import Action
from core.authz import NotAllowed
from core.documents import as_file
from core.policy import Access, visible_or_404
from core.workdays import local_day
from deadlines.api import ClockSerializer
from deadlines.models import Clock
from individuals.api import (
    BasisInput,
    BasisSerializer,
    EventSerializer,
    GuardianSerializer,
    PersonChangeInput,
    PersonSerializer,
    PieceSerializer,
    described,
    registered,
)
from placements import actions, clocks, documents
from placements import panels as placement_panels
from placements.api_input import (
    AftercareInput,
    AssessInput,
    BeginInput,
    CancelInput,
    EndInput,
    ExamineInput,
    HideInput,
    HomeInput,
    JointFollowUpInput,
    MoveInput,
    PlacementCloseInput,
    PlacementEditInput,
    PlacementHandOverInput,
    PlacementReasonInput,
    PlacementStartInput,
    PlanEndInput,
    ReaderInput,
    ReferInput,
    ReviewInput,
    ShareInput,
)
from placements.kinds import (
    Answer,
    Do,
    State,
)
from placements.models import Examination, FollowUp, Placement, Review, Stay
from placements.permissions import PARTICIPANT_ROLES, PLACEMENT_RULES, is_party, places, require_may_start
from placements.querysets import PlacementQuerySet
from sip import panels
from sip.actions import Consent
from sip.api import SightSerializer

TAG: dict[str, Any] = {"tags": ["Placeringar"]}
API_PLACEMENTS = Access("api_placements", machine=True, roles=frozenset(PARTICIPANT_ROLES))
OF_PARTY = ("agreement_needed", "without_agreement_reason")
"""Told to the two parties only (PLC-8)."""


# --- told -------------------------------------------------------------------------------------------------------------
class StaySerializer(serializers.ModelSerializer[Stay]):
    class Meta:
        model = Stay
        fields = [
            "id", "housing", "provider", "home", "municipality", "starts_on", "ends_on", "why_moved", "is_restricted",
        ]  # fmt: skip


class ExaminationSerializer(serializers.ModelSerializer[Examination]):
    class Meta:
        model = Examination
        fields = ["kind", "state", "on"]


class ReviewSerializer(serializers.ModelSerializer[Review]):
    class Meta:
        model = Review
        fields = ["kind", "on", "outcome"]


class JointFollowUpSerializer(serializers.ModelSerializer[FollowUp]):
    class Meta:
        model = FollowUp
        fields = ["kind", "on", "came_to", "with_medical_party"]


class StayReaderSerializer(serializers.Serializer[Any]):
    """Somebody at a unit that takes part, and whether they may read where the person is."""

    user = serializers.UUIDField()
    name = serializers.CharField()
    unit = serializers.CharField()
    may_read = serializers.BooleanField()


class PlacementRowSerializer(serializers.ModelSerializer[Placement]):
    id = serializers.UUIDField(source="pk")
    reference = serializers.CharField(source="matter.reference")
    person = PersonSerializer(source="matter.person")
    initiator = serializers.UUIDField(source="matter.initiator_id")
    opened_at = serializers.DateTimeField(source="matter.opened_at")
    next_due_at = serializers.DateTimeField(source="matter.next_due_at", allow_null=True)

    class Meta:
        model = Placement
        fields = [
            "id", "reference", "state", "version", "changed_at", "person", "initiator", "medical_unit", "housing",
            "law", "is_acute", "target_groups", "opened_at", "planned_start", "started_at", "planned_end", "ended_at",
            "next_due_at",
        ]  # fmt: skip


class PlacementDoSerializer(serializers.Serializer[Any]):
    """An action: whether the assignment may do it now, and if not why."""

    do = serializers.ChoiceField(Do.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    allowed = serializers.BooleanField(source="decision.allowed")
    reason = serializers.CharField(source="decision.reason")


class PlacementSerializer(PlacementRowSerializer):
    """A placement as the acting unit may see it. The context: `by`, `now`, whether it is its `own`, and a `party`."""

    stays = StaySerializer(many=True, help_text="Utan dem som bara namngiven personal får läsa.")
    examinations = ExaminationSerializer(many=True)
    reviews = ReviewSerializer(many=True)
    follow_ups = JointFollowUpSerializer(many=True)
    guardians = GuardianSerializer(source="matter.person.guardians", many=True)
    pieces = serializers.SerializerMethodField()
    basis = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField(help_text="Vad som återstår innan placeringen kan delas.")

    class Meta(PlacementRowSerializer.Meta):
        fields = [
            *PlacementRowSerializer.Meta.fields, "resources_exhausted", "least_intrusive", "outside_county",
            "registration", "hidden_on", "guide_answer", "referred_at", "assessed_at", "assessor_role", "sip",
            "next_follow_up_on", "aftercare_on", "aftercare_note", "end_kind", "end_note", "close_reason", *OF_PARTY,
            "stays", "examinations", "reviews", "follow_ups", "guardians", "pieces", "basis", "actions", "missing",
        ]  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        for name in OF_PARTY:
            fields[name].required = False
            if not self.context.get("party", True):
                del fields[name]
        return fields

    @extend_schema_field(PieceSerializer(many=True))
    def get_pieces(self, placement: Placement) -> Any:
        return PieceSerializer(panels.readable(placement.matter, self.context["by"]), many=True).data

    @extend_schema_field(BasisSerializer(allow_null=True))
    def get_basis(self, placement: Placement) -> Any:
        basis = panels.basis_in_use(placement.matter)
        return BasisSerializer(basis, context=self.context).data if basis else None

    @extend_schema_field(PlacementDoSerializer(many=True))
    def get_actions(self, placement: Placement) -> Any:
        return PlacementDoSerializer(PLACEMENT_RULES.buttons(self.context["by"], placement, Do), many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_missing(self, placement: Placement) -> list[str]:
        asked = self.context["own"] and placement.is_yet_to_be_shared
        return [text for text, _ in actions.whats_missing(placement, self.context["now"])] if asked else []


class PlacementFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=State.choices)

    class Meta:
        model = Placement
        fields = ["state", "is_acute"]


# --- addresses --------------------------------------------------------------------------------------------------------
class OfPlacements(Acting):
    """A viewset of placements that the acting unit reaches."""

    def visible(self) -> PlacementQuerySet:
        return Placement.objects.visible_to(self.by, self.now).select_related(
            "matter__person", "matter__initiator__authority__huvudman", "matter__agreement",
            "medical_unit__authority__huvudman",
        )  # fmt: skip


@extend_schema_view(
    list=extend_schema(
        **TAG, summary="Placeringar, mest brådskande först", responses=PlacementRowSerializer(many=True)
    ),
    create=extend_schema(
        **TAG, summary="Ett nytt utkast", request=PlacementStartInput, responses={201: PlacementSerializer}
    ),
    retrieve=extend_schema(**TAG, summary="En placering"),
    partial_update=extend_schema(**TAG, summary="Ändra det som förbereds", request=PlacementEditInput),
)
class PlacementViewSet(OfPlacements, viewsets.GenericViewSet[Placement]):
    """Placeringar som den egna verksamheten deltar i."""

    access = API_PLACEMENTS
    queryset = Placement.objects.all()  # For the document only: rows are always asked for through `visible`.
    serializer_class = PlacementSerializer
    lookup_url_kwarg, lookup_value_converter = "placement_id", "uuid"
    filter_backends = [DjangoFilterBackend]
    filterset_class: type[PlacementFilter] | None = PlacementFilter

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.visible().by_next_deadline())) or []
        people, matters = [one.matter.person_id for one in page], [one.pk for one in page]
        self.by.reads.add(Action.API, "placements.list", persons=people, matters=matters)
        return self.get_paginated_response(PlacementRowSerializer(page, many=True).data)

    def create(self, request: Request) -> Response:
        require_may_start(self.by)
        given = self.read(PlacementStartInput, today=local_day(self.now))
        made = self.visible().filter(submission=given["submission"]).first()
        if made is None:
            person = registered(given, by=self.by, now=self.now)
            made = actions.start_draft(person=person, submission=given["submission"], by=self.by, now=self.now)
        made.log_read(self.by.reads, Action.API, "placements.placement")
        return self._tell(made.pk, status=201)

    def retrieve(self, request: Request, placement_id: UUID) -> Response:
        self._placement()
        return self._tell(placement_id)

    def partial_update(self, request: Request, placement_id: UUID) -> Response:
        groups = self._placement(Do.EDIT).matter.agreement.target_groups.values_list("key", flat=True)
        asked = PlacementEditInput(data=request.data, context={"target_groups": set(groups)})
        asked.is_valid(raise_exception=True)
        actions.edit(placement_id=placement_id, by=self.by, now=self.now, **asked.as_changes())
        return self._tell(placement_id)

    @extend_schema(**TAG, summary="Ändra personens uppgifter och vårdnadshavare", request=PersonChangeInput)
    @action(detail=True, methods=["patch"], url_path="personen")
    def person(self, request: Request, placement_id: UUID) -> Response:
        who = self._placement(Do.EDIT).matter.person
        described(who, self.read(PersonChangeInput), by=self.by, now=self.now)
        return self._tell(placement_id)

    @extend_schema(**TAG, summary="Registrera samtycke eller grund", request=BasisInput)
    @action(detail=True, methods=["post"], url_path="samtycke")
    def basis(self, request: Request, placement_id: UUID) -> Response:
        given = self.read(BasisInput, guardians=self._placement(Do.RECORD_BASIS).matter.person.guardians.all())
        consent = Consent(**BasisInput.as_facts(given))
        actions.record_basis(
            placement_id=placement_id, consent=consent, version=given["version"], by=self.by, now=self.now
        )
        return self._tell(placement_id)

    @extend_schema(**TAG, summary="Dela placeringen med vården", request=ShareInput)
    @action(detail=True, methods=["post"], url_path="dela")
    def share(self, request: Request, placement_id: UUID) -> Response:
        return self._do(Do.SHARE, actions.share, ShareInput)

    @extend_schema(**TAG, summary="Registrera att samtycket återkallats", request=PlacementReasonInput)
    @action(detail=True, methods=["post"], url_path="aterkalla-samtycke")
    def withdraw_consent(self, request: Request, placement_id: UUID) -> Response:
        return self._do(Do.WITHDRAW_CONSENT, actions.withdraw_consent, PlacementReasonInput)

    @extend_schema(**TAG, summary="Registrera läkarens bedömning", request=AssessInput)
    @action(detail=True, methods=["post"], url_path="bedomning")
    def assess(self, request: Request, placement_id: UUID) -> Response:
        self._placement(Do.ASSESS)
        needed = Answer.YES if self.read(AssessInput)["needed"] else Answer.NO
        actions.assess(placement_id=placement_id, needed=needed, by=self.by, now=self.now)
        return self._tell(placement_id)

    @extend_schema(**TAG, summary="Registrera att remissen är skickad", request=ReferInput)
    @action(detail=True, methods=["post"], url_path="remiss")
    def refer(self, request: Request, placement_id: UUID) -> Response:
        return self._do(Do.REFER, actions.refer, ReferInput)

    @extend_schema(**TAG, summary="Registrera att placeringen har börjat", request=BeginInput)
    @action(detail=True, methods=["post"], url_path="borja")
    def start(self, request: Request, placement_id: UUID) -> Response:
        return self._do(Do.START, actions.start, BeginInput)

    @extend_schema(**TAG, summary="Registrera hälso- eller tandhälsoundersökning", request=ExamineInput)
    @action(detail=True, methods=["post"], url_path="undersokning")
    def examine(self, request: Request, placement_id: UUID) -> Response:
        return self._do(Do.EXAMINE, actions.examine, ExamineInput)

    @extend_schema(**TAG, summary="Registrera omprövning", request=ReviewInput)
    @action(detail=True, methods=["post"], url_path="omprovning")
    def review(self, request: Request, placement_id: UUID) -> Response:
        return self._do(Do.REVIEW, actions.review, ReviewInput)

    @extend_schema(**TAG, summary="Håll vistelseorten hemlig", request=HideInput)
    @action(detail=True, methods=["post"], url_path="hemlig-vistelseort")
    def hide(self, request: Request, placement_id: UUID) -> Response:
        return self._do(Do.HIDE, actions.hide, HideInput)

    @extend_schema(**TAG, summary="Låt vistelseorten bli känd", request=None)
    @action(detail=True, methods=["post"], url_path="inte-langre-hemlig")
    def reveal(self, request: Request, placement_id: UUID) -> Response:
        return self._do(Do.REVEAL, actions.reveal)

    @extend_schema(
        **TAG, summary="Vilka som får läsa var personen vistas, och vilka som kan få det",
        responses=StayReaderSerializer(many=True),
    )  # fmt: skip
    @action(detail=True, url_path="lasratt", filterset_class=None, pagination_class=None)
    def readers(self, request: Request, placement_id: UUID) -> Response:
        found = placement_panels.possible_readers(self._placement(Do.NAME_READER), local_day(self.now))
        told = [{"user": user.pk, "name": str(user), "unit": unit, "may_read": may} for user, unit, may in found]
        return Response(StayReaderSerializer(told, many=True).data)

    @extend_schema(**TAG, summary="Ge en namngiven person läsrätt till vistelseorten", request=ReaderInput)
    @readers.mapping.post
    def name_reader(self, request: Request, placement_id: UUID) -> Response:
        placement = self._placement(Do.NAME_READER)
        wanted = self.read(ReaderInput)["user"]
        found = placement_panels.possible_readers(placement, local_day(self.now))
        user = next((one for one, _, _ in found if one.pk == wanted), None)
        if user is None:
            raise serializers.ValidationError({"user": ["Personen arbetar inte i en verksamhet som deltar."]})
        actions.name_reader(placement_id=placement.pk, user=user, by=self.by, now=self.now)
        return self._tell(placement.pk)

    @extend_schema(
        **TAG, summary="Dokumentet till personen, som PDF", responses={(200, "application/pdf"): OpenApiTypes.BINARY}
    )
    @action(detail=True, url_path="information", filterset_class=None, pagination_class=None)
    def information(self, request: Request, placement_id: UUID) -> HttpResponse:
        placement = self._placement()
        if not places(self.by, placement):
            raise NotAllowed("Det här gör den verksamhet som placerar.")
        file = documents.information(placement=placement, by=self.by, now=self.now)
        return as_file(file.content, file.filename)

    @extend_schema(**TAG, summary="Registrera flytt", request=MoveInput)
    @action(detail=True, methods=["post"], url_path="flytt")
    def move(self, request: Request, placement_id: UUID) -> Response:
        self._placement(Do.MOVE)
        given = self.read(MoveInput)
        home = HomeInput.as_home(given.pop("home"))
        actions.move(placement_id=placement_id, home=home, by=self.by, now=self.now, **given)
        return self._tell(placement_id)

    @extend_schema(**TAG, summary="Registrera gemensam uppföljning", request=JointFollowUpInput)
    @action(detail=True, methods=["post"], url_path="uppfoljning")
    def follow_up(self, request: Request, placement_id: UUID) -> Response:
        return self._do(Do.FOLLOW_UP, actions.follow_up, JointFollowUpInput)

    @extend_schema(**TAG, summary="Bestäm planerat slut", request=PlanEndInput)
    @action(detail=True, methods=["post"], url_path="planerat-slut")
    def plan_end(self, request: Request, placement_id: UUID) -> Response:
        return self._do(Do.PLAN_END, actions.plan_end, PlanEndInput)

    @extend_schema(**TAG, summary="Registrera planen för eftervård", request=AftercareInput)
    @action(detail=True, methods=["post"], url_path="eftervard")
    def aftercare(self, request: Request, placement_id: UUID) -> Response:
        return self._do(Do.PLAN_AFTERCARE, actions.plan_aftercare, AftercareInput)

    @extend_schema(**TAG, summary="Registrera överlämning till ny region", request=PlacementHandOverInput)
    @action(detail=True, methods=["post"], url_path="overlamning")
    def hand_over(self, request: Request, placement_id: UUID) -> Response:
        return self._do(Do.HAND_OVER, actions.hand_over, PlacementHandOverInput)

    @extend_schema(**TAG, summary="Registrera att placeringen är slut", request=EndInput)
    @action(detail=True, methods=["post"], url_path="slut")
    def end(self, request: Request, placement_id: UUID) -> Response:
        return self._do(Do.END, actions.end, EndInput)

    @extend_schema(**TAG, summary="Avsluta ärendet", request=PlacementCloseInput)
    @action(detail=True, methods=["post"], url_path="avsluta")
    def close(self, request: Request, placement_id: UUID) -> Response:
        return self._do(Do.CLOSE, actions.close, PlacementCloseInput)

    @extend_schema(**TAG, summary="Registrera att placeringen inte blev av", request=CancelInput)
    @action(detail=True, methods=["post"], url_path="blev-inte-av")
    def cancel(self, request: Request, placement_id: UUID) -> Response:
        return self._do(Do.CANCEL, actions.cancel, CancelInput)

    @extend_schema(**TAG, summary="Frister, och varför de går ut när de gör", responses=ClockSerializer(many=True))
    @action(detail=True, url_path="frister", filterset_class=None, pagination_class=None)
    def clocks(self, request: Request, placement_id: UUID) -> Response:
        placement = self._placement()
        party = is_party(self.by, placement)
        running = Clock.objects.filter(matter_id=placement.pk).order_by("due_at", "pk")
        shown = [one for one in running if clocks.is_shown(one, party=party, now=self.now)]
        return Response(ClockSerializer(shown, many=True).data)

    @extend_schema(**TAG, summary="Allt som har hänt", responses=EventSerializer(many=True))
    @action(detail=True, url_path="handelser", filterset_class=None, pagination_class=None)
    def events(self, request: Request, placement_id: UUID) -> Response:
        return Response(EventSerializer(self._placement().matter.events.order_by("at", "pk"), many=True).data)

    @extend_schema(**TAG, summary="Vem kan se vad", responses=SightSerializer(many=True))
    @action(detail=True, url_path="vem-ser-vad", filterset_class=None, pagination_class=None)
    def sights(self, request: Request, placement_id: UUID) -> Response:
        matter = self._placement().matter
        found = panels.who_sees_what(matter, panels.readable(matter, self.by), self.by, self.now)
        return Response(SightSerializer(found, many=True).data)

    # --- shared -------------------------------------------------------------------------------------------------------
    def _placement(self, do: Do | None = None) -> Placement:
        """The placement, if the acting unit reaches it; and may do this: who may not needn't hear of the input."""
        found = visible_or_404(self.request, self.visible(), "placements.placement", pk=self.kwargs["placement_id"])
        if do is not None:
            PLACEMENT_RULES.require(self.by, do, found)
        return found

    def _do(
        self, do: Do, act: Callable[..., object], taken: type[serializers.Serializer[Any]] | None = None
    ) -> Response:
        """Find the placement, ask the rules, read the input, do one action, tell the placement as it then is."""
        placement = self._placement(do)
        act(placement_id=placement.pk, by=self.by, now=self.now, **(self.read(taken) if taken else {}))
        return self._tell(placement.pk)

    def _tell(self, placement_id: UUID, status: int = 200) -> Response:
        together = ("stays", "examinations", "reviews", "follow_ups", "matter__person__guardians")
        placement = self.visible().prefetch_related(*together).get(pk=placement_id)
        context = {
            "by": self.by,
            "now": self.now,
            "own": placement.matter.initiator_id == self.by.unit_id,
            "party": is_party(self.by, placement),
        }
        return Response(PlacementSerializer(placement, context=context).data, status=status)
