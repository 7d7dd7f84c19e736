"""The plan of a SIP through the API: the same rows, rules and actions as the pages (SIP-7…11).

Everything is reached through its case. The draft is written row by row, and every answer tells the version as it then
is; who saves what somebody else has changed since gets 409 and the version that stands.
"""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.authz import NotAllowed
from sip import actions
from sip.api import TAG, VersionInput
from sip.api_plan_values import (
    ChangeSerializer,
    ContactPersonInput,
    DayInput,
    FollowUpInput,
    GoalInput,
    LeadAnswerInput,
    LeadInput,
    LeadSerializer,
    MeasureInput,
    NewGoalInput,
    NewMeasureInput,
    NumberInput,
    PlanRowSerializer,
    PlanSerializer,
    ProgressInput,
    TextInput,
)
from sip.api_shared import OfCase
from sip.kinds import Do, GoalSpan, MeasureResult, PlanTextKind
from sip.models import Goal, LeadOffer, Measure, Plan, SipCase
from sip.models.plan import PlanPart
from sip.plan_panels import differences, shown

P = TypeVar("P", bound=PlanPart)
PLAN = "sip.plan"


@extend_schema_view(
    list=extend_schema(**TAG, summary="Planens versioner, den nyaste först", responses=PlanRowSerializer(many=True)),
    create=extend_schema(
        **TAG,
        summary="Börja skriva en version",
        description="Skrivs det redan på en version är det den som lämnas.",
        request=None,
        responses={201: PlanSerializer},
    ),
    retrieve=extend_schema(**TAG, summary="En version av planen"),
)
class PlanViewSet(OfCase, viewsets.GenericViewSet[Plan]):
    """Planen i ärenden som den egna verksamheten deltar i."""

    queryset = Plan.objects.all()  # For the document only: rows are always asked for through the case.
    serializer_class = PlanSerializer
    lookup_field = lookup_url_kwarg = "number"
    lookup_value_converter = "int"
    filter_backends: list[Any] = []
    pagination_class = None

    def list(self, request: Request, case_id: UUID) -> Response:
        plans = Plan.objects.filter(case_id=self.case(what=PLAN).pk).order_by("-number")
        return Response(PlanRowSerializer(plans, many=True).data)

    def create(self, request: Request, case_id: UUID) -> Response:
        case = self.case(Do.DRAFT_PLAN, PLAN)
        plan = actions.open_plan(case_id=case.pk, by=self.by, now=self.now)
        return self._tell(case, plan.number, status=201)

    def retrieve(self, request: Request, case_id: UUID, number: int) -> Response:
        return self._tell(self.case(what=PLAN), number)

    @extend_schema(**TAG, summary="Vad versionen ändrade i den förra", responses=ChangeSerializer(many=True))
    @action(detail=True, url_path="andringar")
    def changes(self, request: Request, case_id: UUID, number: int) -> Response:
        case = self.case(what=PLAN)
        before, after = (shown(self._version(case, one), case.matter.agreement) for one in (number - 1, number))
        return Response(ChangeSerializer(differences(before, after), many=True).data)

    # --- writing ------------------------------------------------------------------------------------------------------
    @extend_schema(**TAG, summary="Skriv en av planens texter", request=TextInput)
    @action(detail=False, methods=["post"], url_path="texter")
    def text(self, request: Request, case_id: UUID) -> Response:
        case = self.case(Do.DRAFT_PLAN, PLAN)
        given = self.read(TextInput)
        given["kind"] = PlanTextKind(given["kind"])
        actions.write_text(case_id=case.pk, by=self.by, now=self.now, **given)
        return self._tell_draft(case)

    @extend_schema(**TAG, summary="Ange den egna verksamhetens kontaktperson", request=ContactPersonInput)
    @action(detail=False, methods=["post"], url_path="kontaktperson")
    def contact(self, request: Request, case_id: UUID) -> Response:
        case = self.case(Do.DRAFT_PLAN, PLAN)
        actions.write_contact(case_id=case.pk, by=self.by, now=self.now, **self.read(ContactPersonInput))
        return self._tell_draft(case)

    @extend_schema(**TAG, summary="Bestäm dag för uppföljning", request=DayInput)
    @action(detail=False, methods=["post"], url_path="uppfoljningsdag")
    def day(self, request: Request, case_id: UUID) -> Response:
        case = self.case(Do.DRAFT_PLAN, PLAN)
        actions.set_follow_up_day(case_id=case.pk, by=self.by, now=self.now, **self.read(DayInput))
        return self._tell_draft(case)

    @extend_schema(**TAG, summary="Lägg till ett mål", request=NewGoalInput)
    @action(detail=False, methods=["post"], url_path="mal")
    def add_goal(self, request: Request, case_id: UUID) -> Response:
        case = self.case(Do.DRAFT_PLAN, PLAN)
        given = self.read(NewGoalInput)
        given["span"] = GoalSpan(given["span"])
        actions.add_goal(case_id=case.pk, by=self.by, now=self.now, **given)
        return self._tell_draft(case)

    @extend_schema(**TAG, summary="Ändra ett mål", request=GoalInput)
    @action(detail=False, methods=["patch"], url_path="mal/<uuid:goal_id>")
    def goal(self, request: Request, case_id: UUID, goal_id: UUID) -> Response:
        case, goal = self._part(Goal, goal_id)
        given = self.read(GoalInput)
        given["span"] = GoalSpan(given["span"])
        actions.edit_goal(goal_id=goal.pk, by=self.by, now=self.now, **given)
        return self._tell_draft(case)

    @extend_schema(**TAG, summary="Ta bort ett mål som inga insatser hör till", request=VersionInput)
    @action(detail=False, methods=["post"], url_path="mal/<uuid:goal_id>/ta-bort")
    def remove_goal(self, request: Request, case_id: UUID, goal_id: UUID) -> Response:
        case, goal = self._part(Goal, goal_id)
        actions.remove_goal(goal_id=goal.pk, by=self.by, now=self.now, **self.read(VersionInput))
        return self._tell_draft(case)

    @extend_schema(**TAG, summary="Lägg till en insats, eller föreslå en", request=NewMeasureInput)
    @action(detail=False, methods=["post"], url_path="mal/<uuid:goal_id>/insatser")
    def add_measure(self, request: Request, case_id: UUID, goal_id: UUID) -> Response:
        case, goal = self._part(Goal, goal_id)
        given = self.read(NewMeasureInput)
        facts = NewMeasureInput.facts(given)
        actions.add_measure(goal_id=goal.pk, line=given["line"], facts=facts, by=self.by, now=self.now)
        return self._tell_draft(case)

    @extend_schema(**TAG, summary="Ändra en insats", request=MeasureInput)
    @action(detail=False, methods=["patch"], url_path="insatser/<uuid:measure_id>")
    def measure(self, request: Request, case_id: UUID, measure_id: UUID) -> Response:
        case, measure = self._part(Measure, measure_id)
        if not actions.may_write(self.by, measure):
            raise NotAllowed(f"Insatsen skrivs av {measure.unit}, som svarar för den.")
        given = self.read(MeasureInput)
        facts = MeasureInput.facts(given)
        actions.edit_measure(
            measure_id=measure.pk, version=given["version"], facts=facts, by=self.by, now=self.now
        )  # fmt: skip
        return self._tell_draft(case)

    @extend_schema(**TAG, summary="Ta en insats som är föreslagen för er", request=VersionInput)
    @action(detail=False, methods=["post"], url_path="insatser/<uuid:measure_id>/ta")
    def take_measure(self, request: Request, case_id: UUID, measure_id: UUID) -> Response:
        case, measure = self._part(Measure, measure_id)
        actions.take_measure(measure_id=measure.pk, by=self.by, now=self.now, **self.read(VersionInput))
        return self._tell_draft(case)

    @extend_schema(**TAG, summary="Ta bort en insats ur utkastet", request=VersionInput)
    @action(detail=False, methods=["post"], url_path="insatser/<uuid:measure_id>/ta-bort")
    def remove_measure(self, request: Request, case_id: UUID, measure_id: UUID) -> Response:
        case, measure = self._part(Measure, measure_id)
        actions.remove_measure(measure_id=measure.pk, by=self.by, now=self.now, **self.read(VersionInput))
        return self._tell_draft(case)

    # --- the version as a whole ---------------------------------------------------------------------------------------
    @extend_schema(**TAG, summary="Fastställ planen", request=VersionInput)
    @action(detail=False, methods=["post"], url_path="faststall")
    def establish(self, request: Request, case_id: UUID) -> Response:
        case = self.case(Do.ESTABLISH_PLAN, PLAN)
        plan = actions.establish_plan(case_id=case.pk, by=self.by, now=self.now, **self.read(VersionInput))
        return self._tell(case, plan.number)

    @extend_schema(**TAG, summary="Bekräfta den egna verksamhetens insatser", request=NumberInput)
    @action(detail=False, methods=["post"], url_path="bekrafta")
    def confirm(self, request: Request, case_id: UUID) -> Response:
        case = self.case(Do.CONFIRM_MEASURES, PLAN)
        given = self.read(NumberInput)
        actions.confirm_measures(case_id=case.pk, by=self.by, now=self.now, **given)
        return self._tell(case, given["number"])

    @extend_schema(**TAG, summary="Berätta hur en insats går", request=ProgressInput)
    @action(detail=False, methods=["post"], url_path="insatser/<uuid:measure_id>/lage")
    def report(self, request: Request, case_id: UUID, measure_id: UUID) -> Response:
        case, measure = self._part(Measure, measure_id, Do.CONFIRM_MEASURES)
        given = self.read(ProgressInput)
        told = actions.Told(MeasureResult(given["result"]), given["why"])
        actions.report_measure(measure_id=measure.pk, told=told, by=self.by, now=self.now)
        return self._tell(case, measure.plan.number)

    @extend_schema(
        **TAG,
        summary="Registrera en uppföljning",
        description="För varje mål och insats som ni ser. Svaret är den version som gäller eller skrivs efteråt.",
        request=FollowUpInput,
    )
    @action(detail=False, methods=["post"], url_path="folj-upp")
    def follow_up(self, request: Request, case_id: UUID) -> Response:
        case = self.case(Do.FOLLOW_UP, PLAN)
        given = FollowUpInput.facts(self.read(FollowUpInput))
        actions.record_follow_up(case_id=case.pk, by=self.by, now=self.now, **given)
        newest = Plan.objects.filter(case_id=case.pk).latest("number")
        return self._tell(case, newest.number)

    # --- shared -------------------------------------------------------------------------------------------------------
    def _version(self, case: SipCase, number: int) -> Plan:
        plan = Plan.objects.filter(case_id=case.pk, number=number).first()
        if plan is None:
            raise Http404(PLAN)
        return plan

    def _part(self, model: type[P], pk: UUID, do: Do = Do.DRAFT_PLAN) -> tuple[SipCase, P]:
        """A row of the plan that the acting unit sees, through its case."""
        case = self.case(do, PLAN)
        found = model._default_manager.select_related("plan").filter(pk=pk, case_id=case.pk).first()
        if found is None:
            raise Http404(PLAN)
        return case, found

    def _tell(self, case: SipCase, number: int, status: int = 200) -> Response:
        plan = self._version(case, number)
        missing = actions.plan_gaps(case, plan, self.now) if plan.is_draft else []
        return Response(PlanSerializer.told(shown(plan, case.matter.agreement), missing), status=status)

    def _tell_draft(self, case: SipCase) -> Response:
        draft = actions.draft_of(case)
        if draft is None:
            raise Http404(PLAN)
        return self._tell(case, draft.number)


