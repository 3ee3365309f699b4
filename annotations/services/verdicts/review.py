"""A reviewer's answers: request changes, approve; and the actions on offer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_permission, has_permission
from annotations.errors import ContentChanged, ContributorMayNotApprove, InvalidInput, WrongState
from annotations.models import Comment, Verdict
from annotations.services.base import check_expected, locked_verdict, touch_claim, writing
from annotations.services.verdicts.submission import differs_in_rating, version_before
from annotations.services.verdicts.transitions import (
    Outcome,
    conflict_of,
    contributor_ids,
    eligible_approvers,
    give_approval,
    settle_conflict,
    transition_verdict,
    write_verdict,
)
from annotations.workflow import LIVE, Status, actions_from


def request_changes(
    *, person: User, verdict_id: UUID | str, comment: str, now: datetime, expected: int | None = None
) -> Verdict:
    """Send the verdict back to its author with a comment."""
    check_permission(person, "verdict.request_changes")
    if not comment.strip():
        raise InvalidInput(_("Say what has to change: a comment is required. Nothing was changed."))
    with writing(person):
        verdict = locked_verdict(verdict_id, expected=expected)
        transition_verdict(verdict, "request_changes", person=person, now=now, reason=comment.strip())
        Comment.objects.create(
            claim=verdict.claim, verdict=verdict, body=comment.strip(), author=person, created_at=now
        )
        touch_claim(verdict.claim, now=now)
    return verdict


def approve_verdict(
    *,
    person: User,
    verdict_id: UUID | str,
    now: datetime,
    expected: int | None = None,
    content_sha256: str | None = None,
    note: str = "",
    token_creator: User | None = None,
    no_conflict: bool = False,
) -> Outcome:
    """Approve this exact frozen content.

    `content_sha256` is the digest the reviewer was shown. Contributors are refused here and by the database, and so is a
    token whose creator is one. Two approvals may not share a person or a token's creator. Raises ContentChanged,
    ContributorMayNotApprove, HasConflict, ConflictUnanswered, WrongState, Stale. `no_conflict` answers the question of a conflict
    of interest, where the person has not answered it for this claimant.
    """
    check_permission(person, "verdict.approve")
    with writing(person):
        verdict = locked_verdict(verdict_id)
        # The trigger refuses this too; asked here as well for a message that names the reason.
        contributors = contributor_ids(verdict.pk)
        if person.pk in contributors or (token_creator and token_creator.pk in contributors):
            raise ContributorMayNotApprove(
                _("You wrote part of this verdict, so somebody else has to approve it. Nothing was changed.")
            )
        if verdict.status != Status.IN_REVIEW or verdict.frozen is None:
            raise WrongState(
                _("The verdict is {status}, so it cannot be approved. Nothing was changed.").format(
                    status=_(Status(verdict.status).label).lower()
                ),
                current_status=verdict.status,
            )
        # Compared under the lock: the digest names what the reviewer read, whatever was saved since.
        if content_sha256 and content_sha256 != verdict.frozen.sha256:
            raise ContentChanged(_("The verdict was changed since you read it. Read it again before you approve."))
        check_expected(verdict.edit_number, expected)
        settle_conflict(person, verdict.claim.claimant_id, has_none=no_conflict, now=now)
        needed = _approvals_needed(verdict)
        given = give_approval(verdict, "publish", person=person, token_creator=token_creator, note=note, now=now)
        touch_claim(verdict.claim, now=now)
        # The verdict stays in review; its edit number grows, so that open pages notice the first approval.
        if given < needed:
            write_verdict(verdict, now=now)
            return Outcome(
                verdict, is_done=False, missing=[_("A changed rating needs the approval of one more person.")]
            )
        transition_verdict(verdict, "approve", person=person, now=now, reason=note)
    return Outcome(verdict)


def _approvals_needed(verdict: Verdict) -> int:
    """Return 2 for a changed rating where two people may approve, else 1."""
    return min(2, max(1, len(eligible_approvers(verdict)))) if changes_rating(verdict) else 1


def changes_rating(verdict: Verdict) -> bool:
    before = version_before(verdict)
    return before is not None and differs_in_rating(before, verdict)


def allowed_actions(person: User, verdict: Verdict, *, contributors: set[UUID] | None = None) -> dict[str, bool]:
    """Return {action: possible}, by the same rules as the services, for buttons."""
    contributors = contributor_ids(verdict.pk) if contributors is None else contributors
    is_author = person.pk in contributors
    possible = set(actions_from(verdict.status))
    allowed: dict[str, Any] = {
        name: name in possible and has_permission(person, f"verdict.{name}")
        for name in (
            "submit",
            "request_changes",
            "approve",
            "publish",
            "suspend",
            "retract",
            "restore",
            "legal_removal",
        )
    }
    allowed["submit"] = allowed["submit"] and is_author
    allowed["approve"] = allowed["approve"] and not is_author and not _has_conflict(person, verdict)
    allowed["publish"] = allowed["publish"] and not is_author
    allowed["edit"] = verdict.status in {"draft", "in_review", "changes_requested", "approved"} and has_permission(
        person, "verdict.write"
    )
    allowed["override"] = has_permission(person, "verdict.override")
    allowed["correct"] = verdict.status in LIVE and has_permission(person, "verdict.correct")
    return allowed


def _has_conflict(person: User, verdict: Verdict) -> bool:
    declared = conflict_of(person, verdict.claim.claimant_id)
    return declared is not None and declared.has_conflict
