"""Organisations through the API: who there is to work with. No personal data but the names of group members."""

from __future__ import annotations

from typing import Any

import django_filters
from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets

from core.api import Declared
from core.workdays import local_day
from organisations.kinds import UnitKind
from organisations.models import Authority, CoordinationGroup, GroupMember, Huvudman, Unit


class HuvudmanSerializer(serializers.ModelSerializer[Huvudman]):
    class Meta:
        model = Huvudman
        fields = ["id", "key", "kind", "name", "organisation_number", "municipality_code"]


class AuthoritySerializer(serializers.ModelSerializer[Authority]):
    class Meta:
        model = Authority
        fields = ["id", "key", "kind", "name", "huvudman"]


class UnitSerializer(serializers.ModelSerializer[Unit]):
    huvudman = serializers.UUIDField(source="authority.huvudman_id", read_only=True)

    class Meta:
        model = Unit
        fields = [
            "id", "key", "kind", "name", "huvudman", "authority", "parent", "provider", "serves", "phone",
            "opened_on", "closed_on",
        ]  # fmt: skip


class GroupMemberSerializer(serializers.ModelSerializer[GroupMember]):
    name = serializers.CharField(source="user", read_only=True)

    class Meta:
        model = GroupMember
        fields = ["name", "represents", "is_coordinator", "mandate", "starts_on", "ends_on"]


class GroupSerializer(serializers.ModelSerializer[CoordinationGroup]):
    members = GroupMemberSerializer(many=True, read_only=True)

    class Meta:
        model = CoordinationGroup
        fields = ["id", "key", "kind", "name", "municipality", "members"]


class AuthorityFilter(django_filters.FilterSet):
    class Meta:
        model = Authority
        fields = ["huvudman", "kind"]


class UnitFilter(django_filters.FilterSet):
    huvudman = django_filters.ModelChoiceFilter(field_name="authority__huvudman", queryset=Huvudman.objects.all())
    kind = django_filters.ChoiceFilter(choices=UnitKind.choices)
    name = django_filters.CharFilter(lookup_expr="icontains", label="Del av namnet.")
    open_on = django_filters.DateFilter(method="open_that_day", label="Öppen den dagen.")

    class Meta:
        model = Unit
        fields = ["huvudman", "authority", "serves", "kind", "name", "open_on"]

    def open_that_day(self, units: Any, name: str, value: Any) -> Any:
        return units.open(value)


@extend_schema(tags=["Organisationer"])
class HuvudmanViewSet(Declared, viewsets.ReadOnlyModelViewSet[Huvudman]):
    """Region och kommuner som är bundna av en överenskommelse."""

    queryset = Huvudman.objects.order_by("kind", "name")
    serializer_class = HuvudmanSerializer


@extend_schema(tags=["Organisationer"])
class AuthorityViewSet(Declared, viewsets.ReadOnlyModelViewSet[Authority]):
    """Myndigheter: var och en är en egen gräns för sekretess."""

    queryset = Authority.objects.order_by("key")
    serializer_class = AuthoritySerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = AuthorityFilter


@extend_schema(tags=["Organisationer"])
class UnitViewSet(Declared, viewsets.ReadOnlyModelViewSet[Unit]):
    """Verksamheter som kan ta initiativ till och kallas till en SIP."""

    queryset = Unit.objects.select_related("authority").prefetch_related("serves").order_by("key")
    serializer_class = UnitSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = UnitFilter


@extend_schema(tags=["Organisationer"])
class GroupViewSet(Declared, viewsets.ReadOnlyModelViewSet[CoordinationGroup]):
    """Samordningsgrupper med de ledamöter som har uppdrag i dag."""

    serializer_class = GroupSerializer
    queryset = CoordinationGroup.objects.order_by("key")

    def get_queryset(self) -> QuerySet[CoordinationGroup]:
        today = local_day(self.request.now)  # type: ignore[attr-defined]
        members = (
            GroupMember.objects.filter(Q(ends_on=None) | Q(ends_on__gt=today), starts_on__lte=today)
            .select_related("user")
            .order_by("user__last_name", "user__first_name")
        )
        return super().get_queryset().prefetch_related(Prefetch("members", members))


class ActingAuthenticationScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document tells of the two ways to log in."""

    target_class = "organisations.api_login.ActingAuthentication"
    name = ["session", "token"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        return [
            {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
            {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token <nyckel>"},
        ]
