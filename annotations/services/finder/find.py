"""Find passages for a claim or a question."""

from dataclasses import replace
from datetime import UTC, datetime

from annotations.models import Claim
from annotations.services.finder.candidates import compile_filter, is_own_words, read_candidates
from annotations.services.finder.claim_context import ClaimContext, read_claim_context
from annotations.services.finder.reasons import explain_passages
from annotations.services.finder.results import FoundPassage, FoundPassages, PassageFilters
from annotations.services.finder.selection import fold_copies, passes_filters, suggest_terms
from articles.search.corpora import SENTENCES
from articles.search.finder_index import has_waiting, index_articles
from articles.search.ranking import Question, join_wordings, prepare, rank

# Below these scores, with the encoder and without, a passage has next to nothing to do with the question and the screen says
# "Nothing found" instead. Of the developers' passages .7 % score less, of questions about another subject 68 % find nothing.
LEAST_SCORE, LEAST_SCORE_OF_WORDS = 0.22, 0.15
# Passages read: filters and copies remove some, so more are read than shown.
_LOOKED_AT, _LOOKED_AT_PER_HIT = 30, 3
_MOST_FRESH = 20  # articles indexed while the person waits
_SUGGESTED_FROM = 20  # passages
_MOST_NEARBY = 5
# A day inside the range of datetime: a time zone may move either end by hours.
_ALWAYS = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))


def find_passages(
    *,
    question: str = "",
    claim: Claim | None = None,
    filters: PassageFilters | None = None,
    limit: int = 20,
) -> FoundPassages:
    """Return passages for the question, or for the claim's statement if there is none.

    Side effect: indexes up to 20 articles that were just imported.
    """
    if has_waiting():
        index_articles(limit=_MOST_FRESH)
    context = read_claim_context(question.strip(), claim)
    filters = filters or PassageFilters()
    if filters.is_not_claimant is None:
        filters = replace(filters, is_not_claimant=bool(context.claimant))
    prepared = _prepare_question(context, filters.language)
    ranking = rank(SENTENCES, prepared, only=compile_filter(filters), limit=_LOOKED_AT + _LOOKED_AT_PER_HIT * limit)
    least = LEAST_SCORE_OF_WORDS if ranking.note else LEAST_SCORE
    seen = read_candidates([hit for hit in ranking.hits if hit.score >= least])
    kept = [hit for hit in seen if not is_own_words(hit, context)]
    explained = explain_passages(kept, prepared, context)
    passed = [hit for hit in explained if passes_filters(hit, filters, context)]
    folded = fold_copies(passed)
    return FoundPassages(
        question=context.question,
        hits=folded[:limit],
        names=list(context.offered),
        beside=suggest_terms(folded[:_SUGGESTED_FROM], prepared.terms),
        filters=filters,
        note=ranking.note,
        left_out=len(seen) - len(passed),
        nearby=[] if folded else _find_nearby(context, filters),
    )


def _find_nearby(context: ClaimContext, filters: PassageFilters) -> list[FoundPassage]:
    """Return passages published around the claim's days that have its names, one per article."""
    days = context.days
    if filters.published_since or filters.published_until or days is None:
        days = (filters.published_since or _ALWAYS[0], filters.published_until or _ALWAYS[1])
    if not context.offered or days == _ALWAYS:
        return []
    narrowed = replace(filters, published_since=days[0], published_until=days[1])
    (names,) = prepare(SENTENCES, [" ".join(context.offered)], language=context.language)
    # The meaning of a row of names is nothing that a passage could be like.
    names = replace(names, vector=None)
    ranking = rank(SENTENCES, names, only=compile_filter(narrowed), limit=_LOOKED_AT)
    kept = [
        hit for hit in read_candidates([hit for hit in ranking.hits if hit.words > 0]) if not is_own_words(hit, context)
    ]
    passed = [hit for hit in explain_passages(kept, names, context) if passes_filters(hit, filters, context)]
    # Reversed twice: the first hit of each article is kept, and the order with it.
    return list({hit.article_id: hit for hit in reversed(passed)}.values())[::-1][:_MOST_NEARBY]


def _prepare_question(context: ClaimContext, language: str) -> Question:
    """Prepare the question, with the claim's own sentence as a second wording of it."""
    wordings = [context.question]
    if context.as_said and context.as_said != context.question:
        wordings.append(context.as_said)
    first, *others = prepare(SENTENCES, wordings, language=context.language or language)
    return join_wordings(first, others[0]) if others else first
