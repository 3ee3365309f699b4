"""Write a verdict: start, save, correct.

An edit after submission takes the verdict back to draft, which drops its approvals.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_permission, has_permission
from annotations import rationale
from annotations.errors import InvalidInput, WrongState
from annotations.models import Claim, Desk, Rating, Verdict, VerdictTransition
from annotations.services.base import locked_claim, locked_verdict, touch_claim, writing
from annotations.services.verdicts.transitions import contributor_ids, transition_verdict, write_verdict
from annotations.workflow import CORRECTION_KINDS, LIVE, OPEN, Status

LIMITS = {
    "headline": 300,
    "rating_text": 120,
    "summary": 4_000,
    "rationale": rationale.MAX_LENGTH,
    "language": 35,
    "correction_note": 2_000,
}


_FIELDS = {*LIMITS, "rating", "byline", "correction_kind", "valid_until"}


_UNDER_REVIEW = {Status.IN_REVIEW, Status.CHANGES_REQUESTED, Status.APPROVED}


def start_verdict(*, person: User, claim_id: UUID | str, now: datetime, **fields: Any) -> Verdict:
    """Create the first version as a draft. Raises WrongState where one exists."""
    check_permission(person, "verdict.write")
    with writing(person):
        claim = locked_claim(claim_id)
        last = claim.verdicts.order_by("-version").first()
        if last is not None and last.status in OPEN:
            raise WrongState(
                _("The claim already has a verdict that is being worked on. Open that one."), verdict=str(last.pk)
            )
        if last is not None:
            raise WrongState(_("The claim has a published verdict: start a correction instead."), verdict=str(last.pk))
        fields.setdefault("language", Desk.objects.get().language)
        fields.setdefault("byline", [person.name])
        verdict = Verdict.objects.create(
            claim=claim, version=1, created_by=person, created_at=now, updated_at=now, **_check_fields(fields)
        )
        _record_start(verdict, "create", person=person, now=now)
        touch_claim(claim, now=now)
    return verdict


def save_verdict(
    *, person: User, verdict_id: UUID | str, now: datetime, expected: int | None = None, **fields: Any
) -> Verdict:
    """Write any of the verdict's fields (LIMITS, rating, byline, ...).

    Side effect: a verdict under review goes back to draft. Raises Stale, InvalidInput, WrongState where it is published.
    """
    check_permission(person, "verdict.write")
    with writing(person):
        verdict = locked_verdict(verdict_id, expected=expected)
        changed = {name: value for name, value in _check_fields(fields).items() if getattr(verdict, name) != value}
        if not changed:
            return verdict
        # Autosave of a draft writes no history row: there would be one every few seconds.
        if verdict.status == Status.DRAFT:
            write_verdict(verdict, now=now, **changed)
        elif verdict.status in _UNDER_REVIEW:
            _return_to_draft(verdict, person=person, now=now, **changed)
        else:
            # Published words are what others quote and link; a correction shows what changed.
            raise WrongState(
                _("A published version never changes: start a correction instead. Your words are still in your form.")
            )
        touch_claim(verdict.claim, now=now)
    return verdict


def reopen_for_edit(claim: Claim, *, person: User, now: datetime) -> None:
    """Take a verdict under review back to draft because its content is edited.

    Call with the claim locked. A published version is not touched: later edits belong to the next one.
    """
    verdict = (
        # Of itself: Postgres cannot lock the nullable side of a join.
        Verdict.objects.select_for_update(of=("self",))
        .select_related("frozen")
        .filter(claim=claim, status__in=_UNDER_REVIEW)
        .first()
    )
    if verdict is not None:
        _return_to_draft(verdict, person=person, now=now)


def correct_verdict(
    *, person: User, verdict_id: UUID | str, kind: str, note: str, now: datetime, expected: int | None = None
) -> Verdict:
    """Start the next version of a published verdict, as a draft with the same words.

    The live version stays as it is. Raises InvalidInput, WrongState.
    """
    check_permission(person, "verdict.correct")
    if kind not in CORRECTION_KINDS:
        raise InvalidInput(
            _("A correction is a {kinds}. Nothing was changed.").format(kinds=", ".join(CORRECTION_KINDS))
        )
    # A refile mends typing errors alone, so there is nothing to explain to readers.
    if kind != "refile" and not note.strip():
        raise InvalidInput(_("Say in a public note what is being corrected. Nothing was changed."))
    with writing(person):
        live = locked_verdict(verdict_id, expected=expected)
        if live.status not in LIVE:
            raise WrongState(_("Only a published verdict can be corrected. Nothing was changed."))
        if live.claim.verdicts.open().exists():
            raise WrongState(_("The claim already has a version that is being worked on. Open that one."))
        verdict = Verdict.objects.create(
            claim=live.claim,
            version=live.version + 1,
            correction_kind=kind,
            correction_note=note.strip(),
            created_by=person,
            created_at=now,
            updated_at=now,
            **{
                name: getattr(live, name)
                for name in (
                    "headline",
                    "rating",
                    "rating_text",
                    "summary",
                    "rationale",
                    "language",
                    "byline",
                    "valid_until",
                )
            },
        )
        _record_start(verdict, "correct", person=person, now=now, reason=note.strip())
        touch_claim(live.claim, now=now)
    return verdict


def edit_warning(person: User, verdict: Verdict | None, contributors: set[UUID]) -> str:
    """Return the consequences of an edit in words, "" where it has none."""
    if verdict is None:
        return ""
    parts = []
    if verdict.status in {Status.IN_REVIEW, Status.APPROVED}:
        parts.append(
            _("The verdict is approved. An edit drops its approval and returns it to draft.")
            if verdict.status == Status.APPROVED
            else _("The verdict is in review. An edit returns it to draft.")
        )
    if person.pk not in contributors and has_permission(person, "verdict.approve"):
        parts.append(_("You have written none of it so far: if you edit it, you can no longer approve this version."))
    return " ".join(parts)


def check_edit(*, person: User, claim_id: UUID | str, has_agreed: bool) -> None:
    """Refuse an edit that the person was not warned of. Raises WrongState."""
    if has_agreed:
        return
    verdict = Verdict.objects.filter(claim_id=claim_id, status__in=["draft", "in_review", "approved"]).first()
    warning = edit_warning(person, verdict, contributor_ids(verdict.pk)) if verdict else ""
    if warning:
        raise WrongState(
            _("Nothing was changed, your words are kept. {warning} Reload the page and choose Edit.").format(
                warning=warning
            )
        )


def _return_to_draft(verdict: Verdict, *, person: User, now: datetime, **changed: Any) -> None:
    digest = verdict.frozen.sha256 if verdict.frozen else ""
    reason = f"Edited; what was submitted had the digest {digest}" if digest else ""
    transition_verdict(
        verdict,
        "edit",
        person=person,
        now=now,
        reason=reason,
        frozen=None,
        not_before=None,
        scheduled_by=None,
        **changed,
    )


def _record_start(verdict: Verdict, action: str, *, person: User, now: datetime, reason: str = "") -> None:
    VerdictTransition.objects.create(
        verdict=verdict,
        claim_id=verdict.claim_id,
        action=action,
        from_status="",
        to_status=verdict.status,
        actor=person,
        reason=reason,
        at=now,
    )


def _check_fields(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - _FIELDS
    if unknown:
        raise InvalidInput(
            _("A verdict has no field {names}. Nothing was saved.").format(names=", ".join(sorted(unknown)))
        )
    for name, limit in LIMITS.items():
        if len(fields.get(name, "")) > limit:
            raise InvalidInput(
                _("The {name} has at most {limit:,} characters. Nothing was saved; shorten it and save again.").format(
                    name=name, limit=limit
                )
            )
    if excess := rationale.find_excess(fields.get("rationale", "")):
        raise InvalidInput(_("{excess} Nothing was saved; your words are still in your form.").format(excess=excess))
    rating = fields.get("rating")
    if isinstance(rating, Rating) and not (rating.is_active and rating.scale.is_active):
        raise InvalidInput(_("This rating is no longer in use. Choose another one. Nothing was saved."))
    if fields.get("correction_kind", "") not in {"", *CORRECTION_KINDS}:
        raise InvalidInput(_("A correction is a {kinds}.").format(kinds=", ".join(CORRECTION_KINDS)))
    return fields
