"""Snippets of the article list: the best passages of a found article, each opening at its words."""

from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import NamedTuple
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Substr
from django.utils.safestring import SafeString

from articles.models import SearchPassage
from articles.search.article_search import ArticleSearch
from articles.search.lexemes import lexemes_of
from articles.search.marking import Span, word_spans
from articles.search.query import Formed
from articles.search.words import fold_accents, search_words
from articles.text.languages import has_cjk
from core.pages.markup import trusted_html

_BEFORE, _LONGEST = 60, 200  # code points
_MOST = 3  # of an article


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of a passage; `start` and `end` are its first word found in the revision, `marks` all of them in `text`."""

    text: str
    start: int
    end: int
    marks: tuple[Span, ...]
    before: str
    after: str

    @property
    def html(self) -> SafeString:
        """Return the escaped text, the words found in `<mark>`. Made on demand: the API's answer has none."""
        parts, at = [escape(self.before)], 0
        for start, end in self.marks:
            parts.append(f"{escape(self.text[at:start])}<mark>{escape(self.text[start:end])}</mark>")
            at = end
        # Every part is escaped above. By format_html() it took a fifth of a search (2026-12-01).
        return trusted_html("".join([*parts, escape(self.text[at:]), escape(self.after)]))


def snippets_of(search: ArticleSearch, articles: Collection[UUID]) -> dict[UUID, list[Snippet]]:
    """Return the best passages of each article as snippets. At most three queries."""
    wanted = [place.id for places in search.passages_of(articles).values() for place in places]
    passages = SearchPassage.objects.filter(pk__in=wanted).order_by("article", "position")
    exact = Substr("revision__text", F("start") + 1, F("end") - F("start"))
    rows = list(passages.values_list("article_id", "start", "config", exact))
    marks = _Marks(search.wanted, [(text, config) for *_, config, text in rows])
    snippets: dict[UUID, list[Snippet]] = {}
    for article, start, config, text in rows:
        own = snippets.setdefault(article, [])
        own += _snippets_of_passage(text, start, marks.spans(text, config))
    return {article: own[:_MOST] for article, own in snippets.items()}


class _Spelling(NamedTuple):
    """A word as it is searched. `is_run`: signs without spaces are a whole sentence, marked as they are written."""

    plain: str
    folded: str
    lower: str
    is_run: bool


@lru_cache(maxsize=20_000)
def _spelling_of(word: str) -> _Spelling:
    plain = search_words(word)
    return _Spelling(plain, fold_accents(plain).casefold(), plain.casefold().strip(), has_cjk(word))


class _Marks:
    """The places of a question's words in passages."""

    def __init__(self, wanted: Sequence[Formed], passages: Sequence[tuple[str, str]]) -> None:
        self._literal = [one.unit.words.casefold() for one in wanted if has_cjk(one.unit.words)]
        self._prefixes = tuple(search_words(one.unit.words).casefold().strip() for one in wanted if one.unit.is_prefix)
        configs = {config for _, config in passages}
        asked = [word for one in wanted for word in _words(one.unit.words)]
        pairs = {(word, config) for word in asked for config in configs}
        self._places = {text: word_spans(text) for text, _ in passages}
        inside = {(text[start:end], config) for text, config in passages for start, end in self._places[text]}
        spellings = {word: _spelling_of(word) for word, _ in inside}
        lexemes = lexemes_of(pairs | {(spellings[word].plain, config) for word, config in inside})
        forms = {config: {form for word in asked for form in lexemes[word, config]} for config in configs}
        # Once for each word: asking at each of its places took a third of a search (2026-11-30).
        self._wanted = {
            (word, config)
            for word, config in inside
            if self._is_wanted(spellings[word], forms[config], lexemes[spellings[word].plain, config])
        }

    def spans(self, text: str, config: str) -> list[Span]:
        found = [(start, end) for start, end in self._places[text] if (text[start:end], config) in self._wanted]
        lower = text.casefold()
        # Folding makes some letters two ("ß"): places in the folded text would be wrong then.
        for words in self._literal if len(lower) == len(text) else ():
            at = lower.find(words)
            while at >= 0:
                found.append((at, at + len(words)))
                at = lower.find(words, at + len(words))
        return sorted(found)

    def _is_wanted(self, word: _Spelling, forms: AbstractSet[str], lexemes: Sequence[str]) -> bool:
        if word.is_run:
            return False
        return (
            not forms.isdisjoint(lexemes)
            or word.folded in forms
            or (bool(self._prefixes) and word.lower.startswith(self._prefixes))
        )


def _words(written: str) -> list[str]:
    plain = search_words(written)
    return list(dict.fromkeys([*plain.split(), *fold_accents(plain).split()]))


def _snippets_of_passage(text: str, offset: int, spans: Sequence[Span]) -> list[Snippet]:
    """Cut a stretch around the first word found, and another one around each word that is in none before."""
    made, shown, reached = list[Snippet](), set[str](), 0
    for start, end in spans or [(0, 0)]:
        if start < reached or text[start:end].casefold() in shown:
            continue
        first, reached = _window(text, start)
        shown |= {text[at:to].casefold() for at, to in spans if first <= at and to <= reached}
        marks = tuple((at - first, to - first) for at, to in _spans_within(spans, first, reached))
        before, after = ("… " if first else ""), (" …" if reached < len(text) else "")
        made.append(Snippet(text[first:reached], offset + start, offset + end, marks, before, after))
    return made


def _window(text: str, at: int) -> Span:
    start = text.rfind(" ", 0, at - _BEFORE) + 1 if at > _BEFORE else 0
    end = text.find(" ", start + _LONGEST)
    return start, len(text) if end < 0 else end


def _spans_within(spans: Sequence[Span], start: int, end: int) -> Iterator[Span]:
    """Yield the spans within a stretch, without those that overlap an earlier one."""
    at = start
    for span_start, span_end in spans:
        if at <= span_start and span_end <= end:
            yield span_start, span_end
            at = span_end
