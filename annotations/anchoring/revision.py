"""Find where a span of the old revision stands in the new one.

Follows the steps of "When an article changes". Everything inside counts in folded code points (`FoldedText`), so that
typography never splits an alignment; `RevisionDiff.place` alone takes and returns offsets of the texts themselves.
"""

import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Literal

from annotations.anchoring import spans
from annotations.anchoring.fuzzy import FuzzyIndex
from annotations.anchoring.negation import find_negations
from annotations.typography import FoldedText, straight_quotes
from core.diff.alignment import Block, align_text, common_prefix_length

# Below half, more of the words is new than old: a person has to say whether it is still the same passage.
MIN_SURVIVAL = 0.5
# Only for suggestions. Similarity does not see meaning: "80" to "18" scores 0.99, "US" to "UK" 0.97.
MIN_SCORE, MIN_LEAD = 0.75, 0.05
CONTEXT = 32  # code points on either side
# Bounds the work for a quote such as "the": each occurrence is compared with its context.
_MAX_OCCURRENCES = 200
_TELLING = 20  # a quote this long is recognised elsewhere without its context
_TELLING_CONTEXT = 8  # code points of equal context that make a short quote recognisable
_SENTENCE = 300  # code points of its sentence, on either side, in which a negation concerns the quote
_MIN_CONTEXT = 0.25  # share of the sentence around the quote that must survive

_Offset = Callable[[Block], int]
_OLD, _OLD_END, _NEW, _NEW_END = map(attrgetter, ("old", "old_end", "new", "new_end"))

