"""Deviations of the own unit through the API: the same rows, rules and actions as the pages (DEV-1…4, DEV-7).

What other parties and groups read lies apart (`deviations.api_shared`): no address there leads back here.
"""

from __future__ import annotations

from collections.abc import Callable
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

from agreements.models import Provision, TargetGroup
from core import attachments
from core.api import A_FILE, GIVES_FILE, TAKES_FILE, Acting, FileInput
from core.audit import Action
from core.authz import NotAllowed
from core.policy import Access, visible_or_404
from deviations import actions, prefill
from deviations.actions.sharing import Answer
from deviations.api_parts import SharedSerializer, as_dos, told_dos
from deviations.kinds import Affected, Do, Outcome, Resolution, Severity, SharedField, State
from deviations.models import (
    Attachment,
    CheckHit,
    DeidentifiedText,
    Deviation,
    DeviationEvent,
    HandlingStep,
    SharedDeviation,
)
from deviations.permissions import CASE, RULES, may_take_step, require_case_role
from deviations.querysets import DeviationQuerySet
from individuals.models import Matter
from organisations.kinds import HuvudmanKind
from organisations.models import Huvudman, Unit

TAG: dict[str, Any] = {"tags": ["Avvikelser"]}
API_DEVIATIONS = Access("api_deviations", machine=True, roles=CASE)


# --- told -------------------------------------------------------------------------------------------------------------
class DeviationRowSerializer(serializers.ModelSerializer[Deviation]):
    agreement = serializers.CharField(source="agreement.key")
    provision = serializers.CharField(source="provision.number", default=None, allow_null=True)
    target_group = serializers.CharField(source="target_group.key", default=None, allow_null=True)

    class Meta:
        model = Deviation
        fields = [
            "id", "reference", "state", "version", "agreement", "provision", "target_group", "municipality", "concerns",
            "happened_on", "outcome", "severity", "affected", "started_at", "reported_at", "finished_at", "ended_at",
        ]  # fmt: skip


class HandlingStepSerializer(serializers.ModelSerializer[HandlingStep]):
    """`may_take`: whether the routine lets this assignment take it."""

    may_take = serializers.SerializerMethodField()

    class Meta:
        model = HandlingStep
        fields = ["id", "title", "kind", "who", "is_required", "note", "done_at", "may_take"]

    def get_may_take(self, step: HandlingStep) -> bool:
        return may_take_step(self.context["by"], step) is None


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    class Meta:
        model = Attachment
        fields = ["id", "name", "media_type", "size", "digest", "added_at"]


class DeviationSerializer(DeviationRowSerializer):
    """A deviation with its routine's steps, and what the group has made of it. The context holds `by`."""

    steps = HandlingStepSerializer(many=True)
    attachments = serializers.SerializerMethodField()
    shared = serializers.SerializerMethodField(help_text="Gruppens post, när texten är delad.")
    actions = serializers.SerializerMethodField()

    class Meta(DeviationRowSerializer.Meta):
        fields = [
            *DeviationRowSerializer.Meta.fields, "matter", "description", "immediate_action", "end_reason", "steps",
            "attachments", "shared", "actions",
        ]  # fmt: skip

    @extend_schema_field(AttachmentSerializer(many=True))
    def get_attachments(self, deviation: Deviation) -> Any:
        return AttachmentSerializer(deviation.attachments.defer("content"), many=True).data

    @extend_schema_field(SharedSerializer(allow_null=True))
    def get_shared(self, deviation: Deviation) -> Any:
        if deviation.shared_id is None:
            return None
        record = SharedDeviation.objects.got_from(self.context["by"]).filter(pk=deviation.shared_id)
        found = record.select_related("provision", "target_group", "group").first()
        return SharedSerializer(found).data if found else None

    @extend_schema_field(told_dos(Do))
    def get_actions(self, deviation: Deviation) -> Any:
        return as_dos(RULES, self.context["by"], deviation, Do)


class DeviationEventSerializer(serializers.ModelSerializer[DeviationEvent]):
    class Meta:
        model = DeviationEvent
        fields = ["at", "text"]


class HitSerializer(serializers.ModelSerializer[CheckHit]):
    class Meta:
        model = CheckHit
        fields = ["id", "field", "kind", "start", "end", "passage", "suggestion", "resolution", "reason"]


class TextSerializer(serializers.ModelSerializer[DeidentifiedText]):
    """The text for the group as it stands, with every passage that is not yet replaced."""

    hits = serializers.SerializerMethodField()

    class Meta:
        model = DeidentifiedText
        fields = ["edition", "headline", "happened", "analysis", "measure", "sent_back_note", "approved_at", "hits"]

    @extend_schema_field(HitSerializer(many=True))
    def get_hits(self, text: DeidentifiedText) -> Any:
        return HitSerializer(text.hits.exclude(resolution=Resolution.REPLACED), many=True).data


