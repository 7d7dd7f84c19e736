"""Addresses of the agreements, and of the guide to who answers for what."""

from django.urls import path

from agreements.views import amendments, decisions, local, reading, rounds, terms

app_name = "agreements"
urlpatterns = [
    path("overenskommelser/", reading.agreement_list, name="list"),
    path("overenskommelser/sok/", reading.search, name="search"),
    path("overenskommelser/jamfor/", reading.comparison, name="comparison"),
    path("overenskommelser/<slug:key>/", reading.agreement_detail, name="detail"),
    path("overenskommelser/<slug:key>/villkor/", reading.agreement_terms, name="terms"),
    path("overenskommelser/<slug:key>/ordlista/", reading.agreement_glossary, name="glossary"),
    path("overenskommelser/<slug:key>/checklista/", reading.checklist, name="checklist"),
    path("overenskommelser/<slug:key>/villkor/<str:term>/", terms.term_history, name="term_history"),
    path("overenskommelser/<slug:key>/villkor/<str:term>/andra/", terms.term_change, name="term_change"),
    path("overenskommelser/<slug:key>/beslut/", decisions.decisions, name="decisions"),
    path("overenskommelser/<slug:key>/beslut/nytt/", decisions.decision, name="decision_new"),
    path("overenskommelser/<slug:key>/beslut/<uuid:decision_id>/stryk/", decisions.strike, name="decision_strike"),
    path("overenskommelser/<slug:key>/lokalt/", local.local_documents, name="local"),
    path("overenskommelser/<slug:key>/lokalt/nytt/", local.local_document, name="local_new"),
    path("overenskommelser/<slug:key>/lokalt/<uuid:document_id>/", local.local_document, name="local_change"),
    path("overenskommelser/<slug:key>/revidering/", rounds.revision, name="revision"),
    path("overenskommelser/<slug:key>/revidering/ny/", rounds.round_new, name="round_new"),
    path("overenskommelser/<slug:key>/revidering/<uuid:round_id>/", rounds.round_page, name="round"),
    path(
        "overenskommelser/<slug:key>/revidering/<uuid:round_id>/svar/<uuid:comment_id>/",
        rounds.round_answer,
        name="round_answer",
    ),
    path("overenskommelser/<slug:key>/revidering/<uuid:round_id>/mer-tid/", rounds.round_extend, name="round_extend"),
    path("overenskommelser/<slug:key>/revidering/<uuid:round_id>/avsluta/", rounds.round_close, name="round_close"),
    path("overenskommelser/<slug:key>/andringar/ny/", amendments.amendment_new, name="amendment_new"),
    path("overenskommelser/<slug:key>/andringar/<uuid:amendment_id>/", amendments.amendment_page, name="amendment"),
    path(
        "overenskommelser/<slug:key>/andringar/<uuid:amendment_id>/villkor/",
        amendments.amendment_term,
        name="amendment_term",
    ),
    path(
        "overenskommelser/<slug:key>/andringar/<uuid:amendment_id>/avsnitt/<str:number>/",
        amendments.amendment_provision,
        name="amendment_provision",
    ),
    path(
        "overenskommelser/<slug:key>/andringar/<uuid:amendment_id>/beslut/",
        amendments.amendment_decision,
        name="amendment_decision",
    ),
    path(
        "overenskommelser/<slug:key>/andringar/<uuid:amendment_id>/gor/<slug:do>/",
        amendments.amendment_act,
        name="amendment_act",
    ),
    path("ansvarsguide/", reading.guide, name="guide"),
    path("ansvarsguide/boende/", reading.housing_guide, name="housing_guide"),
]
