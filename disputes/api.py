"""Disputes through the API: the same rows, rules and actions as the pages.

One who follows a dispute without taking part reads its question and where it stands; the parties' words are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import django_filters
from django.http import Http404, HttpResponse
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.models import Provision
from agreements.values import Coordination
from core import attachments
from core.api import A_FILE, GIVES_FILE, TAKES_FILE, VERSION, Acting, FileInput
from core.audit import Action
from core.policy import Access, visible_or_404
from disputes import actions, panels
from disputes.actions import Opening
from disputes.kinds import READERS, Do, Origin, State
from disputes.models import Dispute, DisputeEvent, Enclosure, Position, Proposal, Rung
from disputes.permissions import require_may_open, rules_at
from disputes.querysets import DisputeQuerySet
from individuals.models import Matter
from organisations.models import Unit

TAG: dict[str, Any] = {"tags": ["Tvister"]}
API_DISPUTES = Access("api_disputes", machine=True, roles=frozenset(map(str, READERS)))


# --- told -------------------------------------------------------------------------------------------------------------
class DisputeRowSerializer(serializers.ModelSerializer[Dispute]):
    level = serializers.CharField(source="level.key")
    is_final_level = serializers.BooleanField(source="level.is_final")
    agreement = serializers.CharField(source="agreement.key")
    provision = serializers.CharField(source="provision.number")

    class Meta:
        model = Dispute
        fields = [
            "id", "reference", "state", "version", "question", "agreement", "provision", "coordination", "arose_from",
            "opening_unit", "answering_unit", "opening_huvudman", "answering_huvudman", "level", "is_final_level",
            "opened_at", "ended_at",
        ]  # fmt: skip


class RungSerializer(serializers.ModelSerializer[Rung]):
    level = serializers.CharField(source="level.key")

    class Meta:
        model = Rung
        fields = ["level", "group", "reached_at", "reached_by", "is_passed_by", "left_at"]


class PositionSerializer(serializers.ModelSerializer[Position]):
    level = serializers.CharField(source="level.key")

    class Meta:
        model = Position
        fields = ["huvudman", "unit", "level", "number", "text", "written_at"]


class EnclosureSerializer(serializers.ModelSerializer[Enclosure]):
    of_the_case = serializers.SerializerMethodField(help_text="Om ärendet: bara den som har rätt till det ser den.")

    class Meta:
        model = Enclosure
        fields = ["id", "huvudman", "unit", "name", "media_type", "size", "digest", "of_the_case", "added_at"]

    def get_of_the_case(self, enclosure: Enclosure) -> bool:
        return enclosure.matter_id is not None


class ProposalSerializer(serializers.ModelSerializer[Proposal]):
    confirmed_by = serializers.SerializerMethodField(help_text="De huvudmän som har bekräftat just den här texten.")

    class Meta:
        model = Proposal
        fields = ["id", "number", "huvudman", "text", "as_guidance", "digest", "proposed_at", "confirmed_by"]

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_confirmed_by(self, proposal: Proposal) -> list[UUID]:
        return [one.huvudman_id for one in proposal.confirmations.all()]


class DisputeDoSerializer(serializers.Serializer[Any]):
    """An action: whether the assignment may do it now, and if not why."""

    do = serializers.ChoiceField(Do.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    allowed = serializers.BooleanField(source="decision.allowed")
    reason = serializers.CharField(source="decision.reason")


class InterimSerializer(serializers.Serializer[Any]):
    unit = serializers.UUIDField(source="unit_id")
    text = serializers.CharField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class DisputeSerializer(DisputeRowSerializer):
    """A dispute as the assignment may see it. The context holds `at`, its standing."""

    due_at = serializers.SerializerMethodField(help_text="När tiden på nivån går ut.")
    ladder = RungSerializer(source="rungs", many=True)
    interim = serializers.SerializerMethodField()
    positions = serializers.SerializerMethodField()
    proposals = serializers.SerializerMethodField()
    enclosures = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta(DisputeRowSerializer.Meta):
        fields = [
            *DisputeRowSerializer.Meta.fields, "deviation_reference", "withdraw_reason", "due_at", "ladder", "interim",
            "positions", "proposals", "enclosures", "actions",
        ]  # fmt: skip

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_due_at(self, dispute: Dispute) -> datetime | None:
        clock = self.context["at"].clock
        return clock.due_at if clock else None

    @extend_schema_field(InterimSerializer(allow_null=True))
    def get_interim(self, dispute: Dispute) -> Any:
        return InterimSerializer(dispute.interim).data if self.context["at"].takes_part else None

    @extend_schema_field(PositionSerializer(many=True))
    def get_positions(self, dispute: Dispute) -> Any:
        return PositionSerializer(dispute.positions.all() if self.context["at"].takes_part else [], many=True).data

    @extend_schema_field(ProposalSerializer(many=True))
    def get_proposals(self, dispute: Dispute) -> Any:
        """Those who follow it read the one that settled it; row security leaves the others out."""
        return ProposalSerializer(dispute.proposals.all(), many=True).data

    @extend_schema_field(EnclosureSerializer(many=True))
    def get_enclosures(self, dispute: Dispute) -> Any:
        return EnclosureSerializer(panels.enclosures(self.context["at"]), many=True).data

    @extend_schema_field(DisputeDoSerializer(many=True))
    def get_actions(self, dispute: Dispute) -> Any:
        return DisputeDoSerializer(panels.buttons(self.context["at"], Do), many=True).data


class DisputeEventSerializer(serializers.ModelSerializer[DisputeEvent]):
    class Meta:
        model = DisputeEvent
        fields = ["at", "what", "text", "unit"]


# --- taken ------------------------------------------------------------------------------------------------------------
class OpeningInput(serializers.Serializer[Any]):
    submission = serializers.UUIDField(help_text="Väljs av dig. Samma igen ger samma tvist.")
    other_unit = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.select_related("authority__huvudman"))
    provision = serializers.PrimaryKeyRelatedField(queryset=Provision.objects.all())
    question = serializers.CharField(max_length=2_000, help_text="Utan personuppgifter: grupper läser den.")
    position = serializers.CharField(max_length=4_000)
    interim_unit = serializers.PrimaryKeyRelatedField(
        queryset=Unit.objects.select_related("authority__huvudman"), help_text="Den som ansvarar under tiden."
    )
    interim_text = serializers.CharField(max_length=2_000, help_text="Vem som gör vad tills tvisten är slut.")
    coordination = serializers.ChoiceField(Coordination.choices)
    arose_from = serializers.ChoiceField(Origin.choices, default=Origin.OTHER)
    matter = serializers.UUIDField(required=False, allow_null=True, default=None)
    details = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")
    deviation_reference = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")


class VersionedInput(serializers.Serializer[Any]):
    version = serializers.IntegerField(**VERSION)


class PositionInput(VersionedInput):
    text = serializers.CharField(max_length=4_000)


class ProposalInput(PositionInput):
    as_guidance = serializers.BooleanField(default=False)


class ConfirmInput(serializers.Serializer[Any]):
    digest = serializers.CharField(max_length=64, help_text="`digest` för den text du har läst.")


class InterimInput(VersionedInput):
    unit = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.select_related("authority__huvudman"))
    text = serializers.CharField(max_length=2_000)


class WithdrawInput(VersionedInput):
    reason = serializers.CharField(max_length=2_000)


class GuidanceInput(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=4_000)


class EncloseInput(FileInput):
    of_the_case = serializers.BooleanField(
        help_text="Om ärendet: bara den som har rätt till det läser den. Annars om frågan, utan uppgifter om personer."
    )


class DisputeFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=State.choices)

    class Meta:
        model = Dispute
        fields = ["state", "coordination"]


# --- addresses --------------------------------------------------------------------------------------------------------
@extend_schema_view(
    list=extend_schema(**TAG, summary="Tvister, de senast öppnade först", responses=DisputeRowSerializer(many=True)),
    create=extend_schema(**TAG, summary="Öppna en tvist", request=OpeningInput, responses={201: DisputeSerializer}),
    retrieve=extend_schema(**TAG, summary="En tvist"),
)
class DisputeViewSet(Acting, viewsets.GenericViewSet[Dispute]):
    """Tvister som uppdraget ser."""

    access = API_DISPUTES
    queryset = Dispute.objects.all()  # For the document only: rows are always asked for through `_visible`.
    serializer_class = DisputeSerializer
    lookup_url_kwarg, lookup_value_converter = "dispute_id", "uuid"
    filter_backends = [DjangoFilterBackend]
    filterset_class: type[DisputeFilter] | None = DisputeFilter

    def list(self, request: Request) -> Response:
        found = Dispute.objects.visible_to(self.by, self.now).with_parties().order_by("-opened_at", "pk")
        page = self.paginate_queryset(self.filter_queryset(found)) or []
        return self.get_paginated_response(DisputeRowSerializer(page, many=True).data)

    def create(self, request: Request) -> Response:
        require_may_open(self.by, self.now)
        given = self.read(OpeningInput)
        submission, matter_id = given.pop("submission"), given.pop("matter")
        matter = None
        if matter_id is not None:
            matters = Matter.objects.visible_to(self.by, self.now).select_related("person", "agreement")
            matter = visible_or_404(self.request, matters, "disputes.new", pk=matter_id)
        made = actions.open_dispute(
            opening=Opening(**given, matter=matter), submission=submission, by=self.by, now=self.now
        )
        return self._tell(made.pk, status=201)

    def retrieve(self, request: Request, dispute_id: UUID) -> Response:
        self._dispute()
        return self._tell(dispute_id)

    @extend_schema(**TAG, summary="Skriv er ståndpunkt", request=PositionInput)
    @action(detail=True, methods=["post"], url_path="standpunkt")
    def position(self, request: Request, dispute_id: UUID) -> Response:
        return self._do(Do.TAKE_POSITION, actions.take_position, PositionInput)

    @extend_schema(**TAG, summary="Ändra vem som gör vad under tiden", request=InterimInput)
    @action(detail=True, methods=["post"], url_path="under-tiden")
    def interim(self, request: Request, dispute_id: UUID) -> Response:
        return self._do(Do.CHANGE_INTERIM, actions.change_interim, InterimInput)

    @extend_schema(**TAG, summary="Lägg till en handling", request={"multipart/form-data": EncloseInput})
    @action(detail=True, methods=["post"], url_path="handlingar", **TAKES_FILE)
    def enclose(self, request: Request, dispute_id: UUID) -> Response:
        return self._do(Do.ENCLOSE, actions.enclose, EncloseInput)

    @extend_schema(**TAG, summary="En handling, som den lades till", responses=A_FILE)
    @action(detail=True, url_path="handlingar/<uuid:enclosure_id>", **GIVES_FILE)
    def enclosure(self, request: Request, dispute_id: UUID, enclosure_id: UUID) -> HttpResponse:
        found = panels.enclosure(self._dispute(), enclosure_id)
        if found is None:
            raise Http404("enclosure")
        if found.matter is not None:
            persons, matters = [found.matter.person_id], [found.matter.pk]
            self.by.reads.add(Action.API, "disputes.enclosure", persons=persons, matters=matters)
        return attachments.as_download(bytes(found.content), found.name, found.media_type)

    @extend_schema(**TAG, summary="Ta bort en av den egna partens handlingar", responses={200: DisputeSerializer})
    @enclosure.mapping.delete
    def remove_enclosure(self, request: Request, dispute_id: UUID, enclosure_id: UUID) -> Response:
        self._dispute(Do.ENCLOSE)
        actions.remove_enclosure(dispute_id=dispute_id, enclosure_id=enclosure_id, by=self.by, now=self.now)
        return self._tell(dispute_id)

    @extend_schema(**TAG, summary="Parterna är inte överens: lyft till nästa nivå", request=VersionedInput)
    @action(detail=True, methods=["post"], url_path="lyft")
    def lift(self, request: Request, dispute_id: UUID) -> Response:
        return self._do(Do.LIFT, actions.lift, VersionedInput)

    @extend_schema(**TAG, summary="Föreslå en lösning", request=ProposalInput)
    @action(detail=True, methods=["post"], url_path="forslag")
    def propose(self, request: Request, dispute_id: UUID) -> Response:
        return self._do(Do.PROPOSE, actions.propose, ProposalInput)

    @extend_schema(**TAG, summary="Bekräfta den text som gäller", request=ConfirmInput)
    @action(detail=True, methods=["post"], url_path="bekrafta")
    def confirm(self, request: Request, dispute_id: UUID) -> Response:
        return self._do(Do.CONFIRM, actions.confirm, ConfirmInput)

    @extend_schema(**TAG, summary="Återkalla tvisten", request=WithdrawInput)
    @action(detail=True, methods=["post"], url_path="aterkalla")
    def withdraw(self, request: Request, dispute_id: UUID) -> Response:
        return self._do(Do.WITHDRAW, actions.withdraw, WithdrawInput)

    @extend_schema(**TAG, summary="Gör lösningen till vägledning", request=GuidanceInput)
    @action(detail=True, methods=["post"], url_path="vagledning")
    def give_guidance(self, request: Request, dispute_id: UUID) -> Response:
        return self._do(Do.GIVE_GUIDANCE, actions.give_guidance, GuidanceInput)

    @extend_schema(**TAG, summary="Allt som har hänt", responses=DisputeEventSerializer(many=True))
    @action(detail=True, url_path="handelser", filterset_class=None, pagination_class=None)
    def events(self, request: Request, dispute_id: UUID) -> Response:
        """Row security gives one who only follows the dispute none of them."""
        found = DisputeEvent.objects.filter(dispute=self._dispute()).order_by("at", "pk")
        return Response(DisputeEventSerializer(found, many=True).data)

    # --- shared -------------------------------------------------------------------------------------------------------
    def _visible(self) -> DisputeQuerySet:
        return panels.found_by(Dispute.objects.all(), self.by, self.now)

    def _dispute(self, do: Do | None = None) -> Dispute:
        """The dispute, if the assignment sees it; and may do this to it: who may not needn't hear of the input."""
        dispute = visible_or_404(self.request, self._visible(), "disputes.dispute", pk=self.kwargs["dispute_id"])
        if do is not None:
            rules_at(self.now).require(self.by, do, dispute)
        return dispute

    def _do(self, do: Do, act: Callable[..., object], taken: type[serializers.Serializer[Any]]) -> Response:
        """Find the dispute, ask the rules, read the input, do one action, tell the dispute as it then is."""
        dispute = self._dispute(do)
        act(dispute_id=dispute.pk, by=self.by, now=self.now, **self.read(taken))
        return self._tell(dispute.pk)

    def _tell(self, dispute_id: UUID, status: int = 200) -> Response:
        dispute = self._visible().get(pk=dispute_id)
        if (link := getattr(dispute, "case_link", None)) is not None:
            persons, matters = [link.matter.person_id], [link.matter_id]
            self.by.reads.add(Action.API, "disputes.dispute", persons=persons, matters=matters)
        at = panels.stand(dispute, self.by, self.now)
        return Response(DisputeSerializer(dispute, context={"at": at}).data, status=status)