Status = Literal["placed", "changed", "moved", "orphaned"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A lookalike that a person may re-attach an orphan to; score in [0, 1]."""

    start: int
    end: int
    exact: str
    score: float


@dataclass(frozen=True, slots=True)
class Anchor:
    """The place of one span in the new text.

    `placed`: the same words in the same place. `changed`: the same place, other words. `moved`: the same words in
    another place, or in a sentence that gained or lost a negation, to be confirmed by a person. `orphaned`: nowhere;
    start, end and exact are None.
    `survival`: the share of the old span's characters, white space not counted, that the diff finds again in place.
    """

    status: Status
    start: int | None
    end: int | None
    exact: str | None
    survival: float
    suggestion: Suggestion | None = None


class RevisionDiff:
    """The diff of two revisions of one article, built once for all its passages."""

    def __init__(self, old_text: str, new_text: str) -> None:
        self._is_same = old_text == new_text
        self._old = FoldedText(old_text)
        self._new = self._old if self._is_same else FoldedText(new_text)
        self._blocks = [] if self._is_same else align_text(self._old.folded, self._new.folded, is_caseless=True)

    def place(self, start: int, end: int) -> Anchor:
        """Place the old text's span [start, end), in code points.

        Raises ValueError for a span that is empty or outside the text.
        """
        if not 0 <= start < end <= len(self._old.raw):
            raise ValueError(f"There is no span [{start}, {end}) in a text of {len(self._old.raw)} code points.")
        if self._is_same:
            return Anchor("placed", start, end, self._old.raw[start:end], 1.0)
        # In `flat` a paragraph break is a space, so a quote that spans two paragraphs is still found as one.
        old = spans.trim(self._old.flat, *self._old.to_folded(start, end))
        # Survival counts visible characters: chance survivors are mostly spaces.
        islands = self._find_islands(*old)
        survival = sum(map(self._ink, islands)) / max(1, spans.ink(self._old.flat[slice(*old)]))
        if islands and (anchor := self._place_in_region(old, islands, survival)):
            return anchor
        # The order matters: exact words elsewhere are better than any lookalike.
        return self._find_moved(old, survival) or self._make_orphan(old, survival)

    def _ink(self, block: Block) -> int:
        return spans.ink(self._old.flat[block.old : block.old_end])

    def _find_islands(self, start: int, end: int) -> list[Block]:
        """Return the surviving stretches without chance survivors far off (step 2)."""
        islands = spans.clip(self._blocks, start, end)
        first, last = spans.core(islands, [self._ink(b) for b in islands], self._new.folded)
        return islands[first:last]

    def _place_in_region(self, old: tuple[int, int], islands: list[Block], survival: float) -> Anchor | None:
        """Decide between placed and changed (steps 3 and 4)."""
        region = spans.trim(self._new.flat, *self._find_region(old, islands))
        same = self._find_same_words(old, region)
        if same:
            return self._placed_or_changed(old, same, survival)
        if survival >= MIN_SURVIVAL:
            return self._make_anchor("changed", region, survival)
        return None

    def _find_region(self, old: tuple[int, int], islands: list[Block]) -> tuple[int, int]:
        """Return the new span: first to last survivor and the replacements at the edges."""
        first, last = islands[0], islands[-1]
        return self._find_region_start(old[0], first), self._find_region_end(old[1], last)

    def _find_region_start(self, old_start: int, first: Block) -> int:
        """Extend the start over the text that replaced the words lost before it."""
        at = bisect.bisect_left(self._blocks, first.old, key=lambda b: b.old_end)
        before = self._blocks[at - 1] if at else Block(0, 0, 0)
        # Words that belonged to a neighbouring stretch were not lost by this span.
        lost = first.old - max(old_start, before.old_end)
        is_own = not self._old.flat[before.old_end : old_start].strip()
        reach = _measure_reach(lost, first.new - before.new_end, is_own=is_own)
        return spans.reach_back(self._new.folded, before.new_end, first.new, reach)

    def _find_region_end(self, old_end: int, last: Block) -> int:
        at = bisect.bisect_right(self._blocks, last.old_end, key=lambda b: b.old)
        end = Block(len(self._old.folded), len(self._new.folded), 0)
        after = self._blocks[at] if at < len(self._blocks) else end
        lost = min(old_end, after.old) - last.old_end
        is_own = not self._old.flat[old_end : after.old].strip()
        reach = _measure_reach(lost, after.new - last.new_end, is_own=is_own)
        found = spans.reach_on(self._new.folded, last.new_end, after.new, reach)
        # A span that ends with a full stop keeps it; otherwise every edit of the next sentence would "change" it.
        return max(found, self._keep_closing_marks(last, old_end))

    def _keep_closing_marks(self, last: Block, old_end: int) -> int:
        """Keep the span's closing marks where they still follow.

        The diff may assign the full stop to the next sentence.
        """
        marks = self._old.flat[last.old_end : old_end].rstrip()
        is_there = marks and not spans.ink_of_words(marks) and self._new.flat.startswith(marks, last.new_end)
        return last.new_end + len(marks) if is_there else last.new_end

    def _find_same_words(self, old: tuple[int, int], region: tuple[int, int]) -> tuple[int, int] | None:
        """Find the same words in the region, or in one place that overlaps it (step 3).

        Of several equally long alignments the diff may pick one that takes a word from a repetition next door.
        """
        exact = self._old.flat[slice(*old)]
        if self._new.flat[slice(*region)] == exact:
            return region
        # One length of the quote on either side: the words may have slid by at most themselves.
        begin = max(0, region[0] - len(exact))
        found = list(_find_occurrences(self._new.flat, exact, begin, region[1] + len(exact)))
        overlapping = [n for n in found if n[0] < region[1] and region[0] < n[1] and not self._is_taken(n, old)]
        # Two candidates are a repetition: which one is meant would be a guess.
        return overlapping[0] if len(overlapping) == 1 else None

    def _placed_or_changed(self, old: tuple[int, int], new: tuple[int, int], survival: float) -> Anchor:
        """Return `placed`, or `changed` where the words are now part of others.

        Example: "80" in "80.5".
        """
        before, after = _is_glued(self._new, new)
        if _is_glued(self._old, old) == (before, after):
            is_sure = self._is_recognised(old, new) and not self._is_turned(old, new)
            return self._make_anchor("placed" if is_sure else "moved", new, survival)
        # The glued characters are taken in, so that the person sees "80.5" and not the "80" inside of it.
        start, end = self._new.to_raw(*new)
        return self._make_raw_anchor("changed", (start - len(before), end + len(after)), survival)

    def _is_recognised(self, old: tuple[int, int], new: tuple[int, int]) -> bool:
        """Return whether a quote is long enough, or its sentence still recognisable.

        A diff can find a lone "80" again in a sentence about something else.
        """
        if spans.ink(self._old.flat[slice(*old)]) >= _TELLING:
            return True
        sides = spans.sentence_sides(self._old.folded, *old, CONTEXT)
        kept = [b for side in sides for b in spans.clip(self._blocks, *side)]
        # Survivors of the sentence that landed far away say nothing about this place.
        near = [b for b in kept if new[0] - 2 * CONTEXT <= b.new and b.new_end <= new[1] + 2 * CONTEXT]
        around = sum(spans.ink(self._old.flat[slice(*side)]) for side in sides)
        return sum(map(self._ink, near)) >= _MIN_CONTEXT * around

    def _is_turned(self, old: tuple[int, int], new: tuple[int, int]) -> bool:
        """Return whether a negation came or went in the sentence around the span."""
        return any(
            not _is_within(negation, self._blocks, start, end)
            for text, span, start, end in (
                (self._old.folded, old, _OLD, _OLD_END),
                (self._new.folded, new, _NEW, _NEW_END),
            )
            for side in spans.sentence_sides(text, *span, _SENTENCE)
            for negation in find_negations(text, *side)
        )

    def _find_moved(self, old: tuple[int, int], survival: float) -> Anchor | None:
        """Find the same words with their context, once, in new text (step 5)."""
        exact = self._old.flat[slice(*old)]
        edges = _is_glued(self._old, old)
        found = [
            (self._context_in_common(old, n), n)
            for n in _find_occurrences(self._new.flat, exact, 0, len(self._new.flat))
            if not self._is_taken(n, old) and _is_glued(self._new, n) == edges
        ]
        # Of equal contexts the later place wins here, and is then refused as ambiguous below.
        best = max(found, default=None)
        if best is None or (best[0] < _TELLING_CONTEXT and (len(found) > 1 or spans.telling(exact) < _TELLING)):
            return None
        if sum(context == best[0] for context, _ in found) > 1:
            return None
        return self._make_anchor("moved", best[1], survival)

    def _is_taken(self, new: tuple[int, int], old: tuple[int, int]) -> bool:
        """Return whether most of a new span is old text from outside the old span.

        Such a span is a lookalike, not this passage.
        """
        first = bisect.bisect_right(self._blocks, new[0], key=lambda b: b.new_end)
        last = bisect.bisect_left(self._blocks, new[1], key=lambda b: b.new)
        taken = 0
        for block in self._blocks[first:last]:
            skip = max(0, new[0] - block.new)
            size = min(block.new_end, new[1]) - block.new - skip
            start = block.old + skip
            own = max(0, min(start + size, old[1]) - max(start, old[0]))
            taken += size - own
        return taken * 2 >= new[1] - new[0]

    def _context_in_common(self, old: tuple[int, int], new: tuple[int, int]) -> int:
        before = common_prefix_length(
            self._old.flat[max(0, old[0] - CONTEXT) : old[0]][::-1],
            self._new.flat[max(0, new[0] - CONTEXT) : new[0]][::-1],
        )
        after = common_prefix_length(
            self._old.flat[old[1] : old[1] + CONTEXT],
            self._new.flat[new[1] : new[1] + CONTEXT],
        )
        return before + after

    @cached_property
    def _fuzzy_index(self) -> FuzzyIndex:
        return FuzzyIndex(self._new.flat)

    def _make_orphan(self, old: tuple[int, int], survival: float) -> Anchor:
        """Return an orphan with the best lookalike as a suggestion (steps 6 and 7)."""
        quote = self._old.flat[slice(*old)]
        # The index of the new text is made on the first orphan: most revisions have none.
        match = self._fuzzy_index.find(quote, min_score=MIN_SCORE, min_lead=MIN_LEAD) if quote else None
        suggestion = None
        if match:
            start, end = self._new.to_raw(match.start, match.end)
            suggestion = Suggestion(start, end, self._new.raw[start:end], match.score)
        return Anchor("orphaned", None, None, None, survival, suggestion)

    def _make_anchor(self, status: Status, new: tuple[int, int], survival: float) -> Anchor:
        return self._make_raw_anchor(status, self._new.to_raw(*new), survival)

    def _make_raw_anchor(self, status: Status, new: tuple[int, int], survival: float) -> Anchor:
        return Anchor(status, *new, self._new.raw[slice(*new)], survival)


def _is_glued(text: FoldedText, span: tuple[int, int]) -> tuple[str, str]:
    before, after = spans.glued(text.raw, *text.to_raw(*span))
    return straight_quotes(before), straight_quotes(after)


def _is_within(span: tuple[int, int], blocks: list[Block], start: _Offset, end: _Offset) -> bool:
    at = bisect.bisect_right(blocks, span[0], key=start) - 1
    return at >= 0 and span[1] <= end(blocks[at])


def _measure_reach(lost: int, available: int, *, is_own: bool) -> int:
    """Return how much text beside the survivors replaces `lost` characters.

    All of it if it replaced nothing else and is of similar size; else as much as was lost.
    """
    if lost <= 0:
        return 0
    return available if is_own and not spans.excess(lost, available) else lost


def _find_occurrences(text: str, quote: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Return the first few hundred occurrences of the quote, overlaps included."""
    at = text.find(quote, begin, end)
    for _ in range(_MAX_OCCURRENCES):
        if at < 0 or not quote:
            return
        yield at, at + len(quote)
        at = text.find(quote, at + 1, end)
