"""Addresses of the agreements, and of the guide to who answers for what."""

from django.urls import path

from agreements.views import decisions, local, reading, terms

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
    path("ansvarsguide/", reading.guide, name="guide"),
    path("ansvarsguide/boende/", reading.housing_guide, name="housing_guide"),
]
