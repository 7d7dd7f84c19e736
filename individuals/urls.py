"""Addresses of the log review."""

from django.urls import path

from individuals import views

app_name = "individuals"
urlpatterns = [
    path("logg/", views.log, name="log"),
    path("logg/utdrag/", views.extract, name="log_extract"),
]
