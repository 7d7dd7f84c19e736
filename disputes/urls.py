"""Addresses of disputes. Ids are random; nothing about a person stands in an address."""

from django.urls import path

from disputes.views import dispute, enclosures, listing, opening

app_name = "disputes"
urlpatterns = [
    path("", listing.dispute_list, name="list"),
    path("ny/", opening.new, name="new"),
    path("statistik/", listing.figures, name="statistics"),
    path("vagledning/<slug:key>/", listing.guidance, name="guidance"),
    path("arende/<uuid:matter_id>/", listing.of_matter, name="of_matter"),
    path("<uuid:dispute_id>/", dispute.dispute_page, name="dispute"),
    path("<uuid:dispute_id>/dokument/<slug:variant>/", dispute.document, name="document"),
    path("<uuid:dispute_id>/standpunkt/", dispute.position, name="position"),
    path("<uuid:dispute_id>/under-tiden/", dispute.interim, name="interim"),
    path("<uuid:dispute_id>/handlingar/", enclosures.enclose, name="enclose"),
    path("<uuid:dispute_id>/handlingar/<uuid:enclosure_id>/", enclosures.enclosure, name="enclosure"),
    path(
        "<uuid:dispute_id>/handlingar/<uuid:enclosure_id>/ta-bort/",
        enclosures.remove_enclosure,
        name="remove_enclosure",
    ),
    path("<uuid:dispute_id>/lyft/", dispute.lift, name="lift"),
    path("<uuid:dispute_id>/forslag/", dispute.propose, name="propose"),
    path("<uuid:dispute_id>/bekrafta/", dispute.confirm, name="confirm"),
    path("<uuid:dispute_id>/aterkalla/", dispute.withdraw, name="withdraw"),
    path("<uuid:dispute_id>/vagledning/", dispute.give_guidance, name="give_guidance"),
]
