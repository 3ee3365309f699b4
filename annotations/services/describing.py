"""What a reader's card holds, saved as it is typed: compared with what was read field by field, not by edit number.

Evidence linked to a claim meanwhile is no conflict with a statement being typed; another statement is.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import NotFound, Stale
from annotations.models import Appearance, Claim, Evidence
from annotations.services.base import locked_claim, writing
from annotations.services.claimants import ClaimantInput
from annotations.services.claims import Speech, update_appearance, update_claim
from annotations.services.evidence import update_evidence

_STALE = (
    "Somebody else changed this since you read it. Nothing of theirs was overwritten; your words are kept here. Compare"
    " both and choose."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A claim as one card says it. `claimant` None is nobody named yet."""

    statement: str
    claimant: ClaimantInput | None
    said_on: date | None
    mode: str


def version_of(values: dict[str, str]) -> str:
    """An entity tag of the fields that a form holds, and of nothing else."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def current_description(claim: Claim, appearance: Appearance) -> dict[str, str]:
    """The same as text, as a form holds it."""
    return {
        "statement": claim.statement,
        "claimant": claim.claimant.name if claim.claimant else "",
        "claimant_id": str(claim.claimant_id or ""),
        "said_on": appearance.said_at.astimezone(UTC).date().isoformat() if appearance.said_at else "",
        "mode": appearance.mode,
    }


def current_note(evidence: Evidence) -> dict[str, str]:
    return {"stance": evidence.stance, "note": evidence.note}


def _check_read(current: dict[str, str], expected: str | None) -> None:
    if expected is not None and expected != version_of(current):
        raise Stale(_STALE, current=current, etag=version_of(current))


def describe_claim(
    *,
    person: User,
    appearance_id: UUID | str,
    description: Description,
    now: datetime,
    expected: str | None = None,
) -> Appearance:
    """Save what differs. `expected` is the version that the person read; Stale (with `current`) where it is another now."""
    check_permission(person, "claim.write")
    with writing(person):
        appearance = Appearance.objects.filter(pk=appearance_id, removed_at=None).first()
        if appearance is None:
            raise NotFound("This claim does not stand here any more. Your words are kept in this browser.")
        claim = locked_claim(appearance.claim_id)
        appearance.refresh_from_db()
        _check_read(current_description(claim, appearance), expected)
        changes = _changes(claim, description)
        if changes:
            update_claim(person=person, claim_id=claim.pk, now=now, **changes)
        _describe_speech(appearance, description, person=person, now=now)
    return Appearance.objects.select_related("claim__claimant").get(pk=appearance_id)


def _changes(claim: Claim, description: Description) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if " ".join(description.statement.split()) != claim.statement:
        changes["statement"] = description.statement
    if not _is_same_claimant(claim, description.claimant):
        changes["claimant"] = description.claimant
    return changes


def _is_same_claimant(claim: Claim, given: ClaimantInput | None) -> bool:
    if claim.claimant is None or given is None:
        return claim.claimant is None and given is None
    if given.id:
        return str(given.id) == str(claim.claimant_id)
    return given.name.strip().casefold() == claim.claimant.name.casefold()


def _describe_speech(appearance: Appearance, description: Description, *, person: User, now: datetime) -> None:
    said_at = appearance.said_at
    before = said_at.astimezone(UTC).date() if said_at else None
    if (before, appearance.mode) == (description.said_on, description.mode):
        return
    has_said_time = appearance.has_said_time
    if before != description.said_on:
        day = description.said_on
        said_at = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
        has_said_time = False
    speech = Speech(
        mode=description.mode,
        said_at=said_at,
        has_said_time=has_said_time,
        said_where=appearance.said_where,
        relayed_via=appearance.relayed_via,
    )
    update_appearance(person=person, appearance_id=appearance.pk, speech=speech, now=now)


def describe_evidence(
    *,
    person: User,
    evidence_id: UUID | str,
    stance: str,
    note: str,
    now: datetime,
    expected: str | None = None,
) -> Evidence:
    """Save stance and note where they differ. Stale (with `current`) where `expected` is no longer what is there."""
    check_permission(person, "evidence.write")
    with writing(person):
        evidence = Evidence.objects.filter(pk=evidence_id, removed_at=None).first()
        if evidence is None:
            raise NotFound("This evidence was unlinked meanwhile. Your words are kept in this browser.")
        locked_claim(evidence.claim_id)
        evidence.refresh_from_db()
        _check_read(current_note(evidence), expected)
        if (stance, note) != (evidence.stance, evidence.note):
            evidence = update_evidence(person=person, evidence_id=evidence.pk, now=now, stance=stance, note=note)
    return evidence
