"""Taking a published check away and bringing it back: suspend, retract, restore, legal removal.

All but the suspension want two people where two are eligible, else one, which is marked; approvals.py says who counts as
two. An admin's override is one person with a reason: it stands in the history and on the page for ever and counts as
nobody's second.
"""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, WrongState
from annotations.models import Claim, Verdict, VerdictTransition
from annotations.services.base import locked_verdict, touch_claim, writing
from annotations.services.verdicts.edits import reopen_for_edit
from annotations.services.verdicts.transitions import (
    Outcome,
    give_approval,
    notify_of_transition,
    people_who_may,
    transition_verdict,
    write_verdict,
)
from annotations.workflow import TWO_PERSON_ACTIONS, Status, actions_from
from publishing.models import FactCheck
from publishing.services.publication import change_face
from publishing.services.removal import REMOVED_NOTICE, blank_face, remove_every_word

_FACES: dict[str, tuple[str, str]] = {
    "retract": (FactCheck.State.RETRACTED, "retracted"),
    "restore": (FactCheck.State.PUBLISHED, "restored"),
    "legal_removal": (FactCheck.State.REMOVED, "legal_removal"),
}


def suspend_verdict(
    *, person: User, verdict_id: UUID | str, reason: str, now: datetime, expected: int | None = None
) -> Verdict:
    """Take it out of the feed at once, by one person; the page says that it is under review."""
    check_permission(person, "verdict.suspend")
    reason = _needs_reason(reason)
    with writing(person):
        verdict = locked_verdict(verdict_id, expected=expected)
        transition_verdict(verdict, "suspend", person=person, now=now, reason=reason)
        _change_face(verdict, "suspend", reason=reason, now=now)
    return verdict


def retract_verdict(
    *,
    person: User,
    verdict_id: UUID | str,
    reason: str,
    now: datetime,
    expected: int | None = None,
    is_override: bool = False,
    token_creator: User | None = None,
) -> Outcome:
    """The page keeps a notice, the feed a tombstone."""
    return _two_person_move(
        "retract", person=person, verdict_id=verdict_id, reason=reason, now=now, expected=expected, is_override=is_override,
        token_creator=token_creator,
    )  # fmt: skip


def restore_verdict(
    *,
    person: User,
    verdict_id: UUID | str,
    reason: str,
    now: datetime,
    expected: int | None = None,
    is_override: bool = False,
    token_creator: User | None = None,
) -> Outcome:
    """Back to published from suspended or retracted."""
    return _two_person_move(
        "restore", person=person, verdict_id=verdict_id, reason=reason, now=now, expected=expected, is_override=is_override,
        token_creator=token_creator,
    )  # fmt: skip


def remove_for_legal_reasons(
    *,
    person: User,
    verdict_id: UUID | str,
    reason: str,
    now: datetime,
    expected: int | None = None,
    is_override: bool = False,
    token_creator: User | None = None,
) -> Outcome:
    """Withdraw the check and blank every word of it, see removal.py. What was blanked cannot be brought back.

    Digests stay, so that the trail still proves itself. Readers are told nothing but that it was removed; the reason stays in
    the history.
    """
    return _two_person_move(
        "legal_removal", person=person, verdict_id=verdict_id, reason=reason, now=now, expected=expected, is_override=is_override,
        token_creator=token_creator,
    )  # fmt: skip


def decision_on(fact_check: FactCheck) -> VerdictTransition | None:
    """The last decision of one or two people on the live version that readers must be able to see, or None."""
    return fact_check.verdict.transitions.filter(action__in=TWO_PERSON_ACTIONS).order_by("-pk").first()


def _two_person_move(
    action: str,
    *,
    person: User,
    verdict_id: UUID | str,
    reason: str,
    now: datetime,
    expected: int | None,
    is_override: bool,
    token_creator: User | None,
) -> Outcome:
    check_permission(person, f"verdict.{action}")
    if is_override:
        check_permission(person, "verdict.override")
    reason = _needs_reason(reason)
    with writing(person):
        verdict = locked_verdict(verdict_id, expected=expected)
        _check_possible(verdict, action)
        if is_override:
            _carry_out(
                verdict, action, person=person, reason=reason, now=now, is_single_approval=True, is_override=True
            )
            return Outcome(verdict)
        attempt = verdict.transitions.exclude(action="propose").count()
        given = give_approval(
            verdict, action, person=person, token_creator=token_creator, attempt=attempt, note=reason, now=now
        )
        needed = min(2, len(people_who_may(f"verdict.{action}")))
        if given < needed:
            return _wait_for_second(verdict, action, person=person, reason=reason, now=now)
        _carry_out(verdict, action, person=person, reason=reason, now=now, is_single_approval=given < 2)
    return Outcome(verdict)


def _check_possible(verdict: Verdict, action: str) -> None:
    if verdict.frozen is None or action not in actions_from(verdict.status):
        raise WrongState(
            f"The verdict is {Status(verdict.status).label.lower()}, so this step is not possible. Nothing was changed.",
            current_status=verdict.status,
        )
    if FactCheck.objects.filter(claim_id=verdict.claim_id, state=FactCheck.State.REMOVED).exists():
        raise WrongState("The check was removed for legal reasons; its text no longer exists. Nothing was changed.")


def _wait_for_second(verdict: Verdict, action: str, *, person: User, reason: str, now: datetime) -> Outcome:
    transition = VerdictTransition.objects.create(
        verdict=verdict, claim_id=verdict.claim_id, action="propose", from_status=verdict.status,
        to_status=verdict.status, actor=person, reason=f"{action}: {reason}", at=now,
        content_sha256=verdict.frozen.sha256 if verdict.frozen else "",
    )  # fmt: skip
    notify_of_transition(transition)
    write_verdict(verdict, now=now)
    touch_claim(verdict.claim, now=now)
    return Outcome(verdict, is_done=False, missing=["One more person has to confirm this."])


def _carry_out(verdict: Verdict, action: str, *, person: User, reason: str, now: datetime, **flags: bool) -> None:
    if action == "legal_removal":
        reopen_for_edit(verdict.claim, person=person, now=now)  # a next version in review or approved leads nowhere now
    transition_verdict(verdict, action, person=person, now=now, reason=reason, **flags)
    _change_face(verdict, action, reason=reason, now=now)
    if action == "legal_removal":
        remove_every_word(verdict, reason=reason, now=now)


def _change_face(verdict: Verdict, action: str, *, reason: str, now: datetime) -> None:
    state, word = _FACES.get(action, (FactCheck.State.SUSPENDED, "suspended"))
    fact_check = (
        FactCheck.objects.select_for_update(of=("self",))
        .select_related("verdict__frozen__payload")
        .get(claim_id=verdict.claim_id)
    )
    if action == "legal_removal":
        blank_face(fact_check)
    notice = {"restore": "", "legal_removal": REMOVED_NOTICE}.get(action, reason)
    change_face(fact_check, state=state, reason=word, notice=notice, now=now)
    Claim.objects.filter(pk=verdict.claim_id).update(updated_at=now)
    touch_claim(verdict.claim, now=now)


def _needs_reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput("Say why: a reason is required. Nothing was changed.")
    return reason.strip()
