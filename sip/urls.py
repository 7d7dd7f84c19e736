"""Addresses of the SIP. Ids are random; nothing about a person stands in an address."""

from django.urls import path

from sip.views import case, case_actions, consent, documents, filing, listing, receivers, review

app_name = "sip"
urlpatterns = [
    path("", listing.case_list, name="list"),
    path("sok/", listing.search, name="search"),
    path("export/sip.<slug:kind>", listing.export, name="export"),
    path("ny/", filing.start, name="start"),
    path("<uuid:case_id>/", case.case_page, name="case"),
    path("<uuid:case_id>/fortsatt/", filing.resume_draft, name="resume_draft"),
    path("<uuid:case_id>/personen/", filing.person, name="person"),
    path("<uuid:case_id>/behov/", filing.need, name="need"),
    path("<uuid:case_id>/egen-asikt/", filing.own_view, name="own_view"),
    path("<uuid:case_id>/mottagare/", receivers.receivers, name="receivers"),
    path("<uuid:case_id>/uppgifter/", filing.details, name="details"),
    path("<uuid:case_id>/samtycke/", consent.consent, name="consent"),
    path("<uuid:case_id>/granska/", review.review, name="review"),
    path("<uuid:case_id>/skickat/", review.sent, name="sent"),
    path("<uuid:case_id>/bekrafta/", case_actions.acknowledge, name="acknowledge"),
    path("<uuid:case_id>/lamna-over/", case_actions.redirect, name="redirect"),
    path("<uuid:case_id>/forsta-kontakt/", case_actions.contact, name="contact"),
    path("<uuid:case_id>/pausa/", case_actions.pause, name="pause"),
    path("<uuid:case_id>/starta-igen/", case_actions.resume, name="resume"),
    path("<uuid:case_id>/aterkalla-samtycke/", case_actions.withdraw_consent, name="withdraw_consent"),
    path("<uuid:case_id>/dra-tillbaka/", case_actions.withdraw, name="withdraw"),
    path("<uuid:case_id>/avsluta/", case_actions.close, name="close"),
    path("<uuid:case_id>/dokument/", documents.documents, name="documents"),
    path("<uuid:case_id>/dokument/<slug:name>.pdf", documents.document, name="document"),
    path("<uuid:case_id>/dokument/<slug:name>/ford-till-akt/", documents.filed, name="filed"),
    path("<uuid:case_id>/tackar-nej/", case_actions.decline, name="decline"),
]
