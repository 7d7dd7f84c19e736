"""Addresses of the account and of administration."""

from django.urls import path

from organisations.views import account, groups
from organisations.views import administration as admin

app_name = "organisations"

urlpatterns = [
    path("logga-in/", account.login, name="login"),
    path("logga-ut/", account.logout, name="logout"),
    path("uppdrag/", account.choose_assignment, name="choose_assignment"),
    path("konto/", account.profile, name="profile"),
    path("konto/valj-losenord/", account.choose_password, name="choose_password"),
    path("konto/andra-faktor/", account.second_factor, name="second_factor"),
    path("konto/reservkoder/", account.recovery_codes, name="recovery_codes"),
    path("konto/nycklar/ny/", account.create_token, name="create_token"),
    path("konto/nycklar/<str:token_key>/aterkalla/", account.revoke_token, name="revoke_token"),
    path("konto/forlang/", account.extend, name="extend"),
    path("administration/", admin.overview, name="administration"),
    path("administration/verksamheter/", admin.units, name="units"),
    path("administration/verksamheter/ny/", admin.new_unit, name="new_unit"),
    path("administration/verksamheter/<uuid:unit_id>/", admin.unit, name="unit"),
    path("administration/verksamheter/<uuid:unit_id>/andra/", admin.change_unit, name="change_unit"),
    path("administration/verksamheter/<uuid:unit_id>/stang/", admin.close_unit, name="close_unit"),
    path("administration/verksamheter/<uuid:unit_id>/oppna/", admin.reopen_unit, name="reopen_unit"),
    path("administration/chefer/", admin.managers, name="managers"),
    path("administration/personer/", admin.people, name="people"),
    path("administration/personer/ny/", admin.invite, name="invite"),
    path("administration/personer/<uuid:user_id>/", admin.person, name="person"),
    path("administration/personer/<uuid:user_id>/andra/", admin.change_person, name="change_person"),
    path("administration/personer/<uuid:user_id>/stang-av/", admin.disable_person, name="disable_person"),
    path("administration/personer/<uuid:user_id>/oppna/", admin.enable_person, name="enable_person"),
    path("administration/personer/<uuid:user_id>/losenord/", admin.reset_password, name="reset_password"),
    path("administration/personer/<uuid:user_id>/koder/", admin.reset_second_factor, name="reset_second_factor"),
    path("administration/personer/<uuid:user_id>/uppdrag/", admin.give_assignment, name="give_assignment"),
    path("administration/uppdrag/<uuid:assignment_id>/", admin.end_assignment, name="end_assignment"),
    path("administration/grupper/", groups.groups, name="groups"),
    path("administration/grupper/<uuid:group_id>/", groups.group, name="group"),
    path("administration/grupper/<uuid:group_id>/medlemmar/ny/", groups.add_member, name="add_member"),
    path("administration/medlemmar/<uuid:member_id>/", groups.end_member, name="end_member"),
]
