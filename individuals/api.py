"""Persons, consent and disclosure as the API tells and takes them. Reached only through a case (see `sip.api`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from rest_framework import serializers

from core.acting import Actor
from individuals.actions import GuardianFacts, Receivers, describe_person, register_person, set_guardians
from individuals.consent import Given
from individuals.identity import Identity, WrongNumber, read_number, read_reserve_number
from individuals.kinds import BasisKind, Category, Giver, IdentityKind, Manner, Protection, Sex
from individuals.models import Basis, BasisScope, ConsentGiver, Event, Guardian, Person, Piece
from organisations.models import Authority, Huvudman, Unit

LONG = 2_000
"""Longest free text of a field; a piece has its own limit."""


# --- told -------------------------------------------------------------------------------------------------------------
class PersonSerializer(serializers.ModelSerializer[Person]):
    class Meta:
        model = Person
        fields = [
            "id", "identity_kind", "identity_number", "born_on", "sex", "first_name", "last_name", "protection",
            "interpreter",
        ]  # fmt: skip


class OwnFields:
    """Some fields are told only to the unit that wrote them: nobody was given them. The context tells whose it is."""

    own_fields: tuple[str, ...] = ()

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()  # type: ignore[misc]
        for name in self.own_fields:
            fields[name].required = False
            if not self.context.get("own", True):  # type: ignore[attr-defined]
                del fields[name]
        return fields


class GuardianSerializer(OwnFields, serializers.ModelSerializer[Guardian]):
    own_fields = ("not_called_reason",)

    class Meta:
        model = Guardian
        fields = ["id", "name", "is_called", "not_called_reason"]


class ScopeSerializer(serializers.ModelSerializer[BasisScope]):
    class Meta:
        model = BasisScope
        fields = ["huvudman", "authority", "unit", "is_excluded"]


class GiverSerializer(serializers.ModelSerializer[ConsentGiver]):
    class Meta:
        model = ConsentGiver
        fields = ["giver", "guardian", "name", "manner", "given_on"]


class BasisSerializer(OwnFields, serializers.ModelSerializer[Basis]):
    """The ground each party stands on. What is withheld isn't told to those it is withheld from."""

    scopes = ScopeSerializer(many=True)
    givers = GiverSerializer(many=True)
    own_fields = ("withheld", "decided_by", "child_alone_reason", "withdrawn_note", "scopes", "givers")

    class Meta:
        model = Basis
        fields = [
            "id", "kind", "purpose", "categories", "valid_from", "expires_at", "withdrawn_at", "withheld", "decided_by",
            "child_alone_reason", "withdrawn_note", "scopes", "givers",
        ]  # fmt: skip


class PieceSerializer(serializers.ModelSerializer[Piece]):
    class Meta:
        model = Piece
        fields = ["id", "category", "version", "text", "written_by", "is_restricted", "changed_at"]


class EventSerializer(serializers.ModelSerializer[Event]):
    class Meta:
        model = Event
        fields = ["at", "what", "text", "unit"]


# --- taken ------------------------------------------------------------------------------------------------------------
class PersonInput(serializers.Serializer[Any]):
    """A person as another system gives it. The number tells kind, birth date and sex where it can."""

    identity_kind = serializers.ChoiceField(IdentityKind.choices)
    identity_number = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    born_on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="När numret inte säger det."
    )
    sex = serializers.ChoiceField(Sex.choices, default=Sex.UNKNOWN, help_text="När numret inte säger det.")
    first_name = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    last_name = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    protection = serializers.ChoiceField(Protection.choices, default=Protection.NONE)
    interpreter = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        today, kind, typed = self.context["today"], values["identity_kind"], values["identity_number"]
        if values["born_on"] is not None and not 0 <= (today - values["born_on"]).days < 130 * 366:
            raise serializers.ValidationError({"born_on": ["Kontrollera födelsedatumet."]})
        if kind == IdentityKind.UNIDENTIFIED:
            if typed:
                raise serializers.ValidationError({"identity_number": ["En okänd person har inget nummer."]})
            return values
        try:
            identity = read_reserve_number(typed) if kind == IdentityKind.RESERVE else read_number(typed, today=today)
        except WrongNumber as wrong:
            raise serializers.ValidationError({"identity_number": [str(wrong)]}) from None
        return values | self._told_by(identity, values)

    @staticmethod
    def _told_by(identity: Identity, values: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {"identity_kind": identity.kind, "identity_number": identity.number}
        if identity.kind != IdentityKind.RESERVE:
            told |= {"born_on": identity.born_on or values["born_on"], "sex": identity.sex}
        return told


class GuardianInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=150)
    is_called = serializers.BooleanField(default=True)
    not_called_reason = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if values["is_called"] == bool(values["not_called_reason"]):
            raise serializers.ValidationError(
                {"not_called_reason": ["Skriv varför, om och bara om vårdnadshavaren inte kallas."]}
            )
        return values


def named_guardians(person: Person, given: list[dict[str, Any]]) -> list[GuardianFacts]:
    """The guardians of a request. One whose name is recorded already is the same one."""
    recorded = {guardian.name.casefold(): guardian.pk for guardian in person.guardians.all()}
    return [GuardianFacts(**one, guardian_id=recorded.get(one["name"].casefold())) for one in given]


