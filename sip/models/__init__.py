"""The rows of chapter 4.1."""

from sip.models.case import Call, SipCase
from sip.models.desk import Carrier, SavedView
from sip.models.follow_up import FollowUp, GoalOutcome, MeasureOutcome
from sip.models.meeting import Attendee, Meeting, MeetingCall, MeetingGuest, MeetingNotes, MeetingTime
from sip.models.other_plan import OtherPlan
from sip.models.plan import Commitment, Goal, LeadOffer, Measure, Plan, PlanContact, PlanDisclosure, PlanText
from sip.models.rating import Rating, RatingCode

__all__ = [
    "Attendee",
    "Call",
    "Carrier",
    "Commitment",
    "FollowUp",
    "Goal",
    "GoalOutcome",
    "LeadOffer",
    "Measure",
    "MeasureOutcome",
    "Meeting",
    "MeetingCall",
    "MeetingGuest",
    "MeetingNotes",
    "MeetingTime",
    "OtherPlan",
    "Plan",
    "PlanContact",
    "PlanDisclosure",
    "PlanText",
    "Rating",
    "RatingCode",
    "SavedView",
    "SipCase",
]
