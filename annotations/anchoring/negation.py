"""Find the words of a sentence that deny what stands beside them, in many languages.

"Denmark sent 80 requests" and "Denmark never sent 80 requests" hold the same "sent 80 requests". Closed lists: a word that
they lack is not noticed, one that denies nothing here only makes a person look.
"""

from collections.abc import Iterator

import regex

from annotations.anchoring import lexicon

_WORDS = lexicon.NEGATION | lexicon.NEGATION_ABROAD
_UNIT = regex.compile(r"[\p{L}\p{M}\u200c\u200d]+(?:['’][\p{L}\p{M}]+)*")
# Written onto other words, or in scripts without spaces.
_PART = regex.compile(r"[不没沒未非无無否]|ない|なかっ|ませ|[않못없]|ไม่")
_ONTO_VERB = regex.compile(r"n['’]t$|^n['’]")  # hasn't, n'est


def find_negations(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of such words in a part of the text."""
    yield from (match.span() for match in _PART.finditer(text, start, end))
    for match in _UNIT.finditer(text, start, end):
        word = match.group().casefold()
        if word in _WORDS or _ONTO_VERB.search(word):
            yield match.span()
