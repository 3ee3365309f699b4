"""Tasks that need both articles and annotations."""

from uuid import UUID

from celery import shared_task
from django.db import OperationalError

from factcheck.placing import place_all_pending, place_pending


@shared_task(name="factcheck.place_revision", autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def place_revision_task(revision_id: str) -> None:
    place_pending(UUID(revision_id))


@shared_task(name="factcheck.place_all_pending")
def sweep_pending_revisions() -> None:
    place_all_pending()
