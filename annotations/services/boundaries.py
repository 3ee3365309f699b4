"""Change where marked words begin and end.

A passage's words never change (guard `passage_is_kept`), so the appearance or the evidence points at another passage.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, NotFound, Stale, WrongState
from annotations.models import Appearance, Claim, Evidence, Passage, Placement
from annotations.services.acts.record import record_moved
from annotations.services.base import locked_appearance, locked_claim, locked_evidence, touch_claim, writing
from annotations.services.changes.rechecks import open_rechecks_of_restored
from annotations.services.targets import Target, find_span, lock_text, read_current_revision, take_passage
from annotations.services.verdicts.edits import reopen_for_edit
from articles.models import ArticleRevision

type Bounds = tuple[int, int]  # start, end
type Marked = Appearance | Evidence


def move_appearance(
    *, person: User, appearance_id: UUID | str, target: Target, now: datetime, expected: Bounds | None = None
) -> Appearance:
    """Point an appearance at the words of `target`, which overlap its present ones.

    `expected` is the start and end that the person saw. Side effect: a verdict under review goes back to draft. Raises
    Stale, WrongState, InvalidInput, OverlapsClaim, AlreadyLinked and what `point_at` raises.
    """
    check_permission(person, "claim.write")
    with writing(person):
        lock_text(target.article_id)
        claim, appearance = locked_appearance(appearance_id)
        _move(appearance, claim, target, person=person, now=now, expected=expected)
    return appearance


def move_evidence(
    *, person: User, evidence_id: UUID | str, target: Target, now: datetime, expected: Bounds | None = None
) -> Evidence:
    """Point evidence at the words of `target`, as `move_appearance` does."""
    check_permission(person, "evidence.write")
    with writing(person):
        lock_text(target.article_id)
        claim, evidence = locked_evidence(evidence_id)
        if evidence.passage_id is None:
            raise InvalidInput(_("An outside source has no words in an article. Nothing was changed."))
        _move(evidence, claim, target, person=person, now=now, expected=expected)
    return evidence


def _move(
    marked: Marked, claim: Claim, target: Target, *, person: User, now: datetime, expected: Bounds | None
) -> None:
    revision = read_current_revision(target.article_id)
    present = _present_bounds(marked, revision)
    if expected is not None and expected != present:
        start, end = present
        raise Stale(
            _(
                "Somebody else moved the beginning or the end in the meantime. Their change stays; nothing of it was overwritten."
            ),
            current={"start": start, "end": end, "exact": revision.text[start:end]},
        )
    wanted = find_span(target, revision)
    if wanted == present:
        return
    # Words elsewhere would be another place of the claim, under the history of this one.
    if wanted[0] >= present[1] or present[0] >= wanted[1]:
        raise InvalidInput(_("These words do not touch the marked ones. Mark them as another place instead."))
    before = marked.passage_id
    _point_at(marked, claim, take_passage(revision, *wanted, person=person), person=person, now=now)
    record_moved(marked, before, person=person, now=now)


def point_back(marked: Marked, present: UUID, wanted: UUID, *, person: User, now: datetime) -> None:
    """Point from one passage to another that it pointed at before. Raises Stale, WrongState, NotFound.

    Call with the text of the earlier words locked (`lock_text`), before the claim is locked.
    """
    check_permission(person, "claim.write" if isinstance(marked, Appearance) else "evidence.write")
    with writing(person):
        claim = locked_claim(marked.claim_id)
        marked.refresh_from_db()
        if marked.removed_at:
            raise NotFound(_("It has been removed since."))
        if marked.passage_id != present:
            raise Stale(_("The beginning or the end was moved again since then, so nothing was overwritten."))
        passage = Passage.objects.select_related("article").get(pk=wanted)
        current = Placement.objects.filter(passage=passage, revision=passage.article.current_revision_id)
        if passage.is_withdrawn or not current.exclude(start=None).exists():
            raise WrongState(_("The earlier words are no longer in the article's text."))
        _point_at(marked, claim, passage, person=person, now=now)
        open_rechecks_of_restored(claim, [passage.pk], now=now)


def _point_at(marked: Marked, claim: Claim, passage: Passage, *, person: User, now: datetime) -> None:
    reopen_for_edit(claim, person=person, now=now)
    marked.passage = passage
    marked.save(update_fields=["passage", *(["updated_at"] if isinstance(marked, Evidence) else [])])
    touch_claim(claim, now=now)


def _present_bounds(marked: Marked, revision: ArticleRevision) -> Bounds:
    """Return where the marked words stand now. Raises InvalidInput for another article's text, WrongState."""
    placement = Placement.objects.select_related("passage").filter(passage=marked.passage_id, revision=revision).first()
    if placement is None:
        raise InvalidInput(_("These words are in another article than the marked ones. Nothing was changed."))
    if placement.start is None or placement.end is None or placement.passage.is_withdrawn:
        raise WrongState(_("The marked words are no longer in the text. Attach the passage to its words first."))
    # The new passage would count as placed, and the change underneath would be seen by nobody.
    if placement.status != Placement.Status.PLACED and placement.confirmed_at is None:
        raise WrongState(
            _("These words changed since they were marked. Decide on the change first, then move the ends.")
        )
    return placement.start, placement.end
