"""Deviations at the reporting unit, their routine, their de-identified text, and, apart from them, the group's desk."""

from deviations.models.deidentified import CheckHit, DeidentifiedText
from deviations.models.deviation import Attachment, Deviation, DeviationEvent, HandlingStep
from deviations.models.joint import JointHandling
from deviations.models.routine import Routine, RoutineStep
from deviations.models.shared import Improvement, Pattern, SharedDeviation

__all__ = [
    "Attachment",
    "CheckHit",
    "DeidentifiedText",
    "Deviation",
    "DeviationEvent",
    "HandlingStep",
    "Improvement",
    "JointHandling",
    "Pattern",
    "Routine",
    "RoutineStep",
    "SharedDeviation",
]
