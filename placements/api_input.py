"""What the API of placements takes: text to values, no save."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from rest_framework import serializers

from core import days
from core.api import VERSION
from individuals.api import GuardianInput, PersonInput, PieceInput
from individuals.kinds import Category
from organisations.models import Unit
from placements.actions import Home
from placements.kinds import (
    Answer,
    CloseReason,
    EndKind,
    ExaminationKind,
    ExaminationState,
    Housing,
    Law,
    Outcome,
    Registration,
    ReviewKind,
)
from placements.models import Provider
from sip.models import SipCase

LONG = 2_000


class Dated(serializers.Serializer[Any]):
    """Input with days, none of a year that can't be meant."""

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        for name, value in values.items():
            day = value.date() if isinstance(value, datetime) else value
            if isinstance(day, date) and not days.is_possible(day):
                raise serializers.ValidationError({name: [days.IMPOSSIBLE]})
        return values


class PlacementStartInput(serializers.Serializer[Any]):
    submission = serializers.UUIDField(help_text="Väljs av dig. Samma igen ger samma ärende.")
    person = PersonInput()
    guardians = GuardianInput(many=True, required=False, default=list)


class HomeInput(serializers.Serializer[Any]):
    """A home in the register, or one by name."""

    housing = serializers.ChoiceField(Housing.choices)
    provider = serializers.PrimaryKeyRelatedField(
        queryset=Provider.objects.filter(closed_on=None), required=False, allow_null=True, default=None
    )
    name = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    municipality = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")

    @staticmethod
    def as_home(given: dict[str, Any]) -> Home:
        return Home(Housing(given["housing"]), given["provider"], given["name"], given["municipality"])


class PlacementEditInput(Dated):
    """What is left out stays as it was."""

    version = serializers.IntegerField(**VERSION)
    law = serializers.ChoiceField(Law.choices, required=False)
    is_acute = serializers.BooleanField(required=False)
    target_groups = serializers.ListField(child=serializers.CharField(max_length=50), required=False, max_length=20)
    planned_start = serializers.DateField(required=False, allow_null=True)
    planned_end = serializers.DateField(required=False, allow_null=True)
    resources_exhausted = serializers.BooleanField(required=False)
    least_intrusive = serializers.BooleanField(required=False)
    outside_county = serializers.BooleanField(required=False)
    registration = serializers.ChoiceField(
        [(one.value, one.label) for one in Registration if one is not Registration.HANDED_OVER], required=False
    )
    agreement_needed = serializers.ChoiceField(Answer.choices, required=False)
    medical_unit = serializers.PrimaryKeyRelatedField(
        queryset=Unit.objects.select_related("authority__huvudman"), required=False, allow_null=True
    )
    sip = serializers.PrimaryKeyRelatedField(
        queryset=SipCase.objects.all(), required=False, allow_null=True, pk_field=serializers.UUIDField()
    )
    home = HomeInput(required=False)
    pieces = PieceInput(many=True, required=False)

    FACTS = (
        "law", "is_acute", "target_groups", "planned_start", "planned_end", "resources_exhausted", "least_intrusive",
        "outside_county", "registration", "agreement_needed", "medical_unit", "sip",
    )  # fmt: skip

    def validate_target_groups(self, keys: list[str]) -> list[str]:
        if set(keys) - self.context["target_groups"]:
            raise serializers.ValidationError("Överenskommelsen har ingen sådan målgrupp.")
        return list(dict.fromkeys(keys))

    def as_changes(self) -> dict[str, Any]:
        """The arguments of `edit`."""
        given = self.validated_data
        facts = {name: given[name] for name in self.FACTS if name in given}
        home = HomeInput.as_home(given["home"]) if "home" in given else None
        if home is not None:
            facts["housing"] = home.housing
        return {
            "version": given["version"],
            "facts": facts,
            "pieces": {Category(one["category"]): one["text"] for one in given.get("pieces", [])},
            "home": home,
        }


class ShareInput(serializers.Serializer[Any]):
    version = serializers.IntegerField(**VERSION)
    units = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.all(), many=True)


class PlacementReasonInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class BeginInput(Dated):
    started_at = serializers.DateTimeField()
    reason = serializers.CharField(
        max_length=LONG, required=False, allow_blank=True, default="",
        help_text="Behövs när ansvarsförbindelsen inte är undertecknad av båda parter.",
    )  # fmt: skip


class ReferInput(Dated):
    sent_at = serializers.DateTimeField()


class AssessInput(serializers.Serializer[Any]):
    needed = serializers.BooleanField(help_text="Boendet, eller personal det köper in, ska utföra medicinska insatser.")


class ExamineInput(Dated):
    """How far an examination has come. What it showed has no field."""

    kind = serializers.ChoiceField(ExaminationKind.choices)
    state = serializers.ChoiceField(ExaminationState.choices)
    on = serializers.DateField(required=False, allow_null=True, default=None)


class ReviewInput(Dated):
    kind = serializers.ChoiceField(ReviewKind.choices)
    on = serializers.DateField()
    outcome = serializers.ChoiceField(Outcome.choices)


class HideInput(Dated):
    decided_on = serializers.DateField()


class ReaderInput(serializers.Serializer[Any]):
    user = serializers.UUIDField(help_text="Någon som arbetar i en verksamhet som deltar.")


class MoveInput(Dated):
    home = HomeInput()
    on = serializers.DateField()
    why = serializers.CharField(max_length=LONG)


class JointFollowUpInput(Dated):
    on = serializers.DateField()
    came_to = serializers.CharField(max_length=LONG, help_text="Inget om kostnader och inga medicinska detaljer.")
    with_medical_party = serializers.BooleanField(help_text="Både kommunen och vården var med.")
    next_on = serializers.DateField(required=False, allow_null=True, default=None)


class PlanEndInput(Dated):
    planned_end = serializers.DateField()


class AftercareInput(Dated):
    on = serializers.DateField()
    note = serializers.CharField(max_length=LONG, help_text="Inget om kostnader.")


class PlacementHandOverInput(serializers.Serializer[Any]):
    done = serializers.BooleanField(help_text="Vården är överlämnad till den nya regionen.")


class EndInput(Dated):
    ended_at = serializers.DateTimeField()
    kind = serializers.ChoiceField(EndKind.choices)
    note = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")


class PlacementCloseInput(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(CloseReason.choices)


class CancelInput(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=LONG)
