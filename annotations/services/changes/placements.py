"""Place an article's passages in its new revision.

One idempotent step per revision, in one transaction.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import acting
from annotations.anchoring import Anchor, RevisionDiff, is_harmless
from annotations.errors import WrongState, refusals
from annotations.models import Passage, Placement, RecheckTask
from annotations.quotes import find_quote
from annotations.services.changes.rechecks import lock_claims_at, open_rechecks, supersede_rechecks
from articles.models import Article, ArticleRevision, PendingRevision
from articles.services.revisions import make_current

logger = logging.getLogger(__name__)
MAX_PENDING = 200  # per sweep, which runs every 30 s


def place_revision(*, revision_id: UUID, now: datetime) -> dict[str, int]:
    """Place every passage of the article in this revision, then make it current.

    Readers keep the old revision until the transaction commits. Returns counts by status, all zero where it was placed
    before. Raises WrongState where an earlier revision of the article is still pending.
    """
    counts = dict.fromkeys(Placement.Status.values, 0)
    with refusals(), acting(None):
        # The lock makes a second worker wait, and then find the row gone.
        pending = PendingRevision.objects.select_for_update().filter(revision_id=revision_id).first()
        if pending is None:
            return counts
        revision = ArticleRevision.objects.select_related("article").get(pk=revision_id)
        article = Article.objects.select_for_update().get(pk=revision.article_id)
        # Each step starts from the placements of the revision before it.
        if PendingRevision.objects.filter(revision__article=article, revision__number__lt=revision.number).exists():
            raise WrongState(_("An earlier revision of this article has to be placed first."))
        found = anchors_in(article=article, text=revision.text)
        lock_claims_at(_passages_to_recheck(found), article_id=article.pk)
        for placement, anchor in found:
            made = _create_placement(placement, anchor, revision, language=article.language)
            counts[made.status] += 1
            if made.status != Placement.Status.PLACED and not _is_known_orphan(placement, made):
                open_rechecks(made, now=now)
                supersede_rechecks(placement, made, now=now)
        # Last, in the same transaction: readers never see a text without its placements.
        make_current(revision=revision)
    return counts


def _passages_to_recheck(found: list[tuple[Placement, Anchor]]) -> list[Passage]:
    """Return the passages whose placement may differ: those that changed now, or before and nobody judged it."""
    placed = Placement.Status.PLACED
    return [one.passage for one, anchor in found if anchor.status != placed or one.status != placed]


def place_pending(revision_id: UUID) -> None:
    """Place this revision after the article's earlier pending ones.

    Does nothing where it was placed before.
    """
    article = ArticleRevision.objects.values_list("article", flat=True).get(pk=revision_id)
    waiting = PendingRevision.objects.filter(revision__article=article).order_by("revision__number")
    for waiting_id in waiting.values_list("revision", flat=True):
        place_revision(revision_id=waiting_id, now=timezone.now())


def place_all_pending() -> int:
    """Place revisions that a lost task left behind. Returns how many were placed.

    A failure is noted on its row and does not delay the others.
    """
    placed = 0
    for revision_id in PendingRevision.objects.order_by("attempts", "created_at").values_list("pk", flat=True)[
        :MAX_PENDING
    ]:
        try:
            place_pending(revision_id)
            placed += 1
        except Exception as error:
            # Any error: one bad revision must not stop the sweep. Its row keeps the error, the next sweep tries again.
            logger.exception("revision %s cannot be placed", revision_id)
            PendingRevision.objects.filter(pk=revision_id).update(
                attempts=F("attempts") + 1, last_error=repr(error)[:500]
            )
    return placed


def _is_known_orphan(before: Placement, after: Placement) -> bool:
    """Return whether a person has already decided that the words are gone."""
    return (
        before.status == after.status == Placement.Status.ORPHANED
        and not RecheckTask.objects.open().filter(placement=before).exists()
    )


def anchors_in(*, article: Article, text: str) -> list[tuple[Placement, Anchor]]:
    """Compute where each passage of the current revision stands in `text`.

    Writes nothing, so the import preview uses it too.
    """
    if article.current_revision_id is None:
        return []
    before = ArticleRevision.objects.get(pk=article.current_revision_id)
    placements = list(
        Placement.objects.filter(revision=before, passage__is_withdrawn=False)
        .select_related("passage")
        .order_by("start", "pk")
    )
    if not placements:
        return []
    diff = RevisionDiff(before.text, text)
    return [(placement, _find_anchor(placement, diff, text)) for placement in placements]


def _find_anchor(placement: Placement, diff: RevisionDiff, text: str) -> Anchor:
    if placement.start is not None and placement.end is not None:
        return diff.place(placement.start, placement.end)
    # An orphan whose words came back is only `moved`, never `placed`: a person has to confirm it.
    passage = placement.passage
    found = find_quote(text, passage.exact, passage.prefix, passage.suffix)
    # Of two places none is sure.
    if len(found) == 1:
        return Anchor("moved", found[0].start, found[0].end, found[0].exact, 0.0)
    return Anchor("orphaned", None, None, None, 0.0)


def _create_placement(placement: Placement, anchor: Anchor, revision: ArticleRevision, *, language: str) -> Placement:
    suggestion = anchor.suggestion
    status, harmless = judge_placement(placement, anchor, language=language)
    return Placement.objects.create(
        passage_id=placement.passage_id,
        revision=revision,
        start=anchor.start,
        end=anchor.end,
        exact=anchor.exact or "",
        status=status,
        is_harmless=harmless,
        suggestion=suggestion
        and {"start": suggestion.start, "end": suggestion.end, "exact": suggestion.exact, "score": suggestion.score},
    )


def judge_placement(placement: Placement, anchor: Anchor, *, language: str) -> tuple[str, bool]:
    """Return (status, is_harmless) of the next placement.

    Takes into account an earlier change that nobody has judged yet.
    """
    status: str = anchor.status
    is_open = placement.status in {"changed", "moved"} and placement.confirmed_at is None
    known = placement.passage.exact if is_open else placement.exact
    if status == "placed" and is_open:
        # Nobody has judged an earlier change yet. Without this, a second revision would hide it.
        status = "changed" if anchor.exact != placement.passage.exact else placement.status
    # Equal words can still count as changed: "80" is left of "80.5", so the difference stands beside them.
    is_other = status == "changed" and known != anchor.exact
    return status, is_other and is_harmless(known, anchor.exact or "", language=language or None)
