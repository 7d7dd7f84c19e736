"""The verbs of this chapter."""

from followup.actions.board import (
    accept_task,
    add_indicator,
    add_priority,
    end_indicator,
    give_feedback,
    give_task,
    report_task,
    return_task,
)
from followup.actions.campaign import correct_report, open_campaign, submit_report, write_report
from followup.actions.files import ask_for_board, ask_for_file
from followup.actions.groups import co_opt, end_co_opted
from followup.actions.meetings import (
    add_point,
    approve,
    call,
    cancel,
    change_meeting,
    decide,
    drop_decision,
    evaluate_decision,
    finish_decision,
    plan_meetings,
    record,
)
from followup.actions.publishing import answer_comment, comment, comment_on_group, publish_minutes
from followup.actions.regional import (
    compile_text,
    correct_regional,
    finish_compiling,
    present,
    reopen_compiling,
)

__all__ = [
    "accept_task",
    "add_indicator",
    "add_point",
    "add_priority",
    "answer_comment",
    "approve",
    "ask_for_board",
    "ask_for_file",
    "call",
    "cancel",
    "change_meeting",
    "co_opt",
    "comment",
    "comment_on_group",
    "compile_text",
    "correct_regional",
    "correct_report",
    "decide",
    "drop_decision",
    "end_co_opted",
    "end_indicator",
    "evaluate_decision",
    "finish_compiling",
    "finish_decision",
    "give_feedback",
    "give_task",
    "open_campaign",
    "plan_meetings",
    "present",
    "publish_minutes",
    "record",
    "reopen_compiling",
    "report_task",
    "return_task",
    "submit_report",
    "write_report",
]
