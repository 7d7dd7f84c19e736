"""The verbs of chapter 3.5. The only code that changes a deviation, what is shared of it, and what comes of it.

All run inside `acting()`. `by` is the acting assignment, `now` an aware instant.
"""

from deviations.actions.group import (
    analyse,
    decide_improvement,
    evaluate_improvement,
    put_on_agenda,
    report_improvement,
    see_pattern,
    tell_lesson,
    tie_to_pattern,
)
from deviations.actions.handling import close, decide_routine, finish, record_step, reopen
from deviations.actions.joint import agree_interim, answer, hand_over, propose_interim
from deviations.actions.reporting import (
    attach,
    edit_report,
    remove_attachment,
    report,
    start_report,
    withdraw,
)
from deviations.actions.sharing import begin_text, mark_lesson_seen, propose, resolve_hits, save_text, send_back, share

__all__ = [
    "agree_interim",
    "analyse",
    "answer",
    "attach",
    "begin_text",
    "close",
    "decide_improvement",
    "decide_routine",
    "edit_report",
    "evaluate_improvement",
    "finish",
    "hand_over",
    "mark_lesson_seen",
    "propose",
    "propose_interim",
    "put_on_agenda",
    "record_step",
    "remove_attachment",
    "reopen",
    "report",
    "report_improvement",
    "resolve_hits",
    "save_text",
    "see_pattern",
    "send_back",
    "share",
    "start_report",
    "tell_lesson",
    "tie_to_pattern",
    "withdraw",
]
