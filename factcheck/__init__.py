"""The composition root: settings, URLs, background work, one-machine services."""

from factcheck.celery import app as celery_app

__all__ = ["celery_app"]
