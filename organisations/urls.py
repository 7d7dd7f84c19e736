"""Addresses of the account and of administration."""

from django.urls import path

from organisations.views import account

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
]
