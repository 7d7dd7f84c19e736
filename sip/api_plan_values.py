"""What the API tells and takes of a plan: serializers only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from core.api import VERSION
from organisations.models import Unit
from sip.actions import MeasureFacts, Told
from sip.kinds import Doer, FollowUpDecision, GoalResult, GoalSpan, MeasureResult, PlanTextKind
from sip.models import Commitment, FollowUp, Goal, LeadOffer, Measure, MeasureOutcome, Plan, PlanContact, PlanText
from sip.plan_panels import GoalShown, MeasureShown, PlanShown

SEEN: dict[str, Any] = VERSION | {"min_value": 0, "help_text": "Den version du såg, 0 om det inte fanns någon."}
WORDS: dict[str, Any] = {"max_length": 2_000}
MAYBE: dict[str, Any] = {**WORDS, "required": False, "allow_blank": True, "default": ""}
MANY = 200
"""Rows of one kind that are taken in one go."""


# --- told -------------------------------------------------------------------------------------------------------------
class PlanRowSerializer(serializers.ModelSerializer[Plan]):
    class Meta:
        model = Plan
        fields = [
            "id", "number", "state", "version", "changed_at", "opened_at", "opened_unit", "next_follow_up_on",
            "established_at", "lead_unit", "ended_at",
        ]  # fmt: skip


class PlanTextSerializer(serializers.ModelSerializer[PlanText]):
    class Meta:
        model = PlanText
        fields = ["kind", "text", "version", "changed_at", "changed_unit"]


class PlanContactSerializer(serializers.ModelSerializer[PlanContact]):
    class Meta:
        model = PlanContact
        fields = ["unit", "name", "phone", "version"]


class MeasureOutcomeSerializer(serializers.ModelSerializer[MeasureOutcome]):
    class Meta:
        model = MeasureOutcome
        fields = ["result", "why", "at", "by_unit"]


class MeasureSerializer(serializers.ModelSerializer[Measure]):
    """A measure, how it goes, and the section of the agreement that says who answers."""

    outcome = serializers.SerializerMethodField()
    is_confirmed = serializers.SerializerMethodField()
    section = serializers.SerializerMethodField()

    class Meta:
        model = Measure
        fields = [
            "id", "line", "what", "doer", "unit", "who", "due_on", "is_proposal", "written_unit", "withheld_from",
            "responsibility", "version", "is_confirmed", "outcome", "section",
        ]  # fmt: skip

    def _shown(self, measure: Measure) -> MeasureShown:
        found: MeasureShown = self.context["measures"][measure.pk]
        return found

    def get_is_confirmed(self, measure: Measure) -> bool:
        return self._shown(measure).is_confirmed

    def get_section(self, measure: Measure) -> str:
        return self._shown(measure).section

    @extend_schema_field(MeasureOutcomeSerializer(allow_null=True))
    def get_outcome(self, measure: Measure) -> Any:
        outcome = self._shown(measure).outcome
        return MeasureOutcomeSerializer(outcome).data if outcome else None


class GoalSerializer(serializers.ModelSerializer[Goal]):
    """A goal with its measures, of those the acting unit may read."""

    result = serializers.SerializerMethodField(help_text="Från den senaste uppföljningen.")
    comment = serializers.SerializerMethodField()
    measures = serializers.SerializerMethodField()

    class Meta:
        model = Goal
        fields = ["id", "line", "words", "elaboration", "span", "version", "result", "comment", "measures"]

    def _shown(self, goal: Goal) -> GoalShown:
        found: GoalShown = self.context["goals"][goal.pk]
        return found

    @extend_schema_field(serializers.ChoiceField(GoalResult.choices, allow_null=True))
    def get_result(self, goal: Goal) -> str | None:
        outcome = self._shown(goal).outcome
        return outcome.result if outcome else None

    def get_comment(self, goal: Goal) -> str:
        outcome = self._shown(goal).outcome
        return outcome.comment if outcome else ""

    @extend_schema_field(MeasureSerializer(many=True))
    def get_measures(self, goal: Goal) -> Any:
        measures = [one.measure for one in self._shown(goal).measures]
        return MeasureSerializer(measures, many=True, context=self.context).data


class CommitmentSerializer(serializers.ModelSerializer[Commitment]):
    class Meta:
        model = Commitment
        fields = ["unit", "state", "confirmed_at"]


class FollowUpSerializer(serializers.ModelSerializer[FollowUp]):
    class Meta:
        model = FollowUp
        fields = ["held_on", "changed_needs", "decision", "next_on", "recorded_at", "recorded_unit"]


class PlanSerializer(PlanRowSerializer):
    """One version as the acting unit may read it. The context comes from `told`."""

    texts = serializers.SerializerMethodField()
    goals = serializers.SerializerMethodField()
    contacts = serializers.SerializerMethodField()
    commitments = serializers.SerializerMethodField()
    follow_ups = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField(help_text="Vad som återstår innan utkastet kan fastställas.")

    class Meta(PlanRowSerializer.Meta):
        fields = [
            *PlanRowSerializer.Meta.fields, "texts", "goals", "contacts", "commitments", "follow_ups", "missing",
        ]  # fmt: skip

    @staticmethod
    def told(shown: PlanShown, missing: Iterable[str]) -> Any:
        """The version as JSON."""
        context = {
            "shown": shown,
            "goals": {one.goal.pk: one for one in shown.goals},
            "measures": {one.measure.pk: one for one in shown.measures},
            "missing": list(map(str, missing)),
        }
        return PlanSerializer(shown.plan, context=context).data

    @extend_schema_field(PlanTextSerializer(many=True))
    def get_texts(self, plan: Plan) -> Any:
        return PlanTextSerializer(self.context["shown"].texts.values(), many=True).data

    @extend_schema_field(GoalSerializer(many=True))
    def get_goals(self, plan: Plan) -> Any:
        goals = [one.goal for one in self.context["shown"].goals]
        return GoalSerializer(goals, many=True, context=self.context).data

    @extend_schema_field(PlanContactSerializer(many=True))
    def get_contacts(self, plan: Plan) -> Any:
        return PlanContactSerializer(self.context["shown"].contacts, many=True).data

    @extend_schema_field(CommitmentSerializer(many=True))
    def get_commitments(self, plan: Plan) -> Any:
        return CommitmentSerializer(self.context["shown"].commitments, many=True).data

    @extend_schema_field(FollowUpSerializer(many=True))
    def get_follow_ups(self, plan: Plan) -> Any:
        return FollowUpSerializer(self.context["shown"].follow_ups, many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_missing(self, plan: Plan) -> list[str]:
        missing: list[str] = self.context["missing"]
        return missing


class WordsSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["same", "gone", "new"])
    text = serializers.CharField()


class ChangeSerializer(serializers.Serializer[Any]):
    """One thing that differs between two versions, word by word."""

    about = serializers.CharField()
    what = serializers.ChoiceField(["new", "gone", "changed"])
    words = WordsSerializer(many=True)
    lines = serializers.ListField(child=serializers.CharField())


class LeadOfferSerializer(serializers.ModelSerializer[LeadOffer]):
    class Meta:
        model = LeadOffer
        fields = ["id", "from_unit", "to_unit", "reason", "state", "offered_at", "answered_at", "answer"]


@extend_schema_serializer(many=False)
class LeadSerializer(serializers.Serializer[Any]):
    """Who has the overall responsibility, who is asked to take over, and who can be asked."""

    unit = serializers.UUIDField()
    offer = LeadOfferSerializer(allow_null=True)
    candidates = serializers.ListField(child=serializers.UUIDField())


# --- taken ------------------------------------------------------------------------------------------------------------
class TextInput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(PlanTextKind.choices)
    text = serializers.CharField(max_length=10_000, allow_blank=True, help_text="Tomt tar bort texten.")
    version = serializers.IntegerField(**SEEN)


class ContactPersonInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=150)
    phone = serializers.CharField(max_length=50, required=False, allow_blank=True, default="")
    version = serializers.IntegerField(**SEEN)


class DayInput(serializers.Serializer[Any]):
    day = serializers.DateField()
    version = serializers.IntegerField(**VERSION)


class GoalWords(serializers.Serializer[Any]):
    words = serializers.CharField(**WORDS)
    elaboration = serializers.CharField(**MAYBE)
    span = serializers.ChoiceField(GoalSpan.choices, required=False, default=GoalSpan.SHORT)


class NewGoalInput(GoalWords):
    line = serializers.UUIDField(help_text="Väljs av dig. Samma igen ger samma mål.")


class GoalInput(GoalWords):
    version = serializers.IntegerField(**VERSION)


class MeasureWords(serializers.Serializer[Any]):
    """For another unit it is a proposal, until that unit takes it on."""

    what = serializers.CharField(**WORDS)
    doer = serializers.ChoiceField(Doer.choices)
    unit = serializers.PrimaryKeyRelatedField(
        queryset=Unit.objects.all(), required=False, allow_null=True, default=None
    )
    who = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    responsibility = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    withheld_from = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=MANY,
        help_text="Verksamheter som insatsen inte finns för.",
    )  # fmt: skip

    def validate_withheld_from(self, ids: list[UUID]) -> list[Unit]:
        found = list(Unit.objects.filter(pk__in=ids))
        if len(found) != len(set(ids)):
            raise serializers.ValidationError("En av verksamheterna finns inte.")
        return found

    @classmethod
    def facts(cls, given: dict[str, Any]) -> MeasureFacts:
        """What the actions take."""
        names = ("what", "unit", "who", "due_on", "responsibility", "withheld_from")
        return MeasureFacts(doer=Doer(given["doer"]), **{name: given[name] for name in names})


class NewMeasureInput(MeasureWords):
    line = serializers.UUIDField(help_text="Väljs av dig. Samma igen ger samma insats.")


class MeasureInput(MeasureWords):
    version = serializers.IntegerField(**VERSION)


class NumberInput(serializers.Serializer[Any]):
    number = serializers.IntegerField(min_value=1, max_value=2**15 - 1, help_text="Den version av planen du läste.")


class ProgressInput(serializers.Serializer[Any]):
    result = serializers.ChoiceField(MeasureResult.choices)
    why = serializers.CharField(**MAYBE)


class MeasureToldInput(ProgressInput):
    measure = serializers.UUIDField()


class GoalToldInput(serializers.Serializer[Any]):
    goal = serializers.UUIDField()
    result = serializers.ChoiceField(GoalResult.choices)
    comment = serializers.CharField(**MAYBE)


class FollowUpInput(NumberInput):
    held_on = serializers.DateField()
    goals = GoalToldInput(many=True)
    measures = MeasureToldInput(many=True)
    changed_needs = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")
    decision = serializers.ChoiceField(FollowUpDecision.choices)
    next_on = serializers.DateField(required=False, allow_null=True, default=None)

    @classmethod
    def facts(cls, given: dict[str, Any]) -> dict[str, Any]:
        """The arguments of `record_follow_up`."""
        held_on: date = given["held_on"]
        return {
            "number": given["number"],
            "held_on": held_on,
            "goals": {one["goal"]: (GoalResult(one["result"]), one["comment"]) for one in given["goals"]},
            "measures": told(given["measures"]),
            "changed_needs": given["changed_needs"],
            "decision": FollowUpDecision(given["decision"]),
            "next_on": given["next_on"],
        }


class LeadInput(serializers.Serializer[Any]):
    to_unit = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.all())
    reason = serializers.CharField(**WORDS)


class LeadAnswerInput(serializers.Serializer[Any]):
    accept = serializers.BooleanField()
    answer = serializers.CharField(**MAYBE)


def told(rows: Iterable[dict[str, Any]]) -> dict[UUID, Told]:
    """How each measure goes, as the actions take it."""
    return {one["measure"]: Told(MeasureResult(one["result"]), one["why"]) for one in rows}
