"""The words of a question as lexemes, with their weights: how rare each is among the texts of a corpus."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from articles.search.corpora import Corpus
from articles.search.words import search_words
from articles.text.languages import search_config

# "Every word": a question of the pane has some twenty. More than this is a text, which is cut into sentences before.
MAX_WORDS = 400
# A desk of a few texts says little about which words are rare: it is taken for one of so many.
SMALL = 1_000
_LEXEMES = """
SELECT number, config, tsvector_to_array(to_tsvector(config::regconfig, ' ' || word || ' '))
FROM unnest(%s::text[]) WITH ORDINALITY AS asked (word, number), unnest(%s::text[]) AS config
"""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question: its forms in the languages of the corpus, and in how many texts any of them stands."""

    word: str
    forms: tuple[str, ...]
    texts: int
    weight: float

    @property
    def query(self) -> str:
        """As a tsquery that matches any form."""
        return " | ".join("'" + form.replace("\\", "\\\\").replace("'", "''") + "'" for form in self.forms)


@dataclass(frozen=True, slots=True)
class Counts:
    total: int
    average_length: float
    configs: tuple[str, ...]


def counts_of(corpus: Corpus) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT total, average_length, configs FROM articles_corpuscount WHERE corpus = %s", [corpus.name]
        )
        row = cursor.fetchone()
    return Counts(row[0], row[1], tuple(row[2])) if row else Counts(0, 20.0, ("simple", "english"))


def terms_of(corpus: Corpus, counts: Counts, question: str, language: str = "") -> list[Term]:
    """Return the question's terms, rarest first, without the stop words of its language.

    `language` may be unknown: then it is that of the corpus's languages in which most of the words are stop words. A question
    of nothing but stop words has no terms.
    """
    words = tuple(dict.fromkeys(search_words(question).lower().split()))[:MAX_WORDS]
    forms = _forms_of(words, counts.configs, search_config(language) if language else "")
    known = _texts_with(corpus, {form for _, group in forms for form in group})
    terms = []
    for word, group in forms:
        texts = min(sum(known.get(form, 0) for form in group), counts.total)
        weight = math.log(1 + (max(counts.total, SMALL) - texts + 0.5) / (texts + 0.5))
        terms.append(Term(word, group, texts, weight))
    return sorted(terms, key=lambda term: (term.texts, term.word))


@lru_cache(maxsize=512)
def _forms_of(words: tuple[str, ...], configs: tuple[str, ...], config: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return (word, its lexemes in any configuration), each lexeme once. A compound gives a term for each of its parts."""
    if not words:
        return ()
    # English stop words are known even where no text says that it is English.
    asked = tuple(dict.fromkeys((*configs, config or "english", "english")))
    with connection.cursor() as cursor:
        cursor.execute(_LEXEMES, [list(words), list(asked)])
        rows: list[tuple[int, str, list[str]]] = cursor.fetchall()
    lexemes = {(number - 1, name): found for number, name, found in rows}
    own = config or _likely_config(lexemes, len(words), asked)
    groups: dict[tuple[str, ...], str] = {}
    for number, word in enumerate(words):
        if not lexemes[number, own]:
            continue  # a stop word, or nothing but punctuation
        for group in _grouped([lexemes[number, name] for name in configs]):
            groups.setdefault(group, word)
    seen: set[str] = set()
    kept = []
    for group, word in groups.items():
        fresh = tuple(form for form in group if form not in seen)
        seen.update(fresh)
        if fresh:
            kept.append((word, fresh))
    return tuple(kept)


def _grouped(found: Sequence[list[str]]) -> list[tuple[str, ...]]:
    if all(len(lexemes) <= 1 for lexemes in found):
        forms = tuple(sorted({lexeme for lexemes in found for lexeme in lexemes}))
        return [forms] if forms else []
    return [(lexeme,) for lexeme in sorted({lexeme for lexemes in found for lexeme in lexemes})]


def _likely_config(lexemes: dict[tuple[int, str], list[str]], words: int, configs: Sequence[str]) -> str:
    """Return the configuration in which most of the words are stop words; `simple` has none."""
    stops = {name: sum(not lexemes[number, name] for number in range(words)) for name in configs}
    return max(configs, key=lambda name: (stops[name], name == "english", name))


def _texts_with(corpus: Corpus, forms: set[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lexeme, texts FROM articles_wordcount WHERE corpus = %s AND lexeme = ANY(%s)",
            [corpus.name, list(forms)],
        )
        return dict(cursor.fetchall())
