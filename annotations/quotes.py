"""Find and check quotes in a canonical text. Offsets are code points.

Implements the W3C TextQuoteSelector and TextPositionSelector.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from annotations.typography import FoldedText
from core.diff.alignment import common_prefix_length

CONTEXT = 32  # code points on each side, as Hypothesis stores them: its annotations and ours then find the same place
MAX_OCCURRENCES = 1_000  # the first thousand places already show that a quote is ambiguous
# Below this share the context is as good as absent, and the person is asked.
_MIN_CONTEXT_SCORE = 0.3
_DROPPED = regex.compile(r"[\p{Cc}\u200b\ufeff\u00ad--[\s]]", regex.VERSION1)  # canonical text never holds these
_CLUSTER = regex.compile(r"\X")
# The longest cluster that is looked for: one with thousands of combining marks would make each check linear in it.
_CLUSTER_REACH = 256


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place of the quote, in the text's own words.

    `score` is the share of the given context that was found there.
    """

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    score: float


def find_quote(text: str, exact: str, prefix: str = "", suffix: str = "") -> list[Candidate]:
    """Find a quote in a canonical text.

    Returns [] where it is absent, one candidate where the place is clear, else all in order. The quote may be typed: white
    space, composition and typography (straight or curly quotes, dashes, "..." and the ellipsis) need not agree; case and
    every other character must. Prefix and suffix only decide between places.
    """
    query = _fold_query(exact).strip()
    if not query:
        return []
    folded = _fold_cached(text)
    before, after = _fold_query(prefix).lstrip()[-CONTEXT * 4 :], _fold_query(suffix).rstrip()[: CONTEXT * 4]
    # The raw search comes second: folding already finds what is spelt the same, and more.
    places = list(_find_places(folded, query, before, after)) or list(_find_raw_places(text, exact.strip()))
    return _choose_by_context([_make_candidate(folded, start, end, before, after) for start, end in places])


def context_of(text: str, start: int, end: int, size: int = CONTEXT) -> tuple[str, str]:
    """Return up to `size` code points before and after the span.

    Never splits a grapheme cluster.
    """
    prefix_start, suffix_end = max(0, start - size), min(len(text), end + size)
    while prefix_start < start and _splits_cluster(text, prefix_start):
        prefix_start += 1
    while suffix_end > end and _splits_cluster(text, suffix_end):
        suffix_end -= 1
    return text[prefix_start:start], text[end:suffix_end]


def check_span(text: str, start: int, end: int, exact: str) -> bool:
    """Return whether exactly these words stand at [start, end).

    False as well for a span that is empty or outside.
    """
    return 0 <= start < end <= len(text) and text[start:end] == exact


def snap_to_graphemes(text: str, start: int, end: int) -> tuple[int, int]:
    """Trim outer white space and widen where the span splits a grapheme cluster.

    The result may be empty.
    """
    start, end = max(0, min(start, len(text))), max(0, min(end, len(text)))
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start >= end:
        return start, start
    return _cluster_around(text, start)[0], _cluster_around(text, end)[1]


@lru_cache(maxsize=16)
def _fold_cached(text: str) -> FoldedText:
    """Return the folded text, cached.

    An editor asks for quote after quote of one text, and folding it takes longer than all the rest.
    """
    return FoldedText(text)


def _fold_query(text: str) -> str:
    return FoldedText(_DROPPED.sub("", unicodedata.normalize("NFC", text))).flat


def _find_places(folded: FoldedText, query: str, before: str, after: str) -> Iterator[tuple[int, int]]:
    """Return occurrences in the raw text, overlaps included.

    Returns one alone if only that one has the whole context.
    """
    # Two are enough to know that the context decides nothing.
    with_context = list(_find_occurrences(folded.flat, before + query + after, 2)) if before or after else []
    if len(with_context) == 1:
        places = [with_context[0] + len(before)]
    else:
        places = list(_find_occurrences(folded.flat, query, MAX_OCCURRENCES))
    for start in places:
        span = folded.to_raw(start, start + len(query))
        # Half of an emoji or a letter without its accent is no quote.
        if not any(_splits_cluster(folded.raw, at) for at in span):
            yield span


def _find_raw_places(text: str, exact: str) -> Iterator[tuple[int, int]]:
    """Return where the very characters stand.

    A quote may end inside characters that folding joins ("2019–" of "2019–20").
    """
    for start in _find_occurrences(text, exact, MAX_OCCURRENCES):
        yield start, start + len(exact)


def _find_occurrences(text: str, query: str, limit: int) -> Iterator[int]:
    at = text.find(query)
    while at >= 0 and limit > 0:
        yield at
        limit -= 1
        # One further, not past the end: "ana" stands twice in "banana", and both are candidates.
        at = text.find(query, at + 1)


def _context_score(text: str, start: int, end: int, before: str, after: str) -> float:
    if not before and not after:
        return 1.0
    lead = common_prefix_length(before[::-1].lstrip(), text[max(0, start - len(before) - 1) : start][::-1].lstrip())
    trail = common_prefix_length(after.lstrip(), text[end : end + len(after) + 1].lstrip())
    return (lead + trail) / max(1, len(before.rstrip()) + len(after.lstrip()))


def _make_candidate(folded: FoldedText, start: int, end: int, before: str, after: str) -> Candidate:
    score = _context_score(folded.flat, *folded.to_folded(start, end), before, after)
    prefix, suffix = context_of(folded.raw, start, end)
    return Candidate(start, end, folded.raw[start:end], prefix, suffix, score)


def _choose_by_context(found: list[Candidate]) -> list[Candidate]:
    """Return the candidate with the best context, or all where none is best."""
    best = max((c.score for c in found), default=0.0)
    leaders = [c for c in found if c.score == best]
    return leaders if len(leaders) == 1 and best >= _MIN_CONTEXT_SCORE else found


def _splits_cluster(text: str, at: int) -> bool:
    return 0 < at < len(text) and _cluster_around(text, at) != (at, at)


def _cluster_around(text: str, at: int) -> tuple[int, int]:
    """Return the grapheme cluster that `at` would split, (at, at) at a boundary."""
    if at in (0, len(text)) or (text[at].isascii() and text[at - 1].isascii() and text[at] != "\n"):
        return at, at
    begin = max(0, at - _CLUSTER_REACH)
    for cluster in _CLUSTER.finditer(text, begin, min(len(text), at + _CLUSTER_REACH)):
        if cluster.end() >= at:
            return (at, at) if cluster.end() == at else cluster.span()
    return at, at
