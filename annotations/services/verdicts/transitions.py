"""One transition of a verdict: contributors, conflicts, approvals, the step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, gettext_noop

from accounts.models import User
from accounts.permissions import PERMISSIONS, check_permission
from annotations.errors import (
    CONFLICT_UNANSWERED,
    ONE_PERSON_TWICE,
    ConflictUnanswered,
    HasConflict,
    InvalidInput,
    NotFound,
    OnePersonTwice,
    WrongState,
)
from annotations.models import Approval, Claimant, ConflictOfInterest, Contribution, Verdict, VerdictTransition
from annotations.models.work import UNNAMED_CLAIM
from annotations.services.base import writing
from annotations.services.notifications import notify
from annotations.workflow import Status, target_status

MAX_CONFLICT = 2_000
MAX_STEP_REASON = 10_000
MAX_WITHDRAWAL_REASON = 4_000


def contributor_ids(verdict_id: UUID | str) -> set[UUID]:
    # The database function is the one rule: triggers, API and pages must agree on who may approve.
    with connection.cursor() as cursor:
        cursor.execute("SELECT verdict_contributors(%s)", [str(verdict_id)])
        return {row[0] for row in cursor.fetchall()}


def _contributors_of(verdicts: Iterable[Verdict]) -> dict[UUID, set[UUID]]:
    """Return the contributors of each verdict, in one query."""
    found: dict[UUID, set[UUID]] = {verdict.pk: set() for verdict in verdicts}
    with connection.cursor() as cursor:
        # The database function is the one rule, as above.
        cursor.execute("SELECT id, verdict_contributors(id) FROM unnest(%s::uuid[]) AS asked (id)", [list(found)])
        for verdict, person in cursor.fetchall():
            found[verdict].add(person)
    return found


def people_who_may(permission: str) -> list[User]:
    roles = [str(role) for role in PERMISSIONS[permission]]
    return list(User.objects.filter(is_active=True, groups__name__in=roles).distinct())


def eligible_approvers(verdict: Verdict) -> list[User]:
    """Return active approvers who wrote none of it and declared no conflict."""
    excluded = contributor_ids(verdict.pk) | people_with_conflict(verdict.claim.claimant_id)
    return [person for person in people_who_may("verdict.approve") if person.pk not in excluded]


def people_who_decide(verdicts: Sequence[Verdict]) -> dict[UUID, list[User]]:
    """Return who may take the next step with each submitted verdict: approve it, or publish it where it is approved.

    Four queries, however many verdicts. Its contributors never may, nor for an approval who declared a conflict.
    """
    approvers, publishers = people_who_may("verdict.approve"), people_who_may("verdict.publish")
    contributors = _contributors_of(verdicts)
    declared = ConflictOfInterest.objects.filter(has_conflict=True, claimant__claims__verdicts__in=verdicts)
    conflicts = set(declared.values_list("claimant_id", "person_id"))

    def may(person: User, verdict: Verdict) -> bool:
        is_in_conflict = verdict.status != Status.APPROVED and (verdict.claim.claimant_id, person.pk) in conflicts
        return person.pk not in contributors[verdict.pk] and not is_in_conflict

    return {
        verdict.pk: [
            person
            for person in (publishers if verdict.status == Status.APPROVED else approvers)
            if may(person, verdict)
        ]
        for verdict in verdicts
    }


def declare_conflict(
    *, person: User, claimant_id: UUID | str, has_conflict: bool, now: datetime, statement: str = ""
) -> ConflictOfInterest:
    """Record whether the person has a conflict of interest with the claimant.

    A later declaration replaces it; the trail keeps both. Raises InvalidInput where a conflict has no explanation, NotFound.
    """
    check_permission(person, "comment.write")
    statement = statement.strip()
    if len(statement) > MAX_CONFLICT:
        raise InvalidInput(
            gettext("The explanation has at most {most:,} characters. Nothing was saved.").format(most=MAX_CONFLICT)
        )
    if has_conflict and not statement:
        raise InvalidInput(gettext("Say in a few words what connects you with the claimant. Nothing was saved."))
    if not Claimant.objects.filter(pk=claimant_id).exists():
        raise NotFound(gettext("This claimant does not exist."))
    with writing(person):
        declared, _ = ConflictOfInterest.objects.update_or_create(
            person=person,
            claimant_id=claimant_id,
            defaults={"has_conflict": has_conflict, "statement": statement, "declared_at": now},
        )
    return declared


def conflict_of(person: User, claimant_id: UUID | str | None) -> ConflictOfInterest | None:
    """Return the person's declaration about the claimant; None if not asked yet."""
    return ConflictOfInterest.objects.filter(person=person, claimant_id=claimant_id).first() if claimant_id else None