def registered(given: dict[str, Any], *, by: Actor, now: datetime) -> Person:
    """The person and guardians that a request to begin names, recorded for the acting unit."""
    person = Person(unit_id=by.unit_id, created_at=now, **given["person"])
    person = register_person(person=person, by=by)
    if given["guardians"]:
        set_guardians(person=person, guardians=named_guardians(person, given["guardians"]), by=by, now=now)
    return person


class PersonChangeInput(serializers.Serializer[Any]):
    """What may change once a person is recorded. What is left out stays; given guardians replace those there are."""

    first_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    protection = serializers.ChoiceField(Protection.choices, required=False)
    interpreter = serializers.CharField(max_length=200, required=False, allow_blank=True)
    guardians = GuardianInput(many=True, required=False)

    DESCRIPTION = ("first_name", "last_name", "protection", "interpreter")


def described(person: Person, given: dict[str, Any], *, by: Actor, now: datetime) -> None:
    """Change what a `PersonChangeInput` names: a person's facts, and the guardians; all of it or nothing."""
    names = PersonChangeInput.DESCRIPTION
    values = {name: given.get(name, getattr(person, name)) for name in names}
    with transaction.atomic():
        describe_person(person=person, by=by, **values | {"protection": Protection(values["protection"])})
        if "guardians" in given:
            set_guardians(person=person, guardians=named_guardians(person, given["guardians"]), by=by, now=now)


class ReceiversInput(serializers.Serializer[Any]):
    huvudmen = serializers.PrimaryKeyRelatedField(queryset=Huvudman.objects.all(), many=True, required=False)
    authorities = serializers.PrimaryKeyRelatedField(queryset=Authority.objects.all(), many=True, required=False)
    units = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.all(), many=True, required=False)


def named(receivers: dict[str, Any]) -> list[Huvudman | Authority | Unit]:
    """The receivers of a `ReceiversInput`, each once."""
    found = [one for kind in ("huvudmen", "authorities", "units") for one in receivers.get(kind, [])]
    return list(dict.fromkeys(found))


class GivenInput(serializers.Serializer[Any]):
    giver = serializers.ChoiceField(Giver.choices)
    manner = serializers.ChoiceField(Manner.choices)
    given_on = serializers.DateField()
    guardian = serializers.PrimaryKeyRelatedField(
        queryset=Guardian.objects.none(), required=False, allow_null=True, default=None
    )
    name = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")

    def get_fields(self) -> dict[str, Any]:
        # Only the person's own guardians can be named: any other id doesn't exist here.
        fields: dict[str, Any] = super().get_fields()
        of_person: QuerySet[Guardian] | None = self.context.get("guardians")
        if of_person is not None:
            fields["guardian"].queryset = of_person
        return fields

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if (values["giver"] == Giver.GUARDIAN) != (values["guardian"] is not None):
            raise serializers.ValidationError({"guardian": ["Ange vilken vårdnadshavare, och bara för en sådan."]})
        return values

    @staticmethod
    def as_given(values: dict[str, Any]) -> Given:
        guardian = values["guardian"]
        return Given(
            Giver(values["giver"]), Manner(values["manner"]), values["given_on"],
            guardian_id=guardian.pk if guardian else None, name=values["name"],
        )  # fmt: skip


class BasisInput(serializers.Serializer[Any]):
    """A consent, or a ground from the closed list."""

    kind = serializers.ChoiceField(BasisKind.choices)
    purpose = serializers.CharField(max_length=LONG)
    categories = serializers.ListField(
        child=serializers.ChoiceField(Category.choices), allow_empty=False, max_length=len(Category)
    )
    receivers = ReceiversInput()
    excluded = ReceiversInput(required=False, default=dict)
    until = serializers.DateField(help_text="Sista dagen det gäller.")
    given = GivenInput(many=True, required=False, default=list)
    withheld = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")
    child_alone_reason = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")
    decided_by = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    version = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=2**31 - 1)

    @staticmethod
    def as_facts(values: dict[str, Any]) -> dict[str, Any]:
        """What a chapter's `Consent` is made of."""
        return {name: value for name, value in values.items() if name not in ("excluded", "version")} | {
            "kind": BasisKind(values["kind"]),
            "categories": [Category(one) for one in values["categories"]],
            "receivers": Receivers(named(values["receivers"]), named(values["excluded"])),
            "given": [GivenInput.as_given(one) for one in values["given"]],
        }

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        givers = [(one["giver"], one["guardian"]) for one in values["given"]]
        if len(set(givers)) != len(givers):
            raise serializers.ValidationError({"given": ["Samma person kan bara samtycka en gång."]})
        both = set(named(values["receivers"])) & set(named(values["excluded"]))
        if both:
            raise serializers.ValidationError({"excluded": ["En mottagare kan inte både få och undantas."]})
        return values


class PieceInput(serializers.Serializer[Any]):
    category = serializers.ChoiceField(Category.choices)
    text = serializers.CharField(max_length=10_000, allow_blank=True, help_text="Tom text tar bort uppgiften.")
