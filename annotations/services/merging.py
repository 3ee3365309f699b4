"""Merge a claim into another that says the same; find candidates for it."""

import re
from datetime import datetime
from functools import reduce
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import Max
from django.utils.translation import gettext as _
from rapidfuzz.fuzz import token_set_ratio

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, WrongState
from annotations.models import Appearance, Claim, Evidence
from annotations.services.base import locked_claim, touch_claim, writing
from annotations.services.verdicts.edits import reopen_for_edit


def merge_claims(*, person: User, claim_id: UUID | str, into_id: UUID | str, now: datetime) -> Claim:
    """Transfer appearances, evidence and comments of one claim to another.

    The old id answers as the new one from then on. Raises WrongState where the claim to merge has a verdict: its words
    stay with the claim they are about.
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
        # A verdict is about its claim's own statement: moved, it would answer another one.
        if claim.verdicts.exists():
            raise WrongState(_("This claim has a verdict of its own. Merge the other one into it instead."))
        reopen_for_edit(into, person=person, now=now)
        _transfer_appearances(claim, into, now)
        twins = _transfer_evidence(claim, into, now)
        _transfer_comments(claim, into, twins)
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


def _transfer_comments(claim: Claim, into: Claim, twins: dict[UUID, UUID]) -> None:
    """Transfer comments with their authors, times and blocking flags.

    A blocking comment then prevents submission of the other claim's verdict.
    """
    # Comments on a duplicate go on under its twin; the duplicate is removed.
    for behind, twin in twins.items():
        claim.comments.filter(evidence_id=behind).update(claim=into, evidence_id=twin)
    claim.comments.update(claim=into)


MAX_WORDS = 24  # of the query: more words would only slow the search down
LOOKED_AT = 40  # candidates of Postgres that rapidfuzz ranks
_WORD = re.compile(r"\w{2,}")


def merge_candidates(claim: Claim, *, words: str = "", limit: int = 12) -> list[tuple[Claim, int]]:
    """Return claims to merge into: matches of `words`, else similar statements.

    One query.
    """
    text = words.strip() or claim.statement
    query = _any_word(text)
    if query is None:
        return []
    others: Any = Claim.objects.standing().exclude(pk=claim.pk).select_related("claimant")
    found = (
        others.annotate(rank=SearchRank(SearchVector("statement", config="simple"), query))
        .filter(rank__gt=0)
        .order_by("-rank", "-created_at", "pk")[:LOOKED_AT]
    )
    # Postgres finds candidates by any common word; rapidfuzz then ranks by the share of words in common.
    return sorted(((one, _likeness_of(text, one.statement)) for one in found), key=lambda pair: -pair[1])[:limit]


def _any_word(text: str) -> SearchQuery | None:
    words = list(dict.fromkeys(word.casefold() for word in _WORD.findall(text)))[:MAX_WORDS]
    queries = [SearchQuery(word, config="simple") for word in words]
    return reduce(lambda one, other: one | other, queries) if queries else None


def _likeness_of(one: str, other: str) -> int:
    return round(token_set_ratio(one.casefold(), other.casefold()))