def conflicts_of_authors(verdict: Verdict) -> list[ConflictOfInterest]:
    """Return conflicts that the verdict's contributors declared.

    They may write it; the reviewer is told.
    """
    declared = ConflictOfInterest.objects.filter(claimant__claims=verdict.claim_id, has_conflict=True)
    authors = Contribution.objects.filter(claim=verdict.claim_id).values("person")
    return list(declared.filter(person__in=authors).select_related("person"))


def people_with_conflict(claimant_id: UUID | str | None) -> set[UUID]:
    if claimant_id is None:
        return set()
    found = ConflictOfInterest.objects.filter(claimant_id=claimant_id, has_conflict=True)
    return set(found.values_list("person_id", flat=True))


def settle_conflict(person: User, claimant_id: UUID | None, *, has_none: bool, now: datetime) -> None:
    """Record the answer `has_none` where none was given before. Raises HasConflict, ConflictUnanswered."""
    declared = conflict_of(person, claimant_id)
    if declared is not None and declared.has_conflict:
        raise HasConflict(
            gettext(
                "You declared a conflict of interest with this claimant, so somebody else has to approve. Nothing was changed."
            )
        )
    if claimant_id is None or declared is not None:
        return
    if not has_none:
        raise ConflictUnanswered(gettext(CONFLICT_UNANSWERED))
    declare_conflict(person=person, claimant_id=claimant_id, has_conflict=False, now=now)


def give_approval(
    verdict: Verdict,
    action: str,
    *,
    person: User,
    token_creator: User | None,
    now: datetime,
    note: str = "",
    attempt: int = 0,
) -> int:
    """Store an approval. Returns the number of people who approved this attempt.

    Call with the verdict locked. `token_creator` comes from the authenticated token alone; the database compares it.
    Raises OnePersonTwice; the trigger guard_two_people() refuses the same, so the count is one of people.
    """
    _check_length(note)
    if verdict.frozen is None:
        raise WrongState(gettext("There is no submitted content to approve. Nothing was changed."))
    given = Approval.objects.filter(verdict=verdict, action=action, attempt=attempt, frozen=verdict.frozen)
    _refuse_one_person_twice(given, person, token_creator)
    Approval.objects.create(
        verdict=verdict,
        claim_id=verdict.claim_id,
        person=person,
        token_creator=token_creator,
        action=action,
        attempt=attempt,
        content_sha256=verdict.frozen.sha256,
        frozen=verdict.frozen,
        note=note,
        at=now,
    )
    return given.count()


