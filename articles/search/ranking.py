"""Ranking the texts of a corpus for a question: rare words that match, mixed with the encoder's likeness.

The words' part is BM25 without term frequency (in short texts it adds nothing), divided by what a text with all words of the
question would get; the encoder's part is the cosine. Both are between 0 and 1, so that the score means the same for every
question. Weights and the choice of this mix: docs/decisions/2026-11-30-finder-ranking.md.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import regex
from django.db import connection

from articles.search.corpora import Corpus
from articles.search.embedding import Embedder, EmbeddingFailed, Vector, current_embedder, embedder_problem
from articles.search.embedding.seam import speaks
from articles.search.terms import Term, counts_of, terms_of
from articles.text.languages import UNDETERMINED, detect_language

_LETTER, _LATIN = regex.compile(r"\p{L}"), regex.compile(r"\p{Latin}")
logger = logging.getLogger(__name__)

COSINE_WEIGHT = 0.5
# Each side brings so many candidates; both scores are then known of all of them.
CANDIDATES = 200
# Only the rarest words look for candidates, as far as their texts together stay below this. Common words still count.
MAX_POSTINGS = 20_000
_LEAST_LOOKED_FOR = 2
# BM25's usual constants.
_K1, _B = 1.2, 0.75
# Below this confidence a short question is taken for the encoder's language.
_SURELY_FOREIGN = 0.9


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on the alias t of the corpus's table, with its parameters."""

    condition: str = "true"
    params: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """`words` and `cosine` are the parts of `score`; `cosine` is None for a text that the encoder does not know."""

    id: int
    score: float
    words: float
    cosine: float | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """`note` says in words why the encoder took no part; it is empty where it did."""

    hits: list[Scored]
    terms: list[Term]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready to be ranked with; `vector` is None where the words serve alone."""

    text: str
    terms: list[Term]
    vector: Vector | None = None
    model_id: int | None = None
    note: str = ""
    average_length: float = 20.0
    ideal: float = field(default=1.0)


def prepare(corpus: Corpus, texts: Sequence[str], *, language: str = "") -> list[Question]:
    """Read the words and ask the encoder, once for all the texts."""
    counts = counts_of(corpus)
    terms = [terms_of(corpus, counts, text, language) for text in texts]
    vectors, model_id, note = _vectors_of(texts, language)
    return [
        Question(
            text=text,
            terms=own,
            vector=vector,
            model_id=model_id,
            note=note,
            average_length=counts.average_length or 1.0,
            # Words that no text has say nothing of how well a text fits.
            ideal=sum(term.weight for term in own if term.texts) or 1.0,
        )
        for text, own, vector in zip(texts, terms, vectors, strict=True)
    ]


def rank(corpus: Corpus, question: Question, *, only: Filter | None = None, limit: int = CANDIDATES) -> Ranking:
    """Return the best texts for the question, best first. One query."""
    if not question.terms and question.vector is None:
        return Ranking([], [], question.note)
    sql, params = _query(corpus, question, only or Filter())
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    cosines = [cosine for _, _, cosine in rows if cosine is not None]
    # A text that the encoder never saw is taken for as unlike as the least like of the others.
    unknown = min(cosines, default=0.0)
    hits = [
        Scored(pk, _mixed(question, words, unknown if cosine is None else cosine), words / question.ideal, cosine)
        for pk, words, cosine in rows
    ]
    return Ranking(sorted(hits, key=lambda hit: (-hit.score, hit.id))[:limit], question.terms, question.note)


def _mixed(question: Question, words: float, cosine: float) -> float:
    share = min(words / question.ideal, 1.0)
    if question.vector is None:
        return share
    return COSINE_WEIGHT * max(cosine, 0.0) + (1 - COSINE_WEIGHT) * share


def _query(corpus: Corpus, question: Question, only: Filter) -> tuple[str, list[Any]]:
    """The statement whose rows are (id, BM25 of all terms, cosine or null)."""
    looked_for = _rarest(question.terms)
    length = f"(1 + {_K1} * ({1 - _B} + {_B} * t.length / {question.average_length:.4f}::float8))"
    parts, params = [], []
    if looked_for:
        parts.append(f"""(SELECT t.id FROM unnest(%s::text[], %s::float8[]) AS asked (words, weight)
            JOIN {corpus.table} t ON t.vector @@ asked.words::tsquery AND ({only.condition})
            GROUP BY t.id, t.length ORDER BY sum(asked.weight) / {length} DESC, t.id LIMIT {CANDIDATES})""")
        params += [[term.query for term in looked_for], [term.weight for term in looked_for], *only.params]
    cosine, cosine_params = "NULL::float8", []
    if question.vector is not None:
        vector, size = as_text(question.vector), len(question.vector)
        distance = f"(v.embedding::halfvec({size})) <=> %s::halfvec({size})"
        parts.append(f"""(SELECT v.text_id FROM {corpus.vectors} v JOIN {corpus.table} t ON t.id = v.text_id
            WHERE v.model_id = {question.model_id} AND v.embedding IS NOT NULL AND ({only.condition})
            ORDER BY {distance} LIMIT {CANDIDATES})""")
        params += [*only.params, vector]
        cosine = f"""(SELECT 1 - ({distance}) FROM {corpus.vectors} v
            WHERE v.text_id = t.id AND v.model_id = {question.model_id} AND v.embedding IS NOT NULL)"""
        cosine_params = [vector]
    sql = f"""
        WITH candidates AS MATERIALIZED ({" UNION ".join(parts)})
        SELECT t.id, coalesce((SELECT sum(asked.weight) * {1 + _K1} / {length}
            FROM unnest(%s::text[], %s::float8[]) AS asked (words, weight) WHERE t.vector @@ asked.words::tsquery), 0), {cosine}
        FROM candidates c JOIN {corpus.table} t ON t.id = c.id
    """
    return sql, [
        *params,
        [term.query for term in question.terms],
        [term.weight for term in question.terms],
        *cosine_params,
    ]


def _rarest(terms: Sequence[Term]) -> list[Term]:
    """The terms to look for: the rarest, until their texts are too many together."""
    chosen, texts = [], 0
    for number, term in enumerate(terms):
        texts += term.texts
        if number >= _LEAST_LOOKED_FOR and texts > MAX_POSTINGS:
            break
        chosen.append(term)
    return chosen


def as_text(vector: Vector) -> str:
    return "[" + ",".join(f"{number:.5f}" for number in vector) + "]"


def _vectors_of(texts: Sequence[str], language: str) -> tuple[list[Vector | None], int | None, str]:
    nothing: list[Vector | None] = [None] * len(texts)
    embedder = current_embedder()
    if embedder is None:
        return nothing, None, f"Found by words alone. {embedder_problem()}".strip()
    if not _is_spoken(embedder, " ".join(texts), language):
        return nothing, None, "Found by words alone: the encoder does not know this language."
    try:
        vectors = embedder.embed(texts, is_query=True)
    except EmbeddingFailed as error:
        logger.warning("the encoder failed: %s", error)
        return nothing, None, f"Found by words alone. {error}"
    return list(vectors), model_id_of(embedder), ""


def _is_spoken(embedder: Embedder, text: str, language: str) -> bool:
    if language or speaks(embedder, "xx"):
        return speaks(embedder, language)
    found, confidence = detect_language(text)
    letters = _LETTER.findall(text)
    if 2 * sum(map(bool, map(_LATIN.match, letters))) < len(letters):
        return found != UNDETERMINED and speaks(embedder, found)  # its script alone says that it is not English
    return found == UNDETERMINED or confidence < _SURELY_FOREIGN or speaks(embedder, found)


def model_id_of(embedder: Embedder) -> int:
    """Return the id that the encoder's vectors carry, registering it on first use."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM articles_embeddingmodel WHERE name = %s", [embedder.name])
        row = cursor.fetchone()
        if row is None:
            cursor.execute("SELECT register_embedding_model(%s, %s)", [embedder.name, embedder.dimensions])
            row = cursor.fetchone()
    return int(row[0])
