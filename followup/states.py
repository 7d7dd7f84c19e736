"""The transition tables of this chapter. Diagrams in docs/states are drawn from them."""

from core.diagrams import Diagram
from followup.kinds import (
    DecisionDo,
    DecisionState,
    MeetingDo,
    MeetingState,
    RegionalDo,
    RegionalState,
    ReportDo,
    ReportState,
    TaskDo,
    TaskState,
)

_M, _MD = MeetingState, MeetingDo

MEETING_TRANSITIONS: dict[tuple[MeetingState, MeetingDo], MeetingState] = {
    **{(state, do): state for state in (_M.PLANNED, _M.CALLED) for do in (_MD.CHANGE, _MD.ADD_POINT)},
    (_M.PLANNED, _MD.CALL): _M.CALLED,
    (_M.CALLED, _MD.CALL): _M.CALLED,
    (_M.PLANNED, _MD.CANCEL): _M.CANCELLED,
    (_M.CALLED, _MD.CANCEL): _M.CANCELLED,
    (_M.CALLED, _MD.RECORD): _M.HELD,
    (_M.HELD, _MD.RECORD): _M.HELD,
    (_M.HELD, _MD.DECIDE): _M.HELD,
    (_M.HELD, _MD.APPROVE): _M.APPROVED,
}

DECISION_TRANSITIONS: dict[tuple[DecisionState, DecisionDo], DecisionState] = {
    (DecisionState.OPEN, DecisionDo.FINISH): DecisionState.DONE,
    (DecisionState.OPEN, DecisionDo.DROP): DecisionState.DROPPED,
    (DecisionState.DONE, DecisionDo.EVALUATE): DecisionState.EVALUATED,
}

REPORT_TRANSITIONS: dict[tuple[ReportState, ReportDo], ReportState] = {
    (ReportState.WRITING, ReportDo.WRITE): ReportState.WRITING,
    (ReportState.CORRECTING, ReportDo.WRITE): ReportState.CORRECTING,
    (ReportState.WRITING, ReportDo.SUBMIT): ReportState.SUBMITTED,
    (ReportState.CORRECTING, ReportDo.SUBMIT): ReportState.SUBMITTED,
    (ReportState.SUBMITTED, ReportDo.CORRECT): ReportState.CORRECTING,
}

REGIONAL_TRANSITIONS: dict[tuple[RegionalState, RegionalDo], RegionalState] = {
    (RegionalState.COMPILING, RegionalDo.WRITE): RegionalState.COMPILING,
    (RegionalState.COMPILING, RegionalDo.FINISH): RegionalState.COMPILED,
    (RegionalState.COMPILED, RegionalDo.REOPEN): RegionalState.COMPILING,
    (RegionalState.COMPILED, RegionalDo.PRESENT): RegionalState.PRESENTED,
    (RegionalState.PRESENTED, RegionalDo.CORRECT): RegionalState.COMPILING,
}

TASK_TRANSITIONS: dict[tuple[TaskState, TaskDo], TaskState] = {
    (TaskState.GIVEN, TaskDo.REPORT): TaskState.REPORTED,
    (TaskState.REPORTED, TaskDo.ACCEPT): TaskState.ACCEPTED,
    (TaskState.REPORTED, TaskDo.RETURN): TaskState.GIVEN,
}

_COORDINATOR, _NOBODY, _BOARD = "Gruppens samordnare", "Ingen, det är klart", "Den regionala gruppen"

MEETING_OWNERS = {
    _M.PLANNED: _COORDINATOR,
    _M.CALLED: "Gruppens medlemmar",
    _M.HELD: "Samordnaren skriver, en annan medlem justerar",
    _M.APPROVED: _NOBODY,
    _M.CANCELLED: "Ingen, mötet är inställt",
}
DECISION_OWNERS = {
    DecisionState.OPEN: "Den medlem som svarar för beslutet",
    DecisionState.DONE: _COORDINATOR,
    DecisionState.EVALUATED: _NOBODY,
    DecisionState.DROPPED: "Ingen, beslutet är avskrivet",
}
REPORT_OWNERS = {
    ReportState.WRITING: _COORDINATOR,
    ReportState.CORRECTING: _COORDINATOR,
    ReportState.SUBMITTED: "Samordnarna, som sammanställer",
}
REGIONAL_OWNERS = {
    RegionalState.COMPILING: "Samordnarna",
    RegionalState.COMPILED: "Samordnarna, som lämnar över",
    RegionalState.PRESENTED: _BOARD,
}
TASK_OWNERS = {TaskState.GIVEN: _COORDINATOR, TaskState.REPORTED: _BOARD, TaskState.ACCEPTED: _NOBODY}

DIAGRAMS = {
    "group-meeting": Diagram("Groups: a meeting", _M.PLANNED, MEETING_TRANSITIONS, MEETING_OWNERS),
    "group-decision": Diagram("Groups: a decision", DecisionState.OPEN, DECISION_TRANSITIONS, DECISION_OWNERS),
    "group-report": Diagram("Follow-up: a group's report", ReportState.WRITING, REPORT_TRANSITIONS, REPORT_OWNERS),
    "regional-report": Diagram(
        "Follow-up: the county's report", RegionalState.COMPILING, REGIONAL_TRANSITIONS, REGIONAL_OWNERS
    ),
    "board-task": Diagram("The board: an assignment to a group", TaskState.GIVEN, TASK_TRANSITIONS, TASK_OWNERS),
}
