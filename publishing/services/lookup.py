"""Is anything in this story already checked? By address, or by comparing a text's sentences with checked statements."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import regex
from django.db.models import Q
from rapidfuzz import fuzz

from articles.canonical_url import canonical_or_given
from articles.models import Article
from articles.text.sentences import sentences
from publishing.models import FactCheck, ForeignCheck

MAX_MATCHES = 20
# A statement of which half of the words are not in the text at all is not looked at any closer.
_LEAST_SHARED = 0.5
_LEAST_SCORE = 0.6
_WORD = regex.compile(r"[\p{L}\p{N}]{2,}")


@dataclass(frozen=True, slots=True)
class Match:
    """One of ours (`fact_check` is its public document) or a foreign check. `score` is 1.0 for an address or a quote."""

    claim: str
    score: float
    fact_check: dict[str, Any] | None = None
    foreign: ForeignCheck | None = None


def lookup_url(url: str) -> list[Match]:
    """What is published about the article at this address, and a check that has the address itself."""
    addresses = {url, canonical_or_given(url)}
    articles = [str(pk) for pk in Article.objects.filter(url__in=addresses).values_list("pk", flat=True)]
    published = FactCheck.objects.filter(state=FactCheck.State.PUBLISHED, document__isnull=False)
    found = published.filter(_at(addresses, articles)).values_list("document", flat=True)[:MAX_MATCHES]
    ours = [Match(document["claim"]["statement"], 1.0, document) for document in found if document]
    foreign = ForeignCheck.objects.filter(url__in=addresses).prefetch_related("earlier")[:MAX_MATCHES]
    return [*ours, *(Match(check.claim_text, 1.0, foreign=check) for check in foreign)][:MAX_MATCHES]


def lookup_text(text: str) -> list[Match]:
    """The best matches first. Every published statement is compared: linear in their number."""
    words = _words(text)
    parts = [text[start:end] for start, end in sentences(text)] or [text]
    matches = [
        Match(claim, score, fact_check=document, foreign=foreign)
        for claim, quotes, document, foreign in _candidates()
        if (score := _score(claim, quotes, text, words, parts)) >= _LEAST_SCORE
    ]
    best = sorted(matches, key=lambda match: -match.score)[:MAX_MATCHES]
    foreign_checks = ForeignCheck.objects.prefetch_related("earlier")
    whole = foreign_checks.in_bulk([match.foreign.pk for match in best if match.foreign])
    return [replace(match, foreign=whole.get(match.foreign.pk)) if match.foreign else match for match in best]


def _at(addresses: set[str], articles: list[str]) -> Q:
    condition = Q(canonical_url__in=addresses)
    for wanted in [*({"article": pk} for pk in articles), *({"url": url} for url in addresses)]:
        condition |= Q(document__claim__appearances__contains=[wanted])
    return condition


def _candidates() -> Iterable[tuple[str, list[str], dict[str, Any] | None, ForeignCheck | None]]:
    for check in FactCheck.objects.filter(state=FactCheck.State.PUBLISHED, document__isnull=False).iterator(1_000):
        claim = (check.document or {})["claim"]
        yield claim["statement"], [one["quote"] for one in claim["appearances"]], check.document, None
    for foreign in ForeignCheck.objects.defer("document").iterator(1_000):
        yield foreign.claim_text, [], None, foreign


def _score(claim: str, quotes: list[str], text: str, words: set[str], parts: list[str]) -> float:
    if any(len(quote) > 20 and quote in text for quote in quotes):
        return 1.0
    own = _words(claim)
    if not own or len(own & words) < _LEAST_SHARED * len(own):
        return 0.0
    return round(max(fuzz.token_set_ratio(claim, part) * _covered(own, part) for part in parts) / 100, 3)


def _covered(own: set[str], part: str) -> float:
    """How much of the statement the sentence speaks of: a short sentence inside a long statement proves little."""
    return len(own & _words(part)) / len(own)


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}
