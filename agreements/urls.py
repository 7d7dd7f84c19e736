"""Addresses of the agreements, and of the guide to who answers for what."""

from django.urls import path

from agreements import views

app_name = "agreements"
urlpatterns = [
    path("overenskommelser/", views.agreement_list, name="list"),
    path("overenskommelser/sok/", views.search, name="search"),
    path("overenskommelser/jamfor/", views.comparison, name="comparison"),
    path("overenskommelser/<slug:key>/", views.agreement_detail, name="detail"),
    path("overenskommelser/<slug:key>/villkor/", views.agreement_terms, name="terms"),
    path("overenskommelser/<slug:key>/ordlista/", views.agreement_glossary, name="glossary"),
    path("overenskommelser/<slug:key>/checklista/", views.checklist, name="checklist"),
    path("overenskommelser/<slug:key>/villkor/<str:term>/", views.term_history, name="term_history"),
    path("overenskommelser/<slug:key>/villkor/<str:term>/andra/", views.term_change, name="term_change"),
    path("overenskommelser/<slug:key>/lokalt/", views.local_documents, name="local"),
    path("overenskommelser/<slug:key>/lokalt/nytt/", views.local_document, name="local_new"),
    path("overenskommelser/<slug:key>/lokalt/<uuid:document_id>/", views.local_document, name="local_change"),
    path("ansvarsguide/", views.guide, name="guide"),
    path("ansvarsguide/boende/", views.housing_guide, name="housing_guide"),
]
