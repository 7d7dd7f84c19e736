"""The terms that the portal's chapters read. A pack must give each one its scope asks for, and no unknown ones.

An agreement that is silent still gets a value: the pack writes the portal's default and says `default = true`.
"""

from __future__ import annotations

from dataclasses import dataclass

from agreements.values import TIME_UNITS, Scope, TermUnit


@dataclass(frozen=True, slots=True)
class TermSpec:
    """What a term may look like: the units its value may have, whether it is a clock, which scopes must have it."""

    units: tuple[TermUnit, ...]
    is_clock: bool
    required_in: frozenset[Scope]


EVERYWHERE = frozenset(Scope)
GENERAL = frozenset({Scope.GENERAL})


def _clock(required_in: frozenset[Scope]) -> TermSpec:
    return TermSpec(TIME_UNITS, True, required_in)


def _number(unit: TermUnit, required_in: frozenset[Scope]) -> TermSpec:
    return TermSpec((unit,), False, required_in)


TERMS: dict[str, TermSpec] = {
    "sip.acknowledge": _clock(GENERAL),
    "sip.first_contact": _clock(GENERAL),
    "sip.first_contact_urgent": _clock(GENERAL),
    "sip.draft_reminder": _clock(GENERAL),
    "sip.meeting": _clock(GENERAL),
    "sip.meeting_reply": _clock(GENERAL),
    "sip.meeting_notes": _clock(GENERAL),
    "sip.follow_up": _clock(GENERAL),
    "sip.measure_acknowledge": _clock(GENERAL),
    "sip.lead_answer": _clock(GENERAL),
    "compulsory_care.plan_renewal": _clock(GENERAL),
    "consent.max_months": _number(TermUnit.MONTHS, EVERYWHERE),
    "consent.expiry": _clock(EVERYWHERE),
    "placement.agreement_before": _clock(EVERYWHERE),
    "placement.acute_referral": _clock(EVERYWHERE),
    "placement.medical_assessment_acute": _clock(EVERYWHERE),
    "placement.agreement_after_acute": _clock(EVERYWHERE),
    "placement.agreement_expiry": _clock(EVERYWHERE),
    "placement.agreement_renegotiation": _clock(EVERYWHERE),
    "placement.cost_shares_total": _number(TermUnit.PERCENT, EVERYWHERE),
    "placement.health_examination": _clock(EVERYWHERE),
    "placement.examination_before_application": _clock(EVERYWHERE),
    "placement.review": _clock(EVERYWHERE),
    "placement.lvm_end": _clock(GENERAL),
    "placement.hidden_whereabouts_review": _clock(EVERYWHERE),
    "placement.custody_question": _clock(EVERYWHERE),
    "placement.custody_question_again": _clock(EVERYWHERE),
    "placement.joint_follow_up": _clock(EVERYWHERE),
    "placement.aftercare_plan": _clock(EVERYWHERE),
    "placement.unplanned_end": _clock(EVERYWHERE),
    "placement.end_near": _number(TermUnit.DAYS, EVERYWHERE),
    "deviation.share": _clock(EVERYWHERE),
    "deviation.feedback": _clock(EVERYWHERE),
    "deviation.interim_responsibility": _clock(EVERYWHERE),
    "deviation.improvement": _clock(EVERYWHERE),
    "dispute.level": _clock(EVERYWHERE),
    "group.meetings_per_term_min": _number(TermUnit.COUNT, GENERAL),
    "group.meetings_per_term_max": _number(TermUnit.COUNT, GENERAL),
    "group.annual_report_month": _number(TermUnit.CALENDAR_MONTH, GENERAL),
    "group.annual_report": _clock(GENERAL),
    "group.regional_report": _clock(GENERAL),
    "group.decision": _clock(GENERAL),
    "group.board_task": _clock(GENERAL),
    "report.smallest_count": _number(TermUnit.COUNT, EVERYWHERE),
    "agreement.renewal": _clock(EVERYWHERE),
    "revision.comments": _clock(EVERYWHERE),
}
