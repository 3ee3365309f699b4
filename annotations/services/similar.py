"""Claims that say something similar: our published checks as precedents, and candidates for merging."""

import re
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from rapidfuzz.fuzz import token_set_ratio

from annotations.models import Claim, FactCheck

MAX_WORDS = 24
LOOKED_AT = 40
MIN_LIKENESS = 45
_WORD = re.compile(r"\w{2,}")


@dataclass(frozen=True, slots=True)
class Precedent:
    fact_check: FactCheck
    likeness: int


def precedents_of(claim: Claim, *, limit: int = 5) -> list[Precedent]:
    """Published checks whose statement shares words with this one, the most similar first. One query."""
    checks = FactCheck.objects.filter(state=FactCheck.State.PUBLISHED).exclude(claim=claim)
    query = _any_word(claim.statement)
    if query is None:
        return []
    found = (
        checks.annotate(rank=SearchRank(SearchVector("claim__statement", config="simple"), query))
        .filter(rank__gt=0)
        .select_related("claim__claimant")
        .defer("document")
        .order_by("-rank", "-published_at", "pk")[:LOOKED_AT]
    )
    likely = [Precedent(one, _likeness(claim.statement, one.claim.statement)) for one in found]
    likely = [one for one in likely if one.likeness >= MIN_LIKENESS]
    return sorted(likely, key=lambda one: -one.likeness)[:limit]


def merge_candidates(claim: Claim, *, words: str = "", limit: int = 12) -> list[tuple[Claim, int]]:
    """Standing claims to merge this one into: those that `words` find, else the most similar. One query."""
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
    return sorted(((one, _likeness(text, one.statement)) for one in found), key=lambda pair: -pair[1])[:limit]


def _any_word(text: str) -> SearchQuery | None:
    words = list(dict.fromkeys(word.casefold() for word in _WORD.findall(text)))[:MAX_WORDS]
    queries = [SearchQuery(word, config="simple") for word in words]
    return reduce(lambda one, other: one | other, queries) if queries else None


def _likeness(one: str, other: str) -> int:
    return round(token_set_ratio(one.casefold(), other.casefold()))
