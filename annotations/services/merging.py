"""Merge a claim into another that says the same; find candidates for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, WrongState
from annotations.models import Appearance, Claim, ClaimantContact, Evidence
from annotations.services.base import check_expected, locked_claim, touch_claim, writing
from annotations.services.verdicts.edits import reopen_for_edit
from core.database.composed import SOME_ID, Composed

LIKELY = 70  # percent: below, claims of one topic are found that say something else


def merge_claims(
    *, person: User, claim_id: UUID | str, into_id: UUID | str, now: datetime, expected: int | None = None
) -> Claim:
    """Transfer appearances, evidence, comments, contact and proposed sentences of one claim to another.

    The old id answers as the new one from then on. `expected` is the edit number that the caller read of the claim to merge.
    Raises NotFound, Stale; WrongState where the claim to merge has a verdict: its words stay with the claim they are about.
    """
    check_permission(person, "claim.write")
    if str(claim_id) == str(into_id):
        raise InvalidInput(_("A claim cannot be merged into itself."))
    with writing(person):
        # Lock in the order of the ids: two merges in opposite directions would deadlock.
        first, second = sorted([str(claim_id), str(into_id)])
        both = {str(claim.pk): claim for claim in (locked_claim(first), locked_claim(second))}
        if len(both) != 2 or set(both) != {first, second}:
            raise WrongState(_("One of the two claims was merged already."))
        claim, into = both[str(claim_id)], both[str(into_id)]
        check_expected(claim.edit_number, expected)
        # A verdict is about its claim's own statement: moved, it would answer another one.
        if claim.verdicts.exists():
            raise WrongState(_("This claim has a verdict of its own. Merge the other one into it instead."))
        reopen_for_edit(into, person=person, now=now)
        _transfer_appearances(claim, into, now)
        twins = _transfer_evidence(claim, into, now)
        _transfer_comments(claim, into, twins)
        _transfer_repeats(claim, into)
        _transfer_contact(claim, into)
        Claim.objects.filter(pk=claim.pk).update(merged_into=into)
        touch_claim(claim, now=now)
        touch_claim(into, now=now)
    return into


def _transfer_appearances(claim: Claim, into: Claim, now: datetime) -> None:
    there = set(into.appearances.standing().values_list("passage_id", flat=True))
    for appearance in claim.appearances.standing():
        if appearance.passage_id in there:
            Appearance.objects.filter(pk=appearance.pk).update(removed_at=now)
        else:
            Appearance.objects.filter(pk=appearance.pk).update(claim=into)


def _transfer_evidence(claim: Claim, into: Claim, now: datetime) -> dict[UUID, UUID]:
    """Transfer evidence; return {kept id: twin's id} for passages linked on both."""
    there = dict(into.evidence.standing().filter(passage__isnull=False).values_list("passage_id", "pk"))
    twins: dict[UUID, UUID] = {}
    number = Evidence.objects.filter(claim=into).aggregate(last=Max("number"))["last"] or 0
    for evidence in claim.evidence.standing():
        if evidence.passage_id in there:
            Evidence.objects.filter(pk=evidence.pk).update(removed_at=now)
            twins[evidence.pk] = there[evidence.passage_id]
        else:
            # New numbers at the end: those of the other claim may be cited in its rationale.
            number += 1
            Evidence.objects.filter(pk=evidence.pk).update(claim=into, number=number)
    return twins


def _transfer_contact(claim: Claim, into: Claim) -> None:
    """Transfer the contact with the claimant, unless the other claim has one: then its page shows both."""
    contact, there = (ClaimantContact.objects.filter(claim=one) for one in (claim, into))
    if not contact.exists():
        return
    # A form that was emptied leaves a row that says nothing.
    there.filter(asked_at=None, responded_at=None, channel="", response="", waived_reason="").delete()
    if not there.exists():
        contact.update(claim=into)


def contacts_of_merged(claim: Claim) -> list[ClaimantContact]:
    """Return contacts that stayed with claims merged into this one, oldest first. A check publishes only its claim's own."""
    merged: set[UUID] = set()
    found = {claim.pk}
    while found:  # merges may follow one another
        found = set(_MERGED.rows(list(found))) - merged
        merged |= found
    if not merged:
        return []
    contacts = ClaimantContact.objects.filter(claim__in=merged).select_related("claim")
    return list(contacts.order_by("asked_at", "pk"))


_MERGED: Composed[Any] = Composed(
    lambda into: Claim.objects.filter(merged_into__pk__any_of=[into]).order_by("pk").values_list("pk", flat=True),
    SOME_ID,
)


def _transfer_repeats(claim: Claim, into: Claim) -> None:
    """Transfer proposed sentences and their answers, so that what was dismissed is not asked again."""
    twins = into.repeats.filter(article=OuterRef("article"), words_key=OuterRef("words_key"))
    claim.repeats.exclude(Exists(twins)).update(claim=into)


def _transfer_comments(claim: Claim, into: Claim, twins: dict[UUID, UUID]) -> None:
    """Transfer comments with their authors, times and blocking flags.

    A blocking comment then prevents submission of the other claim's verdict.
    """
    # Comments on a duplicate go on under its twin; the duplicate is removed.
    for behind, twin in twins.items():
        claim.comments.filter(evidence_id=behind).update(claim=into, evidence_id=twin)
    claim.comments.update(claim=into)


Likeness = Callable[..., list[tuple[UUID, float]]]
_find: list[Likeness] = []


def register_likeness(find: Likeness) -> None:
    """Register the ranking of claims: `find(text, limit=...)` returns (claim id, score 0..1), best first."""
    _find[:] = [find]


@dataclass(frozen=True, slots=True)
class _Candidate:
    claim: Claim
    likeness: int
    """In percent."""

    @property
    def is_likely(self) -> bool:
        return self.likeness >= LIKELY


def merge_candidates(claim: Claim, *, words: str = "", limit: int = 12) -> list[_Candidate]:
    """Return claims to merge into, the likest first: matches of `words`, else of the statement."""
    text = words.strip() or claim.statement
    if not text or not _find:
        return []
    scores = dict(_find[0](text, limit=limit + 1))
    others = Claim.objects.standing().exclude(pk=claim.pk).select_related("claimant").filter(pk__in=scores)
    ordered = sorted(others, key=lambda one: (-scores[one.pk], str(one.pk)))
    return [_Candidate(one, round(100 * scores[one.pk])) for one in ordered[:limit]]
