"""The words and phrases of a search question, as Postgres searches for them.

Every form of a word in the languages of the desk is looked for. What Postgres makes of a word is asked first and each form
kept once: the planner takes `'budget' | 'budget'` for twice as frequent.
"""

import re
import time
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from articles.search.words import fold_accents, search_words
from articles.text.languages import search_config
from core.database.sql import prepared

MAX_UNITS = 16  # each word adds an index scan; a pasted paragraph would add hundreds
# word, -word, "a phrase", -"a phrase"
_UNIT = re.compile(r'(-?)(?:"([^"]+)"|(\S+))')
# One letter or two begin too many words: the index would return most of its rows.
_LEAST_PREFIX = 3
# Postgres's English list has all pronouns but this one. Written US it is a country.
_ALSO_COMMON = {"us"}


@dataclass(frozen=True, slots=True)
class _Unit:
    """A word or phrase. `is_phrase` keeps its words together, `is_prefix` is `word*`."""

    words: str
    is_phrase: bool
    is_wanted: bool
    is_prefix: bool = False

    @property
    def written(self) -> str:
        return f'"{self.words}"' if self.is_phrase else f"{self.words}{'*' if self.is_prefix else ''}"


@dataclass(frozen=True, slots=True)
class Formed:
    """A unit with its forms in all configurations (`query`), and in how many texts its rarest word stands."""

    unit: _Unit
    query: str
    texts: int
    total: int
    stops: tuple[str, ...]  # the configurations that do not index it


def units_of(question: str) -> list[_Unit]:
    """Return the words and phrases of a question. OR and other operators are words like any other."""
    found = []
    for match in _UNIT.finditer(question.replace("\0", " ")):
        words = (match[2] or match[3]).strip('"')
        if any(character.isalnum() for character in words):
            bare = words.rstrip("*")
            is_prefix = not match[2] and bare != words and len(bare) >= _LEAST_PREFIX and bare.isalnum()
            found.append(_Unit(bare if is_prefix else words, bool(match[2]), not match[1], is_prefix))
    return found[:MAX_UNITS]


def form_question(question: str) -> list[Formed]:
    """Return the question's units without the stop words of its language. At most two queries, mostly none."""
    known = corpus_now()
    formed = _formed(tuple(units_of(question)), known.configs, known.counted_at)
    wanted = [one for one in formed if one.unit.is_wanted]
    own = _likely_config(wanted)
    return [
        one for one in formed if one.query and (not one.unit.is_wanted or one.unit.is_prefix or own not in one.stops)
    ]


def _likely_config(formed: list[Formed]) -> str:
    """Return the configuration in which most of the words are stop words; English knows its own where no text is."""
    counts: dict[str, int] = {}
    for one in formed:
        for config in one.stops:
            counts[config] = counts.get(config, 0) + 1
    return max(counts, key=lambda name: (counts[name], name == "english", name), default="")


@dataclass(frozen=True, slots=True)
class _Known:
    """The search configurations of the articles' languages, and `simple`; when words were counted last.

    `growth` is how many times the texts have become since then: an import is searched for before its words are counted.
    """

    configs: tuple[str, ...]
    counted_at: datetime | None
    growth: float


class _CorpusNow:
    """The facts about the corpus that a question's forms depend on, asked of the database every two seconds.

    Until then an article in a language that is new to the desk is found only by exact words.
    """

    KEPT_SECONDS = 2.0

    def __init__(self) -> None:
        self._known: tuple[_Known, float] | None = None

    def __call__(self) -> _Known:
        known = self._known
        if known is None or time.monotonic() - known[1] >= self.KEPT_SECONDS:
            known = self._known = self._ask(), time.monotonic()
        return known[0]

    def forget(self) -> None:
        self._known = None

    def _ask(self) -> _Known:
        with prepared() as cursor:
            cursor.execute(_CORPUS)
            languages, counted_at, growth = cursor.fetchone()
        configs = {search_config(language) for language in languages} | {"simple"}
        return _Known(tuple(sorted(configs)), counted_at, max(growth or 1, 1))


corpus_now = _CorpusNow()


# DISTINCT would read every article; this steps through the index from one language to the next.
_CORPUS = """
WITH RECURSIVE seen AS (
    (SELECT language FROM articles_article ORDER BY language LIMIT 1)
    UNION ALL
    SELECT (SELECT a.language FROM articles_article a WHERE a.language > seen.language ORDER BY a.language LIMIT 1)
    FROM seen WHERE seen.language IS NOT NULL
) SELECT ARRAY(SELECT language FROM seen WHERE language IS NOT NULL), counted.counted_at,
    pg_relation_size('articles_searchpassage')::float8 / nullif(counted.searched_bytes, 0)
FROM (SELECT) one LEFT JOIN articles_corpuscount counted ON counted.corpus = 'sentences'
"""
# The finder's counts serve here too: how many sentences have a word says which of two is the rarer.
_FORMS = """
SELECT number, coalesce(string_agg(DISTINCT form::text, ' | ') FILTER (WHERE numnode(form) > 0 AND is_searched), ''),
    coalesce(max(texts), 0), coalesce((SELECT total FROM articles_corpuscount WHERE corpus = 'sentences'), 0),
    coalesce(array_agg(config ORDER BY config) FILTER (WHERE numnode(form) = 0 AND NOT is_folded), '{}')
FROM (
    SELECT number, config, is_folded, is_searched, CASE kind WHEN 'phrase' THEN phraseto_tsquery(config::regconfig, words)
        WHEN 'prefix' THEN to_tsquery(config::regconfig, words || ':*')
        ELSE plainto_tsquery(config::regconfig, words) END AS form,
        (SELECT min(coalesce(counted.texts, 0)) FROM unnest(tsvector_to_array(to_tsvector(config::regconfig, words))) AS lexeme
         LEFT JOIN articles_wordcount counted ON counted.corpus = 'sentences' AND counted.lexeme = lexeme.lexeme) AS texts
    FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::bool[], %s::bool[])
        AS asked (number, kind, config, words, is_folded, is_searched)
) formed GROUP BY number ORDER BY number
"""


@lru_cache(maxsize=256)
def _formed(units: tuple[_Unit, ...], configs: tuple[str, ...], _counted_at: datetime | None) -> list[Formed]:
    """Return each unit with its forms. Kept: Postgres always makes the same of a word, and every page asks again.

    How frequent it is changes when words are counted: after a large import a word that was rare may be in every article.
    """
    rows = [
        (number, _kind_of(unit), config, words, words != plain, config in configs)
        for number, unit in enumerate(units)
        for plain in [search_words(unit.words)]
        for words in dict.fromkeys([plain, fold_accents(plain)])
        # English stop words are known where no article is in English too.
        for config in dict.fromkeys([*configs, "english"])
    ]
    if not rows:
        return []
    with prepared() as cursor:
        cursor.execute(_FORMS, [list(column) for column in zip(*rows, strict=True)])
        return [
            Formed(units[number], query, texts, total, _stops_of(units[number], stops))
            for number, query, texts, total, stops in cursor.fetchall()
        ]


def _stops_of(unit: _Unit, stops: list[str]) -> tuple[str, ...]:
    return ("english", *stops) if unit.words in _ALSO_COMMON and not unit.is_phrase else tuple(stops)


def _kind_of(unit: _Unit) -> str:
    if unit.is_phrase:
        return "phrase"
    return "prefix" if unit.is_prefix and search_words(unit.words).strip().isalnum() else "plain"
