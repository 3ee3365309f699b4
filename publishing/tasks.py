"""Background work of publishing: webhooks on their way, exports. Imported by tasks.py, where Celery looks."""

import logging
from collections.abc import Mapping
from smtplib import SMTPException
from typing import Any

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.db import OperationalError, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from annotations.services.verdicts.transitions import people_who_may
from articles.fetching import Answer, Limits, fetch, request
from publishing.exports.runs import open_runs, run_export
from publishing.models import WebhookEndpoint
from publishing.services import retention, scheduled
from publishing.services.announcements import announce_changed_articles
from publishing.services.feed import number_changes
from publishing.webhooks.deliveries import Result, deliver, due_deliveries

LIMITS = Limits(total_seconds=15.0, max_bytes=1024 * 1024)
# The first pause is 5 seconds: shorter than a sweep, so such a retry is asked for by itself.
_SOON_SECONDS = 60.0
logger = logging.getLogger(__name__)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """To a checked address; a redirect is an answer like any other."""
    return request("POST", url, headers=headers, body=body, limits=LIMITS)


@shared_task(name="publishing.drain_outbox", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def drain_outbox() -> None:
    number_changes()
    for delivery_id in due_deliveries(now=timezone.now()):
        deliver_one.delay(str(delivery_id))


@shared_task(name="publishing.deliver", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def deliver_one(delivery_id: str) -> None:
    result = deliver(delivery_id=delivery_id, send=post, clock=timezone.now)
    if result is None:
        return
    if result.news:
        tell(result)
    wait = (result.delivery.next_at - timezone.now()).total_seconds()
    if result.delivery.state == "pending" and wait < _SOON_SECONDS:
        deliver_one.apply_async((delivery_id,), countdown=max(wait, 0) + 0.1)


@shared_task(name="publishing.run_export", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=5)
def run_export_task(run_id: str) -> None:
    if run_export(run_id=run_id, clock=timezone.now):
        drain_now()  # export.ready


@shared_task(name="publishing.sweep_exports")
def sweep_exports() -> None:
    """Take up what a dead worker held and what was never handed to one."""
    for run_id in open_runs(now=timezone.now()):
        run_export_task.delay(str(run_id))


def wake(**_signal: Any) -> None:
    """A change was written, or an import ended: drain the outbox once that is committed. Without a broker a sweep does."""
    transaction.on_commit(drain_now)


def drain_now() -> None:
    try:
        drain_outbox.delay()
    except BrokerError:
        logger.warning("the outbox waits for the next sweep: the broker does not answer")


def tell(result: Result) -> None:
    """Mail to who made the endpoint and to the admins: it fails, or it was switched off."""
    endpoint: WebhookEndpoint = result.delivery.endpoint
    people = {endpoint.created_by, *people_who_may("webhook.manage")}
    context = {"endpoint": endpoint, "delivery": result.delivery, "news": result.news, "site": settings.SITE_URL}
    words = "was switched off" if result.news == "disabled" else "does not take deliveries"
    subject = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}A webhook endpoint {words}"
    try:
        send_mail(
            subject,
            render_to_string("webhooks/email/news.txt", context),
            settings.DEFAULT_FROM_EMAIL,
            sorted(person.email for person in people if person.is_active),
        )
    except (OSError, SMTPException):
        logger.exception("the mail server did not take the news of endpoint %s", endpoint.pk)


@shared_task(name="publishing.publish_scheduled", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def publish_scheduled() -> None:
    scheduled.publish_all_due(now=timezone.now())


@shared_task(
    name="publishing.announce_changed_articles", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3
)
def announce_changes() -> None:
    announce_changed_articles(now=timezone.now())


@shared_task(name="publishing.find_expired")
def find_expired() -> None:
    scheduled.open_expired_rechecks(now=timezone.now())


@shared_task(name="publishing.check_links")
def check_links() -> None:
    for evidence_id in scheduled.links_to_check(now=timezone.now()):
        check_link.delay(str(evidence_id))


@shared_task(name="publishing.check_link", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def check_link(evidence_id: str) -> None:
    scheduled.check_link(evidence_id=evidence_id, now=timezone.now(), fetch=fetch)


@shared_task(name="publishing.clean_up")
def clean_up() -> None:
    logger.info("let go of: %s", retention.clean_up(now=timezone.now()))
