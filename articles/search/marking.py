"""Find the words of a text that match a question's terms, to mark them."""

from collections.abc import Iterable, Sequence

import regex

from articles.search.lexemes import lexemes_of
from articles.search.terms import Term
from articles.search.words import search_words

_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+(?:['’.-][\p{L}\p{N}]+)*")
Span = tuple[int, int]


def word_spans(text: str) -> list[Span]:
    return [match.span() for match in _WORD.finditer(text)]


class Lexemes:
    """The lexemes of the words of some texts, read in one query."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """`texts` are (text, configuration)."""
        wanted = {(match.group(), config) for text, config in texts for match in _WORD.finditer(text)}
        searched = {pair: (search_words(pair[0]), pair[1]) for pair in wanted}
        lexemes = lexemes_of(searched.values())
        self._known = {pair: lexemes[search] for pair, search in searched.items()}

    def matching(self, text: str, config: str, terms: Sequence[Term]) -> list[tuple[Span, Term]]:
        """Return where words of the text match, each with its term, in order."""
        by_form = {form: term for term in terms for form in term.forms}
        found = []
        for match in _WORD.finditer(text):
            for lexeme in self._known.get((match.group(), config), ()):
                if lexeme in by_form:
                    found.append((match.span(), by_form[lexeme]))
                    break
        return found

    def words(self, text: str, config: str) -> list[tuple[str, str]]:
        """Return (word, lexeme) of the words that are no stop words."""
        words = [match.group() for match in _WORD.finditer(text)]
        return [(word, lexemes[0]) for word in words if (lexemes := self._known.get((word, config)))]
