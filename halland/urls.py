"""Addresses. Every view declares a policy (`core.policy`); one that doesn't is refused."""

from django.urls import include, path

from sip.views import home, rating

urlpatterns = [
    path("", home.home, name="home"),
    path("meddelanden/lasta/", home.mark_read, name="all_messages_read"),
    path("meddelanden/<uuid:message_id>/last/", home.mark_read, name="message_read"),
    path("", include("core.urls")),
    path("", include("organisations.urls")),
    path("", include("agreements.urls")),
    path("", include("individuals.urls")),
    path("sip/", include("sip.urls")),
    path("tyck-till/", rating.rating, name="rating"),
    path("tyck-till/tack/", rating.rated, name="rated"),
    path("tvister/", include("disputes.urls")),
    path("avvikelser/", include("deviations.urls")),
    path("placeringar/", include("placements.urls")),
    path("uppfoljning/", include("followup.urls")),
    path("api/v1/", include("halland.api")),
]

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"
