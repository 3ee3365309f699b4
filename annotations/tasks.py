"""Background tasks. Thin and idempotent; a lost task's row is found by a sweep."""

import logging
from typing import Any
from uuid import UUID

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from annotations.mail import send_notifications
from annotations.services import notifications
from annotations.services.changes.placements import place_all_pending, place_pending
from core.queueing import hand_over

logger = logging.getLogger(__name__)


@shared_task(name="annotations.send_notifications")
def send_waiting_notifications() -> None:
    # The mailer is passed in: services open no connections of their own.
    notifications.send_waiting(now=timezone.now(), send=send_notifications)


# Retried on a lost connection or a lock timeout; any other error is left to the sweep.
@shared_task(name="annotations.place_revision", autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def place_revision_task(revision_id: str) -> None:
    place_pending(UUID(revision_id))


@shared_task(name="annotations.place_all_pending")
def sweep_pending_revisions() -> None:
    place_all_pending()


def on_revision_pending(*, revision_id: UUID, **_signal: Any) -> None:
    """Queue the placing of a revision that an import made."""
    hand_over(place_revision_task, revision_id)
