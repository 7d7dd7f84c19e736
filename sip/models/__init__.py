"""The rows of chapter 4.1."""

from sip.models.case import Call, SipCase
from sip.models.follow_up import FollowUp, GoalOutcome, MeasureOutcome
from sip.models.plan import (
    Commitment,
    Goal,
    LeadOffer,
    Measure,
    Plan,
    PlanContact,
    PlanDisclosure,
    PlanText,
)

__all__ = [
    "Call",
    "Commitment",
    "FollowUp",
    "Goal",
    "GoalOutcome",
    "LeadOffer",
    "Measure",
    "MeasureOutcome",
    "Plan",
    "PlanContact",
    "PlanDisclosure",
    "PlanText",
    "SipCase",
]
