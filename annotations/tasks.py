"""Background work of the annotations app. Thin, idempotent; what must not be lost is a row that a sweep finds."""

import logging

from celery import shared_task
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from accounts.audit_chain import write_anchor
from annotations import publishing_tasks  # noqa: F401 -- Celery looks for tasks here alone
from annotations.mail import send_notifications
from annotations.services import notifications, retention, scheduled
from annotations.services.announcements import announce_changed_articles
from articles.fetching import fetch

logger = logging.getLogger(__name__)


@shared_task(name="annotations.publish_scheduled", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def publish_scheduled() -> None:
    scheduled.publish_all_due(now=timezone.now())


@shared_task(
    name="annotations.announce_changed_articles", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3
)
def announce_changes() -> None:
    announce_changed_articles(now=timezone.now())


@shared_task(name="annotations.find_expired")
def find_expired() -> None:
    scheduled.open_expired_rechecks(now=timezone.now())


@shared_task(name="annotations.check_links")
def check_links() -> None:
    for evidence_id in scheduled.links_to_check(now=timezone.now()):
        check_link.delay(str(evidence_id))


@shared_task(name="annotations.check_link", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def check_link(evidence_id: str) -> None:
    scheduled.check_link(evidence_id=evidence_id, now=timezone.now(), fetch=fetch)


@shared_task(name="annotations.send_notifications")
def send_waiting_notifications() -> None:
    notifications.send_waiting(now=timezone.now(), send=send_notifications)


@shared_task(name="annotations.clean_up")
def clean_up() -> None:
    logger.info("let go of: %s", retention.clean_up(now=timezone.now()))


@shared_task(name="annotations.anchor_audit")
def anchor_audit() -> None:
    write_anchor(settings.AUDIT_ANCHORS, now=timezone.now())
