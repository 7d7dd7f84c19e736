"""Addresses of the SIP. Ids are random; nothing about a person stands in an address."""

from django.urls import path

app_name = "sip"
urlpatterns: list = []
