"""Placing what an import changed: articles writes the revision, annotations places its passages, this joins the two."""

import logging
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from annotations.services.placements import place_revision
from articles.models import ArticleRevision, PendingRevision

logger = logging.getLogger(__name__)
_AT_ONCE = 200


def place_pending(revision_id: UUID) -> None:
    """Place this revision, and before it those of the article that still wait. Nothing to do where it was placed."""
    article = ArticleRevision.objects.values_list("article", flat=True).get(pk=revision_id)
    waiting = PendingRevision.objects.filter(revision__article=article).order_by("revision__number")
    for waiting_id in waiting.values_list("revision", flat=True):
        place_revision(revision_id=waiting_id, now=timezone.now())


def place_all_pending() -> int:
    """What a lost task left behind, oldest first. One that fails is noted on its row and does not hold up the others."""
    placed = 0
    for revision_id in PendingRevision.objects.order_by("attempts", "created_at").values_list("pk", flat=True)[
        :_AT_ONCE
    ]:
        try:
            place_pending(revision_id)
            placed += 1
        except Exception as error:  # noted on the row, logged with its trace, tried again at the next sweep
            logger.exception("revision %s cannot be placed", revision_id)
            PendingRevision.objects.filter(pk=revision_id).update(
                attempts=F("attempts") + 1, last_error=repr(error)[:500]
            )
    return placed
