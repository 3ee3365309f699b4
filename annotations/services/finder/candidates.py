"""Read the best-ranked sentences, without the claim's own words."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Greatest, Substr
from rapidfuzz import fuzz

from annotations.services.finder.claim_context import ClaimContext
from annotations.services.finder.results import FoundPassage, PassageFilters
from articles.models import Sentence
from articles.search.ranking import Scored
from articles.search.ranking_query import Filter

AROUND = 400  # code points before and after
NEAR_COPY = 88  # of 100: the same sentence with a word changed
LEAST_COPIED = 25  # code points: shorter texts are alike by chance


def compile_filter(filters: PassageFilters) -> Filter:
    """Return the filters that the database can apply. The others need the passage: see `passes_filters`."""
    conditions, params = [], []
    for condition, value in (
        ("a.source_id = %s", filters.source_id),
        ("a.language = %s", filters.language or None),
        ("a.published_at >= %s", filters.published_since),
        ("a.published_at < %s", filters.published_until),
    ):
        if value is not None:
            conditions.append(condition)
            params.append(value)
    # A headline is the context of its sentences, not a passage to link.
    if not conditions:
        return Filter("NOT t.is_headline")
    where = " AND ".join(conditions)
    return Filter(
        f"NOT t.is_headline AND EXISTS (SELECT 1 FROM articles_article a WHERE a.id = t.article_id AND {where})",
        tuple(params),
    )


def read_candidates(hits: Sequence[Scored]) -> list[tuple[FoundPassage, str]]:
    """Read the sentences with their surroundings, in the order of the hits. Sentences of older revisions are skipped."""
    first = Greatest(F("start") - AROUND, Value(0))
    sentences = (
        Sentence.objects.filter(pk__in=[hit.id for hit in hits], article__current_revision=F("revision"))
        .select_related("article__source")
        # One piece: the text is unpacked as a whole for each that is cut from it.
        .annotate(
            number=F("revision__number"),
            first=first,
            piece=Substr("revision__text", first + 1, F("end") - first + AROUND),
        )
        .defer("vector")
    )
    by_id = {sentence.pk: sentence for sentence in sentences}
    return [(_passage_of_sentence(by_id[hit.id], hit.score), by_id[hit.id].config) for hit in hits if hit.id in by_id]


def _passage_of_sentence(sentence: Any, score: float) -> FoundPassage:
    article = sentence.article
    start, end = sentence.start - sentence.first, sentence.end - sentence.first
    return FoundPassage(
        article_id=article.pk,
        title=article.title,
        url=article.url,
        source=article.source.name if article.source else "",
        source_id=article.source_id,
        published_at=article.published_at,
        language=sentence.language,
        revision=sentence.number,
        start=sentence.start,
        end=sentence.end,
        exact=sentence.piece[start:end],
        before=_from_sentence(sentence.piece[:start]),
        after=_to_paragraph(sentence.piece[end:]),
        score=round(score, 4),
    )


def _from_sentence(before: str) -> str:
    """Drop the cut-off word at the start."""
    return before if len(before) < AROUND else before.partition(" ")[2]


def _to_paragraph(after: str) -> str:
    return after if len(after) < AROUND else after.rpartition(" ")[0]


def is_own_words(found: tuple[FoundPassage, str], context: ClaimContext) -> bool:
    """Return whether the passage is an appearance of the claim, or a copy of one."""
    hit = found[0]
    for article, start, end, text in context.own:
        if hit.article_id == article and hit.start < end and start < hit.end:
            return True
        if len(text) >= LEAST_COPIED and fuzz.ratio(text, hit.exact) >= NEAR_COPY:
            return True
        # A longer sentence that quotes the claim's is the claim again.
        if len(text) >= 2 * LEAST_COPIED and text in hit.exact:
            return True
    return False