@extend_schema_view(
    list=extend_schema(**TAG, summary="Vem som har det övergripande ansvaret", responses=LeadSerializer),
    create=extend_schema(
        **TAG, summary="Fråga en verksamhet om den kan ta över", request=LeadInput, responses={201: LeadSerializer}
    ),
)
class LeadViewSet(OfCase, viewsets.GenericViewSet[LeadOffer]):
    """Det övergripande ansvaret: det går över när den andra svarar ja, aldrig förr."""

    queryset = LeadOffer.objects.all()  # For the document only.
    serializer_class = LeadSerializer
    filter_backends: list[Any] = []
    pagination_class = None

    def list(self, request: Request, case_id: UUID) -> Response:
        return self._tell()

    def create(self, request: Request, case_id: UUID) -> Response:
        case = self.case(Do.OFFER_LEAD)
        actions.offer_lead(case_id=case.pk, by=self.by, now=self.now, **self.read(LeadInput))
        return self._tell(status=201)

    @extend_schema(**TAG, summary="Svara om ni kan ta över", request=LeadAnswerInput)
    @action(detail=False, methods=["post"], url_path="svar")
    def answer(self, request: Request, case_id: UUID) -> Response:
        offer = actions.open_offer(self.case(Do.ANSWER_LEAD))
        if offer is None or offer.to_unit_id != self.by.unit_id:
            raise NotAllowed("Er verksamhet är inte tillfrågad om att ta över.")
        actions.answer_lead(offer_id=offer.pk, by=self.by, now=self.now, **self.read(LeadAnswerInput))
        return self._tell()

    @extend_schema(**TAG, summary="Ta tillbaka frågan", request=None)
    @action(detail=False, methods=["post"], url_path="ta-tillbaka")
    def take_back(self, request: Request, case_id: UUID) -> Response:
        actions.take_back_offer(case_id=self.case(Do.OFFER_LEAD).pk, by=self.by, now=self.now)
        return self._tell()

    @extend_schema(**TAG, summary="Ta över från en verksamhet som är stängd", request=None)
    @action(detail=False, methods=["post"], url_path="ta-over")
    def take_over(self, request: Request, case_id: UUID) -> Response:
        actions.take_lead(case_id=self.case(Do.TAKE_LEAD).pk, by=self.by, now=self.now)
        return self._tell()

    def _tell(self, status: int = 200) -> Response:
        case = self.case()
        found = {
            "unit": case.lead_id,
            "offer": actions.open_offer(case),
            "candidates": [unit.pk for unit in actions.lead_candidates(case, self.now)],
        }
        return Response(LeadSerializer(found).data, status=status)
