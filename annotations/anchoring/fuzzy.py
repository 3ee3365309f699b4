"""Find the stretch most like a lost quote, as a suggestion only.

Bounded: the words of the quote vote for places in the text, and only the best few places are aligned letter by letter.
"""

import heapq
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from core.diff.alignment import tokenize

# Letter-by-letter alignments per lost quote: the bound of the whole search.
_MAX_PLACES = 8
_MAX_POSITIONS = 400  # a word with more positions does not narrow the place down
_PART = 500  # code points: alignment costs their square, so a longer quote is found by its beginning and its end


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    score: float


class FuzzyIndex:
    """The words of a text with their positions; built once per revision."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._positions: dict[str, list[int]] = defaultdict(list)
        at = 0
        for token in tokenize(text):
            if token[0].isalnum():
                self._positions[token.casefold()].append(at)
            at += len(token)

    def find(self, quote: str, *, min_score: float, min_lead: float) -> _Match | None:
        """Return the stretch most like the quote, None unless one is clearly best."""
        query = quote[:_PART]
        size, total = len(query), len(self._text)
        windows = [(max(0, at - size), min(total, at + 3 * size)) for at in self._find_places(query)]
        best = max((self._align(query, *w) for w in windows), key=lambda m: m.score, default=None)
        if best is None or best.score < min_score:
            return None
        # The runner-up is sought outside of the best stretch: the stretch itself always scores nearly as high one letter on.
        around = [part for w in windows for part in ((w[0], min(w[1], best.start)), (max(w[0], best.end), w[1]))]
        runner_up = max((self._align(query, *part).score for part in around if part[0] < part[1]), default=0.0)
        whole = self._extend_to_end(best, quote)
        return whole if best.score - runner_up >= min_lead and whole.score >= min_score else None

    def _extend_to_end(self, beginning: _Match, quote: str) -> _Match:
        if len(quote) <= _PART:
            return beginning
        middle = min(beginning.start + len(quote) // 2, len(self._text) - 1)
        ending = self._align(quote[-_PART:], middle, min(len(self._text), middle + 2 * len(quote)))
        score = fuzz.ratio(quote, self._text[beginning.start : ending.end]) / 100
        return _Match(beginning.start, max(beginning.end, ending.end), score)

    def _find_places(self, query: str) -> list[int]:
        """Return likely starts of the query, best first, by a vote weighted by rarity."""
        votes: defaultdict[int, float] = defaultdict(float)
        # Places are buckets of half a quote, so that words shifted by small edits still vote together.
        step = max(16, len(query) // 2)
        at = 0
        for token in tokenize(query):
            found = self._positions.get(token.casefold(), ())
            if 0 < len(found) <= _MAX_POSITIONS:
                for place in {max(0, position - at) // step for position in found}:
                    votes[place] += len(token) / len(found)
            at += len(token)
        # A quote across the edge of two buckets has its votes in both.
        for place, following in pairwise(sorted(votes)):
            if following == place + 1:
                votes[place] += votes[following]
        apart: list[int] = []
        for place in heapq.nlargest(4 * _MAX_PLACES, votes, key=votes.__getitem__):
            if not any(abs(place - other) < 2 for other in apart):
                apart.append(place)
        return [place * step for place in apart[:_MAX_PLACES]]

    def _align(self, query: str, begin: int, end: int) -> _Match:
        window = self._text[begin:end]
        found = fuzz.partial_ratio_alignment(query, window) if len(window) > len(query) else None
        if found:
            begin, end = begin + found.dest_start, begin + found.dest_end
        else:
            end = begin + len(window)
        start, end = self._widen_to_words(begin, end)
        return _Match(start, end, fuzz.ratio(query, self._text[start:end]) / 100)

    def _widen_to_words(self, start: int, end: int) -> tuple[int, int]:
        """Widen to whole words, at most 40 characters to a side, and trim white space."""
        text = self._text
        # Bounded: scripts without spaces have no word ends to find.
        for _ in range(40):
            if start and text[start].isalnum() and text[start - 1].isalnum():
                start -= 1
            if end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
                end += 1
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        return start, end
