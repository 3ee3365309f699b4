"""Marking claims, describing them, saying where else they stand, parking, merging, taking back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, NotFound, WrongState
from annotations.models import Appearance, Claim, Evidence
from annotations.services.base import locked_claim, touch_claim, writing
from annotations.services.claimants import ClaimantInput, find_or_make_claimant
from annotations.services.planning import notify_of_plan, plan_of, set_assigned_to, set_priority, set_reviewer
from annotations.services.targets import Target, point_at
from annotations.services.verdict_edits import reopen_for_edit
from core.sql import insert

MAX_STATEMENT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How, when and where the words were said; all of it may come later."""

    mode: str = ""
    said_at: datetime | None = None
    has_said_time: bool = False
    said_where: str = ""
    relayed_via: str = ""


def create_claim(
    *,
    person: User,
    target: Target,
    now: datetime,
    statement: str = "",
    claimant: ClaimantInput | None = None,
    speech: Speech | None = None,
    topics: list[str] | None = None,
) -> Claim:
    """Mark the words at `target` as a claim. Raises what `point_at` raises."""
    check_permission(person, "claim.write")
    with writing(person, is_pipelined=True):
        passage = point_at(target, person=person)
        claim = Claim(
            statement=_statement(statement),
            claimant=find_or_make_claimant(claimant, person=person) if claimant else None,
            topics=_topics(topics or []),
            created_by=person,
            created_at=now,
            updated_at=now,
        )
        insert(claim)
        insert(Appearance(claim=claim, passage=passage, created_by=person, created_at=now, **_speech(speech)))
    return claim


def update_claim(
    *, person: User, claim_id: UUID | str, now: datetime, expected: int | None = None, **changes: Any
) -> Claim:
    """Change statement, claimant (a ClaimantInput or None), state, reasons, topics, and the plan (services/planning.py).

    A changed statement or claimant takes a verdict under review back to draft. Raises Stale, InvalidInput.
    """
    check_permission(person, "claim.write")
    with writing(person):
        claim = locked_claim(claim_id, expected=expected)
        before, planned = (claim.statement, claim.claimant_id, list(claim.topics)), plan_of(claim)
        for name, value in changes.items():
            _SETTERS[name](claim, value, person) if name in _SETTERS else _refuse(name)
        _check_state(claim)
        if (claim.statement, claim.claimant_id, list(claim.topics)) != before:
            reopen_for_edit(claim, person=person, now=now)
        claim.save(update_fields=[_COLUMNS.get(name, name) for name in changes])
        touch_claim(claim, now=now)
        notify_of_plan(claim, planned, person=person, now=now)
    return claim


def remove_claim(*, person: User, claim_id: UUID | str, now: datetime, expected: int | None = None) -> None:
    """Take a claim back. Refused once a verdict was submitted: what was reviewed stays. The row is kept."""
    check_permission(person, "claim.write")
    with writing(person):
        claim = locked_claim(claim_id, expected=expected)
        if claim.verdicts.exclude(submitted_at=None).exists():
            raise WrongState("This claim has a verdict that was submitted, so it stays. Park it instead.")
        Claim.objects.filter(pk=claim.pk).update(removed_at=now)
        touch_claim(claim, now=now)


def restore_claim(*, person: User, claim_id: UUID | str, now: datetime) -> Claim:
    """Undo `remove_claim`."""
    check_permission(person, "claim.write")
    with writing(person):
        claim = Claim.objects.select_for_update().filter(pk=claim_id, merged_into=None).first()
        if claim is None:
            raise NotFound("This claim does not exist.")
        if claim.verdicts.filter(transitions__action="legal_removal").exists():
            raise WrongState("The check was removed for legal reasons; its text no longer exists. Nothing was changed.")
        claim.removed_at = None
        claim.save(update_fields=["removed_at"])
        touch_claim(claim, now=now)
    return claim


def add_appearance(
    *, person: User, claim_id: UUID | str, target: Target, now: datetime, speech: Speech | None = None
) -> Appearance:
    """The claim stands here too."""
    check_permission(person, "claim.write")
    with writing(person):
        claim = locked_claim(claim_id)
        passage = point_at(target, person=person)
        appearance = Appearance.objects.create(
            claim=claim, passage=passage, created_by=person, created_at=now, **_speech(speech)
        )
        reopen_for_edit(claim, person=person, now=now)
        touch_claim(claim, now=now)
    return appearance


def update_appearance(*, person: User, appearance_id: UUID | str, speech: Speech, now: datetime) -> Appearance:
    check_permission(person, "claim.write")
    with writing(person):
        appearance = _standing_appearance(appearance_id)
        claim = locked_claim(appearance.claim_id)
        values = _speech(speech)
        for name, value in values.items():
            setattr(appearance, name, value)
        reopen_for_edit(claim, person=person, now=now)
        appearance.save(update_fields=list(values))
        touch_claim(claim, now=now)
    return appearance


def remove_appearance(*, person: User, appearance_id: UUID | str, now: datetime) -> None:
    """Take an appearance back. The last one stays: a claim stands somewhere."""
    check_permission(person, "claim.write")
    with writing(person):
        appearance = _standing_appearance(appearance_id)
        claim = locked_claim(appearance.claim_id)
        if not claim.appearances.filter(removed_at=None).exclude(pk=appearance.pk).exists():
            raise WrongState("This is the claim's last appearance. Remove the claim instead.")
        reopen_for_edit(claim, person=person, now=now)
        Appearance.objects.filter(pk=appearance.pk).update(removed_at=now)
        touch_claim(claim, now=now)


