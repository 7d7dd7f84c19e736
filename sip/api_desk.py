"""The unit's own work through the API: who carries which case, handing over, saved views; and what people answered.

The same rules, actions and figures as the pages (SIP-10, SIP-11).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import QueryDict
from drf_spectacular.utils import extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import Acting
from core.authz import NotAllowed, Refused
from core.policy import API, Access
from deadlines.api import API_CASES
from organisations.kinds import MANAGERS
from organisations.models import User
from sip import actions, ratings
from sip.api import TAG
from sip.api_shared import OfCase
from sip.carriers import colleagues, loads
from sip.forms.listing import chosen_filters
from sip.models import Carrier, SavedView
from sip.permissions import HANDS_OVER

API_MANAGERS = Access("api_managers", machine=True, roles=frozenset(map(str, MANAGERS)))
"""The API for those who divide their unit's work."""


# --- told -------------------------------------------------------------------------------------------------------------
class ColleagueSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="pk")
    name = serializers.CharField(source="__str__")


class LoadSerializer(serializers.Serializer[Any]):
    """What one person carries of the unit's open cases. Without `user`: what nobody carries."""

    user = serializers.UUIDField(source="user.pk", allow_null=True, default=None)
    name = serializers.CharField()
    works_here = serializers.BooleanField(help_text="Nej: personen har slutat i verksamheten, och någon måste ta över.")
    count = serializers.IntegerField()
    late = serializers.IntegerField(help_text="Så många av dem har en frist som har gått ut.")
    next_due_at = serializers.DateTimeField(allow_null=True)


class HandedOverSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="Så många ärenden gick över.")


@extend_schema_serializer(many=False)
class CarrierSerializer(serializers.Serializer[Any]):
    """Who carries the case at the acting unit: how other units divide their work is their own matter."""

    user = serializers.UUIDField(source="carried.user_id", allow_null=True, default=None)
    name = serializers.CharField(source="carried.user.__str__", default="")
    since_at = serializers.DateTimeField(source="carried.since_at", allow_null=True, default=None)
    reason = serializers.CharField(source="carried.reason", default="")
    colleagues = ColleagueSerializer(many=True, help_text="De som kan ta över.")


class ViewSerializer(serializers.ModelSerializer[SavedView]):
    class Meta:
        model = SavedView
        fields = ["id", "name", "query"]


class SummarySerializer(serializers.Serializer[Any]):
    """Means from 1 (no, not at all) to 4 (yes, wholly)."""

    year = serializers.IntegerField()
    municipality = serializers.UUIDField(source="municipality_id")
    target_group = serializers.CharField()
    answers = serializers.IntegerField(min_value=5)
    participation = serializers.FloatField(help_text="Fick du vara med och bestämma?")
    clarity = serializers.FloatField(help_text="Är det tydligt vem som gör vad?")
    usefulness = serializers.FloatField(help_text="Är planen till hjälp?")


# --- taken ------------------------------------------------------------------------------------------------------------
class ToColleagueInput(serializers.Serializer[Any]):
    to_user = serializers.UUIDField(help_text="En kollega som arbetar i er verksamhet.")
    reason = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        default="",
        help_text="Till exempel semester. Skriv inget om personen. Bara er verksamhet ser det.",
    )


class AllToColleagueInput(ToColleagueInput):
    from_user = serializers.UUIDField(allow_null=True, help_text="null: ärendena som ingen handlägger.")


class ViewInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60, help_text="Samma namn igen ersätter den vy som fanns.")
    query = serializers.CharField(
        max_length=2_000,
        allow_blank=True,
        help_text="Valen som de står i listans adress: frist=mote&vem=jag. Sökord och annat sparas inte.",
    )


# --- addresses --------------------------------------------------------------------------------------------------------
class Dividing(Acting):
    """What hands work to a colleague."""

    def colleague(self, user_id: UUID) -> User:
        """The colleague. Raises `Refused` alike for who works elsewhere and for who doesn't exist."""
        found = {one.pk: one for one in colleagues(self.by, self.now)}
        if user_id not in found:
            raise Refused("Personen arbetar inte i er verksamhet. Välj en kollega.", field="to_user")
        return found[user_id]


