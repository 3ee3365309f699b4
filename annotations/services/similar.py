"""Claims that say something similar: our published checks as precedents, and candidates for merging."""

import re
from functools import reduce
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from rapidfuzz.fuzz import token_set_ratio

from annotations.models import Claim

MAX_WORDS = 24
LOOKED_AT = 40
_WORD = re.compile(r"\w{2,}")


def merge_candidates(claim: Claim, *, words: str = "", limit: int = 12) -> list[tuple[Claim, int]]:
    """Standing claims to merge this one into: those that `words` find, else the most similar. One query."""
    text = words.strip() or claim.statement
    query = any_word(text)
    if query is None:
        return []
    others: Any = Claim.objects.standing().exclude(pk=claim.pk).select_related("claimant")
    found = (
        others.annotate(rank=SearchRank(SearchVector("statement", config="simple"), query))
        .filter(rank__gt=0)
        .order_by("-rank", "-created_at", "pk")[:LOOKED_AT]
    )
    return sorted(((one, likeness_of(text, one.statement)) for one in found), key=lambda pair: -pair[1])[:limit]


def any_word(text: str) -> SearchQuery | None:
    words = list(dict.fromkeys(word.casefold() for word in _WORD.findall(text)))[:MAX_WORDS]
    queries = [SearchQuery(word, config="simple") for word in words]
    return reduce(lambda one, other: one | other, queries) if queries else None


def likeness_of(one: str, other: str) -> int:
    return round(token_set_ratio(one.casefold(), other.casefold()))
