"""Addresses of the frame: health, information about the portal, and the running of its jobs."""

from django.urls import path

from core import views

urlpatterns = [
    path("halsa/", views.health, name="health"),
    path("utskrift/", views.printed, name="printed"),
    path("om/tillganglighet/", views.accessibility, name="accessibility"),
    path("om/kontakt/", views.contact, name="contact"),
    path("om/uppgifter/", views.privacy, name="privacy"),
    path("drift/", views.operations, name="operations"),
    path("drift/<uuid:message_id>/igen/", views.retry_message, name="retry_message"),
]
