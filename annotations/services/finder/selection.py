"""Choose the passages to show: filters, one entry per story, words to search for next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from rapidfuzz import fuzz

from annotations.services.finder.candidates import LEAST_COPIED, NEAR_COPY
from annotations.services.finder.claim_context import ClaimContext
from annotations.services.finder.results import FoundPassage, PassageFilters
from articles.search.corpora import SENTENCES
from articles.search.marking import Lexemes
from articles.search.numbers import numbers_in
from articles.search.terms import Term, rarity_of
from articles.services.copies import copies_of
from articles.text.languages import search_config
from articles.text.names import is_telling

_MOST_TERMS = 8
_SHORTEST_TERM = 2  # letters of a lexeme
_NEAR_BEST = 0.6  # of the best passage's score: words of the others are noise
_LEAST_RARITY = 2.3  # the logarithm of one in ten
_NEAR_COPY_ELSEWHERE = 96  # of 100: between stories, where alike sentences are more often chance


def passes_filters(hit: FoundPassage, filters: PassageFilters, context: ClaimContext) -> bool:
    return not (
        (filters.is_not_claimant and hit.is_said_by_claimant)
        or (filters.is_other_source and hit.source_id in context.sources)
        or (filters.has_number and not numbers_in(hit.exact))
        or (filters.is_contradiction and not hit.is_contradiction)
    )


def fold_copies(hits: Sequence[FoundPassage]) -> list[FoundPassage]:
    """Keep the best of each set of copies (one story or one sentence), with the other copies' articles."""
    leaders = copies_of({hit.article_id for hit in hits}).leaders
    kept: list[FoundPassage] = []
    for hit in hits:
        number = next((n for n, other in enumerate(kept) if _is_copy(other, hit, leaders)), None)
        if number is None:
            kept.append(hit)
        elif hit.article_id != kept[number].article_id and hit.article_id not in kept[number].copies:
            kept[number] = replace(kept[number], copies=[*kept[number].copies, hit.article_id])
    return kept


def _is_copy(one: FoundPassage, other: FoundPassage, leaders: dict[UUID, UUID]) -> bool:
    # Alike sentences of one article are often a list of cases, each a fact of its own.
    if one.article_id == other.article_id:
        return one.exact == other.exact
    is_story = leaders[one.article_id] == leaders[other.article_id]
    if min(len(one.exact), len(other.exact)) < LEAST_COPIED:
        return one.exact == other.exact
    return fuzz.ratio(one.exact, other.exact, score_cutoff=NEAR_COPY if is_story else _NEAR_COPY_ELSEWHERE) > 0


def suggest_terms(hits: Sequence[FoundPassage], terms: Sequence[Term]) -> list[str]:
    """Return words that set the best passages apart and are absent from the question: the rarest and most repeated first."""
    shown = [hit for hit in hits if hit.score >= _NEAR_BEST * hits[0].score]
    lexemes = Lexemes((hit.exact, _config(hit)) for hit in shown)
    asked = {form for term in terms for form in term.forms}
    counted: Counter[str] = Counter()
    written: dict[str, str] = {}
    for hit in shown:
        for form, word in {lexeme: word for word, lexeme in lexemes.words(hit.exact, _config(hit))}.items():
            if form not in asked and len(form) > _SHORTEST_TERM and word.isalpha() and _is_telling(word, hit):
                counted[form] += 1
                written.setdefault(form, word)
    repeated = {form: times for form, times in counted.items() if times > 1}
    rarity = rarity_of(SENTENCES, repeated)
    # A word of every tenth text says as little beside the claim as in it.
    telling = [form for form in repeated if rarity[form] > _LEAST_RARITY]
    best = sorted(telling, key=lambda form: (-repeated[form] * rarity[form], form))
    return [written[form] for form in best[:_MOST_TERMS]]


def _is_telling(word: str, hit: FoundPassage) -> bool:
    return _config(hit) != "english" or is_telling(word, hit.exact)


def _config(hit: FoundPassage) -> str:
    return search_config(hit.language)
