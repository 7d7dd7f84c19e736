"""What the addresses of chapter 3.5 share: what may be done, and how a shared record is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from rest_framework import serializers

from core.acting import Actor
from core.authz import Rules
from deviations.models import SharedDeviation


def told_dos(dos: type[models.TextChoices]) -> Any:
    """How the document tells of actions: each with whether the assignment may take it now, and if not why."""
    fields = {
        "do": serializers.ChoiceField(dos.choices),
        "label": serializers.CharField(),
        "allowed": serializers.BooleanField(),
        "reason": serializers.CharField(),
    }
    return type(f"{dos.__module__.split('.')[0].title()}{dos.__name__}Serializer", (serializers.Serializer,), fields)(
        many=True
    )


def as_dos(rules: Rules, by: Actor, thing: models.Model, dos: Iterable[Any]) -> list[dict[str, Any]]:
    """The actions as the answer tells them."""
    return [
        {"do": one.do, "label": one.label, "allowed": one.decision.allowed, "reason": one.decision.reason}
        for one in rules.buttons(by, thing, dos)
    ]


class SharedSerializer(serializers.ModelSerializer[SharedDeviation]):
    """A de-identified record. It names kinds of operations, never units, cases or people."""

    provision = serializers.CharField(source="provision.number")
    target_group = serializers.CharField(source="target_group.key")

    class Meta:
        model = SharedDeviation
        fields = [
            "id", "group", "state", "version", "received_on", "provision", "target_group", "from_huvudman", "from_kind",
            "about_huvudman", "about_kind", "period", "outcome", "severity", "affected", "headline", "happened",
            "analysis", "measure", "agenda_on", "group_analysis", "pattern", "lesson", "lesson_on",
        ]  # fmt: skip