def restore_appearance(*, person: User, appearance_id: UUID | str, now: datetime) -> Appearance:
    """Undo `remove_appearance`."""
    check_permission(person, "claim.write")
    with writing(person):
        appearance = Appearance.objects.filter(pk=appearance_id).first()
        if appearance is None:
            raise NotFound("This appearance does not exist.")
        claim = locked_claim(appearance.claim_id)
        reopen_for_edit(claim, person=person, now=now)
        appearance.removed_at = None
        appearance.save(update_fields=["removed_at"])
        touch_claim(claim, now=now)
    return appearance


def merge_claims(*, person: User, claim_id: UUID | str, into_id: UUID | str, now: datetime) -> Claim:
    """Move appearances, evidence and discussion of one claim to another; the old id answers as the new one from then on.

    Refused where the one to merge has a verdict: what was written about it stays with it.
    """
    check_permission(person, "claim.write")
    if str(claim_id) == str(into_id):
        raise InvalidInput("A claim cannot be merged into itself.")
    with writing(person):
        first, second = sorted([str(claim_id), str(into_id)])
        both = {str(claim.pk): claim for claim in (locked_claim(first), locked_claim(second))}
        if len(both) != 2 or set(both) != {first, second}:
            raise WrongState("One of the two claims was merged already.")
        claim, into = both[str(claim_id)], both[str(into_id)]
        if claim.verdicts.exists():
            raise WrongState("This claim has a verdict of its own. Merge the other one into it instead.")
        reopen_for_edit(into, person=person, now=now)
        _move_appearances(claim, into, now)
        twins = _move_evidence(claim, into, now)
        _move_comments(claim, into, twins)
        Claim.objects.filter(pk=claim.pk).update(merged_into=into)
        touch_claim(claim, now=now)
        touch_claim(into, now=now)
    return into


def _move_appearances(claim: Claim, into: Claim, now: datetime) -> None:
    there = set(into.appearances.filter(removed_at=None).values_list("passage_id", flat=True))
    for appearance in claim.appearances.filter(removed_at=None):
        if appearance.passage_id in there:
            Appearance.objects.filter(pk=appearance.pk).update(removed_at=now)
        else:
            Appearance.objects.filter(pk=appearance.pk).update(claim=into)


def _move_evidence(claim: Claim, into: Claim, now: datetime) -> dict[UUID, UUID]:
    """What stays behind, as the same passage is evidence there already: {its id: the other's id}."""
    there = dict(into.evidence.filter(removed_at=None, passage__isnull=False).values_list("passage_id", "pk"))
    twins: dict[UUID, UUID] = {}
    number = Evidence.objects.filter(claim=into).aggregate(last=Max("number"))["last"] or 0
    for evidence in claim.evidence.filter(removed_at=None):
        if evidence.passage_id in there:
            Evidence.objects.filter(pk=evidence.pk).update(removed_at=now)
            twins[evidence.pk] = there[evidence.passage_id]
        else:
            number += 1
            Evidence.objects.filter(pk=evidence.pk).update(claim=into, number=number)
    return twins


def _move_comments(claim: Claim, into: Claim, twins: dict[UUID, UUID]) -> None:
    """With who said it, when, and what blocks: it has to be resolved before the other claim's verdict is submitted."""
    for behind, twin in twins.items():
        claim.comments.filter(evidence_id=behind).update(claim=into, evidence_id=twin)
    claim.comments.update(claim=into)


def _standing_appearance(appearance_id: UUID | str) -> Appearance:
    appearance = Appearance.objects.filter(pk=appearance_id, removed_at=None).first()
    if appearance is None:
        raise NotFound("This appearance does not exist or was removed.")
    return appearance


def _speech(speech: Speech | None) -> dict[str, Any]:
    speech = speech or Speech()
    if speech.mode not in {"", *Appearance.Mode.values}:
        raise InvalidInput("Speech is direct, reported or own_voice. Nothing was saved.")
    return {
        "mode": speech.mode,
        "said_at": speech.said_at,
        "has_said_time": speech.has_said_time,
        "said_where": speech.said_where.strip(),
        "relayed_via": speech.relayed_via.strip(),
    }


def _statement(value: str) -> str:
    value = " ".join(value.split())
    if len(value) > MAX_STATEMENT:
        raise InvalidInput(f"A statement has at most {MAX_STATEMENT:,} characters. Nothing was saved.")
    return value


def _topics(values: list[str]) -> list[str]:
    topics = list(dict.fromkeys(" ".join(value.split()) for value in values if value.strip()))
    if len(topics) > 20 or any(len(topic) > 80 for topic in topics):
        raise InvalidInput("At most 20 topics of at most 80 characters. Nothing was saved.")
    return topics


def _check_state(claim: Claim) -> None:
    if claim.state not in Claim.State.values:
        raise InvalidInput("A claim is marked, selected, parked or checked. Nothing was saved.")
    if claim.state == Claim.State.PARKED and not claim.parked_reason.strip():
        raise InvalidInput("Say why the claim is parked. Nothing was saved.")


def _refuse(name: str) -> None:
    raise InvalidInput(f"A claim has no field {name} that can be changed.")


def _set_claimant(claim: Claim, value: ClaimantInput | None, person: User) -> None:
    claim.claimant = find_or_make_claimant(value, person=person) if value else None


def _plain(name: str) -> Any:
    return lambda claim, value, _person: setattr(claim, name, value)


_SETTERS: dict[str, Any] = {
    "statement": lambda claim, value, _person: setattr(claim, "statement", _statement(value)),
    "topics": lambda claim, value, _person: setattr(claim, "topics", _topics(value)),
    "claimant": _set_claimant,
    "assigned_to": set_assigned_to,
    "reviewer": set_reviewer,
    "priority": set_priority,
    **{name: _plain(name) for name in ("state", "parked_reason", "selection_reason", "due_at")},
}
_COLUMNS: dict[str, str] = {}
