"""SIP cases through the API: the same rows, rules and actions as the pages.

A case outside the acting unit's reach doesn't exist here. Calls are reached through their case only.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Q
from django.http import Http404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import VERSION, Acting
from core.audit import Action
from core.policy import visible_or_404
from core.workdays import local_day
from deadlines.api import API_CASES, ClockSerializer
from individuals import paging
from individuals.api import (
    BasisInput,
    BasisSerializer,
    EventSerializer,
    GuardianInput,
    GuardianSerializer,
    PersonInput,
    PersonSerializer,
    PieceInput,
    PieceSerializer,
    registered,
)
from individuals.kinds import Category
from organisations.models import Unit
from sip import actions, panels
from sip.carriers import carried_by
from sip.forms.listing import CLOCKS
from sip.kinds import CloseReason, ContactManner, Do, MeasureResult, State, ViewAsked
from sip.models import Call, SipCase
from sip.permissions import CALL_RULES, CASE_RULES, calls, require_may_start
from sip.querysets import SipCaseQuerySet

TAG: dict[str, Any] = {"tags": ["SIP"]}
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


# --- told -------------------------------------------------------------------------------------------------------------
class RowSerializer(serializers.ModelSerializer[SipCase]):
    id = serializers.UUIDField(source="pk")
    reference = serializers.CharField(source="matter.reference")
    person = PersonSerializer(source="matter.person")
    initiator = serializers.UUIDField(source="matter.initiator_id")
    opened_at = serializers.DateTimeField(source="matter.opened_at")
    next_due_at = serializers.DateTimeField(source="matter.next_due_at", allow_null=True)

    class Meta:
        model = SipCase
        fields = [
            "id", "reference", "state", "version", "changed_at", "person", "initiator", "target_groups", "is_urgent",
            "opened_at", "need_noticed_at", "sent_at", "contacted_at", "ended_at", "next_due_at",
        ]  # fmt: skip


class CallSerializer(serializers.ModelSerializer[Call]):
    class Meta:
        model = Call
        fields = ["id", "unit", "reason", "state", "called_at", "acknowledged_at", "redirected_to", "redirect_reason"]


class DoSerializer(serializers.Serializer[Any]):
    """An action: whether the assignment may do it now, and if not why."""

    do = serializers.ChoiceField(Do.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    allowed = serializers.BooleanField(source="decision.allowed")
    reason = serializers.CharField(source="decision.reason")


class CaseSerializer(RowSerializer):
    """A case as the acting unit may see it. The context holds `by`, `now` and whether the case is its `own`."""

    guardians = serializers.SerializerMethodField()
    calls = serializers.SerializerMethodField()
    pieces = serializers.SerializerMethodField()
    basis = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField(help_text="Vad som återstår innan utkastet kan skickas.")

    class Meta(RowSerializer.Meta):
        fields = [
            *RowSerializer.Meta.fields, "view_asked", "contact_manner", "contact_unit", "close_reason", "guardians",
            "calls", "pieces", "basis", "actions", "missing",
        ]  # fmt: skip

    @extend_schema_field(GuardianSerializer(many=True))
    def get_guardians(self, case: SipCase) -> Any:
        return GuardianSerializer(case.matter.person.guardians.all(), many=True, context=self.context).data

    @extend_schema_field(CallSerializer(many=True))
    def get_calls(self, case: SipCase) -> Any:
        return CallSerializer(calls(case), many=True).data

    @extend_schema_field(PieceSerializer(many=True))
    def get_pieces(self, case: SipCase) -> Any:
        return PieceSerializer(panels.readable(case, self.context["by"]), many=True).data

    @extend_schema_field(BasisSerializer(allow_null=True))
    def get_basis(self, case: SipCase) -> Any:
        basis = panels.basis_in_use(case.matter)
        return BasisSerializer(basis, context=self.context).data if basis else None

    @extend_schema_field(DoSerializer(many=True))
    def get_actions(self, case: SipCase) -> Any:
        return DoSerializer(CASE_RULES.buttons(self.context["by"], case, Do), many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_missing(self, case: SipCase) -> list[str]:
        is_draft = self.context["own"] and case.state in (State.DRAFT, State.READY)
        return list(actions.whats_missing(case, self.context["now"])) if is_draft else []


class SightSerializer(serializers.Serializer[Any]):
    """One unit and what it sees, or saw (IND-7)."""

    unit = serializers.UUIDField(source="unit.pk")
    sees_now = serializers.BooleanField()
    since = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    why_ended = serializers.CharField()
    wrote = serializers.ListField(child=serializers.CharField())
    was_given = serializers.ListField(child=serializers.CharField())


class TargetUnitSerializer(serializers.ModelSerializer[Unit]):
    class Meta:
        model = Unit
        fields = ["id", "key", "name"]


# --- taken ------------------------------------------------------------------------------------------------------------
class StartInput(serializers.Serializer[Any]):
    submission = serializers.UUIDField(help_text="Väljs av dig. Samma igen ger samma ärende.")
    person = PersonInput()
    guardians = GuardianInput(many=True, required=False, default=list)


class CallInput(serializers.Serializer[Any]):
    unit = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.all())
    reason = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


class EditInput(serializers.Serializer[Any]):
    """What is left out stays as it was. `calls` replaces the chosen units."""

    version = serializers.IntegerField(**VERSION)
    target_groups = serializers.ListField(child=serializers.CharField(max_length=50), required=False, max_length=20)
    need_noticed_at = serializers.DateTimeField(required=False)
    is_urgent = serializers.BooleanField(required=False)
    view_asked = serializers.ChoiceField(ViewAsked.choices, required=False)
    view_not_asked_reason = serializers.CharField(max_length=2_000, required=False, allow_blank=True)
    pieces = PieceInput(many=True, required=False)
    calls = CallInput(many=True, required=False)

    FACTS = ("target_groups", "need_noticed_at", "is_urgent", "view_asked", "view_not_asked_reason")

    def validate_need_noticed_at(self, at: datetime) -> datetime:
        if at < EARLIEST:
            raise serializers.ValidationError("Kontrollera årtalet.")
        return at

    def validate_target_groups(self, keys: list[str]) -> list[str]:
        if set(keys) - self.context["target_groups"]:
            raise serializers.ValidationError("Överenskommelsen har ingen sådan målgrupp.")
        return list(dict.fromkeys(keys))

    def as_changes(self) -> dict[str, Any]:
        """The arguments of `edit_case`."""
        given = self.validated_data
        changes: dict[str, Any] = {
            "version": given["version"],
            "facts": {name: given[name] for name in self.FACTS if name in given},
            "pieces": {Category(one["category"]): one["text"] for one in given.get("pieces", [])},
        }
        if "calls" in given:
            changes["calls"] = [(one["unit"], one["reason"]) for one in given["calls"]]
        return changes


class VersionInput(serializers.Serializer[Any]):
    version = serializers.IntegerField(**VERSION)


class ContactInput(serializers.Serializer[Any]):
    contacted_at = serializers.DateTimeField()
    manner = serializers.ChoiceField(ContactManner.choices)
    version = serializers.IntegerField(**VERSION, required=False, allow_null=True, default=None)


class ReasonInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class NoteInput(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


class EndedMeasureInput(serializers.Serializer[Any]):
    measure = serializers.UUIDField()
    result = serializers.ChoiceField(MeasureResult.choices)
    why = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


class CloseInput(NoteInput):
    """Every open measure of a plan in force is done, or ends with the reason why not."""

    reason = serializers.ChoiceField(CloseReason.choices)
    measures = EndedMeasureInput(many=True, required=False, default=list)

    def validate_measures(self, rows: list[dict[str, Any]]) -> dict[UUID, actions.Told]:
        return {one["measure"]: actions.Told(MeasureResult(one["result"]), one["why"]) for one in rows}


class RedirectInput(serializers.Serializer[Any]):
    to_unit = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.all())
    reason = serializers.CharField(max_length=2_000)


class SearchInput(serializers.Serializer[Any]):
    q = serializers.CharField(max_length=100, help_text="Namn, personnummer eller ärendenummer.")


class CaseFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=State.choices)
    clock = django_filters.ChoiceFilter(
        choices=[(key, label) for key, (label, _) in CLOCKS.items()], method="has_clock", label="En frist som löper."
    )
    target_group = django_filters.CharFilter(
        field_name="target_groups", method="is_in_group", label="Målgruppens nyckel i överenskommelsen."
    )
    unit = django_filters.UUIDFilter(method="takes_part", label="En verksamhet som deltar.")
    carrier = django_filters.UUIDFilter(method="is_carried", label="Den som handlägger ärendet hos er.")
    uncarried = django_filters.BooleanFilter(method="is_uncarried", label="Bara sådana som ingen hos er handlägger.")
    overdue = django_filters.BooleanFilter(method="is_overdue", label="Bara försenade, eller inte.")
    initiated = django_filters.BooleanFilter(method="is_initiated", label="Bara sådana ni har initierat, eller inte.")

    class Meta:
        model = SipCase
        fields = ["state", "is_urgent", "overdue", "initiated", "clock", "target_group", "unit", "carrier", "uncarried"]

    def has_clock(self, cases: SipCaseQuerySet, name: str, value: str) -> SipCaseQuerySet:
        return cases.with_clock(CLOCKS[value][1])

    def is_in_group(self, cases: SipCaseQuerySet, name: str, value: str) -> SipCaseQuerySet:
        return cases.filter(target_groups__contains=[value])

    def takes_part(self, cases: SipCaseQuerySet, name: str, value: UUID) -> SipCaseQuerySet:
        return cases.with_unit(value)

    def is_carried(self, cases: SipCaseQuerySet, name: str, value: UUID) -> SipCaseQuerySet:
        return carried_by(cases, value, self.request.actor)

    def is_uncarried(self, cases: SipCaseQuerySet, name: str, value: bool) -> SipCaseQuerySet:
        return carried_by(cases, None, self.request.actor) if value else cases

    def is_overdue(self, cases: SipCaseQuerySet, name: str, value: bool) -> SipCaseQuerySet:
        late = Q(access__next_due_at__lte=self.request.now)
        return cases.filter(late) if value else cases.exclude(late)

    def is_initiated(self, cases: SipCaseQuerySet, name: str, value: bool) -> SipCaseQuerySet:
        mine = Q(matter__initiator_id=self.request.actor.unit_id)
        return cases.filter(mine) if value else cases.exclude(mine)


# --- addresses --------------------------------------------------------------------------------------------------------
@extend_schema_view(
    list=extend_schema(**TAG, summary="Ärenden, mest brådskande först", responses=RowSerializer(many=True)),
    create=extend_schema(**TAG, summary="Ett nytt utkast", request=StartInput, responses={201: CaseSerializer}),
    retrieve=extend_schema(**TAG, summary="Ett ärende"),
    partial_update=extend_schema(**TAG, summary="Ändra ett utkast", request=EditInput),
)
class CaseViewSet(Acting, viewsets.GenericViewSet[SipCase]):
    """Ärenden som den egna verksamheten deltar i."""

    access = API_CASES
    queryset = SipCase.objects.all()  # For the document only: rows are always asked for through `_visible`.
    serializer_class = CaseSerializer
    lookup_url_kwarg, lookup_value_converter = "case_id", "uuid"
    filter_backends = [DjangoFilterBackend]
    filterset_class: type[CaseFilter] | None = CaseFilter

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self._visible().by_next_deadline())) or []
        people, cases = [case.matter.person_id for case in page], [case.pk for case in page]
        self.by.reads.add(Action.API, "sip.list", persons=people, matters=cases)
        return self.get_paginated_response(RowSerializer(page, many=True).data)

    @extend_schema(
        **TAG,
        summary="Sök bland ärendena ni ser",
        description="Det som söks skickas i anropet och står aldrig i en adress. Högst 50 träffar.",
        request=SearchInput,
        responses=RowSerializer(many=True),
    )
    @action(detail=False, methods=["post"], url_path="sok", filterset_class=None, pagination_class=None)
    def search(self, request: Request) -> Response:
        text = self.read(SearchInput)["q"]
        found = list(self._visible().search(text, today=local_day(self.now)).by_next_deadline()[: paging.ROWS])
        people, cases = [case.matter.person_id for case in found], [case.pk for case in found]
        self.by.reads.add(Action.SEARCH, "sip.search", persons=people, matters=cases)
        return Response(RowSerializer(found, many=True).data)

    def create(self, request: Request) -> Response:
        require_may_start(self.by)
        given = self.read(StartInput, today=local_day(self.now))
        made = self._visible().filter(submission=given["submission"]).first()
        if made is None:
            person = registered(given, by=self.by, now=self.now)
            made = actions.start_case(person=person, submission=given["submission"], by=self.by, now=self.now)
        made.log_read(self.by.reads, Action.API, "sip.case")
        return self._tell(made.pk, status=201)

    def retrieve(self, request: Request, case_id: UUID) -> Response:
        self._case()
        return self._tell(case_id)

    def partial_update(self, request: Request, case_id: UUID) -> Response:
        groups = set(self._case(Do.EDIT).matter.agreement.target_groups.values_list("key", flat=True))
        asked = EditInput(data=request.data, context={"target_groups": groups})
        asked.is_valid(raise_exception=True)
        actions.edit_case(case_id=case_id, by=self.by, now=self.now, **asked.as_changes())
        return self._tell(case_id)

    @extend_schema(**TAG, summary="Registrera samtycke eller grund", request=BasisInput)
    @action(detail=True, methods=["post"], url_path="samtycke")
    def basis(self, request: Request, case_id: UUID) -> Response:
        given = self.read(BasisInput, guardians=self._case(Do.RECORD_BASIS).matter.person.guardians.all())
        consent = actions.Consent(**BasisInput.as_facts(given))
        actions.record_basis(case_id=case_id, consent=consent, version=given["version"], by=self.by, now=self.now)
        return self._tell(case_id)

    @extend_schema(**TAG, summary="Skicka initieringen", request=VersionInput)
    @action(detail=True, methods=["post"], url_path="skicka")
    def send(self, request: Request, case_id: UUID) -> Response:
        return self._do(Do.SEND, actions.send, VersionInput)

    @extend_schema(**TAG, summary="Registrera första kontakten", request=ContactInput)
    @action(detail=True, methods=["post"], url_path="kontakt")
    def contact(self, request: Request, case_id: UUID) -> Response:
        return self._do(Do.RECORD_CONTACT, actions.record_contact, ContactInput)

    @extend_schema(**TAG, summary="Pausa fristen som ärendet har kommit till", request=ReasonInput)
    @action(detail=True, methods=["post"], url_path="pausa")
    def pause(self, request: Request, case_id: UUID) -> Response:
        return self._do(Do.PAUSE, actions.pause, ReasonInput)

    @extend_schema(**TAG, summary="Starta fristen igen", request=None)
    @action(detail=True, methods=["post"], url_path="starta-igen")
    def resume(self, request: Request, case_id: UUID) -> Response:
        return self._do(Do.RESUME, actions.resume)

    @extend_schema(**TAG, summary="Registrera att samtycket återkallats", request=ReasonInput)
    @action(detail=True, methods=["post"], url_path="aterkalla-samtycke")
    def withdraw_consent(self, request: Request, case_id: UUID) -> Response:
        return self._do(Do.WITHDRAW_CONSENT, actions.withdraw_consent, ReasonInput)

    @extend_schema(**TAG, summary="Registrera att personen tackar nej", request=NoteInput)
    @action(detail=True, methods=["post"], url_path="tackar-nej")
    def decline(self, request: Request, case_id: UUID) -> Response:
        return self._do(Do.DECLINE, actions.decline, NoteInput)

    @extend_schema(**TAG, summary="Dra tillbaka initieringen", request=NoteInput)
    @action(detail=True, methods=["post"], url_path="dra-tillbaka")
    def withdraw(self, request: Request, case_id: UUID) -> Response:
        return self._do(Do.WITHDRAW, actions.withdraw, NoteInput)

    @extend_schema(**TAG, summary="Avsluta ärendet", request=CloseInput)
    @action(detail=True, methods=["post"], url_path="avsluta")
    def close(self, request: Request, case_id: UUID) -> Response:
        return self._do(Do.CLOSE, actions.close, CloseInput)

    @extend_schema(**TAG, summary="Frister, och varför de går ut när de gör", responses=ClockSerializer(many=True))
    @action(detail=True, url_path="frister", filterset_class=None, pagination_class=None)
    def clocks(self, request: Request, case_id: UUID) -> Response:
        return Response(ClockSerializer(panels.clocks_of(self._case()), many=True).data)

    @extend_schema(**TAG, summary="Allt som har hänt", responses=EventSerializer(many=True))
    @action(detail=True, url_path="handelser", filterset_class=None, pagination_class=None)
    def events(self, request: Request, case_id: UUID) -> Response:
        return Response(EventSerializer(self._case().matter.events.order_by("at", "pk"), many=True).data)

    @extend_schema(**TAG, summary="Vem kan se vad", responses=SightSerializer(many=True))
    @action(detail=True, url_path="vem-ser-vad", filterset_class=None, pagination_class=None)
    def sights(self, request: Request, case_id: UUID) -> Response:
        case = self._case()
        found = panels.who_sees_what(case, panels.readable(case, self.by), self.by, self.now)
        return Response(SightSerializer(found, many=True).data)

    @extend_schema(**TAG, summary="Bekräfta mottagandet", request=None)
    @action(detail=True, methods=["post"], url_path="kallelser/<uuid:call_id>/bekrafta")
    def acknowledge(self, request: Request, case_id: UUID, call_id: UUID) -> Response:
        actions.acknowledge(call_id=self._call(call_id, Do.ACKNOWLEDGE).pk, by=self.by, now=self.now)
        return self._tell(case_id)

    @extend_schema(
        **TAG,
        summary="Lämna över till rätt verksamhet",
        description="Efteråt ser den egna verksamheten inte längre ärendet.",
        request=RedirectInput,
        responses={204: None},
    )
    @action(detail=True, methods=["post"], url_path="kallelser/<uuid:call_id>/lamna-over")
    def redirect(self, request: Request, case_id: UUID, call_id: UUID) -> Response:
        call = self._call(call_id, Do.REDIRECT)
        actions.redirect(call_id=call.pk, by=self.by, now=self.now, **self.read(RedirectInput))
        return Response(status=204)

    @extend_schema(
        **TAG, summary="Verksamheter som kallelsen kan lämnas till", responses=TargetUnitSerializer(many=True)
    )
    @action(detail=True, url_path="kallelser/<uuid:call_id>/mottagare", filterset_class=None, pagination_class=None)
    def targets(self, request: Request, case_id: UUID, call_id: UUID) -> Response:
        units = actions.redirect_targets(self._call(call_id), local_day(self.now))
        return Response(TargetUnitSerializer(units, many=True).data)

    # --- shared -------------------------------------------------------------------------------------------------------
    def _visible(self) -> SipCaseQuerySet:
        return SipCase.objects.visible_to(self.by, self.now).select_related(
            "matter__person", "matter__initiator", "matter__agreement"
        )

    def _case(self, do: Do | None = None) -> SipCase:
        """The case, if the acting unit reaches it; and may do this to it: who may not needn't hear of the input."""
        case = visible_or_404(self.request, self._visible(), "sip.case", pk=self.kwargs["case_id"])
        if do is not None:
            CASE_RULES.require(self.by, do, case)
        return case

    def _call(self, call_id: UUID, do: Do | None = None) -> Call:
        call = self._case().calls.select_related("unit__authority__huvudman", "case__matter").filter(pk=call_id).first()
        if call is None:
            raise Http404("call")
        if do is not None:
            CALL_RULES.require(self.by, do, call)
        return call

    def _do(
        self, do: Do, act: Callable[..., SipCase], taken: type[serializers.Serializer[Any]] | None = None
    ) -> Response:
        """Find the case, ask the rules, read the input, do one action, tell the case as it then is."""
        case = self._case(do)
        act(case_id=case.pk, by=self.by, now=self.now, **(self.read(taken) if taken else {}))
        return self._tell(case.pk)

    def _tell(self, case_id: UUID, status: int = 200) -> Response:
        case = self._visible().get(pk=case_id)
        context = {"by": self.by, "now": self.now, "own": case.matter.initiator_id == self.by.unit_id}
        return Response(CaseSerializer(case, context=context).data, status=status)
