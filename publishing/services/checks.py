"""Find earlier checks of a claim: our claims and other desks' checks that say the same, best first.

Precedents and lookup use this. A match whose numbers differ from the question's scores lower and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import regex
from rapidfuzz import fuzz

from articles.search.numbers import differing_numbers
from articles.search.ranking import Question, Ranking, prepare, rank
from articles.search.ranking_query import Filter
from publishing.models import CheckText, UnindexedCheck
from publishing.services.check_index import CHECKS, index_checks

# Below this score nothing is a match: see docs/decisions/2026-11-30-finder-ranking.md.
LEAST_SCORE = 0.25
# The same sentence with another number is another claim, as a rule. Where the rest differs too a number proves less: posts
# name dates and counts of their own (dev MAP@5 .845 with .9, .822 with .75 for all, .847 without).
SAME_BUT_FOR_NUMBERS, OTHER_NUMBERS = 0.7, 0.9
_SAME = 85  # of 100, without the numbers
# So many changed claims and checks are indexed before a question is answered; more than that wait for a worker.
_MOST_FRESH = 200
_LEAST_QUOTE = 20  # code points of a quote that is found word for word

# A check that was withdrawn a moment ago may still be marked so: callers read its state when they read it.
PUBLISHED = Filter("t.is_published", of_vectors="v.is_published")
_OUR_CLAIMS = Filter("t.claim_id IS NOT NULL")


@dataclass(frozen=True, slots=True)
class CheckMatch:
    """A claim or a foreign check, by its best-matching text. `other_numbers` are those that the question lacks."""

    claim_id: UUID | None
    foreign_id: UUID | None
    text: str
    score: float
    other_numbers: list[str]


@dataclass(frozen=True, slots=True)
class _Checks:
    """`note` says why the encoder took no part; empty if it did."""

    matches: list[CheckMatch]
    note: str = ""


def find_checks(
    texts: Sequence[str],
    *,
    only: Filter = PUBLISHED,
    language: str = "",
    least_score: float = LEAST_SCORE,
    limit: int = 20,
) -> list[_Checks]:
    """Return the matches of each text, in the order of the texts.

    Side effect: indexes up to 200 claims and checks that just changed.
    """
    refresh_index()
    return match_texts(texts, only=only, language=language, least_score=least_score, limit=limit)


def match_texts(
    texts: Sequence[str],
    *,
    only: Filter = PUBLISHED,
    language: str = "",
    least_score: float = LEAST_SCORE,
    limit: int = 20,
) -> list[_Checks]:
    """Find checks as `find_checks` does, with the index as it is: a long transaction would keep it locked to its end."""
    questions = prepare(CHECKS, texts, language=language)
    return [_matches(question, only, least_score, limit) for question in questions]


def find_claims(text: str, *, limit: int) -> list[tuple[UUID, float]]:
    """Return our own claims most like the text, published or not, with their scores.

    Side effect: as `find_checks`.
    """
    refresh_index()
    (question,) = prepare(CHECKS, [text])
    matches = _matches(question, _OUR_CLAIMS, LEAST_SCORE, limit).matches
    return [(match.claim_id, match.score) for match in matches if match.claim_id]


def refresh_index() -> None:
    if UnindexedCheck.objects.exists():
        index_checks(limit=_MOST_FRESH)


def _matches(question: Question, only: Filter, least_score: float, limit: int) -> _Checks:
    # Several texts of one claim may be found: its statement and each quote.
    ranking = rank(CHECKS, question, only=only, limit=5 * limit)
    texts = CheckText.objects.defer("vector").in_bulk([hit.id for hit in ranking.hits])
    best: dict[UUID, CheckMatch] = {}
    for match in _judged(question, ranking, texts):
        owner = match.claim_id or match.foreign_id
        if owner is not None and match.score >= least_score and (owner not in best or best[owner].score < match.score):
            best[owner] = match
    ordered = sorted(best.values(), key=lambda match: (-match.score, str(match.claim_id or match.foreign_id)))
    return _Checks(ordered[:limit], question.note)


def _judged(question: Question, ranking: Ranking, texts: dict[int, CheckText]) -> list[CheckMatch]:
    found = []
    for hit in ranking.hits:
        text = texts.get(hit.id)
        if text is None:
            continue
        numbers = differing_numbers(question.text, text.text)
        score = hit.score * (_penalty(question.text, text.text) if numbers else 1)
        if _is_repeated(text.text, question.text):
            score = 1.0
        found.append(CheckMatch(text.claim_id, text.foreign_id, text.text, round(min(score, 1.0), 4), numbers))
    return found


def _penalty(question: str, text: str) -> float:
    """Return the factor for a match with other numbers."""
    without = [regex.sub(r"[\d.,]+", "", one).casefold() for one in (question, text)]
    return SAME_BUT_FOR_NUMBERS if fuzz.token_sort_ratio(*without) >= _SAME else OTHER_NUMBERS


def _is_repeated(text: str, question: str) -> bool:
    """Return whether the question contains the text word for word."""
    return len(text) > _LEAST_QUOTE and " ".join(text.split()).casefold() in " ".join(question.split()).casefold()
