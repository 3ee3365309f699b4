"""Placing an article's passages in its new revision: one idempotent step per revision, in one transaction."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from annotations.anchoring import Anchor, RevisionDiff, is_harmless
from annotations.errors import InvalidInput, NotFound, WrongState, refusals
from annotations.models import Appearance, Claim, Evidence, Placement, RecheckTask, Verdict
from annotations.quotes import find_quote, snap_to_graphemes
from annotations.services.notifications import notify_of_rechecks
from annotations.workflow import LIVE
from articles.models import Article, ArticleRevision, PendingRevision
from articles.services.revisions import make_current

logger = logging.getLogger(__name__)


def place_revision(*, revision_id: UUID, now: datetime) -> dict[str, int]:
    """Place every passage of the article in this revision, then make it the current one.

    Readers keep the old revision until the transaction commits. Counts by status; all zero where it was done before.
    Revisions are placed in order: one that is pending behind another waits for it.
    """
    counts = dict.fromkeys(Placement.Status.values, 0)
    with refusals(), acting(None):
        pending = PendingRevision.objects.select_for_update().filter(revision_id=revision_id).first()
        if pending is None:
            return counts
        revision = ArticleRevision.objects.select_related("article").get(pk=revision_id)
        article = Article.objects.select_for_update().get(pk=revision.article_id)
        if PendingRevision.objects.filter(revision__article=article, revision__number__lt=revision.number).exists():
            raise WrongState("An earlier revision of this article has to be placed first.")
        for placement, anchor in anchors_in(article=article, text=revision.text):
            made = _place(placement, anchor, revision, language=article.language)
            counts[made.status] += 1
            if made.status != Placement.Status.PLACED and not _is_known_orphan(placement, made):
                open_rechecks(made, now=now)
                _supersede_rechecks(placement, made, now=now)
        make_current(revision=revision)
    return counts


def _is_known_orphan(before: Placement, after: Placement) -> bool:
    """A person has decided that the words are gone: nothing new has happened."""
    return (
        before.status == after.status == Placement.Status.ORPHANED
        and not RecheckTask.objects.filter(placement=before, is_open=True).exists()
    )


def anchors_in(*, article: Article, text: str) -> list[tuple[Placement, Anchor]]:
    """Where each passage of the article's current revision would stand in `text`. Writes nothing: the preview too."""
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
    return [(placement, _anchor(placement, diff, text)) for placement in placements]


def _anchor(placement: Placement, diff: RevisionDiff, text: str) -> Anchor:
    if placement.start is not None and placement.end is not None:
        return diff.place(placement.start, placement.end)
    # An orphan comes back when its words do: a person confirms.
    passage = placement.passage
    found = find_quote(text, passage.exact, passage.prefix, passage.suffix)
    if len(found) == 1:
        return Anchor("moved", found[0].start, found[0].end, found[0].exact, 0.0)
    return Anchor("orphaned", None, None, None, 0.0)


def _place(placement: Placement, anchor: Anchor, revision: ArticleRevision, *, language: str) -> Placement:
    suggestion = anchor.suggestion
    status, harmless = judged(placement, anchor, language=language)
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


def judged(placement: Placement, anchor: Anchor, *, language: str) -> tuple[str, bool]:
    """(status, is_harmless) of the next placement, in the light of what nobody has looked at yet."""
    status: str = anchor.status
    is_open = placement.status in {"changed", "moved"} and placement.confirmed_at is None
    known = placement.passage.exact if is_open else placement.exact
    if status == "placed" and is_open:
        # Nobody has looked at an earlier change yet: it stays visible.
        status = "changed" if anchor.exact != placement.passage.exact else placement.status
    return status, status == "changed" and is_harmless(known, anchor.exact or "", language=language or None)


def open_rechecks(placement: Placement, *, now: datetime) -> None:
    """One open task per claim that rests on these words, with its live verdict where there is one."""
    claims = Claim.objects.filter(removed_at=None, merged_into=None).filter(pk__in=_claim_ids(placement.passage_id))
    live = dict(Verdict.objects.filter(claim__in=claims, status__in=LIVE).values_list("claim_id", "pk"))
    tasks = [
        RecheckTask(
            kind=RecheckTask.Kind.CHANGED_WORDS, claim=claim, verdict_id=live.get(claim.pk), placement=placement,
            detail=placement.get_status_display(), created_at=now,
        )
        for claim in claims
    ]  # fmt: skip
    RecheckTask.objects.bulk_create(tasks, ignore_conflicts=True)
    notify_of_rechecks(tasks, event=f"revision:{placement.revision_id}", now=now)


