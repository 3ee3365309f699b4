"""The words of a question as lexemes, with their weights: how rare each is among the texts of a corpus."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from articles.search.corpora import Corpus
from articles.search.lexemes import lexemes_of
from articles.search.words import search_words
from articles.text.languages import search_config

# "Every word": a question of the pane has some twenty. More than this is a text, which is cut into sentences before.
MAX_WORDS = 400
# A desk of a few texts says little about which words are rare: it is taken for one of so many.
SMALL = 1_000


Lexemes = Mapping[tuple[str, str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question: its forms in the languages of the corpus, and in how many texts any of them stands."""

    word: str
    forms: tuple[str, ...]
    texts: int
    weight: float

    @property
    def query(self) -> str:
        """Return a tsquery that matches any form."""
        return " | ".join("'" + form.replace("\\", "\\\\").replace("'", "''") + "'" for form in self.forms)


@dataclass(frozen=True, slots=True)
class _Counts:
    total: int
    average_length: float
    configs: tuple[str, ...]


def counts_of(corpus: Corpus) -> _Counts:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT total, average_length, configs FROM articles_corpuscount WHERE corpus = %s", [corpus.name]
        )
        row = cursor.fetchone()
    return _Counts(row[0], row[1], tuple(row[2])) if row else _Counts(0, 20.0, ("simple", "english"))


def terms_of_all(corpus: Corpus, counts: _Counts, questions: Sequence[str], language: str = "") -> list[list[Term]]:
    """Return each question's terms, rarest first, without the stop words of its language.

    `language` may be unknown: then it is that of the corpus's languages in which most of the words are stop words. A question
    of nothing but stop words has no terms. At most two queries, however many questions.
    """
    words = [tuple(dict.fromkeys(search_words(question).lower().split()))[:MAX_WORDS] for question in questions]
    config = search_config(language) if language else ""
    # English stop words are known even where no text says that it is English.
    asked = tuple(dict.fromkeys((*counts.configs, config or "english", "english")))
    lexemes = lexemes_of((word, name) for own in words for word in own for name in asked)
    forms = [_forms_of(own, counts.configs, asked, config, lexemes) for own in words]
    known = _texts_with(corpus, {form for own in forms for _, group in own for form in group})
    return [_weighted(own, known, counts) for own in forms]


def rarity_of(corpus: Corpus, forms: Iterable[str]) -> dict[str, float]:
    """Return the weight of lexemes, as terms have it. Two queries."""
    counts, wanted = counts_of(corpus), set(forms)
    known = _texts_with(corpus, wanted) if wanted else {}
    return {form: _weight(known.get(form, 0), counts) for form in wanted}


def _weight(texts: int, counts: _Counts) -> float:
    return math.log(1 + (max(counts.total, SMALL) - texts + 0.5) / (texts + 0.5))


def _weighted(forms: Sequence[tuple[str, tuple[str, ...]]], known: Mapping[str, int], counts: _Counts) -> list[Term]:
    terms = []
    for word, group in forms:
        # A text with two forms is counted twice.
        texts = min(sum(known.get(form, 0) for form in group), counts.total)
        terms.append(Term(word, group, texts, _weight(texts, counts)))
    return sorted(terms, key=lambda term: (term.texts, term.word))


def _forms_of(
    words: Sequence[str], configs: Sequence[str], asked: Sequence[str], config: str, lexemes: Lexemes
) -> list[tuple[str, tuple[str, ...]]]:
    """Return (word, its lexemes in any configuration), each lexeme once. A compound gives a term for each of its parts."""
    own = config or _likely_config(lexemes, words, asked)
    groups: dict[tuple[str, ...], str] = {}
    for word in words:
        if not lexemes[word, own]:
            continue  # a stop word, or nothing but punctuation
        for group in _grouped([lexemes[word, name] for name in configs]):
            groups.setdefault(group, word)
    seen: set[str] = set()
    kept = []
    for group, word in groups.items():
        fresh = tuple(form for form in group if form not in seen)
        seen.update(fresh)
        if fresh:
            kept.append((word, fresh))
    return kept


def _grouped(found: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    if all(len(lexemes) <= 1 for lexemes in found):
        forms = tuple(sorted({lexeme for lexemes in found for lexeme in lexemes}))
        return [forms] if forms else []
    return [(lexeme,) for lexeme in sorted({lexeme for lexemes in found for lexeme in lexemes})]


def _likely_config(lexemes: Lexemes, words: Sequence[str], configs: Sequence[str]) -> str:
    """Return the configuration in which most of the words are stop words; `simple` has none."""
    stops = {name: sum(not lexemes[word, name] for word in words) for name in configs}
    return max(configs, key=lambda name: (stops[name], name == "english", name))


def _texts_with(corpus: Corpus, forms: set[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lexeme, texts FROM articles_wordcount WHERE corpus = %s AND lexeme = ANY(%s)",
            [corpus.name, list(forms)],
        )
        return dict(cursor.fetchall())
