"""Agreements as data, and what helps people to find their way in them."""

from agreements.models.agreement import (
    Agreement,
    AgreementPart,
    AgreementParty,
    PackLoad,
    Provision,
    TargetGroup,
    TermVersion,
    UnknownTerm,
)
from agreements.models.decisions import PartyDecision, Prolongation
from agreements.models.guidance import Abbreviation, Coverage, Definition, HousingStep, WordGroup
from agreements.models.local import LocalDocument
from agreements.models.responsibilities import Responsibility, ResponsibilityArea
from agreements.models.revision import (
    AmendedProvision,
    AmendedTerm,
    Amendment,
    AmendmentDecision,
    RevisionRound,
    RoundComment,
)
from agreements.models.rules import AgendaPoint, CostRule, DisputeLevel, Indicator, SipParty

__all__ = [
    "Abbreviation",
    "AgendaPoint",
    "Agreement",
    "AgreementPart",
    "AgreementParty",
    "AmendedProvision",
    "AmendedTerm",
    "Amendment",
    "AmendmentDecision",
    "CostRule",
    "Coverage",
    "Definition",
    "DisputeLevel",
    "HousingStep",
    "Indicator",
    "LocalDocument",
    "PackLoad",
    "PartyDecision",
    "Prolongation",
    "Provision",
    "Responsibility",
    "ResponsibilityArea",
    "RevisionRound",
    "RoundComment",
    "SipParty",
    "TargetGroup",
    "TermVersion",
    "UnknownTerm",
    "WordGroup",
]
