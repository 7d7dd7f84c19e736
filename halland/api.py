"""The addresses of the API, its OpenAPI document, and a page to read it on."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from agreements.api import AgreementViewSet
from agreements.api_revision import AmendmentViewSet, DecisionViewSet, LocalDocumentViewSet, RoundViewSet
from core.policy import API_PUBLIC, PUBLIC, policy
from deadlines.api import ClockViewSet
from deviations.api import DeviationViewSet
from deviations.api_shared import DeskViewSet, ImprovementViewSet, JointViewSet, PatternViewSet
from disputes.api import DisputeViewSet
from followup.api import FigureViewSet
from followup.api_board import BoardTaskViewSet, IndicatorViewSet, PriorityViewSet
from followup.api_meetings import CoOptedViewSet, GroupDecisionViewSet, GroupMeetingViewSet
from followup.api_published import PublicationViewSet
from followup.api_reports import CampaignViewSet, GroupReportViewSet, RegionalReportViewSet, RegionalVersionViewSet
from organisations.api import AuthorityViewSet, GroupViewSet, HuvudmanViewSet, UnitViewSet
from placements.api import PlacementViewSet
from placements.api_agreement import CodeViewSet, VersionViewSet
from placements.api_homes import ProviderViewSet
from placements.api_overview import PlacementOverviewViewSet
from sip.api import CaseViewSet
from sip.api_desk import CarrierViewSet, RatingViewSet, SavedViewViewSet
from sip.api_desk import DeskViewSet as SipDeskViewSet
from sip.api_documents import DocumentViewSet
from sip.api_meetings import MeetingViewSet, OtherPlanViewSet
from sip.api_plan import LeadViewSet, PlanViewSet

router = SimpleRouter(use_regex_path=False)
router.register("huvudman", HuvudmanViewSet, basename="huvudman")
router.register("myndigheter", AuthorityViewSet, basename="authority")
router.register("verksamheter", UnitViewSet, basename="unit")
router.register("samordningsgrupper", GroupViewSet, basename="group")
router.register("overenskommelser", AgreementViewSet, basename="agreement")
OF_AN_AGREEMENT = "overenskommelser/<slug:agreement_key>"
router.register(f"{OF_AN_AGREEMENT}/partsbeslut", DecisionViewSet, basename="party_decision")
router.register(f"{OF_AN_AGREEMENT}/lokala-dokument", LocalDocumentViewSet, basename="local_document")
router.register(f"{OF_AN_AGREEMENT}/rundor", RoundViewSet, basename="round")
router.register(f"{OF_AN_AGREEMENT}/andringar", AmendmentViewSet, basename="amendment")
router.register("sip", CaseViewSet, basename="sip")
router.register("sip/handlaggare", SipDeskViewSet, basename="sip-desk")
router.register("sip/vyer", SavedViewViewSet, basename="sip-saved-view")
router.register("sip/omdomen", RatingViewSet, basename="sip-rating")
router.register("sip/<uuid:case_id>/handlaggare", CarrierViewSet, basename="sip-carrier")
router.register("sip/<uuid:case_id>/moten", MeetingViewSet, basename="sip-meeting")
router.register("sip/<uuid:case_id>/andra-planer", OtherPlanViewSet, basename="sip-other-plan")
router.register("sip/<uuid:case_id>/plan", PlanViewSet, basename="sip-plan")
router.register("sip/<uuid:case_id>/ansvar", LeadViewSet, basename="sip-lead")
router.register("sip/<uuid:case_id>/dokument", DocumentViewSet, basename="sip-document")
router.register("avvikelser", DeviationViewSet, basename="deviation")
router.register("gemensam-hantering", JointViewSet, basename="joint")
router.register("gruppens-avvikelser", DeskViewSet, basename="desk")
router.register("monster", PatternViewSet, basename="pattern")
router.register("forbattringar", ImprovementViewSet, basename="improvement")
router.register("placeringar", PlacementViewSet, basename="placement")
router.register("placeringar/<uuid:placement_id>/ansvarsforbindelser", VersionViewSet, basename="ansvarsforbindelse")
router.register("kontrollkoder", CodeViewSet, basename="document-code")
router.register("placeringsoversikt", PlacementOverviewViewSet, basename="placement-overview")
router.register("boenden", ProviderViewSet, basename="provider")
router.register("tvister", DisputeViewSet, basename="dispute")
router.register("siffror", FigureViewSet, basename="figure")
router.register("gruppmoten", GroupMeetingViewSet, basename="group-meeting")
router.register("gruppbeslut", GroupDecisionViewSet, basename="group-decision")
router.register("adjungerade", CoOptedViewSet, basename="co-opted")
router.register("arliga-uppfoljningar", CampaignViewSet, basename="campaign")
router.register("gruppuppfoljningar", GroupReportViewSet, basename="group-report")
router.register("lanets-sammanstallningar", RegionalReportViewSet, basename="regional-report")
router.register("publicerat", PublicationViewSet, basename="publication")
router.register("lanets-uppfoljningar", RegionalVersionViewSet, basename="regional-version")
router.register("prioriteringar", PriorityViewSet, basename="priority")
router.register("uppdrag", BoardTaskViewSet, basename="board-task")
router.register("indikatorer", IndicatorViewSet, basename="indicator")
router.register("frister", ClockViewSet, basename="clock")


class Document(SpectacularAPIView):
    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer]
    schema = None


@policy(PUBLIC)
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """The API on one page, made from the same document that machines read."""
    return render(request, "halland/api.html", {"groups": _groups()})


@lru_cache(maxsize=1)
def _groups() -> list[dict[str, Any]]:
    document = SchemaGenerator().get_schema(request=None, public=True)
    groups: dict[str, list[dict[str, Any]]] = {}
    for address, operations in document["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(operation["tags"][0], []).append(
                {
                    "method": method.upper(),
                    "address": address,
                    "summary": operation.get("summary", ""),
                    "text": operation.get("description", ""),
                    "parameters": [p for p in operation.get("parameters", []) if p["in"] == "query"],
                }
            )
    return [{"name": name, "operations": found} for name, found in groups.items()]


urlpatterns = [
    path("", reference, name="api_reference"),
    path("schema/", policy(API_PUBLIC)(Document.as_view()), name="api_schema"),
    path("", include(router.urls)),
]