# --- taken ------------------------------------------------------------------------------------------------------------
class FactsInput(serializers.Serializer[Any]):
    """What is left out stays as it was. `concerns` null: the own operation."""

    provision = serializers.PrimaryKeyRelatedField(queryset=Provision.objects.all(), required=False)
    target_group = serializers.PrimaryKeyRelatedField(queryset=TargetGroup.objects.all(), required=False)
    municipality = serializers.PrimaryKeyRelatedField(
        queryset=Huvudman.objects.filter(kind=HuvudmanKind.MUNICIPALITY), required=False
    )
    concerns = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.all(), required=False, allow_null=True)
    happened_on = serializers.DateField(required=False)
    outcome = serializers.ChoiceField(Outcome.choices, required=False)
    severity = serializers.ChoiceField(Severity.choices, required=False)
    affected = serializers.ChoiceField(Affected.choices, required=False)
    description = serializers.CharField(max_length=10_000, required=False)
    immediate_action = serializers.CharField(max_length=5_000, required=False, allow_blank=True)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """What is named must belong to the agreement that the report follows."""
        for name in ("provision", "target_group"):
            if name in given and given[name].agreement_id != self.context["agreement"].pk:
                raise serializers.ValidationError({name: "Det hör till en annan överenskommelse."})
        return given


class DeviationInput(FactsInput):
    submission = serializers.UUIDField(help_text="Väljs av dig. Samma igen ger samma utkast.")


class FromCase(serializers.Serializer[Any]):
    matter = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Ärendet som avvikelsen uppstod i."
    )


class StepInput(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")


class EndReasonInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2_000)


class MaybeReasonInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


class HandOverInput(serializers.Serializer[Any]):
    to_unit = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.all())
    question = serializers.CharField(max_length=5_000)
    interim = serializers.CharField(max_length=3_000, help_text="Vem som gör vad tills avvikelsen är utredd.")


EDITION: dict[str, Any] = {"min_value": 1, "max_value": 2**31 - 1, "help_text": "Den utgåva du har läst."}


class EditionInput(serializers.Serializer[Any]):
    edition = serializers.IntegerField(**EDITION)


class GroupTextInput(EditionInput):
    headline = serializers.CharField(max_length=120)
    happened = serializers.CharField(max_length=10_000)
    analysis = serializers.CharField(max_length=10_000)
    measure = serializers.CharField(max_length=10_000)


class HitInput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    resolution = serializers.ChoiceField([(one.value, one.label) for one in (Resolution.REPLACED, Resolution.KEPT)])
    text = serializers.CharField(
        max_length=200, required=False, allow_blank=True, default="", help_text="Vad som ska stå, eller skälet."
    )


class ResolveInput(EditionInput):
    hits = HitInput(many=True, allow_empty=False)


class DeviationFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=State.choices)

    class Meta:
        model = Deviation
        fields = ["state", "severity"]


