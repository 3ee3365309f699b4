"""Ranking the texts of a corpus for a question: rare words that match, mixed with the encoder's likeness.

The words' part is BM25 without term frequency (in short texts it adds nothing), divided by what a text with all words of the
question would get; the encoder's part is the cosine. Both are between 0 and 1, so that the score means the same for every
question. Weights and the choice of this mix: docs/decisions/2026-11-30-finder-ranking.md.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex
from django.db import connection

from articles.search.corpora import Corpus
from articles.search.embedding import Embedder, EmbeddingFailed, Vector, current_embedder, embedder_problem
from articles.search.embedding.encoder import speaks, unit
from articles.search.ranking_query import Filter, ranking_query
from articles.search.terms import Term, counts_of, terms_of_all
from articles.search.words import question_words
from articles.text.languages import UNDETERMINED, detect_language

_NO_VECTORS = "Found by shared words only: search by meaning is not ready for these articles, or not for this language."
_LETTER, _LATIN = regex.compile(r"\p{L}"), regex.compile(r"\p{Latin}")
logger = logging.getLogger(__name__)

# The rest is that of the words. Tried on two sets of questions (docs/decisions/2026-11-30-finder-ranking.md, "Mix").
COSINE_WEIGHT = 0.55
# Each side brings so many candidates; both scores are then known of all of them.
CANDIDATES = 200
# Another wording of the question counts half beside the question itself.
SECOND_WORDING = 0.5
# Below this confidence a short question is taken for the encoder's language.
_SURELY_FOREIGN = 0.9


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

    @property
    def ideal(self) -> float:
        """Return the weight of a text with all the words. Words that no text has do not count."""
        return sum(term.weight for term in self.terms if term.texts) or 1.0


def prepare(corpus: Corpus, texts: Sequence[str], *, language: str = "") -> list[Question]:
    """Read the words and ask the encoder, once for all the texts."""
    counts = counts_of(corpus)
    plain = [question_words(text) for text in texts]
    terms = terms_of_all(corpus, counts, plain, language)
    vectors, model_id, note = _vectors_of(plain, language)
    return [
        Question(
            text=text,
            terms=own,
            vector=vector,
            model_id=model_id,
            note=note,
            average_length=counts.average_length or 1.0,
        )
        for text, own, vector in zip(texts, terms, vectors, strict=True)
    ]


def join_wordings(question: Question, other: Question) -> Question:
    """Return the question with another wording of the same thing, whose own words and meaning count half."""
    known = {form for term in question.terms for form in term.forms}
    added = [replace(term, weight=SECOND_WORDING * term.weight) for term in other.terms if known.isdisjoint(term.forms)]
    vector = question.vector
    if vector is not None and other.vector is not None:
        # The mean of two unit vectors, made one again: the cosine wants its length.
        vector = unit([one + another for one, another in zip(vector, other.vector, strict=True)])
    return replace(question, terms=[*question.terms, *added], vector=vector)


def rank(corpus: Corpus, question: Question, *, only: Filter | None = None, limit: int = CANDIDATES) -> Ranking:
    """Return the best texts for the question, best first. One query."""
    if not question.terms and question.vector is None:
        return Ranking([], [], question.note)
    meaning = None
    if question.vector is not None and question.model_id is not None:
        meaning = question.model_id, question.vector
    sql, params = ranking_query(
        corpus, question.terms, meaning, only or Filter(), average=question.average_length, most=CANDIDATES
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    cosines = [cosine for _, _, cosine in rows if cosine is not None]
    if question.vector is not None and rows and not cosines:
        question = replace(question, vector=None, note=_NO_VECTORS)
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


def _vectors_of(texts: Sequence[str], language: str) -> tuple[list[Vector | None], int | None, str]:
    nothing: list[Vector | None] = [None] * len(texts)
    embedder = current_embedder()
    if embedder is None:
        return nothing, None, f"Found by shared words only. {embedder_problem()}".strip()
    if not _is_spoken(embedder, " ".join(texts), language):
        return nothing, None, "Found by shared words only: search by meaning does not cover this language."
    try:
        vectors = embedder.embed(texts, is_query=True)
    except EmbeddingFailed as error:
        logger.warning("the encoder failed: %s", error)
        return nothing, None, f"Found by shared words only. {error}"
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
