"""The moves of a verdict that need trust: submit, request changes, approve, publish, suspend, retract, restore."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.permissions import check_permission, has_permission
from annotations import rationale
from annotations.errors import ContentChanged, ContributorMayNotApprove, InvalidInput, NotReady, WrongState
from annotations.models import Appearance, Approval, Claim, Comment, FactCheck, Verdict, VerdictTransition
from annotations.services.base import check_expected, locked_verdict, touch_claim, writing
from annotations.services.contributors import contributor_ids, eligible_approvers, people_who_may
from annotations.services.freeze import freeze
from annotations.services.moves import move, write
from annotations.services.publication import change_face, publish_face
from annotations.workflow import LIVE, Status, actions_from


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a move came to: `missing` lists what a two-person move still waits for (the API answers 202 then)."""

    verdict: Verdict
    is_done: bool = True
    missing: list[str] = field(default_factory=list)


def submission_problems(verdict: Verdict) -> list[dict[str, str]]:
    """What keeps the verdict from being submitted: {"pointer", "code", "detail"}, empty when nothing does."""
    claim = verdict.claim
    evidence = list(claim.evidence.filter(removed_at=None))
    numbers = [item.number for item in evidence]
    dated = Appearance.objects.filter(claim=claim, removed_at=None, said_at__isnull=False)
    blocking = Comment.objects.filter(verdict=verdict, is_blocking=True, resolved_at=None)
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
    """Freeze the content and ask for review. Raises NotReady with everything that is missing, NotPermitted, Stale."""
    check_permission(person, "verdict.submit")
    with writing(person):
        verdict = locked_verdict(verdict_id, expected=expected)
        if verdict.status not in {Status.DRAFT, Status.CHANGES_REQUESTED}:
            raise WrongState(f"The verdict is {Status(verdict.status).label.lower()} already. Nothing was changed.")
        if person.pk not in contributor_ids(verdict.pk):
            raise ContributorMayNotApprove(
                "Only an author submits: somebody who wrote some of it. Nothing was changed."
            )
        problems = submission_problems(verdict)
        if problems:
            raise NotReady(
                "This cannot be submitted yet. Your words are saved. "
                + " ".join(problem["detail"] for problem in problems),
                errors=problems,
            )
        move(
            verdict, "submit", person=person, now=now, frozen=freeze(verdict), waived=waived or {},
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
    if verdict.correction_kind and verdict.version > 1:
        before = Verdict.objects.filter(claim_id=verdict.claim_id, version=verdict.version - 1).first()
        if before is not None and before.rating_id != verdict.rating_id:
            return min(2, max(1, len(eligible_approvers(verdict))))
    return 1


def changes_rating(verdict: Verdict) -> bool:
    before = Verdict.objects.filter(claim_id=verdict.claim_id, version=verdict.version - 1).first()
    return before is not None and before.rating_id != verdict.rating_id


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

    Refused to contributors here and by the database; a token's creator must be no contributor either.
    """
    check_permission(person, "verdict.approve")
    with writing(person):
        verdict = locked_verdict(verdict_id)
        contributors = contributor_ids(verdict.pk)
        if person.pk in contributors or (token_creator and token_creator.pk in contributors):
            raise ContributorMayNotApprove(
                "You wrote some of what this verdict says, so somebody else has to approve it. Nothing was changed."
            )
        if verdict.status != Status.IN_REVIEW or verdict.frozen is None:
            raise WrongState(
                f"The verdict is {Status(verdict.status).label.lower()}, so it cannot be approved. Nothing was changed.",
                current_status=verdict.status,
            )
        if content_sha256 and content_sha256 != verdict.frozen.sha256:
            raise ContentChanged("The verdict was changed since you read it. Read it again before you approve.")
        check_expected(verdict.edit_number, expected)
        needed = approvals_needed(verdict)
        Approval.objects.create(
            verdict=verdict, claim_id=verdict.claim_id, person=person, content_sha256=verdict.frozen.sha256,
            frozen=verdict.frozen, note=note, at=now,
        )  # fmt: skip
        given = Approval.objects.filter(verdict=verdict, action="publish", frozen=verdict.frozen).count()
        touch_claim(verdict.claim, now=now)
        if given < needed:
            write(verdict, now=now)
            return Outcome(verdict, is_done=False, missing=["A changed rating needs the approval of one more person."])
        move(verdict, "approve", person=person, now=now, reason=note)
    return Outcome(verdict)


def publish_verdict(
    *,
    person: User,
    verdict_id: UUID | str,
    now: datetime,
    expected: int | None = None,
    not_before: datetime | None = None,
    token_creator: User | None = None,
) -> Outcome:
    """Publish now, or at `not_before`. Publishing what is published already changes nothing and says so."""
    check_permission(person, "verdict.publish")
    with writing(person):
        verdict = locked_verdict(verdict_id)
        if verdict.status == Status.PUBLISHED:
            return Outcome(verdict)
        contributors = contributor_ids(verdict.pk)
        if person.pk in contributors or (token_creator and token_creator.pk in contributors):
            raise ContributorMayNotApprove(
                "You wrote some of what this verdict says, so somebody else has to publish it. Nothing was changed."
            )
        check_expected(verdict.edit_number, expected)
        if verdict.status != Status.APPROVED:
            raise WrongState(
                "Only an approved verdict can be published. Nothing was changed.", current_status=verdict.status
            )
        if not_before is not None and not_before > now:
            write(verdict, now=now, not_before=not_before, scheduled_by=person)
            touch_claim(verdict.claim, now=now)
            return Outcome(verdict, is_done=False, missing=[f"It will be published at {not_before.isoformat()}."])
        _publish(verdict, person=person, now=now)
    return Outcome(verdict)


def publish_due(*, verdict_id: UUID | str, now: datetime) -> bool:
    """Publish a scheduled verdict whose time has come; False where that was done, changed or called off meanwhile."""
    with writing(None):
        verdict = locked_verdict(verdict_id)
        if verdict.status != Status.APPROVED or verdict.not_before is None or verdict.not_before > now:
            return False
        _publish(verdict, person=None, now=now)
    return True


def _publish(verdict: Verdict, *, person: User | None, now: datetime) -> None:
    live = Verdict.objects.select_related("frozen").filter(claim_id=verdict.claim_id, status__in=LIVE).first()
    if live is not None:
        move(live, "supersede", person=person, now=now)
    given = Approval.objects.filter(verdict=verdict, action="publish", frozen=verdict.frozen).count()
    is_single = changes_rating(verdict) and given < 2
    move(verdict, "publish", person=person, now=now, published_at=now, is_single_approval=is_single)
    publish_face(verdict, person=person, now=now, is_single_approval=is_single)
    touch_claim(verdict.claim, now=now)


def suspend_verdict(
    *, person: User, verdict_id: UUID | str, reason: str, now: datetime, expected: int | None = None
) -> Verdict:
    """Take it out of the feed at once, by one person; the page says that it is under review."""
    check_permission(person, "verdict.suspend")
    reason = _needs_reason(reason)
    with writing(person):
        verdict = locked_verdict(verdict_id, expected=expected)
        move(verdict, "suspend", person=person, now=now, reason=reason)
        _face(verdict, state=FactCheck.State.SUSPENDED, reason="suspended", notice=reason, now=now)
    return verdict


def retract_verdict(
    *, person: User, verdict_id: UUID | str, reason: str, now: datetime, expected: int | None = None
) -> Outcome:
    """Two people where two may, else one, which is marked."""
    return _two_person_move("retract", person=person, verdict_id=verdict_id, reason=reason, now=now, expected=expected)


def restore_verdict(
    *, person: User, verdict_id: UUID | str, reason: str, now: datetime, expected: int | None = None
) -> Outcome:
    """Back to published from suspended or retracted; two people where two may."""
    return _two_person_move("restore", person=person, verdict_id=verdict_id, reason=reason, now=now, expected=expected)


_FACES: dict[str, tuple[str, str]] = {
    "retract": (FactCheck.State.RETRACTED, "retracted"),
    "restore": (FactCheck.State.PUBLISHED, "restored"),
}


def _two_person_move(
    action: str, *, person: User, verdict_id: UUID | str, reason: str, now: datetime, expected: int | None
) -> Outcome:
    check_permission(person, f"verdict.{action}")
    reason = _needs_reason(reason)
    with writing(person):
        verdict = locked_verdict(verdict_id, expected=expected)
        state, word = _FACES[action]
        if verdict.frozen is None or action not in actions_from(verdict.status):
            raise WrongState(
                f"The verdict is {Status(verdict.status).label.lower()}, so this step is not possible. Nothing was changed.",
                current_status=verdict.status,
            )
        attempt = verdict.transitions.exclude(action="propose").count()
        Approval.objects.create(
            verdict=verdict, claim_id=verdict.claim_id, person=person, action=action, move=attempt,
            content_sha256=verdict.frozen.sha256, frozen=verdict.frozen, note=reason, at=now,
        )  # fmt: skip
        given = Approval.objects.filter(verdict=verdict, action=action, move=attempt).count()
        needed = min(2, len(people_who_may(f"verdict.{action}")))
        if given < needed:
            return _wait_for_second(verdict, action, person=person, reason=reason, now=now)
        move(verdict, action, person=person, now=now, reason=reason, is_single_approval=given < 2)
        _face(verdict, state=state, reason=word, notice="" if action == "restore" else reason, now=now)
    return Outcome(verdict)


def _wait_for_second(verdict: Verdict, action: str, *, person: User, reason: str, now: datetime) -> Outcome:
    VerdictTransition.objects.create(
        verdict=verdict, claim_id=verdict.claim_id, action="propose", from_status=verdict.status,
        to_status=verdict.status, actor=person, reason=f"{action}: {reason}", at=now,
        content_sha256=verdict.frozen.sha256 if verdict.frozen else "",
    )  # fmt: skip
    write(verdict, now=now)
    touch_claim(verdict.claim, now=now)
    return Outcome(verdict, is_done=False, missing=["One more person has to confirm this."])


def _face(verdict: Verdict, *, state: str, reason: str, notice: str, now: datetime) -> None:
    fact_check = (
        FactCheck.objects.select_for_update(of=("self",))
        .select_related("verdict__frozen__payload")
        .get(claim_id=verdict.claim_id)
    )
    change_face(fact_check, state=state, reason=reason, notice=notice, now=now)
    Claim.objects.filter(pk=verdict.claim_id).update(updated_at=now)
    touch_claim(verdict.claim, now=now)


def _needs_reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput("Say why: a reason is required. Nothing was changed.")
    return reason.strip()


def allowed_actions(person: User, verdict: Verdict, *, contributors: set[UUID] | None = None) -> dict[str, bool]:
    """Which buttons to show: the same table and rules as the services ask, as {action: possible}."""
    contributors = contributor_ids(verdict.pk) if contributors is None else contributors
    is_author = person.pk in contributors
    possible = set(actions_from(verdict.status))
    allowed: dict[str, Any] = {
        name: name in possible and has_permission(person, f"verdict.{name}")
        for name in ("submit", "request_changes", "approve", "publish", "suspend", "retract", "restore")
    }
    allowed["submit"] = allowed["submit"] and is_author
    allowed["approve"] = allowed["approve"] and not is_author
    allowed["publish"] = allowed["publish"] and not is_author
    allowed["edit"] = verdict.status in {"draft", "in_review", "changes_requested", "approved"} and has_permission(
        person, "verdict.write"
    )
    allowed["correct"] = verdict.status in LIVE and has_permission(person, "verdict.correct")
    return allowed


__all__ = [
    "Outcome",
    "allowed_actions",
    "approve_verdict",
    "publish_due",
    "publish_verdict",
    "request_changes",
    "restore_verdict",
    "retract_verdict",
    "submission_problems",
    "submit_verdict",
    "suspend_verdict",
]
