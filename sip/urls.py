"""Addresses of the SIP. Ids are random; nothing about a person stands in an address."""

from django.urls import path

from sip.views import case, case_actions, listing

app_name = "sip"
urlpatterns = [
    path("", listing.case_list, name="list"),
    path("sok/", listing.search, name="search"),
    path("export/sip.<slug:kind>", listing.export, name="export"),
    path("<uuid:case_id>/", case.case_page, name="case"),
    path("<uuid:case_id>/bekrafta/", case_actions.acknowledge, name="acknowledge"),
    path("<uuid:case_id>/lamna-over/", case_actions.redirect, name="redirect"),
    path("<uuid:case_id>/forsta-kontakt/", case_actions.contact, name="contact"),
    path("<uuid:case_id>/pausa/", case_actions.pause, name="pause"),
    path("<uuid:case_id>/starta-igen/", case_actions.resume, name="resume"),
    path("<uuid:case_id>/aterkalla-samtycke/", case_actions.withdraw_consent, name="withdraw_consent"),
    path("<uuid:case_id>/dra-tillbaka/", case_actions.withdraw, name="withdraw"),
    path("<uuid:case_id>/avsluta/", case_actions.close, name="close"),
    path("<uuid:case_id>/tackar-nej/", case_actions.decline, name="decline"),
]
