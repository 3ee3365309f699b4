"""Background tasks of articles: thin, idempotent, ids only. Rows that a sweep finds hold the work."""

import time
from collections.abc import Sequence
from uuid import UUID

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from articles.models import ArticleRevision
from articles.search.corpora import SENTENCES
from articles.search.finder_index import backfill_once, embed_texts, index_articles
from articles.services.batches import Outcome
from articles.services.enrichment import enrich_revisions
from articles.services.feed_entries import revisit_pages
from articles.services.feeds import poll_due_feeds
from articles.services.leases import runs_with_free_items
from articles.services.processing import process_run
from articles.signals import revision_pending
from articles.text.language_model import forget_model
from core.fetching import fetch
from core.memory import give_back
from core.queueing import hand_over

# Work gives the process back after this long and queues again behind what came meanwhile: a pasted article, a webhook, a
# scheduled publication. Ten thousand articles in two processes once kept a correction from the CMS for over a minute.
SLICE_SECONDS = 20.0
ENRICH_SECONDS = 5.0


@shared_task(
    name="articles.process_import", autoretry_for=(OperationalError, InterfaceError), retry_backoff=5, max_retries=5
)
def process_import(run_id: str) -> None:
    is_open = process_run(
        run_id=UUID(run_id), fetch=fetch, clock=timezone.now, report=announce_pending, budget_seconds=SLICE_SECONDS
    )
    if is_open:
        hand_over(process_import, run_id)
    else:
        hand_over(enrich)
        hand_over(index_for_finder)
        _rest()


@shared_task(name="articles.sweep_imports")
def sweep_imports() -> None:
    """Requeue items of dead workers and items never handed over."""
    for run_id in runs_with_free_items(now=timezone.now()):
        hand_over(process_import, run_id)


@shared_task(name="articles.enrich")
def enrich() -> None:
    """Propose details and find near-duplicates, in slices that let other work pass."""
    ends = time.monotonic() + ENRICH_SECONDS
    while looked_at := enrich_revisions():
        if time.monotonic() > ends:
            break
    if looked_at:
        hand_over(enrich)
    else:
        _rest()


@shared_task(name="articles.index_for_finder")
def index_for_finder() -> None:
    """Index sentences and vectors for the finder, in slices that let other work pass."""
    ends = time.monotonic() + ENRICH_SECONDS
    backfill_once(SENTENCES)
    # Words first: an article is found by them in milliseconds, while its vectors take a second.
    while worked := index_articles() or embed_texts(SENTENCES):
        if time.monotonic() > ends:
            break
    give_back()  # 100 MB of a worker that encodes were 57 after it (2026-12-01)
    if worked:
        hand_over(index_for_finder)


@shared_task(name="articles.poll_feeds")
def poll_feeds() -> None:
    for run_id in poll_due_feeds(now=timezone.now(), fetch=fetch):
        hand_over(process_import, run_id)


@shared_task(name="articles.revisit_pages")
def revisit_feed_pages() -> None:
    for run_id in revisit_pages(now=timezone.now(), fetch=fetch):
        hand_over(process_import, run_id)


def _rest() -> None:
    """Give memory back until the next work: the language model's 55 MB, and what an import freed (2026-12-01)."""
    forget_model()
    give_back()


def announce_pending(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.is_pending:
            revision_pending.send(sender=ArticleRevision, revision_id=outcome.revision_id)
