"""Meetings of a SIP, and plans made elsewhere, through the API: the same rows, rules and actions as the pages.

Everything is reached through its case; one outside the acting unit's reach doesn't exist here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import VERSION
from core.authz import NotAllowed, Refused
from individuals.kinds import Manner
from organisations.models import Unit
from sip import actions
from sip.api import EARLIEST, TAG
from sip.api_shared import OfCase
from sip.calendars import calendar_file
from sip.kinds import (
    INVITED,
    Do,
    Gets,
    GuestKind,
    MeetingDo,
    MeetingPlace,
    OtherPlanDo,
    OtherPlanKind,
    Part,
    ReplyDo,
    ViewAsked,
)
from sip.meetings import Stands, meeting_with_everything, meetings_of
from sip.models import Attendee, Meeting, MeetingCall, MeetingGuest, MeetingNotes, MeetingTime, OtherPlan
from sip.permissions import CASE_RULES, MEETING_RULES, OTHER_PLAN_RULES, REPLY_RULES

LONG: dict[str, Any] = {"max_length": 4_000, "required": False, "allow_blank": True, "default": ""}


# --- told -------------------------------------------------------------------------------------------------------------
class MeetingCallSerializer(serializers.ModelSerializer[MeetingCall]):
    class Meta:
        model = MeetingCall
        fields = ["id", "unit", "reason", "state", "asked_at", "replied_at", "deputy", "redirected_to"]


class MeetingRowSerializer(serializers.ModelSerializer[Meeting]):
    class Meta:
        model = Meeting
        fields = [
            "id", "state", "version", "changed_at", "called_by_unit", "called_at", "starts_at", "minutes", "place_kind",
            "place", "link", "sequence", "held_at", "counts_as_sip", "cancelled_at", "cancel_reason",
        ]  # fmt: skip


class MeetingGuestSerializer(serializers.ModelSerializer[MeetingGuest]):
    """Why a guardian isn't told is the noting unit's own."""

    class Meta:
        model = MeetingGuest
        fields = [
            "id", "kind", "guardian", "name", "organisation", "part", "is_told", "told_how", "gets", "person_agreed_on",
        ]  # fmt: skip


class AttendeeSerializer(serializers.ModelSerializer[Attendee]):
    class Meta:
        model = Attendee
        fields = ["unit", "guest", "name"]


class MeetingTimeSerializer(serializers.ModelSerializer[MeetingTime]):
    class Meta:
        model = MeetingTime
        fields = ["sequence", "starts_at", "minutes", "set_at", "set_by_unit", "reason"]


class MeetingNotesSerializer(serializers.ModelSerializer[MeetingNotes]):
    class Meta:
        model = MeetingNotes
        fields = [
            "id", "number", "version", "written_by_unit", "view_asked", "own_words", "discussed", "agreed", "disagreed",
            "finished_at", "correction_reason",
        ]  # fmt: skip


class MeetingDoSerializer(serializers.Serializer[Any]):
    do = serializers.ChoiceField(MeetingDo.choices)
    allowed = serializers.BooleanField()
    reason = serializers.CharField()


class MeetingSerializer(MeetingRowSerializer):
    """A meeting with all that belongs to it. The context holds how it `stands` for the acting unit."""

    calls = MeetingCallSerializer(many=True)
    guests = MeetingGuestSerializer(many=True)
    attendees = AttendeeSerializer(many=True)
    times = MeetingTimeSerializer(many=True)
    notes = MeetingNotesSerializer(many=True)
    actions = serializers.SerializerMethodField()

    class Meta(MeetingRowSerializer.Meta):
        fields = [
            *MeetingRowSerializer.Meta.fields, "purpose", "questions", "prepare", "interpreter", "adaptations",
            "view_asked", "own_view", "parties_present", "why_counts", "calls", "guests", "attendees", "times", "notes",
            "actions",
        ]  # fmt: skip

    @extend_schema_field(MeetingDoSerializer(many=True))
    def get_actions(self, meeting: Meeting) -> Any:
        at: Stands = self.context["stands"]
        found = [(do, at.may(do)) for do in MeetingDo]
        return [{"do": do, "allowed": decision.allowed, "reason": decision.reason} for do, decision in found]


class OtherPlanSerializer(serializers.ModelSerializer[OtherPlan]):
    class Meta:
        model = OtherPlan
        fields = ["id", "kind", "state", "version", "kept_in", "since_on", "reviewed_on", "ended_on", "noted_by_unit"]


# --- taken ------------------------------------------------------------------------------------------------------------
class WhenInput(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField(min_value=5, max_value=600)
    place_kind = serializers.ChoiceField(MeetingPlace.choices)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    link = serializers.URLField(max_length=500, required=False, allow_blank=True, default="")

    WHEN = ("starts_at", "minutes", "place_kind", "place", "link")

    def validate_starts_at(self, at: datetime) -> datetime:
        if at < EARLIEST:
            raise serializers.ValidationError("Kontrollera årtalet.")
        return at

    @classmethod
    def when(cls, given: dict[str, Any]) -> actions.WhenWhere:
        """What the action takes."""
        return actions.WhenWhere(**{name: given[name] for name in cls.WHEN})


class ToldInput(serializers.Serializer[Any]):
    guardian = serializers.UUIDField()
    told_how = serializers.ChoiceField(Manner.choices, required=False, allow_null=True, default=None)
    not_told_reason = serializers.CharField(**LONG)


class CalledUnitInput(serializers.Serializer[Any]):
    unit = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.select_related("authority__huvudman", "group"))
    reason = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


class MeetingInput(WhenInput):
    submission = serializers.UUIDField(help_text="Väljs av dig. Samma igen ger samma möte.")
    purpose = serializers.CharField(max_length=4_000)
    questions = serializers.CharField(max_length=4_000)
    prepare = serializers.CharField(**LONG)
    interpreter = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    adaptations = serializers.CharField(**LONG)
    view_asked = serializers.ChoiceField(ViewAsked.choices)
    own_view = serializers.CharField(**LONG)
    view_not_asked_reason = serializers.CharField(**LONG)
    part = serializers.ChoiceField(Part.choices)
    told_how = serializers.ChoiceField(Manner.choices)
    guardians = ToldInput(many=True, required=False, default=list)
    units = CalledUnitInput(many=True, required=False, default=list)

    AGENDA = (
        "purpose", "questions", "prepare", "interpreter", "adaptations", "view_asked", "own_view",
        "view_not_asked_reason", "part", "told_how",
    )  # fmt: skip

    @classmethod
    def agenda(cls, given: dict[str, Any]) -> actions.Agenda:
        """What the action takes."""
        told = [
            actions.ToldGuardian(one["guardian"], Manner(one["told_how"]) if one["told_how"] else None,
                                 one["not_told_reason"])
            for one in given["guardians"]
        ]  # fmt: skip
        return actions.Agenda(**{name: given[name] for name in cls.AGENDA}, guardians=told)


class RescheduleInput(WhenInput):
    reason = serializers.CharField(**LONG)
    version = serializers.IntegerField(**VERSION)


class WhyInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=4_000)


class ReplyInput(serializers.Serializer[Any]):
    deputy = serializers.CharField(
        max_length=150, required=False, allow_blank=True, default="", help_text="Ersättaren. Tomt: ni kommer själva."
    )


class GuestInput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField([(kind.value, kind.label) for kind in INVITED])
    name = serializers.CharField(max_length=150)
    organisation = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")
    gets = serializers.ListField(child=serializers.ChoiceField(Gets.choices), max_length=len(Gets))
    told_how = serializers.ChoiceField(Manner.choices)
    person_agreed_on = serializers.DateField()


class PresentInput(serializers.Serializer[Any]):
    unit = serializers.UUIDField()
    name = serializers.CharField(max_length=300)


class HoldInput(serializers.Serializer[Any]):
    present = PresentInput(many=True)
    guests = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=100)


class NotesInput(serializers.Serializer[Any]):
    view_asked = serializers.ChoiceField(ViewAsked.choices, required=False, allow_blank=True, default="")
    own_words = serializers.CharField(**LONG)
    view_not_asked_reason = serializers.CharField(**LONG)
    discussed = serializers.CharField(**{**LONG, "max_length": 10_000})
    agreed = serializers.CharField(**{**LONG, "max_length": 10_000})
    disagreed = serializers.CharField(**{**LONG, "max_length": 10_000})
    correction_reason = serializers.CharField(**LONG)
    version = serializers.IntegerField(**VERSION, required=False, allow_null=True, default=None)
    finish = serializers.BooleanField(required=False, default=False)


class OtherPlanInput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(OtherPlanKind.choices)
    kept_in = serializers.CharField(max_length=150)
    since_on = serializers.DateField()


class ReviewedInput(serializers.Serializer[Any]):
    reviewed_on = serializers.DateField()


class EndedInput(serializers.Serializer[Any]):
    ended_on = serializers.DateField()


# --- addresses --------------------------------------------------------------------------------------------------------
@extend_schema_view(
    list=extend_schema(**TAG, summary="Ärendets möten", responses=MeetingRowSerializer(many=True)),
    create=extend_schema(**TAG, summary="Kalla till möte", request=MeetingInput, responses={201: MeetingSerializer}),
    retrieve=extend_schema(**TAG, summary="Ett möte"),
)
class MeetingViewSet(OfCase, viewsets.GenericViewSet[Meeting]):
    """SIP-möten i ärenden som den egna verksamheten deltar i."""

    queryset = Meeting.objects.all()  # For the document only: rows are always asked for through the case.
    serializer_class = MeetingSerializer
    lookup_url_kwarg, lookup_value_converter = "meeting_id", "uuid"
    filter_backends: list[Any] = []
    pagination_class = None

    def list(self, request: Request, case_id: UUID) -> Response:
        return Response(MeetingRowSerializer(meetings_of(self.case()), many=True).data)

    def create(self, request: Request, case_id: UUID) -> Response:
        case = self.case(Do.MEET)
        given = self.read(MeetingInput)
        made = actions.call_meeting(
            case_id=case.pk,
            submission=given["submission"],
            when=WhenInput.when(given),
            agenda=MeetingInput.agenda(given),
            units=[(one["unit"], one["reason"]) for one in given["units"]],
            by=self.by,
            now=self.now,
        )
        return self._tell(made.pk, status=201)

    def retrieve(self, request: Request, case_id: UUID, meeting_id: UUID) -> Response:
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Ändra tid eller plats", request=RescheduleInput)
    @action(detail=True, methods=["post"], url_path="flytta")
    def reschedule(self, request: Request, case_id: UUID, meeting_id: UUID) -> Response:
        self._require(MeetingDo.RESCHEDULE)
        given = self.read(RescheduleInput)
        actions.reschedule(
            meeting_id=meeting_id, version=given["version"], when=WhenInput.when(given), reason=given["reason"],
            by=self.by, now=self.now,
        )  # fmt: skip
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Ställ in mötet", request=WhyInput)
    @action(detail=True, methods=["post"], url_path="stall-in")
    def cancel(self, request: Request, case_id: UUID, meeting_id: UUID) -> Response:
        self._require(MeetingDo.CANCEL)
        actions.cancel_meeting(meeting_id=meeting_id, by=self.by, now=self.now, **self.read(WhyInput))
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Kalla en verksamhet till", request=CalledUnitInput)
    @action(detail=True, methods=["post"], url_path="kalla")
    def call_unit(self, request: Request, case_id: UUID, meeting_id: UUID) -> Response:
        self._require(MeetingDo.CALL_UNIT)
        actions.call_unit_to_meeting(meeting_id=meeting_id, by=self.by, now=self.now, **self.read(CalledUnitInput))
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Bjud in någon som personen vill ha med", request=GuestInput)
    @action(detail=True, methods=["post"], url_path="bjud-in")
    def invite(self, request: Request, case_id: UUID, meeting_id: UUID) -> Response:
        self._require(MeetingDo.INVITE)
        given = self.read(GuestInput)
        guest = actions.Guest(
            kind=GuestKind(given["kind"]), name=given["name"], organisation=given["organisation"],
            gets=[Gets(one) for one in given["gets"]], told_how=Manner(given["told_how"]),
            person_agreed_on=given["person_agreed_on"],
        )  # fmt: skip
        actions.invite(meeting_id=meeting_id, guest=guest, by=self.by, now=self.now)
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Ta bort en inbjudan", request=None)
    @action(detail=True, methods=["post"], url_path="inbjudna/<uuid:guest_id>/ta-bort")
    def uninvite(self, request: Request, case_id: UUID, meeting_id: UUID, guest_id: UUID) -> Response:
        self._require(MeetingDo.UNINVITE)
        actions.uninvite(meeting_id=meeting_id, guest_id=guest_id, by=self.by, now=self.now)
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Svara på den egna verksamhetens kallelse", request=ReplyInput)
    @action(detail=True, methods=["post"], url_path="svara")
    def reply(self, request: Request, case_id: UUID, meeting_id: UUID) -> Response:
        at = self._stands()
        if at.mine is None:
            raise NotAllowed("Ni har ingen kallelse till mötet att svara på.")
        REPLY_RULES.require(self.by, ReplyDo.COME, at.mine)
        if not (decision := at.may_reply()):
            raise Refused(decision.reason)
        actions.reply(call_id=at.mine.pk, by=self.by, now=self.now, **self.read(ReplyInput))
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Registrera vilka som var med", request=HoldInput)
    @action(detail=True, methods=["post"], url_path="genomfort")
    def hold(self, request: Request, case_id: UUID, meeting_id: UUID) -> Response:
        self._require(MeetingDo.HOLD)
        given = self.read(HoldInput)
        present = {one["unit"]: one["name"] for one in given["present"]}
        actions.hold(meeting_id=meeting_id, present=present, guests=given["guests"], by=self.by, now=self.now)
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Spara utkast till anteckningar, eller gör dem klara", request=NotesInput)
    @action(detail=True, methods=["post"], url_path="anteckningar")
    def notes(self, request: Request, case_id: UUID, meeting_id: UUID) -> Response:
        self._require(MeetingDo.WRITE_NOTES)
        given = self.read(NotesInput)
        how = {name: given.pop(name) for name in ("view_asked", "version", "finish")}
        actions.save_notes(meeting_id=meeting_id, texts=given, by=self.by, now=self.now, **how)
        return self._tell(meeting_id)

    @extend_schema(**TAG, summary="Mötet för kalendern, utan personuppgifter", responses={(200, "text/calendar"): str})
    @action(detail=True, url_path="kalender")
    def calendar(self, request: Request, case_id: UUID, meeting_id: UUID) -> HttpResponse:
        meeting = self._stands().meeting
        address = settings.PUBLIC_ADDRESS + reverse("sip:meeting", args=[case_id, meeting_id])
        return HttpResponse(calendar_file(meeting, address, self.now), "text/calendar; charset=utf-8")

    # --- shared -------------------------------------------------------------------------------------------------------
    def _stands(self) -> Stands:
        meeting = meeting_with_everything(self.case(), self.kwargs["meeting_id"])
        if meeting is None:
            raise Http404("sip.meeting")
        return Stands(meeting, self.by, self.now)

    def _require(self, do: MeetingDo) -> None:
        meeting = self._stands().meeting
        CASE_RULES.require(self.by, Do.MEET, meeting.case)
        MEETING_RULES.require(self.by, do, meeting)

    def _tell(self, meeting_id: UUID, status: int = 200) -> Response:
        meeting = meeting_with_everything(self.case(), meeting_id)
        if meeting is None:
            raise Http404("sip.meeting")
        context = {"stands": Stands(meeting, self.by, self.now)}
        return Response(MeetingSerializer(meeting, context=context).data, status=status)


@extend_schema_view(
    list=extend_schema(**TAG, summary="Planer utanför SIP", responses=OtherPlanSerializer(many=True)),
    create=extend_schema(
        **TAG, summary="Notera en plan utanför SIP", request=OtherPlanInput, responses={201: OtherPlanSerializer}
    ),
)
class OtherPlanViewSet(OfCase, viewsets.GenericViewSet[OtherPlan]):
    """Planer inför utskrivning och för öppen tvångsvård: att de finns, aldrig vad de säger."""

    queryset = OtherPlan.objects.all()  # For the document only.
    serializer_class = OtherPlanSerializer
    lookup_url_kwarg, lookup_value_converter = "plan_id", "uuid"
    filter_backends: list[Any] = []
    pagination_class = None

    def list(self, request: Request, case_id: UUID) -> Response:
        return Response(OtherPlanSerializer(self._of_case(), many=True).data)

    def create(self, request: Request, case_id: UUID) -> Response:
        case = self.case(Do.NOTE_OTHER_PLAN)
        given = self.read(OtherPlanInput)
        made = actions.note_other_plan(
            case_id=case.pk, kind=OtherPlanKind(given["kind"]), kept_in=given["kept_in"], since_on=given["since_on"],
            by=self.by, now=self.now,
        )  # fmt: skip
        return Response(OtherPlanSerializer(made).data, status=201)

    @extend_schema(**TAG, summary="Registrera ny prövning", request=ReviewedInput)
    @action(detail=True, methods=["post"], url_path="provning")
    def review(self, request: Request, case_id: UUID, plan_id: UUID) -> Response:
        plan = self._plan(OtherPlanDo.REVIEW, actions.review_other_plan, ReviewedInput)
        return Response(OtherPlanSerializer(plan).data)

    @extend_schema(**TAG, summary="Registrera att planen upphör", request=EndedInput)
    @action(detail=True, methods=["post"], url_path="upphor")
    def end(self, request: Request, case_id: UUID, plan_id: UUID) -> Response:
        plan = self._plan(OtherPlanDo.END, actions.end_other_plan, EndedInput)
        return Response(OtherPlanSerializer(plan).data)

    # --- shared -------------------------------------------------------------------------------------------------------
    def _of_case(self) -> Any:
        return OtherPlan.objects.visible_to(self.by, self.now).filter(case_id=self.case().pk)

    def _plan(self, do: OtherPlanDo, act: Any, taken: type[serializers.Serializer[Any]]) -> OtherPlan:
        plan = self._of_case().filter(pk=self.kwargs["plan_id"]).first()
        if plan is None:
            raise Http404("sip.other_plan")
        OTHER_PLAN_RULES.require(self.by, do, plan)
        return act(plan_id=plan.pk, by=self.by, now=self.now, **self.read(taken))
