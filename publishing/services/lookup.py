"""Look up whether anything in a story is already checked: by address, or by the texts of checks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from articles.canonical_url import canonical_or_given
from articles.models import Article
from articles.text.sentences import sentences
from publishing.models import FactCheck, ForeignCheck
from publishing.services.checks import LEAST_SCORE, PUBLISHED, CheckMatch, find_checks

MAX_MATCHES = 20
# A text up to this length (code points: a post, a sentence or two) is one question.
WHOLE = 600
# Of a longer one so many parts are asked.
MAX_PARTS = 300


@dataclass(frozen=True, slots=True)
class Match:
    """One of ours (`fact_check` is its public document) or a foreign check. `score` is 1.0 for an address or a quote."""

    claim: str
    score: float
    fact_check: dict[str, Any] | None = None
    foreign: ForeignCheck | None = None
    other_numbers: tuple[str, ...] = ()  # of the claim, where the text names others


def lookup_url(url: str) -> list[Match]:
    """Return checks published about the article at this address, and a check at the address itself."""
    addresses = {url, canonical_or_given(url)}
    articles = [str(pk) for pk in Article.objects.filter(url__in=addresses).values_list("pk", flat=True)]
    published = FactCheck.objects.filter(state=FactCheck.State.PUBLISHED, document__isnull=False)
    found = published.filter(_at(addresses, articles)).values_list("document", flat=True)[:MAX_MATCHES]
    ours = [Match(document["claim"]["statement"], 1.0, document) for document in found if document]
    foreign = ForeignCheck.objects.filter(url__in=addresses).prefetch_related("earlier")[:MAX_MATCHES]
    return [*ours, *(Match(check.claim_text, 1.0, foreign=check) for check in foreign)][:MAX_MATCHES]


def lookup_text(text: str, *, least_score: float = LEAST_SCORE) -> list[Match]:
    """Return the best matches of a text of any length, best first."""
    return lookup_texts([text], least_score=least_score)[0]


def lookup_texts(texts: Sequence[str], *, least_score: float = LEAST_SCORE) -> list[list[Match]]:
    """Return the matches of each text, in order. A long one is asked sentence by sentence."""
    parts = [_parts_of(text) for text in texts]
    found = iter(
        find_checks([part for own in parts for part in own], only=PUBLISHED, least_score=least_score, limit=MAX_MATCHES)
    )
    best = [_keep_best([match for _ in own for match in next(found).matches]) for own in parts]
    return _hydrated(best)


def _parts_of(text: str) -> list[str]:
    """Cut a long text into its sentences. In a very long one several form a part, so that all of it is used."""
    if len(text) <= WHOLE:
        return [text]
    # A short text is cut at each sentence; of a long one the parts grow with it.
    size = len(text) // MAX_PARTS
    parts, start, end = [], 0, 0
    for sentence_start, sentence_end in sentences(text):
        if end > start and sentence_end - start > size:
            parts.append(text[start:end])
            start = sentence_start
        end = sentence_end
    return [*parts, text[start:end]]


def _keep_best(matches: Iterable[CheckMatch]) -> list[CheckMatch]:
    """Keep each claim and check once, with its best sentence."""
    best: dict[Any, CheckMatch] = {}
    for match in matches:
        owner = match.claim_id or match.foreign_id
        if owner not in best or best[owner].score < match.score:
            best[owner] = match
    return sorted(best.values(), key=lambda match: (-match.score, match.text))[:MAX_MATCHES]


def _hydrated(found: list[list[CheckMatch]]) -> list[list[Match]]:
    claims = {match.claim_id for matches in found for match in matches if match.claim_id}
    foreign = {match.foreign_id for matches in found for match in matches if match.foreign_id}
    published = FactCheck.objects.filter(claim__in=claims, state=FactCheck.State.PUBLISHED, document__isnull=False)
    documents: dict[Any, Any] = dict(published.values_list("claim", "document"))
    checks: dict[Any, ForeignCheck] = ForeignCheck.objects.prefetch_related("earlier").in_bulk(foreign)
    return [
        [
            made
            for match in matches
            if (made := _match(match, documents.get(match.claim_id), checks.get(match.foreign_id)))
        ]
        for matches in found
    ]


def _match(match: CheckMatch, document: dict[str, Any] | None, foreign: ForeignCheck | None) -> Match | None:
    if document is None and foreign is None:
        return None  # withdrawn since it was indexed
    claim = document["claim"]["statement"] if document else foreign.claim_text if foreign else ""
    return Match(claim, match.score, document, foreign, tuple(match.other_numbers))


def _at(addresses: set[str], articles: list[str]) -> Q:
    condition = Q(canonical_url__in=addresses)
    for wanted in [*({"article": pk} for pk in articles), *({"url": url} for url in addresses)]:
        condition |= Q(document__claim__appearances__contains=[wanted])
    return condition
