"""Addresses of groups, the annual follow-up and the dashboards."""

from django.urls import path, register_converter

from followup.converters import CoordinationConverter
from followup.views import board, figures, files, groups, meetings, published, reports

app_name = "followup"

register_converter(CoordinationConverter, "coordination")

urlpatterns = [
    path("", groups.home, name="home"),
    path("grupper/<uuid:group_id>/", groups.group, name="group"),
    path("grupper/<uuid:group_id>/moten/nytt/", meetings.plan, name="plan"),
    path("grupper/<uuid:group_id>/adjungera/", groups.co_opt, name="co_opt"),
    path("adjungerade/<uuid:co_opted_id>/avsluta/", groups.end_co_opted, name="end_co_opted"),
    path("moten/<uuid:meeting_id>/", meetings.meeting, name="meeting"),
    path("moten/<uuid:meeting_id>/kalender.ics", meetings.calendar, name="calendar"),
    path("moten/<uuid:meeting_id>/<str:variant>.pdf", meetings.paper, name="meeting_paper"),
    path("moten/<uuid:meeting_id>/andra/", meetings.change, name="change"),
    path("moten/<uuid:meeting_id>/punkt/", meetings.add_point, name="add_point"),
    path("moten/<uuid:meeting_id>/kalla/", meetings.call, name="call"),
    path("moten/<uuid:meeting_id>/stall-in/", meetings.cancel, name="cancel"),
    path("moten/<uuid:meeting_id>/protokoll/", meetings.minutes, name="record"),
    path("moten/<uuid:meeting_id>/beslut/", meetings.decide, name="decide"),
    path("moten/<uuid:meeting_id>/justera/", meetings.approve, name="approve"),
    path("moten/<uuid:meeting_id>/publicera/", published.publish, name="publish"),
    path("beslut/<uuid:decision_id>/", meetings.decision, name="decision"),
    path("beslut/<uuid:decision_id>/genomfort/", meetings.finish_decision, name="finish"),
    path("beslut/<uuid:decision_id>/skriv-av/", meetings.drop_decision, name="drop"),
    path("beslut/<uuid:decision_id>/effekt/", meetings.evaluate_decision, name="evaluate"),
    path("siffror/verksamheten/", figures.unit, name="unit"),
    path("siffror/verksamheten/fil.<str:kind>", figures.unit_file, name="unit_file"),
    path("siffror/pdf/<uuid:copy_id>/", files.board_pdf, name="board_pdf"),
    path("siffror/pdf/<uuid:copy_id>/fil.pdf", files.board_file, name="board_file"),
    path("siffror/<coordination:coordination>/", figures.dashboard, name="dashboard"),
    path("siffror/<coordination:coordination>/fil.<str:kind>", figures.export, name="export"),
    path("siffror/<coordination:coordination>/pdf/", files.ask_for_board, name="ask_for_board"),
    path("arligt/", reports.campaigns, name="campaigns"),
    path("arligt/oppna/", reports.open_campaign, name="open_campaign"),
    path("arligt/prioritering/", board.priority, name="priority"),
    path("arligt/uppdrag/", board.give_task, name="give_task"),
    path("arligt/indikator/", board.add_indicator, name="add_indicator"),
    path("arligt/indikator/<str:key>/ta-bort/", board.end_indicator, name="end_indicator"),
    path("arligt/<uuid:campaign_id>/", reports.campaign, name="campaign"),
    path("rapporter/<uuid:report_id>/", reports.report, name="report"),
    path("rapporter/<uuid:report_id>/skriv/", reports.write, name="write"),
    path("rapporter/<uuid:report_id>/ratta/", reports.correct, name="correct"),
    path("rapporter/<uuid:report_id>/aterkoppla/", board.feedback, name="feedback"),
    path("rapporter/<uuid:report_id>/fil.<str:kind>", files.report_file, name="report_file"),
    path("rapporter/<uuid:report_id>/pdf/", files.report_pdf, name="report_pdf"),
    path("lanet/<uuid:report_id>/", reports.regional, name="regional"),
    path("lanet/<uuid:report_id>/text/<str:indicator>/", reports.compile_text, name="compile_text"),
    path("lanet/<uuid:report_id>/<str:step>/", reports.regional_step, name="regional_step"),
    path("overlamnat/<uuid:version_id>/", reports.presented, name="presented"),
    path("overlamnat/<uuid:version_id>/fil.<str:kind>", files.presented_file, name="presented_file"),
    path("overlamnat/<uuid:version_id>/pdf/", files.presented_pdf, name="presented_pdf"),
    path("overlamnat/<uuid:version_id>/synpunkt/", published.comment, name="comment"),
    path("synpunkter/<uuid:comment_id>/svara/", published.answer_comment, name="answer_comment"),
    path("publicerat/", published.publications, name="publications"),
    path("publicerat/<uuid:publication_id>/", published.publication, name="publication"),
    path("publicerat/<uuid:publication_id>/synpunkt/", published.comment_on_group, name="comment_on_group"),
    path("uppdrag/<uuid:task_id>/", board.task, name="task"),
    path("uppdrag/<uuid:task_id>/<str:step>/", board.task_step, name="task_step"),
]
