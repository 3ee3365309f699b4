"""Finish an import in the background: propose details from the texts, and link copies in other outlets.

A revision without a signature is work to do; the signature is written when both are done, in the same transaction.
"""

from collections.abc import Collection
from uuid import UUID

from accounts.audit import acting
from articles.models import ArticleRevision, Proposal
from articles.services.copies import compare_revisions
from articles.services.decisions import from_text
from articles.text.canonical import Block, CanonicalText
from core.database.locks import Lock, try_lock, wait_for_lock

# Half a second of work. Rows are written, and so locked, in the last tenth of it.
AT_ONCE = 100
_MOST_CODE_POINTS = 4_000_000  # of one batch, which is held in memory


def enrich_revisions(*, limit: int = AT_ONCE) -> int:
    """Process up to `limit` revisions. Returns how many; 0 if none is left or another process is doing it.

    Locks: an advisory lock, so that waiting here never takes more than one process. Rows are locked only after
    everything is computed, and none that a claim or a piece of evidence needs.
    """
    with acting(None):
        if not try_lock(Lock.ENRICHMENT):
            return 0
        waiting = ArticleRevision.objects.filter(minhash=None).order_by("captured_at", "pk")
        revisions = _bounded(list(waiting.values_list("pk", flat=True)[:limit]))
        _enrich(revisions)
    return len(revisions)


def enrich_now(revision_ids: Collection[UUID]) -> None:
    """Process these few revisions at once, so that an article that a person just imported is compared."""
    if not revision_ids:
        return
    with acting(None):
        wait_for_lock(Lock.ENRICHMENT)
        # Asked behind the lock: the background may have done some of them meanwhile.
        left = ArticleRevision.objects.filter(pk__in=revision_ids, minhash=None).values_list("pk", flat=True)
        _enrich(_bounded(list(left)))


def _bounded(ids: Collection[UUID]) -> list[ArticleRevision]:
    """Return the oldest of these revisions, as many as memory may hold."""
    found: list[ArticleRevision] = []
    size = 0
    ordered = ArticleRevision.objects.filter(pk__in=ids).order_by("captured_at", "pk").select_related("article")
    # Twenty texts a step: reading stops soon after the bound.
    for revision in ordered.defer("minhash").iterator(chunk_size=20):
        found.append(revision)
        size += len(revision.text)
        if size > _MOST_CODE_POINTS:
            break
    return found


def _enrich(revisions: list[ArticleRevision]) -> None:
    if not revisions:
        return
    proposals = [proposal for revision in revisions for proposal in _proposals_of(revision)]
    Proposal.objects.bulk_create(proposals, ignore_conflicts=True)
    compare_revisions(revisions)


def _proposals_of(revision: ArticleRevision) -> list[Proposal]:
    article = revision.article
    found = from_text(_canonical_of(revision), article.file_name or "", article)
    return [Proposal(article=article, field=field, value=value, basis=basis) for field, value, basis in found]


def _canonical_of(revision: ArticleRevision) -> CanonicalText:
    """Return the stored text as the pure functions take it."""
    blocks = tuple(Block(block["tag"], block["start"], block["end"], block["role"]) for block in revision.blocks)
    return CanonicalText(revision.text, blocks)