# --- addresses --------------------------------------------------------------------------------------------------------
@extend_schema_view(
    list=extend_schema(**TAG, summary="Verksamhetens avvikelser", responses=DeviationRowSerializer(many=True)),
    create=extend_schema(
        **TAG, summary="Ett nytt utkast", request=DeviationInput, responses={201: DeviationSerializer}
    ),
    retrieve=extend_schema(**TAG, summary="En avvikelse"),
    partial_update=extend_schema(**TAG, summary="Ändra ett utkast", request=FactsInput),
)
class DeviationViewSet(Acting, viewsets.GenericViewSet[Deviation]):
    """Avvikelser som den egna verksamheten har rapporterat."""

    access = API_DEVIATIONS
    queryset = Deviation.objects.all()  # For the document only: rows are always asked for through `_visible`.
    serializer_class = DeviationSerializer
    lookup_url_kwarg, lookup_value_converter = "deviation_id", "uuid"
    filter_backends = [DjangoFilterBackend]
    filterset_class: type[DeviationFilter] | None = DeviationFilter

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self._visible().order_by("-started_at", "pk"))) or []
        cases = [one.matter_id for one in page if one.matter_id]
        self.by.reads.add(Action.API, "deviation.list", matters=cases)
        return self.get_paginated_response(DeviationRowSerializer(page, many=True).data)

    def create(self, request: Request) -> Response:
        require_case_role(self.by)
        matter_id = self.read(FromCase)["matter"]
        matter = self._matter(matter_id) if matter_id else None
        agreement = prefill.agreement(matter, by=self.by, now=self.now)
        given = self.read(DeviationInput, agreement=agreement)
        submission = given.pop("submission")
        made = actions.start_report(submission=submission, matter=matter, by=self.by, now=self.now)
        if given and RULES.may(self.by, Do.EDIT, made):
            actions.edit_report(deviation_id=made.pk, facts=given, by=self.by, now=self.now)
        return self._tell(made.pk, status=201)

    def retrieve(self, request: Request, deviation_id: UUID) -> Response:
        self._deviation()
        return self._tell(deviation_id)

    def partial_update(self, request: Request, deviation_id: UUID) -> Response:
        facts = self.read(FactsInput, agreement=self._deviation(Do.EDIT).agreement)
        actions.edit_report(deviation_id=deviation_id, facts=facts, by=self.by, now=self.now)
        return self._tell(deviation_id)

    @extend_schema(**TAG, summary="Rapportera", request=None)
    @action(detail=True, methods=["post"], url_path="rapportera")
    def report(self, request: Request, deviation_id: UUID) -> Response:
        return self._do(Do.REPORT, actions.report)

    @extend_schema(**TAG, summary="Dra tillbaka rapporten", request=MaybeReasonInput)
    @action(detail=True, methods=["post"], url_path="dra-tillbaka")
    def withdraw(self, request: Request, deviation_id: UUID) -> Response:
        return self._do(Do.WITHDRAW, actions.withdraw, MaybeReasonInput)

    @extend_schema(**TAG, summary="Registrera ett steg i rutinen", request=StepInput)
    @action(detail=True, methods=["post"], url_path="steg/<uuid:step_id>")
    def step(self, request: Request, deviation_id: UUID, step_id: UUID) -> Response:
        deviation = self._deviation(Do.RECORD_STEP)
        step = deviation.steps.filter(pk=step_id).first()
        if step is None:
            raise Http404("step")
        if reason := may_take_step(self.by, step):
            raise NotAllowed(reason)
        given = self.read(StepInput)
        actions.record_step(deviation_id=deviation.pk, step_id=step_id, by=self.by, now=self.now, **given)
        return self._tell(deviation_id)

    @extend_schema(**TAG, summary="Markera som färdighanterad", request=None)
    @action(detail=True, methods=["post"], url_path="fardig")
    def finish(self, request: Request, deviation_id: UUID) -> Response:
        return self._do(Do.FINISH, actions.finish)

    @extend_schema(**TAG, summary="Öppna hanteringen igen", request=None)
    @action(detail=True, methods=["post"], url_path="oppna-igen")
    def reopen(self, request: Request, deviation_id: UUID) -> Response:
        return self._do(Do.REOPEN, actions.reopen)

    @extend_schema(**TAG, summary="Avsluta utan att dela", request=EndReasonInput)
    @action(detail=True, methods=["post"], url_path="avsluta")
    def close(self, request: Request, deviation_id: UUID) -> Response:
        return self._do(Do.CLOSE, actions.close, EndReasonInput)

    @extend_schema(**TAG, summary="Hantera tillsammans med en annan part", request=HandOverInput)
    @action(detail=True, methods=["post"], url_path="tillsammans")
    def hand_over(self, request: Request, deviation_id: UUID) -> Response:
        return self._do(Do.HAND_OVER, actions.hand_over, HandOverInput)

    @extend_schema(**TAG, summary="Allt som har hänt", responses=DeviationEventSerializer(many=True))
    @action(detail=True, url_path="handelser", filterset_class=None, pagination_class=None)
    def events(self, request: Request, deviation_id: UUID) -> Response:
        return Response(DeviationEventSerializer(self._deviation().events.order_by("at", "pk"), many=True).data)

    @extend_schema(**TAG, summary="Lägg till en bilaga", request={"multipart/form-data": FileInput})
    @action(detail=True, methods=["post"], url_path="bilagor", **TAKES_FILE)
    def attach(self, request: Request, deviation_id: UUID) -> Response:
        return self._do(Do.ATTACH, actions.attach, FileInput)

    @extend_schema(**TAG, summary="En bilaga, som den lades till", responses=A_FILE)
    @action(detail=True, url_path="bilagor/<uuid:attachment_id>", **GIVES_FILE)
    def attachment(self, request: Request, deviation_id: UUID, attachment_id: UUID) -> HttpResponse:
        found = self._deviation().attachments.filter(pk=attachment_id).first()
        if found is None:
            raise Http404("attachment")
        return attachments.as_download(bytes(found.content), found.name, found.media_type)

    @extend_schema(**TAG, summary="Ta bort en bilaga", responses={200: DeviationSerializer})
    @attachment.mapping.delete
    def remove_attachment(self, request: Request, deviation_id: UUID, attachment_id: UUID) -> Response:
        self._deviation(Do.ATTACH)
        actions.remove_attachment(deviation_id=deviation_id, attachment_id=attachment_id, by=self.by, now=self.now)
        return self._tell(deviation_id)

    # --- the text for the group ---------------------------------------------------------------------------------------
    @extend_schema(**TAG, summary="Texten till gruppen, med det som kontrollen hittade", responses=TextSerializer)
    @action(detail=True, url_path="text", filterset_class=None)
    def text(self, request: Request, deviation_id: UUID) -> Response:
        self._deviation()
        return self._tell_text(deviation_id)

    @extend_schema(**TAG, summary="Börja avidentifiera", request=None, responses=TextSerializer)
    @action(detail=True, methods=["post"], url_path="avidentifiera")
    def begin(self, request: Request, deviation_id: UUID) -> Response:
        return self._do_text(Do.DEIDENTIFY, actions.begin_text)

    @extend_schema(**TAG, summary="Skriv om texten", request=GroupTextInput, responses=TextSerializer)
    @text.mapping.put
    def rewrite(self, request: Request, deviation_id: UUID) -> Response:
        self._deviation(Do.DEIDENTIFY)
        given = self.read(GroupTextInput)
        texts = {field: given[field.value] for field in SharedField}
        actions.save_text(deviation_id=deviation_id, edition=given["edition"], texts=texts, by=self.by, now=self.now)
        return self._tell_text(deviation_id)

    @extend_schema(**TAG, summary="Avgör det som kontrollen hittade", request=ResolveInput, responses=TextSerializer)
    @action(detail=True, methods=["post"], url_path="avgor")
    def resolve(self, request: Request, deviation_id: UUID) -> Response:
        self._deviation(Do.DEIDENTIFY)
        given = self.read(ResolveInput)
        answers = {one["id"]: Answer(Resolution(one["resolution"]), one["text"]) for one in given["hits"]}
        actions.resolve_hits(
            deviation_id=deviation_id, edition=given["edition"], answers=answers, by=self.by, now=self.now
        )
        return self._tell_text(deviation_id)

    @extend_schema(**TAG, summary="Lämna till en kollega för godkännande", request=EditionInput)
    @action(detail=True, methods=["post"], url_path="lamna")
    def propose(self, request: Request, deviation_id: UUID) -> Response:
        return self._do(Do.PROPOSE, actions.propose, EditionInput)

    @extend_schema(**TAG, summary="Skicka tillbaka texten", request=EndReasonInput)
    @action(detail=True, methods=["post"], url_path="skicka-tillbaka")
    def send_back(self, request: Request, deviation_id: UUID) -> Response:
        return self._do(Do.SEND_BACK, actions.send_back, EndReasonInput)

    @extend_schema(**TAG, summary="Godkänn och dela med gruppen", request=EditionInput)
    @action(detail=True, methods=["post"], url_path="dela")
    def share(self, request: Request, deviation_id: UUID) -> Response:
        return self._do(Do.SHARE, actions.share, EditionInput)

    # --- shared by the above ------------------------------------------------------------------------------------------
    def _visible(self) -> DeviationQuerySet:
        return Deviation.objects.visible_to(self.by, self.now).select_related(
            "agreement", "provision", "target_group", "text"
        )

    def _matter(self, matter_id: UUID) -> Matter:
        matters = Matter.objects.visible_to(self.by, self.now).select_related("person", "agreement")
        return visible_or_404(self.request, matters, "deviation.case", pk=matter_id)

    def _deviation(self, do: Do | None = None) -> Deviation:
        """The unit's own, and may do this to it: who may not needn't hear of the input."""
        deviation = visible_or_404(self.request, self._visible(), "deviation", pk=self.kwargs["deviation_id"])
        if do is not None:
            RULES.require(self.by, do, deviation)
        return deviation

    def _do(
        self, do: Do, act: Callable[..., object], taken: type[serializers.Serializer[Any]] | None = None
    ) -> Response:
        """Find the deviation, ask the rules, read the input, do one action, tell the deviation as it then is."""
        deviation = self._deviation(do)
        act(deviation_id=deviation.pk, by=self.by, now=self.now, **(self.read(taken) if taken else {}))
        return self._tell(deviation.pk)

    def _do_text(self, do: Do, act: Callable[..., object]) -> Response:
        deviation = self._deviation(do)
        act(deviation_id=deviation.pk, by=self.by, now=self.now)
        return self._tell_text(deviation.pk)

    def _tell(self, deviation_id: UUID, status: int = 200) -> Response:
        deviation = self._visible().prefetch_related("steps").get(pk=deviation_id)
        return Response(DeviationSerializer(deviation, context={"by": self.by}).data, status=status)

    def _tell_text(self, deviation_id: UUID) -> Response:
        text = DeidentifiedText.objects.filter(deviation_id=deviation_id).first()
        if text is None:
            raise Http404("text")
        return Response(TextSerializer(text).data)
