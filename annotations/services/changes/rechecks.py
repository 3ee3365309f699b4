"""Rechecks: words under a claim changed, and a person decides what that means."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext, gettext_noop

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, NotFound, WrongState, refusals
from annotations.models import Appearance, Claim, Contribution, Evidence, Passage, Placement, RecheckTask, Verdict
from annotations.models.work import MEANING_UNCHANGED, REATTACHED, RESOLUTIONS, UNNAMED_CLAIM, WITHDRAWN
from annotations.quotes import snap_to_graphemes
from annotations.services.base import lock_claims, writing
from annotations.services.notifications import notify
from annotations.services.targets import lock_texts
from core.notices import tell_of_change


def lock_claims_at(passages: Iterable[Passage], *, article_id: UUID) -> None:
    """Lock the claims that `open_rechecks` may write to for passages of one article."""
    ids = [passage.pk for passage in passages]
    if ids:
        live = Verdict.objects.live().filter(claim__in=_claim_ids_of(passage__article=article_id))
        lock_claims(_claim_ids_of(passage__in=ids) | set(live.values_list("claim_id", flat=True)))


def _claim_ids_of(**where: Any) -> set[UUID]:
    """Return the claims of appearances and evidence, removed ones included: a check may quote what was taken away since."""
    return {
        pk for marks in (Appearance, Evidence) for pk in marks.objects.filter(**where).values_list("claim", flat=True)
    }


def open_rechecks(placement: Placement, *, now: datetime) -> None:
    """Open one task per claim that uses these words, with its live verdict."""
    passage = placement.passage
    claims = Claim.objects.standing().filter(pk__in=_claim_ids_at(passage.pk) | _claim_ids_quoting(passage))
    _open_rechecks_of(claims, placement, now=now)


def open_rechecks_of_restored(claim: Claim, passages: Collection[UUID], *, now: datetime) -> None:
    """Open the tasks of a claim that points at these passages again, where their words changed meanwhile.

    While it did not, a new text gave it no task. None for words that a person judged, for this claim or for all. Call with the
    claim locked: a text that is placed meanwhile comes before or after.
    """
    if claim.removed_at or claim.merged_into_id:
        return
    changed = Placement.objects.filter(
        passage__in=passages,
        passage__is_withdrawn=False,
        revision=F("passage__article__current_revision"),
        confirmed_at=None,
    ).exclude(status=Placement.Status.PLACED)
    for placement in changed.exclude(rechecks__claim=claim).select_related("passage", "revision").order_by("pk"):
        _open_rechecks_of([claim], placement, now=now)


def _open_rechecks_of(claims: Collection[Claim], placement: Placement, *, now: datetime) -> None:
    live = dict(Verdict.objects.live().filter(claim__in=claims).values_list("claim_id", "pk"))
    tasks = [
        RecheckTask(
            kind=RecheckTask.Kind.CHANGED_WORDS,
            claim=claim,
            verdict_id=live.get(claim.pk),
            placement=placement,
            detail=placement.get_status_display(),
            created_at=now,
        )
        for claim in claims
    ]
    # An open task of the same claim and placement stands already; it stays.
    RecheckTask.objects.bulk_create(tasks, ignore_conflicts=True)
    notify_of_rechecks(tasks, event=f"revision:{placement.revision_id}", now=now)


def _claim_ids_at(passage_id: UUID) -> set[UUID]:
    return {
        *Appearance.objects.standing().filter(passage=passage_id).values_list("claim_id", flat=True),
        *Evidence.objects.standing().filter(passage=passage_id).values_list("claim_id", flat=True),
    }


def _claim_ids_quoting(passage: Passage) -> set[UUID]:
    """Return claims whose published check quotes the passage, though what they point at was moved or removed since."""
    in_article = Q(claim__appearances__passage__article=passage.article_id) | Q(
        claim__evidence__passage__article=passage.article_id
    )
    live = Verdict.objects.live().filter(in_article).exclude(frozen__payload__body=None).distinct()
    bodies = list(live.values_list("claim_id", "frozen__payload__body"))
    if not bodies:
        return set()
    # A check quotes the words as they stood when it was submitted, in any revision since.
    words = {passage.exact, *passage.placements.exclude(exact="").values_list("exact", flat=True)}
    return {claim_id for claim_id, body in bodies if body and _quotes(orjson.loads(body), passage.article_id, words)}


def _quotes(content: dict[str, Any], article_id: UUID, words: set[str]) -> bool:
    items = [*content["appearances"], *content["evidence"]]
    return any(
        item["article"] and item["article"]["id"] == str(article_id) and item["exact"] in words for item in items
    )


def notify_of_rechecks(tasks: Iterable[RecheckTask], *, event: str, now: datetime) -> None:
    """Notify the authors and the assignee of each claim.

    `event` names the cause, such as a revision: several tasks of one claim and one event make one notification.
    """
    for claim in {task.claim_id: task.claim for task in tasks}.values():
        people = set(Contribution.objects.filter(claim=claim).values_list("person_id", flat=True))
        if claim.assigned_to_id:
            people.add(claim.assigned_to_id)
        kinds = [task.kind for task in tasks if task.claim_id == claim.pk]
        notify(
            people,
            event_key=f"recheck:{event}:{claim.pk}",
            claim=claim,
            url="/rechecks/",
            now=now,
            by=None,
            template=gettext_noop("Recheck ({kind}): {claim}"),
            details={"kind": kinds[0], "claim": claim.statement or UNNAMED_CLAIM},
        )


def supersede_rechecks(before: Placement, after: Placement, *, now: datetime) -> None:
    """Close the tasks of the older placement: the newer one carries them."""
    RecheckTask.objects.open().filter(placement=before).update(
        is_open=False,
        resolution=f"carried to revision {after.revision.number}",
        resolved_at=now,
    )


def _lock_claims(placement_ids: Collection[UUID]) -> None:
    """Keep the articles' texts and lock the claims whose tasks are closed here, in one order, before the placements.

    A new text that is placed meanwhile starts from the placements as they are answered. Each closed task is an event of its
    claim: two people who close tasks of the same claims at different placements would otherwise wait for each other's streams
    of the trail.
    """
    lock_texts(set(Placement.objects.filter(pk__in=placement_ids).values_list("revision__article", flat=True)))
    lock_claims(RecheckTask.objects.open().filter(placement__in=placement_ids).values("claim"))


def _close_rechecks(placement: Placement, *, person: User, resolution: str, now: datetime) -> None:
    RecheckTask.objects.open().filter(placement=placement).update(
        is_open=False, resolution=resolution, resolved_by=person, resolved_at=now
    )


def resolve_recheck(*, person: User, task_id: UUID | str, resolution: str, now: datetime) -> RecheckTask:
    """Close a task.

    `unchanged` confirms the placement, `withdrawn` withdraws the passage; both close the placement's other tasks too.
    """
    check_permission(person, "recheck.resolve")
    if resolution not in RESOLUTIONS:
        raise InvalidInput(
            gettext("A recheck ends as {resolutions}. Nothing was changed.").format(resolutions=", ".join(RESOLUTIONS))
        )
    with writing(person):
        task = _lock_task(task_id)
        if not task.is_open:
            raise WrongState(gettext("Somebody has closed this recheck already."))
        if task.placement_id and resolution == "unchanged":
            confirm_placement(person=person, placement_id=task.placement_id, now=now)
        elif task.placement_id and resolution == "withdrawn":
            withdraw_passage(person=person, placement_id=task.placement_id, now=now)
        RecheckTask.objects.filter(pk=task.pk).update(
            is_open=False, resolution=RESOLUTIONS[resolution], resolved_by=person, resolved_at=now
        )
    task.refresh_from_db()
    return task


def _lock_task(task_id: UUID | str) -> RecheckTask:
    """Keep the article's text, lock the claims, the placement, then the task.

    Services that answer the placement itself lock in this order; another one would deadlock with them.
    """
    found = RecheckTask.objects.filter(pk=task_id)
    placement_id = found.values_list("placement_id", flat=True).first()
    if placement_id:
        _lock_placement(placement_id)
    task = found.select_for_update(of=("self",)).first()
    if task is None:
        raise NotFound(gettext("This recheck does not exist."))
    return task


def confirm_placement(*, person: User, placement_id: UUID, now: datetime) -> Placement:
    """Confirm that the words mean the same, and close the placement's tasks.

    Raises WrongState for an orphan.
    """
    check_permission(person, "recheck.resolve")
    with refusals(), acting(person):
        placement = _lock_placement(placement_id)
        if placement.status == Placement.Status.ORPHANED:
            raise WrongState(
                gettext("The words were not found, so there is nothing to confirm. Select them in the text instead.")
            )
        placement.confirmed_at, placement.confirmed_by = now, person
        placement.save(update_fields=["confirmed_at", "confirmed_by"])
        _close_rechecks(placement, person=person, resolution=MEANING_UNCHANGED, now=now)
    return placement


def confirm_harmless(*, person: User, revision_id: UUID, now: datetime) -> int:
    """Confirm all harmless changes of a revision. Returns how many."""
    check_permission(person, "recheck.resolve")
    # All or none: the message tells one number.
    with transaction.atomic():
        waiting = Placement.objects.filter(
            revision_id=revision_id, status=Placement.Status.CHANGED, is_harmless=True, confirmed_at=None
        ).values_list("pk", flat=True)
        _lock_claims(list(waiting))
        # In the order of `confirm_placements`, else two people who confirm the same changes would deadlock.
        return len([confirm_placement(person=person, placement_id=pk, now=now) for pk in sorted(waiting)])


def confirm_placements(*, person: User, placement_ids: Collection[UUID], now: datetime) -> int:
    """Confirm that the words mean the same at several placements, all or none. Returns how many."""
    check_permission(person, "recheck.resolve")
    if not placement_ids:
        raise InvalidInput(gettext("Choose at least one change. Nothing was changed."))
    with transaction.atomic():
        _lock_claims(placement_ids)
        # In one order, as everybody locks several: two people who answer the same changes wait for each other.
        for placement_id in sorted(set(placement_ids)):
            confirm_placement(person=person, placement_id=placement_id, now=now)
    return len(set(placement_ids))


def reattach(*, person: User, placement_id: UUID, start: int, end: int, now: datetime) -> Placement:
    """Put a passage on words that a person selected, and close its tasks.

    Offsets are code points of the placement's revision. Raises InvalidInput.
    """
    check_permission(person, "claim.write")
    with refusals(), acting(person):
        placement = _lock_placement(placement_id)
        text = placement.revision.text
        start, end = snap_to_graphemes(text, start, end)
        if not 0 <= start < end <= len(text):
            raise InvalidInput(gettext("Select some words of the article first. Nothing was changed."))
        placement.start, placement.end, placement.exact = start, end, text[start:end]
        is_same = placement.exact == placement.passage.exact
        placement.status = Placement.Status.MOVED if is_same else Placement.Status.CHANGED
        # Decided: the lookalike is no longer of interest.
        placement.suggestion = None
        placement.confirmed_at, placement.confirmed_by = now, person
        placement.save()
        _close_rechecks(placement, person=person, resolution=REATTACHED, now=now)
    return placement


def withdraw_passage(*, person: User, placement_id: UUID, now: datetime) -> Placement:
    """Withdraw a passage that the publisher took back: it keeps its old placements.

    New revisions do not place it any more. Closes its tasks.
    """
    check_permission(person, "claim.write")
    with refusals(), acting(person):
        placement = _lock_placement(placement_id)
        # On the passage, not the placement: later revisions must not place it either.
        placement.passage.is_withdrawn = True
        placement.passage.save(update_fields=["is_withdrawn"])
        _close_rechecks(placement, person=person, resolution=WITHDRAWN, now=now)
    return placement


def _lock_placement(placement_id: UUID) -> Placement:
    """Keep the article's text, lock the claims whose tasks are open at the placement, then the placement."""
    _lock_claims([placement_id])
    placement = (
        Placement.objects.select_for_update(of=("self",))
        .select_related("passage", "revision")
        .filter(pk=placement_id)
        .first()
    )
    if placement is None:
        raise NotFound(gettext("This placement does not exist."))
    tell_of_change(article=placement.revision.article_id)
    return placement
