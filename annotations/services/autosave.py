"""Save a form as it is typed, compared field by field.

An edit number would refuse a summary because somebody linked evidence meanwhile; only another summary conflicts.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import AuditEvent, User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, NotFound, Stale
from annotations.models import Appearance, Claim, Evidence, Rating, Verdict
from annotations.services.base import locked_appearance, locked_claim, locked_evidence, locked_verdict, writing
from annotations.services.claimants import ClaimantInput
from annotations.services.claims import Speech, update_appearance, update_claim
from annotations.services.evidence import update_evidence
from annotations.services.verdicts.edits import check_edit, save_verdict


def version_of(values: dict[str, str]) -> str:
    """Return the entity tag of a form's fields, and of nothing else."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def _check_read(current: dict[str, str], expected: str | None, *, row: Model, person: User) -> None:
    if expected is not None and expected != version_of(current):
        raise Stale(_(_STALE), current=current, etag=version_of(current), by=_name_last_writer(row, person))


def _name_last_writer(row: Model, person: User) -> str:
    """Return who changed the row last; empty for the person themselves, in another window, and for programs."""
    changes = AuditEvent.objects.filter(object_table=row._meta.db_table, object_id=str(row.pk))
    last = changes.order_by("-at", "-pk").values_list("actor_id", flat=True).first()
    if last is None or last == person.pk:
        return ""
    return User.objects.filter(pk=last).values_list("name", flat=True).first() or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A claim as one card shows it. `claimant` None means that nobody is named yet."""

    statement: str
    claimant: ClaimantInput | None
    said_on: date | None
    mode: str


def current_description(claim: Claim, appearance: Appearance) -> dict[str, str]:
    """Return the saved description as a form holds it."""
    return {
        "statement": claim.statement,
        "claimant": claim.claimant.name if claim.claimant else "",
        "claimant_id": str(claim.claimant_id or ""),
        "said_on": appearance.said_at.astimezone(UTC).date().isoformat() if appearance.said_at else "",
        "mode": appearance.mode,
    }


def current_note(evidence: Evidence) -> dict[str, str]:
    return {"stance": evidence.stance, "note": evidence.note}


def describe_claim(
    *,
    person: User,
    appearance_id: UUID | str,
    description: Description,
    now: datetime,
    expected: str | None = None,
) -> Appearance:
    """Save the fields of a card that differ.

    `expected` is the version that the person read. Raises Stale with `current` where it changed.
    """
    check_permission(person, "claim.write")
    with writing(person):
        claim, appearance = locked_appearance(
            appearance_id, missing=_("This claim is no longer marked here. Your words are kept in this browser.")
        )
        changes = _claim_changes(claim, description)
        if changes or not _is_same_speech(appearance, description):
            # Not before: words whose answer was lost on the way are sent again and conflict with nobody.
            _check_read(current_description(claim, appearance), expected, row=claim, person=person)
        if changes:
            update_claim(person=person, claim_id=claim.pk, now=now, **changes)
        _describe_speech(appearance, description, person=person, now=now)
    return Appearance.objects.select_related("claim__claimant").get(pk=appearance_id)


def _claim_changes(claim: Claim, description: Description) -> dict[str, Any]:
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


def _said_on(appearance: Appearance) -> date | None:
    return appearance.said_at.astimezone(UTC).date() if appearance.said_at else None


def _is_same_speech(appearance: Appearance, description: Description) -> bool:
    return (_said_on(appearance), appearance.mode) == (description.said_on, description.mode)


def _describe_speech(appearance: Appearance, description: Description, *, person: User, now: datetime) -> None:
    if _is_same_speech(appearance, description):
        return
    said_at, has_said_time = appearance.said_at, appearance.has_said_time
    if _said_on(appearance) != description.said_on:
        day = description.said_on
        # Midnight in UTC is how a day without a time is stored, see `day` in core/templatetags/ui.py.
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
    """Save stance and note where they differ.

    Raises Stale with `current` where `expected` is not the present version.
    """
    check_permission(person, "evidence.write")
    with writing(person):
        _claim, evidence = locked_evidence(
            evidence_id, missing=_("This evidence has been unlinked. Your words are kept in this browser.")
        )
        if (stance, note) != (evidence.stance, evidence.note):
            _check_read(current_note(evidence), expected, row=evidence, person=person)
            evidence = update_evidence(person=person, evidence_id=evidence.pk, now=now, stance=stance, note=note)
    return evidence


CORRECTION_FIELDS = ("correction_kind", "correction_note")


def verdict_words(verdict: Verdict) -> dict[str, str]:
    """Return a verdict as its form holds it."""
    words = {
        "headline": verdict.headline,
        "rating": str(verdict.rating_id or ""),
        "rating_text": verdict.rating_text,
        "summary": verdict.summary,
        "rationale": verdict.rationale,
        "language": verdict.language,
        "byline": ", ".join(verdict.byline),
        "valid_until": verdict.valid_until.isoformat() if verdict.valid_until else "",
    }
    if verdict.version > 1:
        words |= {name: getattr(verdict, name) for name in CORRECTION_FIELDS}
    return words


def claim_words(claim: Claim) -> dict[str, str]:
    return {"statement": claim.statement, "topics": ", ".join(claim.topics)}


def save_verdict_words(
    *,
    person: User,
    verdict_id: UUID | str,
    words: dict[str, str],
    now: datetime,
    expected: str | None = None,
    has_agreed: bool = False,
) -> Verdict:
    """Save the fields that differ.

    Raises Stale with `current` where the words are not those of `expected`.
    """
    check_permission(person, "verdict.write")
    with writing(person):
        verdict = locked_verdict(verdict_id)
        current = verdict_words(verdict)
        # Before the version check: saving the words that already stand there is no conflict.
        if {name: words.get(name, value) for name, value in current.items()} == current:
            return verdict
        _check_read(current, expected, row=verdict, person=person)
        check_edit(person=person, claim_id=verdict.claim_id, has_agreed=has_agreed)
        fields = {
            name: _parse_field(name, words[name]) for name in current if name in words and words[name] != current[name]
        }
        return save_verdict(person=person, verdict_id=verdict.pk, now=now, **fields)


def save_claim_words(
    *,
    person: User,
    claim_id: UUID | str,
    words: dict[str, str],
    now: datetime,
    expected: str | None = None,
    has_agreed: bool = False,
) -> Claim:
    """Save statement and topics where they differ. Raises Stale as above."""
    check_permission(person, "claim.write")
    with writing(person):
        claim = locked_claim(claim_id)
        current = claim_words(claim)
        changed = {name: words[name] for name in current if name in words and words[name] != current[name]}
        if not changed:
            return claim
        _check_read(current, expected, row=claim, person=person)
        check_edit(person=person, claim_id=claim.pk, has_agreed=has_agreed)
        changes: dict[str, Any] = dict(changed)
        if "topics" in changed:
            changes["topics"] = changed["topics"].split(",")
        return update_claim(person=person, claim_id=claim.pk, now=now, **changes)


def _parse_field(name: str, text: str) -> Any:
    if name == "rating":
        return _find_rating(text)
    if name == "byline":
        return [part.strip() for part in text.split(",") if part.strip()]
    if name == "valid_until":
        return _parse_day(text)
    # Forms send CRLF whatever was typed; compared with the stored words it would be an edit.
    return text.replace("\r\n", "\n")


def _find_rating(text: str) -> Rating | None:
    if not text:
        return None
    try:
        return Rating.objects.select_related("scale").get(pk=UUID(text))
    except (ValueError, Rating.DoesNotExist) as error:
        raise NotFound(_("This rating does not exist. Nothing was saved; your words are still in the form.")) from error


def _parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInput(_("“Valid until” is not a date. Your words are still in the form.")) from error


_STALE = gettext_noop(
    "Somebody else changed these words since you read them. Nothing of theirs was overwritten; yours are kept here."
    " Compare both and choose."
)