def _refuse_one_person_twice(given: QuerySet[Approval], person: User, token_creator: User | None) -> None:
    """Refuse a second approval with the same human behind it.

    The same person's own second approval is left to the constraint, which has its own message.
    """
    humans = [one for one in (person, token_creator) if one is not None]
    # A token can be used by whoever made it, so its maker counts as a human behind the approval.
    by_others = given.exclude(person=person)
    if by_others.filter(Q(person__in=humans) | Q(token_creator__in=humans)).exists():
        raise OnePersonTwice(gettext(ONE_PERSON_TWICE))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an action. `missing` lists what a two-person action waits for.

    The API answers 202 where it is not empty.
    """

    verdict: Verdict
    is_done: bool = True
    missing: list[str] = field(default_factory=list)


def transition_verdict(
    verdict: Verdict, action: str, *, person: User | None, now: datetime, reason: str = "", **fields: Any
) -> None:
    """Carry out `action` and write `fields` with the new status.

    Side effect: writes the history row and notifies people. Raises WrongState where the transition is not legal.
    """
    _check_length(reason)
    before, digest = verdict.status, verdict.frozen.sha256 if verdict.frozen else ""
    after = target_status(action, before)
    if after is None:
        raise WrongState(
            gettext("The verdict is {status}, so this step is not possible. Nothing was changed.").format(
                status=gettext(Status(before).label).lower()
            ),
            current_status=before,
        )
    # These belong to the history row, not to the verdict.
    flags = {name: fields.pop(name) for name in ("is_override", "is_single_approval") if name in fields}
    write_verdict(verdict, now=now, status=after, **fields)
    transition = VerdictTransition.objects.create(
        verdict=verdict,
        claim_id=verdict.claim_id,
        action=action,
        from_status=before,
        to_status=after,
        actor=person,
        reason=reason,
        content_sha256=verdict.frozen.sha256 if verdict.frozen else digest,
        at=now,
        **flags,
    )
    notify_of_transition(transition)


def _check_length(words: str) -> None:
    """Refuse a reason, note or comment that no reader would read to its end. Raises InvalidInput."""
    if len(words) > MAX_STEP_REASON:
        raise InvalidInput(
            gettext("It has {count:,} characters; at most {most:,} fit. Nothing was changed; shorten it.").format(
                count=len(words), most=MAX_STEP_REASON
            )
        )


def write_verdict(verdict: Verdict, *, now: datetime, **fields: Any) -> None:
    """Set columns if nobody else wrote since the verdict was read.

    Compares status and edit number. Raises WrongState otherwise.
    """
    number = verdict.edit_number + 1
    # Compare-and-set beside the row lock: a caller that forgot to lock fails here instead of overwriting.
    written = Verdict.objects.filter(pk=verdict.pk, status=verdict.status, edit_number=verdict.edit_number).update(
        **fields, edit_number=number, updated_at=now
    )
    if written != 1:
        raise WrongState(
            gettext("Somebody else changed the verdict at the same moment. Nothing of yours was saved: read it again.")
        )
    for name, value in fields.items():
        setattr(verdict, name, value)
    verdict.edit_number, verdict.updated_at = number, now


_TRANSITION_TEXTS = {
    "submit": gettext_noop("Submitted for review: {claim}"),
    "request_changes": gettext_noop("Needs changes: {claim}"),
    "approve": gettext_noop("Approved: {claim}"),
    "publish": gettext_noop("Published: {claim}"),
    "suspend": gettext_noop("Suspended: {claim}"),
    "retract": gettext_noop("Retracted: {claim}"),
    "restore": gettext_noop("Restored: {claim}"),
    "legal_removal": gettext_noop("Removed for legal reasons: {claim}"),
    "propose": gettext_noop("A second person was asked for: {claim}"),
}


def notify_of_transition(transition: VerdictTransition) -> None:
    """Notify the people a transition concerns, except its actor.

    Runs in the transition's transaction.
    """
    text = _TRANSITION_TEXTS.get(transition.action)
    if text is None:
        return
    verdict = transition.verdict
    notify(
        _people_concerned(transition),
        event_key=f"transition:{transition.pk}",
        template=text,
        details={"claim": verdict.headline or verdict.claim.statement or UNNAMED_CLAIM},
        claim=verdict.claim,
        url=_url_of_transition(transition),
        now=transition.at,
        by=transition.actor_id,
    )


def _people_concerned(transition: VerdictTransition) -> set[UUID]:
    verdict, action = transition.verdict, transition.action
    if action == "submit":
        eligible = {person.pk for person in eligible_approvers(verdict)}
        # Only the reviewer who was asked, if they may still approve; otherwise everybody who may.
        asked = verdict.claim.reviewer_id
        return {asked} if asked is not None and asked in eligible else eligible
    authors = contributor_ids(verdict.pk)
    if action == "approve":
        return authors | {person.pk for person in people_who_may("verdict.publish")}
    if action == "propose":
        return {person.pk for person in people_who_may(f"verdict.{transition.reason.partition(':')[0]}")}
    return authors


def _url_of_transition(transition: VerdictTransition) -> str:
    if transition.action in {"submit", "approve", "propose"}:
        return f"/review/{transition.verdict_id}/"
    return f"/claims/{transition.claim_id}/"
