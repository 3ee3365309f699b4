"""Autosave of a verdict's words: what a form holds is compared field by field, not by the verdict's edit number.

Evidence linked meanwhile, or a step of the workflow, is no conflict with a summary being typed; another summary is.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.permissions import check_permission, has_permission
from annotations.errors import InvalidInput, NotFound, Stale, WrongState
from annotations.models import Claim, Rating, Verdict
from annotations.services.base import locked_claim, locked_verdict, writing
from annotations.services.claims import update_claim
from annotations.services.contributors import contributor_ids
from annotations.services.describing import version_of
from annotations.services.verdict_edits import save_verdict
from annotations.workflow import Status

CORRECTION_FIELDS = ("correction_kind", "correction_note")
_STALE = (
    "Somebody else changed these words since you read them. Nothing of theirs was overwritten; yours are kept here."
    " Compare both and choose."
)


def verdict_words(verdict: Verdict) -> dict[str, str]:
    """A verdict as its form holds it."""
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


def edit_warning(person: User, verdict: Verdict | None, contributors: set[UUID]) -> str:
    """What an edit would cost, in words for the person who is about to make one; "" where it costs nothing."""
    if verdict is None:
        return ""
    parts = []
    if verdict.status in {Status.IN_REVIEW, Status.APPROVED}:
        drops = "drops its approval and " if verdict.status == Status.APPROVED else ""
        parts.append(f"The verdict is {verdict.status.replace('_', ' ')}. An edit {drops}takes it back to draft.")
    if person.pk not in contributors and has_permission(person, "verdict.approve"):
        parts.append("You wrote none of it so far: after an edit of yours you could not approve this version.")
    return " ".join(parts)


def check_edit(*, person: User, claim_id: UUID | str, has_agreed: bool) -> None:
    """Refuse an edit whose price the person was not told. Raises WrongState with the price."""
    if has_agreed:
        return
    verdict = Verdict.objects.filter(claim_id=claim_id, status__in=["draft", "in_review", "approved"]).first()
    warning = edit_warning(person, verdict, contributor_ids(verdict.pk)) if verdict else ""
    if warning:
        raise WrongState(f"Nothing was changed, your words are kept. {warning} Reload the page and choose Edit.")


def save_verdict_words(
    *,
    person: User,
    verdict_id: UUID | str,
    words: dict[str, str],
    now: datetime,
    expected: str | None = None,
    has_agreed: bool = False,
) -> Verdict:
    """Save what differs. Stale (with `current`) where the words are others than those of `expected`."""
    check_permission(person, "verdict.write")
    with writing(person):
        verdict = locked_verdict(verdict_id)
        current = verdict_words(verdict)
        if {name: words.get(name, value) for name, value in current.items()} == current:
            return verdict
        _check_read(current, expected)
        check_edit(person=person, claim_id=verdict.claim_id, has_agreed=has_agreed)
        fields = {name: _value(name, words[name]) for name in current if name in words and words[name] != current[name]}
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
    """Statement and topics, likewise."""
    check_permission(person, "claim.write")
    with writing(person):
        claim = locked_claim(claim_id)
        current = claim_words(claim)
        changed = {name: words[name] for name in current if name in words and words[name] != current[name]}
        if not changed:
            return claim
        _check_read(current, expected)
        check_edit(person=person, claim_id=claim.pk, has_agreed=has_agreed)
        changes: dict[str, Any] = dict(changed)
        if "topics" in changed:
            changes["topics"] = changed["topics"].split(",")
        return update_claim(person=person, claim_id=claim.pk, now=now, **changes)


def _check_read(current: dict[str, str], expected: str | None) -> None:
    if expected is not None and expected != version_of(current):
        raise Stale(_STALE, current=current, etag=version_of(current))


def _value(name: str, text: str) -> Any:
    if name == "rating":
        return _rating(text)
    if name == "byline":
        return [part.strip() for part in text.split(",") if part.strip()]
    if name == "valid_until":
        return _day(text)
    return text.replace("\r\n", "\n")


def _rating(text: str) -> Rating | None:
    if not text:
        return None
    try:
        return Rating.objects.select_related("scale").get(pk=UUID(text))
    except (ValueError, Rating.DoesNotExist) as error:
        raise NotFound("This rating does not exist. Nothing was saved; your words are still in the form.") from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInput("“Valid until” is no date. Your words are still in the form.") from error