def _claim_ids(passage_id: UUID) -> set[UUID]:
    standing: Any = {"passage_id": passage_id, "removed_at": None}
    return {
        *Appearance.objects.filter(**standing).values_list("claim_id", flat=True),
        *Evidence.objects.filter(**standing).values_list("claim_id", flat=True),
    }


def confirm_placement(*, person: User, placement_id: UUID, now: datetime) -> Placement:
    """A person looked: the words stand there and mean the same. Closes the rechecks that this placement opened."""
    check_permission(person, "recheck.resolve")
    with refusals(), acting(person):
        placement = locked_placement(placement_id)
        if placement.status == Placement.Status.ORPHANED:
            raise WrongState(
                "The words were not found, so there is nothing to confirm. Select them in the text instead."
            )
        placement.confirmed_at, placement.confirmed_by = now, person
        placement.save(update_fields=["confirmed_at", "confirmed_by"])
        _close_rechecks(placement, person=person, resolution="meaning unchanged", now=now)
    return placement


def confirm_harmless(*, person: User, revision_id: UUID, now: datetime) -> int:
    """One key for all changes of a revision without a digit, negation, name or number in them. Returns how many."""
    check_permission(person, "recheck.resolve")
    with transaction.atomic():
        waiting = Placement.objects.filter(
            revision_id=revision_id, status=Placement.Status.CHANGED, is_harmless=True, confirmed_at=None
        ).values_list("pk", flat=True)
        return len([confirm_placement(person=person, placement_id=pk, now=now) for pk in list(waiting)])


def reattach(*, person: User, placement_id: UUID, start: int, end: int, now: datetime) -> Placement:
    """Put a passage on words that a person selected in the placement's revision. The rechecks stay open for a look."""
    check_permission(person, "claim.write")
    with refusals(), acting(person):
        placement = locked_placement(placement_id)
        text = placement.revision.text
        start, end = snap_to_graphemes(text, start, end)
        if not 0 <= start < end <= len(text):
            raise InvalidInput("Select some words of the article first. Nothing was changed.")
        placement.start, placement.end, placement.exact = start, end, text[start:end]
        is_same = placement.exact == placement.passage.exact
        placement.status = Placement.Status.MOVED if is_same else Placement.Status.CHANGED
        placement.suggestion = None
        placement.confirmed_at, placement.confirmed_by = now, person
        placement.save()
        _close_rechecks(placement, person=person, resolution="re-attached", now=now)
    return placement


def withdraw_passage(*, person: User, placement_id: UUID, now: datetime) -> None:
    """The publisher took the words back: the passage keeps its place in the old revision and asks no more."""
    check_permission(person, "claim.write")
    with refusals(), acting(person):
        placement = locked_placement(placement_id)
        placement.passage.is_withdrawn = True
        placement.passage.save(update_fields=["is_withdrawn"])
        _close_rechecks(placement, person=person, resolution="withdrawn by the publisher", now=now)


def locked_placement(placement_id: UUID) -> Placement:
    placement = (
        Placement.objects.select_for_update(of=("self",))
        .select_related("passage", "revision")
        .filter(pk=placement_id)
        .first()
    )
    if placement is None:
        raise NotFound("This placement does not exist.")
    return placement


def _close_rechecks(placement: Placement, *, person: User, resolution: str, now: datetime) -> None:
    RecheckTask.objects.filter(placement=placement, is_open=True).update(
        is_open=False, resolution=resolution, resolved_by=person, resolved_at=now
    )


def _supersede_rechecks(before: Placement, after: Placement, *, now: datetime) -> None:
    """One open task per claim and passage: the one of the newest revision."""
    RecheckTask.objects.filter(placement=before, is_open=True).update(
        is_open=False, resolution=f"carried to revision {after.revision.number}", resolved_at=now
    )


def note_failure(*, revision_id: UUID, error: str) -> None:
    """Remember why a pending revision could not be placed; the sweep tries again."""
    PendingRevision.objects.filter(pk=revision_id).update(attempts=F("attempts") + 1, last_error=error[:2000])
