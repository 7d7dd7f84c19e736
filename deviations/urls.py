"""Addresses of deviations. Ids are random; nothing about a person stands in an address."""

from django.urls import path

from deviations.views import group, handling, joint, reporting, sharing

app_name = "deviations"
urlpatterns = [
    path("", reporting.deviation_list, name="list"),
    path("ny/", reporting.start, name="start"),
    path("rutin/", handling.routine, name="routine"),
    path("grupp/", group.desk, name="desk"),
    path("grupp/monster/nytt/", group.new_pattern, name="new_pattern"),
    path("grupp/monster/<uuid:pattern_id>/", group.pattern, name="pattern"),
    path("grupp/monster/<uuid:pattern_id>/atgard/", group.improve_pattern, name="improve_pattern"),
    path("grupp/avvikelse/<uuid:record_id>/", group.record, name="record"),
    path("grupp/avvikelse/<uuid:record_id>/atgard/", group.improve_record, name="improve_record"),
    path("atgarder/<uuid:improvement_id>/", group.improvement, name="improvement"),
    path("gemensamt/<uuid:joint_id>/", joint.joint, name="joint"),
    path("<uuid:deviation_id>/", reporting.deviation_page, name="deviation"),
    path("<uuid:deviation_id>/andra/", reporting.edit, name="edit"),
    path("<uuid:deviation_id>/dra-tillbaka/", reporting.withdraw, name="withdraw"),
    path("<uuid:deviation_id>/bilagor/", reporting.attach, name="attach"),
    path("<uuid:deviation_id>/bilagor/<uuid:attachment_id>/", reporting.attachment, name="attachment"),
    path(
        "<uuid:deviation_id>/bilagor/<uuid:attachment_id>/ta-bort/",
        reporting.remove_attachment,
        name="remove_attachment",
    ),
    path("<uuid:deviation_id>/steg/<uuid:step_id>/", handling.step, name="step"),
    path("<uuid:deviation_id>/fardig/", handling.finish, name="finish"),
    path("<uuid:deviation_id>/oppna-igen/", handling.reopen, name="reopen"),
    path("<uuid:deviation_id>/avsluta/", handling.close, name="close"),
    path("<uuid:deviation_id>/tillsammans/", joint.hand_over, name="hand_over"),
    path("<uuid:deviation_id>/avidentifiera/", sharing.deidentify, name="deidentify"),
    path("<uuid:deviation_id>/lamna/", sharing.propose, name="propose"),
    path("<uuid:deviation_id>/godkann/", sharing.approve, name="approve"),
]
