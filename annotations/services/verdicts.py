"""The moves of a verdict that need trust: submit, request changes, approve, publish. See withdrawals.py for the rest."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from accounts.permissions import check_permission, has_permission
from annotations import rationale
from annotations.errors import ContentChanged, ContributorMayNotApprove, InvalidInput, NotReady, WrongState
from annotations.models import Appearance, Comment, Verdict
from annotations.services.approvals import give_approval
from annotations.services.base import check_expected, locked_verdict, touch_claim, writing
from annotations.services.conflicts import conflict_of, refuse_conflict
from annotations.services.contributors import contributor_ids, eligible_approvers
from annotations.services.corrections import correction_problems, differs_in_rating, version_before
from annotations.services.freeze import freeze
from annotations.services.guards import policy_problems, submission_report, waivers
from annotations.services.moves import Outcome, move, write
from annotations.workflow import LIVE, Status, actions_from


def submission_problems(verdict: Verdict) -> list[dict[str, str]]:
    """What keeps the verdict from being submitted: {"pointer", "code", "detail"}, empty when nothing does."""
    claim = verdict.claim
    evidence = list(claim.evidence.filter(removed_at=None))
    numbers = [item.number for item in evidence]
    dated = Appearance.objects.filter(claim=claim, removed_at=None, said_at__isnull=False)
    # What was said before there was a verdict, or on a claim that was merged into this one, names none.
    named = Q(verdict=verdict) | Q(verdict=None)
    blocking = Comment.objects.filter(named, claim=claim, is_blocking=True, resolved_at=None)
    rating = verdict.rating
    checks = [
        (not claim.statement, "/claim/statement", "statement-missing", "Write the statement that is checked."),
        (claim.claimant_id is None, "/claim/claimant", "claimant-missing", "Say who makes the claim."),
        (not dated.exists(), "/claim/appearances", "date-missing", "Say when the claim was made."),
        (rating is None, "/rating", "rating-missing", "Choose a rating."),
        (
            rating is not None and not (rating.is_active and rating.scale.is_active),
            "/rating", "rating-inactive", "This rating is no longer in use: choose another one.",
        ),
        (
            rating is not None and rating.scale.is_free_text and not verdict.rating_text.strip(),
            "/rating_text", "rating-text-missing", "Type the label that readers will see.",
        ),
        (
            not any(item.verified for item in evidence),
            "/evidence", "evidence-missing", "Link at least one piece of evidence whose quote is verified.",
        ),
        (blocking.exists(), "/comments", "comment-unresolved", "Resolve the blocking comments first."),
    ]  # fmt: skip
    problems = [
        {"pointer": pointer, "code": code, "detail": detail}
        for is_missing, pointer, code, detail in checks
        if is_missing
    ]
    return problems + [
        {"pointer": "/rationale", "code": problem.code, "detail": problem.message}
        for problem in rationale.problems(verdict.rationale, numbers)
        if problem.code == "unknown-evidence"
    ]


def submit_verdict(
    *,
    person: User,
    verdict_id: UUID | str,
    now: datetime,
    expected: int | None = None,
    waived: dict[str, str] | None = None,
) -> Verdict:
    """Freeze the content and ask for review. Raises NotReady with everything that is missing, NotPermitted, Stale.

    `waived` gives a reason for each guard of the desk's policy that is not met (services/guards.py).
    """
    check_permission(person, "verdict.submit")
    with writing(person):
        verdict = locked_verdict(verdict_id, expected=expected)
        if verdict.status not in {Status.DRAFT, Status.CHANGES_REQUESTED}:
            raise WrongState(f"The verdict is {Status(verdict.status).label.lower()} already. Nothing was changed.")
        if person.pk not in contributor_ids(verdict.pk):
            raise ContributorMayNotApprove(
                "Only an author submits: somebody who wrote some of it. Nothing was changed."
            )
        report = submission_report(verdict, waived=waived)
        problems = [
            *submission_problems(verdict),
            *correction_problems(verdict),
            *policy_problems(report, waived=waived),
        ]
        if problems:
            raise NotReady(
                "This cannot be submitted yet. Your words are saved. "
                + " ".join(problem["detail"] for problem in problems),
                errors=problems,
            )
        move(
            verdict, "submit", person=person, now=now, frozen=freeze(verdict), waived=waivers(report),
            submitted_at=now, submitted_by=person,
        )  # fmt: skip
        touch_claim(verdict.claim, now=now)
    return verdict


def request_changes(
    *, person: User, verdict_id: UUID | str, comment: str, now: datetime, expected: int | None = None
) -> Verdict:
    """Send it back to the author with a comment that says why."""
    check_permission(person, "verdict.request_changes")
    if not comment.strip():
        raise InvalidInput("Say what has to change: a comment is required. Nothing was changed.")
    with writing(person):
        verdict = locked_verdict(verdict_id, expected=expected)
        move(verdict, "request_changes", person=person, now=now, reason=comment.strip())
        Comment.objects.create(
            claim=verdict.claim, verdict=verdict, body=comment.strip(), author=person, created_at=now
        )
        touch_claim(verdict.claim, now=now)
    return verdict


def approvals_needed(verdict: Verdict) -> int:
    """Two for a correction that changes the rating where two people may approve, else one."""
    return min(2, max(1, len(eligible_approvers(verdict)))) if changes_rating(verdict) else 1


def changes_rating(verdict: Verdict) -> bool:
    before = version_before(verdict)
    return before is not None and differs_in_rating(before, verdict)


def approve_verdict(
    *,
    person: User,
    verdict_id: UUID | str,
    now: datetime,
    expected: int | None = None,
    content_sha256: str | None = None,
    note: str = "",
    token_creator: User | None = None,
) -> Outcome:
    """Stand for exactly the frozen content; `content_sha256` is what the reviewer was shown.

    Refused to contributors here and by the database; a token's creator must be no contributor either. Of two approvals
    none may come from the person or the token's creator of the other.
    """
    check_permission(person, "verdict.approve")
    with writing(person):
        verdict = locked_verdict(verdict_id)
        contributors = contributor_ids(verdict.pk)
        if person.pk in contributors or (token_creator and token_creator.pk in contributors):
            raise ContributorMayNotApprove(
                "You wrote some of what this verdict says, so somebody else has to approve it. Nothing was changed."
            )
        refuse_conflict(person, verdict.claim.claimant_id)
        if verdict.status != Status.IN_REVIEW or verdict.frozen is None:
            raise WrongState(
                f"The verdict is {Status(verdict.status).label.lower()}, so it cannot be approved. Nothing was changed.",
                current_status=verdict.status,
            )
        if content_sha256 and content_sha256 != verdict.frozen.sha256:
            raise ContentChanged("The verdict was changed since you read it. Read it again before you approve.")
        check_expected(verdict.edit_number, expected)
        needed = approvals_needed(verdict)
        given = give_approval(verdict, "publish", person=person, token_creator=token_creator, note=note, now=now)
        touch_claim(verdict.claim, now=now)
        if given < needed:
            write(verdict, now=now)
            return Outcome(verdict, is_done=False, missing=["A changed rating needs the approval of one more person."])
        move(verdict, "approve", person=person, now=now, reason=note)
    return Outcome(verdict)


def allowed_actions(person: User, verdict: Verdict, *, contributors: set[UUID] | None = None) -> dict[str, bool]:
    """Which buttons to show: the same table and rules as the services ask, as {action: possible}."""
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
