"""The statement that ranks a corpus: candidates from the words' index and from the vectors' index, then both scores of all.

Its cost is bounded whatever the size of the corpus: a word that many texts have looks for candidates only together with
another one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations
from typing import Any, NamedTuple

from articles.search.corpora import Corpus
from articles.search.embedding import Vector
from articles.search.terms import Term

# BM25's usual constants.
_K1, _B = 1.2, 0.75
# The rarest words look for candidates as far as their texts together stay below this, and a search reads no more.
MAX_POSTINGS = 4_000
# Of the words beyond that, so many look for candidates in pairs.
_PAIRED = 4


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on the alias t of the corpus's table, with its parameters.

    `of_vectors` is the part of it that the alias v of the vectors can answer, without parameters.
    """

    condition: str = "true"
    params: tuple[Any, ...] = ()
    of_vectors: str = "true"


class Lookup(NamedTuple):
    """A tsquery, in how many texts it is found, and what that is worth."""

    query: str
    texts: int
    weight: float


def split_by_frequency(terms: Sequence[Lookup], *, most: int = MAX_POSTINGS) -> tuple[list[Lookup], list[Lookup]]:
    """Return the terms that together have at most so many texts, the rarest, and the others."""
    ordered = sorted(terms, key=lambda term: (term.texts, -term.weight, term.query))
    sums = accumulate(term.texts for term in ordered)
    count = sum(texts <= most for texts in sums)
    return ordered[:count], ordered[count:]


def lookups_of(terms: Sequence[Lookup]) -> list[tuple[str, float]]:
    """Return the searches for candidates, as (tsquery, weight). `terms` are in any order."""
    rare, frequent = split_by_frequency(terms)
    found = [(term.query, term.weight) for term in rare or frequent[:1]]
    return found + [(both_of(one, other), one.weight + other.weight) for one, other in pairs_of(frequent)]


def pairs_of(frequent: Sequence[Lookup]) -> Iterable[tuple[Lookup, Lookup]]:
    """Return pairs of terms that look for candidates together."""
    return combinations(frequent[:_PAIRED], 2)


def both_of(one: Lookup, other: Lookup) -> str:
    return f"({one.query}) & ({other.query})"


def ranking_query(
    corpus: Corpus,
    terms: Sequence[Term],
    meaning: tuple[int, Vector] | None,
    only: Filter,
    *,
    average: float,
    most: int,
) -> tuple[str, list[Any]]:
    """Return the statement and its parameters; its rows are (id, BM25 of all terms, cosine or null).

    `meaning` is the encoder's id with the question's vector, `most` how many candidates each side brings.
    """
    parts, params = [], []
    norm = f"(1 + {_K1} * ({1 - _B} + {_B} * found.length / {average:.4f}::float8))"
    lookups = lookups_of([Lookup(term.query, term.texts, term.weight) for term in terms])
    if lookups:
        parts.append(f"""(SELECT found.id FROM unnest(%s::text[], %s::float8[]) AS looked (words, weight)
            CROSS JOIN LATERAL (SELECT t.id, t.length FROM {corpus.table} t
                WHERE t.vector @@ looked.words::tsquery AND ({only.condition}) LIMIT {MAX_POSTINGS}) found
            GROUP BY found.id, found.length ORDER BY sum(looked.weight) / {norm} DESC, found.id LIMIT {most})""")
        params += [*map(list, zip(*lookups, strict=True)), *only.params]
    cosine, of_vectors, vector_params = "NULL::float8", "", []
    if meaning is not None:
        model, vector = meaning
        written = vector_as_text(vector)
        distance = f"(v.embedding::halfvec({len(vector)})) <=> %s::halfvec({len(vector)})"
        parts.append(f"""(SELECT v.text_id AS id FROM {corpus.vectors} v JOIN {corpus.table} t ON t.id = v.text_id
            WHERE v.model_id = {model} AND v.embedding IS NOT NULL AND {only.of_vectors} AND ({only.condition})
            ORDER BY {distance} LIMIT {most})""")
        params += [*only.params, written]
        cosine, vector_params = f"1 - ({distance})", [written]
        of_vectors = f"LEFT JOIN {corpus.vectors} v ON v.text_id = found.id AND v.model_id = {model}"
    words = f"SELECT sum(asked.weight) * {1 + _K1} / {norm} FROM asked WHERE found.vector @@ asked.words"
    sql = f"""
        WITH asked AS MATERIALIZED (
            SELECT words::tsquery AS words, weight FROM unnest(%s::text[], %s::float8[]) AS given (words, weight)
        ), candidates AS MATERIALIZED ({" UNION ".join(parts)})
        SELECT found.id, coalesce(({words}), 0), {cosine}
        FROM candidates JOIN {corpus.table} found ON found.id = candidates.id {of_vectors}
    """
    of_terms = [[term.query for term in terms], [term.weight for term in terms]]
    return sql, [*of_terms, *params, *vector_params]


def vector_as_text(vector: Vector) -> str:
    return "[" + ",".join(f"{number:.5f}" for number in vector) + "]"
