"""Celery: the doorbell and the hands. What is due, and what was sent, lives in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "halland.settings")

app = Celery("halland")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
