"""Background work of publishing. Thin, ids only; work that must not be lost is a row that a sweep finds."""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from celery import shared_task
from django.db import OperationalError, transaction
from django.utils import timezone

from articles.search.finder_index import backfill_once, embed_texts, has_waiting
from articles.tasks import enrich, index_for_finder
from core.fetching import Answer, Limits, fetch, request
from core.memory import give_back
from core.queueing import hand_over
from publishing.exports.worker import open_runs, run_export
from publishing.models import Delivery, UnindexedCheck
from publishing.services import rechecks, retention
from publishing.services.check_index import CHECKS, index_checks
from publishing.services.feed import announce_changed_articles, number_changes
from publishing.services.publish import publish_all_due
from publishing.services.repeats import compare_articles
from publishing.webhooks.deliveries import QUEUED, Turn, deliver, lease_due
from publishing.webhooks.mail import mail_endpoint_news

# Cut: the status says whether it was taken, and a message must not be sent ten times because a page is answered with it.
LIMITS = Limits(total_seconds=15.0, max_bytes=64 * 1024, is_cut=True)
# The first retry is due after 5 seconds, sooner than the next sweep: such a one is asked for by itself.
_SOON_SECONDS = 60.0
_INDEX_SECONDS = 5.0
_LONGEST_REST = 1.0  # seconds
_exporting = threading.Lock()
logger = logging.getLogger(__name__)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send to an address that is checked when connecting. A redirect is an answer like any other."""
    return request("POST", url, headers=headers, body=body, limits=LIMITS)


@shared_task(name="publishing.index_checks")
def index_checks_for_finder() -> None:
    """Index checks for the finder; gives its place to other work after a while."""
    ends = time.monotonic() + _INDEX_SECONDS
    backfill_once(CHECKS)
    # Words first, as for articles: vectors take a hundred times as long.
    while worked := index_checks() or embed_texts(CHECKS):
        if time.monotonic() > ends:
            break
    give_back()
    if worked:
        hand_over(index_checks_for_finder)


@shared_task(name="publishing.find_repeats")
def find_repeats() -> None:
    """Compare articles that came in with the claims, in slices that let other work pass.

    Not while words wait to be indexed: they are searched for. `wake_enrichment` asks again. It rests as long as it works, because
    Postgres knows no lower priority: readers' requests took two to five times as long beside it (2026-12-01).
    """
    if has_waiting() or UnindexedCheck.objects.exists():
        return
    started = time.monotonic()
    ends = started + _INDEX_SECONDS
    while compared := compare_articles(now=timezone.now()):
        now = time.monotonic()
        if now > ends:
            break
        time.sleep(min(now - started, _LONGEST_REST))
        started = time.monotonic()
    if compared:
        hand_over(find_repeats)


@shared_task(name="publishing.wake_enrichment")
def wake_enrichment() -> None:
    """Find what nobody asked for: enrichment and indexes whose message was lost, or that another process left.

    Not a beat entry for each of them: while one of them took minutes, beat sent three more every twenty seconds, which
    waited in the queue until a worker threw them away as expired (25 of them, 2026-12-01).
    """
    for task in (enrich, index_for_finder, index_checks_for_finder, find_repeats):
        hand_over(task)


@shared_task(name="publishing.drain_outbox", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def drain_outbox() -> None:
    number_changes()
    _enqueue(lease_due(now=timezone.now()))


@shared_task(name="publishing.deliver", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def deliver_one(delivery_id: str, lease: str) -> None:
    """Send one delivery, then give its place to the endpoint's next one."""
    turn = Turn(UUID(delivery_id), datetime.fromisoformat(lease))
    result = deliver(turn=turn, send=post, clock=timezone.now)
    if result is None:
        return
    if result.news:
        tell_of_endpoint.delay(delivery_id, result.news)
    now = timezone.now()
    _enqueue(lease_due(endpoint_id=result.delivery.endpoint_id, now=now))
    wait = (result.delivery.next_at - now).total_seconds()
    if result.delivery.state == "pending" and wait < _SOON_SECONDS:
        drain_outbox.apply_async(countdown=max(wait, 0) + 0.1)


def _enqueue(turns: Sequence[Turn]) -> None:
    """Hand leased deliveries to the workers. A message that is not read before its lease ends is thrown away."""
    for turn in turns:
        deliver_one.apply_async((str(turn.delivery_id), turn.lease.isoformat()), expires=QUEUED.total_seconds())


@shared_task(name="publishing.tell_of_endpoint")
def tell_of_endpoint(delivery_id: str, news: str) -> None:
    delivery = Delivery.objects.select_related("endpoint__created_by").get(pk=delivery_id)
    mail_endpoint_news(delivery, news)


@shared_task(name="publishing.run_export", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=5)
def run_export_task(run_id: str) -> None:
    """Write an export. One at a time in a process, so that the other threads are left to publish."""
    if not _exporting.acquire(blocking=False):
        return  # whoever holds it hands this run over
    try:
        if run_export(run_id=run_id, clock=timezone.now):
            wake_outbox()  # export.ready
    finally:
        _exporting.release()
    # Looked for after the release: a run that came before it was refused is found here, one that comes later is not refused.
    for waiting in open_runs(now=timezone.now())[:1]:
        hand_over(run_export_task, waiting)


@shared_task(name="publishing.sweep_exports")
def sweep_exports() -> None:
    """Take up what a dead worker held and what was never handed to one."""
    for run_id in open_runs(now=timezone.now()):
        hand_over(run_export_task, run_id)


def wake_outbox(**_signal: Any) -> None:
    """Drain the outbox once the transaction has committed. Called by every interface that may write a change.

    One that forgets it loses nothing: the sweep drains the outbox every ten seconds.
    """
    transaction.on_commit(partial(hand_over, drain_outbox))


@shared_task(name="publishing.publish_scheduled", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def publish_scheduled() -> None:
    try:
        publish_all_due(now=timezone.now())
    finally:  # one that failed keeps no other back
        wake_outbox()


@shared_task(
    name="publishing.announce_changed_articles", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3
)
def announce_changes() -> None:
    announce_changed_articles(now=timezone.now())
    wake_outbox()


@shared_task(name="publishing.find_expired")
def find_expired() -> None:
    rechecks.open_expired_rechecks(now=timezone.now())


@shared_task(name="publishing.check_links")
def check_links() -> None:
    for evidence_id in rechecks.links_to_check(now=timezone.now()):
        check_link.delay(str(evidence_id))


@shared_task(name="publishing.check_link", autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def check_link(evidence_id: str) -> None:
    rechecks.check_link(evidence_id=evidence_id, now=timezone.now(), fetch=fetch)


@shared_task(name="publishing.clean_up")
def clean_up() -> None:
    logger.info("let go of: %s", retention.clean_up(now=timezone.now()))
