"""The project: settings, addresses, processes. No domain lives here."""

from halland.celery import app as celery_app

__all__ = ["celery_app"]