@extend_schema_view(
    list=extend_schema(
        **TAG,
        operation_id="sip_desk_list",
        summary="Verksamhetens pågående ärenden, per handläggare",
        responses=LoadSerializer(many=True),
    ),
    create=extend_schema(
        **TAG,
        operation_id="sip_desk_hand_over",
        summary="Lämna över en kollegas alla ärenden",
        description="Den som tar över får ett meddelande.",
        request=AllToColleagueInput,
        responses={200: HandedOverSerializer},
    ),
)
class DeskViewSet(Dividing, viewsets.GenericViewSet[Carrier]):
    """Vem som handlägger vad i den egna verksamheten, för dess chefer."""

    access = API_MANAGERS
    queryset = Carrier.objects.all()  # For the document only.
    serializer_class = LoadSerializer
    pagination_class = None
    filter_backends: list[Any] = []

    def list(self, request: Request) -> Response:
        return Response(LoadSerializer(loads(self.by, self.now, colleagues(self.by, self.now)), many=True).data)

    def create(self, request: Request) -> Response:
        given = self.read(AllToColleagueInput)
        from_user = None
        if given["from_user"] is not None:
            carrying = {load.user.pk: load.user for load in loads(self.by, self.now, []) if load.user}
            from_user = carrying.get(given["from_user"])
            if from_user is None:
                raise Refused("Personen har inga pågående ärenden hos er.", field="from_user")
        count = actions.hand_over_all(
            from_user=from_user,
            to_user=self.colleague(given["to_user"]),
            reason=given["reason"],
            by=self.by,
            now=self.now,
        )
        return Response(HandedOverSerializer({"count": count}).data)


@extend_schema_view(
    list=extend_schema(**TAG, summary="Vem hos er som handlägger ärendet", responses=CarrierSerializer),
    create=extend_schema(
        **TAG,
        summary="Lämna över ärendet till en kollega",
        description="Den som tar över får ett meddelande.",
        request=ToColleagueInput,
        responses={200: CarrierSerializer},
    ),
)
class CarrierViewSet(OfCase, Dividing, viewsets.GenericViewSet[Carrier]):
    """Handläggaren hos den egna verksamheten."""

    queryset = Carrier.objects.all()  # For the document only.
    serializer_class = CarrierSerializer
    pagination_class = None
    filter_backends: list[Any] = []

    def list(self, request: Request, case_id: UUID) -> Response:
        self.case()
        return self._tell(case_id)

    def create(self, request: Request, case_id: UUID) -> Response:
        if not (decision := HANDS_OVER.decide(self.by, self.case())):
            raise NotAllowed(decision.reason)
        given = self.read(ToColleagueInput)
        actions.hand_over(
            case_id=case_id,
            to_user=self.colleague(given["to_user"]),
            reason=given["reason"],
            by=self.by,
            now=self.now,
        )
        return self._tell(case_id)

    def _tell(self, case_id: UUID) -> Response:
        ours = Carrier.objects.filter(case_id=case_id, unit_id=self.by.unit_id).select_related("user")
        found: dict[str, Any] = {"colleagues": colleagues(self.by, self.now)}
        if carried := ours.first():
            found["carried"] = carried
        return Response(CarrierSerializer(found).data)


@extend_schema_view(
    list=extend_schema(**TAG, summary="Dina sparade vyer", responses=ViewSerializer(many=True)),
    create=extend_schema(
        **TAG, summary="Spara val i listan under ett namn", request=ViewInput, responses={201: ViewSerializer}
    ),
)
class SavedViewViewSet(Acting, viewsets.GenericViewSet[SavedView]):
    """Sparade vyer av ärendelistan: den egna användarens, i det här uppdragets verksamhet."""

    access = API_CASES
    queryset = SavedView.objects.all()  # For the document only.
    serializer_class = ViewSerializer
    lookup_url_kwarg, lookup_value_converter = "view_id", "uuid"
    pagination_class = None
    filter_backends: list[Any] = []

    def list(self, request: Request) -> Response:
        mine = SavedView.objects.filter(user_id=self.by.user_id, unit_id=self.by.unit_id)
        return Response(ViewSerializer(mine, many=True).data)

    def create(self, request: Request) -> Response:
        given = self.read(ViewInput)
        query = chosen_filters(QueryDict(given["query"]))
        view = actions.save_view(name=given["name"], query=query, by=self.by, now=self.now)
        return Response(ViewSerializer(view).data, status=201)

    @extend_schema(**TAG, summary="Ta bort en sparad vy", request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="ta-bort")
    def remove(self, request: Request, view_id: UUID) -> Response:
        actions.remove_view(view_id=view_id, by=self.by, now=self.now)
        return Response(status=204)


@extend_schema_view(
    list=extend_schema(
        **TAG,
        summary="Vad personerna tycker om sin plan",
        description="Bara år som är slut, och bara grupper där minst fem har svarat.",
        responses=SummarySerializer(many=True),
    )
)
class RatingViewSet(Acting, viewsets.GenericViewSet[Any]):
    """Personernas omdömen. Inget svar går att följa till en person."""

    access = API
    queryset = SavedView.objects.none()  # For the document only: answers are read through their function alone.
    serializer_class = SummarySerializer
    pagination_class = None
    filter_backends: list[Any] = []

    def list(self, request: Request) -> Response:
        return Response(SummarySerializer(ratings.summaries(), many=True).data)
